"""Sealed ballots: what is inside one, and how it is closed and opened. No database, no clock.

A ballot's payload has one fixed length, so that a full one and an empty one look alike. Layout, version 2:

    1 byte    layout version; its highest bit: the slip this ballot belongs to has been entered
    1 byte    number of the voter's group
    C/4 bytes votes, two bits a slot: 0 silence, 1 agree, 2 disagree, 3 pass
    C/8 bytes marks of importance, one bit a slot (C/4 and C/8 rounded up; version 1 had none)
    8 x 8     digests of the last request ids, so that a retry is recognised

Sealing is AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce and the consultation and address
as associated data: a payload moved to another row does not open. The address is HMAC-SHA-256 of the
account under a sub-key (RFC 2104; sub-keys by HKDF, RFC 5869).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

SILENCE, AGREE, DISAGREE, PASS = 0, 1, 2, 3
LAYOUT, WITHOUT_MARKS, ENTERED = 2, 1, 0x80
HEADER = 2
RECENT, DIGEST = 8, 8
NONCE = 12


class Unsealed(Exception):
    """A payload that this key does not open: damaged, moved to another row, or sealed under another key."""


@dataclass(frozen=True)
class Ballot:
    """The opened payload. `packed` holds the votes and, after them, the marks of importance; `recent` the
    newest request digest first.

    `entered`: the slip it belongs to has been used to open the voting page; never set for accounts.
    """

    group: int
    packed: bytes
    recent: bytes
    entered: bool = False

    @classmethod
    def empty(cls, group: int, capacity: int) -> Ballot:
        """Return a ballot on which nothing was voted, with room for `capacity` statements."""
        votes = -(-capacity // 4)
        return cls(group, bytes(votes + marks_bytes(votes)), bytes(RECENT * DIGEST))

    @classmethod
    def decode(cls, plain: bytes) -> Ballot:
        """Read a payload; raise Unsealed on an unknown layout."""
        if len(plain) < HEADER + RECENT * DIGEST or plain[0] & ~ENTERED not in (LAYOUT, WITHOUT_MARKS):
            raise Unsealed("the ballot has a layout this version does not know")
        votes_end = len(plain) - RECENT * DIGEST
        packed = plain[HEADER:votes_end]
        if plain[0] & ~ENTERED == WITHOUT_MARKS:
            packed += bytes(marks_bytes(len(packed)))
        return cls(plain[1], packed, plain[votes_end:], bool(plain[0] & ENTERED))

    def encode(self) -> bytes:
        """Return the payload, always as long as the empty ballot's."""
        layout = LAYOUT | ENTERED if self.entered else LAYOUT
        return bytes((layout, self.group)) + self.packed + self.recent

    def vote(self, slot: int) -> int:
        """Return the vote in a slot."""
        return (self.packed[slot >> 2] >> ((slot & 3) * 2)) & 3

    @property
    def _votes_bytes(self) -> int:
        # The marks take half as many bytes as the votes, rounded up.
        return 2 * len(self.packed) // 3

    def important(self, slot: int) -> bool:
        """Say whether the slot is marked as important."""
        return bool((self.packed[self._votes_bytes + (slot >> 3)] >> (slot & 7)) & 1)

    def with_importance(self, slot: int, important: bool) -> Ballot:
        """Return the ballot with a slot marked as important or not; a slot without a vote has no mark."""
        packed = bytearray(self.packed)
        place, bit = self._votes_bytes + (slot >> 3), 1 << (slot & 7)
        wanted = important and self.vote(slot) != SILENCE
        packed[place] = packed[place] | bit if wanted else packed[place] & ~bit
        return replace(self, packed=bytes(packed))

    @property
    def voted(self) -> bool:
        """Say whether any statement was voted on."""
        return any(self.packed)

    def with_vote(self, slot: int, value: int) -> Ballot:
        """Return the ballot with another vote in a slot."""
        packed = bytearray(self.packed)
        shift = (slot & 3) * 2
        packed[slot >> 2] = (packed[slot >> 2] & ~(3 << shift)) | (value << shift)
        return Ballot(self.group, bytes(packed), self.recent, self.entered)

    def knows(self, request: bytes) -> bool:
        """Say whether a request with this digest was already carried out."""
        return any(self.recent[i : i + DIGEST] == request for i in range(0, RECENT * DIGEST, DIGEST))

    def remembering(self, request: bytes) -> Ballot:
        """Return the ballot with a request digest added and the oldest forgotten."""
        return Ballot(self.group, self.packed, (request + self.recent)[: RECENT * DIGEST], self.entered)

    def marked_entered(self) -> Ballot:
        """Return the ballot with the mark that its slip has been entered."""
        return Ballot(self.group, self.packed, self.recent, True)

    def votes(self, slots: int) -> list[int]:
        """Return the votes of the first `slots` slots."""
        return [self.vote(slot) for slot in range(slots)]


def request_digest(request_id: str) -> bytes:
    """Return the few bytes by which a ballot recognises a request id."""
    return hashlib.sha256(request_id.encode()).digest()[:DIGEST]


