"""One BLAS thread for small tables: waking a second one costs more than the products take."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

SMALL_CELLS = 1 << 22


def suited_threads(people: int, statements: int) -> AbstractContextManager[Any]:
    """Return a context that runs BLAS on one thread if the table has fewer than four million cells."""
    if people * statements >= SMALL_CELLS:
        return nullcontext()
    controller = _controller()
    return nullcontext() if controller is None else controller.limit(limits=1, user_api="blas")


@cache
def _controller() -> Any:
    try:
        import scipy.linalg  # noqa: F401  (brings its own BLAS, which must be loaded to be found)
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
