"""Results as every viewer gets them, at every moment, through the real services."""

from __future__ import annotations

import random
from itertools import permutations

import numpy as np
import pytest

from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.services import releasing, voting
from tavolo.dialogue.services.results import load_cells, view_for
from tests.dialogue.test_disclosure import derivable
from tests.dialogue.world import build_world, close_one, everybody_votes, open_one

pytestmark = pytest.mark.django_db
LEAST = 10


def partial_votes(world, consultation, seed=4):
    """Let people answer some statements only, so that small cells arise."""
    draw = random.Random(seed)
    slots = StatementVersion.objects.filter(consultation=consultation).count()
    chances = [draw.choice((0.1, 0.3, 0.6, 1.0)) for _ in range(slots)]
    votes = {
        person.pk: [(s, draw.choice((1, 2, 3))) for s in range(slots) if draw.random() < chances[s]]
        for people in world.people.values()
        for person in people
    }
    voting.cast_many(consultation, {person: pairs for person, pairs in votes.items() if pairs})


def linear_facts(view, units, row):
    """Return what one view says about one statement, as sums over units with their figures."""
    columns = [*view.columns, *([view.own] if view.own else [])]
    return [
        (np.array([1.0 if unit in column.label.units and side == column.label.side else 0.0
                   for side, unit in units]), int(column.counts[row].sum()))
        for column in columns if not column.hidden[row]
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_viewer_computes_a_hidden_or_small_cell_from_all_views_at_all_moments(territory, seed):
    """The attacker keeps every page since the close, in any order of releases, and does linear algebra."""
    world = build_world(territory, members=[26, 24, 14], firms=16)
    consultation = open_one(world, statements=6)
    partial_votes(world, consultation, seed)
    close_one(world, consultation)
    cells = load_cells(consultation)
    units = [(side, unit) for side, part in cells.counts.items() for unit in part]
    orders = list(permutations(world.parties))[seed * 5 : seed * 5 + 2]
    from django.db import transaction

    for order in orders:
        facts = {viewer: [[] for _ in cells.versions] for viewer in (None, *world.parties)}
        released: list[str] = []
        point = transaction.savepoint()
        for moment in (None, *order):
            if moment is not None:
                releasing.release_results(
                    consultation, party=world.parties[moment], actor_id=world.delegates[moment].pk
                )
                released.append(moment)
            for viewer in facts:
                view = view_for(consultation, world.parties[viewer] if viewer else None)
                for row in range(len(cells.versions)):
                    facts[viewer][row] += linear_facts(view, units, row)
            check(world, cells, units, facts, released)
        transaction.savepoint_rollback(point)


def check(world, cells, units, facts, released):
    open_parties = {world.parties[name].pk for name in released}
    for viewer, rows in facts.items():
        own = world.parties[viewer].pk if viewer else None
        for row, known in enumerate(rows):
            seen = [vector for vector, _ in known]
            for index, (side, unit) in enumerate(units):
                wanted = np.eye(len(units))[index]
                if derivable(seen, wanted):
                    count = int(cells.counts[side][unit][row].sum())
                    assert unit == own or unit in open_parties or unit == "pool"
                    assert count == 0 or count >= LEAST


def test_the_figures_shown_are_the_votes_cast(territory):
    world = build_world(territory)
    consultation = open_one(world)
    cast = everybody_votes(world, consultation)
    close_one(world, consultation)
    for name in world.parties:
        releasing.release_results(consultation, party=world.parties[name], actor_id=world.delegates[name].pk)
    view = view_for(consultation)
    assert sum(column.voters for column in view.columns) == len(cast)
    for column in view.columns:
        mine = [cast[person.pk] for person in world.people[column.name]]
        for slot in range(4):
            votes = [dict(pairs)[slot] for pairs in mine]
            assert column.counts[slot].tolist() == [votes.count(1), votes.count(2), votes.count(3)]


def test_a_side_of_one_party_waits_for_that_party(territory):
    world = build_world(territory)
    consultation = open_one(world)
    everybody_votes(world, consultation)
    close_one(world, consultation)
    view = view_for(consultation)
    assert [column.label.key for column in view.columns] == ["side-workers"]
    assert view.hidden_sides == ["employers"]
