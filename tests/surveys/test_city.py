"""The invented city: the same rows for the same seed, true to the rules every real row obeys."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from core.cleaning import parse_latitude_longitude
from core.models import AuditEvent, Region, User, Verb
from registry.identifiers import (
    nik_warnings,
    normalise_kbli_code,
    normalise_nib,
    normalise_nik,
    normalise_npwp,
    normalise_phone,
)
from registry.models import Business, BusinessPermit, OnlineAccount, Owner, Registration
from surveys import version_triggers
from surveys.city import load as loading
from surveys.city import people
from surveys.city.answers import answer
from surveys.city.load import BUSINESSES_A_BATCH, CannotGenerate, load_city
from surveys.models import Response, ResponseChoice, Wave
from surveys.questions import SINGLE
from tests.factories import CityFactory, DistrictFactory, WardFactory
from tests.factories.city import places_for_a_city

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
YEAR = 2026


@pytest.fixture
def places(db: None) -> Region:
    return places_for_a_city()


def generate(businesses: int = 300, seed: int = 7, **options: Any) -> loading.Loaded:
    return load_city(businesses=businesses, seed=seed, year=YEAR, by=None, at=AT, **options)


def drawn(count: int, seed: int = 7) -> list[people.Drawn]:
    return [
        people.draw(seed=seed, index=index, wards=29, year=YEAR, with_coordinates=True)
        for index in range(count)
    ]


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows by what they mean: keys of the database replaced by public ids, ciphertext by its text."""
    keys = {"id", "owner_id", "business_id", "response_id", "wave_id", "questionnaire_id"}
    rows = {}
    for model, order in (
        (Owner, "public_id"),
        (Business, "public_id"),
        (Registration, "business__public_id"),
        (BusinessPermit, "business__public_id"),
        (OnlineAccount, "business__public_id"),
        (Wave, "code"),
        (Response, "submission_id"),
        (ResponseChoice, "response__submission_id"),
    ):
        rows[model.__name__] = [
            {name: value for name, value in vars(row).items() if name not in keys and name != "_state"}
            for row in model.objects.order_by(order, "pk")
        ]
    return rows


def wipe() -> None:
    """Versions of a questionnaire too, which only this test may take away; its rollback brings the triggers back."""
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    version_triggers.remove(connection)
    for model in (
        ResponseChoice,
        Response,
        Wave,
        OnlineAccount,
        BusinessPermit,
        Registration,
        Business,
        Owner,
    ):
        model.objects.all().delete()


def test_the_same_seed_gives_the_same_city(places: Region) -> None:
    generate()
    once = everything()
    wipe()
    generate()
    assert everything() == once
    assert once["Response"]
    assert once["ResponseChoice"]


def test_another_seed_gives_another_city_beside_the_first(places: Region) -> None:
    generate(seed=7)
    generate(seed=8)
    assert Business.objects.count() == 600
    assert len(set(Business.objects.values_list("name", flat=True))) > 400


def test_a_larger_city_begins_with_the_smaller_one(places: Region) -> None:
    assert drawn(500)[:50] == drawn(50)


def test_a_seed_is_loaded_once(places: Region) -> None:
    generate()
    with pytest.raises(CannotGenerate, match="sudah ada: 300 usaha"):
        generate(wave_code="lain")
    with pytest.raises(CannotGenerate, match="Gelombang kota-acak-7 sudah ada"):
        generate(seed=8, wave_code="kota-acak-7")
    assert Business.objects.count() == 300


@pytest.mark.parametrize(("businesses", "seed"), [(0, 1), (900_001, 1), (10, -1), (10, 10_000)])
def test_what_cannot_be_numbered_is_refused(places: Region, businesses: int, seed: int) -> None:
    with pytest.raises(CannotGenerate):
        generate(businesses, seed)


def test_regions_and_sectors_must_be_there(db: None) -> None:
    with pytest.raises(CannotGenerate, match="load_regions"):
        generate()
    WardFactory()
    with pytest.raises(CannotGenerate, match="load_sectors"):
        generate()
    assert not Wave.objects.exists()
    assert not User.objects.exists()


