"""The page of the audit trail: what is asked for, in the reader's area, and no more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit import Event, record, record_many
from core.models import AuditEvent, Verb
from tests.factories import registered_business

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
URL = "/jejak/"


@pytest.fixture
def clients(people):
    def of(user):
        client = Client()
        client.force_login(user)
        return client

    return of


def labels(response):
    return [line.event.object_label for line in response.context["lines"]]


def test_the_newest_event_comes_first_with_labels_for_codes(clients, people):
    business = registered_business(ward=people.a.ward, name="Warung Contoh")
    changes = {
        "status": ["active", "closed"],
        "ward": [people.a.ward.pk, people.b.ward.pk],
        "is_branch_or_subsidiary": [None, True],
        "started_on": ["2021-03-21", None],
        "workers_male": [1000, 2],
    }
    record(Verb.SIGNED_IN, by=people.registrar_a, at=AT)
    record(Verb.CHANGED, by=people.registrar_a, at=AT + timedelta(hours=1), subject=business, changes=changes)

    response = clients(people.administrator).get(URL)

    assert labels(response) == ["Warung Contoh", ""]
    shown = {change.label: (change.old, change.new) for change in response.context["lines"][0].changes}
    assert shown == {
        "status usaha": ("Aktif", "Tutup"),
        "kelurahan": (people.a.ward.name, people.b.ward.name),
        "cabang atau anak perusahaan": ("–", "Ya"),
        "mulai usaha": ("21 Maret 2021", "–"),
        "tenaga kerja laki-laki": ("1.000", "2"),
    }
    page = response.content.decode()
    assert "2 Maret 2026 10.00 WIB" in page
    assert people.registrar_a.full_name in page


def test_each_filter_narrows_and_is_named(clients, people):
    business, batch = registered_business(ward=people.a.ward), uuid4()
    record(Verb.CHANGED, by=people.registrar_a, at=AT, subject=business, label="Sasaran", batch=batch)
    record(Verb.SIGNED_IN, by=people.official, at=AT - timedelta(days=3), label="Lain")
    client = clients(people.administrator)

    for query, named in {
        "verb=changed": "Tindakan: Mengubah",
        f"actor={people.registrar_a.full_name}": f"Pelaku: {people.registrar_a.full_name}",
        "object_type=registry.business": "Jenis objek: UMKM",
        f"object_id={business.pk}": f"Id objek: {business.pk}",
        "text=sasar": "Nama objek: sasar",
        "since=2026-03-02": "Dari tanggal: 2 Maret 2026",
        f"batch={batch}": f"Kelompok: {batch}",
    }.items():
        response = client.get(f"{URL}?{query}")
        assert labels(response) == ["Sasaran"], query
        assert named in response.content.decode()
    assert labels(client.get(f"{URL}?until=2026-03-01")) == ["Lain"]
    assert labels(client.get(f"{URL}?until=02/03/2026")) == ["Sasaran", "Lain"]


def test_days_are_those_of_jakarta(clients, people):
    record(Verb.LOADED, by=None, at=datetime(2026, 3, 1, 17, 30, tzinfo=UTC), label="dini hari")

    client = clients(people.administrator)
    assert labels(client.get(f"{URL}?since=2026-03-02&until=2026-03-02")) == ["dini hari"]
    assert labels(client.get(f"{URL}?until=2026-03-01")) == []


@pytest.mark.parametrize(
    "query",
    [
        "verb=x",
        "since=kemarin",
        "batch=1",
        "since=2026-03-02&until=2026-03-01",
        f"actor={'a' * 200}",
        "since=9999-99-99",
        "since=0001-01-01",
        "until=9999-12-31",
        "object_type=auth.group",
    ],
)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(clients, people, query):
    record(Verb.LOADED, by=None, at=AT)

    response = clients(people.administrator).get(f"{URL}?{query}")

    assert response.status_code == 200
    assert labels(response) == []
    assert "invalid-feedback" in response.content.decode()


@pytest.mark.parametrize("text", ["08123456789", "0812-3456-789", "9901010101900001"])
def test_a_personal_number_is_taken_out_of_the_address(clients, people, text):
    response = clients(people.administrator).get(URL, {"text": text}, follow=True)

    assert response.redirect_chain == [(f"{URL}?", 302)]
    assert "tidak dicari di sini" in response.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "0", "9" * 30, "١"])
def test_an_invented_place_to_go_on_from_is_harmless(clients, people, after):
    record(Verb.LOADED, by=None, at=AT)

    assert labels(clients(people.administrator).get(URL, {"after": after})) == []


def test_every_event_is_met_once_on_the_way_back(clients, people):
    record_many([Event(Verb.LOADED, label=str(n)) for n in range(120)], by=None, at=AT)
    client, seen, url = clients(people.administrator), [], f"{URL}?verb=loaded"
    while url:
        response = client.get(url)
        seen += labels(response)
        after = response.context["next_after"]
        url = f"{URL}?verb=loaded&after={after}" if after else ""
        assert not after or f"verb=loaded&amp;after={after}" in response.content.decode()

    assert seen == [str(n) for n in reversed(range(120))]


def test_events_elsewhere_are_absent(clients, people):
    here, there = registered_business(ward=people.a.ward), registered_business(ward=people.b.ward)
    record(Verb.CHANGED, by=None, at=AT, subject=here, label="di sini")
    record(Verb.CHANGED, by=None, at=AT, subject=there, label="di sana")
    record(Verb.SIGNED_IN, by=None, at=AT, label="tanpa wilayah")
    client = clients(people.supervisor_a)

    assert labels(client.get(URL)) == ["di sini"]
    exported = b"".join(client.post(reverse("core:audit-export")).streaming_content).decode()
    assert "di sini" in exported
    assert "di sana" not in exported
    assert labels(client.get(URL, {"object_id": there.pk})) == []


def test_the_page_costs_the_same_for_three_and_for_fifty(clients, people):
    client = clients(people.supervisor_a)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    def more(count):
        for _ in range(count):
            business = registered_business(ward=people.a.ward)
            changes = {"ward": [None, people.a.ward.pk], "sector": [business.sector_id, None]}
            record(Verb.CHANGED, by=None, at=AT, subject=business, changes=changes)

    more(3)
    cost()  # the first request of a session writes it
    of_three = cost()
    more(57)
    record_many([Event(Verb.LOADED)] * 240, by=None, at=AT)

    assert cost() == of_three
    assert of_three <= 8


def test_reading_the_trail_out_leaves_an_event(clients, people):
    record(Verb.LOADED, by=None, at=AT, label="=1+1", reason="@SUM")

    response = clients(people.official).post(reverse("core:audit-export"), {"verb": "loaded"})
    text = b"".join(response.streaming_content).decode()

    assert response["Content-Disposition"].startswith('attachment; filename="jejak-audit-')
    assert ",'=1+1," in text
    assert ",'@SUM," in text
    event = AuditEvent.objects.get(verb=Verb.EXPORTED)
    assert (event.actor_id, event.object_label) == (people.official.pk, "Jejak audit: 1 peristiwa")
    assert event.reason == "Tindakan: Memuat data"


def test_a_get_reads_nothing_out(clients, people):
    assert clients(people.official).get(reverse("core:audit-export")).status_code == 405


def test_the_file_holds_every_event_once(clients, people):
    record_many([Event(Verb.LOADED, label=f"n{n:04d}") for n in range(2_300)], by=None, at=AT)

    response = clients(people.official).post(reverse("core:audit-export"), {"verb": "loaded"})
    rows = b"".join(response.streaming_content).decode().splitlines()[1:]

    assert [row.split(",")[4] for row in rows] == [f"n{n:04d}" for n in reversed(range(2_300))]


def test_markup_in_an_event_stays_text(clients, people):
    record(Verb.CHANGED, by=None, at=AT, label="<svg onload=1>", reason="</script>{{7*7}}")

    page = clients(people.administrator).get(URL).content.decode()

    assert "<svg onload" not in page
    assert "&lt;svg onload=1&gt;" in page
    assert "{{7*7}}" in page


def test_an_event_of_a_model_that_is_gone_can_still_be_read(clients, people):
    record(Verb.CHANGED, by=None, at=AT, label="lama", changes={"some_field": ["a", "b"]})
    AuditEvent.objects.bulk_create(
        [AuditEvent(at=AT, verb="changed", object_type="core.gone", object_id="1", chain=99, sequence=1)]
    )

    response = clients(people.administrator).get(URL)

    assert response.status_code == 200
    assert "core.gone" in response.content.decode()


def test_the_admin_does_not_show_the_trail(clients, people):
    assert clients(people.administrator).get("/admin/core/auditevent/").status_code == 404
