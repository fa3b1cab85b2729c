"""How far the longest tests go: `make proofs` takes them to their whole extent, `make test` bounds them.

A landing must end in minutes; what is left out then is other people looking at the same pages, and more of
the same lives, never a rule.
"""

from __future__ import annotations

import os

WHOLE = bool(os.environ.get("TAVOLO_WHOLE"))
