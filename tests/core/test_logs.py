"""Nothing personal in log lines and error reports, and one entry is one line."""

import logging

import pytest
from django.conf import settings as site
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter

from core.logs import MaskingFormatter, MaskLongNumbers, mask_long_numbers

NIK = "9901010101900001"


@pytest.fixture
def lines():
    """Every line the site writes, as its own handler would write it."""
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Keep()
    handler.addFilter(MaskLongNumbers())
    handler.setFormatter(MaskingFormatter(site.LOGGING["formatters"]["line"]["format"]))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "core.sign_in")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (NIK, "9901••••01"),
        (f"nik={NIK}&x", "nik=9901••••01&x"),
        ("+6281234567890", "+6281••••90"),
        ("081234567890", "0812••••90"),
        ("/umkm/9901010101900001/", "/umkm/9901••••01/"),
        ("tahun 2026, 33.391 UMKM", "tahun 2026, 33.391 UMKM"),
        ("GET /odk/Ab-_9/formList HTTP/1.1", "GET /odk/••••/formList HTTP/1.1"),
        ("Not Found: /odk/Ab-_9", "Not Found: /odk/••••"),
        ("a\nLOGIN ok", "a\\nLOGIN ok"),
        ("a\r\nb", "a\\r\\nb"),
    ],
)
def test_long_numbers_are_masked_and_lines_stay_lines(text, masked):
    assert mask_long_numbers(text) == masked


@pytest.mark.parametrize(
    "text", [f"nik{NIK}", f"NIK_{NIK}", f"{NIK}a", "9901 0101 0190 0001", "99.01.010101.900001"]
)
def test_a_number_is_masked_wherever_it_stands(text):
    assert NIK[4:14] not in "".join(filter(str.isalnum, mask_long_numbers(text)))


@pytest.mark.django_db
def test_the_login_leaves_no_number_and_no_password_in_the_log(lines, people, settings):
    settings.LOGIN_ATTEMPTS_PER_ACCOUNT = 1
    client = Client()
    for _ in range(3):
        client.post(f"/masuk/?next=/{NIK}/", {"username": NIK, "password": f"rahasia{NIK}\nLOGIN ok"})
    client.get(f"/{NIK}/")
    logging.getLogger("django").warning("nama %s", f"a\nLOGIN {NIK}")

    assert any("login throttled" in line for line in lines)
    assert any("Not Found" in line for line in lines)
    for line in lines:
        assert NIK not in line
        assert "rahasia" not in line
        assert "\n" not in line


def test_an_error_report_has_no_body_and_no_variables(rf: RequestFactory):
    request = rf.post("/umkm/", {"national_id": NIK})
    national_id = NIK
    try:
        raise RuntimeError("gagal")
    except RuntimeError as error:
        reporter = ExceptionReporter(request, type(error), error, error.__traceback__)

    assert national_id not in reporter.get_traceback_text()
    assert "gagal" in reporter.get_traceback_text()


def test_a_traceback_in_the_log_is_masked_too(lines):
    try:
        raise RuntimeError(f"nik {NIK}")
    except RuntimeError:
        logging.getLogger("django.request").exception("gagal")

    assert any("gagal" in line for line in lines)
    for line in lines:
        assert NIK not in line
        assert all(rest.startswith("  | ") for rest in line.splitlines()[1:])


def test_the_handlers_of_the_site_mask_both():
    for handler in site.LOGGING["handlers"].values():
        assert handler["filters"] == ["mask_numbers"]
        assert site.LOGGING["formatters"][handler["formatter"]]["()"] == "core.logs.MaskingFormatter"


def test_a_public_id_stays_readable():
    public_id = "550e8400-e29b-41d4-a716-446655440000"

    assert mask_long_numbers(f"/umkm/{public_id}/") == f"/umkm/{public_id}/"
