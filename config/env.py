"""The environment, read with types; a missing or wrong value stops the start with its name.

Every setting NAME may instead be given as NAME_FILE, a path whose content is the value
(container secrets). A `.env` file beside `manage.py` fills in what the environment does not set.
"""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def load_env_file(path: Path) -> None:
    """Set what `path` names and the environment does not; `NAME=value` lines, `#` comments."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not name.lstrip().startswith("#"):
            name = name.strip()
            if name not in os.environ and f"{name}_FILE" not in os.environ:
                os.environ[name] = value.strip()


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file NAME_FILE; without either, the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read ({error.strerror})") from error
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is missing: set {name} or {name}_FILE")
    return default


def boolean(name: str, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}: {value!r} is neither true nor false")


def integer(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {value!r} is not a whole number") from error


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def decimals(name: str, default: str) -> list[Decimal]:
    """Numbers with a decimal point, separated by commas."""
    try:
        return [Decimal(word) for word in words(name, default)]
    except InvalidOperation as error:
        raise ImproperlyConfigured(f"{name}: a number in it cannot be read") from error