def test_of_several_cities_one_is_named(places: Region) -> None:
    other = CityFactory(code="99.02")
    WardFactory(parent=DistrictFactory(parent=other))
    with pytest.raises(CannotGenerate, match="--city"):
        generate()
    generate(city_code="99.02")
    assert set(Business.objects.values_list("ward__parent__parent__code", flat=True)) == {"99.02"}
    assert not Business.objects.filter(latitude__isnull=False).exists()


def test_every_row_has_its_place_and_the_trail_one_event(places: Region) -> None:
    loaded = generate()
    for business in Business.objects.select_related("ward"):
        assert business.district_id == business.ward.parent_id
        assert business.source == "generated"
    for owner in Owner.objects.select_related("ward"):
        assert owner.district_id == owner.ward.parent_id
    event = AuditEvent.objects.get(verb=Verb.LOADED)
    assert event.batch == loaded.batch
    assert event.changes["businesses"] == [0, 300]
    assert event.changes["responses"] == [0, loaded.responses]
    assert event.at == AT


def test_active_businesses_are_interviewed_as_they_stand(places: Region) -> None:
    loaded = generate()
    assert loaded.responses == Business.objects.active().count() == Response.objects.count()
    for response in Response.objects.select_related("business", "wave", "enumerator"):
        business = response.business
        assert business.status == "active"
        assert (response.sector_id, response.ward_id, response.district_id) == (
            business.sector_id,
            business.ward_id,
            business.district_id,
        )
        assert (response.scale_pp7, response.scale_uu20) == (business.scale_pp7, business.scale_uu20)
        assert response.wave.period_start <= response.interviewed_at.date() <= response.wave.period_end
        assert response.enumerator.district_ids() == [response.district_id]
        response.clean_fields()


def test_without_interviews(places: Region) -> None:
    assert generate(60, with_responses=False).responses == 0
    assert Business.objects.count() == 60
    assert not Response.objects.exists()


def test_numbers_pass_the_cleaners_and_belong_to_nobody(places: Region) -> None:
    rows = drawn(3_000)
    owners = [row.owner for row in rows if row.owner is not None]
    national_ids = [owner["national_id"] for owner in owners if owner["national_id"]]
    assert len(set(national_ids)) == len(national_ids)
    for owner in owners:
        if owner["national_id"]:
            assert normalise_nik(owner["national_id"]) == owner["national_id"]
            assert owner["national_id"].startswith("990007")
            assert (
                nik_warnings(owner["national_id"], region_codes={"99.00.07"}, born_on=owner["born_on"]) == ()
            )
        if owner["phone"]:
            assert normalise_phone(owner["phone"]).number == owner["phone"]
            assert owner["phone"].startswith("+62840")
    for row in rows:
        business = row.business
        if business["kbli_code"]:
            assert normalise_kbli_code(business["kbli_code"]) == business["kbli_code"]
        if business["nib"]:
            assert normalise_nib(business["nib"]) == business["nib"]
        if business.get("npwp"):
            assert normalise_npwp(business["npwp"]) == business["npwp"]
        if "latitude" in business:
            place = str(business["latitude"]), str(business["longitude"])
            assert parse_latitude_longitude(*place) == (business["latitude"], business["longitude"])


def test_no_two_owners_share_a_number_in_the_largest_city() -> None:
    """Serials come round after 9,999 owners; the days they are born on then differ."""
    numbers = {people._birth(7, index, YEAR, True)[1] for index in range(0, 900_000, 9_999)}
    assert len(numbers) == len(range(0, 900_000, 9_999))


def test_rows_are_valid_as_a_form_would_have_them(places: Region) -> None:
    generate()
    refused: dict[str, dict[str, list[str]]] = {}
    for model in (Owner, Business, BusinessPermit, OnlineAccount, ResponseChoice):
        rows = list(model.objects.all())
        assert rows, model
        for row in rows:
            relations = {f.name for f in row._meta.concrete_fields if f.is_relation}
            try:
                row.clean_fields(exclude=relations)  # the database has checked those, and the constraints
            except ValidationError as error:
                refused[f"{model.__name__} {row.pk}"] = error.message_dict
    assert refused == {}


