"""The lists beside the form, as CSV for one enumerator: whom to visit, kinds of business, kelurahan.

A business that was once on the list stays on it, marked: what a draft names must be there, or Collect empties it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO

from core.models import Region, User
from registry.models import Business, Sector
from surveys.models import Assignment, FormerAssignment, Response, ResponseState, Review, Wave
from surveys.openrosa.xform import BUSINESS_LIST, NEW_BUSINESS, SECTOR_LIST, WARD_LIST

Row = tuple[str, ...]
NEW_LABEL = "Usaha baru di lapangan (tidak ada di daftar ini)"
TAKEN_BACK = "ditarik, tidak perlu dikunjungi"
MOVED = "dialihkan, tidak perlu dikunjungi"
TO_CORRECT = "DIKEMBALIKAN, perbaiki"
SENT = "sudah terkirim"
FINISHED = "selesai"


def list_of(name: str, user: User, wave: Wave) -> bytes:
    """The list of that name, one of `xform.LISTS`."""
    return _csv(_LISTS[name](user, wave))


def _businesses(user: User, wave: Wave) -> Iterator[Row]:
    """To be visited first, by kelurahan and name, then what is done or no longer theirs."""
    marks, notes = _marks(user, wave), _notes(user, wave)
    named = Business.objects.filter(pk__in=marks).select_related("ward").order_by("ward__name", "name", "pk")
    yield NEW_BUSINESS, NEW_LABEL, ""
    for business in sorted(named, key=lambda business: marks[business.pk] not in ("", TO_CORRECT)):
        label = _label(business, marks[business.pk])
        yield str(business.public_id), label, notes.get(business.pk, "")


def _marks(user: User, wave: Wave) -> dict[int, str]:
    """What is to be said of each business of theirs, by its key; nothing of one that waits for a visit."""
    former = FormerAssignment.objects.filter(wave=wave, enumerator=user)
    marks = dict.fromkeys(former.values_list("business_id", flat=True), MOVED)
    assigned = Assignment.objects.filter(wave=wave, enumerator=user)
    for business, withdrawn_at in assigned.values_list("business_id", "withdrawn_at"):
        marks[business] = TAKEN_BACK if withdrawn_at else ""
    interviews = Response.objects.interviews().filter(wave=wave)
    of_others = interviews.filter(business__assignments__in=assigned).exclude(enumerator=user)
    marks |= dict.fromkeys(of_others.values_list("business_id", flat=True), FINISHED)
    for business, state in interviews.filter(enumerator=user).values_list("business_id", "state"):
        marks[business] = _STATES.get(ResponseState(state), SENT)
    return marks


_STATES = {
    ResponseState.RETURNED: TO_CORRECT,
    ResponseState.PASSED: FINISHED,
    ResponseState.ACCEPTED: FINISHED,
}


def _notes(user: User, wave: Wave) -> dict[int, str]:
    """Why an own interview came back, in one line, by the key of its business."""
    returned = Response.objects.interviews().filter(wave=wave, enumerator=user, state=ResponseState.RETURNED)
    reviews = Review.objects.filter(response__in=returned, verdict="returned").order_by("at", "pk")
    notes = {}
    for review in reviews.select_related("response__questionnaire").prefetch_related("reasons"):
        definition = review.response.questionnaire.definition
        reasons = (
            f"{definition[code].label if code in definition else code}: {reason}"
            for code, reason in review.reason_by_code.items()
        )
        notes[review.response.business_id] = " ".join(" ".join([review.note, *reasons]).split())
    return notes


def _label(business: Business, mark: str) -> str:
    place = ", ".join(filter(None, [business.address, business.ward.name if business.ward else ""]))
    label = f"{business.name} – {place}" if place else business.name
    return f"{label} ({mark})" if mark else label


def _sectors(user: User, wave: Wave) -> Iterator[Row]:
    return ((sector.code, sector.table_label, "") for sector in Sector.objects.offered().in_study_order())


def _wards(user: User, wave: Wave) -> Iterator[Row]:
    wards = Region.objects.for_user(user).wards().select_related("parent").order_by("name", "code")
    return ((ward.code, f"{ward.name} (Kecamatan {ward.parent})", "") for ward in wards)


_LISTS: dict[str, Callable[[User, Wave], Iterator[Row]]] = {
    BUSINESS_LIST: _businesses,
    SECTOR_LIST: _sectors,
    WARD_LIST: _wards,
}


def _csv(rows: Iterable[Row]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "label", "note"))
    writer.writerows(rows)
    return text.getvalue().encode()
