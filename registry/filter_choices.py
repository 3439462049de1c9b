"""What the less common filters of a list offer, and the condition each choice stands for."""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from core.formats import format_date
from core.models import ImportBatch, ImportRow, ImportState, RowOutcome, User
from core.permissions import Permission
from registry.models import BusinessPermit, LegalForm, PermitKind
from registry.models.businesses import BusinessQuerySet

UNKNOWN, YES, NO, ANY, NONE = "unknown", "yes", "no", "any", "none"
HAS = [(YES, "Ada"), (NO, "Tidak ada")]
LEGAL_FORMS = [*LegalForm.choices, (UNKNOWN, "Belum diisi")]
PERMITS = [(ANY, "Ada, apa pun"), *PermitKind.choices, (NONE, "Tidak ada")]
WORKERS: dict[str, tuple[int, int | None]] = {
    "0": (0, 0),
    "1-4": (1, 4),
    "5-19": (5, 19),
    "20-99": (20, 99),
    "100": (100, None),
}
WORKER_CHOICES = [
    ("0", "Tanpa tenaga kerja"),
    ("1-4", "1–4 orang"),
    ("5-19", "5–19 orang"),
    ("20-99", "20–99 orang"),
    ("100", "100 orang atau lebih"),
    (UNKNOWN, "Belum diisi"),
]
SHOWN_BATCHES = 50
WRITTEN = (RowOutcome.CREATED, RowOutcome.CHANGED, RowOutcome.PROPOSED)
# From one source to the next on the index of (source, source_key), instead of over all rows.
_SOURCES = """
    WITH RECURSIVE found(source) AS (
      SELECT MIN(source) FROM registry_business WHERE source_key <> ''
      UNION ALL
      SELECT (SELECT MIN(source) FROM registry_business WHERE source_key <> '' AND source > found.source)
      FROM found WHERE found.source IS NOT NULL
    )
    SELECT source FROM found WHERE source <> ''
"""


def source_choices() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES)
        return [(source, source) for (source,) in cursor.fetchall()]


def batch_choices(user: User) -> list[tuple[str, str]]:
    """The newest imports that this user may see, by their public id."""
    if not user.can(Permission.IMPORT_BUSINESSES):
        return []
    batches = ImportBatch.objects.for_user(user).filter(state=ImportState.COMMITTED).newest_first()
    return [
        (str(batch.public_id), f"{batch.file_name}, {format_date(batch.uploaded_at)}")
        for batch in batches[:SHOWN_BATCHES]
    ]


def of_batch(businesses: BusinessQuerySet, public_id: str) -> BusinessQuerySet:
    """Those that an import created or changed."""
    rows = ImportRow.objects.filter(batch__public_id=public_id, outcome__in=WRITTEN, target__isnull=False)
    return businesses.filter(pk__in=rows.values("target"))


def with_workers(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    unknown = Q(workers_male__isnull=True, workers_female__isnull=True)
    if choice == UNKNOWN:
        return businesses.filter(unknown)
    least, most = WORKERS[choice]
    known = businesses.exclude(unknown).annotate(
        workers=Coalesce(F("workers_male"), 0) + Coalesce(F("workers_female"), 0)
    )
    return known.filter(workers__gte=least) if most is None else known.filter(workers__range=(least, most))


def with_permit(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    permits = BusinessPermit.objects.filter(business=OuterRef("pk"))
    if choice == NONE:
        return businesses.filter(~Exists(permits))
    return businesses.filter(Exists(permits if choice == ANY else permits.filter(kind=choice)))


def with_legal_form(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    return businesses.filter(legal_form="" if choice == UNKNOWN else choice)


def with_nib(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    return businesses.exclude(nib="") if choice == YES else businesses.filter(nib="")


def with_npwp(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    return businesses.filter(npwp__isnull=choice == NO)


def with_location(businesses: BusinessQuerySet, choice: str) -> BusinessQuerySet:
    return businesses.filter(latitude__isnull=choice == NO)
