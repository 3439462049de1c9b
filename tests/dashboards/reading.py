"""What a page says, as a reader would read it."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse


def words(response: HttpResponse) -> str:
    """The text of a page: no tags, one blank between words."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def table_cells(response: HttpResponse, code: str) -> list[list[str]]:
    """The rows of one breakdown's table, total row last, each cell as its text."""
    html = response.content.decode()
    section = html[html.index(f'id="judul-{code}"') :]
    section = section[: section.index("</section>")]
    rows = re.findall(r"<tr>(.*?)</tr>", section, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
    return [[_text(cell) for cell in row] for row in cells]


def _text(fragment: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", fragment)).replace("\u00a0", " ").split())
