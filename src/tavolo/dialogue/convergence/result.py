"""What an analysis returns: frozen dataclasses, nothing computed here.

Every group is named by the pair (kind, id): `declared` groups come from the caller, `found` groups from
the votes. Shares are between 0 and 1. A quantity that does not exist is None (JSON null), never NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["declared", "found"]
Side = Literal["agree", "disagree"]

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Counts:
    """Votes on one statement. `seen` = agree + disagree + passed; silence is counted nowhere here."""

    agree: int
    disagree: int
    passed: int

    @property
    def seen(self) -> int:
        """Votes cast, pass included."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class Share:
    """An observed share (None when nobody voted) with its exact interval at `level`."""

    value: float | None
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class GroupStatement:
    """One statement in one group: counts, Polis statistics, intervals and who was not heard.

    `pa`, `pd` are Laplace-smoothed probabilities; `pat`, `pdt` one-proportion tests; `ra`, `rd` the ratio
    to the other groups of the same kind and `rat`, `rdt` the two-proportion tests (None with one group only).
    `size` is the stated size of the group (census, else its participants); `unheard` = size - seen.
    """

    group: str
    kind: Kind
    counts: Counts
    pa: float
    pd: float
    pat: float
    pdt: float
    ra: float | None
    rd: float | None
    rat: float | None
    rdt: float | None
    size: int
    unheard: int
    support: Share
    dissent: Share
    state: str | None = None  # supports, rejects, no_majority, undecided, unheard; None if not judged


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one statement (see verdicts.py for what each claims and what the probability means).

    `code`: convergence, convergence_against, convergence_with_reservation, divergence, not_enough_voices.
    `side`: +1 for, -1 against, 0 none. `probability` belongs to the code, or to `leading`, the nearest claim,
    where nothing is stated; `reason` then says why (unheard, open, no_majority). `supporting`, `rejecting`:
    ids of the groups the verdict names; `missing`: of those whose voices are lacking. `table_wide`: the
    verdict still holds when all statements of the table are judged at once.
    """

    code: str
    side: int
    probability: float
    leading: str
    reason: str
    supporting: tuple[str, ...]
    rejecting: tuple[str, ...]
    missing: tuple[str, ...]
    table_wide: bool
    table_wide_probability: float


@dataclass(frozen=True, slots=True)
class FamilyWise:
    """What judging many statements does to the chance of any error in one table (see verdicts.FamilyWise)."""

    statements: int
    stated: int
    chance_of_any_error: float
    bound: float
    stated_table_wide: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `counts` are over the declared groups where given, `everyone` over all participants.

    `moderated`: -1 out, 0 undecided, +1 in, None unknown. `excluded` = moderated out or meta: zeroed in the
    map and never representative. `support`, `dissent`: shares of `counts`. `position` is where a person who
    only agrees with it would stand.
    """

    id: str
    text: str
    moderated: int | None
    meta: bool
    excluded: bool
    counts: Counts
    everyone: Counts
    support: Share
    dissent: Share
    group_aware_consensus: float
    verdict: Verdict
    extremity: float
    priority: float
    position: tuple[float, float]
    by_group: tuple[GroupStatement, ...]


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that sets a group apart: the side it takes, and the figures behind the choice.

    `successes` of `trials` votes (pass included) on `side`; `probability` = (successes+1)/(trials+2);
    `test` its one-proportion z; `ratio` and `ratio_test` the comparison with the other groups;
    `sufficient` says whether both tests pass at the one-sided 90% level (uncorrected for multiplicity).
    """

    statement: str
    side: Side
    successes: int
    trials: int
    probability: float
    test: float
    ratio: float
    ratio_test: float
    sufficient: bool
    best_agree: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group of participants. `size` = its participants in the data, `census` = its stated true size.

    `voters` have cast at least one vote. `centre` is the mean of its voters on the map.
    `representative` does not depend on the order of statements; `representative_polis` is the choice of the
    published Polis rule, which does.
    """

    id: str
    kind: Kind
    size: int
    voters: int
    census: int | None
    centre: tuple[float, float] | None
    representative: tuple[Representative, ...]
    representative_polis: tuple[Representative, ...] = ()


