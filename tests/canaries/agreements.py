"""A canary in CGIL's private papers on an agreement: a working copy, its title and reason, a remark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tavolo.agreements.models import Agreement
from tavolo.agreements.services import amending, notes
from tavolo.agreements.services.texts import current, text_of
from tavolo.dialogue.models import Party

CGIL = ("union_delegate",)


def plant(world: Any, plant: Any) -> None:
    """Keep a draft and leave a remark."""
    agreement = Agreement.objects.get(pk=world.arguments["agreement_id"])
    party = Party.objects.get(pk=world.arguments["party_id"])
    actor = world.people["union_delegate"].pk
    text = text_of(current(agreement))
    clause = list(text.clauses)[-1]

    def save(changed: Any = text, **fields: str) -> Any:
        return amending.save_draft(agreement, party=party, text=changed, actor_id=actor, **fields)

    def edited(word: str) -> Any:
        former = text.clauses[clause]
        return text.with_clause(replace(former, body=f"{former.body}\n\nInoltre {word}."))

    for name, put in (
        ("agreement draft: title", lambda word: save(title=word)),
        ("agreement draft: reason", lambda word: save(reason=word)),
        ("agreement draft: text", lambda word: save(edited(word))),
    ):
        plant.at(agreement_draft_id=plant(name, put, *CGIL).pk)
    remark = plant(
        "agreement: private remark",
        lambda word: notes.add_remark(agreement, text=word, clause=clause, actor_id=actor),
        *CGIL,
    )
    plant.at(agreement_remark_id=remark.pk)
