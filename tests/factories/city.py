"""What an invented city needs to be there: a few places, and every sector the generator draws."""

from core.models import Region
from surveys.city.people import SECTORS
from tests.factories.core import CityFactory, DistrictFactory, WardFactory
from tests.factories.registry import SectorFactory


def places_for_a_city() -> Region:
    """Two kecamatan of three and two kelurahan."""
    city = CityFactory(code="35.74", name="Kota Probolinggo")
    for wards in (3, 2):
        WardFactory.create_batch(wards, parent=DistrictFactory(parent=city))
    for letter in SECTORS:
        SectorFactory(code=letter, name=f"Bagian {letter}", study_row=None, study_label="")
    return city
