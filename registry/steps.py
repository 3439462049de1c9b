"""The way of a registration and of a business, step by step. Pure: imports no Django.

One table each: the actions take no other step, the pages offer no other button, and the manual draws
its picture from them. States are the values of `RegistrationState` and `BusinessStatus`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.permissions import Permission


@dataclass(frozen=True)
class Step:
    """From any of `sources` to `target`.

    `permission` None: nobody takes it by hand. `four_eyes`: not by who submitted the registration or
    changed the data while it waited. `by_holder`: only by who took it. `in_business`: not while the
    business is closed or has moved away.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    permission: Permission | None
    needs_reason: bool = False
    four_eyes: bool = False
    by_holder: bool = False
    in_business: bool = False


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


_EDIT, _APPROVE = Permission.EDIT_BUSINESSES, Permission.APPROVE_REGISTRATIONS

SUBMIT = Step(
    "ajukan", "Ajukan untuk verifikasi", _from("draft", "returned"), "submitted", _EDIT, in_business=True
)
TAKE = Step("ambil", "Ambil", _from("submitted"), "in_verification", _APPROVE, four_eyes=True)
APPROVE = Step(
    "setujui",
    "Setujui",
    _from("in_verification"),
    "registered",
    _APPROVE,
    four_eyes=True,
    by_holder=True,
    in_business=True,
)
RETURN = Step(
    "kembalikan",
    "Kembalikan",
    _from("in_verification"),
    "returned",
    _APPROVE,
    needs_reason=True,
    by_holder=True,
)
REJECT = Step(
    "tolak", "Tolak", _from("in_verification"), "rejected", _APPROVE, needs_reason=True, by_holder=True
)
# By any verifier: who took it may be ill.
RELEASE = Step("lepas", "Lepas", _from("in_verification"), "submitted", _APPROVE)
SUSPEND = Step("tangguhkan", "Tangguhkan", _from("registered"), "suspended", _APPROVE, needs_reason=True)
RESUME = Step(
    "pulihkan",
    "Pulihkan",
    _from("suspended"),
    "registered",
    _APPROVE,
    needs_reason=True,
    in_business=True,
)
EXPIRE = Step("berakhir", "Masa berlaku habis", _from("registered"), "expired", None)
RENEW = Step(
    "perpanjang",
    "Perpanjang",
    _from("registered", "expired"),
    "registered",
    _APPROVE,
    needs_reason=True,
    in_business=True,
)
REVOKE = Step(
    "cabut",
    "Cabut",
    _from("registered", "suspended", "expired"),
    "revoked",
    _APPROVE,
    needs_reason=True,
)
REGISTRATION_STEPS = (
    SUBMIT,
    TAKE,
    APPROVE,
    RETURN,
    REJECT,
    RELEASE,
    SUSPEND,
    RESUME,
    EXPIRE,
    RENEW,
    REVOKE,
)

# What became of the business itself: one truth beside its registration, which keeps its number.
MOVE = Step(
    "pindah", "Pindah", _from("active", "closed", "found_in_field"), "moved", _EDIT, needs_reason=True
)
CLOSE = Step("tutup", "Tutup", _from("active", "moved", "found_in_field"), "closed", _EDIT, needs_reason=True)
REOPEN = Step("buka", "Aktif kembali", _from("moved", "closed"), "active", _EDIT, needs_reason=True)
STATUS_STEPS = (REOPEN, MOVE, CLOSE)

# Waits for a verifier.
WAITING = _from("submitted", "in_verification")
# Has a number: what is corrected goes through a proposed change.
NUMBERED = _from("registered", "suspended", "expired", "revoked")


def steps_from(state: str, steps: Iterable[Step]) -> list[Step]:
    """The steps that lead out of a state, in the order of the table."""
    return [step for step in steps if state in step.sources]


def valid_until(day: date, years: int) -> date | None:
    """The last valid day of what was registered on `day`; None where `years` is 0: no end."""
    if not years:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def drawn(steps: Iterable[Step], labels: Mapping[str, str], start: str) -> str:
    """The table as a Mermaid diagram; `labels` names the states."""
    steps = list(steps)
    states = dict.fromkeys(
        [start, *(state for step in steps for state in (*sorted(step.sources), step.target))]
    )
    lines = ["stateDiagram-v2", *(f'  state "{labels[state]}" as {state}' for state in states)]
    lines.append(f"  [*] --> {start}")
    for step in steps:
        lines += [f"  {source} --> {step.target} : {step.label}" for source in sorted(step.sources)]
    lines += [f"  {state} --> [*]" for state in states if not steps_from(state, steps)]
    return "\n".join(lines)
