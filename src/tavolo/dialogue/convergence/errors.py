"""The one error every reader raises: a sentence with file, row and column, and what to do."""

from __future__ import annotations

from pathlib import Path


class DataError(ValueError):
    """The input cannot be used as it is.

    `row` counts records as a spreadsheet shows them: the heading is row 1, a cell with line breaks one row.
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
        return self._joined(self.problem, self.advice, "row", "column")

    def say(self, lang: str) -> str:
        """Return the sentence in Italian ("it") or English."""
        if lang != "it":
            return str(self)
        from tavolo.dialogue.convergence.error_words import italian

        return self._joined(italian(self.problem), italian(self.advice), "riga", "colonna")

    def _joined(self, problem: str, advice: str, row: str, column: str) -> str:
        places = [] if self.file is None else [self.file]
        if self.row is not None:
            places.append(f"{row} {self.row}")
        if self.column is not None:
            places.append(f"{column} {shorten(self.column)!r}")
        where = ", ".join(places)
        problem = " ".join(problem.split())
        head = f"{where}: {problem}" if where else problem
        return f"{head}; {advice}" if advice else head


def shorten(text: str, width: int = 60) -> str:
    """Return `text` short enough to stand in a sentence."""
    return text if len(text) <= width else text[: width - 1] + "…"
