"""What Collect asks for before anybody fills in a form, and who gets an answer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from surveys.actions import publish_questionnaire, revoke_device
from surveys.models import Response, ResponseState
from tests.factories import ResponseFactory, WaveFactory
from tests.people import People
from tests.surveys.fieldwork.people import businesses, census, given
from tests.surveys.openrosa.collect import AT, Collect, collect_of, message_of
from tests.surveys.openrosa.questionnaires import with_every_kind

pytestmark = pytest.mark.django_db
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 3, 4, 0, tzinfo=UTC))


def local(url: str) -> str:
    return url.removeprefix("http://testserver")


def forms(collect: Collect) -> list[dict[str, str]]:
    listed = collect.read("/formList").findall(f"{LIST}xform")
    return [{node.tag.removeprefix(LIST): node.text or "" for node in form} for form in listed]


def test_collect_gets_the_newest_form_and_its_lists_by_what_it_is_told(people: People) -> None:
    wave = census()
    publish_questionnaire(wave=wave, by=people.administrator, at=AT, definition=with_every_kind())
    businesses(people.a, "Warung A")
    given(wave, people, 1)
    collect = collect_of(people.enumerator_a)

    (listed,) = forms(collect)
    assert (listed["formID"], listed["version"], listed["name"]) == ("umkm-sensus", "2", "Sensus UMKM")
    form = Client().get(local(listed["downloadUrl"]))
    assert form.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert f"md5:{hashlib.md5(form.content).hexdigest()}" == listed["hash"]

    files = collect.read(local(listed["manifestUrl"]).removeprefix(collect.server))
    told = [{node.tag.removeprefix(MANIFEST): node.text or "" for node in file} for file in files]
    assert [file["filename"] for file in told] == ["umkm.csv", "jenis_usaha.csv", "kelurahan.csv"]
    for file in told:
        content = Client().get(local(file["downloadUrl"])).content
        assert file["hash"] == f"md5:{hashlib.md5(content).hexdigest()}"
        assert file["filename"].encode() in form.content
    assert b"Warung A" in Client().get(local(told[0]["downloadUrl"])).content


def test_a_changed_list_has_another_hash_so_that_collect_fetches_it_again(people: People) -> None:
    wave = census()
    collect = collect_of(people.enumerator_a)
    before = collect.get(f"/manifest/{wave.code}/1").content
    assert collect.get(f"/manifest/{wave.code}/1").content == before
    businesses(people.a, "Warung A")
    given(wave, people, 1)
    assert collect.get(f"/manifest/{wave.code}/1").content != before


def test_an_older_version_can_still_be_fetched_for_a_draft(people: People) -> None:
    wave = census()
    publish_questionnaire(wave=wave, by=people.administrator, at=AT, definition=with_every_kind())
    collect = collect_of(people.enumerator_a)
    assert b'version="1"' in collect.get("/forms/umkm-sensus/1.xml").content
    assert collect.get("/manifest/sensus/1").status_code == 200
    assert collect.get("/forms/umkm-sensus/3.xml").status_code == 404


def test_a_wave_is_offered_while_it_is_open_or_something_of_it_came_back(people: People) -> None:
    closed = census(code="lama", period_start="2025-01-01", period_end="2025-12-31")
    WaveFactory(code="studi", is_reconstruction=True)
    collect = collect_of(people.enumerator_a)
    assert forms(collect) == []
    ResponseFactory(wave=closed, enumerator=people.enumerator_a, state=ResponseState.RETURNED)
    assert [form["formID"] for form in forms(collect)] == ["umkm-lama"]
    assert forms(collect_of(people.supervisor_a)) == []
    Response.objects.update(state=ResponseState.CORRECTED)
    assert forms(collect) == []


def test_the_head_of_the_address_tells_how_much_it_takes(people: People) -> None:
    answer = Client().head(f"{collect_of(people.enumerator_a).server}/submission")
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert 10_000_000 < int(answer.headers["X-OpenRosa-Accept-Content-Length"]) < 25 * 1024 * 1024


def paths(collect: Collect) -> list[str]:
    return [
        f"{collect.server}/{path}"
        for path in (
            "formList",
            "forms/umkm-sensus/1.xml",
            "manifest/sensus/1",
            "umkm/sensus.csv",
            "kelurahan/sensus.csv",
        )
    ]


def test_every_address_is_open_to_a_valid_token_and_keeps_it_to_itself(people: People) -> None:
    census()
    for path in paths(collect_of(people.enumerator_a)):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert not answer.cookies
        assert Client().post(path).status_code == 405


def refused(path: str) -> str:
    answers = [Client().get(path)] if not path.endswith("submission") else [Client().post(path)]
    assert {answer.status_code for answer in answers} == {401}
    return message_of(answers[0])


def with_unknown_token(people: People) -> Collect:
    return Collect(collect_of(people.enumerator_a).device, "tidak-ada")


def with_revoked_token(people: People) -> Collect:
    collect = collect_of(people.enumerator_a)
    revoke_device(device=collect.device, by=people.enumerator_a, at=AT)
    return collect


def of_an_inactive_user(people: People) -> Collect:
    collect = collect_of(people.enumerator_a)
    User.objects.filter(pk=people.enumerator_a.pk).update(is_active=False)
    return collect


def of_somebody_who_no_longer_interviews(people: People) -> Collect:
    collect = collect_of(people.enumerator_a)
    User.objects.filter(pk=people.enumerator_a.pk).update(role="official")
    return collect


@pytest.mark.parametrize(
    ("telephone", "reason"),
    [
        (with_unknown_token, "tidak dikenal"),
        (with_revoked_token, "sudah dicabut"),
        (of_an_inactive_user, "tidak aktif"),
        (of_somebody_who_no_longer_interviews, "tidak lagi bertugas"),
    ],
)
def test_nobody_else_gets_anything(people: People, telephone, reason: str) -> None:
    census()
    collect = telephone(people)
    for path in [*paths(collect), f"{collect.server}/submission"]:
        assert reason in refused(path), path


def test_a_session_opens_nothing(people: People) -> None:
    client = Client()
    client.force_login(people.administrator)
    assert client.get(reverse("odk:form-list", args=["x" * 43])).status_code == 401


def test_what_is_not_there_is_not_there(people: People) -> None:
    WaveFactory(code="studi", is_reconstruction=True)
    census()
    collect = collect_of(people.enumerator_a)
    for path in ("/forms/umkm-lain/1.xml", "/forms/umkm-studi/1.xml", "/manifest/studi/1", "/umkm/studi.csv"):
        assert collect.get(path).status_code == 404, path
    assert collect.get("/lain/sensus.csv").status_code == 404


def test_the_list_of_forms_costs_the_same_for_any_number_of_versions(
    people: People, django_assert_num_queries
) -> None:
    collect, wave = collect_of(people.enumerator_a), census()
    publish_questionnaire(wave=wave, by=people.administrator, at=AT, definition=with_every_kind())
    with django_assert_num_queries(2):
        collect.get("/formList")
