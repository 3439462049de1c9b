"""The file of a statistics program, read back by another library than the one that wrote it."""

from __future__ import annotations

import io
import math
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyreadstat
import pytest
from django.utils import timezone

from surveys.models import Response, Wave
from surveys.questionnaire import DECLINED, Kind
from surveys.results import sav_file
from surveys.results.sav import DECLINED_NUMBER, unique_names
from surveys.results.sav_file import Format, Measure, Variable
from tests.people import People
from tests.surveys.importing.making import AT, shops, wave_with_questions
from tests.surveys.results.interviews import interviewed, taken


def read(content: bytes, tmp_path: Path) -> tuple[dict[str, Any], Any]:
    """Columns as lists, user-missing values kept as they are; and what the file says of them."""
    path = tmp_path / "hasil.sav"
    path.write_bytes(content)
    return pyreadstat.read_sav(str(path), output_format="dict", user_missing=True)


class TestTheFormat:
    def written(self, variables: list[Variable], rows: list[list[Any]], tmp_path: Path) -> tuple[Any, Any]:
        out = io.BytesIO()
        at = datetime(2026, 3, 4, 10, tzinfo=UTC)
        assert sav_file.write(out, label="Survei", variables=variables, rows=rows, at=at) == len(rows)
        return read(out.getvalue(), tmp_path)

    def test_random_numbers_and_texts_come_back(self, tmp_path):
        random = Random(7)
        variables = [Variable("angka", "Angka"), Variable("teks", "Teks", width=30), Variable("pecahan", "P")]
        rows = [
            [
                random.choice([None, random.randint(-99, 151), 152, -100, 10**15, 0.5, -1.25]),
                "".join(random.choices("aé漢 \u00ad“x", k=random.randint(0, 9))),
                random.random(),
            ]
            for _ in range(500)
        ]
        columns, meta = self.written(variables, rows, tmp_path)
        assert meta.number_rows == 500
        for name, place in (("angka", 0), ("pecahan", 2)):
            wanted = [row[place] for row in rows]
            assert [
                None if value is None or math.isnan(value) else value for value in columns[name]
            ] == wanted
        assert [text.rstrip(" ") for text in columns["teks"]] == [row[1].rstrip(" ") for row in rows]

    def test_a_text_too_long_is_cut_between_letters(self, tmp_path):
        columns, _ = self.written([Variable("teks", "Teks", width=5)], [["漢漢漢"], ["abcdefgh"]], tmp_path)
        assert list(columns["teks"]) == ["漢", "abcde"]

    def test_names_labels_measures_and_missing_values(self, tmp_path):
        variables = [
            Variable("a_quite_long_name_of_a_variable_of_a_wave", "Pertanyaan " * 40),
            Variable("kode", "Kode", width=8, values={"A": "Pertanian", "BB": "Lain"}),
            Variable(
                "tren", "Tren", measure=Measure.ORDINAL, values={1.0: "x" * 200, 999.0: "TJ"}, missing=[999.0]
            ),
            Variable("hari", "Hari", measure=Measure.SCALE, format=Format.DATE),
        ]
        rows = [[1, "A", 999, sav_file.seconds(date(2026, 3, 3))]]
        columns, meta = self.written(variables, rows, tmp_path)
        assert meta.column_names == [one.name for one in variables]
        assert meta.column_labels[0] == ("Pertanyaan " * 40)[:255]
        assert meta.variable_value_labels["kode"] == {"A": "Pertanian", "BB": "Lain"}
        assert meta.variable_value_labels["tren"] == {1.0: "x" * 120, 999.0: "TJ"}
        assert meta.missing_ranges == {"tren": [{"lo": 999.0, "hi": 999.0}]}
        assert [meta.variable_measure[one.name] for one in variables] == [
            "nominal",
            "nominal",
            "ordinal",
            "scale",
        ]
        assert list(columns["hari"]) == [date(2026, 3, 3)]
        assert meta.file_label == "Survei"
        assert meta.file_encoding == "UTF-8"

    def test_no_case_at_all(self, tmp_path):
        columns, meta = self.written([Variable("angka", "Angka")], [], tmp_path)
        assert (meta.number_rows, list(columns["angka"])) == (0, [])

    def test_names_are_as_the_program_takes_them(self):
        assert unique_names(["all", "BY", "by_", "x", "X", "a-b", "n" * 80, "n" * 70]) == [
            "all_", "by_", "by__2", "x", "x_2", "a_b", "n" * 64, "n" * 60 + "_2",
        ]  # fmt: skip


