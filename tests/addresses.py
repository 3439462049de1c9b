"""Every address of the site, as the resolver knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Address:
    name: str  # "registry:business-detail"; "" where the resolver has none
    callback: Callable[..., Any]
    arguments: tuple[str, ...]

    def url(self, arguments: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=arguments)

    def __str__(self) -> str:
        return self.name or repr(self.callback)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[Any], namespace: str, arguments: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        own = (*arguments, *_arguments(pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, own)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name}" if pattern.name else "", pattern.callback, own)


def _arguments(pattern: Any) -> tuple[str, ...]:
    converters = getattr(pattern.pattern, "converters", {})
    groups = pattern.pattern.regex.groupindex
    return tuple(converters or groups)
