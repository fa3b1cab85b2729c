"""What the demonstration's table holds beyond its consultations: one module for each part of the walk."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tavolo.demo.dialogue import Seated, Step
from tavolo.demo.society import Society

# In the order in which a table lives through them: a later part may build on an earlier one.
PARTS = (
    "delegations", "course", "party_room", "meetings", "overlap", "voices", "polling", "plain_ballots",
    "following", "agreements", "signing", "life", "commitments", "archive",
)  # fmt: skip


def build(seated: Seated, society: Society, step: Step) -> None:
    """Let every part write what the walk needs, through its own services."""
    for part in PARTS:
        name = f"tavolo.demo.{part}"
        if find_spec(name) is not None:
            import_module(name).build(seated, society, step)
