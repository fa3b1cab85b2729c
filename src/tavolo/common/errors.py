"""Errors a person can act on.

A `Problem` is a sentence that says what was wrong, where, and what to do. Commands print it and exit
with 2; pages show it beside the field; the API returns it as the body of a 4xx answer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Problem(Exception):
    """What was wrong, where (file, row, column where known) and what to do about it."""

    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = [self.file] if self.file else []
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.message}" if where else self.message
