"""Signing in and out: throttled, and every outcome in the audit trail.

Tries are counted before the password is looked at, in counters all workers share. Two counters:

- the account (the user, or for a name nobody has its keyed hash, as it may be a mistyped password):
  after `LOGIN_ATTEMPTS_PER_ACCOUNT` tries within the window nobody gets in, not even with the right
  password; the counter is emptied by a successful login;
- the address the connection comes from (`REMOTE_ADDR`; of `X-Forwarded-For` only what our proxy wrote,
  see `core.middleware`): a whole office may sit behind one, so a successful login gives its try back and
  only failures add up. It never empties the counter, or one known password would buy endless tries at the others.

A try refused for the address does not count against the account: nobody can be locked out from an
address that is itself shut.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction

from core import keys
from core.audit import record
from core.authentication import account_named
from core.models import Throttle, User, Verb

UNKNOWN_ACCOUNT = "Akun tidak dikenal"
logger = logging.getLogger(__name__)


class TooManyTries(Exception):
    """The window holds no more tries for this account or address."""


def sign_in(*, username: str, password: str, address: str, at: datetime) -> User | None:
    """The user, or None when name and password do not fit; raises TooManyTries."""
    user = account_named(username)
    account_key, address_key = _account_key(user, username), f"login:address:{address}"
    _take(address_key, settings.LOGIN_ATTEMPTS_PER_ADDRESS, at)
    _take(account_key, settings.LOGIN_ATTEMPTS_PER_ACCOUNT, at)
    if authenticate(None, username=username, password=password) is None or user is None:
        label = "" if user else UNKNOWN_ACCOUNT
        record(Verb.SIGN_IN_FAILED, by=None, at=at, subject=user, label=label)
        return None
    with transaction.atomic():
        Throttle.objects.forget(account_key)
        Throttle.objects.give_back(address_key)
        record(Verb.SIGNED_IN, by=user, at=at, subject=user)
    return user


def check_again(*, user: User, at: datetime) -> None:
    """Count a try at the password of somebody already in; raises TooManyTries."""
    _take(_account_key(user, ""), settings.LOGIN_ATTEMPTS_PER_ACCOUNT, at)


def note_sign_out(*, user: User, at: datetime) -> None:
    record(Verb.SIGNED_OUT, by=user, at=at, subject=user)


def note_session_end(*, user: User, at: datetime, idle: bool) -> None:
    """The session ran out by itself: the event is filed as a sign-out with the reason."""
    reason = "Sesi berakhir: terlalu lama tanpa kegiatan" if idle else "Sesi berakhir: batas waktu masuk"
    record(Verb.SIGNED_OUT, by=user, at=at, subject=user, reason=reason)


def _account_key(user: User | None, username: str) -> str:
    if user is not None:
        return f"login:user:{user.pk}"
    return f"login:name:{keys.blind_index(username.strip().lower(), context='login')}"


def _take(key: str, limit: int, at: datetime) -> None:
    window = timedelta(seconds=settings.LOGIN_WINDOW_SECONDS)
    if not Throttle.objects.take(key, limit=limit, window=window, at=at):
        logger.warning("login throttled: %s", key.rpartition(":")[0])
        raise TooManyTries
