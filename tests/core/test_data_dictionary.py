"""The data dictionary is what the models say, and the committed page is current."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.management.commands import data_dictionary


def test_the_committed_page_is_current() -> None:
    assert data_dictionary.PAGE.read_text(encoding="utf-8") == data_dictionary.data_dictionary()


def test_an_outdated_page_is_refused_and_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "docs" / "data-dictionary.md"
    monkeypatch.setattr(data_dictionary, "PAGE", page)
    with pytest.raises(CommandError, match="tidak mutakhir"):
        call_command("data_dictionary", check=True)
    assert not page.exists()
    call_command("data_dictionary", verbosity=0)
    written = page.read_text(encoding="utf-8")
    assert written == data_dictionary.data_dictionary()
    call_command("data_dictionary", check=True)
    page.write_text(written + "\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("data_dictionary", check=True)
    assert page.read_text(encoding="utf-8") == written + "\n"  # a check writes nothing


def test_fields_tell_label_kind_privacy_and_codes() -> None:
    page = data_dictionary.data_dictionary()
    assert "| `national_id` | NIK | EncryptedTextField | ya | pribadi (umum) |" in page
    assert "| `annual_sales` | omzet per tahun | BigIntegerField | ya | pribadi (spesifik) |" in page
    assert "rujukan ke `core.Region`" in page
    assert "`partnership`: `partnered` Bermitra, `independent` Individu (tidak bermitra)" in page
    assert "CharField(12), dihitung basis data" in page
    assert "`scale_pp7`: `micro` Mikro" in page
