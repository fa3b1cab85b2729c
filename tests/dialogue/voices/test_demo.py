"""The small demonstration holds what the walk shows, and its pages render for each person."""

from __future__ import annotations

import pytest

from tavolo.dialogue.voices.models import Proposal
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_a_refusal_under_appeal_and_statements_waiting(world: World):
    states = list(Proposal.objects.values_list("state", flat=True))
    assert states.count("appealed") == 1
    assert states.count("waiting") == 3
    assert states.count("accepted") == 5
    assert states.count("refused") == 2
