"""Nearness of economic activities: the ATECO tree and its explanatory notes.

Codes and notes come from ISTAT through the package `ateco` (data CC BY 4.0, ISTAT). ATECO 2025 is the tree;
codes of the 2007 and 2022 editions are carried over where the official table has one answer or where the
first of several answers shares the class.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tavolo.language.stemming import stems

# Nearness of two codes by the digits they share: section, division, group, class, category, subcategory.
_BY_SHARED_DIGITS = {0: 0.0, 1: 0.0, 2: 0.4, 3: 0.65, 4: 0.85, 5: 0.95, 6: 1.0}
_SAME_SECTION = 0.15


@lru_cache(maxsize=8192)
def canonical(code: str) -> str | None:
    """Return the ATECO 2025 code for `code` (dotted or not, of any edition), or None if there is none.

    >>> canonical("255200"), canonical("25.52"), canonical("99.99.99")
    ('25.52.00', '25.52', None)
    """
    import ateco

    try:
        node = ateco.lookup(code)
        if node is not None:
            return str(node.code)
        if ateco.lookup(code, edition="2022") is None:
            return None
        targets = ateco.map_code(code, "2022", "2025").targets
    except (ValueError, KeyError, NotImplementedError):
        return None
    return str(targets[0]) if targets else None


@lru_cache(maxsize=1)
def all_nodes() -> dict[str, dict[str, Any]]:
    """Return code -> node (code, level, title, parent, notes) of the whole ATECO 2025 tree."""
    # The package has no public way to walk the tree; its loader is the smallest door to the data.
    from ateco._load import load_nodes

    nodes: dict[str, dict[str, Any]] = load_nodes("2025")
    return nodes


@lru_cache(maxsize=8192)
def title(code: str) -> str:
    """Return the Italian title of a canonical code, empty if unknown."""
    import ateco

    node = ateco.lookup(code) if code else None
    return node.title if node else ""


@lru_cache(maxsize=8192)
def notes_stems(code: str) -> tuple[str, ...]:
    """Return the stems of the title and of the notes on what a code includes, down its own branch."""
    import ateco

    node = ateco.lookup(code) if code else None
    if node is None:
        return ()
    included = [
        text
        for name, text in node.notes.items()
        if name in ("centrale", "inclusione", "inclusione_aggiuntiva")
    ]
    return tuple(stems(" ".join([node.title, *included])))


@lru_cache(maxsize=200_000)
def nearness(one: str, other: str) -> float:
    """Return how near two canonical codes are in the tree, from 0 to 1.

    1 for the same subcategory, then .95, .85 (class), .65 (group), .4 (division), .15 (section). A shorter
    code counts as near as its last level allows.

    >>> nearness("25.52.00", "25.52.00"), nearness("25.52.00", "25.53.00"), nearness("25.52", "25.52.00")
    (1.0, 0.65, 0.85)
    """
    if not one or not other:
        return 0.0
    a, b = one.replace(".", ""), other.replace(".", "")
    shared = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        shared += 1
    if shared >= 2:
        return _BY_SHARED_DIGITS[shared]
    return _SAME_SECTION if _section(one) and _section(one) == _section(other) else 0.0


@lru_cache(maxsize=8192)
def _section(code: str) -> str:
    import ateco

    node = ateco.lookup(code.split(".")[0])
    return (node.parent or "") if node else ""
