"""An applicant walks through the public door in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page

PAGES: tuple[dict[str, str], ...] = (
    {"owner_name": "Ibu Contoh", "owner_national_id": "9901 0101 0190 0777", "owner_phone": "0812-3456-7890"},
    {"name": "Warung Sumber Rejeki Dua", "products": "Rawon", "started_on": "21/03/2021"},
    {"address": "Jalan Contoh 1", "net_assets": "50.000.000", "annual_sales": "300.000.000"},
)
CHOSEN = {2: "sector", 3: "ward"}


def begin(page: Page) -> None:
    """From anywhere to the first question."""
    page.goto(urljoin(page.url, "/daftar/"))
    press(page, "Saya setuju")


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def fill_step(page: Page, number: int) -> None:
    for name, value in PAGES[number - 1].items():
        page.locator(f"main [name={name}]").fill(value)
    if number in CHOSEN:
        page.locator(f"main [name={CHOSEN[number]}]").select_option(index=1)


def walk(to: int) -> Callable[[Page], None]:
    """To a step, to the summary (4) or to the receipt (5)."""

    def act(page: Page) -> None:
        begin(page)
        for number in range(1, min(to, 4)):
            fill_step(page, number)
            press(page, "Lanjut")
        if to == 5:
            press(page, "Kirim pendaftaran")

    return act


def send_nothing(page: Page) -> None:
    begin(page)
    press(page, "Lanjut")


def opened_with(code: str) -> Callable[[Page], None]:
    """*Usaha saya* by a code, in a browser that knows none yet."""

    def act(page: Page) -> None:
        page.context.clear_cookies()
        page.goto(urljoin(page.url, "/daftar/usaha-saya/"))
        page.get_by_label("Kode pendaftaran").fill(code)
        press(page, "Buka")

    return act
