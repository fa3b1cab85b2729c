"""A territory to record acts in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tavolo.common.models import Territory


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    """A territory whose scope is open."""
    # Imported here: the tests of the pure package run without Django.
    from tavolo.common.models import Territory
    from tavolo.common.territory import in_territory

    with in_territory(Territory.objects.create(slug="milano", name="Milano")) as opened:
        yield opened
