"""Who may see the register: its hashes, checkpoints and proofs are for everybody.

They tell nothing about what acts say. The words of an act are shown only where the room it belongs to
allows it (`readers`); checkpoints are held by whoever acts for an organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import anyone, declare, signed_in
from tavolo.ledger.readers import organisations_of


def acts_for_an_organisation(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow whoever acts for an organisation."""
    return bool(organisations_of(request))


EVERYBODY = {"*": 200}

declare("ledger:register", anyone, says="everybody: checkpoints and how to check them", answers=EVERYBODY)
declare("ledger:checkpoint", anyone, says="everybody: size, root and signature", answers=EVERYBODY)
KEEPERS = (
    "secretary", "union_delegate", "other_union_delegate", "employer_delegate", "firm_owner", "city_officer",
)  # fmt: skip
declare(
    "ledger:hold",
    acts_for_an_organisation,
    says="whoever acts for an organisation",
    answers=dict.fromkeys(KEEPERS, 405),
)
declare(
    "ledger:act",
    anyone,
    says="everybody: hash and proof; the words where their room allows",
    answers=EVERYBODY,
)
declare(
    "ledger:extract",
    signed_in,
    says="everybody signed in; the words where their room allows",
    answers={"*": 200, "anonymous": 302},
)
declare(
    "ledger:hashes",
    signed_in,
    says="everybody signed in: all leaves, no words",
    answers={"*": 200, "anonymous": 302},
)

for name, says, answers in (
    ("checkpoints", "everybody: all checkpoints", {"*": 200}),
    ("key", "everybody: the public keys", {"*": 200}),
    ("leaves", "everybody: leaves, which are hashes and random ids", {"*": 200}),
    ("proof", "everybody: proof that an act stands in the tree", EVERYBODY),
    ("consistency", "everybody: proof between two checkpoints", {"*": 422}),
):
    declare(f"api-1.0.0:ledger_{name}", anyone, says=says, answers=answers)
