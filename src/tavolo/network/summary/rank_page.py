"""The page of ranked offers: for every need the firms worth a telephone call."""

from __future__ import annotations

from collections.abc import Sequence

from tavolo.network.matching.read_sheets import Market
from tavolo.network.matching.relevance import Match
from tavolo.network.matching.sheets import Sheet
from tavolo.network.summary.page import Page, Section, Table
from tavolo.network.summary.words import CAUTION_MATCH, number, percent, requests_section, strength, who, why

SHOWN = 3


def rank_page(
    market: Market, ranked: Sequence[Sequence[Match]], requests: Sequence[Sheet] = (), shown: int = SHOWN
) -> Page:
    """Return the page of the best `shown` offers of every need; `requests` are named apart."""
    offers = {offer.id: offer for offer in market.offers}
    sections = []
    for need, matches in zip(market.needs, ranked, strict=True):
        rows = tuple(
            (who(offers[match.offer]), offers[match.offer].text, _score(match), why(match))
            for match in matches
            if not match.is_request
        )[:shown]
        title = f"{who(need)}: {need.text}" if need.firm else f"{need.id}: {need.text}"
        table = Table(("Chi chiamare", "Offerta", "Proposta", "Perché"), rows) if rows else None
        sections.append(Section(title, () if rows else ("Nessuna offerta da proporre.",), table))
    lead = f"Per ogni bisogno le {shown} offerte più vicine, con il motivo."
    sections += requests_section(requests)
    return Page(
        "Chi può rispondere",
        lead,
        (("bisogni", number(len(market.needs))), ("offerte", number(len(market.offers)))),
        tuple(sections),
        (CAUTION_MATCH, *market.warnings),
    )


def _score(match: Match) -> str:
    return f"{strength(match.score)} ({percent(match.score, 0)})"
