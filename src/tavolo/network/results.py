"""Results for machines and spreadsheets: JSON, and CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tavolo.network.matching.clearing import Clearing
from tavolo.network.matching.errors import InputError
from tavolo.network.matching.obligations import Cents, Obligations
from tavolo.network.matching.proposals import AssignmentProposal
from tavolo.network.matching.relevance import Match
from tavolo.network.matching.ring_proposals import RingProposal
from tavolo.network.summary.render import write_whole

Rows = tuple[Sequence[str], Iterable[Sequence[Any]]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet shows as text: a leading quote where text begins like a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-3), safe_cell("-")
    ("'=HYPERLINK(1)", -3, "'-")
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_result(path: Path, content: dict[str, Any], rows: Rows) -> None:
    """Write JSON or CSV by the file's ending, whole or not at all. Raises InputError for another ending."""
    kind = path.suffix.lower()
    if kind == ".json":
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        write_whole(path, text.encode())
    elif kind == ".csv":
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        headings, lines = rows
        writer.writerow(headings)
        writer.writerows([safe_cell(cell) for cell in line] for line in lines)
        # The mark lets office programs see that the text is UTF-8.
        write_whole(path, b"\xef\xbb\xbf" + buffer.getvalue().encode())
    else:
        raise InputError("il risultato si scrive come .json o .csv", str(path))


def ranked_result(needs: Sequence[str], ranked: Sequence[Sequence[Match]]) -> tuple[dict[str, Any], Rows]:
    """Return ranked offers: `{"needs": [{"id", "ranked": [{"offer", "score", "reasons"}]}]}`, and rows."""
    content = {
        "needs": [
            {
                "id": need,
                "ranked": [
                    {"offer": match.offer, "score": match.score, "reasons": list(match.reasons)}
                    for match in matches
                ],
            }
            for need, matches in zip(needs, ranked, strict=True)
        ]
    }
    rows = (
        (match.need, place, match.offer, match.score, "; ".join(match.reasons))
        for matches in ranked
        for place, match in enumerate(matches, start=1)
    )
    return content, (("bisogno", "posto", "offerta", "punteggio", "perche"), rows)


def assignment_result(proposal: AssignmentProposal) -> tuple[dict[str, Any], Rows]:
    """Return an assignment with its bound, the needs left open and the price of fairness, and rows."""
    content = {
        "optimal": proposal.assignment.optimal,
        "cost": proposal.assignment.cost,
        "bound": proposal.assignment.bound,
        "gap": round(proposal.assignment.gap, 6),
        "gifts": [
            {
                "need": gift.need.id,
                "offer": gift.offer.id,
                "units": gift.units,
                "cost": gift.cost,
                "score": gift.match.score,
                "reasons": list(gift.match.reasons),
                "alternatives": [match.offer for match in gift.others],
            }
            for gift in proposal.gifts
        ],
        "open": [
            {"need": refusal.need.id, "why": refusal.why}
            | ({} if refusal.units_left is None else {"units_left": refusal.units_left})
            for refusal in proposal.refusals
        ],
        "fairness": [
            {
                "weight": price.weight,
                "answered": price.answered,
                "service_cost": price.service_cost,
                "busiest": price.busiest,
                "giving_firms": price.giving_firms,
            }
            for price in proposal.prices
        ],
    }
    rows = (
        (
            gift.need.id,
            gift.need.firm,
            gift.need.text,
            gift.offer.id,
            gift.offer.firm,
            gift.offer.text,
            "" if gift.units is None else gift.units,
            gift.match.score,
            "; ".join(gift.match.reasons),
        )
        for gift in proposal.gifts
    )
    headings = (
        "bisogno",
        "impresa",
        "testo",
        "offerta",
        "chi_da",
        "testo_offerta",
        "unita",
        "punteggio",
        "perche",
    )
    return content, (headings, rows)


def rings_result(proposal: RingProposal) -> tuple[dict[str, Any], Rows]:
    """Return rings with their bound, and one row a gift."""
    packing = proposal.packing
    content = {
        "optimal": packing.optimal,
        "value": packing.value,
        "bound": packing.bound,
        "gap": round(packing.gap, 6),
        "rings_found": proposal.found,
        "complete": proposal.complete,
        "rings": [
            {
                "id": ring.id,
                "value": ring.value,
                "gifts": [
                    {
                        "giver": gift.offer.firm,
                        "offer": gift.offer.id,
                        "taker": gift.need.firm,
                        "need": gift.need.id,
                        "reasons": list(gift.match.reasons),
                    }
                    for gift in ring.gifts
                ],
            }
            for ring in proposal.rings
        ],
    }
    rows = (
        (ring.id, gift.offer.firm, gift.offer.id, gift.need.firm, gift.need.id, "; ".join(gift.match.reasons))
        for ring in proposal.rings
        for gift in ring.gifts
    )
    return content, (("anello", "chi_da", "offerta", "chi_riceve", "bisogno", "perche"), rows)


def clearing_result(clearing: Clearing) -> tuple[dict[str, Any], Rows]:
    """Return a clearing with its bound and every firm's position, and one row an obligation.

    Amounts are integer cents in JSON and euro with two decimals in CSV.
    """
    obligations = clearing.obligations
    after = clearing.remaining
    net_before, net_after = obligations.net(), obligations.net(after)
    owes, owed = _by_firm(obligations, obligations.cents)
    owes_after, owed_after = _by_firm(obligations, after)
    changed = np.flatnonzero(clearing.cleared)
    firms = obligations.firms
    content = {
        "optimal": clearing.optimal,
        "unit": "cents",
        "total": obligations.total,
        "cleared": clearing.total_cleared,
        "bound": clearing.bound,
        "gap": round(clearing.gap, 6),
        "parts": [vars(part) for part in clearing.parts],
        "firms": [
            {
                "firm": firm,
                "owes_before": owes[at],
                "owes_after": owes_after[at],
                "owed_before": owed[at],
                "owed_after": owed_after[at],
                "net_before": int(net_before[at]),
                "net_after": int(net_after[at]),
                "credit": int(clearing.credit[at]),
            }
            for at, firm in enumerate(firms)
        ],
        "reductions": [
            {
                "debtor": firms[obligations.debtor[at]],
                "creditor": firms[obligations.creditor[at]],
                "before": int(obligations.cents[at]),
                "cleared": int(clearing.cleared[at]),
            }
            for at in changed.tolist()
        ],
    }
    rows = (
        (firms[debtor], firms[creditor], _euro(before), _euro(cleared), _euro(before - cleared))
        for debtor, creditor, before, cleared in zip(
            obligations.debtor.tolist(),
            obligations.creditor.tolist(),
            obligations.cents.tolist(),
            clearing.cleared.tolist(),
            strict=True,
        )
    )
    return content, (("debitore", "creditore", "prima", "si_cancella", "resta"), rows)


def _by_firm(obligations: Obligations, cents: Cents) -> tuple[list[int], list[int]]:
    """Return what each firm owes and is owed, in cents."""
    owes, owed = (np.zeros(len(obligations.firms), dtype=np.int64) for _ in range(2))
    np.add.at(owes, obligations.debtor, cents)
    np.add.at(owed, obligations.creditor, cents)
    return owes.tolist(), owed.tolist()


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
