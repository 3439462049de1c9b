"""Log lines and error reports without personal data, each with the id of its request."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

# A run of 10 figures or more that stands alone, one of 14 or more wherever it stands (a public id has
# at most 12 in a row), and 16 figures written in groups.
LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9a-f]{4}-)\+?[0-9]{10,}(?![0-9A-Za-z])|[0-9]{14,}|(?<![0-9])[0-9](?:[ .-]?[0-9]){15}(?![0-9])"
)
# The address of a telephone that can send no header: its token stands in the path.
SECRET_PATH = re.compile(r"(/odk/)[^/\s?\"']+")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    return _request_id.get()


def set_request_id(value: str) -> None:
    _request_id.set(value)


def mask_long_numbers(text: str) -> str:
    """`3574••••03` for every long number, no token of a telephone; line ends become visible, one entry stays one line."""
    return SECRET_PATH.sub(r"\1••••", masked_numbers(text)).replace("\r", "\\r").replace("\n", "\\n")


def masked_numbers(text: str) -> str:
    """The same with the lines as they are."""
    return LONG_NUMBER.sub(lambda match: f"{_start(match[0])}••••{match[0][-2:]}", text)


def _start(number: str) -> str:
    return number[: 5 if number.startswith("+") else 4]


class MaskingFormatter(logging.Formatter):
    """A traceback quotes values (a database names the key that was there twice); it is masked as well,
    and its lines are set apart, so that none of them passes for an entry.
    """

    def formatException(self, ei: Any) -> str:
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"  | {mask_long_numbers(line)}" for line in lines)


class MaskLongNumbers(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_long_numbers(record.getMessage())
        record.args = None
        return True


class MaskingReporterFilter(SafeExceptionReporterFilter):
    """Error reports carry no request body and no local variables."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return []
