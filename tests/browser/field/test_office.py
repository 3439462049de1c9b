"""What leaves the telephone by another way, what the server will not take, and how a new release comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from surveys.actions import ingest, restore_backup
from surveys.actions.restoring import open_backup
from surveys.ingesting.phone_json import parse
from surveys.models import Door, Response, Submission
from surveys.phone import release
from tests.browser.field.conftest import Morning
from tests.browser.field.handset import Handset
from tests.surveys.ingesting.sends import body, frozen

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 60_000
WAITING_IDS = """async () => {
    const { Profiles, Store } = await import("/static/js/field/store.js");
    const store = await Store.open(await (await Profiles.open()).current());
    return (await store.all("queue")).map((row) => row.id);
}"""


def saved_file(page: Page, button: str, folder: Path) -> bytes:
    with page.expect_download() as download:
        page.locator("main").get_by_role("button", name=button).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def test_the_backup_opens_at_the_office_and_nowhere_else(
    handset: Handset, morning: Morning, tmp_path: Path
) -> None:
    page = handset.page
    handset.cut()
    for name in ("Usaha 01", "Usaha 02"):
        handset.interview(name)
    handset.open_task("Usaha 03")
    handset.agree()
    handset.press("Bagaimana usaha ini memasarkan", "Online")
    handset.is_saved()
    handset.go("Kiriman")
    content = saved_file(page, "Cadangkan", tmp_path)
    expect(page.get_by_text("Berkas cadangan dibuat").first).to_be_visible()
    handset.looked_at()
    assert b"Usaha" not in content
    inside = open_backup(content)
    assert [draft["answers"] for draft in inside["drafts"]] == [{"marketing_channel": "online"}]

    restored = restore_backup(content=content, by=morning.people.supervisor_a, at=timezone.now())
    assert (restored.new, restored.same, restored.failed) == (2, 0, 0)
    handset.mend()  # now the line is back after all: the same bytes, nothing twice
    page.locator("#kirim-sekarang").click()
    expect(page.get_by_role("heading", name="Menunggu dikirim: 0")).to_be_visible(timeout=SOON)
    assert Submission.objects.count() == Response.objects.count() == 2


def test_a_conflict_is_shown_kept_and_removed_only_after_a_copy_was_saved(
    handset: Handset, morning: Morning, tmp_path: Path
) -> None:
    page = handset.page
    handset.cut()
    handset.interview("Usaha 01")
    (instance,) = page.evaluate(WAITING_IDS)
    raw = frozen(body(morning.wave, morning.businesses[0], instance_id=instance))
    ingest(
        payload=parse(raw), raw=raw, door=Door.PHONE, by=morning.enumerator, device=None, at=timezone.now()
    )
    handset.mend()
    handset.go("Kiriman")
    page.locator("#kirim-sekarang").click()
    expect(page.get_by_text("Bentrok:")).to_be_visible(timeout=SOON)
    expect(page.locator("#pita")).to_contain_text("1 kiriman tidak diterima server")
    expect(page.get_by_role("button", name="Hapus dari ponsel")).to_have_count(0)
    handset.looked_at()
    inside = open_backup(saved_file(page, "Cadangkan Usaha 01", tmp_path))
    assert len(inside["items"]) == 1
    page.get_by_role("button", name="Hapus dari ponsel").click()
    expect(page.get_by_role("heading", name="Menunggu dikirim: 0")).to_be_visible()


def test_the_frozen_bytes_never_change(handset: Handset, morning: Morning) -> None:
    handset.cut()
    handset.interview("Usaha 01")
    read = """async () => {
        const { Profiles, Store } = await import("/static/js/field/store.js");
        const store = await Store.open(await (await Profiles.open()).current());
        const [one] = await store.all("frozen");
        const again = await store.together([["add", "frozen", { ...one, body: "{}" }]]).then(() => "written", () => "refused");
        return [one.body, again];
    }"""
    before, written = handset.page.evaluate(read)
    assert written == "refused"
    handset.restart()
    handset.open_app()
    expect(handset.page.get_by_role("heading", name="Tugas saya")).to_be_visible()
    assert handset.page.evaluate(read)[0] == before
    handset.mend()
    handset.page.reload()
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    stored = Submission.objects.get()
    assert stored.payload == before
    told = json.loads(before)
    assert 0 <= told["duration_seconds"] < 600
    assert told["gps"]["accuracy"] == 12
    assert stored.clock_skew_seconds is not None
    assert abs(stored.clock_skew_seconds) < 60


def test_the_copy_goes_once_the_servers_list_shows_the_interview(handset: Handset, morning: Morning) -> None:
    count = """async () => {
        const { Profiles, Store } = await import("/static/js/field/store.js");
        const store = await Store.open(await (await Profiles.open()).current());
        return [await store.count("frozen"), (await store.all("sent")).map((row) => row.confirmed)];
    }"""
    handset.interview("Usaha 01")
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    handset.refresh()
    assert handset.page.evaluate(count) == [0, [True]]
    handset.go("Kiriman")
    expect(handset.page.locator(".receipt")).to_contain_text(Response.objects.get().receipt)
    expect(handset.page.get_by_text("Menurut server, perangkat ini telah mengirim 1.")).to_be_visible()


def test_what_waits_for_more_than_a_day_is_said_aloud(handset: Handset, morning: Morning) -> None:
    handset.cut()
    handset.interview("Usaha 01")
    handset.page.evaluate(
        """async () => {
            const { Profiles, Store } = await import("/static/js/field/store.js");
            const store = await Store.open(await (await Profiles.open()).current());
            const [row] = await store.all("queue");
            await store.update("queue", { ...row, queued_at: new Date(Date.now() - 25 * 3600000).toISOString() });
        }"""
    )
    handset.page.reload()
    expect(handset.page.locator("#pita")).to_contain_text("menunggu lebih dari 24 jam")
    handset.looked_at()


def test_a_new_release_comes_in_as_a_whole_and_says_so(
    handset: Handset, morning: Morning, settings: Any
) -> None:
    page = handset.page
    update = "async () => { await (await navigator.serviceWorker.ready).update().catch(() => {}); }"
    settings.OFFICE_NAME = "Dinas dengan nama baru"
    release._read_once.cache_clear()
    handset.line.mode = "portal"  # nothing of a portal's gets in
    page.evaluate(update)
    expect(page).to_have_title("Tugas saya – Aplikasi lapangan")
    handset.line.mode = "up"
    page.evaluate(update)
    expect(page.locator("#pita")).to_contain_text("Versi baru aplikasi sudah siap", timeout=SOON)
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    handset.cut()
    page.reload()
    expect(page.get_by_role("heading", name="Tugas saya")).to_be_visible()
    release._read_once.cache_clear()
