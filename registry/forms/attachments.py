"""The form of a photo or document."""

from __future__ import annotations

from django import forms

from core.forms import CleanCharField, CleanTextField
from registry.forms.steps import MAX_REASON_LENGTH
from registry.models.attachments import CONTENT_TYPES, MAX_BYTES


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label="Foto atau dokumen",
        max_length=1_000,
        help_text=f"Foto JPEG, PNG, atau WebP, atau dokumen PDF; paling besar {MAX_BYTES // 1024**2} MB. "
        "Tempat dan waktu pengambilan yang tersimpan di dalam foto dihapus. Foto tampak bagi semua yang "
        "membaca UMKM ini: KTP dan NPWP diunggah sebagai PDF.",
        widget=forms.FileInput(attrs={"accept": ",".join(CONTENT_TYPES.values())}),
        error_messages={
            "required": "Pilih berkasnya.",
            "empty": "Berkas ini kosong.",
            "missing": "Pilih berkasnya.",
            "invalid": "Berkas tidak terkirim. Pilih sekali lagi.",
            "max_length": "Nama berkas ini terlalu panjang.",
        },
    )
    caption = CleanCharField(
        label="Keterangan", max_length=150, required=False, help_text="Misalnya Tampak depan warung"
    )

    def clean_file(self) -> object:
        """Refused before it is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"Berkas ini terlalu besar: paling besar {MAX_BYTES // 1024**2} MB.")
        return file


class RemoveForm(forms.Form):
    reason = CleanTextField(
        label="Alasan menghapus", max_length=MAX_REASON_LENGTH, help_text="Jangan tulis data pribadi di sini."
    )
