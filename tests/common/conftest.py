"""What the tests of the common services share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tavolo.common.models import Territory


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    """A territory whose scope is open."""
    from tavolo.common.models import Territory
    from tavolo.common.territory import in_territory

    with in_territory(Territory.objects.create(slug="milano", name="Milano")) as opened:
        yield opened


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private folder for stored files."""
    from tavolo.common import paths

    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")
    return tmp_path / "files"
