"""A business that came with an interview of it: recorded once, whatever is sent how often."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.cleaning import CleaningError, clean_text
from core.models import Region, User
from registry.actions import ActionError, record_found
from registry.duplicates import candidates_for, sought
from registry.models import Business, Owner, Sector
from surveys.ingesting import Found

DOUBLE_REASON = "Disimpan walaupun mungkin ganda: dikirim dari lapangan, diperiksa kantor kemudian"
# What an interview and its marks read of a business; the rest stays unread, and undeciphered.
OF_AN_INTERVIEW = (
    "public_id",
    "name",
    "status",
    "is_reconstruction",
    "merged_into",
    "sector",
    "ward",
    "district",
    "scale_uu20",
    "scale_pp7",
    "latitude",
    "longitude",
)
LENGTHS = {
    "name": ("Nama usaha", 150),
    "owner_name": ("Nama pelaku usaha", 150),
    "address": ("Alamat usaha", 250),
}


def standing_business(public_id: UUID, user: User) -> Business | None:
    """The business in the user's area; of one that was merged meanwhile, the one that stands."""
    try:
        business = Business.objects.in_area_of(user).only(*OF_AN_INTERVIEW).get(public_id=public_id)
    except Business.DoesNotExist:
        return None
    while business.merged_into_id is not None and business.merged_into is not None:
        business = business.merged_into
    return business


def found_business(found: Found, by: User, at: datetime) -> Business:
    """The business as it stands, or a new draft; likely doubles go on the worklist instead of in the way."""
    sent_before = standing_business(found.public_id, by)
    if sent_before is not None:
        return sent_before
    name, owner_name, address = (_line(found, field) for field in LENGTHS)
    if not name:
        raise ActionError("Nama usaha yang ditemukan belum diisi.")
    sector = Sector.objects.offered().filter(code=found.sector).first()
    if sector is None:
        raise ActionError("Jenis usaha yang ditemukan tidak dikenal.")
    wards = Region.objects.for_user(by).filter(level=Region.Level.WARD)
    ward = wards.select_related("parent").filter(code=found.ward).first()
    if ward is None:
        raise ActionError("Kelurahan usaha yang ditemukan tidak ada di wilayah kerja pengirimnya.")
    doubles = candidates_for(sought(name=name, owner_name=owner_name, ward=ward), by)
    business, _ = record_found(
        business=Business(public_id=found.public_id, name=name, sector=sector, ward=ward, address=address),
        owner=Owner(name=owner_name) if owner_name else None,
        by=by,
        at=at,
        double_reason=DOUBLE_REASON if doubles else "",
    )
    return business


def _line(found: Found, field: str) -> str:
    label, most = LENGTHS[field]
    try:
        text = clean_text(getattr(found, field))
    except CleaningError as error:
        raise ActionError(f"{label}: {error.message}") from error
    if len(text) > most:
        raise ActionError(f"{label}: paling banyak {most} huruf.")
    return text
