"""Small registers for tests, made without Django: acts, checkpoints, exports."""

from __future__ import annotations

import io
import itertools
import random
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tavolo.ledger.merkle import acts, bundle
from tavolo.ledger.merkle.notes import Checkpoint, PublicKey, read_checkpoint, write_checkpoint
from tavolo.ledger.merkle.tree import ListSource, Tree

START = datetime(2026, 4, 13, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Recorded:
    """An act with everything the register keeps about it."""

    id: uuid.UUID
    salt: bytes
    said: dict[str, Any] | None
    commitment: bytes

    @property
    def leaf(self) -> bytes:
        """Return the act's leaf hash."""
        return acts.act_leaf_hash(self.id, self.commitment)

    def erased(self) -> Recorded:
        """Return the act with what it said gone."""
        return replace(self, said=None)


class Register:
    """A register in memory, with a seed so that every run makes the same one."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.territory = self.new_id()
        self.origin = bundle.origin_of(self.territory)
        self.key = Ed25519PrivateKey.from_private_bytes(self.random.randbytes(32))
        self.public = PublicKey(self.origin, self.key.public_key().public_bytes_raw())
        self.acts: list[Recorded] = []
        self.notes: list[str] = []

    def new_id(self) -> uuid.UUID:
        """Return an id from the seed."""
        return uuid.UUID(bytes=self.random.randbytes(16), version=4)

    def record(self, name: str = "dialogue.table_opened", about: uuid.UUID | None = None) -> Recorded:
        """Record one act."""
        said = acts.Statement(
            id=self.new_id(),
            territory=self.territory,
            actor=self.new_id(),
            role="delegate",
            act=name,
            object_type=acts.ACT_TYPE if name == acts.ERASED else "dialogue.table",
            object_id=about or self.new_id(),
            at=START + timedelta(minutes=len(self.acts)),
            content={"title": f"Tavolo n° {len(self.acts)}"},
        ).as_dict()
        salt = self.random.randbytes(32)
        act = Recorded(uuid.UUID(said["id"]), salt, said, acts.commitment(salt, said))
        self.acts.append(act)
        return act

    def tree(self, size: int | None = None) -> Tree:
        """Return the tree over the first acts."""
        return Tree(ListSource([act.leaf for act in self.acts]), len(self.acts) if size is None else size)

    def checkpoint(self) -> Checkpoint:
        """Sign a checkpoint over the acts so far."""
        at = START + timedelta(hours=len(self.notes))
        tree = self.tree()
        note = write_checkpoint(origin=self.origin, size=tree.size, root=tree.root(), at=at, key=self.key)
        self.notes.append(note)
        return read_checkpoint(note)

    def resign(self) -> None:
        """Sign all checkpoints anew over the acts as they are: what the holder of the key can do."""
        sizes = [min(read_checkpoint(note).size, len(self.acts)) for note in self.notes]
        self.notes = []
        for number, size in enumerate(sorted({*sizes, len(self.acts)})):
            at = START + timedelta(hours=number)
            root = self.tree(size).root()
            self.notes.append(write_checkpoint(origin=self.origin, size=size, root=root, at=at, key=self.key))

    def whole(self, statements: str = "all") -> bytes:
        """Export everything."""
        out = io.BytesIO()
        writer = self._writer(out, "whole", statements)
        for index, act in enumerate(self.acts[: read_checkpoint(self.notes[-1]).size]):
            said = act.said if statements == "all" else None
            writer.leaf(index, act.id, act.commitment, statement=said, salt=act.salt)
        writer.close(self.key)
        return out.getvalue()

    def extract(self, *indices: int) -> bytes:
        """Export some acts with their proofs."""
        out = io.BytesIO()
        writer = self._writer(out, "extract", "all")
        checkpoints = [read_checkpoint(note) for note in self.notes]
        for old, new in itertools.pairwise(checkpoints):
            writer.consistency(old.size, new.size, self.tree(new.size).consistency(old.size))
        tree = self.tree(checkpoints[-1].size)
        for index in indices:
            act = self.acts[index]
            path = tree.inclusion(index)
            writer.leaf(index, act.id, act.commitment, statement=act.said, salt=act.salt, path=path)
        writer.close(self.key)
        return out.getvalue()

    def _writer(self, out: io.BytesIO, scope: str, statements: str) -> bundle.Writer:
        return bundle.Writer(
            out,
            origin=self.origin,
            scope=scope,
            statements=statements,
            keys=[self.public],
            checkpoints=self.notes,
        )
