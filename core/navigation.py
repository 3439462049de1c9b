"""The main menu: one line an entry, shown to those who hold its permission."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from core.models import User
from core.permissions import Permission


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permission: Permission
    hint: str
    or_permission: Permission | None = None  # opens it as well

    def is_open_to(self, user: User) -> bool:
        return user.can(self.permission) or (self.or_permission is not None and user.can(self.or_permission))


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    hint: str
    is_current: bool
    count: int | None = None


ENTRIES = (
    Entry("Dasbor", "dashboards:overview", Permission.VIEW_DASHBOARD, "Keadaan UMKM dalam empat tabel"),
    Entry("UMKM", "registry:business-list", Permission.VIEW_BUSINESSES, "Cari, baca, dan buka data UMKM"),
    Entry(
        "Verifikasi",
        "registry:registration-queue",
        Permission.APPROVE_REGISTRATIONS,
        "Pendaftaran yang menunggu",
    ),
    Entry("Mutu data", "registry:quality", Permission.EDIT_BUSINESSES, "Data yang kurang atau janggal"),
    Entry(
        "Impor",
        "core:import-list",
        Permission.IMPORT_BUSINESSES,
        "Daftar UMKM dan wawancara dari lembar kerja",
        Permission.IMPORT_RESPONSES,
    ),
    Entry(
        "Kemungkinan ganda",
        "registry:duplicate-list",
        Permission.RESOLVE_DUPLICATES,
        "UMKM yang mungkin tercatat dua kali",
    ),
    Entry(
        "Wawancara",
        "surveys:wave-list",
        Permission.VIEW_RESPONSES,
        "Survei dan jawabannya, gelombang demi gelombang",
    ),
    Entry(
        "Aplikasi lapangan",
        "field:shell",
        Permission.ENTER_RESPONSES,
        "Wawancara di ponsel, juga tanpa jaringan",
    ),
    Entry(
        "Tugas saya",
        "surveys:task-list",
        Permission.ENTER_RESPONSES,
        "UMKM yang Anda datangi, dan tenggatnya",
    ),
    Entry(
        "Kemajuan survei",
        "surveys:progress-newest",
        Permission.VIEW_RESPONSES,
        "Siapa mengerjakan apa, dan siapa tertinggal",
    ),
    Entry(
        "Pemeriksaan",
        "surveys:review-queue",
        Permission.REVIEW_RESPONSES,
        "Wawancara yang menunggu diperiksa dan diterima",
        Permission.ACCEPT_RESPONSES,
    ),
    Entry("Jejak audit", "core:audit-list", Permission.VIEW_AUDIT, "Siapa melakukan apa, dan kapan"),
    Entry(
        "Pengelolaan data", "admin:index", Permission.USE_ADMIN, "Formulir dan daftar untuk petugas kantor"
    ),
)


def items_for(user: User, path: str) -> list[Item]:
    """The entries open to `user`; the one whose address `path` begins with is the current one."""
    items = [(entry, reverse(entry.url_name)) for entry in ENTRIES if entry.is_open_to(user)]
    current = max((url for _, url in items if path.startswith(url)), key=len, default=None)
    return [Item(entry.label, url, entry.hint, url == current, _count(entry, user)) for entry, url in items]


def _count(entry: Entry, user: User) -> int | None:
    """How much waits behind the entry; the apps say it, as this room imports none of them."""
    counter = settings.MENU_COUNTERS.get(entry.url_name)
    return import_string(counter)(user) if counter else None
