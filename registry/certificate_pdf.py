"""The certificate as PDF/UA, made from what is stored: no address is ever fetched on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from PIL import ImageFile

from registry.certificates import code_of, statement_of, stored_paper
from registry.models import Certificate

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = settings.NODE_MODULES / "@fontsource" / "source-sans-3" / "files"
FONT_FILES = {
    f"umkm:font-{subset}-{weight}": f"source-sans-3-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext")
    for weight in (400, 700)
}
ATTACHMENT = "sertifikat.txt"


class PrintingUnavailable(Exception):
    """The server lacks the libraries that lay out text; str() is a message for the one who asked."""


def certificate_pdf(certificate: Certificate, *, logo: bytes | memoryview | None, site: str) -> bytes:
    """The paper of a certificate; `site` is like `https://umkm.example`, for the QR code.

    Raises PrintingUnavailable where Pango is not installed.
    """
    code = code_of(certificate, site=site)
    files = {"umkm:qr": (qr_svg(code), "image/svg+xml")}
    if logo:
        files["umkm:logo"] = (bytes(logo), "image/png")
    context = {
        "certificate": certificate,
        "statement": statement_of(certificate),
        "paper": stored_paper(certificate),
        "page_address": code.rpartition("/#")[0].rpartition("/")[0] + "/",
        "code": code,
        "has_logo": bool(logo),
        "created": certificate.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return _written(render_to_string("certificates/paper.html", context), files, code, certificate.issued_at)


def qr_svg(code: str) -> bytes:
    """The code as a picture, which tells its text also to a program that reads no pictures."""
    target = BytesIO()
    segno.make(code, error="m", micro=False).save(target, kind="svg", border=2, desc=code)
    return target.getvalue()


def _written(html: str, files: dict[str, tuple[bytes, str]], code: str, made: datetime) -> bytes:
    weasyprint = _weasyprint()
    fetcher = _own_files_only(files)
    attachment = weasyprint.Attachment(
        string=f"{code}\n",
        name=ATTACHMENT,
        description="Isi bertanda tangan",
        created=made,
        modified=made,
        relationship="Data",
    )
    fonts = weasyprint.text.fonts.FontConfiguration()
    css = weasyprint.CSS(string=_css(), base_url="umkm:", url_fetcher=fetcher, font_config=fonts)
    document = weasyprint.HTML(string=html, base_url="umkm:", url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(
        stylesheets=[css], attachments=[attachment], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return pdf


def _weasyprint() -> Any:
    """Imported at the first paper: the register starts, and does all else, also without Pango."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as error:
        raise PrintingUnavailable(
            "PDF belum dapat dibuat: pustaka Pango belum terpasang di server. "
            "Mintalah administrator menjalankan make setup."
        ) from error
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process, photos included
    return weasyprint


def _css() -> str:
    path = finders.find("css/certificate.css") or settings.STATIC_ROOT / "css" / "certificate.css"
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - finders give a string
        return file.read()


def _own_files_only(files: dict[str, tuple[bytes, str]]) -> URLFetcher:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the package has no types
        """Gives what was put into its hands, and stops the work at any other address."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url in FONT_FILES:
                return URLFetcherResponse(url, (FONTS / FONT_FILES[url]).read_bytes(), _typed("font/woff2"))
            if url in files:
                content, kind = files[url]
                return URLFetcherResponse(url, content, _typed(kind))
            raise FatalURLFetchingError(f"not one of our own files: {url}")

    return OwnFiles()


def _typed(kind: str) -> dict[str, str]:
    return {"Content-Type": kind}