@pytest.mark.django_db
class TestTheInterviews:
    @pytest.fixture(autouse=True)
    def _fourth_of_march(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "now", lambda: AT)

    @pytest.fixture
    def wave(self, people: People) -> Wave:
        return wave_with_questions()

    def test_values_and_labels_equal_the_database(self, people, wave, tmp_path):
        stored = interviewed(wave, shops(people.a.ward, 40), people.enumerator_a)
        columns, meta = read(taken(people.official, wave, "sav"), tmp_path)
        assert list(columns["id_wawancara"]) == list(stored)
        seen = {"declined": 0, "not asked": 0, "answered": 0}
        for item in wave.questionnaires.get().definition:
            if item.kind is Kind.TEXT:
                assert item.code not in columns
                continue
            names = (
                [f"{item.code}__{code}" for code in item.codes] if item.kind is Kind.MULTIPLE else [item.code]
            )
            for name in names:
                for value, values in zip(columns[name], stored.values(), strict=True):
                    seen[self.agrees(item, name, value, values.get(item.code), meta)] += 1
        assert all(count > 20 for count in seen.values())

    def agrees(self, item: Any, name: str, value: Any, given: Any, meta: Any) -> str:
        """Which of the three the value is, after it was held against the answer."""
        labels = meta.variable_value_labels.get(name, {})
        if given is None:
            assert value is None or math.isnan(value), name
            return "not asked"
        if DECLINED in (given if isinstance(given, tuple) else (given,)):
            assert value == DECLINED_NUMBER
            assert labels[value] == "Tidak menjawab"
            assert meta.missing_ranges[name] == [{"lo": DECLINED_NUMBER, "hi": DECLINED_NUMBER}]
            return "declined"
        if item.kind is Kind.SINGLE:
            assert labels[value] == dict(item.choices)[given]
        elif item.kind is Kind.MULTIPLE:
            assert labels[value] == ("Ya" if name.split("__")[1] in given else "Tidak")
        elif item.kind is Kind.DATE:
            assert value == date.fromisoformat(given)
        else:
            assert value == int(given)
        return "answered"

    def test_the_interview_itself(self, people, wave, tmp_path):
        interviewed(wave, shops(people.a.ward, 2), people.enumerator_a)
        Response.objects.update(duration_seconds=754, scale_pp7="small")
        columns, meta = read(taken(people.official, wave, "sav"), tmp_path)
        response = Response.objects.select_related("business", "sector", "ward").earliest("pk")
        first = {name: values[0] for name, values in columns.items()}
        labels = meta.variable_value_labels
        assert first["id_umkm"] == str(response.business.public_id)
        assert first["tanggal_wawancara"] == date(2026, 3, 3)
        assert first["tanggal_diterima"] == date(2026, 3, 4)
        assert first["lama_detik"] == 754
        assert labels["keadaan"][first["keadaan"]] == "Diterima"
        assert labels["pintu"][first["pintu"]] == "Halaman wawancara"
        assert labels["skala_pp7"][first["skala_pp7"]] == "Kecil"
        assert labels["kode_jenis_usaha"][first["kode_jenis_usaha"]] == response.sector.table_label
        assert first["kelurahan"] == response.ward.name
        assert meta.variable_measure["revenue_trend"] == meta.variable_measure["skala_pp7"] == "ordinal"
        assert meta.variable_measure["employees"] == "scale"
        label = dict(zip(meta.column_names, meta.column_labels, strict=True))
        assert label["marketing_channel"] == "Bagaimana usaha ini memasarkan produknya?"
        assert label["platforms__website"] == "Platform: Situs web"

    def test_a_name_of_a_business_is_nowhere_in_it(self, people, wave):
        interviewed(wave, shops(people.a.ward, 1, name="Warung Rahasia"), people.enumerator_a)
        content = taken(people.administrator, wave, "sav", with_text="on", reason="Menulis laporan tahunan")
        assert b"Rahasia" not in content
        assert b"Beras" not in content
