"""A canary in what an electoral committee of CGIL keeps: its list, a voided batch, a tablet, a draft record.

These rows are guarded by policies alone (no row security): the search of whole tables leaves them aside.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tavolo.dialogue.models import Consultation, Delegate, Group, Party
from tavolo.dialogue.polling.models import ListedVoter
from tavolo.dialogue.polling.services import assemblies, members, record, roll, slips

Plant = Any
CGIL = ("union_delegate",)


def plant(world: Any, plant: Plant) -> None:
    """List a person, void a batch, start a tablet, remark on a record that is still being written."""
    party = Party.objects.get(pk=world.arguments["party_id"])
    actor = world.people["union_delegate"]
    own = frozenset(Delegate.objects.filter(party=party).values_list("account_id", flat=True))

    def put(name: str, write: Callable[[str], Any]) -> Any:
        return plant(name, write, *CGIL, guarded=False, also=own)

    _list(world, actor.pk, put, plant)
    running = Group.objects.select_related("consultation").get(pk=world.arguments["group_id"])
    batch, *_rest = slips.print_slips(running, 1, actor_id=actor.pk)
    put("reason a batch was voided", lambda word: slips.void_batch(batch, reason=word, actor_id=actor.pk))
    put("place of an assembly", lambda word: _assembly(running.consultation, word, actor.pk))
    _record(party, actor, put, plant)


def _list(world: Any, actor: Any, put: Any, plant: Plant) -> None:
    listed = ListedVoter.objects.select_related("group__consultation").get(pk=world.arguments["voter_id"])
    group = listed.group
    for name, row in (
        ("name on a list", lambda word: (word, "", "", "slip", "it")),
        ("detail on a list", lambda word: ("Una persona", word, "", "slip", "it")),
        ("address on a list", lambda word: ("Altra persona", "", f"{word}@lavoro.example", "mail", "it")),
    ):
        put(name, lambda word, row=row: roll.add_voters(group, [row(word)], actor_id=actor))
    plant.at(group_id=group.pk, consultation_id=group.consultation_id)


def _assembly(poll: Consultation, word: str, actor: Any) -> Any:
    until = timezone.now() + timedelta(hours=2)
    return assemblies.start(poll, place=word, until=until, actor_id=actor)


def _record(party: Party, actor: Any, put: Any, plant: Plant) -> None:
    closed = Consultation.objects.filter(table_id=party.table_id, state="closed").first()
    assert closed is not None
    members.name_member(closed, party=party, email=actor.email, actor_id=actor.pk)
    written = record.draw_up(closed, party.side, actor_id=actor.pk)
    put(
        "remark in a record being written",
        lambda word: record.add_remark(written, kind="statement", text=word, actor_id=actor.pk),
    )
    plant.at(record_id=written.pk, consultation_id=closed.pk)
