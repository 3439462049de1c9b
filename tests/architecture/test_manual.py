"""The manual and the README: links lead somewhere, pictures are there and used, labels are the site's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

MANUAL = ROOT / "docs" / "panduan"
PICTURES = MANUAL / "gambar"
PAGES = [ROOT / "README.md", *sorted(MANUAL.glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LABEL = re.compile(r"\*\*([^*]+)\*\*")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
TAGS = re.compile(r"<[^>]+>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def broken_links(page: Path, text: str) -> list[str]:
    """Targets inside the repository that are not there; of a page of ours also the heading must exist."""
    broken = []
    for target in LINK.findall(CODE.sub("", text)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    return broken


def anchors(page: Path) -> set[str]:
    """As the usual forges make them of headings."""
    return {
        re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-")
        for heading in HEADING.findall(text_of(page))
    }


def pictures_in(page: Path) -> set[Path]:
    links = LINK.findall(text_of(page))
    return {(page.parent / link).resolve() for link in links if link.endswith(".png")}


def words_of_the_site() -> str:
    """All that templates and code hold: where a label must be found."""
    files = [text_of(path) for path in ROOT.glob("templates/**/*.html")]
    templates = [*files, *(TAGS.sub(" ", file) for file in files)]  # a label may stand in an attribute
    rooms = ("core", "registry", "surveys", "dashboards")
    code = [text_of(path) for room in rooms for path in ROOT.glob(f"{room}/**/*.py")]
    code += [
        text_of(path) for path in ROOT.glob("static/js/field/**/*.js")
    ]  # its pages are made on the telephone
    return " ".join(" ".join([*templates, *code]).split()).casefold()


def labels_nobody_shows(text: str, words: str) -> list[str]:
    quoted = {" ".join(label.split()) for label in LABEL.findall(text)}
    return sorted(label for label in quoted - {"tebal"} if label.casefold() not in words)


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document, text_of(document)) == []


def test_a_broken_link_is_found() -> None:
    text = "[a](tidak-ada.md) [b](memulai.md#tidak-ada) ![c](gambar/tidak-ada.png) [d](memulai.md#masuk)"
    assert broken_links(MANUAL / "README.md", text) == [
        "tidak-ada.md",
        "memulai.md#tidak-ada",
        "gambar/tidak-ada.png",
    ]


def test_every_picture_is_shown_somewhere() -> None:
    shown = set().union(*(pictures_in(page) for page in PAGES))
    assert {path.name for path in PICTURES.iterdir()} == {path.name for path in shown}


def test_every_picture_is_taken_by_a_browser_test() -> None:
    tests = "\n".join(text_of(path) for path in (ROOT / "tests" / "browser").glob("**/test_*.py"))
    not_taken = [path.stem for path in PICTURES.iterdir() if f'"{path.stem}"' not in tests]
    assert not_taken == []


def test_every_page_has_a_picture_and_is_reached_from_the_index() -> None:
    index = set(LINK.findall(text_of(MANUAL / "README.md")))
    for page in MANUAL.glob("*.md"):
        assert pictures_in(page), f"{page.name} shows nothing"
        assert page.name in index | {"README.md"}, f"{page.name} is not in the index"


@pytest.mark.parametrize("document", sorted(MANUAL.glob("*.md")), ids=lambda path: path.name)
def test_labels_in_bold_are_those_of_the_site(document: Path) -> None:
    assert labels_nobody_shows(text_of(document), words_of_the_site()) == []


def test_a_label_that_was_renamed_is_found() -> None:
    assert labels_nobody_shows("Tekan **Simpan segera**, lalu **Cari**.", words_of_the_site()) == [
        "Simpan segera"
    ]


def test_roles_are_described_as_the_site_describes_them() -> None:
    from core.roles import PROSE, Role

    table = text_of(MANUAL / "memulai.md")
    for role in Role:
        assert f"| {role.label} | {PROSE[role]} |" in table
