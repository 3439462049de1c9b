"""Every address of the site: a POST without its token is refused, and asking twice changes no row."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from core.models import Throttle, User
from registry.models import Business
from registry.views import businesses
from tests.addresses import Address
from tests.core.test_never_a_500 import TRIED, best_user, url_of
from tests.people import People
from tests.url_objects import url_object

pytestmark = pytest.mark.django_db
# Deleting is never offered, these rows are made by actions and commands only, and a box that names no field
# it asks for is refused: nobody gets in.
NOBODY = (
    "_delete",
    "registry_registration_add",
    "registry_sector_add",
    "surveys_response_add",
    "surveys_publishedstatement_add",
    "admin:autocomplete",
)


def rows() -> dict[str, tuple[int, str]]:
    """Of each table of ours how many rows it has, and a checksum of what they say."""
    return {
        model._meta.label: _checksum(model)
        for model in apps.get_models(include_auto_created=True)
        if _ours(model)
    }


def _ours(model: type[Model]) -> bool:
    if model is Throttle:  # counts tries, so as to refuse the one too many; says nothing of the register
        return False
    return model._meta.app_label in {"core", "registry", "surveys", "dashboards"}


def _checksum(model: type[Model]) -> tuple[int, str]:
    values = sorted(map(repr, model._base_manager.values_list()))
    return len(values), hashlib.sha256("\n".join(values).encode()).hexdigest()


def opened(address: Address, people: People, **options: Any) -> tuple[str, Client]:
    """The address with objects in it, and the browser of somebody who gets in."""
    url = url_of(address, people)
    user: User | None = best_user(address, people, url)
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    else:
        assert asks_no_session(url) or address.name.endswith(NOBODY), f"nobody opens {address}: who should?"
    return url, client


def asks_no_session(url: str) -> bool:
    gate = getattr(resolve(url).func, "gate", None)
    return url == reverse("admin:login") or (gate is not None and gate.audience in {"public", "device"})


@pytest.mark.parametrize("address", TRIED, ids=str)
def test_a_post_without_its_token_is_refused_and_stores_nothing(address: Address, people: People) -> None:
    url, client = opened(address, people, enforce_csrf_checks=True)
    before = rows()

    assert client.post(url).status_code in {401, 403, 405}
    assert rows() == before


@pytest.mark.parametrize("address", TRIED, ids=str)
def test_asking_twice_changes_no_row(address: Address, people: People) -> None:
    url, client = opened(address, people)
    before = rows()

    for _ in range(2):
        client.get(url)

    assert rows() == before


def test_a_page_that_writes_when_it_is_asked_is_noticed(people: People, monkeypatch: Any) -> None:
    made = url_object("registry:business-detail")
    made.make(people.a)
    before = rows()

    def counts_its_visits(*args: Any, **kwargs: Any) -> list[Any]:
        Business.objects.update(updated_at=timezone.now())
        return []

    monkeypatch.setattr(businesses, "history_of", counts_its_visits)
    client = Client()
    client.force_login(people.official)
    client.get(Business.objects.get().get_absolute_url())

    assert rows() != before
