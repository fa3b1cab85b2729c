"""Five conversations with the result Polis published: votes, groups and figures, ready for comparison."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.votes import SparseVotes, from_triplets
from tests.shared_data import shared

FOLDERS = (
    "below-100-ptpts",
    "25ptpt-3gp-no-strict-with-meta",
    "50ptpt-3gp-strict-no-meta",
    "150ptpt-3gp-no-strict-no-meta",
    "above-100-ptpts",
)
COMPLETE = tuple(folder for folder in FOLDERS if not folder.startswith("50ptpt"))  # its votes.json lacks four


@dataclass(frozen=True, eq=False)
class Golden:
    """Votes with agree = +1, columns as published, and the published mathematics."""

    votes: SparseVotes
    people: list[int]
    tids: list[int]
    groups: NDArray[np.int64]  # of each person, -1 for none
    published: dict[str, Any]

    @property
    def excluded(self) -> NDArray[np.bool_]:
        return np.isin(self.tids, self.published["mod-out"])

    @property
    def meta(self) -> NDArray[np.bool_]:
        return np.isin(self.tids, self.published["meta-tids"])

    def column(self, tid: int | str) -> int:
        return self.tids.index(int(tid))


@cache
def golden(folder: str) -> Golden:
    root = shared(f"polis-golden/{folder}")
    published = json.loads((root / "math-pca2.json").read_text())
    raw = json.loads((root / "votes.json").read_text())
    cast = [
        (vote.get("participant_id", vote.get("pid")), vote.get("statement_id", vote.get("tid")), vote["vote"])
        for vote in raw
    ]
    tids = list(published["tids"])
    people = sorted({person for person, _, _ in cast})
    row, column = {p: i for i, p in enumerate(people)}, {t: i for i, t in enumerate(tids)}
    votes = from_triplets(
        np.array([row[person] for person, _, _ in cast]),
        np.array([column[tid] for _, tid, _ in cast]),
        np.array([vote for _, _, vote in cast]),
        (len(people), len(tids)),
    )
    base = published["base-clusters"]
    members = dict(zip(base["id"], base["members"], strict=True))
    groups = np.full(len(people), -1, np.int64)
    for index, group in enumerate(published["group-clusters"]):
        for cluster in group["members"]:
            for person in members[cluster]:
                groups[row[person]] = index
    return Golden(votes, people, tids, groups, published)
