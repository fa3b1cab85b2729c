"""Every route of the URL configuration, with the names of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Found:
    """One route: its full name, its pattern text, and its arguments."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def walk(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), before: str = ""
) -> Iterator[Found]:
    """Yield every route below a resolver; an unnamed one has an empty last part."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from walk(entry, inner, text)
        elif isinstance(entry, URLPattern):
            arguments = tuple(entry.pattern.regex.groupindex) or tuple(entry.pattern.converters)
            yield Found(":".join((*spaces, entry.name or "")), text, arguments)
