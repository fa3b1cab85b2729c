"""Rings: every gift once, every firm gives and takes, packed as well as can be proved."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.network.matching.errors import InputError
from tavolo.network.matching.exchange_graph import read_exchange_graph
from tavolo.network.matching.packing import pack, repack
from tavolo.network.matching.ring_proposals import covered_vertices
from tavolo.network.matching.rings import Gifts, find_rings, gifts_from
from tests.shared_data import shared

# (giver, taker, offer, need, value): few firms, offers and needs, so that rings collide.
FIRM, SHEET = st.integers(0, 4), st.integers(0, 1)
GIFT = st.builds(
    lambda giver, taker, offer, need, value: (giver, taker, 2 * giver + offer, 2 * taker + need, value),
    FIRM,
    FIRM,
    SHEET,
    SHEET,
    st.integers(1, 9),
)
GIFTS = st.lists(GIFT, min_size=1, max_size=14).map(lambda rows: gifts_from(rows, 5, rings_per_firm=2))


def rings_by_hand(gifts: Gifts, longest: int) -> set[frozenset[int]]:
    found = set()
    for length in range(2, longest + 1):
        for chosen in permutations(range(len(gifts)), length):
            ends = [(gifts.giver[gift], gifts.taker[gift]) for gift in chosen]
            closed = all(ends[at][1] == ends[(at + 1) % length][0] for at in range(length))
            if closed and len({giver for giver, _ in ends}) == length:
                found.add(frozenset(chosen))
    return found


def fits(gifts: Gifts, rings) -> bool:
    used = [gift for ring in rings for gift in ring]
    offers = np.bincount(gifts.offer[used], minlength=len(gifts.offer_limits))
    needs = np.bincount(gifts.need[used], minlength=len(gifts.need_limits))
    firms = np.bincount(gifts.giver[used], minlength=gifts.firms)
    return bool(
        (offers <= gifts.offer_limits).all()
        and (needs <= gifts.need_limits).all()
        and (firms <= gifts.rings_per_firm).all()
    )


@settings(max_examples=40, deadline=None)
@given(GIFTS, st.sampled_from([2, 3, 4]))
def test_every_ring_is_found_once(gifts, longest) -> None:
    found = find_rings(gifts, longest).gifts_of()
    assert len(found) == len(set(map(frozenset, found)))
    if longest < 4 or len(gifts) < 10:
        assert set(map(frozenset, found)) == rings_by_hand(gifts, longest)


@settings(max_examples=40, deadline=None)
@given(GIFTS)
def test_the_packing_is_the_best_of_all(gifts) -> None:
    rings = find_rings(gifts, 3)
    listed = rings.gifts_of()
    packing = pack(gifts, rings)
    assert fits(gifts, [listed[at] for at in packing.chosen])
    assert packing.value == sum(int(gifts.value[list(listed[at])].sum()) for at in packing.chosen)
    assert packing.value <= packing.bound
    if len(listed) <= 10:
        best = max(
            sum(int(gifts.value[list(listed[at])].sum()) for at in some)
            for count in range(len(listed) + 1)
            for some in combinations(range(len(listed)), count)
            if not some or fits(gifts, [listed[at] for at in some])
        )
        assert packing.value == best
        assert packing.optimal


@settings(max_examples=25, deadline=None)
@given(GIFTS, st.integers(1, 5))
def test_the_same_seed_gives_the_same_rings(gifts, seed) -> None:
    rings = find_rings(gifts, 3)
    assert pack(gifts, rings, seed).chosen == pack(gifts, rings, seed).chosen


@settings(max_examples=40, deadline=None)
@given(GIFTS, st.data())
def test_after_a_refusal_the_others_keep_their_rings(gifts, data) -> None:
    rings = find_rings(gifts, 3)
    first = pack(gifts, rings)
    if not first.chosen:
        return
    declined = {data.draw(st.sampled_from(first.chosen))}
    second = repack(gifts, rings, first, declined)
    assert set(first.chosen) - declined <= set(second.chosen)
    assert not declined & set(second.chosen)
    assert fits(gifts, [rings.gifts_of()[at] for at in second.chosen])


def test_a_refusal_frees_its_firms_for_another_ring() -> None:
    # a and b can swap; if they do not, each has another partner.
    rows = [
        (0, 1, 0, 1, 9),
        (1, 0, 1, 0, 9),
        (0, 2, 0, 2, 5),
        (2, 0, 2, 0, 5),
        (1, 3, 1, 3, 5),
        (3, 1, 3, 1, 5),
    ]
    gifts = gifts_from(rows, 4, rings_per_firm=1)
    rings = find_rings(gifts, 2)
    first = pack(gifts, rings)
    assert first.value == 20
    swap = next(at for at, ring in enumerate(rings.gifts_of()) if set(ring) == {0, 1})
    with_swap = pack(gifts, rings, kept=[swap])
    assert with_swap.value == 18
    assert repack(gifts, rings, with_swap, [swap]).value == 20


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "optimum"), [("100.input", 29), ("200.input", 104)])
def test_published_optima_of_exchange_graphs(name, optimum) -> None:
    graph = read_exchange_graph(shared(f"network/kidney/{name}"))
    rings = find_rings(graph, 3)
    packing = pack(graph, rings)
    assert covered_vertices(rings, packing) == optimum
    assert packing.bound == optimum
    assert packing.optimal


def test_a_time_limit_gives_the_best_found_and_its_gap() -> None:
    random = np.random.default_rng(3)
    rows = [
        (int(a), int(b), number, 8 * int(b) + int(c) % 8, int(v))
        for number, (a, b, c, v) in enumerate(
            zip(
                random.integers(0, 150, 3000),
                random.integers(0, 150, 3000),
                random.integers(0, 1000, 3000),
                random.integers(500, 2000, 3000),
                strict=True,
            )
        )
    ]
    gifts = gifts_from(rows, 150)
    rings = find_rings(gifts, 3)
    hurried = pack(gifts, rings, time_limit=0.01)
    assert 0 < hurried.value <= hurried.bound
    assert fits(gifts, [rings.gifts_of()[at] for at in hurried.chosen])
    assert hurried.gap < 0.2


def test_too_many_rings_are_cut_and_said() -> None:
    rows = [(a, b, a, b, 1) for a in range(9) for b in range(9) if a != b]
    rings = find_rings(gifts_from(rows, 9), 3, most=50)
    assert len(rings) == 50
    assert not rings.complete


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("3 1\n0 1 1\n", None),
        ("3 2\n0 1 1\n-1 -1 -1\n", 1),
        ("3 1\n0 7 1\n-1 -1 -1\n", 2),
        ("3 1\n0 1 1.5\n-1 -1 -1\n", 2),
        ("tre 1\n", 1),
        ("3 1\n0 1 1\n-1 -1 -1\n0 1 1\n", 4),
        ("3 1\n0 1 inf\n-1 -1 -1\n", 2),
        ("3 1\n0 1 nan\n-1 -1 -1\n", 2),
        ("99999999999999 0\n-1 -1 -1\n", 1),
        ("² 0\n-1 -1 -1\n", 1),
        ("", None),
    ],
)
def test_a_broken_graph_is_refused_with_its_row(tmp_path, text, row) -> None:
    path = tmp_path / "graph.input"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_exchange_graph(path)
    assert caught.value.row == row
