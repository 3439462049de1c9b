"""One account a role, and an office that can sign, for trying things out; only where DEBUG is on."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import actions
from core.models import Office, Region, User
from core.roles import Role

PASSWORD = "peragaan-umkm-2026"  # noqa: S105 - public on purpose: these accounts work with DEBUG only
USERS = (
    ("admin", "Administrator Peragaan", Role.ADMINISTRATOR),
    ("petugas", "Petugas Peragaan", Role.REGISTRAR),
    ("verifikator", "Verifikator Peragaan", Role.VERIFIER),
    ("enumerator", "Enumerator Peragaan", Role.ENUMERATOR),
    ("pengawas", "Pengawas Peragaan", Role.SUPERVISOR),
    ("pimpinan", "Pimpinan Peragaan", Role.OFFICIAL),
    ("pelatih", "Pelatih Peragaan", Role.TRAINER),
)


OFFICE = {
    "government": "Pemerintah Kota Contoh",
    "name": "Dinas Koperasi dan UMKM",
    "address": "Jalan Contoh Nomor 1, Kota Contoh",
    "contact": "kantor@contoh.test",
    "place": "Kota Contoh",
    "official_name": "Pejabat Contoh, S.E.",
    "official_title": "Kepala Dinas Koperasi dan UMKM",
    "official_nip": "199901012025011001",
}


class Command(BaseCommand):
    help = "Buat akun peragaan, satu untuk setiap peran (hanya dengan DEBUG)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("akun peragaan hanya boleh ada dengan DEBUG=true")
        district = Region.objects.districts().order_by("code").first()
        if district is None:
            raise CommandError("belum ada kecamatan: jalankan load_regions lebih dahulu")
        new = 0
        existing = {
            user.username: user for user in User.objects.filter(username__in=[u for u, _, _ in USERS])
        }
        for username, full_name, role in USERS:
            user = existing.get(username)
            if user is not None and not user.is_demo:
                raise CommandError(f"nama pengguna {username} sudah dipakai akun yang bukan peragaan")
            if user is None:
                _create(username, full_name, role, district)
                new += 1
        if not Office.objects.exists():
            actions.save_office(office=Office(**OFFICE), by=None, at=timezone.now())
        self.stdout.write(f"Akun peragaan: {len(USERS)} ({new} baru), kata sandi {PASSWORD}.")


def _create(username: str, full_name: str, role: Role, district: Region) -> None:
    local = role == Role.ENUMERATOR
    user = User(username=username, full_name=full_name, role=role, whole_city=not local, is_demo=True)
    user.set_password(PASSWORD)
    actions.save_user(user=user, districts=[district] if local else [], by=None, at=timezone.now())
