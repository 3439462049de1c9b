"""Every string of import-export has its Indonesian, and the compiled file is the written one."""

import gettext
import re
from pathlib import Path

import import_export
import pytest
from django.conf import settings
from django.utils.translation import gettext as translated

OURS = Path(settings.BASE_DIR) / "locale" / "id" / "LC_MESSAGES"
THEIRS = Path(import_export.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.po"


def messages(path: Path) -> dict[str, str]:
    """msgid to msgstr of a .po file, current entries only."""
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] in 'm"')
    entries = re.findall(
        r'msgid ((?:"[^\n]*"\n?)+)(?:msgid_plural (?:"[^\n]*"\n?)+)?msgstr(?:\[0\])? ((?:"[^\n]*"\n?)+)', text
    )
    return {joined(key): joined(value) for key, value in entries if joined(key)}


def joined(quoted: str) -> str:
    return "".join(re.findall(r'"(.*)"', quoted)).replace('\\"', '"')


def test_every_string_is_translated() -> None:
    theirs = messages(THEIRS)
    assert len(theirs) >= 37
    assert set(theirs) - set(messages(OURS / "django.po")) == set()


@pytest.mark.parametrize(("message", "indonesian"), list(messages(OURS / "django.po").items()))
def test_the_compiled_file_says_what_the_written_one_does(message: str, indonesian: str) -> None:
    with (OURS / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    found = compiled.gettext(message)
    assert indonesian in (found, compiled.ngettext(message, f"{message[:-1]}s.", 1))


def test_django_uses_them() -> None:
    assert translated("Confirm import") == "Lanjutkan impor"
