# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of voting with a slip or a mailed code: for programs that stand in for the voting page.

Nobody signs in here. The code is sent in the body of every call, never in an address, and nothing is kept
between calls; guessing is counted with the guesses at the door. A code that opens nothing gets one answer,
whatever the reason. `request_id` makes a retried vote count once: no row ties a call to a person or an hour.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots import showing
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.polling import schemas, views_door
from tavolo.dialogue.polling.services import slips as entering
from tavolo.dialogue.services import asking, voting

api = Operations("polling", open_to_all=True)


def _entered(request: HttpRequest, code: str) -> entering.Entered:
    """Return what a code opens; raise with the door's one answer for every other."""
    found = views_door.enter_code(request, code)
    if found == "often":
        raise Problem(_("Too many attempts. Wait a few minutes and try again."))
    if not isinstance(found, entering.Entered):
        raise Problem(
            _("This code does not open the vote now. Check it; if it is right, ask the electoral committee.")
        )
    return found


@api.post("/slips/open", schemas.OpenedOut, "slip_open", "What a slip or a mailed code votes on")
def slip_open(request: HttpRequest, slip: schemas.SlipIn) -> dict[str, Any]:
    """Return the statements, or the questions of a plain ballot; never what was voted before."""
    found = _entered(request, slip.code)
    poll = Consultation.objects.get(pk=found.consultation_id)
    plain = poll.kind == Consultation.Kind.BALLOT
    return {
        "consultation_id": poll.pk, "title": poll.title, "question": poll.question, "kind": poll.kind,
        "statements": [] if plain else _statements(poll), "questions": _questions(poll) if plain else [],
    }  # fmt: skip


def _statements(poll: Consultation) -> list[dict[str, Any]]:
    return [
        {
            "version_id": row.pk, "number": row.statement.number, "text": row.text, "language": row.language,
            "translations": {one.language: one.text for one in row.translations.all()},
        }
        for row in asking.open_versions(poll)
    ]  # fmt: skip


def _questions(poll: Consultation) -> list[dict[str, Any]]:
    ballot = PlainBallot.objects.get(consultation=poll)
    kept = ("id", "text", "kind", "most", "options")
    return [{name: row[name] for name in kept} for row in showing.questions(ballot, "it")]


@api.post("/slips/vote", schemas.CastOut, "slip_vote", "Vote on a statement with a slip")
def slip_vote(request: HttpRequest, vote: schemas.SlipVoteIn) -> dict[str, Any]:
    """Register one vote; acknowledged only after its commit. The last one counts."""
    found = _entered(request, vote.code)
    done = voting.cast_vote(
        found.consultation_id, found.voter_id, vote.version_id, vote.choice, vote.request_id,
        important=vote.important,
    )  # fmt: skip
    return {"registered": True, "choice": done.choice}


@api.post("/slips/sheet", schemas.CastOut, "slip_sheet", "Fill in a plain ballot with a slip")
def slip_sheet(request: HttpRequest, sheet: schemas.SlipSheetIn) -> dict[str, Any]:
    """Put a whole sheet into the box, or take it back; an earlier one is replaced."""
    found = _entered(request, sheet.code)
    marks: dict[uuid.UUID, str] = dict(sheet.marks)
    voting.cast_whole(
        found.consultation_id, found.voter_id, marks, sheet.request_id, take_back=sheet.take_back
    )
    return {"registered": True, "choice": "undo" if sheet.take_back else "sheet"}
