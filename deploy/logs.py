"""gunicorn's own log lines under the rules of ours: no personal numbers, and no token out of an address."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from core.logs import MaskingFormatter, MaskLongNumbers


class MaskingLogger(Logger):  # type: ignore[misc]  # gunicorn brings no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.addFilter(MaskLongNumbers())
                if (plain := handler.formatter) is not None:
                    handler.setFormatter(MaskingFormatter(plain._fmt, plain.datefmt))
