"""Pictures that came from outside, written anew: the pixels stay, everything else goes.

What a camera or a trickster hid in the file (place, time, a second file at its end) is not carried over.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000  # the largest camera of a telephone; a bomb is refused before it is unpacked
WITH_TRANSPARENCY = ("RGBA", "LA", "PA", "P")


class BadPicture(Exception):
    """str() is a message for the one who sent it."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    format: str  # one of FORMATS
    width: int
    height: int


def rewritten(content: bytes, *, longest_edge: int, format: str | None = None) -> Picture:
    """The picture upright, no edge longer than `longest_edge` pixels, in its own format or in `format`.

    Raises BadPicture for what is no picture of `FORMATS`, is broken, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise BadPicture(_TOO_LARGE)
                wanted = format or (opened.format if opened.format in FORMATS else None) or "JPEG"
                opened.draft("RGB", (longest_edge, longest_edge))  # a JPEG need not be unpacked whole
                mode = _mode(opened, wanted)
                picture: Image.Image = opened if opened.mode == mode else opened.convert(mode)
                picture.thumbnail((longest_edge, longest_edge))
                picture = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(_TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise BadPicture("Berkas ini bukan gambar JPEG, PNG, atau WebP.") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise BadPicture("Gambar ini rusak atau terpotong.") from error
    picture.info = {}
    target = BytesIO()
    picture.save(target, wanted, quality=85)
    return Picture(target.getvalue(), wanted, picture.width, picture.height)


_TOO_LARGE = f"Gambar ini terlalu besar: paling banyak {MAX_PIXELS // 1_000_000} juta piksel."


def _mode(picture: Image.Image, wanted: str) -> str:
    """A palette or 16 bits become plain colours; JPEG knows no transparency."""
    return "RGBA" if wanted != "JPEG" and picture.mode in WITH_TRANSPARENCY else "RGB"
