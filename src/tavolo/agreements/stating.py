"""A state in words, where a part knows more of it than the state's own name says.

The signing part knows, for instance, whether the vote before the members is open or only being prepared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Wording = Callable[[Any], str]
_wordings: list[Wording] = []


def wording(function: Wording) -> None:
    """Register what may say more exactly how an agreement stands; "" leaves the state's own name."""
    if function not in _wordings:
        _wordings.append(function)


def words(agreement: Any, name: str) -> str:
    """Return how an agreement stands in words; `name` is the state's own."""
    return next((said for said in (one(agreement) for one in _wordings) if said), name)
