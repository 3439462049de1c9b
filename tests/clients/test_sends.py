"""What the engines of ODK fill in and send to the running site is what the site stores, once."""

from __future__ import annotations

import http.client
import io
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from registry.models import Business, BusinessStatus, Sector
from surveys.actions import publish_questionnaire
from surveys.actions.reviewing import return_response
from surveys.models import Response, ResponseState, Submission, SubmissionState, Visit, Wave
from surveys.questionnaire import DECLINED, Definition, Kind, Value
from surveys.questions import MODE, SINGLE
from tests.clients.definitions import right_fill
from tests.clients.engines import FORM, Engine, java_rosa, web_engine, write_fills
from tests.factories import ResponseFactory
from tests.people import People
from tests.surveys.fieldwork.people import businesses, census, given
from tests.surveys.openrosa.collect import Collect, collect_of
from tests.surveys.openrosa.questionnaires import with_every_kind

pytestmark = pytest.mark.django_db(transaction=True)
LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
EDGE = "----odk"
INTERVIEWS, FOUND, WITHOUT = 30, 4, ("not_found", "closed", "refused", "moved")
ENGINES = pytest.mark.parametrize("engine", [java_rosa, web_engine], ids=["JavaRosa", "xforms-engine"])
Fill = dict[str, Value]


@dataclass
class Telephone:
    """Collect as it speaks HTTP: what it was told once is all it knows."""

    host: str
    collect: Collect

    def ask(self, method: str, url: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        line = http.client.HTTPConnection(self.host, timeout=60)
        kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}"} if body else {}
        line.request(method, urlsplit(url).path, body, {"X-OpenRosa-Version": "1.0", **kind})
        answer = line.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        line.close()
        return found

    def get(self, url: str) -> bytes:
        status, _, content = self.ask("GET", url)
        assert status == 200, url
        return content

    def post(self, xml: bytes, files: dict[str, bytes] | None = None, *, is_part: bool = False) -> int:
        parts = {"xml_submission_file": xml, **(files or {})}
        body = b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n\r\n%b\r\n'
            % (EDGE.encode(), name.encode(), name.encode(), content)
            for name, content in parts.items()
        )
        if is_part:
            body += (
                b'--%b\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'
                % EDGE.encode()
            )
        return self.ask("POST", f"{self.collect.server}/submission", body + f"--{EDGE}--\r\n".encode())[0]

    def fetch(self, folder: Path) -> None:
        """The form and its files, by the addresses that the site itself names."""
        (form,) = ElementTree.fromstring(self.get(f"{self.collect.server}/formList"))
        (folder / FORM).write_bytes(self.get(form.findtext(f"{LIST}downloadUrl") or ""))
        for file in ElementTree.fromstring(self.get(form.findtext(f"{LIST}manifestUrl") or "")):
            content = self.get(file.findtext(f"{MANIFEST}downloadUrl") or "")
            (folder / (file.findtext(f"{MANIFEST}filename") or "")).write_bytes(content)


@pytest.fixture
def wave(people: People) -> Wave:
    today = timezone.localdate()
    wave = census(period_start=today - timedelta(days=3), period_end=today + timedelta(days=20))
    publish_questionnaire(wave=wave, by=people.administrator, at=timezone.now(), definition=with_every_kind())
    names = [f'Warung "{number}" & <kawan>, Jati' for number in range(INTERVIEWS + len(WITHOUT) + 2)]
    businesses(people.a, *names)
    given(wave, people, len(names), due_on=today + timedelta(days=9), at=timezone.now())
    return wave


@pytest.fixture
def telephone(people: People, live_server: LiveServer) -> Telephone:
    return Telephone(urlsplit(live_server.url).netloc, collect_of(people.enumerator_a))


def visits(people: People, definition: Definition) -> list[Fill]:
    """A day: interviews, businesses that were found, visits without one, and an owner who does not consent."""
    random = Random(7)
    listed = iter(Business.objects.order_by("pk"))
    fills: list[Fill] = []
    for number in range(INTERVIEWS + FOUND):
        frame: Fill = {"visit/outcome": "done", "consent": "yes"}
        if number < INTERVIEWS:
            frame["visit/business"] = str(next(listed).public_id)
        else:
            frame |= {
                "visit/business": "baru",
                "visit/found_name": f"Kedai {number}",
                "visit/found_sector": Sector.objects.get().code,
                "visit/found_ward": people.a.ward.code,
                "visit/found_owner": "Bu Contoh",
            }
        fills.append(in_order(frame) | right_fill(random, definition))
    for outcome in WITHOUT:
        fills.append(
            {"visit/business": str(next(listed).public_id), "visit/outcome": outcome, "visit/note": "Tutup."}
        )
    refusing = {"visit/business": str(next(listed).public_id), "visit/outcome": "done", "consent": "no"}
    return [*fills, dict(refusing)]


def in_order(frame: Fill) -> Fill:
    """The business first: the questions about a new one come only then."""
    return {"visit/business": frame["visit/business"]} | frame


@ENGINES
def test_what_an_engine_sends_is_what_is_stored(
    engine, people: People, wave: Wave, telephone: Telephone, tmp_path: Path
) -> None:
    definition = with_every_kind()
    telephone.fetch(tmp_path)
    fills = visits(people, definition)
    write_fills(tmp_path, fills)
    client: Engine = engine()
    (results,) = client.fill([tmp_path])
    assert [result.wrong for result in results if not result.is_accepted] == []
    for result in results:
        assert (telephone.post(result.xml), telephone.post(result.xml)) == (201, 202)

    assert not Submission.objects.exclude(state=SubmissionState.STORED).exists()
    assert Submission.objects.count() == Visit.objects.count() == len(fills)
    assert Response.objects.count() == INTERVIEWS + FOUND
    assert Business.objects.filter(status=BusinessStatus.FOUND_IN_FIELD).count() == FOUND
    for result in results:
        tree = ElementTree.fromstring(result.xml)
        compare(definition, tree, Submission.objects.get(instance_id=instance_id(tree)))


