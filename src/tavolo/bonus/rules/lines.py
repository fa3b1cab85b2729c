"""Lines of an explanation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, its amount in cents if it has one, the clause and the law behind it.

    `sign` says how the amount enters the net of its slip: +1, -1, or 0 when it only informs.
    """

    text: str
    cents: int | None
    clause: str = ""
    law: str = ""
    sign: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of lines."""

    title: str
    lines: tuple[Line, ...]
