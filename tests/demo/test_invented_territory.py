"""The invented territory: seeded, exact in its sums, formally valid, and with the opinions written down."""

from __future__ import annotations

import ateco
import numpy as np
import pytest
from stdnum.it import iva

from tavolo.demo import invent, opinion


def test_the_same_seed_gives_the_same_territory_and_another_seed_another() -> None:
    one, same, other = invent.invent(60, 700, 5), invent.invent(60, 700, 5), invent.invent(60, 700, 6)
    assert one.firms == same.firms
    assert one.worker_name == same.worker_name
    assert one.firms != other.firms


@pytest.mark.parametrize(("firms", "workers"), [(40, 600), (60, 700), (3_000, 70_000)])
def test_every_worker_is_counted_once_in_a_firm(firms: int, workers: int) -> None:
    made = invent.invent(firms, workers, 5)
    employed = np.bincount(made.worker_firm, minlength=firms)
    assert [firm.employees for firm in made.firms] == list(employed)
    assert employed.sum() == workers
    assert employed.min() >= 1
    assert made.firms[0].employees == invent.SMALL_FIRM


def test_firms_have_valid_numbers_known_trades_and_names_of_their_own() -> None:
    firms = invent.invent(500, 6_000, 5).firms
    assert all(iva.is_valid(firm.partita_iva) for firm in firms)
    assert all(ateco.lookup(firm.ateco) for firm in firms)
    assert len({firm.name for firm in firms}) == len({firm.partita_iva for firm in firms}) == 500


def test_fewer_workers_than_firms_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one worker per firm"):
        invent.invent(50, 40, 5)


def test_each_party_agrees_as_often_as_the_statements_file_says() -> None:
    party, answers = opinion.votes((6_000, 6_000, 6_000, 6_000), seed=3, seen=0.9)
    for column, statement in enumerate(opinion.statements()):
        for number, wanted in enumerate(statement.support):
            given = answers[party == number, column]
            told = given[np.abs(given) == 1]
            # Five standard errors: one failure in more than a million draws of this seed's kind.
            assert abs((told == 1).mean() - wanted) < 5 * np.sqrt(wanted * (1 - wanted) / told.size)