def test_the_city_looks_like_life() -> None:
    rows = drawn(8_000)
    count = len(rows)
    business = [row.business for row in rows]
    sectors = Counter(row.sector for row in rows)
    assert sectors.most_common(1)[0][0] == "I"
    assert 0.27 < sectors["I"] / count < 0.32
    assert 0.40 < sum(not row["kbli_code"] for row in business) / count < 0.48
    assert 0.20 < sum(row["workers_male"] is None for row in business) / count < 0.40
    assert 0.30 < sum(row["annual_sales"] is None for row in business) / count < 0.50
    assert {row["status"] for row in business} == {"active", "closed", "moved", "found_in_field"}
    assert {row.registration["state"] for row in rows} == {"draft", "submitted", "registered"}
    assert any(row.permits for row in rows)
    assert any(row.accounts for row in rows)
    assert sum(row.owner is None for row in rows) == count // people.SECOND_BUSINESS_EVERY


def test_nearly_all_are_micro_and_some_are_not(places: Region) -> None:
    generate(1_600, with_responses=False)
    for column in ("scale_pp7", "scale_uu20"):
        sizes = Counter(Business.objects.values_list(column, flat=True))
        classified = 1_600 - sizes["unclassified"]
        assert sizes["unclassified"] > 320
        assert 0.99 < sizes["micro"] / classified < 1


def test_answers_hang_together() -> None:
    answered = [(row, answer(row, seed=7, period_start=date(YEAR, 1, 1))) for row in drawn(4_000)]
    for question in SINGLE:
        values = Counter(str(one.fields[question.code]) for _, one in answered)
        assert set(values) == {"", *question.codes}
        assert 0.02 < values[""] / 4_000 < 0.15
    channels = Counter(one.fields["marketing_channel"] for row, one in answered if row.age < 40 * 365)
    older = Counter(one.fields["marketing_channel"] for row, one in answered if row.age >= 40 * 365)
    assert channels["offline"] / channels.total() < older["offline"] / older.total()
    for _, one in answered:
        ticked = {question for question, _ in one.choices}
        assert ("methods", "interview") in one.choices
        if "credit_refusal_reasons" in ticked:
            assert one.fields["capital_source"] == "own_capital"
        for question in ("platforms", "problems"):
            values = [value for name, value in one.choices if name == question]
            assert "none" not in values or values == ["none"]
        assert len(set(one.choices)) == len(one.choices)


def test_no_transaction_is_long(places: Region) -> None:
    loaded = generate(BUSINESSES_A_BATCH)
    rows = sum(
        model.objects.count()
        for model in (Owner, Business, Registration, BusinessPermit, OnlineAccount, Response, ResponseChoice)
    )
    assert loaded.businesses == BUSINESSES_A_BATCH
    assert rows < 2_000
    assert BUSINESSES_A_BATCH % people.SECOND_BUSINESS_EVERY == 0


def test_what_was_written_before_a_failure_is_in_the_trail(places: Region) -> None:
    def fails_after_the_first_batch(loaded: loading.Loaded) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(400, progress=fails_after_the_first_batch)
    assert Business.objects.count() == BUSINESSES_A_BATCH
    assert AuditEvent.objects.get(verb=Verb.LOADED).changes["businesses"] == [0, BUSINESSES_A_BATCH]


def test_the_command_tells_what_it_did(places: Region, settings: Any) -> None:
    settings.DEBUG = True
    out = StringIO()
    call_command("generate_city", businesses=40, seed=3, year=YEAR, wave="coba", stdout=out)
    assert "Kota acak 3: 40 usaha, 38 pelaku usaha" in out.getvalue()
    assert Wave.objects.get(code="coba").period_start == date(YEAR, 1, 1)
    with pytest.raises(CommandError, match="sudah ada"):
        call_command("generate_city", businesses=40, seed=3, stdout=out)


def test_the_command_keeps_away_from_production(places: Region, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--yes-in-production"):
        call_command("generate_city", businesses=40, seed=3)
    assert not Business.objects.exists()
    call_command("generate_city", businesses=40, seed=3, yes_in_production=True, stdout=StringIO())
    assert Business.objects.count() == 40


def test_invented_people_cannot_log_in(places: Region) -> None:
    generate(40)
    for user in User.objects.all():
        assert not user.is_active
        assert not user.has_usable_password()
    assert not Registration.objects.filter(state="registered", registered_by=None).exists()
