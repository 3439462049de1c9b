"""Pictures are written anew: what is seen stays, what was hidden goes, and nothing large is unpacked."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from core import pictures
from core.pictures import BadPicture, rewritten
from tests.registry.attachments import photo_with_secrets, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that unpack to gigabytes, as their head says."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def test_place_camera_and_comment_are_not_carried_over():
    before = photo_with_secrets()
    assert b"Kamera Rahasia" in before
    assert opened(before).getexif().get_ifd(0x8825)

    after = rewritten(before, longest_edge=1_600).content

    assert not opened(after).getexif()
    assert "comment" not in opened(after).info
    assert b"Rahasia" not in after
    assert b"rahasia" not in after


def test_a_photo_taken_sideways_stands_upright():
    made = rewritten(photo_with_secrets(orientation=6), longest_edge=1_600)

    assert (made.width, made.height) == (40, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_stays_what_it_is(kind):
    made = rewritten(picture(kind), longest_edge=1_600)

    assert made.format == kind == opened(made.content).format
    assert (made.width, made.height) == (60, 40)


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_blown_up():
    assert rewritten(picture(size=(400, 200)), longest_edge=100).width == 100
    assert rewritten(picture(size=(400, 200)), longest_edge=100).height == 50
    assert rewritten(picture(size=(40, 20)), longest_edge=100).width == 40


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_colour_can_be_read(mode):
    assert opened(rewritten(picture("PNG", mode=mode), longest_edge=100).content).size == (60, 40)


def test_what_is_transparent_stays_so_where_the_format_can():
    made = opened(rewritten(picture("PNG", mode="RGBA"), longest_edge=100).content)

    assert made.mode == "RGBA"


def test_a_second_file_at_the_end_is_cut_off():
    polyglot = picture() + b"PK\x03\x04 <script>alert(1)</script>"

    assert b"script" not in rewritten(polyglot, longest_edge=100).content


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (100_000, 1_000), (8_000, 7_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(width, height, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("was unpacked"))
    with pytest.raises(BadPicture, match="50 juta piksel"):
        rewritten(png_that_claims(width, height), longest_edge=100)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"bukan gambar",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        picture()[:200],
        picture("PNG")[:60],
        png_that_claims(10, 10),
    ],
)
def test_anything_else_is_refused_with_a_message(content):
    with pytest.raises(BadPicture, match=r"bukan gambar|rusak"):
        rewritten(content, longest_edge=100)


def test_only_the_three_formats_are_ever_tried():
    assert pictures.FORMATS == ("JPEG", "PNG", "WEBP")
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM"):
        with pytest.raises(BadPicture, match="bukan gambar"):
            rewritten(picture(kind), longest_edge=100)
