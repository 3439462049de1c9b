"""Headers of every answer, with the settings of production: pages, refusals, errors, files."""

import shutil

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config import urls
from core.gates import public
from tests.addresses import addresses
from tests.url_objects import url_object

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "worker-src 'self'",
}
# What somebody uploaded may do nothing at all.
OF_A_FILE = {"sandbox", "default-src 'none'"}
FILES = {"registry:attachment-file", "surveys:response-photo"}
PRODUCTION = {
    "DEBUG": False,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_REDIRECT_EXEMPT": [r"^healthz$"],
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-sesi",
    "CSRF_COOKIE_NAME": "__Host-csrf",
}


@pytest.fixture
def production():
    with override_settings(**PRODUCTION):
        yield


def check(response, *, secure=True, policy_of=POLICY, referrer="same-origin"):
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert {directive.strip() for directive in policy.split(";") if directive.strip()} == policy_of
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == referrer
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    if secure:
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def named():
    return [address for address in addresses() if address.name]


@pytest.mark.parametrize("address", named(), ids=str)
def test_every_address_for_who_is_in_and_who_is_not(address, people, production):
    made = url_object(address.name).make(people.a) if address.arguments else {}
    url = address.url(made)
    for user in (people.administrator, None):
        client = Client()
        if user:
            client.force_login(user)
        for method in (client.get, client.post):
            with transaction.atomic():
                response = method(url, secure=True)
                transaction.set_rollback(True)
            is_file = address.name in FILES and response.status_code == 200
            # The address of these holds a token, which no page it leads to may learn.
            referrer = "no-referrer" if address.name.startswith("odk:") else "same-origin"
            check(response, policy_of=OF_A_FILE if is_file else POLICY, referrer=referrer)
            if user and address.name not in {"core:logout", "admin:logout"}:
                assert "no-store" in response.headers["Cache-Control"], response.status_code


def test_a_page_that_is_not_there(client, people, production):
    response = client.get("/tidak-ada/", secure=True)

    assert response.status_code == 404
    assert "Halaman tidak ditemukan" in response.content.decode()
    check(response)


def test_a_refused_page(client, people, production):
    client.force_login(people.enumerator_a)
    response = client.get("/jejak/", secure=True)

    assert response.status_code == 403
    assert "tidak berwenang" in response.content.decode()
    check(response)


def test_a_request_for_another_host(production, settings):
    settings.ALLOWED_HOSTS = ["register.test"]
    response = Client(HTTP_HOST="evil.test").get("/", secure=True)

    assert response.status_code == 400
    assert "Content-Security-Policy" in response.headers


def test_a_form_without_its_token(people, production):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/masuk/", {"username": "x", "password": "y"}, secure=True)

    assert response.status_code == 403
    assert "kedaluwarsa" in response.content.decode()
    check(response)


@public("A test of the page for errors.")
def broken(request):
    raise RuntimeError("nik 9901010101900001")


class BrokenSite:
    urlpatterns = [path("rusak/", broken), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def broken_client(people, production):
    client = Client(raise_request_exception=False)
    client.force_login(people.administrator)
    with override_settings(ROOT_URLCONF=BrokenSite):
        yield client


def test_an_error_shows_nothing_of_what_went_wrong(broken_client):
    response = broken_client.get("/rusak/", secure=True)

    assert response.status_code == 500
    page = response.content.decode()
    assert "Terjadi kesalahan pada sistem" in page
    assert "RuntimeError" not in page
    assert "9901" not in page
    check(response)


def test_the_error_page_needs_no_database(broken_client, monkeypatch):
    """What the page of an error asks must not fail as the page itself did."""
    from core import context

    monkeypatch.setattr(context, "items_for", lambda *args: 1 / 0)

    response = broken_client.get("/rusak/", secure=True)

    assert response.status_code == 500
    assert "Terjadi kesalahan pada sistem" in response.content.decode()


def test_a_static_file(production, tmp_path):
    shutil.copy(finders.find("css/site.css"), tmp_path)
    with override_settings(STATIC_ROOT=tmp_path):
        response = Client().get("/static/site.css", secure=True)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/css")
    check(response)


def test_plain_http_is_sent_to_https(production, db):
    response = Client().get("/masuk/")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/masuk/")
    check(response, secure=False)
    assert Client().get("/healthz").status_code == 200


def test_cookies_are_for_this_host_and_not_for_scripts(people, production):
    from tests.factories.core import PASSWORD

    client = Client()
    client.get("/masuk/", secure=True)
    client.post("/masuk/", {"username": "registrar_a", "password": PASSWORD}, secure=True)

    assert set(client.cookies) == {"__Host-sesi", "__Host-csrf"}
    for cookie in client.cookies.values():
        assert cookie["secure"] is True
        assert cookie["httponly"] is True
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


def test_leaving_clears_what_the_browser_kept(client, people, production):
    client.force_login(people.registrar_a)

    assert client.post("/keluar/", secure=True)["Clear-Site-Data"] == '"cache"'


def test_the_check_can_fail():
    with pytest.raises(KeyError):
        check(HttpResponse())


@pytest.mark.django_db
@pytest.mark.parametrize("length", [str(25 * 1024 * 1024 + 1), "9" * 40, "-1", "banyak"])
def test_a_body_without_end_is_refused_before_it_is_read(client, length):
    class Unread:
        def read(self, *sizes):
            raise AssertionError("somebody read what was sent")

        readline = read

    answer = client.generic(
        "POST",
        "/daftar/",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": length, "wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "Kiriman terlalu besar" in answer.content.decode()
    assert "Content-Security-Policy" in answer
