"""A backup file of a telephone comes in."""

from __future__ import annotations

from django import forms

MOST_BYTES = 20 * 1024 * 1024


class BackupForm(forms.Form):
    file = forms.FileField(
        label="Berkas cadangan",
        max_length=1_000,
        help_text=f"Dibuat dengan tombol Cadangkan di aplikasi lapangan; paling besar {MOST_BYTES // 1024**2} MB.",
        error_messages={
            "required": "Pilih berkasnya.",
            "empty": "Berkas ini kosong.",
            "missing": "Pilih berkasnya.",
            "invalid": "Berkas tidak terkirim. Pilih sekali lagi.",
            "max_length": "Nama berkas ini terlalu panjang.",
        },
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"Berkas ini terlalu besar: paling besar {MOST_BYTES // 1024**2} MB.")
        content: bytes = file.read()
        return content
