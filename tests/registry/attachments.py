"""Photos and documents for the tests, made here: with all that a camera and a trickster put into them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from core.models import User
from registry.actions import add_attachment
from registry.models import Attachment, Business
from tests.factories import UserFactory, registered_business
from tests.factories.registry import AT

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options) -> bytes:
    target = BytesIO()
    Image.new(mode, size, 120).save(target, kind, **options)
    return target.getvalue()


def photo_with_secrets(orientation: int = 6) -> bytes:
    """A photo that tells where it was taken and with what, lying on its side."""
    exif = Image.Exif()
    exif[MAKE] = "Kamera Rahasia"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "S", 2: (7.0, 45.0, 15.48), 3: "E", 4: (113.0, 12.0, 56.52)})
    return picture(exif=exif, comment=b"komentar rahasia")


def make_attachment(
    *, business: Business | None = None, content: bytes | None = None, by: User | None = None, **words
) -> Attachment:
    return add_attachment(
        business=business or registered_business(),
        content=content or picture(),
        name=words.get("name", "warung.jpg"),
        caption=words.get("caption", ""),
        by=by or UserFactory(),
        at=AT,
    )
