"""The page of rings: who gives what to whom, and whose consent is still to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from tavolo.network.matching.packing import Packing
from tavolo.network.matching.ring_proposals import ProposedRing, RingProposal
from tavolo.network.matching.sheets import Sheet
from tavolo.network.summary.page import Page, Section, Table
from tavolo.network.summary.words import CAUTION_MATCH, number, requests_section, solver_word, why

CONSENT = (
    "Un anello vale solo se ogni impresa acconsente: chiedere a tutte prima di confermare. Se una dice di "
    "no, rilanciare il comando indicando l'anello rifiutato: gli altri restano come sono."
)


def rings_page(
    proposal: RingProposal, accepted: frozenset[str] = frozenset(), requests: Sequence[Sheet] = ()
) -> Page:
    """Return the page of proposed rings."""
    needs = sum(len(ring.gifts) for ring in proposal.rings)
    firms = {firm for ring in proposal.rings for firm in ring.firms}
    sections = tuple(_ring(number_, ring, accepted) for number_, ring in enumerate(proposal.rings, start=1))
    if not sections:
        sections = (Section("Nessun anello", ("Fra queste schede nessuno scambio si chiude in un anello.",)),)
    notes = [
        solver_word(proposal.packing.optimal, proposal.packing.gap, "La scelta degli anelli"),
        CAUTION_MATCH,
    ]
    if not proposal.complete:
        notes.append("Gli anelli possibili erano troppi: il limite vale per quelli esaminati.")
    return Page(
        "Anelli di scambio",
        CONSENT,
        (
            ("anelli proposti", number(len(proposal.rings))),
            ("bisogni soddisfatti", number(needs)),
            ("imprese coinvolte", number(len(firms))),
            ("anelli possibili", number(proposal.found)),
        ),
        (*sections, *requests_section(requests)),
        tuple(notes),
    )


def _ring(place: int, ring: ProposedRing, accepted: frozenset[str]) -> Section:
    rows = tuple(
        (gift.offer.firm, gift.offer.text, gift.need.firm, gift.need.text, why(gift.match))
        for gift in ring.gifts
    )
    state = "già accettato" if ring.id in accepted else "da proporre"
    return Section(
        f"Anello {place}: {' → '.join([*ring.firms, ring.firms[0]])}",
        (f"Nome: {ring.id} · {state}",),
        Table(("Dà", "Che cosa", "Riceve", "Per quale bisogno", "Perché"), rows),
    )


def graph_page(
    name: str, vertices: int, found: int, covered: int, rings: list[tuple[int, ...]], packing: Packing
) -> Page:
    """Return the page of an exchange graph."""
    points = tuple(" → ".join(map(str, [*ring, ring[0]])) for ring in rings)
    return Page(
        f"Anelli nel grafo {name}",
        "Ogni vertice è un'impresa con un'offerta e un bisogno; ogni arco dice a chi può dare.",
        (
            ("vertici", number(vertices)),
            ("vertici coperti", number(covered)),
            ("valore", number(packing.value)),
            ("limite superiore", number(packing.bound)),
            ("anelli possibili", number(found)),
        ),
        (Section("Anelli scelti", (), None, points),),
        (solver_word(packing.optimal, packing.gap, "La scelta degli anelli"),),
    )
