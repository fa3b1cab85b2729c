"""Where the real data lies, if it does: tests that need it skip, saying so, where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def find_shared() -> Path | None:
    """Return the folder of real data: $TAVOLO_SHARED, or `shared` beside the checkout."""
    candidates = [os.environ.get("TAVOLO_SHARED"), CHECKOUT.parent / "shared", CHECKOUT / "shared"]
    for candidate in candidates:
        if candidate and (Path(candidate) / "data").is_dir():
            return Path(candidate)
    return None


def shared(relative: str = "") -> Path:
    """Return a path inside the real data folder, or skip the test with a clear line."""
    root = find_shared()
    if root is None:
        pytest.skip("real data not found: set TAVOLO_SHARED or put the folder `shared` beside the checkout")
    path = root / "data" / relative
    if not path.exists():
        pytest.skip(f"real data has no {relative}")
    return path
