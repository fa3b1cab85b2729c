"""The page of a clearing: how much is cancelled, part by part and firm by firm."""

from __future__ import annotations

import numpy as np

from tavolo.network.matching.clearing import Clearing
from tavolo.network.summary.page import Page, Section, Table
from tavolo.network.summary.words import euro, number, percent, solver_word

SHOWN_FIRMS = 40
SHOWN_PARTS = 15

CAUTION = (
    "È una proposta di compensazione fra obbligazioni reciproche già esistenti: non crea moneta, non è un "
    "pagamento, un finanziamento o una consulenza. Vale solo se tutti i debitori e i creditori interessati "
    "la accettano per iscritto. La quota compensata dipende da come sono intrecciati gli scambi e non è "
    "promessa."
)


def clear_page(clearing: Clearing, warnings: tuple[str, ...] = ()) -> Page:
    """Return the page of a clearing; the lines of every obligation are in the written file."""
    obligations = clearing.obligations
    firms = len(obligations.firms)
    share = clearing.total_cleared / obligations.total if obligations.total else 0.0
    sections = [_parts(clearing), _firms(clearing)]
    return Page(
        "Compensazione di debiti e crediti",
        "Quanto si può cancellare lasciando a ogni impresa esattamente lo stesso saldo fra crediti e debiti.",
        (
            ("imprese", number(firms)),
            ("obbligazioni", number(len(obligations))),
            ("totale", euro(obligations.total)),
            ("si cancella", f"{euro(clearing.total_cleared)} ({percent(share)})"),
        ),
        tuple(sections),
        (solver_word(clearing.optimal, clearing.gap, "La compensazione"), CAUTION, *warnings),
    )


def _parts(clearing: Clearing) -> Section:
    parts = clearing.parts[:SHOWN_PARTS]
    rows = tuple(
        (number(part.firms), number(part.obligations), euro(part.total), euro(part.cleared)) for part in parts
    )
    more = len(clearing.parts) - len(parts)
    lead = "Ogni gruppo è fatto di imprese legate fra loro; fra gruppi diversi non ci sono obbligazioni."
    if more:
        lead += f" Altri {number(more)} gruppi più piccoli sono nel file."
    table = Table(("Imprese", "Obbligazioni", "Totale", "Si cancella"), rows, frozenset(range(4)))
    return Section("Gruppi collegati", (lead,), table)


def _firms(clearing: Clearing) -> Section:
    obligations = clearing.obligations
    size = len(obligations.firms)
    owed, owes, less_owed, less_owes = (np.zeros(size, dtype=np.int64) for _ in range(4))
    np.add.at(owes, obligations.debtor, obligations.cents)
    np.add.at(owed, obligations.creditor, obligations.cents)
    np.add.at(less_owes, obligations.debtor, clearing.cleared)
    np.add.at(less_owed, obligations.creditor, clearing.cleared)
    order = np.lexsort((np.arange(size), -(less_owes + less_owed)))[:SHOWN_FIRMS]
    with_credit = bool(clearing.credit.any())
    rows = []
    for at in order.tolist():
        row = [
            obligations.firms[at],
            euro(int(owes[at])),
            euro(int(owes[at] - less_owes[at])),
            euro(int(owed[at])),
            euro(int(owed[at] - less_owed[at])),
        ]
        rows.append((*row, euro(int(clearing.credit[at]))) if with_credit else tuple(row))
    headings: tuple[str, ...] = ("Impresa", "Debiti prima", "Debiti dopo", "Crediti prima", "Crediti dopo")
    lead = f"Le {min(SHOWN_FIRMS, size)} imprese più interessate; il file scritto con --out le ha tutte."
    if with_credit:
        headings = (*headings, "Saldo nel circuito")
    return Section(
        "Proposta per impresa", (lead,), Table(headings, tuple(rows), frozenset(range(1, len(headings))))
    )
