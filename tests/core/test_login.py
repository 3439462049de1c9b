"""The door: who gets in, how often one may try, and what of it is remembered."""

import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import sign_in
from core.models import AuditEvent, Throttle, User, Verb
from tests.factories import UserFactory
from tests.factories.core import PASSWORD

LOGIN = "/masuk/"
WRONG = "bukan kata sandinya"


def attempt(client, username, password, **extra):
    return client.post(LOGIN, {"username": username, "password": password, **extra})


@pytest.fixture
def user(db):
    return UserFactory(username="siti", email="siti@contoh.test", full_name="Siti Contoh")


@pytest.mark.parametrize("name", ["siti", "SITI", "siti@contoh.test", "Siti@Contoh.test", " siti "])
def test_username_or_email_in_any_case(client, user, name):
    assert attempt(client, name, PASSWORD).url == reverse("core:home")
    assert client.get("/").status_code == 200


def test_unknown_and_known_users_get_the_same_answer_for_the_same_work(client, user, monkeypatch):
    hashed = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    from django.contrib.auth.hashers import MD5PasswordHasher

    original = MD5PasswordHasher.encode
    monkeypatch.setattr(hasher, lambda self, *args: hashed.append(1) or original(self, *args))

    known = attempt(client, "siti", WRONG)
    of_known = len(hashed)
    unknown = attempt(client, "tono", WRONG)

    assert of_known == len(hashed) - of_known == 1
    assert known.status_code == unknown.status_code == 200
    page = known.content.decode().replace("siti", "tono")
    assert _without_token(page) == _without_token(unknown.content.decode())


