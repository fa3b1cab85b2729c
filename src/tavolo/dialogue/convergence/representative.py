"""Which statements set a group apart: the exact rule of Polis, and one that ignores the order of statements.

`polis_choice` reads statements in column order and its running choice depends on what it already holds; it
exists to reproduce published results. `display_choice` gives the same statements whatever their order and is
what reports show. Both skip excluded statements (moderated out, meta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.result import Representative, Side
from tavolo.dialogue.convergence.statistics import Z90, Counted, Floats, GroupStatistics

Flags = NDArray[np.bool_]
LENGTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The figures of one group, each an array over statements."""

    agree: Counted
    disagree: Counted
    seen: Counted
    pa: Floats
    pd: Floats
    pat: Floats
    pdt: Floats
    ra: Floats
    rd: Floats
    rat: Floats
    rdt: Floats

    @property
    def takes_agree(self) -> Flags:
        """The side shown: agree where its two-proportion test is the larger."""
        return np.asarray(self.rat > self.rdt)

    @property
    def sufficient(self) -> Flags:
        """Both tests pass on the same side."""
        return np.asarray(
            ((self.rat > Z90) & (self.pat > Z90)) | ((self.rdt > Z90) & (self.pdt > Z90)), dtype=bool
        )

    @property
    def metric(self) -> Floats:
        """ratio · ratio test · share · test on the chosen side."""
        agree, disagree = self.ra * self.rat * self.pa * self.pat, self.rd * self.rdt * self.pd * self.pdt
        return np.where(self.takes_agree, agree, disagree)


def row_of(group: int, agree: Counted, disagree: Counted, seen: Counted, stats: GroupStatistics) -> Row:
    """Return the figures of one group out of arrays shaped (groups, statements)."""
    return Row(
        agree[group],
        disagree[group],
        seen[group],
        stats.pa[group],
        stats.pd[group],
        stats.pat[group],
        stats.pdt[group],
        stats.ra[group],
        stats.rd[group],
        stats.rat[group],
        stats.rdt[group],
    )


def display_choice(row: Row, excluded: Flags, length: int = LENGTH) -> tuple[Representative, ...]:
    """Return up to `length` statements, independent of their order.

    First the agreement that marks the group most (largest ra·rat·pa·pat among those with ra > 1 and either
    pat > z or pa > 1/2, or else the largest pa·pat among those with pat > z), then the sufficient ones by
    falling metric; ties by share of votes seen, then by position. If nothing is sufficient, that agreement
    alone, or else the statement with the largest two-proportion test. Agrees stand before disagrees.
    """
    if not np.isfinite(row.rat).all():
        return ()
    allowed = ~excluded & (row.seen > 0)
    best_agree = _order_free_best_agree(row, allowed)
    sufficient = np.flatnonzero(allowed & row.sufficient)
    if not len(sufficient):
        return _nothing_sufficient(row, allowed, best_agree)
    ranked = sufficient[np.lexsort((sufficient, -row.metric[sufficient]))].tolist()
    chosen = ([best_agree] if best_agree is not None else []) + [c for c in ranked if c != best_agree]
    return _present(row, chosen[:length], best_agree)


def _order_free_best_agree(row: Row, allowed: Flags) -> int | None:
    voted = allowed & ((row.agree > 0) | (row.disagree > 0))
    marking = voted & (row.ra > 1.0) & ((row.pat > Z90) | (row.pa > 0.5))
    if marking.any():
        return int(np.argmax(np.where(marking, row.ra * row.rat * row.pa * row.pat, -np.inf)))
    agreed = voted & (row.pat > Z90)
    if agreed.any():
        return int(np.argmax(np.where(agreed, row.pa * row.pat, -np.inf)))
    return None


def _nothing_sufficient(row: Row, allowed: Flags, best_agree: int | None) -> tuple[Representative, ...]:
    if best_agree is not None:
        return _present(row, [best_agree], best_agree)
    strongest = np.where(allowed, np.maximum(row.rat, row.rdt), -np.inf)
    best = int(np.argmax(strongest)) if strongest.size else 0
    if not strongest.size or not strongest[best] > 0.0:
        return ()
    return _present(row, [best], None)


def polis_choice(row: Row, excluded: Flags, length: int = LENGTH) -> tuple[Representative, ...]:
    """Return the statements Polis would choose, in its order (compatibility; depends on statement order)."""
    if not np.isfinite(row.rat).all():
        return ()
    sufficient: list[int] = []
    best: int | None = None
    best_test = 0.0
    best_agree: int | None = None
    flags, metric, takes_agree = row.sufficient, row.metric, row.takes_agree
    for c in np.flatnonzero(~excluded).tolist():
        if flags[c]:
            sufficient.append(c)
        elif not sufficient and (best is None or max(row.rat[c], row.rdt[c]) > best_test):
            best = c
            best_test = float(row.rat[c] if takes_agree[c] else row.rdt[c])
        if _beats_best_agree(row, c, best_agree):
            best_agree = c
    if not sufficient:
        chosen = best_agree if best_agree is not None else best
        return () if chosen is None else _present(row, [chosen], best_agree)
    ranked = sorted(sufficient, key=lambda c: -metric[c])
    first = [] if best_agree is None else [best_agree]
    return _present(row, (first + [c for c in ranked if c != best_agree])[:length], best_agree)


def _beats_best_agree(row: Row, c: int, held: int | None) -> bool:
    """Apply the running rule of Polis, which changes with the statement already held."""
    if row.agree[c] == 0 and row.disagree[c] == 0:
        return False
    if held is None:
        return bool(row.pat[c] > Z90 or (row.ra[c] > 1.0 and row.pa[c] > 0.5))
    if row.ra[held] > 1.0:
        product = row.ra * row.rat * row.pa * row.pat
        return bool(product[c] > product[held])
    return bool(row.pa[c] * row.pat[c] > row.pa[held] * row.pat[held])


def _present(row: Row, chosen: list[int], best_agree: int | None) -> tuple[Representative, ...]:
    entries = [_entry(row, c, c == best_agree) for c in chosen]
    agrees = [entry for entry in entries if entry.side == "agree"]
    return tuple(agrees + [entry for entry in entries if entry.side != "agree"])


def _entry(row: Row, c: int, best_agree: bool) -> Representative:
    agrees = bool(row.rat[c] > row.rdt[c])
    side: Side = "agree" if agrees else "disagree"
    return Representative(
        statement=str(c),
        side=side,
        successes=int(row.agree[c] if agrees else row.disagree[c]),
        trials=int(row.seen[c]),
        probability=float(row.pa[c] if agrees else row.pd[c]),
        test=float(row.pat[c] if agrees else row.pdt[c]),
        ratio=float(row.ra[c] if agrees else row.rd[c]),
        ratio_test=float(row.rat[c] if agrees else row.rdt[c]),
        sufficient=bool(row.sufficient[c]),
        best_agree=best_agree,
    )
