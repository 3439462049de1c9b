"""The queue and the page of one interview: who sees what, what is said, and what it costs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Job, User
from surveys.models import Response
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, UserFactory, WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.review.making import passed, recorded, returned, sent

pytestmark = pytest.mark.django_db
QUEUE = "/survei/pemeriksaan/"


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, address: str = QUEUE, **query: str) -> str:
    return words(logged_in(user).get(address, query))


def detail(response: Response) -> str:
    return reverse("surveys:review-detail", args=[response.public_id])


def decide(user: User, response: Response, verdict: str, query: str = "", **more: str):
    response.refresh_from_db()
    data = {"verdict": verdict, "version": response.version, **more}
    return logged_in(user).post(detail(response) + query, data)


class TestTheQueue:
    def test_rows_carry_their_flags_in_words(self, people, wave):
        recorded(
            people,
            wave,
            business=BusinessFactory(ward=people.a.ward, name="Warung Satu"),
            partnership="",
            capital_source="",
        )
        page = page_of(people.supervisor_a)
        assert "Warung Satu" in page
        assert "2 jawaban kosong" in page

    def test_each_sees_the_own_area_and_begins_with_the_own_work(self, people, wave):
        here = BusinessFactory(ward=people.a.ward, name="Warung Sini")
        there = BusinessFactory(ward=people.b.ward, name="Warung Sana")
        sent(people, wave, business=here)
        sent(people, wave, business=there, state="passed")
        assert "Warung Sini" in page_of(people.supervisor_a)
        assert "Warung Sana" not in page_of(people.supervisor_a, state="passed")
        assert "Warung Sana" in page_of(people.official)
        assert "Warung Sini" not in page_of(people.official)
        assert "Tidak ada wawancara" in page_of(people.supervisor_b)

    def test_tabs_count_what_the_filters_let_through(self, people, wave):
        for state in ("sent", "sent", "corrected", "passed", "returned", "accepted"):
            sent(people, wave, state=state)
        sent(people, WaveFactory(), state="sent")
        page = page_of(people.supervisor_a, wave=wave.code)
        for tab in ("Terkirim 2", "Diperbaiki 1", "Lolos pemeriksaan 1", "Dikembalikan 1", "Diterima 1"):
            assert tab in page

    def test_filters(self, people, wave):
        flagged = sent(people, wave, business=BusinessFactory(ward=people.a.ward, name="Warung Malam"))
        flagged.flags.create(code="at_night", detail="malam hari (pukul 22.05)")
        other = UserFactory(role="enumerator")
        sent(
            people, wave, business=BusinessFactory(ward=people.a.ward, name="Warung Siang"), enumerator=other
        )
        for query, shown in (
            ({"flag": "at_night"}, "Warung Malam"),
            ({"flag": "none"}, "Warung Siang"),
            ({"enumerator": str(other.pk)}, "Warung Siang"),
        ):
            page = page_of(people.supervisor_a, **query)
            assert shown in page
            assert ({"Warung Malam", "Warung Siang"} - {shown}).pop() not in page
        assert "di luar wilayah kerja" in page_of(people.supervisor_a, district=people.b.district.code)

    @pytest.mark.parametrize(
        "query", [{"state": "x"}, {"after": "x"}, {"before": "9" * 30}, {"flag": "'"}, {"wave": "\x00"}]
    )
    def test_a_strange_address_is_never_an_error(self, people, wave, query):
        assert "Pemeriksaan" in page_of(people.supervisor_a, **query)

    def test_pages_go_on_from_row_to_row(self, people, wave):
        for number in range(25):
            sent(people, wave, business=BusinessFactory(ward=people.a.ward, name=f"Warung {number:02d}"))
        client = logged_in(people.supervisor_a)
        first = client.get(QUEUE).content.decode()
        assert "Warung 19" in first
        assert "Warung 20" not in first
        rest = page_of(people.supervisor_a, after=str(client.get(QUEUE).context["page"].after))
        assert "Warung 20" in rest
        assert "Warung 24" in rest

    def test_three_rows_and_eighteen_cost_the_same(self, people, wave, django_assert_num_queries):
        client = logged_in(people.supervisor_a)
        client.get(QUEUE)
        for count in (3, 15):
            for _ in range(count):
                sent(people, wave).flags.create(code="at_night", detail="malam hari")
            with django_assert_num_queries(9):
                client.get(QUEUE)


class TestOneInterview:
    def test_answers_flags_and_the_decisions_before(self, people, wave):
        response = recorded(people, wave, partnership="", capital_source="")
        returned(response, people.supervisor_a, reasons={"partnership": "Ada papan nama mitra."})
        page = page_of(people.supervisor_a, detail(response))
        for text in ("2 jawaban kosong", "Cara pemasaran Online", "Kemitraan Tidak menjawab"):
            assert text in page
        assert "Dikembalikan oleh" in page
        assert "Kemitraan: Ada papan nama mitra." in page

    def test_returning_needs_a_note_at_its_field_and_keeps_what_was_typed(self, people, wave):
        response = recorded(people, wave)
        answer = decide(people.supervisor_a, response, "returned", reason_mode="Yakin langsung?")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'id="galat-catatan">Catatan belum diisi' in page
        assert 'value="Yakin langsung?"' in page
        response.refresh_from_db()
        assert response.state == "sent"

    def test_reasons_are_not_lost_silently_when_it_passes(self, people, wave):
        response = recorded(people, wave)
        answer = decide(people.supervisor_a, response, "passed", reason_mode="Yakin langsung?")
        assert "Alasan pada pertanyaan hanya dipakai" in answer.content.decode()
        assert not response.reviews.exists()

    def test_a_return_reaches_the_enumerator(self, people, wave):
        response = recorded(people, wave, business=BusinessFactory(ward=people.a.ward, name="Warung Satu"))
        decide(
            people.supervisor_a,
            response,
            "returned",
            note="Tanyakan lagi.",
            reason_partnership="Ada papan mitra.",
        )
        enumerator = people.enumerator_a
        assert "1 wawancara Anda dikembalikan" in page_of(enumerator, "/")
        assert "Warung Satu" in page_of(enumerator, "/survei/dikembalikan/")
        assert "Warung Satu" not in page_of(UserFactory(role="enumerator"), "/survei/dikembalikan/")
        for name in ("response-detail", "response-change"):
            page = page_of(enumerator, reverse(f"surveys:{name}", args=[response.public_id]))
            assert "Tanyakan lagi." in page
            assert "Kemitraan : Ada papan mitra." in page or "Kemitraan: Ada papan mitra." in page

    def test_the_next_one_of_the_same_queue_comes_up(self, people, wave):
        first, second, other = sent(people, wave), sent(people, wave), sent(people, WaveFactory())
        query = f"?state=sent&wave={wave.code}"
        answer = decide(people.supervisor_a, first, "passed", query)
        assert answer["Location"] == f"{detail(second)}?state=sent&wave={wave.code}"
        answer = decide(people.supervisor_a, second, "passed", query)
        assert answer["Location"] == f"{QUEUE}?state=sent&wave={wave.code}"
        other.refresh_from_db()
        assert other.state == "sent"

    def test_deciding_on_what_somebody_changed_is_409_and_says_so(self, people, wave):
        response = recorded(people, wave)
        passed(response, people.supervisor_a)
        answer = logged_in(people.official).post(detail(response), {"verdict": "accepted", "version": 1})
        assert answer.status_code == 409
        assert f"lolos pemeriksaan oleh {people.supervisor_a}" in words(answer)

    def test_a_step_that_is_not_ones_own_is_403_or_409(self, people, wave):
        response = recorded(people, wave)
        assert decide(people.supervisor_a, response, "accepted").status_code == 403
        passed(response, people.supervisor_a)
        assert decide(people.supervisor_a, response, "passed").status_code == 409
        assert decide(people.enumerator_a, response, "passed").status_code == 403
        assert decide(people.supervisor_b, response, "returned", note="x").status_code == 404

    def test_the_own_interview_offers_no_button(self, people, wave):
        response = recorded(people, wave, by=people.supervisor_a)
        page = page_of(people.supervisor_a, detail(response))
        assert "diperiksa orang lain" in page
        assert "Loloskan" not in page
        assert decide(people.supervisor_a, response, "passed").status_code == 409

    def test_a_reconstructed_one_is_not_there(self, people):
        response = ResponseFactory(wave=WaveFactory(is_reconstruction=True), business__ward=people.a.ward)
        assert logged_in(people.official).get(detail(response)).status_code == 404

    def test_it_costs_the_same_with_many_decisions(self, people, wave, django_assert_max_num_queries):
        response = sent(people, wave)
        client = logged_in(people.supervisor_a)
        client.get(detail(response))
        for _ in range(4):
            returned(response, people.supervisor_a, reasons={"mode": "?"})
            passed(response, people.supervisor_a)
        with django_assert_max_num_queries(10):
            client.get(detail(response))


class TestAcceptingMany:
    def test_all_that_passed_without_flags(self, people, wave):
        for _ in range(3):
            sent(people, wave, state="passed")
        flagged = sent(people, wave, state="passed")
        flagged.flags.create(code="at_night", detail="malam hari")
        assert "Terima semua tanpa tanda (3)" in page_of(people.official)
        assert "Terima semua" not in page_of(people.supervisor_a, state="passed")
        answer = logged_in(people.official).post("/survei/pemeriksaan/terima/", follow=True)
        assert "3 wawancara diterima dan sekarang dihitung." in words(answer)
        assert Response.objects.counted().count() == 3

    def test_only_the_wave_that_is_filtered(self, people, wave):
        sent(people, wave, state="passed")
        sent(people, WaveFactory(), state="passed")
        logged_in(people.official).post(f"/survei/pemeriksaan/terima/?wave={wave.code}")
        assert list(Response.objects.counted().values_list("wave", flat=True)) == [wave.pk]

    def test_too_many_are_left_to_the_worker(self, people, wave, monkeypatch):
        monkeypatch.setattr("surveys.actions.reviewing.ACCEPTED_AT_ONCE", 1)
        for _ in range(2):
            sent(people, wave, state="passed")
        client = logged_in(people.official)
        page = words(client.post("/survei/pemeriksaan/terima/", follow=True))
        assert "sedang diterima di latar" in page
        assert "Pekerja latar tidak berjalan" in page
        assert Job.objects.get().kind == "accept-responses"


def test_the_first_page_says_what_waits(people, wave):
    assert "Tidak ada wawancara yang menunggu pemeriksaan" in page_of(people.supervisor_a, "/")
    sent(people, wave)
    sent(people, wave, state="passed")
    assert "1 wawancara menunggu pemeriksaan" in page_of(people.supervisor_a, "/")
    assert "1 wawancara menunggu pemeriksaan" in page_of(people.official, "/")
    assert "menunggu pemeriksaan" not in page_of(people.enumerator_a, "/")


def test_the_lists_of_the_field_tell_what_came_back_and_what_was_asked_again(people, wave):
    first = sent(people, wave, state="returned")
    ResponseFactory(wave=wave, business=first.business, state="back_check", back_check_of=first)
    page = page_of(people.enumerator_a, reverse("surveys:wave-businesses", args=[wave.code]))
    assert "1 dari 1 selesai" in page
    assert "Dikembalikan" in page
    own = page_of(people.enumerator_a, reverse("surveys:business-responses", args=[first.business.public_id]))
    assert "· Dikembalikan" in own
    assert "· Wawancara ulang" in own
