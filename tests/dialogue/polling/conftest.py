from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english_sentences() -> Iterator[None]:
    """Refusals in the words of the code; pages are asked for in Italian by the browser's own header."""
    with translation.override("en"):
        yield
