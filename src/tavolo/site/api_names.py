"""Names in the API's schema: one name means one thing, whichever part brings it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ninja.openapi.schema import OpenAPISchema

REFERS = "#/components/schemas/"


class DistinctSchema(OpenAPISchema):
    """Ninja's schema, in which two parts' classes of the same name stay two.

    Ninja keeps one component for each name and lets the last one win, so that an operation would declare
    another part's answer. Here a name that means two things carries its part's name before its own.
    """

    def __init__(self, api: Any, path_prefix: str) -> None:
        self.uses: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        super().__init__(api, path_prefix)
        self["components"]["schemas"] = self._distinct()

    def operation_details(self, operation: Any) -> dict[str, Any]:
        """Return an operation, and remember which definitions it refers to."""
        self.schemas = {}
        details: dict[str, Any] = super().operation_details(operation)
        self.uses.append((part_of(operation.view_func.__module__), self.schemas, details))
        return details

    def _distinct(self) -> dict[str, Any]:
        named: dict[str, Any] = {}
        shared = self._colliding()
        for part, definitions, details in self.uses:
            names = {name: f"{part}{name}" if name in shared else name for name in definitions}
            _rename(details, names)
            for name, definition in definitions.items():
                _rename(definition, names)
                named[names[name]] = definition
        return dict(sorted(named.items()))

    def _colliding(self) -> set[str]:
        """Return names that mean different things in different parts, themselves or by what they hold."""
        meanings: dict[str, set[str]] = {}
        parts: dict[str, set[str]] = {}
        for part, definitions, _details in self.uses:
            for name, definition in definitions.items():
                meanings.setdefault(name, set()).add(json.dumps(definition, sort_keys=True, default=str))
                parts.setdefault(name, set()).add(part)
        found = {name for name, texts in meanings.items() if len(texts) > 1 and len(parts[name]) > 1}
        while True:
            more = {
                name
                for name, texts in meanings.items()
                if name not in found
                and len(parts[name]) > 1
                and any(f'{REFERS}{other}"' in text for text in texts for other in found)
            }
            if not more:
                return found
            found |= more


def part_of(module: str) -> str:
    """Return the part a module belongs to, as a name begins: tavolo.dialogue.course.api -> Course."""
    _root, room, *rest = module.split(".")
    part = rest[0] if len(rest) > 1 else room
    return "".join(word.capitalize() for word in part.split("_"))


def _rename(value: Any, names: dict[str, str]) -> None:
    """Change references to definitions in `value`, in place."""
    for inner in _dicts(value):
        target = str(inner.get("$ref", "")).removeprefix(REFERS)
        if target in names:
            inner["$ref"] = REFERS + names[target]


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner)
