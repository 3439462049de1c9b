"""The office on its own papers: one row, changed by administrators, told of in the trail."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from core.models import AuditEvent, Office
from tests.people import People
from tests.registry.attachments import photo_with_secrets

ADD, PAGE = "/admin/core/office/add/", "/admin/core/office/1/change/"
TYPED = {
    "government": "Pemerintah Kota Contoh",
    "name": "Dinas Contoh",
    "official_name": "Pejabat Contoh",
    "official_title": "Kepala Dinas",
    "official_nip": "19990101 202501 1 001",
    "certificate_years": "2",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: People) -> Client:
    client = Client()
    client.force_login(people.administrator)
    return client


def test_before_there_is_a_row_the_office_has_a_name_and_cannot_sign(settings):
    settings.OFFICE_NAME = "Kantor Uji"

    assert str(Office.objects.current()) == "Kantor Uji"
    assert not Office.objects.current().can_sign


def test_an_office_is_written_down_once_and_then_changed(desk):
    assert desk.get("/admin/core/office/")["Location"] == ADD
    desk.post(ADD, TYPED)
    assert desk.get("/admin/core/office/")["Location"] == PAGE
    assert desk.get(ADD)["Location"] == PAGE

    desk.post(PAGE, {**TYPED, "official_name": "Pejabat Baru"})

    office = Office.objects.get()
    assert (office.official_name, office.official_nip, office.can_sign) == (
        "Pejabat Baru",
        "199901012025011001",
        True,
    )
    event = AuditEvent.objects.about(office).first()
    assert event.changes == {"official_name": ["••••", "••••"]}


def test_there_is_one_office_only():
    Office.objects.create(name="Satu")
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.create(pk=2, name="Dua")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("official_nip", "123", "18 angka"),
        ("official_nip", "19990101202501100a", "18 angka"),
        ("certificate_years", "99", "10"),
        ("name", "", "wajib"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(desk, field, value, message):
    response = desk.post(ADD, {**TYPED, field: value})

    assert message in " ".join(response.context["adminform"].form.errors[field])
    assert not Office.objects.exists()


def test_a_logo_is_written_anew_kept_and_removed(desk):
    desk.post(ADD, {**TYPED, "new_logo": SimpleUploadedFile("lambang.jpg", photo_with_secrets())})
    logo = bytes(Office.objects.get().logo)
    assert Image.open(BytesIO(logo)).format == "PNG"
    assert b"Rahasia" not in logo

    desk.post(PAGE, TYPED)
    assert bytes(Office.objects.get().logo) == logo
    desk.post(PAGE, {**TYPED, "without_logo": "on"})
    assert Office.objects.get().logo is None
    assert AuditEvent.objects.about(Office.objects.get()).first().changes == {"lambang": ["ada", None]}


def test_a_logo_that_is_no_picture_is_refused(desk):
    svg = SimpleUploadedFile("lambang.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    response = desk.post(ADD, {**TYPED, "new_logo": svg})

    assert "bukan gambar" in response.content.decode()
    assert not Office.objects.exists()


def test_only_who_manages_reference_data_changes_it(people: People):
    for user in (people.registrar_a, people.verifier_a, people.official):
        client = Client()
        client.force_login(user)
        assert client.post(ADD, TYPED).status_code == 403
