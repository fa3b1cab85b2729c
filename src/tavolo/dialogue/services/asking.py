# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Which statements a person is shown next."""

from __future__ import annotations

import numpy as np

from tavolo.dialogue import keys
from tavolo.dialogue.convergence.routing import draw_many, open_verdict_weights
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.sealing import Ballot
from tavolo.dialogue.services import ballot_box


def open_versions(consultation: Consultation) -> list[StatementVersion]:
    """Return the versions open to votes, in the order of their statements."""
    return list(
        StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
        .select_related("statement__theme")
        .prefetch_related("translations__note", "audio")
        .order_by("statement__number")
    )


def order(
    consultation: Consultation, versions: list[StatementVersion], ballot: Ballot,
    random: np.random.Generator, most: int,
) -> list[StatementVersion]:  # fmt: skip
    """Return up to `most` unanswered versions, those whose verdict is open and near for the group first."""
    voted = np.array([[ballot.vote(version.slot) != 0 for version in versions]], dtype=bool)
    left = int((~voted).sum())
    if not left:
        return []
    slots = [version.slot for version in versions]
    counts = ballot_box.read_sheet(consultation.pk, keys.load(consultation.pk))
    votes = counts.votes[:, slots]
    census = list(consultation.groups.order_by("number").values_list("eligible", flat=True))
    weights = open_verdict_weights(
        votes[:, :, 0], votes[:, :, 1], votes[:, :, 2], np.maximum(census, votes.sum(axis=2).max(axis=1))
    )[ballot.group]
    ranked: list[StatementVersion] = []
    while len(ranked) < min(most, left):
        chosen = np.flatnonzero(draw_many(weights, voted, 1, random)[0])
        ranked.append(versions[int(chosen[0])])
        voted[0, chosen] = True
    return ranked
