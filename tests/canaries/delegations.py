"""A canary in every private field of CGIL's mandate: the one in force and the next one's draft."""

from __future__ import annotations

from typing import Any

from tavolo.common import files
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.delegations.policies import MANDATE_FILE
from tavolo.dialogue.models import Party

Plant = Any
CGIL = ("union_delegate",)


def plant(world: Any, plant: Plant) -> None:
    """Write a mandate that is lodged, then a draft of the next one."""
    party = Party.objects.get(pk=world.arguments["party_id"])
    actor = world.people["union_delegate"].pk
    for where, lodged in (("mandate", True), ("draft of a mandate", False)):
        draft = _write(party, actor, where, plant)
        plant.at(mandate_id=draft.pk)
        if lodged:
            mandates.lodge(draft, actor_id=actor)


def _write(party: Party, actor: Any, where: str, plant: Plant) -> Any:
    words: dict[str, str] = {"scope": "", "organ": "", "ratified_by": ""}
    for field in words:
        plant(f"{where}: {field}", lambda word, field=field: words.__setitem__(field, word), *CGIL)
    day = standing.today()
    terms = mandates.Terms(given_on=day, starts_on=day, ratification="organ", **words)
    draft = mandates.write_draft(party, terms, actor_id=actor)
    _document(party, actor, terms, where, plant)
    line = plant(f"{where}: red line", lambda word: mandates.add_red_line(draft, word, actor_id=actor), *CGIL)
    plant.at(red_line_id=line.pk)
    return draft


def _document(party: Party, actor: Any, terms: Any, where: str, plant: Plant) -> None:
    def put(word: str) -> Any:
        stored = files.store(
            b"%PDF-1.4 " + word.encode(), kind=MANDATE_FILE, name="mandato.pdf", owner_id=None,
            subject_id=party.pk,
        )  # fmt: skip
        return mandates.write_draft(
            party, terms, actor_id=actor, document=stored, document_name=f"{word}.pdf"
        ), stored.pk

    _draft, stored_id = plant(f"{where}: document, its name and content", put, *CGIL)
    plant.at(file_id=stored_id)
