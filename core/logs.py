"""Log lines and error reports without personal data, each with the id of its request."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\+?[0-9]{4})[0-9]{4,12}([0-9]{2})(?![0-9A-Za-z])")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    return _request_id.get()


def set_request_id(value: str) -> None:
    _request_id.set(value)


def mask_long_numbers(text: str) -> str:
    """`3574…03` for every run of 10 to 18 digits; line ends become visible, one entry stays one line."""
    masked = LONG_NUMBER.sub(r"\1••••\2", text)
    return masked.replace("\r", "\\r").replace("\n", "\\n")


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
