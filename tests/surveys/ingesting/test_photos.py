"""Photos follow their interview, lose what the camera wrote into them, and show to who may read it."""

from __future__ import annotations

import uuid
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from registry import attachment_files
from surveys.actions import PhotoRefused, store_photo
from surveys.models import Submission, SubmissionPhoto
from tests.registry.attachments import photo_with_secrets, picture
from tests.surveys.ingesting.sends import AT, body, one_business, phone_of, photo_in

PHOTO = photo_with_secrets()


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def named(content: bytes, name: str = "foto-1.jpg") -> dict[str, object]:
    return {"name": name, "sha256": sha256(content).hexdigest(), "size": len(content)}


@pytest.fixture
def sent(people):
    """A telephone, and the id of an interview it sent that names two photos."""
    phone = phone_of(people.enumerator_a)
    document = body(*one_business(people), photos=[named(PHOTO), named(b"kecil", "foto-2.jpg")])
    assert phone.send(document).status_code == 201
    return phone, document["instance_id"]


def put(phone, instance_id, content=PHOTO, name="foto-1.jpg", digest=None):
    url = reverse("field:photo-update", args=[instance_id, name])
    headers = phone.headers | {"X-Sha256": digest or sha256(content).hexdigest()}
    return Client().put(url, content, "image/jpeg", headers=headers)


def test_new_then_same(sent):
    assert [put(*sent).status_code for _ in range(3)] == [201, 200, 200]
    assert SubmissionPhoto.objects.count() == 1
    assert put(*sent)["X-Receipt-For"] == sent[1]


def test_what_the_camera_wrote_into_it_is_gone_and_the_file_is_encrypted(sent):
    put(*sent)
    photo = SubmissionPhoto.objects.get()

    with Image.open(BytesIO(attachment_files.read(photo.public_id, secret=photo.secret))) as stored:
        assert stored.format == "JPEG"
        assert not stored.getexif()
        assert stored.size == (40, 60)  # upright
    on_disk = Path(
        settings.MEDIA_DIR, "attachments", photo.public_id.hex[:2], photo.public_id.hex
    ).read_bytes()
    assert b"JFIF" not in on_disk
    assert b"Rahasia" not in on_disk


def test_another_picture_under_the_same_name_is_refused(sent):
    phone, instance_id = sent
    put(phone, instance_id)
    SubmissionPhoto.objects.update(sent_sha256="0" * 64)

    assert put(phone, instance_id).status_code == 409


def test_a_picture_that_did_not_arrive_whole_is_refused(sent):
    assert "tidak sampai utuh" in put(*sent, digest="0" * 64).json()["error"]
    assert put(*sent, content=PHOTO[:-20]).status_code == 400
    assert not SubmissionPhoto.objects.exists()


def test_a_picture_the_interview_did_not_name_is_refused(sent):
    assert put(*sent, name="lain.jpg").status_code == 400
    assert put(*sent, content=picture(size=(5, 5))).status_code == 400


def test_what_is_no_picture_is_refused_and_leaves_no_file(sent):
    before = set(Path(settings.MEDIA_DIR).rglob("*"))
    answer = put(*sent, content=b"kecil", name="foto-2.jpg")

    assert answer.status_code == 400
    assert "bukan gambar" in answer.json()["error"]
    assert {path for path in Path(settings.MEDIA_DIR).rglob("*") if path.is_file()} <= before


def test_before_its_interview_nothing_is_taken(sent, people):
    phone, instance_id = sent
    assert put(phone, uuid.uuid4()).status_code == 404
    assert put(phone_of(people.enumerator_b), instance_id).status_code == 404


def test_too_large_is_told_by_its_length(sent):
    assert put(*sent, content=b"x" * (5 * 1024**2 + 1)).status_code == 413


def test_not_more_than_five(people):
    submission = photo_in(people.a).submission
    photo = SubmissionPhoto.objects.get()
    for number in range(2, 6):
        SubmissionPhoto.objects.create(
            submission=submission,
            name=f"foto-{number}.jpg",
            sent_sha256="",
            size=1,
            secret=photo.secret,
            received_at=AT,
        )
    Submission.objects.update(user=people.enumerator_a)
    with pytest.raises(PhotoRefused, match="Paling banyak 5 foto"):
        store_photo(submission=submission, name="foto-6.jpg", content=PHOTO, at=AT)


def test_it_shows_on_the_page_of_the_interview_and_opens(client, people):
    photo = photo_in(people.a)
    response = photo.submission.response
    url = reverse("surveys:response-photo", args=[response.public_id, photo.public_id])
    client.force_login(people.supervisor_a)

    assert url in client.get(reverse("surveys:response-detail", args=[response.public_id])).content.decode()
    answer = client.get(url)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xff\xd8")


def test_it_belongs_to_that_interview_and_that_area(client, people):
    photo, other = photo_in(people.a), photo_in(people.b)
    client.force_login(people.supervisor_a)
    for response in (photo.submission.response, other.submission.response):
        url = reverse("surveys:response-photo", args=[response.public_id, other.public_id])
        assert client.get(url).status_code == 404


def test_a_file_that_is_damaged_is_not_there(client, people):
    photo = photo_in(people.a)
    attachment_files.remove(photo.public_id)
    client.force_login(people.supervisor_a)

    url = reverse("surveys:response-photo", args=[photo.submission.response.public_id, photo.public_id])
    assert client.get(url).status_code == 404
