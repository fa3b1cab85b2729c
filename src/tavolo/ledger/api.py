# mypy: disable-error-code="attr-defined, no-any-return"
"""The register over HTTP: everything a monitor of its own needs. Hashes and random ids, never words."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from tavolo.common.errors import Problem
from tavolo.ledger import checkpoints, signing, storage
from tavolo.ledger.models import Checkpoint, Leaf

router = Router(tags=["ledger"])
MOST_LEAVES = 1000
# What fits into the database; anything else is refused with 422 before a query is made.
Position = Annotated[int, Query(ge=-1, le=2**62)]


class CheckpointOut(Schema):
    """A checkpoint; `note` is the signed text to keep."""

    id: uuid.UUID
    size: int
    note: str


class LeafOut(Schema):
    """A leaf: its place, the act's random id, the commitment to what it says."""

    index: int
    id: uuid.UUID
    commitment: str


class ProofOut(Schema):
    """That an act stands in the tree of a checkpoint (RFC 9162, 2.1.3)."""

    index: int
    size: int
    leaf_hash: str
    path: list[str]
    note: str


class ConsistencyOut(Schema):
    """That the tree of one size begins with that of another (RFC 9162, 2.1.4)."""

    old: int
    new: int
    path: list[str]


@router.get(
    "/checkpoints", response=list[CheckpointOut], url_name="ledger_checkpoints", summary="Checkpoints"
)
def list_checkpoints(request: HttpRequest, after: Position = -1) -> Any:
    """Return checkpoints of more than `after` acts by size, at most a thousand at a time."""
    return Checkpoint.objects.filter(size__gt=after).order_by("size")[:MOST_LEAVES]


@router.get("/key", response=list[str], url_name="ledger_key", summary="Public keys of the register")
def key(request: HttpRequest) -> list[str]:
    """Return every key the register has signed with, the newest last: name+id+key."""
    return [known.text() for known in signing.known_keys()]


@router.get("/leaves", response=list[LeafOut], url_name="ledger_leaves", summary="Leaves in order")
def leaves(request: HttpRequest, start: Position = 0) -> list[dict[str, Any]]:
    """Return at most a thousand leaves from `start` on."""
    rows = Leaf.objects.filter(index__gte=start, index__lt=start + MOST_LEAVES)
    return [
        {"index": row.index, "id": row.act_id, "commitment": bytes(row.act.commitment).hex()}
        for row in rows.select_related("act").order_by("index")
    ]


@router.get(
    "/acts/{uuid:act_id}/proof", response=ProofOut, url_name="ledger_proof", summary="Proof of an act"
)
def proof(request: HttpRequest, act_id: uuid.UUID, size: Position | None = None) -> dict[str, Any]:
    """Return the proof towards the checkpoint of `size` acts, by default the newest."""
    leaf = get_object_or_404(Leaf, act_id=act_id)
    top = checkpoints.latest() if size is None else Checkpoint.objects.filter(size=size).first()
    if top is None or leaf.index >= top.size:
        raise Problem(_("No such checkpoint covers this act yet. Ask for a newer one."))
    path = storage.tree(top.size).inclusion(leaf.index)
    return {
        "index": leaf.index,
        "size": top.size,
        "leaf_hash": bytes(leaf.hash).hex(),
        "path": [value.hex() for value in path],
        "note": top.note,
    }


@router.get(
    "/consistency",
    response=ConsistencyOut,
    url_name="ledger_consistency",
    summary="Proof between checkpoints",
)
def consistency(request: HttpRequest, old: Position, new: Position) -> dict[str, Any]:
    """Return the proof that the tree of `new` acts begins with that of `old`; both are checkpoints' sizes."""
    sizes = set(Checkpoint.objects.filter(size__in=[old, new]).values_list("size", flat=True))
    if old > new or sizes != {old, new}:
        raise Problem(_("Give the sizes of two checkpoints, the smaller first."))
    path = storage.tree(new).consistency(old)
    return {"old": old, "new": new, "path": [value.hex() for value in path]}
