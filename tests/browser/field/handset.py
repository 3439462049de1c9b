"""A telephone with a browser that keeps what it stored: it can be restarted, killed, and used without a line."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from core.models import User
from scripts.browser import find_chromium
from tests.browser.conftest import FLAGS, PHONE, Console
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.field.line import Line

EXPECTED = ("Failed to load resource", "net::ERR", "401 (Unauthorized)", "409 (Conflict)")
DRAFT_SAVED = re.compile(r"Draf tersimpan \d\d\.\d\d")
ANSWERS = {
    "marketing_channel": "both",
    "platforms": "social_media",
    "partnership": "not_answered",
    "revenue_trend": "increased",
    "capital_source": "own_capital",
    "credit_refusal_reasons": "interest_too_high",
    "bookkeeping_regular": "yes",
    "finances_separated": "no",
    "problems": "promotion",
    "has_potential": "yes",
    "methods": "interview",
    "mode": "direct",
}


@dataclass
class Handset:
    playwright: Playwright
    folder: Path
    line: Line
    console: Console
    context: BrowserContext | None = None
    page: Page = field(init=False)

    def start(self) -> Page:
        path = find_chromium()
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            headless=True,
            args=FLAGS,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport=PHONE,
            reduced_motion="reduce",
            accept_downloads=True,
            geolocation={"latitude": -7.7543, "longitude": 113.2159, "accuracy": 12},
            permissions=["geolocation"],
            **({"executable_path": path} if path else {}),
        )
        self.console.watch(self.context)
        self.page = self.context.pages[0]
        return self.page

    def stop(self) -> None:
        if self.context:
            self.console.contexts.remove(self.context)
            self.context.close()
        self.context = None

    def restart(self) -> Page:
        self.stop()
        return self.start()

    def kill(self) -> None:
        """SIGKILL, to every process of this one browser and no other."""
        assert self.context
        self.console.contexts.remove(self.context)
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while list(self._processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(Exception):  # whatever Playwright says of a browser that is gone
            self.context.close()
        self.context = None
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self.folder / name).unlink(missing_ok=True)

    def _processes(self) -> Iterator[int]:
        mark = f"--user-data-dir={self.folder}"
        for path in Path("/proc").iterdir():
            if path.name.isdecimal():
                try:
                    words = (path / "cmdline").read_bytes().decode(errors="replace").split("\0")
                except OSError:
                    continue
                if mark in words:
                    yield int(path.name)

    # --- what an enumerator does -------------------------------------------------------------------

    def set_up(self, user: User, name: str = "Ponsel uji") -> None:
        """Signed in once; afterwards without any cookie."""
        assert self.context
        log_in(self.page, user, self.line.url)
        self.page.goto(f"{self.line.url}/lapangan/siapkan/")
        self.page.get_by_label("Nama perangkat").fill(name)
        self.page.get_by_role("button", name="Siapkan perangkat ini").click()
        expect(self.page.get_by_role("heading", name="Tugas saya")).to_be_visible()
        self.context.clear_cookies()
        expect(self.page.locator("#diperbarui")).to_contain_text("Diperbarui")
        self.wait_for_worker()

    def wait_for_worker(self) -> None:
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def open_app(self, at: str = "") -> None:
        self.page.goto(f"{self.line.url}/lapangan/{at}")

    def cut(self) -> None:
        assert self.context
        self.line.mode = "down"
        self.context.set_offline(True)

    def mend(self) -> None:
        assert self.context
        self.line.mode = "up"
        self.context.set_offline(False)

    def go(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Menu aplikasi").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def open_task(self, name: str) -> None:
        self.page.locator(".row-link", has_text=name).first.click()

    def agree(self) -> None:
        self.page.get_by_role("button", name="Bersedia, mulai wawancara").click()
        expect(self.page.get_by_role("heading", name="Pertanyaan", exact=True)).to_be_visible()

    def press(self, prompt: str, label: str) -> None:
        self.page.get_by_role("group", name=prompt).locator("label", has_text=label).first.click()

    def answer_all(self, **changes: str) -> None:
        """Every core question at once, through the same buttons."""
        self.page.evaluate(
            """answers => { for (const [name, value] of Object.entries(answers))
                document.querySelector(`input[name="${name}"][value="${value}"]`).click(); }""",
            ANSWERS | changes,
        )
        self.is_saved()

    def is_saved(self) -> None:
        """What stands on the screen is on the disk."""
        expect(self.page.locator('.saved[aria-busy="false"]')).to_have_text(DRAFT_SAVED)

    def finish(self) -> None:
        self.page.get_by_role("button", name="Selesai").click()
        expect(self.page.get_by_role("heading", name="Tugas saya")).to_be_visible()

    def interview(self, name: str) -> None:
        self.open_task(name)
        self.agree()
        self.answer_all()
        self.finish()

    def refresh(self) -> None:
        self.page.get_by_role("button", name="Perbarui").click()
        expect(self.page.locator("#kabar")).to_have_text("Daftar tugas diperbarui.", timeout=60_000)

    def status_of(self, name: str) -> Any:
        return self.page.locator("li", has_text=name).locator(".state").first

    def looked_at(self) -> None:
        assert axe_violations(self.page) == []
        assert not scrolls_sideways(self.page)
