"""A telephone with ODK Collect: the address it was given, and what it posts there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import User
from registry.models import Business
from surveys.actions import enroll_device
from surveys.models import DeviceKind, FieldDevice, Wave
from tests.surveys.interviews import MULTIPLE, SINGLE

AT = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
ANSWERS = {**SINGLE, **MULTIPLE, "mode": "direct"}
RESPONSE = "{http://openrosa.org/http/response}"


@dataclass
class Collect:
    device: FieldDevice
    token: str

    @property
    def server(self) -> str:
        return f"/odk/{self.token}"

    def get(self, path: str) -> Any:
        return Client().get(self.server + path)

    def read(self, path: str) -> ElementTree.Element:
        answer = self.get(path)
        assert answer.status_code == 200
        return ElementTree.fromstring(answer.content)

    def send(self, xml: bytes, **files: bytes) -> Any:
        """One post, with the files under their names (`foto__jpg` for foto.jpg)."""
        parts: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("wawancara.xml", xml, "text/xml")}
        for name, content in files.items():
            file = name.replace("__", ".")
            parts[file] = SimpleUploadedFile(file, content, "image/jpeg")
        return Client().post(f"{self.server}/submission", parts, headers={"X-OpenRosa-Version": "1.0"})


def collect_of(user: User) -> Collect:
    device, token = enroll_device(user=user, kind=DeviceKind.ODK, name="Collect", by=user, at=AT)
    return Collect(device, token)


def message_of(answer: Any) -> str:
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Content-Type"].startswith("text/xml")
    found = ElementTree.fromstring(answer.content).find(f"{RESPONSE}message")
    assert found is not None
    return found.text or ""


def instance(wave: Wave, business: Business | str = "baru", **changes: Any) -> bytes:
    """A filled form as Collect writes it; `changes` replace nodes by their own name, None leaves one out."""
    nodes: dict[str, Any] = {
        "start": "2026-03-03T10:30:00.000+07:00",
        "end": "2026-03-03T10:45:00.000+07:00",
        "visit": {
            "gps": "-7.7543 113.2159 12.5 8.4",
            "business": business if isinstance(business, str) else str(business.public_id),
            "outcome": "done",
            "photo": "",
        },
        "consent": "yes",
        "consented_at": "2026-03-03T10:31:00.000+07:00",
        "answers": {"part_1": {code: _codes(value) for code, value in ANSWERS.items()}},
        "meta": {"instanceID": f"uuid:{uuid.uuid4()}", "instanceName": "Warung"},
    }
    version = changes.pop("version", 1)
    root = ElementTree.Element("data", id=f"umkm-{wave.code}", version=str(version))
    for name, value in changes.items():
        (_place(nodes, name) or nodes)[name] = value
    _fill(root, nodes)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _codes(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(sorted(value))


def _place(nodes: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Where a node of that name stands, or would stand."""
    if name in nodes:
        return nodes
    if name.startswith("found_") or name == "note":
        return nodes["visit"]
    if name == "deprecatedID":
        return nodes["meta"]
    for child in nodes.values():
        if isinstance(child, dict) and (found := _place(child, name)) is not None:
            return found
    return None


def _fill(parent: ElementTree.Element, nodes: dict[str, Any]) -> None:
    for name, value in nodes.items():
        if value is None:
            continue
        child = ElementTree.SubElement(parent, name)
        if isinstance(value, dict):
            _fill(child, value)
        else:
            child.text = value
