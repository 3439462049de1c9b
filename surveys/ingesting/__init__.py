"""What telephones send, read into one shape whatever door it came through."""

from surveys.ingesting.payload import Found, Payload, Photo, Unreadable

__all__ = ["Found", "Payload", "Photo", "Unreadable"]
