"""What a telephone scans to become ours: Collect's settings as a QR code. Pure."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import segno


def settings_of(server_url: str, project: str) -> dict[str, Any]:
    """Forms and lists follow the server without being asked for, and what is finished leaves by itself.

    What is not named here Collect sets back to its default; both `general` and `admin` must be there.
    """
    return {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_fifteen_minutes",
            "autosend": "wifi_and_cellular",
            "app_language": "in",  # Indonesian, by its old code
        },
        "admin": {"change_server": False},
        "project": {"name": project, "icon": "U", "color": "#0b4f6c"},
    }


def code_of(settings: dict[str, Any]) -> str:
    """JSON, packed by zlib, as base64: what the QR code says."""
    text = json.dumps(settings, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(text, 9)).decode()


def qr_address(code: str) -> str:
    """The QR code as a picture in an address of its own, so that it is stored nowhere."""
    address: str = segno.make(code, error="m", micro=False).svg_data_uri(scale=4, border=4, light="white")
    return address
