"""Leave that counts as presence, by dated law, and the hours equivalent to work."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tavolo.bonus.rules.parameters import LawReader

#: kinds that appear in payroll files and are not protected by the rules in the law tree
UNPROTECTED_KINDS = ("unpaid", "sick", "strike", "unjustified", "other")


@dataclass(frozen=True)
class ProtectedLeave:
    """A kind of leave that counts as presence, with its source."""

    kind: str
    italian: str
    english: str
    act: str
    status: str


def protected_leave(reader: LawReader) -> tuple[ProtectedLeave, ...]:
    """The protected kinds on the accrual date."""
    return tuple(
        ProtectedLeave(row["kind"], row["it"], row["en"], row["act"], row["status"])
        for row in reader.get("protected_leave")
    )


def find_leave(kind: str, reader: LawReader) -> ProtectedLeave | None:
    """The protected leave of that kind, or None; `compulsory_maternity` and `L. 104 leave` are found too."""
    wanted = _plain(kind)
    return next((leave for leave in protected_leave(reader) if _plain(leave.kind) == wanted), None)


def _plain(kind: str) -> str:
    words = re.findall(r"[a-z]+|[0-9]+", kind.lower())
    return "".join(word for word in words if word not in ("leave", "compulsory", "mandatory"))
