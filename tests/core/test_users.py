"""Users and their area: who may change whom, and that every change is told."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import actions
from core.models import AuditEvent, Region, User, Verb
from core.permissions import Permission
from core.roles import Role
from tests.audit_guard import audit_guard
from tests.factories import UserFactory
from tests.factories.core import PASSWORD

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def form_of(user, **changes):
    data = {
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "role": user.role,
        "is_active": "on",
        "districts": [district.pk for district in user.districts.all()],
    }
    if user.whole_city:
        data["whole_city"] = "on"
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def change_url(user):
    return reverse("admin:core_user_change", args=[user.pk])


def test_a_new_user_can_log_in_and_the_trail_tells_of_it(people):
    with audit_guard(User):
        response = signed_in(people.administrator).post(
            reverse("admin:core_user_add"),
            {
                "username": "dewi",
                "email": "dewi@contoh.test",
                "full_name": "Dewi Contoh",
                "role": "enumerator",
                "districts": [people.a.district.pk],
                "is_active": "on",
                "password1": PASSWORD,
                "password2": PASSWORD,
            },
        )

    assert response.status_code == 302, response.context["errors"]
    assert User.objects.get(username="dewi").district_ids() == [people.a.district.pk]
    assert Client().post("/masuk/", {"username": "dewi", "password": PASSWORD}).status_code == 302
    event = AuditEvent.objects.get(verb=Verb.CREATED, object_type="core.user")
    assert event.changes["full_name"] == [None, "••••"]
    assert event.changes["role"] == [None, "enumerator"]
    assert event.changes["districts"] == [None, people.a.district.name]
    assert PASSWORD not in str(event.changes)
    assert "md5" not in str(event.changes)
    assert "argon" not in str(event.changes)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"username": "REGISTRAR_A"}, "Nama pengguna ini sudah dipakai."),
        ({"username": "siapa@contoh.test"}, "Pakai huruf, angka"),
        ({"email": "registrar_a@CONTOH.test"}, "Alamat surel ini sudah dipakai"),
        ({"whole_city": None}, "pilih paling sedikit satu kecamatan"),
        ({"role": "raja"}, "raja"),
        ({"password2": "lain sama sekali ini"}, "Kedua kata sandi tidak sama."),
        ({"password1": "pendek", "password2": "pendek"}, "terlalu pendek"),
        ({"password1": "probolinggo2026", "password2": "probolinggo2026"}, "terlalu mudah ditebak"),
        ({"password1": "password12345", "password2": "password12345"}, "terlalu umum"),
        ({"full_name": ""}, "Bidang ini"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(people, typed, says):
    data = {
        "username": "baru",
        "email": "",
        "full_name": "Orang Baru",
        "role": "registrar",
        "whole_city": "on",
        "is_active": "on",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    data = {name: value for name, value in (data | typed).items() if value is not None}
    before = User.objects.count()

    response = signed_in(people.administrator).post(reverse("admin:core_user_add"), data)

    assert response.status_code == 200
    assert says in response.content.decode()
    assert User.objects.count() == before
    assert not AuditEvent.objects.filter(object_type="core.user", verb=Verb.CREATED).exists()


def test_deactivating_ends_the_sessions_at_once(people):
    theirs = signed_in(people.registrar_a)
    assert theirs.get("/").status_code == 200

    signed_in(people.administrator).post(
        change_url(people.registrar_a), form_of(people.registrar_a, is_active=None)
    )

    assert theirs.get("/").status_code == 302
    assert Client().post("/masuk/", {"username": "registrar_a", "password": PASSWORD}).status_code == 200
    assert AuditEvent.objects.get(verb=Verb.CHANGED).changes == {"is_active": [True, False]}


def test_moving_somebody_moves_what_they_see_at_once(people):
    theirs = signed_in(people.registrar_a)
    event = actions.save_region(region=_renamed(people.a.district), by=None, at=AT)
    assert event is not None

    with audit_guard(User):
        signed_in(people.administrator).post(
            change_url(people.registrar_a), form_of(people.registrar_a, districts=[people.b.district.pk])
        )

    assert theirs.get("/").status_code == 200
    assert User.objects.get(username="registrar_a").district_ids() == [people.b.district.pk]
    changes = AuditEvent.objects.get(object_type="core.user").changes
    assert changes == {"districts": [people.a.district.name, people.b.district.name]}


def _renamed(region):
    region.name = f"{region.name} Baru"
    return region


def test_extra_fields_in_the_request_change_nothing(people):
    signed_in(people.administrator).post(
        change_url(people.registrar_a),
        form_of(people.registrar_a, is_superuser="on", is_staff="on", is_demo="on", password="x"),
    )

    user = User.objects.get(username="registrar_a")
    assert (user.is_superuser, user.is_staff, user.is_demo) == (False, False, False)
    assert user.check_password(PASSWORD)


def test_the_page_offers_neither_django_permissions_nor_deleting(people):
    page = signed_in(people.administrator).get(change_url(people.registrar_a)).content.decode()

    for absent in ("is_superuser", "is_staff", "user_permissions", "groups", "deletelink"):
        assert absent not in page
    assert "Mewawancarai UMKM di wilayahnya" in page


def test_nobody_shuts_themselves_out(people):
    UserFactory(role=Role.ADMINISTRATOR)
    client = signed_in(people.administrator)

    for change in ({"is_active": None}, {"role": "registrar"}):
        page = client.post(change_url(people.administrator), form_of(people.administrator, **change))
        assert str(actions.OwnAccount()) in page.content.decode()
    assert User.objects.get(pk=people.administrator.pk).can(Permission.MANAGE_USERS)


def test_the_last_administrator_stays(people):
    people.administrator.is_active = False

    with pytest.raises(actions.LastAdministrator):
        actions.save_user(user=people.administrator, districts=[], by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_each_other_out():
    users = [UserFactory(role=Role.ADMINISTRATOR) for _ in range(2)]
    barrier, refused = Barrier(2), []

    def demote(by, user):
        barrier.wait()
        user.is_active = False
        try:
            actions.save_user(user=user, districts=[], by=by, at=AT)
        except actions.LastAdministrator:
            refused.append(user)
        finally:
            connection.close()

    threads = [Thread(target=demote, args=(users[n], User.objects.get(pk=users[1 - n].pk))) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_an_administrator_gives_a_new_password_and_the_old_sessions_end(people):
    theirs = signed_in(people.registrar_a)
    url = reverse("core:user-password", args=[people.registrar_a.pk])
    new = "hujan turun sejak subuh"

    with audit_guard(User, untold={"last_login"}):
        signed_in(people.administrator).post(url, {"new_password1": new, "new_password2": new})

    assert theirs.get("/").status_code == 302
    assert Client().post("/masuk/", {"username": "registrar_a", "password": new}).status_code == 302
    event = AuditEvent.objects.get(verb=Verb.PASSWORD_CHANGED)
    assert (event.actor_id, event.object_id) == (people.administrator.pk, str(people.registrar_a.pk))
    assert event.changes == {}


def test_everybody_changes_their_own_password(people):
    mine, elsewhere = signed_in(people.enumerator_a), signed_in(people.enumerator_a)
    new = "hujan turun sejak subuh"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    assert mine.post(reverse("core:password-change"), form).status_code == 302

    assert mine.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert AuditEvent.objects.filter(verb=Verb.PASSWORD_CHANGED).count() == 1


def test_the_present_password_cannot_be_guessed_on_that_page(people, settings):
    mine = signed_in(people.enumerator_a)
    form = {"old_password": "salah", "new_password1": "x" * 20, "new_password2": "x" * 20}
    for _ in range(settings.LOGIN_ATTEMPTS_PER_ACCOUNT):
        assert mine.post(reverse("core:password-change"), form).status_code == 200

    assert mine.post(reverse("core:password-change"), form).status_code == 429


@pytest.mark.parametrize("length", [12, 64, 128])
def test_long_sentences_are_passwords_too(people, length):
    new = ("kucing é di atas pagar " * 9)[:length].strip().ljust(length, "z")
    client = signed_in(people.registrar_a)
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    assert client.post(reverse("core:password-change"), form).status_code == 302
    assert Client().post("/masuk/", {"username": "registrar_a", "password": new}).status_code == 302


def test_the_first_administrator_of_a_fresh_installation(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with audit_guard(User):
        call_command(
            "createsuperuser",
            interactive=False,
            verbosity=0,
            username="kepala",
            email="k@contoh.test",
            full_name="K",
        )

    user = User.objects.get()
    assert (user.role, user.whole_city, user.is_superuser) == (Role.ADMINISTRATOR, True, False)
    assert signed_in(user).get(reverse("admin:core_user_changelist")).status_code == 200


def test_no_flag_of_django_gives_power_here(people):
    people.enumerator_a.is_superuser = people.enumerator_a.is_staff = True

    assert not people.enumerator_a.can(Permission.MANAGE_USERS)
    assert people.enumerator_a.district_ids() == [people.a.district.pk]


def test_demo_users_need_debug_and_come_once(people, settings, capsys):
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("load_demo_users")
    settings.DEBUG = True
    before = User.objects.count()
    with audit_guard(User):
        call_command("load_demo_users")
    call_command("load_demo_users")

    assert User.objects.count() == before + 7
    enumerator = User.objects.get(username="enumerator")
    assert enumerator.district_ids() == [Region.objects.districts().earliest("code").pk]
    assert set(User.objects.filter(is_demo=True).values_list("role", flat=True)) == set(Role.values)
    assert "7 (0 baru)" in capsys.readouterr().out


def test_a_demo_user_never_takes_over_a_real_account(people, settings):
    settings.DEBUG = True
    UserFactory(username="petugas")

    with pytest.raises(CommandError, match="petugas"):
        call_command("load_demo_users")


def test_the_guard_notices_a_change_nobody_told_of(people):
    with pytest.raises(AssertionError, match="1 rows of User were written, 0 events"), audit_guard(User):
        User.objects.filter(pk=people.registrar_a.pk).update(full_name="Lain")
    with pytest.raises(AssertionError), audit_guard(User):
        people.registrar_a.districts.clear()
    with pytest.raises(AssertionError), audit_guard(User):
        UserFactory()