def instance_id(tree: ElementTree.Element) -> uuid.UUID:
    return uuid.UUID((text(tree, "instanceID")).removeprefix("uuid:"))


def text(tree: ElementTree.Element, name: str) -> str:
    """The text of the one node of that name, whatever its namespace; empty where there is none."""
    found = [node.text or "" for node in tree.iter() if node.tag.rpartition("}")[2] == name]
    assert len(found) < 2 or name == "note"
    return found[-1] if found else ""


def compare(definition: Definition, tree: ElementTree.Element, sent: Submission) -> None:
    """The stored visit and interview against the tree of the engine, read here by its own names."""
    assert sent.visit is not None
    outcome, consent = text(tree, "outcome"), text(tree, "consent")
    assert sent.visit.outcome == ("refused" if consent == "no" else outcome)
    if text(tree, "business") != "baru":
        assert str(sent.visit.business.public_id) == text(tree, "business")
    else:
        assert str(sent.visit.business.public_id) == text(tree, "found_id")
        assert sent.visit.business.name == text(tree, "found_name")
    if consent != "yes":
        assert sent.response is None
        return
    assert sent.response is not None
    for item in definition:
        assert stored(sent.response, item.code, item.is_core) == told(
            item.kind, item.is_core, text(tree, item.code)
        )
    assert (str(sent.response.latitude), str(sent.response.longitude)) == ("-7.754300", "113.215900")
    assert sent.response.accuracy_m == 8
    assert sent.response.consented_at is not None
    assert sent.response.duration_seconds is not None


def told(kind: Kind, is_core: bool, answer: str) -> object:
    if not is_core and not answer:
        return ""
    if kind is Kind.MULTIPLE:
        return set(answer.split()) - ({DECLINED} if is_core else set())
    return "" if is_core and answer == DECLINED else answer


def stored(response: Response, code: str, is_core: bool) -> object:
    """Columns and rows of core questions, the data of the wave's own."""
    if not is_core:
        extra = response.extra.get(code, "")
        return set(extra) if isinstance(extra, list) else extra
    if code in {MODE.code, "note", "potential_note", *(question.code for question in SINGLE)}:
        return getattr(response, code)
    return set(response.choices.filter(question=code).values_list("value", flat=True))


def one_interview(engine, people: People, folder: Path, telephone: Telephone) -> bytes:
    telephone.fetch(folder)
    write_fills(folder, visits(people, with_every_kind())[:1])
    ((result,),) = engine().fill([folder])
    return result.xml


@ENGINES
def test_why_an_interview_came_back_is_seen_where_it_is_corrected(
    engine, people: People, wave: Wave, telephone: Telephone, tmp_path: Path
) -> None:
    first, second = Business.objects.order_by("pk")[:2]
    response = ResponseFactory(
        wave=wave, business=first, enumerator=people.enumerator_a, state="sent", version=1
    )
    return_response(
        response=response, expected_version=1, note="Tanya lagi.", by=people.supervisor_a, at=timezone.now()
    )
    telephone.fetch(tmp_path)
    fills = [{"visit/business": str(business.public_id)} for business in (first, second)]
    write_fills(tmp_path, fills)
    ((returned, other),) = engine().fill([tmp_path])
    assert "visit/ReviewShown" in returned.asked
    assert "visit/ReviewShown" not in other.asked
    assert text(ElementTree.fromstring(returned.xml), "ReviewNote") == "Tanya lagi."


def jpeg(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "JPEG")
    return content.getvalue()


@ENGINES
def test_the_scenarios_of_an_openrosa_server(
    engine, people: People, wave: Wave, telephone: Telephone, tmp_path: Path
) -> None:
    """New, again, other content, a file later, all of it again, in parts; and the address before all that."""
    status, headers, _ = telephone.ask("HEAD", f"{telephone.collect.server}/submission")
    assert status == 204
    assert int(headers["X-OpenRosa-Accept-Content-Length"]) > 10_000_000

    xml = one_interview(engine, people, tmp_path, telephone)
    for empty in (b"<photo />", b"<photo/>"):
        xml = xml.replace(empty, b"<photo>1772.jpg</photo>")
    assert telephone.post(xml, is_part=True) == 201
    assert telephone.post(xml) == 202
    assert telephone.post(xml, {"1772.jpg": jpeg("red")}) == 201
    assert telephone.post(xml, {"1772.jpg": jpeg("red")}) == 202
    assert telephone.post(xml, {"1772.jpg": jpeg("blue")}) == 409
    assert telephone.post(xml.replace(b"<outcome>done", b"<outcome>closed")) == 409
    assert telephone.post(xml.replace(b"<meta>", b"<mata>").replace(b"</meta>", b"</mata>")) == 400
    assert Response.objects.count() == 1
    assert Submission.objects.get().photos.count() == 1

    edited = xml.replace(b"<instanceID>", b"<deprecatedID>").replace(b"</instanceID>", b"</deprecatedID>")
    new_id = f"<instanceID>uuid:{uuid.uuid4()}</instanceID></meta>".encode()
    Response.objects.update(state=ResponseState.RETURNED)
    assert telephone.post(edited.replace(b"</meta>", new_id)) == 201
    assert Response.objects.get().state == ResponseState.CORRECTED

    stranger = Telephone(telephone.host, Collect(telephone.collect.device, "x" * 43))
    assert stranger.post(xml) == 401
