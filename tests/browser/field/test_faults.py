"""Nothing is lost and nothing doubled: without signal, with a dead browser, a forgetful line, a portal, two tabs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from surveys.actions import revoke_device
from surveys.models import Assignment, FieldDevice, Response, Submission
from tests.browser.field.conftest import Morning
from tests.browser.field.handset import Handset

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 60_000  # milliseconds a page may take on a busy machine


def waiting(handset: Handset, count: int) -> None:
    expect(handset.page.get_by_role("heading", name=f"Menunggu dikirim: {count}")).to_be_visible(timeout=SOON)


def fill(handset: Handset, morning: Morning, count: int) -> None:
    for business in morning.businesses[:count]:
        handset.interview(business.name)


def press_until_empty(handset: Handset, most: int = 40) -> None:
    empty = handset.page.get_by_role("heading", name="Menunggu dikirim: 0")
    for _ in range(most):
        if empty.is_visible():
            return
        handset.page.locator("#kirim-sekarang").click()
        handset.page.wait_for_timeout(300)
    expect(empty).to_be_visible(timeout=SOON)


def test_twenty_interviews_without_signal_survive_two_restarts(handset: Handset, morning: Morning) -> None:
    handset.cut()
    fill(handset, morning, 20)
    expect(handset.page.locator("#pita")).to_contain_text("Luring — akan dikirim nanti")
    expect(handset.page.get_by_text("20 dari 20 selesai")).to_be_visible()
    for _ in range(2):
        handset.restart()
        handset.open_app("#/kiriman")
        waiting(handset, 20)
    assert not Submission.objects.exists()
    handset.mend()
    handset.page.locator("#kirim-sekarang").click()
    waiting(handset, 0)
    assert Response.objects.filter(wave=morning.wave).count() == Submission.objects.count() == 20


def test_ten_saved_interviews_and_a_draft_outlive_a_killed_browser(
    handset: Handset, morning: Morning
) -> None:
    handset.cut()
    fill(handset, morning, 10)
    handset.open_task("Usaha 11")
    handset.agree()
    handset.press("Bagaimana usaha ini memasarkan", "Online")
    handset.is_saved()
    handset.kill()

    handset.start()
    handset.open_app("#/kiriman")
    waiting(handset, 10)
    handset.go("Tugas saya")
    expect(handset.status_of("Usaha 11")).to_have_text("Draf")
    handset.open_task("Usaha 11")
    handset.is_saved()
    expect(handset.page.get_by_label("Online", exact=True)).to_be_checked()
    handset.mend()
    handset.go("Kiriman")
    press_until_empty(handset)
    assert Response.objects.filter(wave=morning.wave).count() == 10


def test_fifteen_sent_over_a_line_that_forgets_every_second_answer(
    handset: Handset, morning: Morning
) -> None:
    handset.cut()
    fill(handset, morning, 15)
    handset.line.forget_every = 2
    handset.mend()
    handset.go("Kiriman")
    press_until_empty(handset)
    assert Response.objects.filter(wave=morning.wave).count() == Submission.objects.count() == 15
    assert handset.line.sends > 15  # answers were lost, and asked for again


def test_neither_an_ended_session_nor_a_login_page_nor_a_portal_is_taken_for_a_receipt(
    handset: Handset, morning: Morning
) -> None:
    Session.objects.all().delete()
    handset.cut()
    fill(handset, morning, 2)
    handset.mend()
    for mode in ("login", "portal"):
        handset.line.mode = mode
        handset.go("Kiriman")
        handset.page.locator("#kirim-sekarang").click()
        expect(handset.page.locator("#kabar")).to_contain_text("Belum terkirim")
        waiting(handset, 2)
        handset.page.reload()  # the portal does not get into the cache either
        waiting(handset, 2)
    handset.line.mode = "up"
    press_until_empty(handset)
    assert Submission.objects.count() == 2  # with the token alone: no session is left
    assert not Session.objects.exists()


def test_two_tabs_sending_at_once_send_each_interview_once(handset: Handset, morning: Morning) -> None:
    handset.cut()
    fill(handset, morning, 5)
    handset.go("Kiriman")
    assert handset.context
    other = handset.context.new_page()
    other.goto(f"{handset.line.url}/lapangan/#/kiriman")
    expect(other.get_by_role("heading", name="Menunggu dikirim: 5")).to_be_visible()
    handset.mend()
    for page in (handset.page, other):
        page.evaluate("document.getElementById('kirim-sekarang').click()")
    for page in (handset.page, other):
        expect(page.get_by_role("heading", name="Menunggu dikirim: 0")).to_be_visible(timeout=SOON)
    assert Response.objects.count() == Submission.objects.count() == 5
    assert handset.line.sends == 5


def test_without_the_lock_two_tabs_would_send_twice(handset: Handset, morning: Morning) -> None:
    """The negative control: the same with a lock that locks nothing; the server still stores each once."""
    handset.cut()
    fill(handset, morning, 5)
    handset.go("Kiriman")
    handset.mend()
    handset.line.mode = "up"
    handset.page.evaluate(
        """async () => {
            const { Profiles, Store } = await import("/static/js/field/store.js");
            const { flush } = await import("/static/js/field/sender.js");
            LockManager.prototype.request = (name, options, callback) => callback({ name });
            const store = await Store.open(await (await Profiles.open()).current());
            await Promise.all([flush(store, { force: true }), flush(store, { force: true })]);
        }"""
    )
    assert handset.line.sends > 5
    assert Submission.objects.count() == 5


def test_a_revoked_telephone_keeps_its_queue_until_it_is_set_up_anew(
    handset: Handset, morning: Morning
) -> None:
    handset.cut()
    fill(handset, morning, 3)
    device = FieldDevice.objects.get()
    revoke_device(device=device, by=morning.people.administrator, at=timezone.now())
    handset.mend()
    handset.go("Kiriman")
    handset.page.locator("#kirim-sekarang").click()
    expect(handset.page.locator("#pita")).to_contain_text("tidak lagi diterima server")
    waiting(handset, 3)
    handset.looked_at()
    assert not Submission.objects.exists()

    handset.set_up(morning.enumerator, "Ponsel yang sama")
    handset.go("Kiriman")
    press_until_empty(handset)
    expect(handset.page.locator("#pita")).not_to_contain_text("tidak lagi diterima")
    assert Submission.objects.count() == 3


def test_a_revoked_telephone_says_so_although_nothing_waits_and_without_signal(
    handset: Handset, morning: Morning
) -> None:
    revoke_device(device=FieldDevice.objects.get(), by=morning.people.administrator, at=timezone.now())
    handset.page.reload()
    band = handset.page.locator("#pita")
    expect(band).to_contain_text("tidak lagi diterima server")
    handset.cut()
    handset.page.reload()
    expect(band).to_contain_text("Luring")
    expect(band).to_contain_text("tidak lagi diterima server")


def test_what_was_begun_can_be_finished_after_the_task_and_the_wave_are_gone(
    handset: Handset, morning: Morning
) -> None:
    page = handset.page
    handset.open_task("Usaha 01")
    handset.agree()
    handset.answer_all()
    yesterday = timezone.localdate() - timedelta(days=1)
    morning.wave.period_start, morning.wave.period_end = yesterday, yesterday
    morning.wave.save(update_fields=["period_start", "period_end"])
    Assignment.objects.update(withdrawn_at=timezone.now())
    handset.open_app("#/")
    handset.refresh()
    expect(page.get_by_text("0 dari 1 selesai")).to_be_visible()
    handset.open_task("Usaha 01")
    expect(page.get_by_label("Offline dan online")).to_be_checked()
    handset.finish()
    handset.go("Kiriman")
    expect(page.locator("main")).to_contain_text("Ditahan kantor untuk diperiksa", timeout=SOON)
    assert Submission.objects.get().is_held


def test_a_form_is_open_in_one_tab_only(handset: Handset, morning: Morning) -> None:
    handset.open_task("Usaha 01")
    handset.agree()
    assert handset.context
    other = handset.context.new_page()
    other.goto(handset.page.url)
    expect(other.get_by_role("heading", name="Formulir ini sedang terbuka di tab lain.")).to_be_visible()
    handset.open_app("#/")
    expect(handset.status_of("Usaha 01")).to_have_text("Draf")
    other.reload()
    expect(other.get_by_role("heading", name="Pertanyaan", exact=True)).to_be_visible()


def test_leaving_is_refused_while_something_waits_and_wipes_afterwards(
    handset: Handset, morning: Morning
) -> None:
    handset.cut()
    fill(handset, morning, 1)
    handset.go("Perangkat")
    handset.page.get_by_role("button", name="Lepas perangkat").click()
    expect(handset.page.get_by_role("alert")).to_contain_text("Masih ada 1 kiriman yang belum terkirim")
    handset.looked_at()
    handset.mend()
    handset.go("Kiriman")
    press_until_empty(handset)
    handset.go("Perangkat")
    handset.page.get_by_role("button", name="Lepas perangkat").click()
    expect(handset.page.get_by_role("heading", name="Perangkat ini belum disiapkan")).to_be_visible()
    names = handset.page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    assert names == ["lapangan"]


def test_two_users_of_one_telephone_keep_to_themselves(handset: Handset, morning: Morning) -> None:
    handset.cut()
    fill(handset, morning, 1)
    handset.mend()
    handset.line.mode = "up"
    handset.set_up(morning.people.enumerator_b, "Ponsel bersama")
    expect(handset.page.locator("#pengguna")).to_have_text(str(morning.people.enumerator_b))
    expect(handset.page.get_by_text("Belum ada usaha yang ditugaskan")).to_be_visible()
    expect(handset.page.get_by_text("Usaha 01")).to_have_count(0)
    handset.go("Perangkat")
    handset.page.get_by_role("button", name=f"Ganti ke {morning.enumerator}").click()
    expect(handset.page.locator("#pengguna")).to_have_text(str(morning.enumerator))
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim", timeout=SOON)
    assert Submission.objects.get().user == morning.enumerator


def test_a_page_the_app_has_not_gets_an_answer_without_signal(
    handset: Handset, new_handset: Callable[[], Handset]
) -> None:
    handset.cut()
    for address in ("/lapangan/tidak/ada/", "/lapangan/siapkan/"):
        handset.page.goto(handset.line.url + address)
        expect(handset.page.get_by_role("heading", name="Halaman ini memerlukan jaringan")).to_be_visible()
    handset.looked_at()
    handset.open_app("#/tidak-ada")
    expect(handset.page.get_by_role("heading", name="Halaman ini tidak ada.")).to_be_visible()
    handset.open_app("#/wawancara/lapangan/00000000-0000-0000-0000-000000000000")
    expect(handset.page.get_by_role("heading", name="Usaha ini tidak ada dalam tugas Anda.")).to_be_visible()
