"""The one error every reader raises: a sentence with file, row and column, and what to do."""

from __future__ import annotations

from pathlib import Path


class DataError(ValueError):
    """The input cannot be used as it is.

    `row` counts records as a spreadsheet shows them: the heading is row 1. A cell with line breaks is one row.
    `str(error)` is one sentence: where, what was wrong, what to do.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: Path | str | None = None,
        row: int | None = None,
        column: str | None = None,
        advice: str = "",
    ) -> None:
        self.problem = problem
        self.file = str(file) if file is not None else None
        self.row = row
        self.column = column
        self.advice = advice
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        places = [] if self.file is None else [self.file]
        if self.row is not None:
            places.append(f"row {self.row}")
        if self.column is not None:
            places.append(f"column {shorten(self.column)!r}")
        where = ", ".join(places)
        head = f"{where}: {self.problem}" if where else self.problem
        return f"{head}; {self.advice}" if self.advice else head


def shorten(text: str, width: int = 60) -> str:
    """Return `text` short enough to stand in a sentence."""
    return text if len(text) <= width else text[: width - 1] + "…"
