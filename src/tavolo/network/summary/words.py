"""Italian wording shared by the printable pages."""

from __future__ import annotations

from collections.abc import Sequence

from tavolo.network.matching.relevance import Match, OfferIndex
from tavolo.network.matching.sheets import Sheet
from tavolo.network.summary.page import Section, Table

STRONG, GOOD = 0.80, 0.65
SHOWN_REQUESTS = 40

CAUTION_MATCH = (
    "Le proposte nascono da parole, significato, attività, distanza e date: sono un aiuto a scegliere chi "
    "chiamare, non un giudizio sulle imprese né un impegno fra loro. Il punteggio ordina le proposte, non è "
    "una probabilità."
)


def euro(cents: int) -> str:
    """Return cents as Italian euro.

    >>> euro(123456789), euro(-50)
    ('1.234.567,89 €', '-0,50 €')
    """
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{number(whole)},{part:02d} €"


def number(value: int) -> str:
    """Return a whole number with Italian thousands: 12.345."""
    return f"{value:,}".replace(",", ".")


def percent(share: float, digits: int = 1) -> str:
    """Return a share as an Italian percentage: 12,3 %."""
    return f"{100 * share:.{digits}f} %".replace(".", ",")


def strength(score: float) -> str:
    """Return a score in a word: forte, buona, da verificare."""
    return "forte" if score >= STRONG else "buona" if score >= GOOD else "da verificare"


def who(sheet: Sheet) -> str:
    """Return the firm of a sheet, or the sheet's own name."""
    return sheet.firm or sheet.id


def taken_for_requests(index: OfferIndex) -> tuple[Sheet, ...]:
    """Return the offers left aside because they are worded as requests."""
    return tuple(offer for offer, asks in zip(index.offers, index.requests.tolist(), strict=True) if asks)


def requests_section(requests: Sequence[Sheet]) -> list[Section]:
    """Return the section that names the offers left aside: the rules are words, and words can err."""
    if not requests:
        return []
    rows = tuple(
        (offer.id, who(offer) if offer.firm else "", offer.text) for offer in requests[:SHOWN_REQUESTS]
    )
    lead = (
        "Queste schede stanno fra le offerte ma sembrano chiedere qualcosa, quindi non vengono proposte. "
        "Se una offre davvero, scriverla in altro modo («Offriamo…») e rilanciare."
    )
    if len(requests) > SHOWN_REQUESTS:
        lead += f" Qui le prime {SHOWN_REQUESTS} di {number(len(requests))}."
    return [Section("Offerte lette come richieste", (lead,), Table(("Scheda", "Impresa", "Testo"), rows))]


def why(match: Match) -> str:
    """Return the reasons of a match as one phrase."""
    return "; ".join(match.reasons)


def solver_word(optimal: bool, gap: float, what: str = "La soluzione") -> str:
    """Return what the solver can promise about its answer."""
    if optimal:
        return f"{what} è la migliore possibile (dimostrata)."
    return f"{what} è la migliore trovata: dista al più {percent(gap, 2)} dal limite teorico."
