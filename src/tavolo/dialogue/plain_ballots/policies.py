# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of plain ballots. They follow the consultations': default is deny.

- A ballot in preparation is seen by delegates and secretariat of its table; once open also by those on its
  roll; once published by everybody. Its text is read by whoever sees the ballot.
- Only delegates of a promoting party prepare, open and close it. Nobody sees who voted.
- The voting page opens for those on the roll, and for a browser in which a slip has been entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common import files
from tavolo.common.files import MIB
from tavolo.common.policy import anyone, declare
from tavolo.dialogue import capability
from tavolo.dialogue import policies as room
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.services import FILE_KIND

Arguments = Mapping[str, Any]
TEXT_TYPES = {
    "application/pdf", "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


def _named(arguments: Arguments) -> dict[str, Any]:
    """Return the arguments the room's own policies understand."""
    pk = arguments.get("ballot_id")
    if "question_id" in arguments:
        asked = Question.objects.filter(pk=arguments["question_id"])
        pk = asked.values_list("ballot__consultation_id", flat=True).first()
    return {"consultation_id": pk}


def ballot_at(request: HttpRequest, arguments: Arguments) -> PlainBallot | None:
    """Return the ballot an address names (by its consultation, or by a question) if the visitor sees it."""
    found = room.consultation_at(request, _named(arguments))
    if found is None or found.kind != Consultation.Kind.BALLOT:
        return None
    return PlainBallot.objects.filter(consultation=found).select_related(
        "consultation__table", "consultation__creator", "file"
    ).first()  # fmt: skip


def sees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the ballot."""
    return ballot_at(request, arguments) is not None


def sees_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people who see the ballot: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and sees(request, arguments)


def promotes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow people who act for a promoter, or for the creator while nobody is asked yet."""
    return sees(request, arguments) and room.promotes(request, _named(arguments))


def joins(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow people who act for a party that could ask a constituency of its own in the ballot."""
    return sees(request, arguments) and room.may_join(request, _named(arguments))


def votes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those on the roll, and a browser that holds a slip's capability."""
    if capability.without_account(request, arguments["ballot_id"]) is not None:
        return _is_ballot(arguments)
    return _is_ballot(arguments) and room.on_roll(request, _named(arguments))


def casts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow a browser that holds the voting page's cookie; else ask all that page would have asked."""
    return _is_ballot(arguments) and room.may_cast(request, _named(arguments))


def _is_ballot(arguments: Arguments) -> bool:
    return PlainBallot.objects.filter(consultation_id=arguments["ballot_id"]).exists()


def votes_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those on the roll: the API knows accounts only."""
    return _is_ballot(arguments) and room.on_roll(request, _named(arguments))


files.kind(
    FILE_KIND,
    may_read=lambda request, stored: sees(request, {"ballot_id": stored.subject_id}),
    types=TEXT_TYPES,
    largest=20 * MIB,
)

# The ballot of the matrix is published, and was promoted by the three unions among their members.
UNIONS = ("union_delegate", "other_union_delegate")
_PROMOTERS = dict.fromkeys(UNIONS, 200)
_TABLE = dict.fromkeys((*room.DELEGATES, "secretary", "firm_owner", "worker"), 200)
_EVERYBODY = {"*": 200}
_SIGNED = dict.fromkeys(room.PERSONS, 200)

declare("plain_ballots:rules", anyone, says="rules and their sources", answers=_EVERYBODY)
declare("plain_ballots:rule", anyone, says="one rule, with a calculator", answers=_EVERYBODY)
declare("plain_ballots:ballots", room.sees_table, says="as the table", answers=_TABLE)
declare(
    "plain_ballots:new", room.prepares, says="parties that can promote",
    answers=dict.fromkeys(room.DELEGATES, 200),
)  # fmt: skip
for name in ("ballot", "results", "results_csv", "results_pdf", "results_docx"):
    declare(f"plain_ballots:{name}", sees, says="everybody, once published", answers=_EVERYBODY)
for name in ("choose_rule", "text", "questions", "open", "close", "translate"):
    declare(f"plain_ballots:{name}", promotes, says="promoters", answers=_PROMOTERS)
declare("plain_ballots:remove_question", promotes, says="promoters", answers=dict.fromkeys(UNIONS, 405))
declare("plain_ballots:vote", votes, says="those on the roll, or with a slip", answers={"worker": 200})
# The matrix's ballot holds its text on the page: there is no file to send.
declare("plain_ballots:vote_text", votes, says="those on the roll, or with a slip", answers={"worker": 404})
declare("plain_ballots:cast", casts, says="those on the roll, or with a slip", answers={"worker": 405})

API = "api-1.0.0:plain_ballots_"
declare(f"{API}rules", room.signed_in, says="rules and their sources", answers=_SIGNED)
declare(f"{API}evaluate", room.signed_in, says="what a rule computes", answers=dict.fromkeys(_SIGNED, 405))
declare(f"{API}required", room.signed_in, says="what a system asks", answers=dict.fromkeys(_SIGNED, 405))
declare(f"{API}ballots", room.sees_table, says="as the table", answers=_TABLE)
declare(
    f"{API}create", room.prepares, says="parties that can promote",
    answers=dict.fromkeys(room.DELEGATES, 405),
)  # fmt: skip
for name in ("ballot", "results", "results_csv", "results_pdf", "results_docx"):
    declare(f"{API}{name}", sees_signed_in, says="everybody signed in, once published", answers=_SIGNED)
for name in ("choose_rule", "text", "text_file", "questions", "open", "close"):
    declare(f"{API}{name}", promotes, says="promoters", answers=dict.fromkeys(UNIONS, 405))
declare(f"{API}ask", joins, says="parties that can promote", answers=dict.fromkeys(room.DELEGATES, 405))
declare(f"{API}remove_question", promotes, says="promoters", answers=dict.fromkeys(UNIONS, 405))
declare(f"{API}translate", promotes, says="promoters", answers=dict.fromkeys(UNIONS, 405))
declare(f"{API}vote", votes_signed_in, says="those on the roll", answers={"worker": 405})
