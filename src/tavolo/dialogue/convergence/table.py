"""A consultation as data: the votes, who cast them, on what, and what the source says about both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.result import Source
from tavolo.dialogue.convergence.votes import Ints, Matrix, RowNumbers, from_array

WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
UNKNOWN = 127  # moderation state not stated


@dataclass(frozen=True, eq=False)
class VoteTable:
    """Votes (people × statements) with names, texts and moderation, all in row and column order.

    `moderated`: int8, -1 out, 0 undecided, +1 in, UNKNOWN. `meta`: statements about the voter, not the
    question. `published`: index of each person's group as published by the source, -1 for none.
    `notes`: remarks of the reader, as (code, values).
    """

    votes: Matrix
    participants: Sequence[str]
    statements: tuple[str, ...]
    texts: tuple[str, ...]
    moderated: NDArray[np.int8]
    meta: NDArray[np.bool_]
    source: Source
    published: Ints | None = None
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Statements zeroed in the map and never representative: moderated out, or meta."""
        return np.asarray((self.moderated == -1) | self.meta)


def table_from_array(
    data: Any,
    *,
    participants: Sequence[str] | None = None,
    statements: Sequence[str] | None = None,
    texts: Sequence[str] | None = None,
    moderated: Sequence[int] | None = None,
    meta: Iterable[str] = (),
    name: str = "array",
) -> VoteTable:
    """Return a table from numpy or scipy input (see votes.from_array for how "no vote" is written).

    Names default to "0", "1", …. `moderated` is one of -1, 0, +1 per statement; `meta` names statements.
    Raises DataError where lengths do not fit or names repeat.
    """
    votes = from_array(data)
    people, width = votes.shape
    names = tuple(str(s) for s in statements) if statements is not None else tuple(map(str, range(width)))
    persons = RowNumbers(people) if participants is None else [str(p) for p in participants]
    for label, got, wanted in (("participants", len(persons), people), ("statements", len(names), width)):
        if got != wanted:
            raise DataError(f"{got} {label} are named, the votes have {wanted}")
    if len(set(names)) != width or (participants is not None and len(set(persons)) != people):
        raise DataError("a name of a participant or statement appears twice")
    states = np.full(width, UNKNOWN, np.int8) if moderated is None else np.asarray(moderated, np.int8)
    wordings = ("",) * width if texts is None else tuple(texts)
    if len(states) != width or len(wordings) != width:
        raise DataError(f"texts and moderation must have one entry for each of the {width} statements")
    marked = set(meta)
    return VoteTable(
        votes=votes,
        participants=persons,
        statements=names,
        texts=wordings,
        moderated=states,
        meta=np.array([s in marked for s in names], bool),
        source=Source(name=name),
    )


@dataclass(frozen=True, eq=False)
class Groups:
    """Declared groups: `of_person` holds the index of each person's group (-1 = none), `names` their ids.

    `census`: stated true sizes, 0 where unknown.
    """

    names: tuple[str, ...]
    of_person: Ints
    census: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


def declared_groups(
    groups: Mapping[str, str] | Sequence[Any] | NDArray[Any] | Groups,
    participants: Sequence[str],
    census: Mapping[str, int] | None = None,
) -> Groups:
    """Return groups from a mapping participant → group, or one name per person in row order ("" = none).

    Raises DataError for an unknown participant, an unknown group in the census, or a census smaller than the
    group's participants.
    """
    if isinstance(groups, Groups):
        names, of_person = groups.names, groups.of_person
    else:
        labels = _labels(groups, participants)
        names = tuple(sort_names({label for label in labels if label}))
        place = {name: at for at, name in enumerate(names)}
        place[""] = -1
        of_person = np.fromiter((place[label] for label in labels), np.int64, len(labels))
    if not names:
        raise DataError("no participant has a group", advice="give at least one group, or none at all")
    sizes = np.bincount(of_person[of_person >= 0], minlength=len(names))
    stated = np.zeros(len(names), np.int64)
    for name, size in (census or {}).items():
        if name not in names:
            raise DataError(f"the census names the group {name!r}, which has no participant")
        at = names.index(name)
        if size < sizes[at]:
            raise DataError(
                f"the census gives the group {name!r} {size} people, but {sizes[at]} are participants",
                advice="give the true size of the whole group",
            )
        stated[at] = size
    return Groups(names, of_person, stated)


def _labels(groups: Mapping[str, str] | Sequence[Any] | NDArray[Any], people: Sequence[str]) -> list[str]:
    if isinstance(groups, Mapping):
        known = set(people)
        for person in groups:
            if str(person) not in known:
                raise DataError(f"the participant {person!r} has a group but is not in the votes")
        wanted = {str(person): _label(group) for person, group in groups.items()}
        return [wanted.get(person, "") for person in people]
    if len(groups) != len(people):
        raise DataError(f"{len(groups)} groups are given for {len(people)} participants")
    return [_label(group) for group in groups]


def _label(group: Any) -> str:
    if group is None or (isinstance(group, float) and np.isnan(group)):
        return ""
    return str(group)


def sort_names(names: Iterable[str]) -> list[str]:
    """Return names in an order of their own: by number if all are whole numbers, else by text."""
    found = list(names)
    if all(WHOLE.fullmatch(name) for name in found):
        return sorted(found, key=lambda name: (int(name), name))
    return sorted(found)
