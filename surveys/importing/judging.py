"""The verdict of rows of interviews: whose they are, whether they are answered rightly, whether they are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core import keys, roles
from core.cleaning import CleaningError
from core.formats import format_date
from core.importing.importers import ERROR, WARNING, Candidate, Draft
from core.models import ImportBatch, User, Verdict
from core.permissions import Permission
from registry.importing.lookups import Places
from registry.importing.rows import same_words
from surveys.importing import columns
from surveys.importing.businesses import Businesses, Known, Sought
from surveys.importing.columns import InterviewSheet, of_question
from surveys.models import QuestionnaireVersion, Response, Wave
from surveys.questionnaire import DECLINED, Definition, Kind, Value, Values, check
from surveys.questionnaire.storing import values_of

BLANK_DECLINES = "blank_declines"  # the option of a batch
REQUIRED_BUSINESS = "Isi nomor registrasi, NIB, ID UMKM, atau nama usaha dengan kelurahannya."
NOT_ASKED = "Tidak ditanyakan menurut jawaban yang lain, jadi tidak disimpan."
NAMING = (columns.BUSINESS, columns.NUMBER, columns.NIB, columns.NAME)


class Judge:
    def __init__(
        self, batch: ImportBatch, wave: Wave, sheet: InterviewSheet, *, by: User, at: datetime
    ) -> None:
        self.wave, self.sheet, self.by = wave, sheet, by
        self.today = timezone.localdate(at)
        self.versions = {version.pk: version for version in wave.questionnaires.order_by("number")}
        self.version = list(self.versions.values())[-1]
        self.blank_declines = BLANK_DECLINES in batch.options
        self.places = Places(by)
        self.people = _interviewers(by)
        self.token = keys.tagger(context=f"import.{batch.public_id}")

    def judge(self, drafts: Sequence[Draft]) -> None:
        sought = [self._sought(draft) for draft in drafts]
        known = Businesses(self.by)
        known.load(sought)
        found = [self._find(draft, one, known) for draft, one in zip(drafts, sought, strict=True)]
        stored = self._stored({business.pk for business in found if business})
        for draft, business in zip(drafts, found, strict=True):
            self._judge(draft, business, stored)
            self.sheet.hide_numbers(draft)

    def _sought(self, draft: Draft) -> Sought:
        value, ward = self.sheet.value, None
        if named := value(draft, columns.WARD):
            try:
                ward = self.places.find(named, value(draft, columns.DISTRICT) or "")[0]
            except CleaningError as error:
                if not any(value(draft, name) for name in NAMING[:3]):
                    self.sheet.problem(draft, columns.WARD, error.message)
        public_id, number, nib, name = (value(draft, name) for name in NAMING)
        return Sought(public_id, number, nib, name, ward)

    def _find(self, draft: Draft, sought: Sought, known: Businesses) -> Known | None:
        if not any(sought[:3]) and not (sought.name and sought.ward):
            if not draft.has_errors or not sought.name:
                self.sheet.problem(draft, self._business_column(sought), REQUIRED_BUSINESS)
            return None
        business, place, reason = known.find(sought)
        if business is None:
            self.sheet.problem(draft, NAMING[place], reason)
        elif sought.name and same_words(sought.name) != same_words(business.name):
            told = f"Pada register nama usaha ini “{business.name}”."
            self.sheet.problem(draft, columns.NAME, told, level=WARNING)
        return business

    def _business_column(self, sought: Sought) -> str:
        """Where the reason is best told: the first column of the file that could name the business."""
        if sought.name:
            return columns.WARD
        return next((name for name in NAMING if name in self.sheet.places), columns.NAME)

    def _stored(self, businesses: set[int]) -> dict[int, Response]:
        interviews = Response.objects.interviews().filter(wave=self.wave, business__in=businesses)
        with_all = interviews.select_related("enumerator").prefetch_related("choices")
        return {response.business_id: response for response in with_all}

    def _judge(self, draft: Draft, business: Known | None, stored: dict[int, Response]) -> None:
        existing = stored.get(business.pk) if business else None
        day = self._day(draft, is_new=existing is None)
        enumerator = self._enumerator(draft, business, is_new=existing is None)
        if business is not None:
            named = NAMING.index(self._named_by(draft))  # where a clash with another row is told
            draft.tokens = [f"u{self.token(str(business.pk))[:10]}:{named}"]
        if existing is not None:
            self._compare(draft, existing, day)
            return
        if business is not None and business.is_closed:
            self.sheet.problem(
                draft, self._named_by(draft), "UMKM ini sudah tutup sehingga tidak diwawancarai."
            )
        answers = self._checked(draft)
        draft.verdict = Verdict.ERROR if draft.has_errors or business is None else Verdict.NEW
        draft.values = [business.pk if business else None, day, enumerator, self.version.pk, answers]

    def _named_by(self, draft: Draft) -> str:
        return next((name for name in NAMING if self.sheet.value(draft, name)), columns.NAME)

    # --- When and by whom -------------------------------------------------------------------------
    def _day(self, draft: Draft, *, is_new: bool) -> str | None:
        text = self.sheet.value(draft, columns.DAY)
        if text is None:
            if is_new and not self._is_refused(draft, columns.DAY):
                self.sheet.problem(draft, columns.DAY, "Belum diisi: Tanggal wawancara")
            return None
        held, wave = date.fromisoformat(text), self.wave
        if held > self.today:
            self.sheet.problem(draft, columns.DAY, "Tanggal wawancara tidak boleh sesudah hari ini.")
        elif not wave.period_start <= held <= wave.period_end:
            start, end = format_date(wave.period_start), format_date(wave.period_end)
            self.sheet.problem(draft, columns.DAY, f"Tanggal wawancara harus antara {start} dan {end}.")
        return text

    def _is_refused(self, draft: Draft, name: str) -> bool:
        heading = self.sheet.heading(name)
        return any(one.level == ERROR and one.column == heading for one in draft.problems)

    def _enumerator(self, draft: Draft, business: Known | None, *, is_new: bool) -> int:
        name = self.sheet.value(draft, columns.ENUMERATOR)
        if not name or not is_new:
            return self.by.pk
        user = self.people.get(name.casefold())
        if user is None:
            reason = (
                "Tidak ada pewawancara dengan nama pengguna ini. Kosongkan bila Anda sendiri pewawancaranya."
            )
            self.sheet.problem(draft, columns.ENUMERATOR, reason)
            return self.by.pk
        districts = user.district_ids()
        if business is not None and districts is not None and business.district_id not in districts:
            reason = "Pewawancara ini tidak bertugas di kecamatan UMKM ini."
            self.sheet.problem(draft, columns.ENUMERATOR, reason)
        return user.pk

    # --- The answers ------------------------------------------------------------------------------
    def _checked(self, draft: Draft) -> dict[str, Any]:
        definition = self.version.definition
        given = self.sheet.answers(draft)
        checked = check(definition, self._filled(definition, given))
        for code, reason in checked.problems.items():
            if not self._is_refused(draft, of_question(code)):
                self.sheet.problem(draft, of_question(code), reason)
        for code in given.keys() - checked.values.keys() - checked.problems.keys():
            self.sheet.problem(draft, of_question(code), NOT_ASKED, level=WARNING)
        return checked.values

    def _filled(self, definition: Definition, given: Values) -> Values:
        """With what was left blank taken as declined, where that was chosen and may be said."""
        if not self.blank_declines:
            return given
        filled: dict[str, Value] = {}
        for item in definition:
            if item.shown_if and not item.shown_if.holds(filled):
                continue
            declined: Value = (DECLINED,) if item.kind is Kind.MULTIPLE else DECLINED
            if value := given.get(item.code) or (declined if item.may_decline else ""):
                filled[item.code] = value
        return filled

    def _compare(self, draft: Draft, existing: Response, held: str | None) -> None:
        """With the interview that is there: the same, or different, which nothing of a list overwrites."""
        definition = self._version_of(existing).definition
        old = values_of(existing, definition)
        given = self._filled(definition, self.sheet.answers(draft))
        if self.blank_declines:
            given = {code: value for code, value in given.items() if of_question(code) in self.sheet.places}
        new = check(definition, {**old, **given}).values
        differences = {
            item.code: [old.get(item.code), new.get(item.code)]
            for item in definition
            if old.get(item.code) != new.get(item.code)
        }
        if (
            held
            and existing.interviewed_at
            and timezone.localdate(existing.interviewed_at).isoformat() != held
        ):
            differences[columns.DAY] = [timezone.localdate(existing.interviewed_at).isoformat(), held]
        draft.target, draft.target_version = existing.pk, existing.version
        draft.differences = {code: _as_lists(pair) for code, pair in differences.items()}
        draft.verdict = Verdict.CONFLICT if differences else Verdict.UNCHANGED
        if differences:
            label = f"Wawancara {format_date(existing.interviewed_at or existing.received_at)}"
            who = f"oleh {existing.enumerator}" if existing.enumerator else ""
            draft.candidates = [Candidate(label, who, existing.pk, str(existing.public_id))]
        if draft.has_errors:
            draft.verdict = Verdict.ERROR
        draft.values = []

    def _version_of(self, response: Response) -> QuestionnaireVersion:
        return self.versions.get(response.questionnaire_id, self.version)


def _as_lists(pair: list[Any]) -> list[Any]:
    return [list(value) if isinstance(value, tuple) else value for value in pair]


def _interviewers(by: User) -> dict[str, User]:
    """Those who may interview, by their user name; and whoever brings the list."""
    able = [role for role, held in roles.PERMISSIONS.items() if Permission.ENTER_RESPONSES in held]
    users = User.objects.filter(role__in=able, is_active=True).prefetch_related("districts")
    found = {user.username.casefold(): user for user in users}
    for user in found.values():
        user.__dict__["_district_ids"] = [district.pk for district in user.districts.all()]
    return {**found, by.username.casefold(): by}
