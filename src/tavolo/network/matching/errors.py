"""What can be wrong with the material, told so that a person can put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class InputError(ValueError):
    """One thing that is wrong in a file: what, where and what to do.

    `counted` names what `row` counts: rows of a table, or elements of a list in JSON.
    """

    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    counted: str = "riga"

    def __str__(self) -> str:
        where = [part for part in (self.file, _row(self.counted, self.row), _column(self.column)) if part]
        return f"{', '.join(where)}: {self.message}" if where else self.message


class InputErrors(ValueError):
    """Several things that are wrong in one file; nothing of the file is used."""

    def __init__(self, errors: Sequence[InputError], shown: int = 20) -> None:
        self.errors = tuple(errors)
        lines = [str(error) for error in self.errors[:shown]]
        if len(self.errors) > shown:
            lines.append(f"... e altri {len(self.errors) - shown} errori dello stesso genere")
        super().__init__("\n".join(lines))


def _row(counted: str, row: int | None) -> str:
    return "" if row is None else f"{counted} {row}"


def _column(column: str | None) -> str:
    return f"colonna «{column}»" if column else ""
