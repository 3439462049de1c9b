"""The search finds what a plain `icontains` over the same columns finds, and follows every way of writing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Collate, Upper
from django.utils import timezone

from registry import search_triggers
from registry.models import Business, Owner, Registration, RegistrationState, SearchEntry
from registry.search import containing
from tests.factories import BusinessFactory, OwnerFactory, registered_business
from tests.factories.core import WardFactory

pytestmark = pytest.mark.django_db

SQLITE = connection.vendor == "sqlite"
COLUMNS = ("name", "owner__name", "products", "nib", "registration__number")
PIECES = (
    *(
        "Warung",
        "warung",
        "RIZKY",
        "Dasa",
        "CV",
        "cv.",
        "UD",
        "Kopi-Kita",
        "kopi",
        "a",
        "b",
        "Bu",
        "50%",
        "50_",
    ),
    *("%", "_", "\\", '"', "'", "O'Brien", '"Sari"', "Café", "CAFÉ", "é", "É", "É", "ñandú", "🍜", "🍜🍜🍜"),
    *(
        "-",
        "--",
        "*",
        "AND",
        "NOT",
        "(a)",
        "^x",
        "a:b",
        "\\n",
        "1234567890123",
        "UMKM/2026/0001",
        "ß",
        "İstanbul",
    ),
)


def plain(words: Iterable[str]) -> set[int]:
    """What the search must find: what `icontains` finds; of a word with other letters than A to Z each spelling."""
    rows = Business.objects.annotate(
        **{f"c_{name}": Upper(Collate(name, "C")) for name in COLUMNS if not SQLITE}
    )
    for word in words:
        hit = Q()
        for name in COLUMNS:
            if SQLITE or word.isascii():
                hit |= reduce(or_, (Q(**{f"{name}__icontains": spelling}) for spelling in spellings(word)))
            else:  # PostgreSQL itself would make a capital of its É as well
                hit |= reduce(or_, (Q(**{f"c_{name}__contains": spelling}) for spelling in spellings(word)))
        rows = rows.filter(hit)
    return set(rows.values_list("pk", flat=True))


def spellings(word: str) -> set[str]:
    if word.isascii():
        return {word}
    ways = (way for way in (word, word.lower(), word.upper()) if len(way) == len(word))
    return {re.sub("[a-z]+", lambda letters: letters[0].upper(), way) for way in ways}


def found(text: str, *, by_index: bool = True) -> set[int]:
    return set(containing(Business.objects.all(), text, by_index=by_index).values_list("pk", flat=True))


def phrase(dice: random.Random, most: int) -> str:
    words = (dice.choice(PIECES) for _ in range(dice.randint(1, most)))
    return " ".join(words)[:150]


def part(dice: random.Random, text: str) -> str:
    """Some letters of a word, so that they are likely to be found."""
    word = dice.choice(text.split())
    start = dice.randrange(len(word))
    cut = word[start : start + dice.randint(1, 5)]
    return dice.choice([cut, cut.upper(), cut.lower(), cut.swapcase()])


def test_it_finds_exactly_what_icontains_finds() -> None:
    dice = random.Random(5)
    ward, texts = WardFactory(), []
    for number in range(150):
        name, owner_name, products = phrase(dice, 4), phrase(dice, 3), phrase(dice, 6)
        texts += [name, owner_name, products]
        make: Any = registered_business if number % 3 == 0 else BusinessFactory
        owner = OwnerFactory(name=owner_name, ward=ward)
        make(name=name, owner=owner, products=products, nib=f"{number + 10**12}", ward=ward)
    hits = 0
    for _ in range(400):
        words = [part(dice, dice.choice(texts)) for _ in range(dice.randint(1, 3))]
        wanted = plain(words)
        hits += len(wanted)
        assert found(" ".join(words)) == wanted, words
        assert found(" ".join(words), by_index=False) == wanted, words
    assert hits > 1_000


@pytest.mark.parametrize(
    "text", ["CV Rizky Dasa", "rizky cv", "cv", "v", "%", "_", "\\", "'", '"', "-", "cafÉ", "É", "🍜"]
)
def test_short_words_and_odd_letters_are_found(text: str) -> None:
    there = BusinessFactory(name='CV Rizky-Dasa\'s "50%_\\" Café 🍜', owner=None)
    BusinessFactory(name="Toko Lain", owner=None, products="")

    assert found(text) == found(text, by_index=False) == {there.pk}


def test_every_word_may_stand_in_another_column() -> None:
    there = registered_business(
        name="Warung Sari", owner=OwnerFactory(name="Siti"), products="Rujak petis", nib="9120304050607"
    )
    number = there.registration.number

    assert found(f"sari siti petis 304050 {number.lower()}") == {there.pk}
    assert found("sari siti bakso") == set()
    assert found("sarisiti") == set()  # no word goes from one column into the next


class TestKeepingUp:
    """Nothing of the register's own code writes the entries: the triggers see each way of writing."""

    def test_bulk_writes(self) -> None:
        sector = BusinessFactory(name="Awal").sector
        ward = Business.objects.get(name="Awal").ward
        assert ward is not None
        now = timezone.now()
        rows = Business.objects.bulk_create(
            [
                Business(
                    name=f"Kios {number}",
                    sector=sector,
                    ward=ward,
                    district_id=ward.parent_id,
                    created_at=now,
                    updated_at=now,
                )
                for number in range(30)
            ]
        )
        assert found("kios") == {row.pk for row in rows}

        for row in rows[:10]:
            row.name = f"Depot {row.pk}"
        Business.objects.bulk_update(rows[:10], ["name"])
        assert found("depot") == {row.pk for row in rows[:10]}
        assert found("kios") == {row.pk for row in rows[10:]}

        Business.objects.filter(pk__in=[row.pk for row in rows[10:20]]).update(products="Onde-onde")
        assert found("onde") == {row.pk for row in rows[10:20]}

        Business.objects.filter(name__startswith="Kios").delete()
        assert found("kios") == found("onde") == set()
        assert_exact()

    def test_an_owner_who_is_renamed_or_replaced(self) -> None:
        owner, other = OwnerFactory(name="Siti"), OwnerFactory(name="Budi")
        first, second = BusinessFactory(owner=owner), BusinessFactory(owner=owner)
        third = BusinessFactory(owner=None)

        Owner.objects.filter(pk=owner.pk).update(name="Aminah")
        assert found("siti") == set()
        assert found("aminah") == {first.pk, second.pk}

        Business.objects.filter(pk__in=[second.pk, third.pk]).update(owner=other)
        assert found("budi") == {second.pk, third.pk}
        Business.objects.filter(pk=second.pk).update(owner=None)
        assert found("budi") == {third.pk}
        assert_exact()

    def test_a_number_that_is_given_moved_and_taken_back(self) -> None:
        business = registered_business()
        number = business.registration.number
        assert found(number) == {business.pk}

        other = BusinessFactory()
        other.registration.delete()
        Registration.objects.filter(business=business).update(business=other)
        assert found(number) == {other.pk}

        Registration.objects.filter(business=other).update(
            state=RegistrationState.SUBMITTED, number="", registered_at=None, registered_by=None
        )
        assert found(number) == set()

    def test_a_registration_that_is_deleted(self) -> None:
        business = registered_business()
        number = business.registration.number
        Registration.objects.all().delete()
        assert found(number) == set()
        assert_exact()

    def test_a_save_that_changes_nothing_writes_nothing(self) -> None:
        business = BusinessFactory()
        before = SearchEntry.objects.get(pk=business.pk).text
        business.save()
        assert SearchEntry.objects.get(pk=business.pk).text == before

    def test_reading_anew_gives_the_same(self) -> None:
        for _ in range(3):
            registered_business(owner=OwnerFactory())
        before = list(SearchEntry.objects.order_by("pk").values())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM registry_searchentry")
        assert list(SearchEntry.objects.all()) == []

        search_triggers.rebuild(connection)

        assert list(SearchEntry.objects.order_by("pk").values()) == before
        assert_exact()