def marks_bytes(votes_bytes: int) -> int:
    """Return how many bytes the marks of importance take beside so many bytes of votes."""
    return -(-votes_bytes // 2)


def unpack_marks(packed: Sequence[bytes], slots: int) -> NDArray[np.uint8]:
    """Return the marks of importance of many ballots as 0 and 1, shape (ballots, slots)."""
    if not packed:
        return np.zeros((0, slots), dtype=np.uint8)
    start = 2 * len(packed[0]) // 3
    rows = np.frombuffer(b"".join(p[start:] for p in packed), dtype=np.uint8).reshape(len(packed), -1)
    return np.ascontiguousarray(np.unpackbits(rows, axis=1, bitorder="little")[:, :slots])


def unpack(packed: Sequence[bytes], slots: int) -> NDArray[np.uint8]:
    """Return votes of many ballots, shape (ballots, slots)."""
    if not packed:
        return np.zeros((0, slots), dtype=np.uint8)
    width = -(-slots // 4)
    rows = np.frombuffer(b"".join(p[:width] for p in packed), dtype=np.uint8).reshape(len(packed), width)
    spread = np.stack([(rows >> shift) & 3 for shift in (0, 2, 4, 6)], axis=2)
    return np.ascontiguousarray(spread.reshape(len(packed), width * 4)[:, :slots])


@dataclass(frozen=True)
class Change:
    """What one vote changes in the counts. `voters` is +1 with a first vote, -1 with the last one undone."""

    group: int
    slot: int
    old: int
    new: int
    voters: int

    FORMAT = struct.Struct(">BHBBb")

    def encode(self) -> bytes:
        """Return six bytes."""
        return self.FORMAT.pack(self.group, self.slot, self.old, self.new, self.voters)

    @classmethod
    def decode(cls, plain: bytes) -> Change:
        """Read six bytes."""
        return cls(*cls.FORMAT.unpack(plain))


@dataclass(frozen=True, eq=False)
class Counts:
    """Running counts: `votes` (groups, slots, 3) for agree, disagree, pass; `voters` (groups,)."""

    votes: NDArray[np.int64]
    voters: NDArray[np.int64]

    @classmethod
    def zero(cls, groups: int, capacity: int) -> Counts:
        """Return counts of nothing."""
        return cls(np.zeros((groups, capacity, 3), np.int64), np.zeros(groups, np.int64))

    @classmethod
    def of(cls, groups: int, capacity: int, ballots: Iterable[Ballot]) -> Counts:
        """Count ballots from scratch."""
        held = list(ballots)
        votes = unpack([ballot.packed for ballot in held], capacity)
        group = np.fromiter((ballot.group for ballot in held), np.int64, len(held))
        out = cls.zero(groups, capacity)
        for index in range(groups):
            part = votes[group == index]
            for value in (AGREE, DISAGREE, PASS):
                out.votes[index, :, value - 1] = (part == value).sum(axis=0)
            out.voters[index] = int(part.any(axis=1).sum()) if len(part) else 0
        return out

    def add(self, change: Change) -> None:
        """Apply one change in place."""
        if change.old:
            self.votes[change.group, change.slot, change.old - 1] -= 1
        if change.new:
            self.votes[change.group, change.slot, change.new - 1] += 1
        self.voters[change.group] += change.voters

    def encode(self) -> bytes:
        """Return bytes whose length depends only on groups and capacity."""
        groups, capacity, _ = self.votes.shape
        head = struct.pack(">HH", groups, capacity)
        return head + self.voters.astype("<u4").tobytes() + self.votes.astype("<u4").tobytes()

    @classmethod
    def decode(cls, plain: bytes) -> Counts:
        """Read what `encode` wrote."""
        groups, capacity = struct.unpack(">HH", plain[:4])
        numbers = np.frombuffer(plain[4:], dtype="<u4").astype(np.int64)
        return cls(numbers[groups:].reshape(groups, capacity, 3).copy(), numbers[:groups].copy())

    def equals(self, other: Counts) -> bool:
        """Say whether two counts agree in every number."""
        return np.array_equal(self.votes, other.votes) and np.array_equal(self.voters, other.voters)


class Seals:
    """The sub-keys of one consultation, and what is done with them."""

    def __init__(self, key: bytes, consultation: uuid.UUID) -> None:
        self._consultation = consultation.bytes
        material = HKDF(hashes.SHA256(), 64, salt=self._consultation, info=b"tavolo ballots 1").derive(key)
        self._address_key = material[:32]
        self._aead = AESGCM(material[32:])
        self._key = key

    def code_digest(self, code: str) -> bytes:
        """Return what is stored of a slip's or a mail's secret code: noise once the key is gone.

        The sub-key is derived here and not at the start, so that a vote does not pay for it.
        """
        key = HKDF(hashes.SHA256(), 32, salt=self._consultation, info=b"tavolo codes 1").derive(self._key)
        return hmac.digest(key, code.encode(), "sha256")

    def address(self, account: uuid.UUID) -> bytes:
        """Return the address of a voter's ballot: an account, a slip, a paper or a listed person."""
        return hmac.digest(self._address_key, self._consultation + account.bytes, "sha256")

    def seal(self, kind: bytes, plain: bytes, place: bytes = b"") -> bytes:
        """Seal bytes for one place (an address) and one kind of row."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, kind + self._consultation + place)

    def unseal(self, kind: bytes, sealed: bytes, place: bytes = b"") -> bytes:
        """Open what `seal` closed for the same place and kind; raise Unsealed otherwise."""
        data = bytes(sealed)
        try:
            return self._aead.decrypt(data[:NONCE], data[NONCE:], kind + self._consultation + bytes(place))
        except InvalidTag as error:
            raise Unsealed("a sealed row was damaged, moved, or sealed under another key") from error

    def seal_ballot(self, ballot: Ballot, address: bytes) -> bytes:
        """Seal a ballot for its address."""
        return self.seal(b"ballot", ballot.encode(), address)

    def open_ballot(self, sealed: bytes, address: bytes) -> Ballot:
        """Open a ballot found at an address."""
        return Ballot.decode(self.unseal(b"ballot", sealed, address))
