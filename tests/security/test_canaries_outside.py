"""Nobody outside the table meets a private word: the other half of the rounds of `test_canaries.py`."""

from __future__ import annotations

import pytest

from tests.security.rounds import OUTSIDE, Rounds, find_nothing, met_nothing, planter, rounds

# Imported here so that the routes exist when they are walked.
import tavolo.site.urls  # noqa: F401  isort:skip

pytestmark = pytest.mark.django_db
__all__ = ["planter", "rounds"]


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_role_meets_what_is_not_its_to_read(rounds: Rounds, role: str) -> None:
    met_nothing(rounds, role)


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_search_for_a_private_word_finds_nothing(rounds: Rounds, role: str) -> None:
    find_nothing(rounds, role)
