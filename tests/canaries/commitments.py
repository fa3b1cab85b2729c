"""Canaries in what a commitment's parties write to each other: the public summary shows none of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tavolo.agreements.commitments import services
from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.commitments.services import Actor, Terms
from tavolo.agreements.models import Agreement
from tavolo.agreements.standing import today
from tests.canaries.agreements import TABLE, seated

PDF = b"%PDF-1.7\n%"


def plant(world: Any, plant: Any) -> None:
    """Enter a commitment nobody confirmed, and one with evidence, a claim and its dispute."""
    agreement = Agreement.objects.get(pk=world.arguments["signed_agreement_id"])
    known = Commitment.objects.get(pk=world.arguments["commitment_id"])
    people = seated(agreement.table_id)
    cgil, firms = (world.people[role].pk for role in ("union_delegate", "employer_delegate"))
    due = today() + timedelta(days=40)

    def put(name: str, write: Any, *, in_acts: bool = False) -> Any:
        return plant(f"commitment: {name}", write, *TABLE, guarded=False, also=people, in_acts=in_acts)

    def enter(title: str = "Impegno di prova", **fields: str) -> Commitment:
        owes, owed = Actor("party", known.owed_by_party), Actor("workers")
        terms = Terms(title, known.clause, owes, owed, due, **fields)  # type: ignore[arg-type]
        return services.enter(agreement, terms, actor_id=cgil)

    waiting = put("title to confirm", lambda word: enter(title=word), in_acts=True)
    plant.at(commitment_id=waiting.pk)
    for field in ("text", "indicator"):
        put(f"{field} to confirm", lambda word, field=field: enter(**{field: word}))
    put("unit to confirm", lambda word: enter(indicator="ore", unit=word))
    row = enter()
    services.assent(row, actor_id=firms)
    put("evidence", lambda word: services.bring_evidence(row, actor_id=firms, period=due, text=word))
    filed = put("name of a file", lambda word: services.bring_evidence(
        row, actor_id=firms, period=due, text="x", file=(f"{word}.pdf", PDF)
    ))  # fmt: skip
    content = put("content of a file", lambda word: services.bring_evidence(
        row, actor_id=firms, period=due, text="x", file=("prova.pdf", PDF + word.encode())
    ))  # fmt: skip
    claim = put("claim", lambda word: services.claim(
        row, actor_id=firms, period=due, condition="late", text=word
    ))  # fmt: skip
    put("dispute", lambda word: services.answer(claim, actor_id=cgil, confirms=False, text=word))
    plant.at(commitment_id=row.pk, claim_id=claim.pk, file_id=filed.file_id)
    plant.at(file_id=content.file_id)
