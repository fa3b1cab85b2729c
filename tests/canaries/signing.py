"""Canaries in what parties say when they initial, take back or decline a text that is not signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tavolo.agreements.models import Agreement
from tavolo.agreements.services import stances, starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing.services import initialling
from tavolo.agreements.standing import today
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause, Text
from tests.canaries.agreements import TABLE, seated


def plant(world: Any, plant: Any) -> None:
    """Initial with a reservation, take the initials back, decline, propose to go on without who declined."""
    table = Agreement.objects.get(pk=world.arguments["agreement_id"]).table
    people = seated(table.pk)
    cgil, cisl, firms = (
        world.people[role].pk for role in ("union_delegate", "other_union_delegate", "employer_delegate")
    )
    made = starting.start_agreement(
        table, title="Ipotesi in sigla", actor_id=cgil,
        text=Text.of("Ipotesi in sigla", (Clause("c1", "Premio", "Il premio è di cento euro."),)),
    )  # fmt: skip
    shown = current(made).hash
    clause = clause_hash(text_of(current(made)).clauses["c1"])

    def put(name: str, write: Any) -> Any:
        return plant(f"initialling: {name}", write, *TABLE, guarded=False, also=people)

    put("reservation on substance", lambda word: stances.lodge_stance(
        made, kind="reservation", actor_id=cisl, clause="c1", text=word, shown_hash=clause
    ))  # fmt: skip
    initialling.initial(made, shown_hash=shown, actor_id=cisl)
    due = today() + timedelta(days=30)
    put("reason of the reserve", lambda word: initialling.initial(
        made, shown_hash=shown, actor_id=firms, reserve=True, reserve_reason=word, reserve_due=due
    ))  # fmt: skip
    put("statement", lambda word: initialling.initial(
        made, shown_hash=shown, actor_id=cgil, statement=word
    ))  # fmt: skip
    put("reason of taking back", lambda word: initialling.withdraw(made, actor_id=cgil, reason=word))
    put("statement of who declines", lambda word: initialling.decline(
        made, shown_hash=shown, actor_id=cgil, statement=word
    ))  # fmt: skip
    put("effect", lambda word: initialling.propose_separate(made, actor_id=cisl, effect=word))
    plant.at(agreement_id=made.pk, initialled_id=made.pk)
