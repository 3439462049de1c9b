"""Names in cells to rows of the database: places and kinds of business, looked up once a batch."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from difflib import get_close_matches

from core.cleaning import CleaningError, clean_text
from core.models import Region, User
from registry.models import LegalForm, MicroKind, Sector, Sex

Place = tuple[int, int]  # kelurahan, kecamatan
MIN_BEGINNING = 4  # letters; a single one is the letter of a section
_WORDS = re.compile(r"[^\W_]+")
_PREFIXES = ("kelurahan ", "kel. ", "kel ", "desa ", "kecamatan ", "kec. ", "kec ")


def _word(text: str, known: Container[str]) -> str:
    """In small letters, without “kelurahan” or “kec.” in front unless the name has it."""
    word = clean_text(text).casefold()
    for prefix in _PREFIXES:
        if word.startswith(prefix) and word not in known:
            return word[len(prefix) :]
    return word


def _hint(word: str, known: dict[str, str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f" Mungkin maksudnya “{known[near[0]]}”?" if near else ""


def _bare(text: str) -> str:
    """Letters and digits, without “dan”: what is left of a name that somebody knows by heart."""
    return " ".join(word for word in _WORDS.findall(text.casefold()) if word != "dan")


def _unspaced(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


class Places:
    """The kelurahan of the user's area, by name and kecamatan."""

    def __init__(self, user: User) -> None:
        self.by_name: dict[str, dict[str, Place]] = {}
        self.names: dict[str, str] = {}
        self.districts: dict[str, str] = {}
        wards = Region.objects.for_user(user).wards().select_related("parent").order_by("code")
        for ward in wards:
            if ward.parent is None:
                continue
            name, district = ward.name.casefold(), ward.parent.name.casefold()
            self.by_name.setdefault(name, {})[district] = (ward.pk, ward.parent.pk)
            self.names[name], self.districts[district] = ward.name, ward.parent.name
        self.unspaced = {_unspaced(name): name for name in self.names}
        self._seen: dict[tuple[str, str], Place | CleaningError] = {}

    def find(self, ward: str, district: str) -> Place:
        """Raises CleaningError for a kelurahan that is unknown here, or stands in another kecamatan."""
        seen = self._seen.get((ward, district))
        if seen is None:
            try:
                seen = self._find(_word(ward, self.names), _word(district, self.districts))
            except CleaningError as error:
                seen = error
            self._seen[ward, district] = seen
        if isinstance(seen, CleaningError):
            raise seen
        return seen

    def _find(self, ward: str, district: str) -> Place:
        ward = self.unspaced.get(_unspaced(ward), ward)
        found = self.by_name.get(ward)
        if found is None:
            hint = _hint(ward, self.names)
            raise CleaningError(f"Kelurahan ini tidak dikenal atau di luar wilayah Anda.{hint}")
        if not district:
            if len(found) > 1:
                raise CleaningError("Ada beberapa kelurahan bernama ini; isi kolom Kecamatan.")
            return next(iter(found.values()))
        if district in found:
            return found[district]
        if district not in self.districts:
            hint = _hint(district, self.districts)
            raise CleaningError(f"Kecamatan ini tidak dikenal atau di luar wilayah Anda.{hint}")
        places = " atau ".join(self.districts[name] for name in found)
        raise CleaningError(
            f"Kelurahan {self.names[ward]} tidak berada di Kecamatan {self.districts[district]}, "
            f"tetapi di {places}."
        )


class Sectors:
    """The kinds of business the user may choose, by letter and name; and which codes belong to each."""

    def __init__(self, user: User) -> None:
        self.by_word: dict[str, Sector] = {}
        self.shown: dict[str, str] = {}
        self.divisions: dict[str, list[Sector]] = {}
        for sector in Sector.objects.offered_to(user):
            for word in (sector.code, sector.name, sector.study_label, str(sector)):
                if word:
                    self.by_word.setdefault(word.casefold(), sector)
                    self.shown[word.casefold()] = word
        self.sectors = {sector.pk: sector for sector in self.by_word.values()}
        self.bare: dict[str, set[int]] = {}
        for word, sector in self.by_word.items():
            self.bare.setdefault(_bare(word), set()).add(sector.pk)
        self._seen: dict[str, int | CleaningError] = {}

    def find(self, text: str) -> int:
        seen = self._seen.get(text)
        if seen is None:
            word = clean_text(text).casefold()
            sector = self.by_word.get(word)
            seen = sector.pk if sector else self._by_beginning(word)
            if seen is None:
                hint = (
                    _hint(word, self.shown) or " Tulis nama atau huruf KBLI-nya, misalnya Perdagangan atau G."
                )
                seen = CleaningError(f"Jenis usaha ini tidak dikenal.{hint}")
            self._seen[text] = seen
        if isinstance(seen, CleaningError):
            raise seen
        return seen

    def _by_beginning(self, word: str) -> int | None:
        """The only kind of business that is called so, or whose name begins with these whole words."""
        sought = _bare(word)
        if len(sought) < MIN_BEGINNING:
            return None
        called = {
            pk
            for name, pks in self.bare.items()
            for pk in pks
            if name == sought or name.startswith(f"{sought} ")
        }
        return called.pop() if len(called) == 1 else None

    def of_code(self, code: str) -> int | None:
        """The only kind of business that a KBLI code belongs to."""
        fitting = [
            sector.pk
            for sector in self.sectors.values()
            if sector.division_first and sector.division_first <= code[:2] <= sector.division_last
        ]
        return fitting[0] if len(fitting) == 1 else None

    def why_not(self, pk: int, code: str) -> str:
        """Why a code cannot belong to the kind of business, or nothing."""
        sector = self.sectors.get(pk)
        if sector is None or not sector.division_first:
            return ""
        if sector.division_first <= code[:2] <= sector.division_last:
            return ""
        return (
            f"Kode {code} tidak termasuk jenis usaha ini: dua angka pertamanya harus "
            f"{sector.division_first}–{sector.division_last}."
        )


def offered(column: str, user: User) -> Sequence[str]:
    """The words a column takes: places and kinds of business as the user may choose them, and fixed ones."""
    if column == "sector":
        return [sector.name for sector in Sector.objects.offered_to(user)]
    if column in ("ward", "district"):
        level = Region.objects.for_user(user)
        regions = level.wards() if column == "ward" else level.districts()
        return list(regions.order_by("name").values_list("name", flat=True).distinct())
    return FIXED.get(column, ())


FIXED: Mapping[str, Sequence[str]] = {
    "legal_form": LegalForm.labels,
    "micro_kind": MicroKind.labels,
    "sex": Sex.labels,
    "owner_sex": Sex.labels,
}
