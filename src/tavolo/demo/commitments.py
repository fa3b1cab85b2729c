# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The demonstration's commitments, one in every state, on the signed agreement."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tavolo.agreements import standing
from tavolo.agreements.commitments import services
from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.commitments.services import Actor, Terms
from tavolo.demo.dialogue import Seated, Step
from tavolo.demo.life import clause, person, signed_agreement
from tavolo.demo.society import Society

DAYS = timedelta(days=1)
# What is said of each, by whom, and the other side's word (None: still awaited).
STORY = (
    ("Risposta scritta alle proposte entro trenta giorni", "kept", "employers", True, "cgil", ""),
    ("24 ore di formazione per ogni persona", "on_track", "employers", True, "cisl", ""),
    ("Comunicare gli obiettivi del premio", "late", "cgil", True, "employers", "Comunicati solo in parte."),
    ("Sportello di orientamento nei due distretti", "not_kept", "uil", True, "employers",
     "Lo sportello non ha aperto."),
    ("Informazione prima dei sistemi automatici", "kept", "employers", False, "cgil", ""),
    ("Corso di italiano in orario di lavoro", "changed", "cisl", True, "employers",
     "Spostato all'anno prossimo con il consenso di tutti."),
    ("Catalogo comune dei corsi", "kept", "cgil", None, "", ""),
)  # fmt: skip
DISPUTE = "In due imprese il sistema dei turni è partito senza informare prima le rappresentanze."


def build(seated: Seated, society: Society, step: Step) -> None:
    """Enter the commitments, let both sides say that the text says so, and tell how each goes."""
    step("commitments: kept, on track, late, not kept, disputed, changed")
    agreement = signed_agreement(seated, society)
    rows = _enter(seated, society, agreement)
    _evidence(society, rows)
    for title, condition, says, confirms, answers, text in STORY:
        row = rows[title]
        claim = services.claim(
            row, actor_id=person(society, says), period=row.due_on, condition=condition, text=text
        )
        if confirms is not None:
            services.answer(
                claim, actor_id=person(society, answers), confirms=confirms, text="" if confirms else DISPUTE
            )


def _enter(seated: Seated, society: Society, agreement: object) -> dict[str, Commitment]:
    today = standing.today()
    employers, firms, workers = (
        Actor("party", seated.parties["employers"]), Actor("firms"), Actor("workers"),
    )  # fmt: skip
    both = (Actor("side", side="employers"), Actor("side", side="workers"))
    terms = (
        Terms("Risposta scritta alle proposte entro trenta giorni", clause(agreement, "rispost", "partecip"),
              employers, workers, today - 30 * DAYS, today - 240 * DAYS,
              indicator="proposte con risposta entro trenta giorni", unit="%", target=Decimal(90)),
        Terms("24 ore di formazione per ogni persona", clause(agreement, "formazione"), firms, workers,
              today + 120 * DAYS, today - 240 * DAYS, recurs="yearly", until=today + 850 * DAYS,
              indicator="ore medie di formazione per persona", unit="ore", target=Decimal(24)),
        Terms("Comunicare gli obiettivi del premio", clause(agreement, "premio", "produttiv"), firms, both[1],
              today - 15 * DAYS, today - 240 * DAYS),
        Terms("Sportello di orientamento nei due distretti", clause(agreement, "osservatorio", "formazione"),
              employers, workers, today - 60 * DAYS, today - 300 * DAYS),
        Terms("Informazione prima dei sistemi automatici", clause(agreement, "tecnologia"), employers,
              both[1],
              today - 5 * DAYS, today - 200 * DAYS),
        Terms("Corso di italiano in orario di lavoro", clause(agreement, "formazione"), both[0], workers,
              today - 90 * DAYS, today - 240 * DAYS),
        Terms("Catalogo comune dei corsi", clause(agreement, "formazione"), both[1], firms,
              today + 10 * DAYS, today - 120 * DAYS),
        Terms("Rapporto dell'osservatorio", clause(agreement, "osservatorio", "partecip"), employers, both[1],
              today + 20 * DAYS, today - 160 * DAYS, recurs="half_yearly", until=today + 700 * DAYS),
    )  # fmt: skip
    rows = {}
    for one in terms:
        row = services.enter(agreement, one, actor_id=person(society, "cgil"))
        services.assent(row, actor_id=person(society, "employers"))
        row.refresh_from_db()
        rows[row.title] = row
    last = Terms("Sale per le assemblee territoriali", clause(agreement, "partecip", "comitato"), employers,
                 both[1], today + 200 * DAYS)  # fmt: skip
    services.enter(agreement, last, actor_id=person(society, "cgil"))
    return rows


def _evidence(society: Society, rows: dict[str, Commitment]) -> None:
    actor = person(society, "employers")
    for title, text, value in (
        (
            "Risposta scritta alle proposte entro trenta giorni",
            "Registro delle risposte, aprile–settembre.",
            93,
        ),
        ("24 ore di formazione per ogni persona", "Rilevazione nelle imprese che recepiscono.", 15),
    ):
        row = rows[title]
        services.bring_evidence(row, actor_id=actor, period=row.due_on, text=text, value=Decimal(value))
