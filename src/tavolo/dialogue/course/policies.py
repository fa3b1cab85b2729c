# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of a table's course: phases, calendar, interruptions, the end.

- The course is seen by whoever sees the table: where it is, which phases there are, and of the calendar
  what is open to those consulted. Texts of interruptions, proposals and the record of no agreement are
  for those who sit at the table and its secretariat.
- Phases and interruptions are changed by those who act for a party; many of them by joint decision only.
- The calendar is kept by the secretariat.
- A table is begun by who speaks for a union, an employers' association or a public body.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import anyone, declare, signed_in
from tavolo.dialogue import standing
from tavolo.dialogue.course.models import Course, Entry, Invited
from tavolo.dialogue.course.services import beginning, calendar
from tavolo.dialogue.models import Side, Table
from tavolo.dialogue.policies import sees_table

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of the person behind a request, if somebody is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def sits(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table for a party, observers included, and the secretariat."""
    account = account_of(request)
    return account is not None and standing.works_at(account, arguments["table_id"])


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the table."""
    account = account_of(request)
    return account is not None and standing.acting_party(account, arguments["table_id"]) is not None


def acts_for_workers(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the workers' side."""
    account = account_of(request)
    party = standing.acting_party(account, arguments["table_id"]) if account else None
    return party is not None and party.side == Side.WORKERS


def proposes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the joint secretariat and those who act for a party of the table."""
    account = account_of(request)
    return account is not None and (
        standing.is_secretary(account, arguments["table_id"]) or acts(request, arguments)
    )


def keeps_calendar(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the secretariat; a delegation while there is no secretariat."""
    account = account_of(request)
    table = Table.objects.filter(pk=arguments["table_id"]).first() if account else None
    return table is not None and calendar.may_write(table, account)


def entry_at(request: HttpRequest, arguments: Arguments) -> Entry | None:
    """Return the date an address names if the visitor keeps the calendar it stands in."""
    found = Entry.objects.filter(pk=arguments["entry_id"]).select_related("course__table").first()
    if found is None or not keeps_calendar(request, {"table_id": found.course.table_id}):
        return None
    return found


def keeps_entry(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever keeps the calendar the date stands in."""
    return entry_at(request, arguments) is not None


def may_begin(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who speak for a union, an employers' association or a public body."""
    account = account_of(request)
    return account is not None and bool(beginning.may_begin_for(account))


def invited_at(request: HttpRequest, arguments: Arguments) -> Invited | None:
    """Return the invitation an address names if the visitor answers it, or sits at its table."""
    account = account_of(request)
    found = Invited.objects.filter(pk=arguments["invited_id"])
    row = found.select_related("course__table", "course__begun_by__organisation", "organisation").first()
    if account is None or row is None:
        return None
    if beginning.may_answer(row, account) or sits(request, {"table_id": row.course.table_id}):
        return row
    return None


def sees_invitation(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who speak for the invited organisation, and those who sit at the table."""
    return invited_at(request, arguments) is not None


def has_course(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever sees the table."""
    return sees_table(request, arguments)


def may_adopt(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who may propose, while the table has no course."""
    return proposes(request, arguments) and not Course.objects.filter(table=arguments["table_id"]).exists()


DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
UNIONS = ("union_delegate", "other_union_delegate")
SITTING = (*DELEGATES, "secretary")
SEEING = (*SITTING, "firm_owner", "worker")
PERSONS = (
    "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
    "firm_owner", "worker", "plain_worker", "city_officer", "stranger",
)  # fmt: skip
BEGINNERS = (*DELEGATES, "city_officer")
# The invitation of the matrix was sent by the city to CGIL; the employers' association has accepted its own.
INVITED = ("union_delegate", "employer_delegate", "city_officer")


def _answers(roles: tuple[str, ...], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


def _pages() -> None:
    declare(
        "course:begin", may_begin, says="who speaks for a body that can begin", answers=_answers(BEGINNERS)
    )
    declare("course:path", sees_table, says="whoever sees the table", answers=_answers(SEEING))
    declare("course:adopt", proposes, says="delegations and secretariat", answers=_answers(SITTING, 302))
    for name in ("compose", "move", "admit"):
        declare(f"course:{name}", proposes, says="delegations and secretariat", answers=_answers(SITTING))
    declare("course:confirm", acts, says="delegations", answers=_answers(DELEGATES, 405))
    declare("course:entry_new", keeps_calendar, says="the secretariat", answers={"secretary": 200})
    declare("course:entry", keeps_entry, says="the secretariat", answers={"secretary": 200})
    declare("course:entry_withdraw", keeps_entry, says="the secretariat", answers={"secretary": 405})
    for name in ("suspend", "resume", "cooling_off", "conclude", "no_agreement"):
        declare(f"course:{name}", proposes, says="delegations and secretariat", answers=_answers(SITTING))
    declare("course:no_agreement_close", proposes, says="as the record", answers=_answers(SITTING, 405))
    declare("course:no_agreement_withdraw", proposes, says="as the record", answers=_answers(SITTING, 405))
    declare("course:statement", acts, says="a party, for itself", answers=_answers(DELEGATES))
    for name in ("step_out", "step_in"):
        declare(f"course:{name}", acts, says="a party, for itself", answers=_answers(DELEGATES))
    for name in ("dispute", "dispute_end"):
        declare(f"course:{name}", acts_for_workers, says="a union, for itself", answers=_answers(UNIONS))
    declare(
        "course:invitation", sees_invitation, says="who speaks for the organisation; those who sit there",
        answers=_answers(INVITED),
    )  # fmt: skip
    declare(
        "course:invitation_withdraw",
        sees_invitation,
        says="as the invitation",
        answers=_answers(INVITED, 405),
    )
    declare("course:calendar", signed_in, says="one's own calendar address", answers=_answers(PERSONS))
    # The secret in the address is the whole proof; an unknown one is not there, for anybody.
    declare("course:feed", anyone, says="whoever holds the address", answers={"*": 404})


_pages()


def _api() -> None:
    def api(name: str, who: Any, says: str, roles: tuple[str, ...], status: int = 200) -> None:
        declare(f"api-1.0.0:course_{name}", who, says=says, answers=_answers(roles, status))

    api("blueprints", signed_in, "everybody signed in", PERSONS)
    api("course", sees_table, "whoever sees the table", SEEING)
    api("allowed", sees_table, "whoever sees the table", SEEING, 422)
    api("feed", signed_in, "one's own calendar address", PERSONS)
    api("begin", may_begin, "who speaks for a body that can begin", BEGINNERS, 405)
    for name in ("adopt", "admit", "compose", "move", "conclude", "suspend", "resume", "cooling_off",
                 "no_agreement_close"):  # fmt: skip
        api(name, proposes, "delegations and secretariat", SITTING, 405)
    for name in ("confirm", "step_out", "step_in", "statement"):
        api(name, acts, "a party, for itself", DELEGATES, 405)
    for name in ("dispute", "dispute_end"):
        api(name, acts_for_workers, "a union, for itself", UNIONS, 405)
    api("entry_new", keeps_calendar, "the secretariat", ("secretary",), 405)
    api("entry", keeps_entry, "the secretariat", ("secretary",), 405)
    api(
        "invitation_answer",
        sees_invitation,
        "who speaks for the organisation; those who sit there",
        INVITED,
        405,
    )
    api("invitation_withdraw", sees_invitation, "as the invitation", INVITED, 405)
    # There is no such record at the table of the matrix.
    api("no_agreement", proposes, "delegations and secretariat", SITTING, 404)


_api()
