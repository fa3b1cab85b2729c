"""What an import is made of: parts (one file each), columns with parsers, checks, and what saves.

A room declares its importers in its `imports.py` and registers them when its application is ready:

    register(Importer(
        name="people.census",
        title=_lazy("Workers of a firm"),
        parts=(Part("workers", _lazy("Workers"), columns=(
            Column("email", parsers.email), Column("starts_on", parsers.day, required=False),
        ), unique=("email",)),),
        may_use=lambda request, subject_id: ...,
        check=lambda work: ...,      # yields Problem: what single cells cannot tell
        save=lambda work: ...,       # one transaction; returns a summary of counts
    ))
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from tavolo.common.errors import Problem

MIB = 1024 * 1024


@dataclass(frozen=True)
class Column:
    """A column: its name in the header, other names accepted, and what reads a cell.

    `parse` receives the cell's text without blanks around it and returns the value, or raises
    ValueError with a sentence. A cell of a column that is not required may be empty: the value is None.
    """

    name: str
    parse: Callable[[str], Any]
    required: bool = True
    aliases: tuple[str, ...] = ()
    says: Any = ""


@dataclass(frozen=True)
class Part:
    """One file of an import. `unique` names columns whose values together may not repeat."""

    name: str
    label: Any
    columns: tuple[Column, ...]
    required: bool = True
    unique: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row as read: its place and its values by column name."""

    file: str
    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def problem(self, message: str, column: str | None = None) -> Problem:
        """Return a problem at this row."""
        return Problem(message, file=self.file, row=self.number, column=column)


@dataclass(frozen=True)
class Work:
    """What `check` and `save` receive: who imports, about what, and the rows of each part in order."""

    owner_id: uuid.UUID
    subject_id: uuid.UUID | None
    parts: Mapping[str, Callable[[], Iterator[Row]]]
    import_id: uuid.UUID

    def rows(self, part: str) -> Iterator[Row]:
        """Yield the rows of a part; nothing for a part that was not uploaded. May be called again."""
        return self.parts[part]() if part in self.parts else iter(())


def nothing_to_check(work: Work) -> Iterable[Problem]:
    """Find no further problems."""
    return ()


@dataclass(frozen=True)
class Importer:
    """An import: see the module's example."""

    name: str
    title: Any
    parts: tuple[Part, ...]
    may_use: Callable[[HttpRequest, uuid.UUID | None], bool]
    save: Callable[[Work], Mapping[str, int]]
    check: Callable[[Work], Iterable[Problem]] = nothing_to_check
    says: Any = ""
    largest: int = 20 * MIB
    most_rows: int = 1_000_000
    # Where to go when the import is done.
    link: Callable[[uuid.UUID | None], str] | None = None

    def part(self, name: str) -> Part:
        """Return a part by its name."""
        return next(part for part in self.parts if part.name == name)


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Make an importer known."""
    IMPORTERS[importer.name] = importer
    return importer


@dataclass
class Header:
    """Where each column of a part stands in a file."""

    places: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
