"""The rooms and their parts, in one place: policies, addresses and API are gathered by these names."""

from __future__ import annotations

from importlib import import_module

TABLE = ("delegations", "course", "meetings", "party_room", "overlap", "polling", "voices", "plain_ballots")
AGREEMENT = ("signing", "life", "commitments", "archive")
ROOMS = (
    "people", "dialogue", *[f"dialogue.{part}" for part in (*TABLE, "following")],
    "agreements", *[f"agreements.{part}" for part in AGREEMENT], "ledger", "common",
)  # fmt: skip


def load_policies() -> None:
    """Read every room's `policies`: it declares the routes' policies and the kinds of private files."""
    for room in ROOMS:
        import_module(f"tavolo.{room}.policies")
