"""Law as dated values: what holds on a date, who says so, and what a computation has used.

The values live in YAML beside `tavolo.bonus.law.tree`; here are the types and the look-up. Each
parameter names the date that governs it: the day of signing, of accrual (end of the measured period)
or of payment. A `LawReader` records every value it hands out, so a result can list the acts behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tavolo.bonus.rules.errors import MissingLawValue, RuleError

KEY_DATES = ("signing", "accrual", "payment")
STATUSES = ("verified", "from memory")


@dataclass(frozen=True)
class Reference:
    """Where a value comes from: act and article, the page it was read on, when, and how sure we are."""

    act: str
    article: str
    link_text: str
    read_on: str
    status: str

    def short(self) -> str:
        """Act and article on one line."""
        return f"{self.act} {self.article}".strip()


@dataclass(frozen=True)
class Conflict:
    """Another source's reading of the same value, kept visible."""

    value: Any
    reference: Reference
    note: str


@dataclass(frozen=True)
class LawValue:
    """One value with its validity (both days included; `end` None means until changed)."""

    key: str
    value: Any
    start: date
    end: date | None
    reference: Reference
    conflicts: tuple[Conflict, ...] = ()

    def holds_on(self, day: date) -> bool:
        """True when `day` lies inside the validity."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Parameter:
    """A named parameter: unit, governing date, descriptions in Italian and English, dated values."""

    key: str
    unit: str
    key_date: str
    description: Mapping[str, str]
    values: tuple[LawValue, ...]

    def at(self, day: date) -> LawValue | None:
        """The value that holds on `day`, or None."""
        return next((value for value in self.values if value.holds_on(day)), None)


@dataclass(frozen=True)
class LawTree:
    """All parameters and the hash of the text they were read from."""

    parameters: Mapping[str, Parameter]
    version: str

    def at(self, key: str, day: date) -> LawValue:
        """The value of `key` on `day`; MissingLawValue, with a sentence, when there is none."""
        if key not in self.parameters:
            raise RuleError(f"the law tree has no parameter '{key}'")
        parameter = self.parameters[key]
        found = parameter.at(day)
        if found is None:
            raise MissingLawValue(
                f"the law has no value of '{key}' ({parameter.description['en']}) for the "
                f"{parameter.key_date} "
                f"date {day.isoformat()}: the computation stops. Add the value with its reference to the "
                f"law files, or use a date they cover."
            )
        return found

    def on(self, day: date) -> Iterator[tuple[Parameter, LawValue | None]]:
        """Every parameter with what holds on `day`."""
        for parameter in self.parameters.values():
            yield parameter, parameter.at(day)


@dataclass(frozen=True)
class GoverningDates:
    """The three dates that decide which value applies."""

    signing: date
    accrual: date
    payment: date

    def of(self, key_date: str) -> date:
        """The date named `signing`, `accrual` or `payment`."""
        return {"signing": self.signing, "accrual": self.accrual, "payment": self.payment}[key_date]


@dataclass
class LawReader:
    """Looks values up for one computation and remembers them.

    `choices` settles a conflict for this run: `{"cap_basis": "gross"}` takes that other reading, which
    must be one of those recorded in the tree.
    """

    tree: LawTree
    dates: GoverningDates
    choices: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, LawValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in self.choices:
            if key not in self.tree.parameters:
                raise RuleError(f"the choice names '{key}', which the law tree does not have")

    def get(self, key: str) -> Any:
        """The value of `key` on its governing date (Decimal, str, date, bool or a tuple)."""
        if key not in self.used:
            if key not in self.tree.parameters:
                raise RuleError(f"the law tree has no parameter '{key}'")
            day = self.dates.of(self.tree.parameters[key].key_date)
            found = self.tree.at(key, day)
            if key in self.choices:
                found = _choose(found, self.choices[key])
            self.used[key] = found
        return self.used[key].value

    def from_memory(self) -> list[LawValue]:
        """The values used whose reference is from memory: every result names them."""
        return [value for value in self.used.values() if value.reference.status == "from memory"]

    def in_conflict(self) -> list[LawValue]:
        """The values used on which sources disagree."""
        return [value for value in self.used.values() if value.conflicts]


def _choose(found: LawValue, wanted: str) -> LawValue:
    """Take the reading `wanted` of a value on which sources disagree."""
    readings = [(found.value, found.reference), *((c.value, c.reference) for c in found.conflicts)]
    for value, reference in readings:
        if value_text(value) == wanted:
            return LawValue(found.key, value, found.start, found.end, reference, found.conflicts)
    known = ", ".join(value_text(value) for value, _ in readings)
    raise RuleError(f"'{wanted}' is not a recorded reading of '{found.key}'; the readings are {known}")


def value_text(value: Any) -> str:
    """A value as it is written in the law files."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(value_text(item) for item in value)
    if isinstance(value, Mapping):
        return " ".join(f"{key}={value_text(item)}" for key, item in value.items())
    return str(value)
