from __future__ import annotations

from collections.abc import Iterator

import pytest

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    """A territory, entered."""
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        yield place
