"""How to open every page of the site: the table tests/browser/test_every_page.py walks through.

A URL name stands either in PAGES, with at least one visit, or in NOT_PAGES, where nothing is to be seen.
An address with arguments is opened on the object tests/url_objects.py makes, unless the visit names another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from core.models import Region, User
from core.roles import Role
from registry.actions import issue_certificate, merge_businesses
from registry.models import Business, DuplicatePair, PublicApplication, RegistrationState
from surveys.actions.fieldwork import assign
from surveys.models import Response, Wave
from tests.addresses import addresses
from tests.factories import (
    BusinessFactory,
    ChangeProposalFactory,
    ResponseFactory,
    SectorFactory,
    UserFactory,
    WaveFactory,
    registered_business,
)
from tests.factories.core import PASSWORD
from tests.factories.imports import committed, staged, uploaded
from tests.people import People, Place
from tests.registry.applicants import waiting_application
from tests.registry.attachments import make_attachment
from tests.registry.certificates import make_office
from tests.surveys.importing.making import line, listed
from tests.surveys.study import load_study
from tests.url_objects import url_object

NOBODY = ""
CODE = "A" * 18
TAKES_ARGUMENTS = {address.name: bool(address.arguments) for address in addresses()}


@dataclass(frozen=True)
class World:
    """The office on an ordinary day, seen from kecamatan A."""

    people: People
    business: Business  # with everything that can be known
    draft: Business
    submitted: Business  # by registrar A
    closed: Business
    wave: Wave
    response: Response  # by enumerator A
    application: PublicApplication  # waits; opened with CODE
    newcomer: User  # changes the password, again and again

    @property
    def place(self) -> Place:
        return self.people.a


@dataclass(frozen=True)
class Visit:
    """One look at one page. `act` is done after it has opened; `shows` must then be there to read."""

    who: str
    name: str
    address: Callable[[World], str]
    act: Callable[[Page], None] | None = None
    status: int = 200
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.name} as {self.who or 'nobody'}" + (f" ({self.shows})" if self.shows else "")


def _known_all_about(ward: Region) -> Business:
    business = registered_business(
        name="Warung Sumber Rejeki",
        ward=ward,
        sector=SectorFactory(code="I", study_row=6),
        npwp="091234567890123",
        nib="1234567890123",
        products="Rawon\nSoto",
        net_assets=40_000_000,
        annual_sales=400_000_000,
        workers_male=1,
        workers_female=2,
    )
    business.permits.create(kind="halal", number="1")
    business.online_accounts.create(
        platform="social_media", name="sumberrejeki", link="https://contoh.test/s"
    )
    return business


def make_world(people: People) -> World:
    load_study()
    ward, today = people.a.ward, datetime.now(UTC)
    wave = WaveFactory(
        title="Survei tahun ini",
        period_start=date(today.year, 1, 1),
        period_end=date(today.year, 12, 31),
        note="Catatan gelombang.",
    )
    business = _known_all_about(ward)
    make_office()
    issue_certificate(business=business, by=people.verifier_a, at=today)
    submitted = _two_that_wait(people, today)
    ChangeProposalFactory(business=business, proposed_by=people.registrar_a)
    make_attachment(business=business, caption="Tampak depan", by=people.registrar_a)
    closed = registered_business(
        name="Sudah Tutup", ward=ward, status="closed", status_since=date(2026, 1, 5)
    )
    BusinessFactory.create_batch(51, ward=ward, owner=business.owner)  # a second page
    times = {"interviewed_at": today, "received_at": today}
    response = ResponseFactory(
        business=business,
        wave=wave,
        enumerator=people.enumerator_a,
        note="Ramai.",
        **times,
    )
    opposite = BusinessFactory(name="Toko Seberang", ward=ward)
    ResponseFactory(business=opposite, wave=wave, enumerator=people.enumerator_a, state="sent", **times)
    newcomer = UserFactory(username="newcomer", role=Role.TRAINER)
    draft = BusinessFactory(name="Baru Dicatat", ward=ward)
    application = waiting_application(ward, code=CODE, owner_national_id=business.owner.national_id)
    first, second = sorted((draft, submitted), key=lambda one: one.pk)
    DuplicatePair.objects.create(
        first=first, second=second, score=90, evidence="name ward", fingerprint="", found_at=today
    )
    _merge_two(people)
    return World(people, business, draft, submitted, closed, wave, response, application, newcomer)


def _two_that_wait(people: People, today: datetime) -> Business:
    """One that nobody has taken yet, which comes back, and one at the verifier."""
    submitted = BusinessFactory(name="Menunggu Persetujuan", ward=people.a.ward)
    submitted.registration.state = RegistrationState.SUBMITTED
    submitted.registration.submitted_by, submitted.registration.submitted_at = people.registrar_a, today
    submitted.registration.save()
    taken = BusinessFactory(name="Sedang Diperiksa", ward=people.a.ward).registration
    taken.state = RegistrationState.IN_VERIFICATION
    taken.submitted_by, taken.submitted_at = people.administrator, today
    taken.taken_by, taken.taken_at = people.verifier_a, today
    taken.save()
    return submitted


def _merge_two(people: People) -> None:
    winner, loser = (BusinessFactory(name=f"Warung Gabungan {number}", ward=people.a.ward) for number in "12")
    merge_businesses(
        winner=winner,
        loser=loser,
        take=[],
        versions=(1, 1),
        by=people.verifier_a,
        at=datetime.now(UTC),
        reason="Satu usaha tercatat dua kali",
    )


# --- Addresses and acts -------------------------------------------------------------------------
Address = Callable[[World], str]
Act = Callable[[Page], None]


def visit(
    who: str,
    name: str,
    address: Address | None = None,
    *,
    query: str = "",
    act: Act | None = None,
    status: int = 200,
    shows: str = "",
) -> Visit:
    """Without an address: on the object tests/url_objects.py makes in kecamatan A, or on none."""

    def by_table(world: World) -> str:
        made = url_object(name) if TAKES_ARGUMENTS[name] else None
        return reverse(name, kwargs=made.make(world.place) if made else {})

    def opened(world: World) -> str:
        return (address or by_table)(world) + query

    return Visit(who, name, opened, act, status, shows)


def page_of(name: str, which: str, **more: str) -> Address:
    """The page about a business, response or wave of the world."""

    def address(world: World) -> str:
        thing = getattr(world, which)
        own = {"code": thing.code} if isinstance(thing, Wave) else {"public_id": thing.public_id}
        return reverse(name, kwargs={**own, **more})

    return address


def desk_of(name: str, which: str) -> Address:
    return lambda world: reverse(name, kwargs={"object_id": getattr(world, which).pk})


def just_uploaded(world: World) -> str:
    batch = uploaded(world.people.registrar_a, "Nama usaha;Kelurahan;Catatan\nWarung Satu;Sini;ramai\n")
    return reverse("core:import-detail", args=[batch.public_id])


def wrong_alike(world: World) -> str:
    place = ["Kuliner", world.place.district.name, world.place.ward.name]
    rows = [[f"Kios {number}", "Budi", "", "", *place] for number in range(3)]
    return reverse("core:import-detail", args=[staged(world.people.registrar_a, rows).public_id])


def already_stored(world: World) -> str:
    place = ["I", world.place.district.name, world.place.ward.name]
    rows = [["Kios Baru", "Budi", "", "", *place], ["Kios Lama", "", "", "", *place]]
    batch = committed(staged(world.people.registrar_a, rows), world.people.registrar_a)
    return reverse("core:import-detail", args=[batch.public_id])


def interviews_to_look_at(world: World) -> str:
    """One that differs from the stored one, and one of nobody."""
    rows = [line(world.business, Tanggal_wawancara=""), line(world.business, Nama_usaha="Tidak Ada")]
    batch = listed(world.people.supervisor_a, world.wave, rows)
    return reverse("core:import-detail", args=[batch.public_id])


def version_of(which: str) -> Address:
    today = datetime.now(UTC).strftime("%d/%m/%Y")
    return lambda world: page_of("registry:business-version", which)(world) + f"?on={today}"


def forged_code(world: World) -> str:
    made = url_object("certificates:check")
    assert made is not None
    return reverse("certificates:check-code", kwargs={**made.make(world.place), "signature": "A" * 86})


def unknown_certificate(world: World) -> str:
    return reverse("certificates:check-code", args=["00000000-0000-4000-8000-000000000000", "A" * 86])


def interview_of(which: str) -> Address:
    return lambda world: reverse(
        "surveys:response-create", args=[world.wave.code, getattr(world, which).public_id]
    )


def in_the_field(name: str) -> Address:
    """A page of a census in which enumerator A has work; nobody has been anywhere yet."""

    def address(world: World) -> str:
        now, year = datetime.now(UTC), world.wave.period_start.year
        period = {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
        wave = WaveFactory(title="Sensus tahun ini", design="census", **period)
        people = world.people
        giving = {"enumerator": people.enumerator_a, "quantity": 3, "due_on": timezone.localdate(now)}
        assign(wave=wave, district=people.a.district, **giving, by=people.supervisor_a, at=now)
        return reverse(name, args=[wave.code] if TAKES_ARGUMENTS[name] else [])

    return address


def send(page: Page) -> None:
    """The form of the page as it stands, by its own button."""
    with page.expect_navigation():
        page.locator("main form:not([role=search]) [type=submit], #content form [type=submit]").first.click()


def send_admin_form(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[name=_save]").first.click()


def pressed(button: str) -> Act:
    """This button of the page, with the form as it stands."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=button, exact=True).click()

    return act


def filled(**fields: str) -> Act:
    """Fill these fields and send."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]").fill(value)
        send(page)

    return act


def searched(text: str) -> Act:
    """Type into the one search box and press Enter."""

    def act(page: Page) -> None:
        box = page.locator("main [name=search]")
        box.fill(text)
        box.press("Enter")

    return act


def throttled(act: Act) -> Act:
    """The same where no try is left."""

    def limited(page: Page) -> None:
        with override_settings(LOGIN_ATTEMPTS_PER_ACCOUNT=0, DOOR_STARTS_PER_ADDRESS=0):
            act(page)

    return limited


def without_cookies(act: Act) -> Act:
    def bare(page: Page) -> None:
        page.context.clear_cookies()
        act(page)

    return bare


WRONG = {"username": "siapa", "password": "bukan ini"}
NEW_PASSWORD = {
    "old_password": PASSWORD,
    "new_password1": "teh manis di sore hari",
    "new_password2": "teh manis di sore hari",
}
