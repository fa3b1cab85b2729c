"""A small calculation sheet: inputs of a case, and results computed from them when asked for.

A result may need others; each is computed once. A name is looked up among the inputs first when a formula
asks for it (`value`), and among the formulas when the case expects it (`result`). Money comes back as
Decimal (and is rounded by the case's policy when shown), plain numbers as Fraction (exact, never rounded).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tavolo.bonus.rules.money import from_fraction
from tavolo.bonus.rules.parameters import GoverningDates, LawReader, LawTree
from tavolo.bonus.rules.terms import payment_reader

#: digits before or after the point beyond which a number is a slip of the pen, and exact arithmetic too slow
MOST_DIGITS = 18


class CaseError(Exception):
    """Why a case or one of its results cannot be computed, as a sentence."""


#: inputs that describe the case and compute nothing
_BACKGROUND = frozenset({
    "employer_headcount", "target_reached", "trigger", "families", "parameters", "month", "thresholds_points",
    "amounts_by_level", "B", "C", "S", "VA",
})  # fmt: skip


class _Watched(Mapping[str, Any]):
    """Inputs that remember which of them were asked for."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self._raw[name]

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


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
    _watched: _Watched | None = None

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The case's inputs as written; what is read of them is remembered."""
        if self._watched is None:
            self._watched = _Watched(self.case.get("inputs") or {})
        return self._watched

    def unread(self) -> list[str]:
        """The inputs that no result asked for: worth saying, since one may be misplaced."""
        return [name for name in self.inputs if name not in _BACKGROUND | self._watched.read]  # type: ignore[union-attr]

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

    def dated(self) -> bool:
        """True when the case says which year's law holds."""
        return bool(self.inputs.get("month") or self.inputs.get("paid_on") or self.case.get("year"))

    def day(self, name: str) -> date | None:
        """An input that is a day, or None when it is not given."""
        if not self.has(name):
            return None
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise CaseError(f"'{name}' must be a date as YYYY-MM-DD") from None

    def reader(self) -> LawReader:
        """The law of the case: of its day of payment, or of its year (the first of a span such as 2023-2025).

        A day of signing, where the case gives one, governs what depends on signing.
        """
        paid, signed = self.day("paid_on"), self.day("signed_on")
        if paid is not None:
            return payment_reader(self.law, GoverningDates(signed or paid, paid, paid))
        text = str(self.inputs.get("month") or self.case.get("year") or "")
        digits = text[:4]
        if not digits:
            raise CaseError(
                "the case gives no year and the value has to come from the law: add the input or the year"
            )
        if not (digits.isascii() and digits.isdigit() and len(digits) == 4 and 1 <= int(digits) <= MAXYEAR):
            raise CaseError(f"'{text}' is not a year such as 2026, nor a span such as 2023-2025")
        day = date(int(digits), 6, 30)
        return LawReader(self.law, GoverningDates(signed or day, day, day))

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
    exponent = int(value.as_tuple().exponent)
    if value.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS or len(value.as_tuple().digits) > 40:
        raise CaseError(f"'{name}' is a number too large or too fine for euros, hours or rates")
    return value


def decimals(raw: Any, name: str) -> list[Decimal]:
    """A list of quoted decimals."""
    if not isinstance(raw, list):
        raise CaseError(f"'{name}' must be a list of numbers")
    return [decimal(item, name) for item in raw]


def pairs(raw: Any, name: str) -> list[tuple[Decimal, Decimal]]:
    """A list of pairs of quoted decimals, such as [["90", "50"], ["100", "100"]]."""
    if not isinstance(raw, list) or not raw:
        raise CaseError(f"'{name}' must be a list of pairs of numbers")
    for item in raw:
        if not isinstance(item, list) or len(item) != 2:
            raise CaseError(f"'{name}': each entry must be a pair of numbers, such as ['90', '50']")
    return [(decimal(a, name), decimal(b, name)) for a, b in raw]


def rows(raw: Any, name: str, allowed: set[str], required: set[str]) -> list[dict[str, Any]]:
    """A list of mappings with known keys only."""
    if not isinstance(raw, list) or not raw or not all(isinstance(item, dict) for item in raw):
        raise CaseError(f"'{name}' must be a list of entries, at least one")
    for item in raw:
        unknown = sorted(set(item) - allowed)
        missing = sorted(required - set(item))
        if unknown:
            raise CaseError(f"'{name}': unknown key '{unknown[0]}'")
        if missing:
            raise CaseError(f"'{name}': the key '{missing[0]}' is missing")
    return raw
