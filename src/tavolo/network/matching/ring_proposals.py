"""Rings of firms proposed from candidates: who gives what to whom, and what happens if one says no."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from tavolo.network.matching.packing import Packing, pack
from tavolo.network.matching.proposals import REFUSAL_COST, Candidates
from tavolo.network.matching.relevance import Match
from tavolo.network.matching.rings import Gifts, Rings, find_rings
from tavolo.network.matching.sheets import Sheet


@dataclass(frozen=True)
class RingGift:
    """One gift of a ring: the offer's firm gives to the need's firm."""

    offer: Sheet
    need: Sheet
    match: Match


@dataclass(frozen=True)
class ProposedRing:
    """A ring: its name (from the sheets it uses, so it does not change), its gifts in order, its value."""

    id: str
    gifts: tuple[RingGift, ...]
    value: int

    @property
    def firms(self) -> tuple[str, ...]:
        return tuple(gift.offer.firm for gift in self.gifts)


@dataclass(frozen=True)
class RingProposal:
    """Rings to ask consent for, the solver's word on them, and how many were found."""

    rings: tuple[ProposedRing, ...]
    packing: Packing
    found: int
    complete: bool


def firm_gifts(candidates: Candidates, best: int = 3, rings_per_firm: int = 5) -> tuple[Gifts, list[str]]:
    """Return the possible gifts between firms: each need's `best` candidates, worth 2000 less their cost.

    Raises ValueError if a sheet names no firm: a ring needs to know who gives and who takes.
    """
    sheets = (*candidates.needs, *candidates.index.offers)
    nameless = next((sheet for sheet in sheets if not sheet.firm), None)
    if nameless is not None:
        raise ValueError(
            f"la scheda «{nameless.id}» non dice di quale impresa è: per gli anelli serve «impresa»"
        )
    names = sorted({sheet.firm for sheet in sheets})
    place = {name: number for number, name in enumerate(names)}
    counted: dict[int, int] = {}
    rows = []
    for at, (need, offer) in enumerate(zip(candidates.need.tolist(), candidates.offer.tolist(), strict=True)):
        value = REFUSAL_COST - int(candidates.cost[at])
        seen = counted.get(need, 0)
        if value <= 0 or seen >= best or not _whole(candidates.needs[need], candidates.index.offers[offer]):
            continue
        counted[need] = seen + 1
        ends = place[candidates.index.offers[offer].firm], place[candidates.needs[need].firm]
        rows.append((*ends, offer, need, value))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    columns = [table[:, column].copy() for column in range(5)]
    offers = np.ones(len(candidates.index.offers), dtype=np.int64)
    needs = np.ones(len(candidates.needs), dtype=np.int64)
    gifts = Gifts(
        columns[0], columns[1], columns[2], columns[3], columns[4], len(names), offers, needs, rings_per_firm
    )
    return gifts, names


def _whole(need: Sheet, offer: Sheet) -> bool:
    """A ring answers a need in full: half a gift would break the exchange."""
    return need.quantity is None or offer.quantity is None or offer.quantity >= need.quantity


def propose_rings(
    candidates: Candidates,
    max_length: int = 3,
    best: int = 3,
    seed: int = 1,
    time_limit: float | None = None,
    accepted: Collection[str] = (),
    declined: Collection[str] = (),
    lang: str = "it",
) -> RingProposal:
    """Return rings to propose; `accepted` ones stay, `declined` ones are not proposed again.

    Rings are named by their sheets, so names from an earlier run on the same sheets hold. Raises
    ValueError for a name that is no ring here, and for accepted rings that exclude each other.
    """
    gifts, _ = firm_gifts(candidates, best)
    rings = find_rings(gifts, max_length)
    listed = rings.gifts_of()
    names = {ring_id(candidates, gifts, ring): at for at, ring in enumerate(listed)}
    unknown = sorted({*accepted, *declined} - names.keys())
    if unknown:
        raise ValueError(f"l'anello «{unknown[0]}» non esiste fra queste schede: controllare il nome")
    kept = [names[name] for name in sorted(accepted)]
    banned = [names[name] for name in sorted(declined)]
    packing = pack(gifts, rings, seed, time_limit, kept, banned)
    proposed = [_told(candidates, gifts, listed[at], lang) for at in packing.chosen]
    proposed.sort(key=lambda ring: (-ring.value / len(ring.gifts), ring.id))
    return RingProposal(tuple(proposed), packing, len(rings), rings.complete)


def ring_id(candidates: Candidates, gifts: Gifts, ring: tuple[int, ...]) -> str:
    """Return the name of a ring: its offers in order, beginning with the smallest."""
    ids = [candidates.index.offers[gifts.offer[gift]].id for gift in ring]
    needs = [candidates.needs[gifts.need[gift]].id for gift in ring]
    start = ids.index(min(ids))
    pairs = [f"{offer}>{need}" for offer, need in zip(ids, needs, strict=True)]
    return "+".join(pairs[start:] + pairs[:start])


def _told(candidates: Candidates, gifts: Gifts, ring: tuple[int, ...], lang: str) -> ProposedRing:
    told = []
    for gift in ring:
        need, at = candidates.needs[gifts.need[gift]], int(gifts.offer[gift])
        match = candidates.index.match(need, [at], lang)[0]
        told.append(RingGift(candidates.index.offers[at], need, match))
    start = min(range(len(told)), key=lambda number: told[number].offer.id)
    ordered = tuple(told[start:] + told[:start])
    return ProposedRing(ring_id(candidates, gifts, ring), ordered, int(gifts.value[list(ring)].sum()))


def covered_vertices(rings: Rings, packing: Packing) -> int:
    """Return how many vertices the chosen rings cover; each vertex is in one ring at most."""
    lengths = [rows.shape[1] for rows in rings.by_length for _ in range(len(rows))]
    return sum(lengths[at] for at in packing.chosen)
