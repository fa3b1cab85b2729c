# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The shown ballots in the format of a Polis export, for other tools.

Whole ballots leave here, so: no group, fresh random numbers for voters, every time the noon of the day of
closing, statements withheld from the shared map left out. Whoever knows how a person voted on several
statements may still recognise the rest of that ballot; the page says so beside the link.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.convergence.export import safe_cell
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.analysing import statement_id, text_in, visible_ballots
from tavolo.dialogue.services.results import View, view_for

NOT_SEEN = -128


def polis_zip(consultation: Consultation, language: str) -> bytes:
    """Return a zip with votes.csv, comments.csv, participants-votes.csv and summary.csv."""
    view = view_for(consultation)
    if not view.columns:
        raise Problem(_("No results may be shown yet: the parties have not released them."))
    visible = visible_ballots(view)
    kept = [place for place in range(len(view.versions)) if not any(c.hidden[place] for c in view.columns)]
    versions = [view.versions[place] for place in kept]
    votes = visible.votes[ballot_box.shuffled(range(len(visible.votes)))][:, kept]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        stamp = _stamp(consultation)
        _keep(archive, "votes.csv", _votes(votes, versions, stamp))
        _write(archive, "comments.csv", _comments(votes, versions, stamp, language))
        _keep(archive, "participants-votes.csv", _participants(votes, versions))
        _write(archive, "summary.csv", _summary(view, votes, versions))
    return out.getvalue()


def _stamp(consultation: Consultation) -> int:
    day = consultation.closed_on
    assert day is not None
    return int(datetime.combine(day, time(12), UTC).timestamp() * 1000)


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    _keep(archive, name, text.getvalue())


def _keep(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED  # an entry made by hand is stored as it is otherwise
    archive.writestr(entry, text)


def _cell(value: Any) -> Any:
    return safe_cell(value) if isinstance(value, str) else value


def _number(version: StatementVersion) -> int:
    return int(version.slot)


def _votes(votes: np.ndarray, versions: list[StatementVersion], stamp: int) -> str:
    """Return one line for each vote: hundreds of thousands, all numbers, so nothing needs quoting."""
    day = datetime.fromtimestamp(stamp / 1000, UTC).strftime("%Y-%m-%d")
    lines = ["timestamp,datetime,comment-id,voter-id,vote\n"]
    for place, version in enumerate(versions):
        head, cast = f"{stamp},{day},{_number(version)}", votes[:, place]
        seen = np.flatnonzero(cast != NOT_SEEN)
        lines += [
            f"{head},{voter},{vote}\n" for voter, vote in zip(seen.tolist(), cast[seen].tolist(), strict=True)
        ]
    return "".join(lines)


def _comments(
    votes: np.ndarray, versions: list[StatementVersion], stamp: int, language: str
) -> Iterable[Sequence[Any]]:
    yield (
        "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated",
        "comment-body",
    )  # fmt: skip
    day = datetime.fromtimestamp(stamp / 1000, UTC).strftime("%Y-%m-%d")
    for place, version in enumerate(versions):
        cast = votes[:, place]
        shown = 1 if version.open_to_votes and not version.statement.withdrawn else -1
        yield (
            stamp, day, _number(version), -1, int((cast == 1).sum()), int((cast == -1).sum()), shown,
            f"{statement_id(version)}. {text_in(version, language)}",
        )  # fmt: skip


def _participants(votes: np.ndarray, versions: list[StatementVersion]) -> str:
    """Return one line for each voter, all numbers again."""
    head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    lines = [",".join([*head, *(str(_number(version)) for version in versions)]) + "\n"]
    cast = (votes != NOT_SEEN).sum(axis=1).tolist()
    agree, disagree = (votes == 1).sum(axis=1).tolist(), (votes == -1).sum(axis=1).tolist()
    shown = {NOT_SEEN: "", 1: "1", 0: "0", -1: "-1"}
    for voter, row in enumerate(votes.tolist()):
        cells = ",".join([shown[value] for value in row])
        lines.append(f"{voter},,0,{cast[voter]},{agree[voter]},{disagree[voter]},{cells}\n")
    return "".join(lines)


def _summary(view: View, votes: np.ndarray, versions: list[StatementVersion]) -> Iterable[Sequence[Any]]:
    yield ("topic", view.consultation.title)
    yield ("url", "")
    yield ("views", 0)
    yield ("voters", len(votes))
    yield ("voters-in-conv", len(votes))
    yield ("commenters", 0)
    yield ("comments", len(versions))
    yield ("groups", 0)
    yield ("conversation-description", view.consultation.question)
