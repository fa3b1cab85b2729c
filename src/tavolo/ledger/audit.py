"""Looking through the whole register in the database: does everything still fit together?

An export proves a history to others; this finds where a database was changed. It reads every row once.
"""

from __future__ import annotations

from collections.abc import Iterator

from tavolo.ledger import signing
from tavolo.ledger.merkle import notes
from tavolo.ledger.merkle.acts import ACT_TYPE, ERASED, act_leaf_hash, commitment, instant
from tavolo.ledger.merkle.hashing import Frontier
from tavolo.ledger.merkle.tree import TILE_BITS
from tavolo.ledger.models import Act, ActContent, Checkpoint, Leaf, Node, PendingAct
from tavolo.ledger.services import statement_of

CHUNK = 2000


def faults() -> Iterator[str]:
    """Yield a sentence for everything in the register in scope that does not fit."""
    yield from _tree()
    yield from _acts()
    yield from _contents()


def _tree() -> Iterator[str]:
    """Compare leaves with acts, stored subtrees and checkpoints with the leaves."""
    edge = Frontier()
    checkpoints = {row.size: row for row in Checkpoint.objects.all()}
    nodes = {(row.level, row.index): bytes(row.hash) for row in Node.objects.all().iterator(CHUNK)}
    keys = {key.id: key for key in signing.known_keys()}
    inner: dict[int, Frontier] = {}
    yield from _checkpoint(checkpoints.pop(0, None), edge, keys)
    for leaf in Leaf.objects.select_related("act").order_by("index").iterator(CHUNK):
        if leaf.index != edge.size:
            yield f"leaf {edge.size} is missing; leaf {leaf.index} follows"
            return
        hashed = act_leaf_hash(leaf.act_id, bytes(leaf.act.commitment))
        if hashed != bytes(leaf.hash) or leaf.territory_id != leaf.act.territory_id:
            yield f"leaf {leaf.index} does not fit its act {leaf.act_id}"
        edge.append(hashed)
        yield from _nodes(hashed, edge.size, inner, nodes)
        yield from _checkpoint(checkpoints.pop(edge.size, None), edge, keys)
    for size in sorted(checkpoints):
        yield f"a checkpoint covers {size} acts, the register has {edge.size}"
    for level, index in sorted(nodes):
        yield f"a stored subtree of level {level} at {index} belongs to no leaves"


def _nodes(
    hashed: bytes, size: int, inner: dict[int, Frontier], nodes: dict[tuple[int, int], bytes]
) -> Iterator[str]:
    """Compare every subtree that is complete at this size with the stored one."""
    level = TILE_BITS
    while True:
        part = inner.setdefault(level, Frontier())
        part.append(hashed)
        if size % (1 << level):
            return
        hashed = part.root()
        inner[level] = Frontier()
        index = (size >> level) - 1
        if nodes.pop((level, index), None) != hashed:
            yield f"the stored subtree of level {level} at {index} does not fit its leaves"
        level += TILE_BITS


def _checkpoint(row: Checkpoint | None, edge: Frontier, keys: dict[bytes, notes.PublicKey]) -> Iterator[str]:
    if row is None:
        return
    try:
        said = notes.read_checkpoint(row.note)
    except notes.Malformed as error:
        yield f"the checkpoint of {row.size} acts cannot be read: {error}"
        return
    key = keys.get(said.key_id)
    if key is None or not said.signed_by(key):
        yield f"the checkpoint of {row.size} acts is not signed by a key of the register"
    stored = (row.size, bytes(row.root), instant(row.signed_at))
    if (said.size, said.root, said.at) != stored or said.root != edge.root():
        yield f"the first {row.size} acts are not those of the checkpoint signed at {said.at}"


def _acts() -> Iterator[str]:
    """Every act stands in the tree or waits for it, never both."""
    placed = Leaf.objects.values("act_id")
    waiting = PendingAct.objects.values("act_id")
    for act_id in Act.objects.exclude(pk__in=placed).exclude(pk__in=waiting).values_list("pk", flat=True):
        yield f"act {act_id} neither stands in the tree nor waits for it"
    for act_id in PendingAct.objects.filter(act_id__in=placed).values_list("act_id", flat=True):
        yield f"act {act_id} stands in the tree and still waits for it"


def _contents() -> Iterator[str]:
    """Every content fits its commitment; every act without content has a tombstone."""
    rows = ActContent.objects.select_related("act").order_by("act_id")
    for row in rows.iterator(CHUNK):
        if commitment(bytes(row.salt), statement_of(row).as_dict()) != bytes(row.act.commitment):
            yield f"what act {row.act_id} says is not what was recorded"
    tombstones = ActContent.objects.filter(act_name=ERASED, object_type=ACT_TYPE).values("object_id")
    silent = Act.objects.filter(content__isnull=True).exclude(pk__in=tombstones)
    for act_id in silent.values_list("pk", flat=True):
        yield f"what act {act_id} says is missing and no tombstone says that it was erased"
