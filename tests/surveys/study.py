"""The reference data the study needs, and the study loaded."""

from io import StringIO

from django.core.management import call_command

from tests.factories.core import CityFactory
from tests.factories.registry import SectorFactory

STUDY_SECTORS = {
    "A": "Pertanian, Kehutanan, dan Perikanan",
    "C": "Industri Pengolahan",
    "F": "Konstruksi",
    "G": "Perdagangan Besar dan Eceran",
    "H": "Pengangkutan dan Pergudangan",
    "I": "Penyediaan Akomodasi Makan dan Minum",
    "E": "Pengadaan Air, Pengelolan dan Sampah",
    "J": "Informasi dan Komunikasi",
    "Q": "Kesehatan Manusia Dan Aktivitas Sosial",
    "S": "Aktivitas Jasa Lainnya",
}


def study_sectors(codes: str = "ACFGHIEJQS") -> None:
    for row, (code, label) in enumerate(STUDY_SECTORS.items(), start=1):
        if code in codes:
            SectorFactory(code=code, name=label, study_row=row, study_label=label)


def load_study() -> str:
    """Load it as `make setup` does; gives what the command prints."""
    CityFactory(code="35.74", name="Kota Probolinggo")
    study_sectors()
    output = StringIO()
    call_command("load_study", stdout=output)
    return output.getvalue()
