"""The interviews of a wave as rows of a file: codes beside labels, nothing about persons.

Free notes stay out, as people write names into them.
"""

from __future__ import annotations

from typing import Any

from import_export import fields, resources

from core.formats import JAKARTA
from registry.size_class import SCALE_LABELS, Scale
from surveys.actions.interviews import choices_of
from surveys.models import Response
from surveys.questions import ASKED_BY_STUDY, MODE, MULTIPLE, NOT_ANSWERED, SINGLE, Question

RECONSTRUCTED = "baris rekonstruksi, bukan data survei"
SURVEYED = "data survei"
UNKNOWN_PLACE = "tidak diketahui"
ASKED = (*SINGLE, MODE)


class ResponseResource(resources.Resource):  # type: ignore[misc]  # import-export has no types
    """Read only; the columns of the questions come from `surveys/questions.py`."""

    keterangan_data = fields.Field(column_name="keterangan_data")
    gelombang = fields.Field(attribute="wave__code", column_name="gelombang")
    id_wawancara = fields.Field(attribute="public_id", column_name="id_wawancara")
    id_umkm = fields.Field(attribute="business__public_id", column_name="id_umkm")
    tanggal_wawancara = fields.Field(column_name="tanggal_wawancara")
    kode_jenis_usaha = fields.Field(attribute="sector__code", column_name="kode_jenis_usaha")
    jenis_usaha = fields.Field(attribute="sector__table_label", column_name="jenis_usaha")
    kecamatan = fields.Field(column_name="kecamatan")
    kelurahan = fields.Field(column_name="kelurahan")
    skala_uu20 = fields.Field(attribute="scale_uu20", column_name="kode_skala_uu20")
    label_skala_uu20 = fields.Field(column_name="skala_uu20")
    skala_pp7 = fields.Field(attribute="scale_pp7", column_name="kode_skala_pp7")
    label_skala_pp7 = fields.Field(column_name="skala_pp7")

    class Meta:
        chunk_size = 2_000

    def dehydrate_keterangan_data(self, response: Response) -> str:
        return RECONSTRUCTED if response.wave.is_reconstruction else SURVEYED

    def dehydrate_tanggal_wawancara(self, response: Response) -> str:
        at = response.interviewed_at
        return at.astimezone(JAKARTA).date().isoformat() if at else ""

    def dehydrate_kecamatan(self, response: Response) -> str:
        return response.district.name if response.district else UNKNOWN_PLACE

    def dehydrate_kelurahan(self, response: Response) -> str:
        return response.ward.name if response.ward else UNKNOWN_PLACE

    def dehydrate_label_skala_uu20(self, response: Response) -> str:
        return SCALE_LABELS[Scale(response.scale_uu20)]

    def dehydrate_label_skala_pp7(self, response: Response) -> str:
        return SCALE_LABELS[Scale(response.scale_pp7)]

    def get_export_headers(self, *args: Any, **kwargs: Any) -> list[str]:
        headers: list[str] = super().get_export_headers(*args, **kwargs)
        return headers + [name for question in (*ASKED, *MULTIPLE) for name in _columns(question)]

    def export_resource(self, instance: Response, *args: Any, **kwargs: Any) -> list[str]:
        row: list[str] = super().export_resource(instance, *args, **kwargs)
        chosen = choices_of(instance)
        for question in (*ASKED, *MULTIPLE):
            stored = chosen.get(question.code) or {getattr(instance, question.code, "")}
            codes = [code for code in question.codes if code in stored]
            labels = [question.label_of(code) for code in codes] or [_blank_label(question, instance)]
            row += [";".join(codes), ";".join(labels)]
        return row


def _columns(question: Question) -> tuple[str, str]:
    return f"kode_{question.code}", question.label.lower().replace(" ", "_")


def _blank_label(question: Question, response: Response) -> str:
    """Not answered, but nothing at all where the study never put the question."""
    was_asked = not response.wave.is_reconstruction or question in ASKED_BY_STUDY
    return NOT_ANSWERED if was_asked else ""
