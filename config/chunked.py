"""Bodies that come in chunks, without saying how long they are, as ODK Collect may send them.

Django reads such a body as empty. gunicorn puts the chunks together and says so; here they are read to their end,
but never past the most anybody may send, and the length is filled in before Django looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from django.conf import settings

WHERE = "/odk/"  # what else is sent to us says its length
IN_MEMORY = 1024 * 1024
AT_ONCE = 64 * 1024

Environ = dict[str, Any]


class Application(Protocol):
    def __call__(self, environ: Environ, start_response: Any, /) -> Iterable[bytes]: ...


class MeasuredBody:
    """The application with a length for bodies in chunks; one that is too long gets a length that is refused."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not _is_unmeasured(environ):
            return self.application(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            length = 0
            while length <= settings.LARGEST_BODY and (chunk := environ["wsgi.input"].read(AT_ONCE)):
                body.write(chunk)
                length += len(chunk)
            body.seek(0)
            measured = environ | {"wsgi.input": body, "CONTENT_LENGTH": str(length)}
            return self.application(measured, start_response)


def _is_unmeasured(environ: Environ) -> bool:
    return (
        environ.get("PATH_INFO", "").startswith(WHERE)
        and not environ.get("CONTENT_LENGTH")
        and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        and bool(environ.get("wsgi.input_terminated"))
    )
