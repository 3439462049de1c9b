"""*Log unduhan*: everybody sees what they took; who reads the audit trail sees what others took."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.audit import record
from core.models import User, Verb
from core.views import audit
from tests.factories import registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
LOG = reverse("core:download-list")


def page(user: User, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    return client.get(LOG + query).text


def take(user: User, what: str = "UMKM: 7 baris") -> None:
    record(
        Verb.EXPORTED,
        by=user,
        at=AT,
        label=what,
        changes={"bentuk_berkas": [None, "ODS"]},
        reason="Untuk BPK",
    )


def test_a_download_of_the_list_stands_there_with_all_that_was_asked(people: People) -> None:
    registered_business(ward=people.a.ward)
    client = Client()
    client.force_login(people.registrar_a)
    asked = {"format": "ods", "layout": "sidt", "ward": people.a.ward.code}
    client.post(reverse("registry:business-export"), asked)

    shown = page(people.registrar_a)

    for words in ("UMKM: 1 baris", "ODS", "SIDT-KUMKM", f"Kelurahan: {people.a.ward.name}", "tersamar"):
        assert words in shown


def test_who_sees_whose(people: People) -> None:
    take(people.registrar_a, "berkas loket A")
    take(people.registrar_b, "berkas loket B")

    assert "berkas loket A" in page(people.registrar_a)
    assert "Untuk BPK" in page(people.registrar_a)
    assert "berkas loket B" not in page(people.registrar_a)
    assert "berkas loket" not in page(people.trainer)
    assert "Belum ada unduhan" in page(people.trainer)
    for reader in (people.official, people.administrator):
        assert {"berkas loket A", "berkas loket B"} <= set(page(reader).replace(">", "<").split("<"))
    # of a supervisor's kecamatan only: these files are of no kecamatan
    assert "berkas loket" not in page(people.supervisor_a)
    assert Client().get(LOG).status_code == 302


def test_other_events_are_no_downloads(people: People) -> None:
    record(Verb.CREATED, by=people.registrar_a, at=AT, label="sesuatu")

    assert "sesuatu" not in page(people.registrar_a)


def test_a_long_log_has_pages(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.views.downloads.PAGE_SIZE", 2)
    for number in range(3):
        take(people.registrar_a, f"berkas {number}")

    first = page(people.registrar_a)
    assert ("berkas 2" in first, "berkas 1" in first, "berkas 0" in first) == (True, True, False)
    after = first.split("?after=")[1].split('"')[0]
    assert "berkas 0" in page(people.registrar_a, f"?after={after}")
    assert audit.PAGE_SIZE == 50
