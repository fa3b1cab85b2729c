"""The invented network: the same from the same seed, and believable."""

import numpy as np
import pytest

from tavolo.network.generator import as_json, catalogue, generate
from tavolo.network.matching.activity import canonical
from tavolo.network.matching.sheets import Place, distance_km


def test_the_same_seed_gives_the_same_network() -> None:
    one, two, other = generate(20, 30, 30, 80), generate(20, 30, 30, 80), generate(20, 30, 30, 80, seed=7)
    assert as_json(one) == as_json(two)
    assert as_json(one) != as_json(other)
    assert (one.obligations.cents == two.obligations.cents).all()


def test_firms_lie_around_milan() -> None:
    milan = Place("Milano", 45.4643, 9.1895)
    far = [distance_km(milan, firm.place) for firm in generate(300, 0, 0, 0).firms]
    assert 10 < np.mean(far) < 20
    assert max(far) < 60


def test_obligations_join_different_firms_and_are_skewed() -> None:
    owed = generate(500, 0, 0, 5000).obligations
    assert (owed.debtor != owed.creditor).all()
    assert np.median(owed.cents) < owed.cents.mean() / 1.5


def test_every_subject_has_needs_offers_decoys_and_a_real_activity() -> None:
    for subject in catalogue():
        assert canonical(subject.activity) == subject.activity
        assert len(subject.needs) >= 2
        assert len(subject.offers) >= 3
        assert subject.decoys


@pytest.mark.parametrize("sizes", [(1, 5, 5, 5), (5, -1, 5, 5)])
def test_sizes_that_make_no_network_are_refused(sizes) -> None:
    with pytest.raises(ValueError, match="two firms"):
        generate(*sizes)
