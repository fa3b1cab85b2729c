# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of blind overlap: lodged in secret, shown only where all accept.

- The table's exercises and their pages: the parties' delegations (observers read) and the joint secretariat.
- The list is written by the joint secretariat alone. It lodges nothing and sees no lodging.
- Lodging, and every yes: those who act for a party of the exercise; each sees its own party's lodging only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import declare
from tavolo.dialogue import standing
from tavolo.dialogue.overlap import gathering, seats
from tavolo.dialogue.overlap.models import Exercise

Arguments = Mapping[str, Any]
DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")


def enters(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates and secretariat of the table."""
    account = request.user.pk
    return account is not None and gathering.may_enter(account, arguments["table_id"])


def asks(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the table."""
    account = request.user.pk
    return account is not None and standing.acting_party(account, arguments["table_id"]) is not None


def exercise_at(request: HttpRequest, arguments: Arguments) -> Exercise | None:
    """Return the exercise an address names, if the visitor sees it."""
    account = request.user.pk
    if account is None:
        return None
    return (
        seats.visible(account).filter(pk=arguments["exercise_id"]).select_related("table").first()
    )  # fmt: skip


def sees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the parties' delegations and the joint secretariat."""
    return exercise_at(request, arguments) is not None


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the exercise."""
    found = exercise_at(request, arguments)
    return found is not None and seats.acting_for(request.user.pk, found) is not None


def writes_list(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the joint secretariat."""
    found = exercise_at(request, arguments)
    return found is not None and standing.is_secretary(request.user.pk, found.table_id)


def _answers(*roles: str, status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


_ALL = _answers(*DELEGATES, "secretary")
_POST = _answers(*DELEGATES, status=405)
declare("overlap:exercises", enters, says="delegates and secretariat", answers=_ALL)
declare("overlap:ask", asks, says="those who act for a party", answers=_POST)
declare("overlap:exercise", sees, says="delegates and secretariat", answers=_ALL)
declare("overlap:join", acts, says="those who act for a party", answers=_POST)
declare("overlap:list", writes_list, says="the joint secretariat", answers={"secretary": 200})
declare("overlap:consent", acts, says="those who act for a party", answers=_POST)
declare("overlap:lodge", acts, says="those who act for a party, for itself", answers=_answers(*DELEGATES))
declare("overlap:look", acts, says="those who act for a party", answers=_POST)
declare("overlap:packages", acts, says="those who act for a party", answers=_POST)
declare("overlap:decline", acts, says="those who act for a party", answers=_POST)
declare("overlap:stop", acts, says="those who act for a party", answers=_answers(*DELEGATES))

declare("api-1.0.0:overlap_exercises", enters, says="delegates and secretariat", answers=_ALL)
declare("api-1.0.0:overlap_exercise", sees, says="delegates and secretariat", answers=_ALL)
declare("api-1.0.0:overlap_list", writes_list, says="the joint secretariat", answers={"secretary": 405})
declare("api-1.0.0:overlap_lodging", acts, says="those who act for a party", answers=_answers(*DELEGATES))
for name in ("requests", "list_consents", "look", "packages", "decline", "stop"):
    declare(f"api-1.0.0:overlap_{name}", acts, says="those who act for a party", answers=_POST)
