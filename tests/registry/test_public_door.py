"""*Daftarkan usaha*: from the consent to the receipt, without an account."""

from __future__ import annotations

import json
import math
import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import AuditEvent
from registry.actions import publish_consent
from registry.models import Business, ConsentText, Owner, PublicApplication, Registration
from registry.public.codes import ALPHABET, LENGTH, grouped, new_code, read_code
from tests.factories import OwnerFactory, SectorFactory, registered_business
from tests.factories.registry import AT
from tests.registry.applicants import (
    CONSENT,
    LEAVE,
    NIK,
    NOTHING_OPEN,
    RECEIPT,
    STATUS,
    SUMMARY,
    agreed,
    application_of,
    business_answers,
    code_of,
    consent_text,
    cookie_of,
    filled_in,
    owner_answers,
    place_answers,
    sent,
    step,
)

pytestmark = pytest.mark.django_db


def stored_text() -> str:
    """All columns of all applications as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_publicapplication")
        return repr(cursor.fetchall())


class TestConsent:
    def test_the_text_comes_before_any_question(self):
        consent_text()

        page = Client().get(CONSENT)

        assert "Untuk apa data dipakai." in page.text
        assert "Naskah versi 1, berlaku mulai 1 Januari 2026" in page.text
        assert "owner_name" not in page.text

    @pytest.mark.parametrize("url", [step(1), step(2), step(3), SUMMARY, RECEIPT])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_nothing_opens_without_it(self, url, method):
        if (url, method) == (RECEIPT, "post"):
            return
        response = getattr(Client(), method)(url, owner_answers())

        assert response["Location"] == NOTHING_OPEN
        assert not PublicApplication.objects.exists()

    def test_agreeing_is_kept_with_version_time_and_way(self):
        before = timezone.now()

        application = application_of(agreed())

        assert application.consent_text.version == 1
        assert before <= application.consented_at <= timezone.now()
        assert application.consent_method == "public_form"

    def test_refusing_ends_politely_and_stores_nothing(self):
        consent_text()
        client = Client()

        page = client.post(CONSENT, {"choice": "tidak", "version": "1"})

        assert "Tidak ada data yang disimpan" in page.text
        assert not PublicApplication.objects.exists()
        assert settings.DOOR_COOKIE_NAME not in client.cookies

    @pytest.mark.parametrize("choice", ["", "mungkin", "\0"])
    def test_something_must_be_chosen(self, choice):
        consent_text()

        page = Client().post(CONSENT, {"choice": choice, "version": "1"})

        assert "Pilih salah satu." in page.text
        assert not PublicApplication.objects.exists()

    def test_who_read_an_older_text_is_shown_the_new_one(self):
        consent_text()
        publish_consent(text="Naskah baru.", valid_from=date(2026, 2, 1), by=None, at=AT)

        page = Client().post(CONSENT, {"choice": "setuju", "version": "1"})

        assert "Naskah ini baru saja diganti" in page.text
        assert "Naskah baru." in page.text
        assert not PublicApplication.objects.exists()

    def test_a_text_of_the_future_is_not_in_force_yet(self):
        consent_text()
        publish_consent(text="Besok.", valid_from=date(2999, 1, 1), by=None, at=AT)

        assert ConsentText.objects.in_force(date(2026, 3, 1)).version == 1

    def test_without_a_text_the_door_is_closed(self):
        assert "belum dibuka" in Client().get(CONSENT).text

    def test_a_published_text_is_never_changed(self):
        text = consent_text()
        text.text = "lain"

        with pytest.raises(ValueError, match="new version"):
            text.save()


class TestSteps:
    def test_three_steps_a_summary_and_a_receipt(self, people):
        client = filled_in(people.a.ward)

        page = client.get(SUMMARY)
        assert "Warung Contoh" in page.text
        assert "Rp50.000.000" in page.text
        assert "9901••••••••0777" in page.text
        assert NIK not in page.text
        assert "Mikro" in page.text

        response = client.post(SUMMARY, follow=True)
        assert response.redirect_chain == [(RECEIPT, 302)]
        assert "Pendaftaran diterima, menunggu verifikasi" in response.text
        assert grouped(code_of(client)) in response.text

    def test_nothing_of_the_register_is_made_by_sending(self, people):
        client = sent(people.a.ward)

        application = application_of(client)
        assert (application.state, application.round) == ("submitted", 1)
        assert application.district == people.a.district
        assert not Owner.objects.exists()
        assert not Business.objects.exists()

    def test_the_event_names_the_public_applicant_and_the_consent(self, people):
        application = application_of(sent(people.a.ward))

        event = AuditEvent.objects.get(verb="submitted")
        assert (event.actor_id, event.actor_name) == (None, "pemohon (publik)")
        assert event.object_id == str(application.pk)
        assert event.changes["consent_text"] == [None, application.consent_text_id]
        assert "Ibu Contoh" not in json.dumps(event.changes) + event.object_label

    def test_what_was_filled_in_is_unreadable_in_the_database(self, people):
        client = sent(people.a.ward)

        text = stored_text()
        for plain in (NIK, "+6281234567890", "Ibu Contoh", "Warung Contoh", "50000000", code_of(client)):
            assert plain not in text

    def test_a_draft_survives_between_visits(self, people):
        client = agreed()
        client.post(step(1), owner_answers())

        again = Client()
        again.cookies[settings.DOOR_COOKIE_NAME] = cookie_of(client)
        assert again.get(STATUS)["Location"] == step(2)
        page = again.get(step(1)).text
        assert "Ibu Contoh" in page
        assert "9901••••••••0777" in page
        assert NIK not in page

    def test_it_goes_on_elsewhere_with_the_code(self):
        client = agreed()
        client.post(step(1), owner_answers())
        elsewhere = Client()

        response = elsewhere.post(STATUS, {"code": grouped(code_of(client)).lower()}, follow=True)

        assert response.redirect_chain == [(STATUS, 302), (step(2), 302)]

    def test_an_empty_number_field_keeps_the_number(self):
        client = agreed()
        client.post(step(1), owner_answers())

        client.post(step(1), owner_answers(owner_national_id="", owner_phone=""))

        assert application_of(client).national_id == NIK
        assert application_of(client).phone == "+6281234567890"

    def test_a_dash_removes_the_nik_but_a_phone_is_needed(self):
        client = agreed()
        client.post(step(1), owner_answers())

        client.post(step(1), owner_answers(owner_national_id="-"))
        assert application_of(client).national_id is None
        page = client.post(step(1), owner_answers(owner_phone="-"))

        assert page.context["form"].errors == {"owner_phone": ["Bagian ini wajib diisi."]}

    def test_back_keeps_what_is_in_order(self, people):
        client = agreed()
        client.post(step(1), owner_answers())

        response = client.post(step(2), business_answers(SectorFactory(), nib="12") | {"back": "1"})

        assert response["Location"] == step(1)
        page = client.get(step(2))
        assert page.context["form"].initial["name"] == "Warung Contoh"
        assert page.context["form"].initial["nib"] is None

    def test_the_summary_leads_to_what_is_open(self, people):
        client = agreed()
        client.post(step(1), owner_answers())

        assert client.get(SUMMARY)["Location"] == step(2)
        assert client.post(SUMMARY)["Location"] == step(2)
        assert application_of(client).state == "draft"

    def test_a_kind_of_business_that_is_no_longer_offered_is_asked_again(self, people):
        client = filled_in(people.a.ward)
        sector = SectorFactory()
        sector.is_offered = False
        sector.save()

        assert client.post(SUMMARY)["Location"] == step(2)

    def test_all_kelurahan_are_offered_under_their_kecamatan(self, people):
        client = agreed()

        page = client.get(step(3)).text

        assert f'<optgroup label="Kecamatan {people.a.district.name}">' in page
        assert f'<optgroup label="Kecamatan {people.b.district.name}">' in page

    def test_the_size_is_told_while_amounts_are_typed(self):
        page = Client().post("/daftar/skala/", {"net_assets": "50.000.001", "annual_sales": ""})

        assert "Kecil" in page.text
        assert "Satu kriteria" in page.text

    @pytest.mark.parametrize("number", [0, 4, 99])
    def test_there_are_three_steps(self, number):
        assert agreed().get(f"/daftar/langkah/{number}/").status_code == 404

    def test_what_was_sent_is_not_changed_by_the_steps(self, people):
        client = sent(people.a.ward)

        assert client.post(step(2), business_answers(SectorFactory(), name="Lain"))["Location"] == STATUS
        assert "Lain" not in application_of(client).answers

    def test_sending_twice_is_one_application_and_one_event(self, people):
        client = filled_in(people.a.ward)

        for _ in range(2):
            assert client.post(SUMMARY)["Location"] in (RECEIPT, STATUS)

        assert PublicApplication.objects.get().round == 1
        assert AuditEvent.objects.filter(verb="submitted").count() == 1

    def test_a_forged_sending_is_refused(self, people):
        filled = filled_in(people.a.ward)
        client = Client(enforce_csrf_checks=True)
        client.cookies[settings.DOOR_COOKIE_NAME] = cookie_of(filled)

        for url in (CONSENT, step(1), SUMMARY, STATUS, LEAVE):
            assert client.post(url).status_code == 403
        assert PublicApplication.objects.get().state == "draft"

    def test_a_draft_can_be_discarded_by_its_writer(self):
        client = agreed()

        page = client.post(LEAVE, {"discard": "1"}, follow=True)

        assert "sudah dihapus" in page.text
        assert not PublicApplication.objects.exists()

    def test_leaving_forgets_the_code_and_keeps_what_was_sent(self, people):
        client = sent(people.a.ward)

        client.post(LEAVE, {"discard": "1"})
        client.post(LEAVE)

        assert client.cookies[settings.DOOR_COOKIE_NAME].value == ""
        assert PublicApplication.objects.get().state == "submitted"

    def test_the_cookie_is_for_the_server_alone(self, people):
        client = agreed()
        draft = client.cookies[settings.DOOR_COOKIE_NAME]
        assert draft["httponly"]
        assert draft["samesite"] == "Lax"
        assert draft["max-age"] == settings.DOOR_DRAFT_DAYS * 86_400

        after = sent(people.a.ward).cookies[settings.DOOR_COOKIE_NAME]
        assert not after["max-age"]


class TestCodes:
    def test_a_code_has_more_than_80_bits_of_clear_signs(self):
        assert LENGTH * math.log2(len(ALPHABET)) > 80
        assert not set(ALPHABET) & set("01OILSZBU52" if False else "01OILSZBU")
        assert len({new_code() for _ in range(1_000)}) == 1_000

    @pytest.mark.parametrize("write", [str.lower, grouped, lambda code: f" {code[:9]} {code[9:]} "])
    def test_it_is_read_however_it_is_written(self, write):
        code = new_code()

        assert read_code(write(code)) == code

    def test_a_letter_taken_for_a_figure_is_read_as_meant(self):
        assert read_code("ZSB" * 6) == "258" * 6

    @pytest.mark.parametrize(
        "typed", ["", "abc", "0" * 18, "A" * 17, "A" * 19, "Ä" * 18, "\0" * 18, "9" * 5_000]
    )
    def test_what_cannot_be_a_code_is_none(self, typed):
        assert read_code(typed) is None

    def test_a_wrong_code_opens_nothing(self, people):
        sent(people.a.ward)

        page = Client().post(STATUS, {"code": new_code()})

        assert "tidak dikenal" in page.text
        assert not page.cookies.get(settings.DOOR_COOKIE_NAME)

    @pytest.mark.parametrize("made_up", ["{code}", "{code}:1abc:x", ":", ""])
    def test_a_cookie_somebody_made_up_opens_nothing(self, people, made_up):
        code = code_of(sent(people.a.ward))
        client = Client()
        client.cookies[settings.DOOR_COOKIE_NAME] = made_up.format(code=code)

        page = client.get(STATUS)

        assert "Tulis kode" in page.text
        assert client.get(RECEIPT)["Location"] == NOTHING_OPEN

    def test_the_code_stands_in_no_address_and_no_log(self, people, caplog):
        client = sent(people.a.ward)
        code = code_of(client)

        answers = [client.get(url) for url in (RECEIPT, STATUS)]
        answers.append(Client().post(STATUS, {"code": code}))

        assert not any(code in answer.get("Location", "") for answer in answers)
        assert code not in caplog.text
        assert all("no-store" in answer["Cache-Control"] for answer in answers)


def answers_of(ward, monkeypatch, code, **changed) -> list[bytes]:
    """Every page an applicant sees from the first question to the status, but for the marks of the form."""
    monkeypatch.setattr("registry.public.views.new_code", lambda: code)
    client, sector = Client(), SectorFactory()
    text = consent_text()
    got = [client.post(CONSENT, {"choice": "setuju", "version": str(text.version)})]
    for number, page in enumerate(
        [owner_answers(**changed), business_answers(sector), place_answers(ward)], start=1
    ):
        got += [client.get(step(number)), client.post(step(number), page)]
    got += [client.get(SUMMARY), client.post(SUMMARY), client.get(RECEIPT), client.get(STATUS)]
    got.append(Client().post(STATUS, {"code": code}))
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
    return [
        str(answer.status_code).encode()
        + answer.get("Location", "").encode()
        + token.sub(b"", answer.content)
        for answer in got
    ]


class TestNothingIsToldOfWhatIsRegistered:
    """The same bytes for numbers that are in the register and numbers that are not."""

    @pytest.fixture
    def known(self, people):
        owner = OwnerFactory(national_id=NIK, phone="+6281234567890", ward=people.b.ward)
        registered_business(owner=owner, ward=people.b.ward, nib="1234567890123", name="Warung Contoh")

    @pytest.mark.usefixtures("known")
    def test_a_known_nik_phone_and_nib_make_no_difference(self, people, monkeypatch, freeze_now):
        with_known = answers_of(people.a.ward, monkeypatch, "A" * 18)
        Owner.objects.update(national_id=None, phone=None)
        Business.objects.update(nib="")

        with_unknown = answers_of(people.a.ward, monkeypatch, "C" * 18)

        code = grouped("A" * 18).encode(), grouped("C" * 18).encode()
        assert [page.replace(code[0], code[1]) for page in with_known] == with_unknown
        assert PublicApplication.objects.filter(state="submitted").count() == 2

    @pytest.mark.usefixtures("known")
    def test_no_page_asks_for_owners_or_businesses(self, people):
        with CaptureQueriesContext(connection) as queries:
            sent(people.a.ward)

        asked = [query["sql"] for query in queries if "registry_owner" in query["sql"]]
        assert asked == []
        assert not Registration.objects.filter(business__name="Warung Contoh").exclude(number__gt="").exists()

    def test_the_comparison_would_notice_a_word(self, people, monkeypatch, freeze_now):
        one = answers_of(people.a.ward, monkeypatch, "A" * 18)
        other = answers_of(people.a.ward, monkeypatch, "A" * 17 + "C", owner_name="Bapak Contoh")

        assert one != other


@pytest.fixture
def freeze_now(monkeypatch):
    """Pages that name a time name the same one."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(days=1))
