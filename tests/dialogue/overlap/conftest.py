from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tavolo.dialogue.overlap.services import looking
from tests.dialogue.overlap.room import Room, make_room
from tests.world import world  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests measure no times, so nothing waits for the grid but the test of the grid itself."""
    monkeypatch.setattr(looking, "PACE", 0.01)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are matched by their English words; pages speak the browser's language."""
    with translation.override("en"):
        yield


@pytest.fixture
def room(territory: Any) -> Room:
    """A table with an association and two unions."""
    return make_room(territory)
