"""The pages of one wave, for the line of links on each of them and on the list of waves."""

from __future__ import annotations

from core.models import User
from core.permissions import Permission

# Name of the address, which takes the code of the wave, its label, and who may open it.
TABS = (
    ("surveys:wave-businesses", "Daftar UMKM", Permission.VIEW_RESPONSES),
    ("surveys:wave-progress", "Kemajuan", Permission.VIEW_RESPONSES),
    ("surveys:assignment-create", "Penugasan", Permission.MANAGE_FIELDWORK),
    ("surveys:assignment-list", "Daftar penugasan", Permission.MANAGE_FIELDWORK),
    ("surveys:back-check-list", "Wawancara ulang", Permission.REVIEW_RESPONSES),
    ("surveys:wave-quality", "Mutu wawancara", Permission.MANAGE_FIELDWORK),
)


def wave_tabs(user: User) -> list[tuple[str, str]]:
    """Address and label of the pages this user may open."""
    return [(name, label) for name, label, permission in TABS if user.can(permission)]
