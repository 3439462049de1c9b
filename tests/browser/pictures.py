"""Pictures of README and manual, taken by the tests that walk through the pages.

`make pictures` sets PICTURES=1 and writes them to docs/panduan/gambar/; without it nothing is written.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "panduan" / "gambar"


def take_picture(page: Page, name: str, *, whole_page: bool = False) -> None:
    """`name`.png of what the window shows, or of the whole page."""
    if os.environ.get("PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=FOLDER / f"{name}.png", full_page=whole_page)
