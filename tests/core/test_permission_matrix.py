"""Every address × every role × an object here and one elsewhere: who is let in, and who is not.

The expected answer comes from the gate of the view, or for admin pages from the permissions its
ModelAdmin declares, and from the role; never from a list kept by hand. An address with arguments
needs a line in tests/url_objects.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views.generic import RedirectView

from core.admin.scoped import ScopedAdmin
from core.gates import Gate, requires
from core.models import User
from core.permissions import Permission
from tests.addresses import Address, _walk, addresses
from tests.people import People, Place
from tests.url_objects import UrlObject, registrar_of, url_object

ADMIN_PAGES = {
    "changelist": ("view_permission", "change_permission"),
    "change": ("view_permission", "change_permission"),
    "history": ("view_permission", "change_permission"),
    "add": ("add_permission",),
    "delete": (),
    "export": ("export_permission",),
    "export_action": ("export_permission",),
}
# Pages of the admin as a whole; what they list is filtered by the permissions above.
ADMIN_SITE_PAGES = {
    "index",
    "app_list",
    "jsi18n",
    "autocomplete",
    "logout",
    "password_change",
    "password_change_done",
}


@dataclass(frozen=True)
class Rule:
    """Who may pass: holders of all of `permissions` and of one of `any_of`."""

    audience: str
    permissions: tuple[Permission, ...] = ()
    any_of: tuple[Permission, ...] | None = None
    redirect: bool = True

    def admits(self, user: User) -> bool:
        return all(user.can(permission) for permission in self.permissions) and (
            self.any_of is None or any(user.can(permission) for permission in self.any_of)
        )


def rule_of(address: Address) -> Rule:
    """The declared rule of an address; fails when there is none."""
    gate: Gate | None = getattr(address.callback, "gate", None)
    if address.name.startswith("admin:"):
        return _admin_rule(address, gate)
    if gate is None:
        pytest.fail(f"{address} has no gate: decorate its view with one of core.gates")
    if gate.any_of:
        return Rule(gate.audience, any_of=gate.any_of, redirect=gate.redirect)
    if gate.permission is None:
        return Rule(gate.audience)
    return Rule(gate.audience, (gate.permission,), redirect=gate.redirect)


def _admin_rule(address: Address, gate: Gate | None) -> Rule:
    name = address.name.removeprefix("admin:")
    if name == "login":
        return Rule("public")
    if name in ADMIN_SITE_PAGES:
        return Rule("permission", (Permission.USE_ADMIN,))
    if gate is not None and gate.permission is not None:
        return Rule("permission", (Permission.USE_ADMIN, gate.permission), redirect=gate.redirect)
    for model, model_admin in admin.site._registry.items():
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        page = name.removeprefix(prefix)
        if name.startswith(prefix) and page in ADMIN_PAGES:
            assert isinstance(model_admin, ScopedAdmin), f"{model_admin} must be a ScopedAdmin"
            declared = [getattr(model_admin, attribute) for attribute in ADMIN_PAGES[page]]
            any_of = tuple(permission for permission in declared if permission is not None)
            return Rule("permission", (Permission.USE_ADMIN,), any_of)
    pytest.fail(f"{address} has no gate: decorate the admin view with core.gates.requires")


def arguments_of(address: Address, place: Any) -> dict[str, Any]:
    if not address.arguments:
        return {}
    made = url_object(address.name)
    if made is None:
        pytest.fail(
            f"{address} takes {', '.join(address.arguments)}: add a line for it to tests/url_objects.py"
        )
    return made.make(place)


def is_redirect_to(response: HttpResponse, name: str) -> bool:
    return response.status_code == 302 and response["Location"].split("?")[0] == reverse(name)


def ask(client: Client, url: str) -> HttpResponse:
    """GET, or POST where only that is taken; nothing it writes stays."""
    with transaction.atomic():
        response = client.get(url)
        if response.status_code == 405:
            response = client.post(url)
        transaction.set_rollback(True)
    return response


# The bare address of a row in the admin leads to its change page, which is judged by itself.
JUDGED = [
    address
    for address in addresses()
    if address.name or getattr(address.callback, "view_class", None) is not RedirectView
]


def people_of(people: People) -> dict[str, User]:
    return {name: user for name, user in vars(people).items() if isinstance(user, User)}


@pytest.mark.parametrize("address", JUDGED, ids=str)
def test_every_address_declares_who_may_open_it(address):
    assert address.name, f"{address} has no name"
    rule_of(address)


@pytest.mark.parametrize("address", JUDGED, ids=str)
def test_everybody_gets_what_the_rule_says(address, people, settings):
    rule = rule_of(address)
    here = address.url(arguments_of(address, people.a))
    elsewhere = address.url(arguments_of(address, people.b)) if address.arguments else None
    made = url_object(address.name) if address.arguments else None

    anonymous = ask(Client(), here)
    if rule.audience == "device":  # a session opens nothing, whoever's it is
        sessions = [Client(), *map(signed_in, people_of(people).values())]
        assert {ask(client, here).status_code for client in sessions} == {401}
        return
    if rule.audience == "public":
        assert anonymous.status_code < 500
        assert anonymous.status_code != 403
    elif rule.redirect:
        assert is_redirect_to(anonymous, "core:login"), anonymous.status_code
    else:
        assert anonymous.status_code == 403

    for name, user in people_of(people).items():
        client = signed_in(user)
        asked = [(here, people.a)] + ([(elsewhere, people.b)] if elsewhere else [])
        for url, place in asked:
            status = ask(client, url).status_code
            if not rule.admits(user):
                assert status == 403, f"{name} at {url}: {status}, should be refused"
                continue
            if made is not None and is_hidden(made, user, place):
                assert status == 404, f"{name} at {url}: {status}, but it is outside the area"
            else:
                assert allowed(address, status), f"{name} at {url}: {status}, should be let in"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_hidden(made: UrlObject, user: User, place: Place) -> bool:
    """Whether the object is somebody else's, or lies where the user does not work."""
    districts = user.district_ids()
    outside = made.is_local and districts is not None and place.district.pk not in districts
    not_theirs = made.permission is not None and not user.can(made.permission)
    return outside or not_theirs or (made.is_own and user != registrar_of(place))


