"""Two at once: the last consents of two parties, and two heads named in the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.delegations import decisions, seats
from tavolo.dialogue.delegations.models import Answer
from tavolo.dialogue.models import Delegate
from tavolo.people.models import Membership, Role
from tests.dialogue.world import START, build_world, make_account

applied: list[object] = []


def together(territory, *works):
    """Run each work in a thread of its own, all starting together; return what went wrong."""
    gate, wrong = threading.Barrier(len(works)), []

    def run(work):
        try:
            with in_territory(territory):
                gate.wait(timeout=20)
                work()
        except Problem as problem:
            wrong.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


@pytest.mark.django_db(transaction=True)
def test_what_two_do_at_once_happens_once():
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        world = build_world(place, members=1, firms=1)
        _last_consents(world)
        _two_heads(world)


def _last_consents(world):
    applied.clear()
    decisions.kind("prova.race", title="Prova", needs="each_party", apply=lambda row: applied.append(row.pk))
    decision = decisions.propose(world.table, "prova.race", {}, actor_id=world.secretary.pk)

    def consent(name):
        party, actor = world.parties[name], world.delegates[name].pk
        return lambda: decisions.consent(decision, party=party, actor_id=actor)

    names = [*world.parties, *world.parties]  # everybody clicks twice, all at once
    assert together(world.territory, *[consent(name) for name in names]) == []
    del decisions.KINDS["prova.race"]
    assert applied == [decision.pk]
    assert Answer.objects.filter(decision=decision).count() == 4


def _two_heads(world):
    party, former = world.parties["CGIL"], world.delegates["CGIL"].pk
    officer = make_account("funzionaria")
    people = [make_account("una"), make_account("altro")]
    for person, role in ((officer, Role.OFFICER), *((one, Role.DELEGATE) for one in people)):
        Membership.objects.create(
            territory=world.territory, account=person, organisation=party.organisation, role=role,
            starts_on=START,
        )  # fmt: skip

    def name(person):
        return lambda: seats.add_delegate(party, email=person.email, role="head", actor_id=officer.pk)

    assert together(world.territory, *[name(person) for person in people]) == []
    from tavolo.dialogue import standing

    active = Delegate.objects.active_on(standing.today()).filter(party=party)
    assert active.filter(role="head").count() == 1
    assert set(active.values_list("account_id", flat=True)) == {former, *(one.pk for one in people)}
