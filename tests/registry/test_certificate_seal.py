"""What is signed, and what a changed letter does to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import signing
from registry.certificate_seal import (
    Statement,
    Verdict,
    check,
    code_text,
    codes_in,
    decoded,
    encoded,
    read_statement,
)

TODAY = date(2026, 3, 22)
STATEMENT = Statement(
    id="5f2f6a0e-3f0d-4f43-9f5f-0d6b1c2a7e11",
    number="35.74-2026-000001",
    name="Warung Sumber Rejeki",
    ward="Jati",
    issued="2026-03-21",
    until="2028-03-21",
    key="",
)


def signed(statement: Statement = STATEMENT) -> str:
    key = signing.signing_key()
    statement = replace(statement, key=key.key_id)
    return code_text("https://umkm.example", statement, key.sign(statement.canonical()))


def verdict(text: str | bytes, *, keys=None, today: date = TODAY) -> Verdict:
    [code] = codes_in(text if isinstance(text, bytes) else text.encode())
    known = signing.public_keys() if keys is None else keys
    return check(code, keys=known, is_signed=signing.is_signed, today=today).verdict


def test_a_scanned_code_tells_what_was_signed():
    [code] = codes_in(f"Hasil pindai: {signed()}\n".encode())
    finding = check(code, keys=signing.public_keys(), is_signed=signing.is_signed, today=TODAY)

    assert finding.verdict is Verdict.VALID
    assert finding.statement == replace(STATEMENT, key=signing.signing_key().key_id)


def test_a_certificate_is_valid_on_its_last_day_and_not_after_it():
    assert verdict(signed(), today=date(2028, 3, 21)) is Verdict.VALID
    assert verdict(signed(), today=date(2028, 3, 22)) is Verdict.EXPIRED


def test_without_its_key_nothing_is_said_of_its_truth():
    assert verdict(signed(), keys={}) is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "35.74-2026-000002"),
        ("name", "Warung Sumber Rejekl"),
        ("ward", "Mayangan"),
        ("issued", "2026-03-20"),
        ("until", "2038-03-21"),
    ],
)
def test_every_signed_word_counts(field, value):
    code = signed()
    statement = read_statement(decoded(code.partition("#")[2]))
    forged = replace(statement, **{field: value})

    assert verdict(code.partition("#")[0] + "#" + encoded(forged.canonical())) is Verdict.ALTERED


def test_the_address_of_another_certificate_does_not_fit():
    other = "00000000-0000-4000-8000-000000000000"

    assert verdict(signed().replace(STATEMENT.id, other, 1)) is Verdict.ALTERED


@given(position=st.integers(min_value=0, max_value=10**6), char=st.sampled_from("ABCxyz019-_"))
def test_no_character_of_a_code_can_be_exchanged(position, char):
    code = signed()
    start = code.index("/sertifikat/") + len("/sertifikat/") + 37  # behind the id
    place = start + position % (len(code) - start)
    if code[place] in ("/", "#", char):
        return
    changed = code[:place] + char + code[place + 1 :]

    assert verdict(changed) in {Verdict.ALTERED, Verdict.UNKNOWN_KEY}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b'{"v":1}',
        b'{"v":2}',
        b"\xff\xfe",
        b"[" * 5_000,
        json.dumps({"v": 1, **vars(STATEMENT)}).encode(),  # the same words with blanks
        replace(STATEMENT, until="2025-01-01").canonical(),
        replace(STATEMENT, issued="kemarin").canonical(),
        replace(STATEMENT, id="bukan-uuid").canonical(),
    ],
)
def test_only_the_canonical_form_is_a_statement(content):
    with pytest.raises(ValueError, match=r".*"):
        read_statement(content)


def test_letters_written_in_two_ways_sign_alike():
    composed, decomposed = "Kedai Çelik", "Kedai Çelik"

    assert replace(STATEMENT, name=composed).canonical() == replace(STATEMENT, name=decomposed).canonical()


def test_base64_has_one_way_to_write_the_same_bytes():
    assert decoded(encoded(b"abcd")) == b"abcd"
    for text in ("YWJjZA==", "YWJjZB", "YW Jj", "YWJjZ+", "é"):
        with pytest.raises(ValueError, match=r".*"):
            decoded(text)


def test_a_file_without_a_code_has_none():
    assert codes_in(b"%PDF-1.7\nstream\nbukan flate\nendstream") == set()
    assert codes_in(b"") == set()