def _without_token(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_after_five_wrong_passwords_the_right_one_is_refused_until_the_window_ends(client, user, monkeypatch):
    for _ in range(site.LOGIN_ATTEMPTS_PER_ACCOUNT):
        assert attempt(client, "siti", WRONG).status_code == 200

    refused = attempt(client, "siti@contoh.test", PASSWORD)
    other_address = Client(REMOTE_ADDR="10.0.0.9")

    assert refused.status_code == 429
    assert "Terlalu banyak percobaan" in refused.content.decode()
    assert attempt(other_address, "siti", PASSWORD).status_code == 429
    later = timezone.now() + timedelta(seconds=site.LOGIN_WINDOW_SECONDS + 1)
    monkeypatch.setattr("core.views.sessions.timezone.now", lambda: later)
    assert attempt(client, "siti", PASSWORD).status_code == 302


def test_another_account_behind_the_same_address_still_gets_in(client, user):
    UserFactory(username="tono")
    for _ in range(site.LOGIN_ATTEMPTS_PER_ACCOUNT + 1):
        attempt(client, "siti", WRONG)

    assert attempt(client, "tono", PASSWORD).status_code == 302


def test_a_successful_login_gives_its_try_of_the_address_back(user, settings):
    settings.LOGIN_ATTEMPTS_PER_ADDRESS = 2
    for _ in range(5):
        assert attempt(Client(), "siti", PASSWORD).status_code == 302

    for name in ("a", "b"):
        assert attempt(Client(), name, WRONG).status_code == 200
    assert attempt(Client(), "siti", PASSWORD).status_code == 429


def test_a_success_does_not_wipe_out_the_failures_of_its_address(user, settings):
    settings.LOGIN_ATTEMPTS_PER_ADDRESS = 3
    attempt(Client(), "a", WRONG)
    attempt(Client(), "b", WRONG)
    attempt(Client(), "siti", PASSWORD)
    attempt(Client(), "c", WRONG)

    assert attempt(Client(), "d", WRONG).status_code == 429


def test_a_try_from_a_shut_address_does_not_count_against_the_account(user, settings):
    settings.LOGIN_ATTEMPTS_PER_ADDRESS = 1
    attempt(Client(), "x", WRONG)
    for _ in range(10):
        assert attempt(Client(), "siti", WRONG).status_code == 429

    assert attempt(Client(REMOTE_ADDR="10.0.0.9"), "siti", PASSWORD).status_code == 302


def test_a_forged_forwarded_address_changes_nothing(user, settings):
    settings.LOGIN_ATTEMPTS_PER_ADDRESS = 1
    attempt(Client(HTTP_X_FORWARDED_FOR="1.1.1.1"), "x", WRONG)

    assert attempt(Client(HTTP_X_FORWARDED_FOR="2.2.2.2"), "y", WRONG).status_code == 429


def test_what_is_remembered_names_no_password_and_no_unknown_account(client, user):
    attempt(client, "siti", WRONG)
    attempt(client, "rahasia-saya-1945", WRONG)
    attempt(client, "siti", PASSWORD)
    client.post("/keluar/")

    events = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor_id", "object_label"))

    assert events == [
        (Verb.SIGN_IN_FAILED, None, "Siti Contoh"),
        (Verb.SIGN_IN_FAILED, None, "Akun tidak dikenal"),
        (Verb.SIGNED_IN, user.pk, "Siti Contoh"),
        (Verb.SIGNED_OUT, user.pk, "Siti Contoh"),
    ]
    assert not Throttle.objects.filter(key__contains="rahasia").exists()


def test_the_session_gets_a_new_key_and_the_old_one_is_worth_nothing(client, user):
    client.get(LOGIN)
    session = client.session
    session["anything"] = 1
    session.save()
    before = session.session_key

    attempt(client, "siti", PASSWORD)

    assert client.session.session_key != before
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = before
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/jejak/", "/jejak/"),
        ("//evil.test", "/"),
        ("https:evil.test", "/"),
        ("https://evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("1e999", "/"),
        ("dasbor", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_nowhere_else(client, user, target, goes_to):
    assert attempt(client, "siti", PASSWORD, next=target).url == goes_to


@pytest.mark.parametrize(("away", "says"), [("idle", "lama tidak dipakai"), ("absolute", "batas waktunya")])
def test_a_session_ends_and_the_login_page_says_why(client, user, monkeypatch, away, says):
    attempt(client, "siti", PASSWORD)
    real, step = time.time(), site.SESSION_IDLE_SECONDS - 60
    if away == "idle":
        monkeypatch.setattr("core.middleware.time.time", lambda: real + site.SESSION_IDLE_SECONDS + 1)
    else:  # active all the time, and still over in the end
        for at in range(0, site.SESSION_ABSOLUTE_SECONDS, step):
            monkeypatch.setattr("core.middleware.time.time", lambda at=at: real + at)
            assert client.get("/").status_code == 200
        monkeypatch.setattr("core.middleware.time.time", lambda: real + site.SESSION_ABSOLUTE_SECONDS + 1)

    response = client.get("/", follow=True)

    assert response.redirect_chain[0][0].startswith(LOGIN)
    assert says in response.content.decode()
    event = AuditEvent.objects.filter(verb=Verb.SIGNED_OUT).get()
    assert (event.actor_id, event.reason.startswith("Sesi berakhir")) == (user.pk, True)


def test_a_demo_account_does_not_exist_without_debug(client, user, settings):
    User.objects.update(is_demo=True)
    settings.DEBUG = True
    assert attempt(client, "siti", PASSWORD).status_code == 302
    settings.DEBUG = False

    assert client.get("/").status_code == 302
    assert attempt(Client(), "siti", PASSWORD).status_code == 200


def test_an_empty_form_says_so_at_the_fields(client, db):
    page = client.post(LOGIN, {"username": "", "password": ""}).content.decode()

    assert page.count("invalid-feedback") == 2


@pytest.mark.parametrize("name", ["\0", "a" * 300, "' OR 1=1 --", "%", "_" * 4, "ſiti"])
def test_odd_names_are_nobody(client, user, name):
    assert attempt(client, name, PASSWORD).status_code == 200


# --- Everybody at once ----------------------------------------------------------------------------
THREADS = 12


def race(monkeypatch):
    """Wrong passwords against one account, all at the same moment; how many were looked at."""
    checks, barrier = [], Barrier(THREADS)
    monkeypatch.setattr(sign_in, "authenticate", lambda *a, **k: checks.append(1))

    def one():
        barrier.wait()
        try:
            sign_in.sign_in(username="siti", password=WRONG, address="10.0.0.1", at=timezone.now())
        except sign_in.TooManyTries:
            pass
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(checks)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_tries_than_one(monkeypatch):
    UserFactory(username="siti")

    assert race(monkeypatch) == site.LOGIN_ATTEMPTS_PER_ACCOUNT


@pytest.mark.django_db(transaction=True)
def test_counting_first_and_writing_later_would_let_more_in(monkeypatch):
    """Negative control: the same race against a counter that reads, then writes."""
    UserFactory(username="siti")
    read = Barrier(THREADS)

    def take(key, *, limit, window, at):
        row = Throttle.objects.filter(key=key).first()
        count = row.count if row else 0
        if "address" not in key:
            read.wait()  # everybody has read before anybody writes
        Throttle.objects.update_or_create(key=key, defaults={"started_at": at, "count": count + 1})
        return count < limit

    monkeypatch.setattr(Throttle.objects, "take", take)

    assert race(monkeypatch) > site.LOGIN_ATTEMPTS_PER_ACCOUNT


REGISTRATION = "/admin/registry/business/add/"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/umkm/?search=roti", "/umkm/?search=roti"),
        (f"http://testserver{REGISTRATION}", REGISTRATION),
        ("https://lain.test/umkm/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_is_said_to_be_lost(client, db, page, back):
    response = client.post(REGISTRATION, {"name": "Warung"}, headers={"referer": page}, follow=True)

    assert response.request["PATH_INFO"] == LOGIN
    assert response.context["next"] == back
    assert "isiannya tidak tersimpan" in response.content.decode()


def test_a_page_that_was_only_opened_loses_nothing(client, db):
    response = client.get(REGISTRATION, follow=True)

    assert response.context["next"] == REGISTRATION
    assert "isiannya tidak tersimpan" not in response.content.decode()