def allowed(address: Address, status: int) -> bool:
    """Let in: the page, or its refusal of an empty form or of the object's state."""
    if address.name == "admin:autocomplete":
        return status == 403  # without the field it serves; the field's own page judges
    if address.name == "admin:app_list":
        return status in (200, 404)  # nothing to list in that app
    if address.name in ("core:import-reading", "core:import-staging", "core:import-reopen") and status == 403:
        return True  # for who uploaded the file alone, which tests/core/import_pages/ holds
    return status < 400 or status in (400, 405, 409, 422, 429)


def test_a_view_without_a_gate_is_found():
    def forgotten(request):
        return HttpResponse()

    [address] = _walk([path("lupa/", forgotten, name="lupa")], "core:", ())

    with pytest.raises(pytest.fail.Exception, match="has no gate"):
        rule_of(address)


def test_an_argument_nobody_registered_is_found():
    @requires(Permission.VIEW_AUDIT)
    def view(request, number):
        return HttpResponse()

    [address] = _walk([path("<int:number>/", view, name="baru")], "core:", ())

    with pytest.raises(pytest.fail.Exception, match=r"tests/url_objects\.py"):
        arguments_of(address, None)


def test_a_page_of_an_admin_class_that_is_not_scoped_is_found(monkeypatch):
    class Careless(admin.ModelAdmin):
        pass

    monkeypatch.setitem(admin.site._registry, User, Careless(User, admin.site))
    address = Address("admin:core_user_changelist", lambda request: None, ())

    with pytest.raises(AssertionError, match="must be a ScopedAdmin"):
        rule_of(address)
