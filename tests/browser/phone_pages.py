"""The pages around telephones: devices, what is held, backups, photos of an interview."""

from __future__ import annotations

from datetime import UTC, datetime

from django.urls import reverse

from surveys.actions import note_report, revoke_device
from tests.browser.every_page import World, filled, send, visit
from tests.surveys.ingesting.sends import held_in, phone_of, photo_in

SUPERVISOR, FIELD, OFFICIAL = "supervisor_a", "enumerator_a", "official"


def _with_devices(world: World) -> str:
    now, people = datetime.now(UTC), world.people
    heard = phone_of(people.enumerator_a).device
    note_report(device=heard, waiting=3, sent=12, oldest=now, at=now)
    revoke_device(device=phone_of(people.enumerator_a).device, by=people.supervisor_a, at=now)
    return reverse("surveys:device-list")


def _with_held(world: World) -> str:
    held_in(world.place, datetime.now(UTC))
    return reverse("surveys:held-list")


def _held(world: World) -> str:
    return reverse("surveys:held-detail", args=[held_in(world.place, datetime.now(UTC)).instance_id])


def _interview_with_photo(world: World) -> str:
    return reverse("surveys:response-detail", args=[photo_in(world.place).submission.response.public_id])


PHONES = [
    visit(SUPERVISOR, "surveys:device-list", _with_devices, shows="12 menurut perangkat, 0 di server"),
    visit(FIELD, "surveys:device-list", shows="Daftarkan perangkat"),
    visit(OFFICIAL, "surveys:device-list", shows="Belum ada perangkat"),
    visit(FIELD, "surveys:device-create", shows="Nama perangkat"),
    visit(FIELD, "surveys:device-create", act=send, shows="Bagian ini wajib diisi"),
    visit(FIELD, "surveys:device-create", act=filled(name="Ponsel saya"), shows="hanya tampak sekali"),
    visit(FIELD, "surveys:odk-create", shows="ODK Collect"),
    visit(FIELD, "surveys:odk-create", act=send, shows="Bagian ini wajib diisi"),
    visit(SUPERVISOR, "surveys:odk-create", act=filled(name="Ponsel Rina"), shows="hanya tampak sekali"),
    visit(OFFICIAL, "surveys:odk-create", shows="tidak ada enumerator"),
    visit(SUPERVISOR, "surveys:held-list", shows="Tidak ada kiriman yang ditahan"),
    visit(SUPERVISOR, "surveys:held-list", _with_held, shows="Gelombang pada kiriman ini tidak dikenal"),
    visit(SUPERVISOR, "surveys:held-detail", _held, shows="Coba simpan lagi"),
    visit(SUPERVISOR, "surveys:backup-restore", shows="Berkas cadangan"),
    visit(SUPERVISOR, "surveys:backup-restore", act=send, shows="Pilih berkasnya"),
    visit(FIELD, "surveys:response-detail", _interview_with_photo, shows="Foto"),
]
