"""Draws the icons of the application for the field: a house with a tick, safe inside a round mask.

`python scripts/draw_field_icons.py` writes static/img/field-192.png and field-512.png.
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "static" / "img"
OFFICE, PAPER = (11, 79, 108), (255, 255, 255)
SCALE = 4  # drawn larger and made smaller, for smooth edges
HOUSE = [(0.26, 0.74), (0.26, 0.46), (0.50, 0.27), (0.74, 0.46), (0.74, 0.74)]
TICK = [(0.38, 0.56), (0.47, 0.65), (0.63, 0.48)]


def draw(size: int) -> Image.Image:
    edge = size * SCALE
    image = Image.new("RGB", (edge, edge), OFFICE)
    pen = ImageDraw.Draw(image)
    pen.polygon([(x * edge, y * edge) for x, y in HOUSE], fill=PAPER)
    pen.line([(x * edge, y * edge) for x, y in TICK], fill=OFFICE, width=edge // 16, joint="curve")
    return image.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for size in (192, 512):
        draw(size).save(FOLDER / f"field-{size}.png", optimize=True)
