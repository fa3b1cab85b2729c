# mypy: disable-error-code="attr-defined"
"""Writing exports that `tavolo verify` checks offline: the whole register, or some acts with proofs."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from django_scopes import get_scope

from tavolo.ledger import checkpoints, signing, storage
from tavolo.ledger.merkle.acts import ACT_TYPE, ERASED
from tavolo.ledger.merkle.bundle import Writer, origin_of
from tavolo.ledger.models import ActContent, Checkpoint, HeldCheckpoint, Leaf
from tavolo.ledger.services import statement_of

CHUNK = 2000


def write_whole(out: BinaryIO, *, statements: bool) -> Checkpoint:
    """Write every leaf up to a checkpoint signed now, with or without what the acts say.

    The caller answers for who receives statements: they are everything the register keeps.
    """
    top = checkpoints.sign()
    notes = list(
        Checkpoint.objects.filter(size__lte=top.size).order_by("size").values_list("note", flat=True)
    )
    writer = _writer(out, "whole", "all" if statements else "none", notes)
    for leaf, content in _leaves(top.size, statements):
        said = statement_of(content).as_dict() if content else None
        salt = bytes(content.salt) if content else None
        writer.leaf(leaf.index, leaf.act_id, bytes(leaf.act.commitment), statement=said, salt=salt)
    writer.close(signing.signing_key())
    return top


def write_extract(out: BinaryIO, act_ids: Iterable[uuid.UUID], *, statements: bool = True) -> Checkpoint:
    """Write some acts, with or without what they say, each proved against the newest checkpoint.

    A checkpoint is signed first where the newest does not cover them. The checkpoints anybody holds are
    joined to it by proofs, so that each holder can compare. Acts whose content was erased bring their
    tombstones along. The caller answers for who receives statements.
    """
    wanted = _with_tombstones(set(act_ids))
    top = _covering(wanted)
    tree = storage.tree(top.size)
    rows = _joined_checkpoints(top)
    writer = _writer(out, "extract", "all" if statements else "none", [row.note for row in rows])
    for old, new in pairwise(rows):
        writer.consistency(old.size, new.size, storage.tree(new.size).consistency(old.size))
    leaves = Leaf.objects.filter(act_id__in=wanted, index__lt=top.size).select_related("act")
    said = ActContent.objects.filter(act_id__in=wanted if statements else [])
    contents = {row.act_id: row for row in said}
    for leaf in leaves.order_by("index"):
        content = contents.get(leaf.act_id)
        writer.leaf(
            leaf.index,
            leaf.act_id,
            bytes(leaf.act.commitment),
            statement=statement_of(content).as_dict() if content else None,
            salt=bytes(content.salt) if content else None,
            path=tree.inclusion(leaf.index),
        )
    writer.close(signing.signing_key())
    return top


def write_file(path: Path, *, statements: bool) -> Checkpoint:
    """Write the whole register to a file, aside and then renamed, so that no half export remains."""
    partial = path.with_name(path.name + ".part")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            top = write_whole(out, statements=statements)
            out.flush()
            os.fsync(out.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return top


def _writer(out: BinaryIO, scope: str, statements: str, notes: list[str]) -> Writer:
    territory = get_scope()["territory"]
    return Writer(
        out,
        origin=origin_of(territory.pk),
        scope=scope,
        statements=statements,
        keys=signing.known_keys(),
        checkpoints=notes,
    )


def _leaves(size: int, statements: bool) -> Iterator[tuple[Leaf, ActContent | None]]:
    """Yield leaves in order, in runs that bound memory, with what their acts say where wanted."""
    for first in range(0, size, CHUNK):
        stop = min(first + CHUNK, size)
        run = Leaf.objects.filter(index__gte=first, index__lt=stop).select_related("act").order_by("index")
        leaves = list(run)
        contents: dict[Any, ActContent] = {}
        if statements:
            rows = ActContent.objects.filter(act_id__in=[leaf.act_id for leaf in leaves])
            contents = {row.act_id: row for row in rows}
        for leaf in leaves:
            yield leaf, contents.get(leaf.act_id)


def _covering(act_ids: set[uuid.UUID]) -> Checkpoint:
    """Return the newest checkpoint, signed now where it does not cover these acts."""
    top = checkpoints.latest()
    covered = top is not None and Leaf.objects.filter(act_id__in=act_ids, index__lt=top.size).count()
    return top if top is not None and covered == len(act_ids) else checkpoints.sign()


def _joined_checkpoints(top: Checkpoint) -> list[Checkpoint]:
    held = HeldCheckpoint.objects.values_list("checkpoint_id", flat=True)
    rows = Checkpoint.objects.filter(pk__in=[*held, top.pk], size__lte=top.size)
    return list(rows.order_by("size"))


def _with_tombstones(act_ids: set[uuid.UUID]) -> set[uuid.UUID]:
    tombstones = ActContent.objects.filter(act_name=ERASED, object_type=ACT_TYPE, object_id__in=act_ids)
    return act_ids | set(tombstones.values_list("act_id", flat=True))
