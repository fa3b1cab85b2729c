"""Checking an export offline, with nothing but the file and the checkpoints one holds.

`verify` reads the file once, in memory that does not grow with its length, and returns a report: what is
proved, what is not, what is wrong. `words` puts a report into Italian or English.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from tavolo.ledger.merkle import acts, bundle
from tavolo.ledger.merkle.hashing import Frontier
from tavolo.ledger.merkle.notes import Checkpoint, Malformed, PublicKey, read_checkpoint, read_key
from tavolo.ledger.merkle.proofs import verify_consistency, verify_inclusion

PROVED, TAMPERED, UNREADABLE = 0, 1, 2
# What hinders only the comparison with a held checkpoint: the file itself was read and checked whole.
COMPARISONS = frozenset({"held_newer", "held_not_comparable"})
MOST_FAULTS = 20
_HEX32 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Finding:
    """One sentence of the report: a code of `words` and what it speaks of."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """What an export proves, what it does not, and what is wrong with it.

    `size` and `at` name the newest checkpoint in the file. `outcome` is 0 where everything checked holds, 1
    where something was changed, removed, reordered or forked, 2 where the file or a comparison asked for
    cannot be read or made.
    """

    origin: str = ""
    size: int = 0
    at: str = ""
    proved: list[Finding] = field(default_factory=list)
    not_proved: list[Finding] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    unreadable: list[Finding] = field(default_factory=list)

    @property
    def outcome(self) -> int:
        """Return 0, 1 or 2 (see the class); a fault weighs more than something unreadable."""
        if self.faults:
            return TAMPERED
        return UNREADABLE if self.unreadable else PROVED

    @property
    def uncompared(self) -> bool:
        """Say whether the file holds by its own checkpoint and only a held one could not be compared."""
        codes = {one.code for one in self.unreadable}
        return self.outcome == UNREADABLE and codes <= COMPARISONS


class _Stop(Exception):
    """Nothing further can be checked."""


def verify(source: BinaryIO, held: Sequence[Checkpoint] = (), key: PublicKey | None = None) -> Report:
    """Check an export against the checkpoints held and, where one is known, the register's key.

    Never raises for what stands in the file: every defect becomes a finding of the report.
    """
    check = _Check(held, key)
    try:
        check.run(source)
    except _Stop:
        pass
    except (Malformed, bundle.Damaged, LookupError, TypeError, ValueError, AttributeError) as error:
        check.damaged(str(error))
    return check.report


class _Check:
    """One reading of an export."""

    def __init__(self, held: Sequence[Checkpoint], key: PublicKey | None) -> None:
        self.report = Report()
        self.held = list(held)
        self.pinned = key
        self.keys: dict[bytes, PublicKey] = {}
        self.checkpoints: list[Checkpoint] = []
        self.edge = Frontier()
        self.number = 0
        self.scope = self.statements = ""
        self.last_index = -1
        self.leaves = self.matched = 0
        self.silent: dict[str, int] = {}
        self.tombstones: dict[str, int] = {}
        self.joined: set[int] = set()
        # What to compare the root with when so many leaves have been read: code of the fault, checkpoint.
        self.awaited: dict[int, list[tuple[str, Checkpoint]]] = {}
        self.sealed = self.started = False

    def fault(self, code: str, **values: Any) -> None:
        """Note that something is wrong; after twenty faults stop."""
        self.report.faults.append(Finding(code, values))
        if len(self.report.faults) >= MOST_FAULTS:
            raise _Stop

    def damaged(self, reason: str) -> None:
        """Note a line that cannot be read: damage within an export, else not an export at all."""
        if self.started:
            self.report.faults.append(Finding("damaged_line", {"line": self.number, "reason": reason}))
        else:
            self.report.unreadable.append(Finding("not_an_export", {"reason": reason}))

    def run(self, source: BinaryIO) -> None:
        """Read every line, then draw the conclusions."""
        handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "key": self._key,
            "checkpoint": self._checkpoint,
            "leaf": self._leaf,
            "consistency": self._consistency,
        }
        for number, data, digest in bundle.read_lines(source):
            self.number = number
            if self.sealed:
                raise bundle.Damaged("something stands after the seal")
            if number == 1:
                # From here on damage is tampering with an export, not some other file.
                self.started = bundle.FORMAT.encode() in data
            line = bundle.read_line(data)
            if number == 1:
                self._header(line)
            elif line["line"] == "seal":
                self._seal(line, digest)
            else:
                handlers[line["line"]](line)
        if not self.started:
            raise bundle.Damaged("the file is empty")
        if not self.sealed:
            self.fault("cut_off", line=self.number)
        self._conclude()

    def _header(self, line: dict[str, Any]) -> None:
        _only(line, "line", "format", "origin", "scope", "statements")
        known = line["scope"] in ("whole", "extract") and line["statements"] in ("all", "none")
        if line["line"] != "register" or line["format"] != bundle.FORMAT or not known:
            raise bundle.Damaged("the first line does not describe an export")
        self.report.origin = line["origin"]
        self.scope, self.statements = line["scope"], line["statements"]

    def _key(self, line: dict[str, Any]) -> None:
        _only(line, "line", "key")
        if self.checkpoints or self.leaves:
            raise bundle.Damaged("a key stands after the checkpoints")
        key = read_key(line["key"])
        if key.name != self.report.origin:
            self.fault("foreign_key", name=key.name)
        self.keys[key.id] = key

    def _checkpoint(self, line: dict[str, Any]) -> None:
        _only(line, "line", "note")
        if self.leaves:
            raise bundle.Damaged("a checkpoint stands after the leaves")
        found = read_checkpoint(line["note"])
        self._signed(found, "checkpoint_not_signed")
        if self.checkpoints and found.size <= self.checkpoints[-1].size:
            self.fault("checkpoints_out_of_order", size=found.size)
        self.checkpoints.append(found)

    def _signed(self, found: Checkpoint, code: str) -> None:
        key = self.keys.get(found.key_id)
        if key is None or found.origin != self.report.origin or not found.signed_by(key):
            self.fault(code, size=found.size, at=found.at)

    def _leaf(self, line: dict[str, Any]) -> None:
        index, committed = line["index"], _hash(line["commitment"])
        act_id = UUID(line["id"])
        optional = [name for name in ("statement", "salt") if name in line]
        _only(line, "line", "index", "id", "commitment", *optional, *self._path_field())
        if not self.leaves:
            self._begin()
        self.leaves += 1
        if not isinstance(index, int) or isinstance(index, bool) or str(act_id) != line["id"]:
            raise bundle.Damaged("index or id are not in their one form")
        hashed = acts.act_leaf_hash(act_id, committed)
        if self.scope == "whole":
            if index != self.last_index + 1:
                self.fault("leaf_out_of_order", index=index, expected=self.last_index + 1)
            self.edge.append(hashed)
            self._compare(self.edge.size)
        else:
            if index <= self.last_index:
                self.fault("leaf_out_of_order", index=index, expected=self.last_index + 1)
            path = [_hash(value) for value in line["path"]]
            top = self.checkpoints[-1]
            if not verify_inclusion(index, top.size, hashed, path, top.root):
                self.fault("leaf_not_included", index=index, size=top.size)
        self.last_index = index
        self._statement(line, index, committed)

    def _path_field(self) -> list[str]:
        return ["path"] if self.scope == "extract" else []

    def _statement(self, line: dict[str, Any], index: int, committed: bytes) -> None:
        """Check what an act says against its commitment; remember acts that say nothing any more."""
        if ("statement" in line) != ("salt" in line):
            raise bundle.Damaged("a statement without its salt, or a salt without statement")
        if "statement" not in line:
            if self.statements == "all":
                self.silent[line["id"]] = index
            return
        said = line["statement"]
        if acts.commitment(_hash(line["salt"]), said) != committed:
            self.fault("statement_changed", index=index)
        elif said["id"] != line["id"] or f"tavolo/{said['territory']}" != self.report.origin:
            self.fault("statement_of_another_act", index=index)
        else:
            self.matched += 1
            if said["act"] == acts.ERASED:
                self.tombstones[said["object"]["id"]] = index

    def _consistency(self, line: dict[str, Any]) -> None:
        _only(line, "line", "from", "to", "path")
        pairs = {
            old.size: (old, new) for old, new in zip(self.checkpoints, self.checkpoints[1:], strict=False)
        }
        old, new = pairs[line["from"]]
        path = [_hash(value) for value in line["path"]]
        holds = line["to"] == new.size
        if not holds or not verify_consistency(old.size, old.root, new.size, new.root, path):
            self.fault("checkpoints_fork", old=old.size, new=new.size)
        self.joined.add(old.size)

    def _seal(self, line: dict[str, Any], digest: str) -> None:
        _only(line, "line", "key", "sha256", "signature")
        self.sealed = True
        if not self.checkpoints:
            raise bundle.Damaged("the export holds no checkpoint")
        key = self.keys.get(bytes.fromhex(line["key"]))
        try:
            signature = base64.b64decode(line["signature"], validate=True)
        except binascii.Error:
            raise bundle.Damaged("the seal's signature is not base64") from None
        if base64.b64encode(signature).decode() != line["signature"] or not _HEX32.fullmatch(line["sha256"]):
            raise bundle.Damaged("the seal is not in its one form")
        signed = key is not None and key.accepts(
            signature, bundle.seal_message(self.report.origin, line["sha256"])
        )
        if digest != line["sha256"] or not signed or line["key"] != self.checkpoints[-1].key_id.hex():
            self.fault("seal_broken")

    def _begin(self) -> None:
        """Before the first leaf: there must be a checkpoint to measure against."""
        if not self.checkpoints:
            raise bundle.Damaged("the leaves come before any checkpoint")
        for code, found in (
            *(("root_differs", own) for own in self.checkpoints),
            *(("fork", held) for held in self.held),
        ):
            self.awaited.setdefault(found.size, []).append((code, found))
        self._compare(0)

    def _compare(self, size: int) -> None:
        """Compare the root over the first `size` leaves with every checkpoint of that size."""
        for code, found in self.awaited.pop(size, ()):
            if self.edge.root() != found.root:
                self.fault(code, size=size, at=found.at)

    def _conclude(self) -> None:
        """After the last line: compare lengths, tombstones and held checkpoints; say what is proved."""
        if not self.checkpoints:
            raise bundle.Damaged("the export holds no checkpoint")
        top = self.checkpoints[-1]
        self.report.size, self.report.at = top.size, top.at
        if self.scope == "whole":
            if not self.leaves:
                self._begin()
            if self.leaves != top.size:
                self.fault("leaves_missing", found=self.leaves, expected=top.size)
        else:
            self._join()
        for act_id, index in self.silent.items():
            if self.tombstones.get(act_id, -1) <= index:
                self.fault("removed_without_tombstone", index=index)
        if self.pinned is not None and top.key_id != self.pinned.id:
            self.fault("another_key", key=self.pinned.id.hex())
        for found in self.held:
            self._held(found, top)
        if not self.report.faults:
            self._say(top)

    def _join(self) -> None:
        """In an extract every checkpoint must be joined to the next by a proof."""
        for old in self.checkpoints[:-1]:
            if old.size not in self.joined:
                self.fault("checkpoints_not_joined", size=old.size)

    def _held(self, found: Checkpoint, top: Checkpoint) -> None:
        self._signed(found, "held_not_signed")
        if found.size > top.size:
            if self.scope == "extract" and found.at > top.at:
                # A file kept since the signature is older than a checkpoint of today: no sign of anything.
                said = {"held": found.size, "at": found.at, "size": top.size}
                self.report.unreadable.append(Finding("held_newer", said))
            else:
                self.fault("shorter_than_held", held=found.size, size=top.size)
        elif self.scope == "extract":
            same = [own for own in self.checkpoints if own.size == found.size]
            if not same:
                self.report.unreadable.append(Finding("held_not_comparable", {"size": found.size}))
            elif same[0].root != found.root:
                self.fault("fork", size=found.size, at=found.at)

    def _say(self, top: Checkpoint) -> None:
        proved, not_proved = self.report.proved, self.report.not_proved
        whole = self.scope == "whole"
        proved.append(
            Finding("whole" if whole else "extract", {"leaves": self.leaves, "size": top.size, "at": top.at})
        )
        if self.statements == "all":
            proved.append(Finding("statements", {"count": self.matched, "erased": len(self.silent)}))
        else:
            not_proved.append(Finding("no_statements"))
        left = {one.values.get("held", one.values["size"]) for one in self.report.unreadable}
        compared = [found for found in self.held if found.size not in left]
        for found in compared:
            proved.append(Finding("held", {"size": found.size, "at": found.at}))
        for size in sorted(left):
            not_proved.append(Finding("not_against_held", {"held": size}))
        newest = max((found.size for found in compared), default=0)
        if not self.held:
            not_proved.append(Finding("nothing_held"))
        elif compared and newest < top.size:
            not_proved.append(Finding("after_held", {"first": newest + 1, "size": top.size}))
        if not self.held and self.pinned is None:
            not_proved.append(Finding("own_key", {"key": top.key_id.hex()}))
        not_proved.append(Finding("truth"))


def _hash(text: Any) -> bytes:
    if not isinstance(text, str) or not _HEX32.fullmatch(text):
        raise bundle.Damaged("a hash must be 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)


def _only(line: Mapping[str, Any], *names: str) -> None:
    if set(line) != set(names):
        raise bundle.Damaged(f"a line must have exactly the fields {', '.join(sorted(names))}")
