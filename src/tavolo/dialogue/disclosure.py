"""Which figures of a closed consultation may be shown to whom. Pure: no Django, no database.

Three rules, each for one side of the table; `least` is the table's smallest group.

1. Pooling, once, at close. A group in which fewer than `least` people voted loses its name: small groups
   of a side share one pool. A pool that is itself smaller than `least` is not counted anywhere.
2. Release. A party's figures join the shared map by its own act. The parties shown at any moment are a
   prefix of the order of release, such that what stays hidden is nothing or at least three units (parties,
   the pool). Three, not two: a hidden party knows its own figures, and with two hidden it would get the
   other's by subtracting from the side. For the same reason a side of one or two units appears only
   when all its parties have released.
3. Statements. Where some unit of a side has between 1 and `least` - 1 votes on a statement, only the whole
   side's counts are shown for it, and those only from `least` votes on.

Secondary suppression in the sense of Hundepool et al., "Statistical Disclosure Control" (2012), ch. 4,
reduced to rules that a reader can check by hand.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Place = Literal["own", "pool", "dropped"]
HIDDEN_TOGETHER = 3
POOL = "pool"


def places(sides: Sequence[str], voters: Sequence[int], least: int) -> list[Place]:
    """Return, for each group, whether its ballots keep its name, are pooled, or are not counted."""
    small: dict[str, int] = {}
    for side, count in zip(sides, voters, strict=True):
        if count < least:
            small[side] = small.get(side, 0) + count
    return [
        "own" if count >= least else ("pool" if small[side] >= least else "dropped")
        for side, count in zip(sides, voters, strict=True)
    ]


def effective_releases(parties: int, has_pool: bool, released: int) -> int:
    """Return how many releases of a side, in their order, take effect now."""
    units = parties + int(has_pool)
    for shown in range(min(released, parties), 0, -1):
        if shown == parties or units - shown >= HIDDEN_TOGETHER:
            return shown
    return 0


def side_is_shown(parties: int, has_pool: bool, released: int) -> bool:
    """Say whether the total of a side may be shown."""
    units = parties + int(has_pool)
    return units > 0 and (units >= HIDDEN_TOGETHER or released >= parties)


@dataclass(frozen=True)
class Label:
    """One column of the picture: a side, a party, or the rest of a side, and the units it adds up."""

    key: str
    kind: Literal["side", "party", "rest"]
    side: str
    units: tuple[Hashable, ...]


@dataclass(frozen=True)
class SideState:
    """One side: its parties with figures of their own, in order; whether it has a pool; releases in order."""

    side: str
    parties: tuple[Hashable, ...]
    has_pool: bool
    released: tuple[Hashable, ...]

    @property
    def units(self) -> tuple[Hashable, ...]:
        """Every unit of the side."""
        return (*self.parties, POOL) if self.has_pool else self.parties


def shared_labels(states: Sequence[SideState]) -> list[Label]:
    """Return the labels of the shared map, disjoint, side by side."""
    out: list[Label] = []
    for state in states:
        order = [party for party in state.released if party in state.parties]
        count = effective_releases(len(state.parties), state.has_pool, len(order))
        shown = order[:count]
        if shown:
            out += [Label(str(p), "party", state.side, (p,)) for p in state.parties if p in shown]
            rest = tuple(unit for unit in state.units if unit not in shown)
            if rest:
                out.append(Label(f"rest-{state.side}", "rest", state.side, rest))
        elif side_is_shown(len(state.parties), state.has_pool, len(order)):
            out.append(Label(f"side-{state.side}", "side", state.side, state.units))
    return out


def statement_level(seen: Mapping[Hashable, int], least: int) -> Literal["units", "side", "nothing"]:
    """Return how finely one statement's counts of one side may be shown, from the votes of its units."""
    if not any(0 < count < least for count in seen.values()):
        return "units"
    return "side" if sum(seen.values()) >= least else "nothing"
