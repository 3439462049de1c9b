"""Lists, details and downloads of the field: what is on them, for whom, and what they cost."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, User, Verb
from surveys.models import Response, Wave
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, WaveFactory
from tests.surveys.interviews import NOW, form_data
from tests.surveys.study import load_study


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def interviewed(people, wave, **kwargs):
    business = BusinessFactory(ward=people.a.ward, **kwargs)
    return ResponseFactory(wave=wave, business=business, enumerator=people.enumerator_a)


class TestTheListOfAWave:
    def show(self, client, user: User, wave: Wave, **query: str) -> str:
        client.force_login(user)
        return client.get(reverse("surveys:wave-businesses", args=[wave.code]), query).content.decode()

    def test_it_tells_what_is_done_and_what_is_left(self, client, people, wave):
        interviewed(people, wave, name="Warung Selesai")
        BusinessFactory(ward=people.a.ward, name="Toko Menunggu")
        BusinessFactory(ward=people.b.ward, name="Kios Seberang")
        page = self.show(client, people.enumerator_a, wave)
        assert "1 dari 2 selesai" in page
        assert page.count(">Terkirim</span>") == page.count(">Belum</span>") == 1
        assert "Kios Seberang" not in page

    def test_closed_businesses_leave_the_list_unless_interviewed(self, client, people, wave):
        closed = {"status": "closed", "status_since": NOW.date()}
        interviewed(people, wave, name="Tutup Sesudahnya", **closed)
        BusinessFactory(ward=people.a.ward, name="Tutup Sebelumnya", **closed)
        page = self.show(client, people.enumerator_a, wave)
        assert "Tutup Sesudahnya" in page
        assert "Tutup Sebelumnya" not in page
        assert "1 dari 1 selesai" in page

    def test_searching_and_filtering(self, client, people, wave):
        interviewed(people, wave, name="Warung Selesai")
        BusinessFactory(ward=people.a.ward, name="Toko Menunggu")
        assert "Warung Selesai" not in self.show(client, people.enumerator_a, wave, status="open")
        assert "Toko Menunggu" not in self.show(client, people.enumerator_a, wave, q="warung")
        assert "Tidak ada UMKM yang cocok" in self.show(client, people.enumerator_a, wave, q="zzz")
        assert "Toko Menunggu" in self.show(client, people.enumerator_a, wave, q=people.a.ward.name)

    @pytest.mark.parametrize(
        "query",
        [{"hal": "-1"}, {"hal": "1e9"}, {"status": "x"}, {"q": "a\x00b"}, {"q": "x" * 200}, {"q": "%' --"}],
    )
    def test_a_strange_address_is_never_an_error(self, client, people, wave, query):
        BusinessFactory(ward=people.a.ward)
        assert "UMKM" in self.show(client, people.enumerator_a, wave, **query)

    def test_the_study_is_labelled_and_offers_no_interview(self, client, people):
        load_study()
        page = self.show(client, people.official, Wave.objects.get())
        assert "Baris rekonstruksi, bukan data survei." in page
        assert "106 wawancara rekonstruksi" in page
        assert "107 UMKM" in page
        assert "/umkm/" in page
        assert "survei/gelombang/probolinggo-2022/umkm" not in page

    def test_who_works_in_one_kecamatan_sees_nothing_of_the_study(self, client, people):
        load_study()
        page = self.show(client, people.enumerator_a, Wave.objects.get())
        assert "0 UMKM" in page
        assert "B001" not in page


def test_the_list_of_waves_agrees_with_each_wave(client, people, wave):
    interviewed(people, wave)
    interviewed(people, wave, status="closed", status_since=NOW.date())
    BusinessFactory(ward=people.a.ward)
    BusinessFactory(ward=people.a.ward, status="closed", status_since=NOW.date())
    client.force_login(people.enumerator_a)
    for name, arguments in (("surveys:wave-list", []), ("surveys:wave-businesses", [wave.code])):
        assert "2 dari 3 selesai" in client.get(reverse(name, args=arguments)).content.decode()


def test_the_study_detail_shows_the_three_questions_it_put(client, people):
    load_study()
    client.force_login(people.official)
    response = Response.objects.filter(partnership="").first()
    page = client.get(reverse("surveys:response-detail", args=[response.public_id])).content.decode()
    assert "Baris rekonstruksi, bukan data survei." in page
    assert "<dt>Kemitraan</dt><dd>Tidak menjawab</dd>" in page
    assert "Sumber modal" not in page


def test_a_business_lists_its_interviews(client, people, wave):
    response = interviewed(people, wave)
    client.force_login(people.enumerator_a)
    page = client.get(reverse("surveys:business-responses", args=[response.business.public_id]))
    assert reverse("surveys:response-detail", args=[response.public_id]) in page.content.decode()


class TestCorrecting:
    @pytest.fixture
    def response(self, client, people, wave):
        shop = BusinessFactory(ward=people.a.ward)
        client.force_login(people.enumerator_a)
        client.post(reverse("surveys:response-create", args=[wave.code, shop.public_id]), form_data())
        return Response.objects.get()

    def test_the_form_comes_filled_and_a_change_is_stored(self, client, response):
        address = reverse("surveys:response-change", args=[response.public_id])
        form = client.get(address).context["form"]
        assert form["marketing_channel"].value() == "online"
        data = form_data(partnership="independent", version="1", submission_id=str(response.submission_id))
        page = client.post(address, data, follow=True).content.decode()
        assert "Perbaikan wawancara tersimpan." in page
        assert "Individu (tidak bermitra)" in page
        event = AuditEvent.objects.get(verb=Verb.CHANGED)
        assert event.changes == {"partnership": ["partnered", "independent"]}

    def test_a_stale_form_is_refused_and_keeps_what_was_typed(self, client, response):
        address = reverse("surveys:response-change", args=[response.public_id])
        client.post(address, form_data(partnership="independent", version="1"))
        answer = client.post(address, form_data(version="1", note="Catatan kedua"))
        assert answer.status_code == 409
        assert "sudah diubah sejak halaman dibuka" in answer.content.decode()
        assert "Catatan kedua" in answer.content.decode()
        assert Response.objects.get().note == ""

    def test_somebody_else_is_told_who_may(self, client, people, response):
        client.force_login(people.supervisor_a)
        address = reverse("surveys:response-change", args=[response.public_id])
        assert "Hanya pewawancaranya" in client.get(address).content.decode()
        assert client.post(address, form_data(version="1")).status_code == 409


class TestFourPeopleAtEachDoor:
    @pytest.fixture
    def doors(self, people, wave):
        response = interviewed(people, wave)
        waiting = BusinessFactory(ward=people.a.ward)
        return {
            "create": reverse("surveys:response-create", args=[wave.code, waiting.public_id]),
            "change": reverse("surveys:response-change", args=[response.public_id]),
            "detail": reverse("surveys:response-detail", args=[response.public_id]),
            "business": reverse("surveys:business-responses", args=[response.business.public_id]),
        }

    @pytest.mark.parametrize(
        ("door", "read_only"), [("create", 403), ("change", 403), ("detail", 200), ("business", 200)]
    )
    def test_allowed_elsewhere_reading_anonymous(self, client, people, doors, door, read_only):
        answers = {}
        for name, user in (
            ("allowed", people.enumerator_a),
            ("elsewhere", people.enumerator_b),
            ("reads only", people.official),
            ("no survey", people.registrar_a),
        ):
            client.force_login(user)
            answers[name] = client.get(doors[door]).status_code
        client.logout()
        answers["anonymous"] = client.get(doors[door]).status_code
        assert answers == {
            "allowed": 200,
            "elsewhere": 404,
            "reads only": read_only,
            "no survey": 403,
            "anonymous": 302,
        }

    @pytest.mark.parametrize("door", ["create", "change"])
    def test_nobody_writes_elsewhere(self, client, people, doors, door):
        before = Response.objects.count()
        client.force_login(people.enumerator_b)
        assert client.post(doors[door], form_data(version="1")).status_code == 404
        assert Response.objects.count() == before

    def test_an_interview_that_does_not_exist(self, client, people):
        client.force_login(people.official)
        assert client.get(reverse("surveys:response-detail", args=[uuid.uuid4()])).status_code == 404


class TestQueryBudgets:
    """3 rows and 300 rows cost the same number of queries."""

    @pytest.fixture
    def grow(self, people, wave):
        def to(total: int) -> None:
            sector = BusinessFactory(ward=people.a.ward).sector
            for _ in range(total):
                business = BusinessFactory(ward=people.a.ward, owner=None, sector=sector, registration=None)
                ResponseFactory(wave=wave, business=business, enumerator=people.enumerator_a)

        return to

    @pytest.mark.parametrize(("name", "budget"), [("wave-list", 8), ("wave-businesses", 12)])
    def test_pages(self, client, people, wave, grow, django_assert_max_num_queries, name, budget):
        arguments = [wave.code] if name == "wave-businesses" else []
        client.force_login(people.supervisor_a)
        address = reverse(f"surveys:{name}", args=arguments)
        client.get(address)  # the first page of a session also writes the session
        costs = []
        for total in (3, 297):
            grow(total)
            if name == "wave-list":
                WaveFactory.create_batch(total)
            with django_assert_max_num_queries(budget) as queries:
                client.get(address)
            costs.append(len(queries))
        assert costs[0] == costs[1]

    def test_the_download(self, client, people, wave, grow, django_assert_max_num_queries):
        client.force_login(people.supervisor_a)
        # The first event of all also opens the audit chain.
        client.post(reverse("surveys:response-export", args=[wave.code]), {"format": "csv"})
        costs = []
        for total in (3, 297):
            grow(total)
            with django_assert_max_num_queries(20) as queries:
                client.post(reverse("surveys:response-export", args=[wave.code]), {"format": "csv"})
            costs.append(len(queries))
        assert costs[0] == costs[1]


def test_the_trail_tells_the_answers_in_words(client, people, wave):
    business = BusinessFactory(ward=people.a.ward)
    client.force_login(people.enumerator_a)
    client.post(reverse("surveys:response-create", args=[wave.code, business.public_id]), form_data())

    client.force_login(people.official)
    text = words(client.get(reverse("core:audit-list"), {"verb": Verb.INTERVIEWED}))

    assert "Platform dari – → menjadi Media sosial, Marketplace" in text
    assert "social_media" not in text
