"""`manage.py breakdown`: the long tables, cell by cell."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Response
from tests.dashboards.study import DATA, TABLE_FILES, read

pytestmark = pytest.mark.django_db


def printed(table: str, form: str = "csv", wave: str = "probolinggo-2022") -> str:
    out = StringIO()
    call_command("breakdown", table, wave=wave, format=form, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("table", TABLE_FILES)
def test_the_file_is_printed_to_the_byte(study, table):
    assert printed(table).encode() == (DATA / TABLE_FILES[table]).read_bytes()


def test_those_are_ninety_cells(study):
    assert sum(len(read(name)) for name in TABLE_FILES.values()) == 90


def test_one_damaged_answer_is_seen(study):
    damaged = Response.objects.filter(marketing_channel="offline", sector__code="G").first()
    Response.objects.filter(pk=damaged.pk).update(marketing_channel="online")

    lines = printed("marketing-channel").splitlines()
    expected = (DATA / TABLE_FILES["marketing-channel"]).read_text().splitlines()

    different = [line for line, right in zip(lines, expected, strict=True) if line != right]
    assert different == ["Perdagangan Besar dan Eceran,offline,16", "Perdagangan Besar dan Eceran,online,7"]
    assert printed("partnership").encode() == (DATA / TABLE_FILES["partnership"]).read_bytes()


def test_the_terminal_shows_totals_and_dashes(study):
    lines = printed("revenue-trend", "table").splitlines()

    assert lines[0].split() == [
        "Jenis",
        "usaha",
        "Menurun",
        "Stabil",
        "Meningkat",
        "Menjawab",
        "Tidak",
        "menjawab",
    ]
    assert lines[1].split()[-5:] == ["–", "5", "2", "7", "–"]
    assert lines[-1].split() == ["Jumlah", "4", "40", "62", "106", "–"]


def test_an_unknown_wave_is_named_beside_the_known_ones(study):
    with pytest.raises(CommandError, match=r"“lain” tidak ada\. Yang ada: probolinggo-2022"):
        printed("sector", wave="lain")
