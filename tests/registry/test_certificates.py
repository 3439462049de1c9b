"""Issuing and taking back, and what the page behind the QR code says to anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import keys
from core.models import AuditEvent, Office, Throttle, Verb
from registry import actions
from registry.certificate_pdf import certificate_pdf
from registry.certificates import code_of
from registry.models import Business, Certificate, Registration
from registry.views import certificate_check
from tests.audit_guard import audit_guard
from tests.factories import BusinessFactory, OwnerFactory, UserFactory, registered_business
from tests.registry.certificates import ISSUED_AT, SITE, make_certificate, make_office

pytestmark = pytest.mark.django_db
LATER = ISSUED_AT + timedelta(days=1)


@pytest.fixture
def fresh():
    """A certificate that is valid on the day of the test."""
    return make_certificate(
        at=timezone.now(), name="Warung Sumber Rejeki", owner=OwnerFactory(name="Pelaku Rahasia")
    )


def page_of(certificate, signature=None):
    code = [certificate.public_id, certificate.signature if signature is None else signature]
    return Client().get(reverse("certificates:check-code", args=code))


def verdict(response) -> str:
    found = re.search(r'class="verdict verdict-(\w+)"', response.content.decode())
    return found[1] if found else ""


# --- Issuing -----------------------------------------------------------------------------------------
def test_a_certificate_says_what_the_register_says_today():
    certificate = make_certificate()

    assert certificate.number == certificate.business.registration.number
    assert str(certificate.valid_until) == "2028-03-21"
    event = AuditEvent.objects.get(verb=Verb.ISSUED)
    assert event.district_id == certificate.business.district_id
    assert event.changes["number"] == [None, certificate.number]


def test_the_day_of_issue_is_the_day_in_jakarta():
    certificate = make_certificate(at=datetime(2026, 3, 21, 20, 0, tzinfo=UTC))  # 03.00 on the 22nd

    assert '"issued":"2026-03-22"' in certificate.statement


def test_a_certificate_of_the_29th_of_february_ends_on_the_28th():
    certificate = make_certificate(at=datetime(2028, 2, 29, 3, 0, tzinfo=UTC))

    assert str(certificate.valid_until) == "2030-02-28"


def test_a_new_certificate_takes_the_place_of_the_one_before():
    first = make_certificate()
    user = UserFactory(role="verifier")
    with audit_guard(Certificate):
        second = actions.issue_certificate(business=first.business, by=user, at=LATER)

    first.refresh_from_db()
    assert (first.revoked_at, first.revoked_by) == (LATER, user)
    assert list(Certificate.objects.standing()) == [second]
    assert second.public_id != first.public_id


def test_a_draft_gets_no_certificate():
    make_office()
    with pytest.raises(actions.WrongState, match="terdaftar"):
        actions.issue_certificate(business=BusinessFactory(), by=UserFactory(), at=ISSUED_AT)


def test_a_business_that_has_closed_gets_no_certificate():
    make_office()
    business = registered_business(status="closed", status_since=ISSUED_AT.date())
    with pytest.raises(actions.WrongState):
        actions.issue_certificate(business=business, by=UserFactory(), at=ISSUED_AT)


@pytest.mark.parametrize("missing", [{}, {"official_name": ""}, {"official_title": ""}])
def test_without_somebody_who_signs_there_is_no_certificate(missing):
    if missing:
        make_office(**missing)
    with pytest.raises(actions.Incomplete, match="Pejabat penanda tangan"):
        actions.issue_certificate(business=registered_business(), by=UserFactory(), at=ISSUED_AT)
    assert not Certificate.objects.exists()


def test_a_certificate_is_taken_back_once_and_with_a_reason():
    certificate, user = make_certificate(), UserFactory()
    with pytest.raises(actions.Incomplete):
        actions.revoke_certificate(certificate=certificate, reason=" ", by=user, at=LATER)
    with audit_guard(Certificate):
        actions.revoke_certificate(certificate=certificate, reason="Salah orang", by=user, at=LATER)
    with pytest.raises(actions.WrongState):
        actions.revoke_certificate(certificate=certificate, reason="Lagi", by=user, at=LATER)

    assert AuditEvent.objects.get(verb=Verb.REVOKED).reason == "Salah orang"


def test_the_words_of_the_paper_are_kept_encrypted(fresh):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT paper FROM registry_certificate")
        assert "Pelaku Rahasia" not in cursor.fetchone()[0]


# --- The page anybody may open ---------------------------------------------------------------------
def test_the_page_of_a_genuine_certificate_says_little(fresh):
    response = page_of(fresh)
    text = response.content.decode()

    assert (response.status_code, verdict(response)) == (200, "valid")
    assert fresh.number in text
    assert "Warung Sumber Rejeki" in text
    assert "Pelaku Rahasia" not in text
    assert "no-store" in response["Cache-Control"]
    assert verdict(Client().get(reverse("certificates:check", args=[fresh.public_id]))) == "valid"


def test_an_address_nobody_gave_out_is_not_found():
    response = Client().get(reverse("certificates:check", args=["00000000-0000-4000-8000-000000000000"]))

    assert response.status_code == 404
    assert "tidak ditemukan" in response.content.decode()


def test_the_page_of_one_that_was_taken_back_says_so_and_not_why(fresh):
    actions.revoke_certificate(certificate=fresh, reason="Dugaan penipuan", by=UserFactory(), at=LATER)
    response = page_of(fresh)

    assert verdict(response) == "revoked"
    assert "Dugaan penipuan" not in response.content.decode()


def test_the_page_of_one_that_ran_out_says_so():
    assert verdict(page_of(make_certificate(at=timezone.now() - timedelta(days=3 * 366)))) == "expired"


@pytest.mark.parametrize(
    ("state", "shown"), [("suspended", "suspended"), ("expired", "expired"), ("revoked", "revoked")]
)
def test_the_page_follows_the_registration(fresh, state, shown):
    Registration.objects.update(state=state, note="Alasan contoh", valid_until="2099-12-31")

    assert verdict(page_of(fresh)) == shown


def test_a_registration_that_ran_out_yesterday_is_expired_before_anybody_marks_it(fresh):
    Registration.objects.update(valid_until=timezone.localdate() - timedelta(days=1))

    assert verdict(page_of(fresh)) == "expired"


def test_a_certificate_ends_no_later_than_the_registration():
    make_office()
    business = registered_business()
    Registration.objects.update(valid_until="2026-12-31")
    certificate = actions.issue_certificate(business=Business.objects.get(), by=UserFactory(), at=ISSUED_AT)

    assert str(certificate.valid_until) == "2026-12-31"
    assert certificate.business == business


def test_the_certificate_of_a_record_merged_into_another_ends(fresh, people):
    winner = registered_business()
    actions.merge_businesses(
        winner=winner,
        loser=fresh.business,
        versions=(winner.version, fresh.business.version),
        take=[],
        reason="Usaha yang sama",
        by=people.verifier_a,
        at=LATER,
    )

    assert Certificate.objects.get().business == fresh.business
    assert verdict(page_of(fresh)) == "ended"


@pytest.mark.parametrize("status", ["closed", "moved"])
def test_the_page_follows_a_business_that_leaves(fresh, status):
    Business.objects.update(status=status, status_since=ISSUED_AT.date())

    assert verdict(page_of(fresh)) == "ended"


def test_a_renamed_business_keeps_its_certificate_and_the_page_tells(fresh):
    assert "sudah berubah" not in page_of(fresh).content.decode()
    Business.objects.update(name="Warung Baru")
    response = page_of(fresh)

    assert verdict(response) == "valid"
    assert "sudah berubah" in response.content.decode()
    assert "Warung Baru" not in response.content.decode()


@pytest.mark.parametrize("signature", ["A" * 86, "A", "A" * 200])
def test_a_code_with_another_signature_does_not_fit(fresh, signature):
    response = page_of(fresh, signature)

    assert verdict(response) == "altered"
    assert fresh.number not in response.content.decode()


@pytest.mark.parametrize(
    "tampering",
    [
        {"statement": "{}"},
        {"statement": "bukan JSON"},
        {"number": "2026-999999"},
        {"valid_until": "2099-01-01"},
        {"key_id": "000000000000"},
        {"signature": "B" * 86},
    ],
)
def test_a_row_somebody_changed_in_the_database_does_not_fit(fresh, tampering):
    Certificate.objects.update(**tampering)
    fresh.refresh_from_db()

    assert verdict(page_of(fresh)) == "altered"


def test_a_signed_statement_moved_to_another_business_does_not_fit(fresh):
    other = registered_business()
    Certificate.objects.update(business=other)

    assert verdict(page_of(fresh)) == "altered"


def test_too_many_questions_from_one_address_are_put_off(fresh, monkeypatch):
    monkeypatch.setattr(certificate_check, "CHECKS_PER_ADDRESS", 2)

    assert [page_of(fresh).status_code for _ in range(3)] == [200, 200, 429]
    assert fresh.number not in page_of(fresh).content.decode()
    Throttle.objects.all().delete()
    assert page_of(fresh).status_code == 200


# --- At the desk -----------------------------------------------------------------------------------
def test_verifier_and_administrator_issue_and_nobody_else(people):
    make_office()
    business = registered_business(ward=people.a.ward)
    url = reverse("registry:certificate-issue", args=[business.public_id])
    for user, status in (
        (people.verifier_a, 302),
        (people.administrator, 302),
        (people.verifier_b, 404),
        (people.registrar_a, 403),
        (people.official, 403),
    ):
        client = Client()
        client.force_login(user)
        assert client.post(url).status_code == status, user.username
    assert Certificate.objects.standing().count() == 1


def test_a_download_is_a_paper_and_leaves_an_event(people):
    certificate = make_certificate(ward=people.a.ward)
    client = Client()
    client.force_login(people.registrar_a)
    url = reverse("registry:certificate-download", args=[certificate.business.public_id])

    assert client.get(url).status_code == 405
    response = client.post(url)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="sertifikat-{certificate.number}.pdf"'
    assert response.content.startswith(b"%PDF-")
    assert AuditEvent.objects.get(verb=Verb.PRINTED).object_type == "registry.certificate"


def test_the_business_page_shows_the_certificate_and_its_history(people):
    certificate = make_certificate(ward=people.a.ward)
    actions.revoke_certificate(certificate=certificate, reason="Salah orang", by=people.verifier_a, at=LATER)
    client = Client()
    client.force_login(people.verifier_a)
    text = client.get(certificate.business.get_absolute_url()).content.decode()

    assert "Terbitkan sertifikat baru" in text
    assert "Menerbitkan sertifikat" in " ".join(text.split())
    assert "Mencabut sertifikat" in " ".join(text.split())
    assert "Salah orang" in text


# --- Checked without the register ------------------------------------------------------------------
def verified(path, *options) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_certificate", str(path), *options, stdout=out)
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def pdf(fresh, tmp_path):
    path = tmp_path / "sertifikat.pdf"
    path.write_bytes(certificate_pdf(fresh, logo=None, site=SITE))
    return path


def test_a_paper_is_checked_with_the_public_keys_alone(fresh, pdf, tmp_path, django_assert_num_queries):
    published = tmp_path / "kunci.json"
    published.write_bytes(Client().get(reverse("certificates:keys")).content)
    with django_assert_num_queries(0):
        for options in ([], ["--keys", str(published)]):
            code, line = verified(pdf, *options)
            assert code == 0
            assert line.startswith(f"sah: {fresh.number}, Warung Sumber Rejeki, Kelurahan ")
            assert line.count("\n") == 1


def test_a_paper_outlives_the_key_that_signed_it(fresh, pdf, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    call_command("make_keys", stdout=StringIO())
    old = make_certificate(at=timezone.now())
    path = tmp_path / "lama.txt"
    path.write_text(code_of(old, site=SITE))
    call_command("rotate_certificate_key", stdout=StringIO())
    new = make_certificate(at=timezone.now())

    assert new.key_id != old.key_id
    assert verified(path)[0] == 0
    assert verdict(page_of(old)) == "valid"
    assert verified(pdf) == (
        5,
        f"kunci tidak dikenal: kunci {fresh.key_id} tidak ada di antara kunci publik; "
        "isinya tidak dapat dipercaya.\n",
    )
    keys.forget()


def test_a_changed_word_in_a_file_is_found(fresh, tmp_path):
    code = code_of(fresh, site=SITE)
    path = tmp_path / "hasil-pindai.txt"
    path.write_text(code[:-10] + ("A" if code[-10] != "A" else "B") + code[-9:])

    assert verified(path) == (4, "diubah: isinya tidak cocok dengan tanda tangannya.\n")


def test_two_statements_in_one_file_are_one_too_many(fresh, tmp_path):
    path = tmp_path / "dua.txt"
    path.write_text(code_of(fresh, site=SITE) + "\n" + code_of(make_certificate(), site=SITE))

    assert verified(path)[0] == 4


def test_an_expired_paper_is_told_from_a_forged_one(tmp_path):
    path = tmp_path / "lama.txt"
    path.write_text(code_of(make_certificate(at=timezone.now() - timedelta(days=3 * 366)), site=SITE))

    code, line = verified(path)
    assert code == 3
    assert line.startswith("kedaluwarsa: ")


@pytest.mark.parametrize("content", [b"", b"bukan sertifikat", b"%PDF-1.7\n"])
def test_a_file_that_is_no_certificate_is_said_to_be_none(tmp_path, content):
    from django.core.management import CommandError

    path = tmp_path / "apa-saja"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="Tidak ada isi sertifikat"):
        verified(path)
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        verified(tmp_path / "tidak-ada")


def test_an_office_that_signs_no_more_does_not_undo_its_papers(fresh):
    Office.objects.all().delete()

    assert verdict(page_of(fresh)) == "valid"
