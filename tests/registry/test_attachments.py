"""Photos and documents: what is taken in, how it lies on the disk, who gets it back and how."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, AuditSecret
from registry import actions, attachment_files
from registry.actions import attachments as adding
from registry.models import Attachment
from registry.models.attachments import MAX_BYTES
from tests.factories import BusinessFactory, UserFactory, registered_business
from tests.factories.registry import AT
from tests.registry.attachments import PDF, make_attachment, photo_with_secrets, picture

pytestmark = pytest.mark.django_db


def files(settings) -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_DIR).rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def _empty_media(settings, tmp_path):
    settings.MEDIA_DIR = tmp_path / "media"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(attachment, name="registry:attachment-file"):
    return reverse(name, args=[attachment.business.public_id, attachment.public_id])


def send(user, business, content, name="warung.jpg", kind="image/jpeg", caption=""):
    data = {"file": SimpleUploadedFile(name, content, kind), "caption": caption}
    return client_of(user).post(reverse("registry:attachment-add", args=[business.public_id]), data)


# --- Taken in --------------------------------------------------------------------------------------
def test_a_photo_goes_in_at_the_counter_and_comes_back_without_its_secrets(people):
    business = registered_business(ward=people.a.ward)

    response = send(people.registrar_a, business, photo_with_secrets(), caption="Tampak depan")

    assert response.status_code == 302
    attachment = Attachment.objects.get()
    assert (attachment.kind, attachment.format, str(attachment)) == ("photo", "jpeg", "Tampak depan")
    back = client_of(people.registrar_a).get(address(attachment))
    assert back.content.startswith(b"\xff\xd8")
    assert b"Rahasia" not in back.content
    assert hashlib.sha256(back.content).hexdigest() == attachment.sha256
    assert len(back.content) == attachment.size
    page = client_of(people.registrar_a).get(business.get_absolute_url()).content.decode()
    assert 'alt="Tampak depan"' in page


def test_a_document_is_kept_byte_for_byte(people):
    business = registered_business(ward=people.a.ward)

    send(people.registrar_a, business, PDF, name="NIB.pdf", kind="application/pdf")

    attachment = Attachment.objects.get()
    assert (attachment.kind, attachment.format) == ("document", "pdf")
    assert client_of(people.registrar_a).post(address(attachment)).content == PDF


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "kosong"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bukan gambar"),
        (b"<html><script>alert(1)</script>", "bukan gambar"),
        (b"\n%PDF-1.4\n%%EOF", "bukan gambar"),
        (b"%PDF-1.4\n1 0 obj", "terpotong"),
        (picture("GIF"), "bukan gambar"),
        (picture()[:150], "rusak"),
        (b"x" * (MAX_BYTES + 1), "terlalu besar"),
    ],
)
def test_what_is_neither_photo_nor_document_is_refused_at_the_field(people, settings, content, message):
    business = registered_business(ward=people.a.ward)

    response = send(people.registrar_a, business, content, caption="Tampak depan")

    assert response.status_code == 200
    assert message in response.content.decode()
    assert 'value="Tampak depan"' in response.content.decode()
    assert not Attachment.objects.exists()
    assert files(settings) == []


def test_the_content_decides_what_it_is_and_not_its_name_or_its_label(people):
    business = registered_business(ward=people.a.ward)

    send(people.registrar_a, business, PDF, name="foto.jpg", kind="image/jpeg")

    attachment = Attachment.objects.get()
    response = client_of(people.registrar_a).post(address(attachment))
    assert response["Content-Type"] == "application/pdf"
    assert attachment.download_name == "foto.jpg.pdf"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Foto\\warung.jpg", "warung.jpg"),
        ("warung\u202egpj.exe", "warunggpj.exe"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
        ("\u200b", "tanpa nama"),
        ("", "tanpa nama"),
        ("KTP 3574014101900001.pdf", "KTP 3574••••01.pdf"),
        ("<b>tebal</b>.jpg", "b>.jpg"),
    ],
)
def test_a_name_is_shown_and_never_used(name, shown, settings):
    attachment = make_attachment(name=name)

    assert attachment.original_name == shown
    [path] = files(settings)
    assert path.name == attachment.public_id.hex


@pytest.mark.parametrize(
    ("name", "download"),
    [("a.jpg", "a.jpg"), ("a.JPEG", "a.jpg"), ("a.xlsx.exe", "a.xlsx.exe.jpg"), (".jpg", "lampiran.jpg")],
)
def test_a_download_ends_as_what_it_is(name, download):
    assert make_attachment(name=name).download_name == download


def test_there_is_an_end_to_how_many(people, monkeypatch):
    monkeypatch.setattr(adding, "MAX_PER_BUSINESS", 1)
    business = registered_business(ward=people.a.ward)

    assert send(people.registrar_a, business, picture()).status_code == 302
    assert send(people.registrar_a, business, picture()).status_code == 409
    assert Attachment.objects.count() == 1


def test_a_reconstructed_row_takes_nothing():
    with pytest.raises(actions.WrongState):
        make_attachment(business=BusinessFactory(is_reconstruction=True))


# --- On the disk ------------------------------------------------------------------------------------
def test_a_file_lies_encrypted_under_a_key_of_its_own(settings):
    first, second = make_attachment(content=PDF), make_attachment(content=PDF)

    raw = [path.read_bytes() for path in files(settings)]
    assert all(b"PDF" not in content for content in raw)
    assert raw[0] != raw[1]
    assert first.secret != second.secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM registry_attachment")
        assert first.secret not in str(cursor.fetchall())
    assert {path.stat().st_mode & 0o777 for path in files(settings)} == {0o600}


def test_an_exchange_of_the_data_keys_leaves_the_files_readable(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    from core import keys

    keys.forget()
    call_command("make_keys", verbosity=0)
    attachment = make_attachment(content=PDF)
    call_command("rotate_keys")
    call_command("rotate_keys", "--remove-old")

    stored = Attachment.objects.get()
    assert attachment_files.read(attachment.public_id, secret=stored.secret) == PDF
    keys.forget()


@pytest.mark.parametrize("damage", ["changed", "exchanged", "short", "gone"])
def test_a_damaged_file_is_not_handed_out(people, settings, damage):
    business = registered_business(ward=people.a.ward)
    attachment, other = make_attachment(business=business), make_attachment(business=business, content=PDF)
    path, another = (attachment_files._path(one.public_id) for one in (attachment, other))
    if damage == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    elif damage == "exchanged":
        path.write_bytes(another.read_bytes())
    elif damage == "short":
        path.write_bytes(b"x")
    else:
        path.unlink()

    assert client_of(people.registrar_a).get(address(attachment)).status_code == 404


def test_a_file_whose_row_could_not_be_written_does_not_stay(settings, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError

    monkeypatch.setattr(adding, "_record", broken)
    with pytest.raises(RuntimeError):
        make_attachment()

    assert files(settings) == []
    assert not Attachment.objects.exists()


# --- Handed out -------------------------------------------------------------------------------------
def test_a_file_is_saved_and_never_opened_as_a_page_of_ours(people):
    attachment = make_attachment(business=registered_business(ward=people.a.ward), name='"; filename=x.html')
    response = client_of(people.enumerator_a).get(address(attachment))

    assert response["Content-Disposition"] == 'attachment; filename="\\"; filename=x.html.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_four_people_at_the_door_of_a_file(people):
    attachment = make_attachment(business=registered_business(ward=people.a.ward))

    assert client_of(people.enumerator_a).get(address(attachment)).status_code == 200
    assert client_of(people.registrar_b).get(address(attachment)).status_code == 404
    assert Client().get(address(attachment)).status_code == 302
    remove = address(attachment, "registry:attachment-remove")
    assert client_of(people.official).post(remove, {"reason": "Salah"}).status_code == 403
    other = registered_business(ward=people.a.ward)
    borrowed = reverse("registry:attachment-file", args=[other.public_id, attachment.public_id])
    assert client_of(people.enumerator_a).get(borrowed).status_code == 404


def test_a_document_is_for_who_may_read_numbers_and_every_download_is_told(people):
    document = make_attachment(business=registered_business(ward=people.a.ward), content=PDF, name="KTP.pdf")
    for user in (people.enumerator_a, people.trainer):
        assert client_of(user).post(address(document)).status_code == 403
        assert (
            address(document)
            not in client_of(user).get(document.business.get_absolute_url()).content.decode()
        )
    assert client_of(people.registrar_b).post(address(document)).status_code == 404
    reader = client_of(people.verifier_a)
    assert reader.get(address(document)).status_code == 405
    told = AuditEvent.objects.about(document.business).filter(verb="exported", actor_id=people.verifier_a.pk)
    assert not told.exists()
    assert address(document) in reader.get(document.business.get_absolute_url()).content.decode()
    assert reader.post(address(document)).content == PDF
    assert told.get().object_label == f"Dokumen UMKM: {document.business}"


def test_a_name_that_is_markup_is_shown_as_text(people):
    business = registered_business(ward=people.a.ward)
    make_attachment(business=business, name="<img src=x onerror=alert(1)>.jpg")
    page = client_of(people.official).get(business.get_absolute_url()).content.decode()

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.jpg" in page


# --- Removed ----------------------------------------------------------------------------------------
def test_what_is_removed_is_gone_and_told_of(people, settings, django_capture_on_commit_callbacks):
    business = registered_business(ward=people.a.ward)
    attachment = make_attachment(business=business, name="KTP Budi.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        response = client_of(people.registrar_a).post(
            address(attachment, "registry:attachment-remove"), {"reason": "Salah unggah"}
        )

    assert response.status_code == 302
    assert files(settings) == []
    assert not Attachment.objects.exists()
    event = AuditEvent.objects.about(business).first()
    assert event.reason == "Salah unggah"
    assert event.changes["lampiran foto"] == ["••••", None]
    assert event.changes["sidik"] == [attachment.sha256, None]
    assert AuditSecret.objects.count() == 2
    page = " ".join(client_of(people.registrar_a).get(business.get_absolute_url()).content.decode().split())
    assert "KTP Budi.jpg <span" in page  # the history still says what it was called


def test_it_is_removed_once_and_with_a_reason():
    attachment, user = make_attachment(), UserFactory()
    with pytest.raises(actions.Incomplete):
        actions.remove_attachment(attachment=attachment, reason=" ", by=user, at=AT)
    actions.remove_attachment(attachment=attachment, reason="Salah", by=user, at=AT)
    with pytest.raises(actions.WrongState):
        actions.remove_attachment(attachment=attachment, reason="Salah", by=user, at=AT)


def test_the_history_names_the_photo_and_spares_its_reader_the_sum_of_the_file(people):
    business = registered_business(ward=people.a.ward)
    send(people.registrar_a, business, picture("JPEG"), caption="Tampak depan")
    shown = client_of(people.registrar_a).get(business.get_absolute_url()).text
    history = shown[shown.index("Riwayat") :]
    assert "lampiran foto" in history
    assert "Tampak depan" in history
    assert "sidik" not in history
    assert business.attachments.get().sha256 not in history


def test_the_page_costs_the_same_with_one_and_with_many(people):
    business, client = registered_business(ward=people.a.ward), client_of(people.official)
    client.get(business.get_absolute_url())  # the session is new only once
    counts = []
    for more in (1, 6):
        for _ in range(more):
            make_attachment(business=business, content=PDF, by=people.registrar_a)
        with CaptureQueriesContext(connection) as queries:
            client.get(business.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
