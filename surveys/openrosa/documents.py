"""The three documents of OpenRosa: the list of forms, the files of a form, the answer to a send. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

FORMS = "http://openrosa.org/xforms/xformsList"
FILES = "http://openrosa.org/xforms/xformsManifest"
ANSWER = "http://openrosa.org/http/response"


@dataclass(frozen=True)
class ListedForm:
    form_id: str
    name: str
    version: int
    hash: str
    url: str
    manifest_url: str


@dataclass(frozen=True)
class ListedFile:
    name: str
    hash: str
    url: str


def hash_of(content: bytes) -> str:
    """By which Collect sees that a form or a file is another one; it trusts nobody with it."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def form_list(forms: Iterable[ListedForm]) -> bytes:
    root = Element("xforms", xmlns=FORMS)
    for form in forms:
        _filled(
            SubElement(root, "xform"),
            formID=form.form_id,
            name=form.name,
            version=str(form.version),
            hash=form.hash,
            downloadUrl=form.url,
            manifestUrl=form.manifest_url,
        )
    return _written(root)


def manifest(files: Iterable[ListedFile]) -> bytes:
    root = Element("manifest", xmlns=FILES)
    for file in files:
        _filled(SubElement(root, "mediaFile"), filename=file.name, hash=file.hash, downloadUrl=file.url)
    return _written(root)


def answer(message: str) -> bytes:
    root = Element("OpenRosaResponse", xmlns=ANSWER)
    _filled(root, message=message)
    return _written(root)


def _filled(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
