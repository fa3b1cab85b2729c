"""The page of proposed gifts: who calls whom, what stays open, what fairness costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tavolo.network.matching.proposals import AssignmentProposal, FairnessPrice, Gift, Refusal
from tavolo.network.matching.sheets import Sheet
from tavolo.network.summary.page import Page, Section, Table
from tavolo.network.summary.words import (
    CAUTION_MATCH,
    number,
    requests_section,
    solver_word,
    strength,
    who,
    why,
)

WHY_OPEN = {
    "no_candidate": "nessuna offerta adatta e compatibile: vale la pena cercarla",
    "too_dear": "le offerte vicine sono troppo lontane o poco attinenti",
    "taken": "le offerte adatte vanno ad altri bisogni più vicini",
    "too_small": "ogni offerta adatta copre meno di un quarto di quanto serve",
    "fair_share": "le imprese che potrebbero rispondere danno già la loro parte",
}


def assign_page(
    proposal: AssignmentProposal,
    needs: int,
    offers: int,
    warnings: tuple[str, ...] = (),
    requests: Sequence[Sheet] = (),
) -> Page:
    """Return the page of an assignment."""
    answered = len({gift.need.id for gift in proposal.gifts})
    givers = Counter(who(gift.offer) for gift in proposal.gifts)
    sections = [_gifts(proposal.gifts), *_alternatives(proposal.gifts)]
    if proposal.refusals:
        sections.append(_open(proposal.refusals))
    sections += [_fairness(proposal.prices), *requests_section(requests)]
    return Page(
        "Proposte di incontro",
        "Ogni riga è una telefonata: chi ha bisogno, chi può dare, e perché. Le offerte non sono date due "
        "volte e i favori sono ripartiti fra le imprese.",
        (
            ("bisogni con una proposta", f"{number(answered)} su {number(needs)}"),
            ("offerte", number(offers)),
            ("imprese che danno", number(len(givers))),
            ("più favori da una impresa", number(max(givers.values(), default=0))),
        ),
        tuple(sections),
        (
            solver_word(proposal.assignment.optimal, proposal.assignment.gap, "La ripartizione"),
            CAUTION_MATCH,
            *warnings,
        ),
    )


def _gifts(gifts: tuple[Gift, ...]) -> Section:
    rows = tuple(
        (
            f"{who(gift.need)}: {gift.need.text}",
            f"{who(gift.offer)}: {gift.offer.text}" + _units(gift),
            strength(gift.match.score),
            why(gift.match),
        )
        for gift in gifts
    )
    if not rows:
        return Section("Proposte", ("Nessuna proposta: nessuna offerta compatibile con i bisogni.",))
    return Section("Proposte", (), Table(("Chi ha bisogno", "Chi può dare", "Proposta", "Perché"), rows))


def _units(gift: Gift) -> str:
    if gift.units is None:
        return ""
    wanted = gift.need.quantity
    part = f" di {number(wanted)}" if wanted is not None and gift.units < wanted else ""
    return f" [{number(gift.units)}{part} {gift.need.unit or gift.offer.unit}".rstrip() + "]"


def _alternatives(gifts: tuple[Gift, ...]) -> list[Section]:
    points = tuple(
        f"{who(gift.need)} ({gift.need.id}): "
        + "; oppure ".join(f"{match.offer} ({why(match)})" for match in gift.others)
        for gift in gifts
        if gift.others
    )
    lead = "Offerte di riserva, se la prima dice di no; possono essere già proposte ad altri."
    return [Section("Se la prima dice di no", (lead,), None, points)] if points else []


def _open(refusals: tuple[Refusal, ...]) -> Section:
    rows = tuple(
        (
            f"{who(refusal.need)}: {refusal.need.text}",
            _why_open(refusal),
            f"{refusal.nearest.offer}: {why(refusal.nearest)}" if refusal.nearest else "–",
        )
        for refusal in refusals
    )
    return Section(
        "Bisogni ancora aperti", (), Table(("Bisogno", "Perché resta aperto", "Offerta più vicina"), rows)
    )


def _why_open(refusal: Refusal) -> str:
    if refusal.units_left is None:
        return WHY_OPEN[refusal.why]
    wanted = f"{number(refusal.need.quantity or 0)} {refusal.need.unit}".strip()
    return f"coperto in parte: mancano {number(refusal.units_left)} di {wanted}"


def _fairness(prices: tuple[FairnessPrice, ...]) -> Section:
    rows = tuple(
        (
            f"{price.weight:g}".replace(".", ","),
            number(price.answered),
            number(price.service_cost),
            number(price.busiest),
            number(price.giving_firms),
        )
        for price in prices
    )
    lead = (
        "Con più equità i favori si distribuiscono su più imprese, ma la somma di distanze, giorni e minore "
        "attinenza (il costo) può crescere. Peso 0: conta solo il servizio."
    )
    headings = (
        "Peso dell'equità",
        "Bisogni con proposta",
        "Costo, rifiuti compresi",
        "Più favori da una",
        "Imprese che danno",
    )
    return Section("Quanto costa l'equità", (lead,), Table(headings, rows, frozenset(range(5))))
