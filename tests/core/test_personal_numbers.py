"""A NIK never stays in an address, whichever search box it was typed into."""

import pytest
from django.urls import reverse

from core.personal_numbers import NO_NIK_HERE, has_personal_number
from tests.factories import WaveFactory
from tests.people import People

pytestmark = pytest.mark.django_db
NIK = "9901010101900001"
SEARCHES = [
    ("registry:business-list", "search", "registrar_a"),
    ("admin:registry_business_changelist", "q", "registrar_a"),
    ("admin:registry_owner_changelist", "q", "registrar_a"),
    ("admin:registry_business_export", "q", "registrar_a"),
    ("core:audit-list", "actor", "official"),
    ("core:audit-list", "text", "official"),
]


@pytest.mark.parametrize(("name", "parameter", "person"), SEARCHES)
@pytest.mark.parametrize("typed", [NIK, "9901 0101 0190 0001", "9901.0101.0190.0001"])
def test_the_number_is_taken_out_of_the_address(client, people: People, name, parameter, person, typed):
    client.force_login(getattr(people, person))

    response = client.get(reverse(name), {parameter: typed, "status": "active"})

    assert response.status_code == 302
    assert response["Location"] == f"{reverse(name)}?status=active"
    assert NO_NIK_HERE in [str(message) for message in response.wsgi_request._messages]


def test_the_enumerators_list_does_the_same(client, people: People):
    client.force_login(people.enumerator_a)
    address = reverse("surveys:wave-businesses", args=[WaveFactory().code])

    assert client.get(address, {"q": NIK})["Location"] == f"{address}?"


def test_a_box_that_asks_while_one_types_gets_no_advice_for_the_next_page(client, people: People):
    client.force_login(people.registrar_a)
    asked = {"term": NIK, "app_label": "registry", "model_name": "business", "field_name": "owner"}

    response = client.get(
        reverse("admin:autocomplete"), asked, headers={"X-Requested-With": "XMLHttpRequest"}
    )

    assert NIK not in response["Location"]
    assert not list(response.wsgi_request._messages)


@pytest.mark.parametrize("harmless", ["Warung 2026", "0812 3456", "1.000.000.000"])
def test_shorter_numbers_are_searched(client, people: People, harmless):
    client.force_login(people.registrar_a)

    assert not has_personal_number(harmless)
    assert client.get(reverse("registry:business-list"), {"search": harmless}).status_code == 200
