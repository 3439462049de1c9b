"""The pages of a sample, in the states they are looked at: without a frame, with one, and drawn."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from surveys.actions import take_frame
from surveys.frames import FrameFilter
from surveys.models import Wave
from tests.browser.every_page import Visit, World, filled, page_of, pressed, send, visit
from tests.factories import WaveFactory
from tests.surveys.sampling.cities import NOW, drawn

ADMIN, FIELD, OFFICIAL = "administrator", "enumerator_a", "official"
DETAIL, FRAME, SIZE, DRAW = (
    "surveys:sample-detail",
    "surveys:frame-take",
    "surveys:sample-size",
    "surveys:sample-draw",
)


def _address(name: str, wave: Wave, **query: str) -> str:
    return reverse(name, args=[wave.code]) + (f"?{urlencode(query)}" if query else "")


def untouched(name: str, **fields: str):
    return lambda world: _address(name, WaveFactory(**fields))


def framed(name: str, **query: str):
    def address(world: World) -> str:
        wave = WaveFactory()
        take_frame(wave=wave, wanted=FrameFilter(), by=world.people.administrator, at=NOW)
        return _address(name, wave, **query)

    return address


def drawn_wave(name: str, **query: str):
    def address(world: World) -> str:
        wave = WaveFactory()
        drawn(wave, world.people.administrator, size=1)
        return _address(name, wave, **query)

    return address


SAMPLING: list[Visit] = [
    visit(ADMIN, DETAIL, untouched(DETAIL), shows="Langkah berikutnya: ambil kerangka"),
    visit(ADMIN, DETAIL, untouched(DETAIL, design="census"), shows="sensus mewawancarai semua"),
    visit(ADMIN, DETAIL, page_of(DETAIL, "wave"), shows="sudah memiliki wawancara"),
    visit(ADMIN, DETAIL, framed(DETAIL), shows="hitung ukuran sampel"),
    visit(ADMIN, DETAIL, drawn_wave(DETAIL), shows="Bobot dasar"),
    visit(FIELD, DETAIL, drawn_wave(DETAIL), shows="Lihat daftar sampel"),
    visit(ADMIN, FRAME, untouched(FRAME), shows="Tanpa pilihan berarti semua"),
    visit(ADMIN, FRAME, untouched(FRAME), act=send, shows="tersimpan"),
    visit(ADMIN, FRAME, page_of(FRAME, "wave"), shows="Tidak dapat dilakukan"),
    visit(OFFICIAL, SIZE, untouched(SIZE), shows="Slovin hanya memakai"),
    visit(ADMIN, SIZE, framed(SIZE), shows="Tarik sampel dengan angka ini"),
    visit(OFFICIAL, SIZE, untouched(SIZE), act=filled(margin="99"), shows="Isi angka antara 0,5 dan 30"),
    visit(ADMIN, DRAW, framed(DRAW, size="1"), shows="Benih"),
    visit(ADMIN, DRAW, framed(DRAW), act=send, shows="wajib diisi"),
    visit(ADMIN, DRAW, framed(DRAW), act=filled(size="1"), shows="sudah ditarik"),
    visit(ADMIN, DRAW, drawn_wave(DRAW), shows="akan diganti"),
    visit(ADMIN, "surveys:sample-list", drawn_wave("surveys:sample-list"), shows="UMKM terpilih"),
    visit(
        FIELD,
        "surveys:sample-list",
        drawn_wave("surveys:sample-list", jenis="dipakai"),
        shows="Tidak ada yang cocok",
    ),
    visit(ADMIN, "surveys:sample-verify", drawn_wave("surveys:sample-verify"), shows="persis sama"),
    visit(ADMIN, DRAW, drawn_wave(DRAW, size="1"), act=pressed("Tarik sampel"), shows="sudah ditarik"),
]
