"""The paper: one page of text that machines read too, and that fetches nothing."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile
from pypdf import PdfReader

from registry import certificate_pdf as maker
from registry.certificate_seal import codes_in
from registry.certificates import code_of
from tests.factories import OwnerFactory, SectorFactory
from tests.registry.certificates import SITE, make_certificate, make_office

pytestmark = pytest.mark.django_db


def paper(certificate, logo=None) -> PdfReader:
    return PdfReader(BytesIO(maker.certificate_pdf(certificate, logo=logo, site=SITE)))


def text_of(reader: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def small_logo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (40, 40), "navy").save(target, "PNG")
    return target.getvalue()


def test_the_paper_says_all_that_it_must():
    certificate = make_certificate(
        name="Warung Sumber Rejeki & Anak",
        owner=OwnerFactory(name="Pelaku Usaha Contoh"),
        sector=SectorFactory(code="I", name="Penyediaan Akomodasi dan Penyediaan Makan Minum"),
        annual_sales=400_000_000,
    )
    text = text_of(paper(certificate))

    for words in (
        "PEMERINTAH KOTA CONTOH",
        "DINAS KOPERASI DAN UMKM",
        f"Nomor {certificate.number}",
        "Warung Sumber Rejeki & Anak",
        "Pelaku Usaha Contoh",
        "Penyediaan Akomodasi dan Penyediaan Makan Minum",
        "Mikro",
        certificate.business.ward.name,
        "Terbit 21 Maret 2026",
        "Berlaku sampai 21 Maret 2028",
        "Pejabat Contoh, S.E.",
        "Kepala Dinas",
        "NIP 199901012025011001",
    ):
        assert words in text, words


def test_the_paper_is_tagged_titled_and_one_page_long():
    reader = paper(make_certificate(), small_logo())
    root = reader.trailer["/Root"]

    assert len(reader.pages) == 1
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title.startswith("Sertifikat pendaftaran UMKM")
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_the_longest_words_still_fit_on_one_page():
    certificate = make_certificate(
        name="Warung Makan " * 11,
        owner=OwnerFactory(name="Nama Panjang " * 11),
        address="Jalan Panjang " * 17,
    )

    assert len(paper(certificate).pages) == 1


def test_no_two_font_files_share_a_name():
    """WeasyPrint 70 draws letters of the one for the other then: a wrong letter on a certificate."""
    faces = re.findall(r'@font-face { font-family: "([^"]+)"; font-weight: (\d+)', maker._css())

    assert len(faces) == len(set(faces)) == len(maker.FONT_FILES)


def test_letters_beyond_the_first_font_are_drawn_too():
    reader = paper(make_certificate(name="Kedai Ğüneş"))
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}

    assert "Kedai Ğüneş" in text_of(reader)
    assert any("Extended" in name for name in fonts), fonts


def test_a_name_that_is_markup_stays_a_name():
    certificate = make_certificate(name='<img src="http://127.0.0.1/x"><b>Tebal</b>')

    assert '<img src="http://127.0.0.1/x"><b>Tebal</b>' in text_of(paper(certificate))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.png", "https://umkm.example/", "file:///etc/passwd", "data:,x", "umkm:lain"]
)
def test_no_address_is_fetched(url):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError, match="not one of our own"):
        maker._own_files_only({}).fetch(url)


def test_a_paper_with_a_foreign_address_in_it_is_not_made():
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        maker._written('<img src="http://127.0.0.1/x" alt="x">', {}, "kode", make_certificate().issued_at)


def test_the_signed_words_are_read_back_from_the_paper_alone():
    certificate = make_certificate()
    code = code_of(certificate, site=SITE)
    pdf = maker.certificate_pdf(certificate, logo=None, site=SITE)

    assert PdfReader(BytesIO(pdf)).attachments[maker.ATTACHMENT] == [f"{code}\n".encode()]
    assert codes_in(pdf) == codes_in(code.encode())
    assert codes_in(maker.qr_svg(code)) == codes_in(code.encode())


def test_making_a_paper_does_not_make_photos_careless():
    """WeasyPrint lets Pillow fill up what is cut off, for the whole process."""
    maker.certificate_pdf(make_certificate(), logo=small_logo(), site=SITE)

    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_the_same_certificate_gives_the_same_paper():
    certificate = make_certificate()

    assert maker.certificate_pdf(certificate, logo=None, site=SITE) == maker.certificate_pdf(
        certificate, logo=None, site=SITE
    )


def test_later_changes_do_not_change_a_paper_that_was_issued():
    certificate = make_certificate()
    make_office(name="Dinas Lain", official_name="Pejabat Lain")
    certificate.business.owner.name = "Orang Lain"
    certificate.business.owner.save()

    text = text_of(paper(certificate))

    assert "Lain" not in text


def test_a_file_that_unpacks_endlessly_is_given_up():
    bomb = b"stream\n" + zlib.compress(b"0" * 200_000_000) + b"\nendstream"

    assert codes_in(b"%PDF-1.7\n" + bomb * 3) == set()


def test_a_server_without_pango_says_so(monkeypatch):
    import builtins

    real = builtins.__import__

    def without_pango(name, *args, **options):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(maker.PrintingUnavailable, match="make setup"):
        maker._weasyprint()
