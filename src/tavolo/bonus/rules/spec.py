"""A small language for the shape of a plan file: it validates, explains, and writes the JSON Schema.

One description gives both the errors a delegate understands and the published schema, so they cannot differ.
Every problem is collected, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

_ID = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class Field:
    """One key: its kind, whether it is required, what it means, and its default."""

    kind: Any
    meaning: str
    required: bool = False
    default: Any = None


@dataclass(frozen=True)
class Record:
    """A mapping with known keys."""

    name: str
    fields: Mapping[str, Field]


@dataclass(frozen=True)
class ListOf:
    """A list whose items are of one kind."""

    item: Any
    least: int = 0


@dataclass(frozen=True)
class MapOf:
    """A mapping from free names to values of one kind."""

    value: Any


@dataclass(frozen=True)
class OneOf:
    """A record chosen by its `key` among several (for instance the type of a rule)."""

    key: str
    records: Mapping[str, Record]


@dataclass(frozen=True)
class Choice:
    """One word among several."""

    words: Sequence[str]


#: simple kinds -> (what a person reads, JSON Schema)
SIMPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("a text", {"type": "string"}),
    "id": ("a short name in small letters, digits and _", {"type": "string", "pattern": _ID.pattern}),
    "number": ("a number written with a point, for instance 0.75", {"type": ["string", "number"]}),
    "share": ("a number between 0 and 1, for instance 0.75", {"type": ["string", "number"]}),
    "money": (
        "an amount in euro with a point and at most two decimals, for instance 1500.00",
        {"type": ["string", "number"]},
    ),
    "whole": ("a whole number", {"type": ["string", "integer"]}),
    "date": ("a date as YYYY-MM-DD, for instance 2026-06-30", {"type": "string", "format": "date"}),
    "flag": ("true or false", {"type": "boolean"}),
    "pair": (
        "two numbers in brackets, for instance [90, 0.5]",
        {"type": "array", "minItems": 2, "maxItems": 2},
    ),
}


class Checker:
    """Reads a parsed document against a kind, turning values into Fractions, dates and cents-exact
    Decimals."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def read(self, kind: Any, raw: Any, where: str) -> Any:
        """The typed value, or None with a problem noted."""
        if isinstance(kind, str):
            return self._simple(kind, raw, where)
        if isinstance(kind, Choice):
            if raw not in kind.words:
                return self._no(where, f"'{_short(raw)}' is not one of {', '.join(kind.words)}")
            return raw
        if isinstance(kind, ListOf):
            return self._list(kind, raw, where)
        if isinstance(kind, MapOf):
            if not isinstance(raw, Mapping) or not raw:
                return self._no(where, "expected names with their values")
            return {str(name): self.read(kind.value, value, f"{where}.{name}") for name, value in raw.items()}
        if isinstance(kind, OneOf):
            return self._one_of(kind, raw, where)
        return self._record(kind, raw, where)

    def _no(self, where: str, sentence: str) -> None:
        self.problems.append(f"{where}: {sentence}")

    def _list(self, kind: ListOf, raw: Any, where: str) -> Any:
        if not isinstance(raw, list):
            return self._no(where, "expected a list (lines that begin with a dash)")
        if len(raw) < kind.least:
            return self._no(where, f"at least {kind.least} entries are needed, there are {len(raw)}")
        return [self.read(kind.item, item, f"{where}[{position}]") for position, item in enumerate(raw, 1)]

    def _one_of(self, kind: OneOf, raw: Any, where: str) -> Any:
        if not isinstance(raw, Mapping):
            return self._no(where, f"expected keys with their values, among them '{kind.key}'")
        word = str(raw.get(kind.key))
        if word not in kind.records:
            return self._no(
                where, f"'{kind.key}' must be one of {', '.join(kind.records)}, not '{_short(word)}'"
            )
        rest = {name: value for name, value in raw.items() if name != kind.key}
        found = self._record(kind.records[word], rest, f"{where} ({word})")
        return None if found is None else {kind.key: word, **found}

    def _record(self, kind: Record, raw: Any, where: str) -> Any:
        if not isinstance(raw, Mapping):
            return self._no(where, "expected keys with their values")
        for name in raw:
            if name not in kind.fields:
                near = _nearest(str(name), kind.fields)
                hint = f"; did you mean '{near}'?" if near else f"; known keys are {', '.join(kind.fields)}"
                self._no(where, f"unknown key '{name}'{hint}")
        found = {}
        for name, item in kind.fields.items():
            if raw.get(name) is None:
                if item.required:
                    self._no(where, f"the key '{name}' is missing ({item.meaning})")
                found[name] = item.default
            else:
                found[name] = self.read(item.kind, raw[name], f"{where}.{name}")
        return found

    def _simple(self, kind: str, raw: Any, where: str) -> Any:
        value = _convert(kind, raw)
        return self._no(where, f"'{_short(raw)}' is not {SIMPLE[kind][0]}") if value is None else value


def _convert(kind: str, raw: Any) -> Any:
    if kind == "flag":
        return raw if isinstance(raw, bool) else None
    if kind == "pair":
        pair = [_number(item) for item in raw] if isinstance(raw, list) and len(raw) == 2 else [None]
        return None if None in pair else tuple(Fraction(item) for item in pair if item is not None)
    if isinstance(raw, bool | list | Mapping):
        return None
    text = str(raw).strip()
    if kind == "text":
        return text or None
    if kind == "id":
        return text if _ID.match(text) else None
    if kind == "date":
        return _date(text)
    number = _number(text)
    if number is None:
        return None
    if kind == "whole":
        return int(number) if number == number.to_integral_value() else None
    if kind == "share":
        return Fraction(number) if 0 <= number <= 1 else None
    if kind == "money":
        return number if number == number.quantize(Decimal("0.01")) and number >= 0 else None
    return Fraction(number)


def _number(raw: Any) -> Decimal | None:
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() >= 15 or len(value.as_tuple().digits) >= 25:
        return None
    return value if int(value.as_tuple().exponent) > -25 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _short(raw: Any) -> str:
    text = str(raw)
    return text if len(text) <= 40 else text[:37] + "..."


def _nearest(name: str, known: Mapping[str, Field]) -> str | None:
    found = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return found[0] if found else None


def json_schema(kind: Any) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind."""
    if isinstance(kind, str):
        return {**SIMPLE[kind][1], "description": SIMPLE[kind][0]}
    if isinstance(kind, Choice):
        return {"enum": list(kind.words)}
    if isinstance(kind, ListOf):
        return {"type": "array", "items": json_schema(kind.item), "minItems": kind.least}
    if isinstance(kind, MapOf):
        return {"type": "object", "additionalProperties": json_schema(kind.value)}
    if isinstance(kind, OneOf):
        return {"oneOf": [_record_schema(record, {kind.key: word}) for word, record in kind.records.items()]}
    return _record_schema(kind, {})


def _record_schema(record: Record, constants: Mapping[str, str]) -> dict[str, Any]:
    properties: dict[str, Any] = {name: {"const": word} for name, word in constants.items()}
    for name, item in record.fields.items():
        schema = json_schema(item.kind)
        properties[name] = {**schema, "description": item.meaning}
    required = [*constants, *(name for name, item in record.fields.items() if item.required)]
    return {
        "type": "object", "title": record.name, "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip
