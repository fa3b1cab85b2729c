"""A small calculation sheet: inputs of a case, and results computed from them when asked for.

A result may need others; each is computed once. A name is looked up among the inputs first when a formula
asks for it (`value`), and among the formulas when the case expects it (`result`). Money comes back as
Decimal (and is rounded by the case's policy when shown), plain numbers as Fraction (exact, never rounded).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tavolo.bonus.rules.money import from_fraction
from tavolo.bonus.rules.parameters import GoverningDates, LawReader, LawTree


class CaseError(Exception):
    """Why a case or one of its results cannot be computed, as a sentence."""


@dataclass
class Sheet:
    """One case being computed. `siblings`: the other variants of the case in the same file."""

    case: Mapping[str, Any]
    law: LawTree
    formulas: Mapping[str, Callable[[Sheet], Any]]
    siblings: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _done: dict[str, Any] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The case's inputs as written."""
        inputs: Mapping[str, Any] = self.case.get("inputs") or {}
        return inputs

    @property
    def policy(self) -> str:
        """The rounding policy of the case; none where the case computes no money."""
        return str(self.case.get("rounding") or "none")

    def has(self, name: str) -> bool:
        """True when the case gives this input."""
        return self.inputs.get(name) is not None

    def result(self, name: str) -> Any:
        """The computed value of a result name."""
        if name in self._done:
            return self._done[name]
        if name not in self.formulas:
            if name in self.inputs:
                return self.money(name)
            raise CaseError(f"unknown result '{name}' for kind {self.case['kind']}")
        if name in self._open:
            raise CaseError(f"'{name}' depends on itself: an input is missing")
        self._open.add(name)
        try:
            self._done[name] = self.formulas[name](self)
        finally:
            self._open.discard(name)
        return self._done[name]

    def text(self, name: str) -> str:
        """An input that is a word."""
        if not self.has(name):
            raise CaseError(f"the input '{name}' is missing")
        return str(self.inputs[name])

    def flag(self, name: str) -> bool:
        """An input that is true or false."""
        raw = self.inputs.get(name)
        if not isinstance(raw, bool):
            raise CaseError(f"the input '{name}' must be true or false")
        return raw

    def number(self, name: str) -> Fraction:
        """A number from the inputs, or computed."""
        if self.has(name):
            return Fraction(decimal(self.inputs[name], name))
        if name not in self.formulas:
            raise CaseError(f"the input '{name}' is missing")
        return Fraction(self.result(name))

    def money(self, name: str) -> Decimal:
        """The same as a Decimal amount."""
        return decimal(self.inputs[name], name) if self.has(name) else from_fraction(self.number(name))

    def first(self, *names: str) -> str:
        """The first of several input names that the case gives; CaseError naming them when none is."""
        for name in names:
            if self.has(name):
                return name
        raise CaseError(
            f"the input '{names[0]}' is missing" + (f" (or {', '.join(names[1:])})" if names[1:] else "")
        )

    def reader(self) -> LawReader:
        """The law of the case's year: a single year, or the first of a span such as 2023-2025."""
        text = str(self.inputs.get("month") or self.case.get("year") or "")
        digits = text[:4]
        if not digits.isdigit():
            raise CaseError(
                "the case gives no year and the value has to come from the law: add the input or the year"
            )
        day = date(int(digits), 6, 30)
        return LawReader(self.law, GoverningDates(day, day, day))

    def legal(self, name: str, key: str) -> Any:
        """An input, or the law's value for the case's year, with a note saying so."""
        if self.has(name):
            return decimal(self.inputs[name], name)
        reader = self.reader()
        value = reader.get(key)
        self.notes.append(f"{key} from the law{' (from memory)' if reader.from_memory() else ''}")
        return value


def decimal(raw: Any, name: str) -> Decimal:
    """A quoted decimal; CaseError naming the input otherwise."""
    if isinstance(raw, bool | list | dict) or raw is None:
        raise CaseError(f"'{name}' must be a number")
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        raise CaseError(f"'{name}' must be a number, not '{raw}'") from None
    if not value.is_finite():
        raise CaseError(f"'{name}' must be a finite number")
    return value


def decimals(raw: Any, name: str) -> list[Decimal]:
    """A list of quoted decimals."""
    if not isinstance(raw, list):
        raise CaseError(f"'{name}' must be a list of numbers")
    return [decimal(item, name) for item in raw]


def rows(raw: Any, name: str, allowed: set[str], required: set[str]) -> list[dict[str, Any]]:
    """A list of mappings with known keys only."""
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise CaseError(f"'{name}' must be a list of entries")
    for item in raw:
        unknown = sorted(set(item) - allowed)
        missing = sorted(required - set(item))
        if unknown:
            raise CaseError(f"'{name}': unknown key '{unknown[0]}'")
        if missing:
            raise CaseError(f"'{name}': the key '{missing[0]}' is missing")
    return raw