@dataclass(frozen=True, slots=True)
class Stability:
    """Are there really groups? Agreement of resamples with the full result (adjusted Rand index, ARI).

    `reason`: published, unstable, too_few_people, one_cloud or not_resampled. One cloud: no split, or none
    whose silhouette exceeds `cloud_silhouette`, what clouds without groups reach.
    `candidate_groups` is the k the votes suggested, published or not. `median_ari` must reach `threshold`
    and `low_ari` (the tenth percentile) `low_threshold`. `same_k`: share of resamples that choose that k.
    """

    published: bool
    reason: str
    candidate_groups: int
    grouped_people: int
    median_ari: float | None
    low_ari: float | None
    worst_ari: float | None
    same_k: float | None
    resamples: int
    sample_size: int
    threshold: float
    low_threshold: float
    minimum_people: int
    silhouettes: Mapping[int, float] = field(default_factory=dict)
    cloud_silhouette: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement (ARI) of the groups found here with groups published elsewhere, over the people in both."""

    ari: float
    people: int
    published_groups: int
    found_groups: int


@dataclass(frozen=True, slots=True)
class MapQuality:
    """How much the two axes say: eigenvalues of the covariance, their shares, and the gaps below each axis.

    `gap` = (λ2 - λ3) / λ2; near 0 the second axis, and so the map, is arbitrary within a plane.
    """

    eigenvalues: tuple[float, ...]
    explained: tuple[float, float]
    gap: float


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The map: parallel arrays over participants (row order of the input).

    `declared` and `found` hold the index into the groups of that kind, -1 for none. `votes` = votes cast.
    """

    participants: Sequence[str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    votes: NDArray[np.int64]
    declared: NDArray[np.int64]
    found: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True)
class ConsensusEntry:
    """A statement on a consensus list: all people with a vote, share above one half at one-sided 90%."""

    statement: str
    side: Side
    successes: int
    trials: int
    probability: float
    test: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where the votes came from; `title` and `description` as the export states them."""

    name: str
    title: str = ""
    url: str = ""
    description: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """Everything needed to repeat the analysis: names, thresholds, seed, library version."""

    library_version: str
    seed: int
    z: float
    minimum_votes: int
    consensus_over: Literal["declared", "found", "everyone"]
    level: float
    clustering: Literal["people", "grid"]
    verdict: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moderation:
    """Identifiers of the statements by moderation state; `excluded` = out or meta."""

    out: tuple[str, ...]
    undecided: tuple[str, ...]
    meta: tuple[str, ...]
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The whole analysis. `people_without_group`: participants in no declared group (None without any).

    `family`: the error over all statements of the table.
    `unheard` maps declared group id -> people of the group with no vote at all. `notes` are codes of remarks,
    with the values they speak of, for the reports to put in words.
    """

    source: Source
    participants: int
    voters: int
    votes: int
    statements: tuple[Statement, ...]
    groups: tuple[Group, ...]
    stability: Stability
    agreement: Agreement | None
    projection: Projection
    quality: MapQuality
    consensus: tuple[ConsensusEntry, ...]
    moderation: Moderation
    method: Method
    unheard: Mapping[str, int]
    people_without_group: int | None
    family: FamilyWise
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def declared(self) -> tuple[Group, ...]:
        """The declared groups, in order."""
        return tuple(group for group in self.groups if group.kind == "declared")

    @property
    def found(self) -> tuple[Group, ...]:
        """The published found groups, in order."""
        return tuple(group for group in self.groups if group.kind == "found")

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the documented JSON (docs/schema/convergence.md): fixed order of keys, null for nothing."""
        from tavolo.dialogue.convergence import export

        return export.to_json(self, indent=indent)

    def to_frame(self, table: str = "by_group") -> dict[str, list[Any]]:
        """Return one table as a dict of equally long columns (accepted by pyarrow, pandas, polars).

        `table` is one of statements, by_group, groups, representative, projection.
        """
        from tavolo.dialogue.convergence import export

        return export.to_frame(self, table)

    def to_csv(self, table: str | None = None) -> str:
        """Return one table as CSV text, safe to open in a spreadsheet (no cell starts a formula)."""
        from tavolo.dialogue.convergence import export

        return export.to_csv(self, table)

    def write(self, path: Path | str, *, lang: str = "it") -> None:
        """Write .json, .csv, .html or .pdf by suffix, whole or not at all."""
        from tavolo.dialogue.convergence import export

        export.write(self, Path(path), lang=lang)
