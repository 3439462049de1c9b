"""Bring in the regions of a city from a CSV file (`core.region_file`); ours is Kota Probolinggo."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core import actions
from core.models import Region
from core.region_file import BadRegionFile, CityRegions, read_regions

OUR_FILE = Path(__file__).resolve().parents[2] / "data" / "wards_kota_probolinggo.csv"


class Command(BaseCommand):
    help = "Muat kota, kecamatan, dan kelurahan dari berkas CSV; boleh diulang, tidak pernah menghapus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OUR_FILE, metavar="BERKAS")
        parser.add_argument("--city-name", default="", help="nama kota, bila berkas tidak menyebutnya")

    def handle(self, *args: Any, **options: Any) -> None:
        regions = _read(options["file"])
        known = Region.objects.filter(code=regions.code).values_list("name", flat=True).first()
        city_name = options["city_name"] or regions.name or known
        if not city_name:
            raise CommandError(f"nama kota {regions.code} tidak diketahui: tambahkan --city-name")
        new, changed = actions.load_regions(regions=regions, city_name=city_name, by=None, at=timezone.now())
        self.stdout.write(
            f"{city_name}: {len(regions.districts)} kecamatan, {len(regions.wards)} kelurahan "
            f"({new} baru, {changed} diperbarui)."
        )


def _read(path: Path) -> CityRegions:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return read_regions(file)
    except OSError as error:
        raise CommandError(f"{path.name} tidak dapat dibaca: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path.name} bukan teks UTF-8") from error
    except BadRegionFile as error:
        raise CommandError(f"{path.name}: {error}") from error
