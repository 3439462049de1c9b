"""Which files make up one release of the application, each with the hash its content must have.

The service worker takes a release as a whole or not at all: every file is fetched under its plain name and checked
against its hash, so that neither a half-installed release nor the page of a captive portal can get into the cache.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

MODULES = "js/field"
WORKER = "js/field-worker.js"
TEMPLATES = ("shell.html", "offline.html")
OTHERS = (
    "vendor/idb/index.js",
    "css/field.css",
    "img/icon.svg",
    "img/field-192.png",
    "img/field-512.png",
)


@dataclass(frozen=True)
class Release:
    """`files` maps an address to the Subresource Integrity value of what is to be had there."""

    version: str
    files: dict[str, str]
    worker: str

    def script(self, *, shell: str, offline: str, manifest: str) -> str:
        """The service worker of this release; another release is another script."""
        release = {
            "version": self.version,
            "shell": shell,
            "offline": offline,
            "pages": [shell, offline, manifest],
            "files": self.files,
        }
        return f"const RELEASE = {json.dumps(release)};\n{self.worker}"


def address_of(name: str) -> str:
    """Without the hash that {% static %} puts into a name: the modules import each other by their plain names."""
    return f"{settings.STATIC_URL}{name}"


def current_release() -> Release:
    return _read() if settings.DEBUG else _read_once()


@lru_cache(maxsize=1)
def _read_once() -> Release:
    return _read()


def _read() -> Release:
    contents = {name: _path_of(name).read_bytes() for name in (*_modules(), *OTHERS)}
    worker = _path_of(WORKER).read_bytes()
    pages = [(settings.BASE_DIR / "templates" / "field" / name).read_bytes() for name in TEMPLATES]
    whole = sha256(settings.OFFICE_NAME.encode())
    for content in (*contents.values(), worker, *pages):
        whole.update(sha256(content).digest())
    files = {address_of(name): _integrity(content) for name, content in contents.items()}
    return Release(whole.hexdigest()[:16], files, worker.decode())


def _modules() -> list[str]:
    folder = settings.BASE_DIR / "static"
    return sorted(str(path.relative_to(folder)) for path in (folder / MODULES).rglob("*.js"))


def _path_of(name: str) -> Path:
    """In the working copy, or where `collectstatic` put it."""
    return Path(finders.find(name) or staticfiles_storage.path(name))


def _integrity(content: bytes) -> str:
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"