def assert_exact() -> None:
    """The entries are those of the register, and on SQLite the trigrams those of the entries."""
    kept = set(SearchEntry.objects.values_list("pk", "own", "owner_name", "number"))
    search_triggers.rebuild(connection)
    assert set(SearchEntry.objects.values_list("pk", "own", "owner_name", "number")) == kept
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registry_search_trigrams (registry_search_trigrams) VALUES ('integrity-check')"
            )


@pytest.mark.django_db(transaction=True)
def test_whatever_was_written_while_the_triggers_were_away_is_read_by_the_next_migration() -> None:
    search_triggers.remove(connection)
    unseen = BusinessFactory(name="Tak terlihat")
    assert found("terlihat") == set()

    call_command("migrate", verbosity=0)

    assert found("terlihat") == {unseen.pk}
    assert search_triggers.are_complete(connection)


@pytest.mark.django_db(transaction=True)
def test_tables_with_triggers_can_still_be_altered() -> None:
    there = registered_business(name="Tetap ada")
    try:
        call_command("migrate", "registry", "0001", verbosity=0)
        assert not search_triggers.are_complete(connection)
    finally:
        call_command("migrate", verbosity=0)

    assert found("tetap") == {there.pk}


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_the_table_leaves_the_search_as_it_was() -> None:
    there = registered_business(name="Tetap ada")
    try:
        call_command("migrate", "registry", "0014", verbosity=0)
        between = BusinessFactory(name="Di antaranya")
        assert found("antaranya") == {between.pk}
    finally:
        call_command("migrate", verbosity=0)

    assert found("tetap") == {there.pk}
    Business.objects.update(name="Nama lain")
    assert found("lain") == {there.pk, between.pk}
    assert_exact()


@pytest.mark.django_db(transaction=True)
def test_plans_made_in_an_empty_register_look_up_by_key_when_it_is_full() -> None:
    """Else the change of one owner in a session that has seen the register empty takes a minute after an import."""
    if SQLITE:  # which keeps no plan of a trigger
        return

    def change_one(business: Business) -> None:
        Owner.objects.filter(pk=business.owner_id).update(name="Nama baru", address="Jalan Contoh 1")
        Business.objects.filter(pk=business.pk).update(name="Usaha baru")
        Business.objects.filter(pk=business.pk).update(owner=OwnerFactory(ward=business.ward))
        Registration.objects.filter(business=business).update(number=f"X-{business.pk}")

    with connection.cursor() as cursor:  # from here on the database knows them as empty
        cursor.execute("VACUUM registry_searchentry, registry_business, registry_owner")
    ward = WardFactory()
    change_one(registered_business(ward=ward, owner=OwnerFactory(ward=ward)))
    businesses = [registered_business(ward=ward, owner=OwnerFactory(ward=ward)) for _ in range(60)]
    with transaction.atomic():
        before = _entries_read()
        change_one(businesses[-1])
        read = _entries_read() - before

    assert read < 20


def _entries_read() -> int:
    """Rows of the search's own table that this session has read, as far as it has not told the statistics."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s",
            [search_triggers.ENTRIES],
        )
        return int(cursor.fetchone()[0])
