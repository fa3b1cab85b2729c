"""Canaries in CGIL's private papers on an agreement, and in what the table alone reads of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tavolo.agreements.models import Agreement
from tavolo.agreements.services import amending, notes, stances, starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause, Text
from tavolo.dialogue.models import Delegate, Party, Secretariat

CGIL = ("union_delegate",)
TABLE = ("union_delegate", "other_union_delegate", "employer_delegate", "secretary")


def plant(world: Any, plant: Any) -> None:
    """Keep drafts, leave a remark; then write into every field of a text that is not signed yet."""
    agreement = Agreement.objects.get(pk=world.arguments["agreement_id"])
    _private(agreement, world, plant)
    _under_way(agreement, world, plant)


def seated(table_id: Any) -> frozenset[Any]:
    """Return everybody who sits at a table: delegations and secretariat may be told."""
    rows: Iterable[Any] = (Delegate.objects.filter(party__table_id=table_id),
                           Secretariat.objects.filter(table_id=table_id))  # fmt: skip
    return frozenset(pk for found in rows for pk in found.values_list("account_id", flat=True))


def _private(agreement: Agreement, world: Any, plant: Any) -> None:
    party = Party.objects.get(pk=world.arguments["party_id"])
    actor = world.people["union_delegate"].pk
    text = text_of(current(agreement))
    clause = list(text.clauses)[-1]

    def save(changed: Any = text, **fields: str) -> Any:
        return amending.save_draft(agreement, party=party, text=changed, actor_id=actor, **fields)

    for name, put in (
        ("agreement draft: title", lambda word: save(title=word)),
        ("agreement draft: reason", lambda word: save(reason=word)),
        ("agreement draft: text", lambda word: save(_edited(text, clause, word))),
    ):
        plant.at(agreement_id=agreement.pk, agreement_draft_id=plant(name, put, *CGIL).pk)
    remark = plant(
        "agreement: private remark",
        lambda word: notes.add_remark(agreement, text=word, clause=clause, actor_id=actor),
        *CGIL,
    )
    plant.at(agreement_id=agreement.pk, agreement_remark_id=remark.pk)


def _edited(text: Text, clause: str, word: str) -> Text:
    former = text.clauses[clause]
    return text.with_clause(replace(former, body=f"{former.body}\n\nInoltre {word}."))


def _under_way(agreement: Agreement, world: Any, plant: Any) -> None:
    """An agreement of its own: title, text, amendment, comment, stance."""
    table, people = agreement.table, seated(agreement.table_id)
    actor, other = world.people["union_delegate"].pk, world.people["employer_delegate"].pk

    def put(name: str, write: Any, *, in_acts: bool = False) -> Any:
        return plant(
            f"agreement under way: {name}", write, *TABLE, guarded=False, also=people, in_acts=in_acts
        )

    made = put("text", lambda word: starting.start_agreement(
        table, title="Intesa in bozza", actor_id=actor,
        text=Text.of("Intesa in bozza", (Clause("c1", "Premio", f"Il premio è {word}."),)),
    ))  # fmt: skip
    titled = put("title", lambda word: starting.start_agreement(
        table, title=f"Intesa {word}", actor_id=actor, text=text_of(current(made)),
    ), in_acts=True)  # fmt: skip
    base = current(made)
    put("amendment", lambda word: amending.lodge_text(
        made, base=base, text=_edited(text_of(base), "c1", word), actor_id=actor
    ))  # fmt: skip
    amended = put("amendment's reason", lambda word: amending.lodge_text(
        made, base=base, text=_edited(text_of(base), "c1", "altro"), actor_id=other, reason=word
    ))  # fmt: skip
    put("comment", lambda word: notes.add_comment(made, text=word, actor_id=other, clause="c1"))
    put("reservation", lambda word: stances.lodge_stance(
        made, kind="reservation", actor_id=other, clause="c1", text=word,
        shown_hash=clause_hash(text_of(base).clauses["c1"]),
    ))  # fmt: skip
    plant.at(agreement_id=made.pk, amendment_id=amended[0].pk)
    plant.at(agreement_id=titled.pk, initialled_id=titled.pk)
