# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of a poll. Default is deny.

- A group's list, credentials and invitations: only members named by the party that asks the group. No
  secretary, no operator, no other party, no employer of the workers asked.
- Assemblies: members of the committee; paper ballots: members and scrutineers of the side.
- Naming: whoever acts for a promoting party, for that party's own people.
- The record of a count: the committee of its side; its promoters once final; everybody once published; one
  closed with a declaration, since nobody of its side is left, also the guarantors of the table.
- What becomes of the list of a party that left: whoever acts for a promoter of its side that remains.
- That a vote ended without result, and why: everybody.
- The doors for slips and tablets are open to everybody; what they open depends on the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import anyone, declare
from tavolo.dialogue import capability, standing
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import (
    Assembly,
    Batch,
    CommitteeMember,
    CountRecord,
    Ending,
    ListedVoter,
    Lot,
    Succession,
)
from tavolo.dialogue.polling.record_models import CLOSED_STATES
from tavolo.dialogue.polling.services import departures
from tavolo.dialogue.polling.telling import sees_record

Arguments = Mapping[str, Any]


def _account(request: HttpRequest) -> Any:
    return request.user.pk if request.user.is_authenticated else None


def poll_at(arguments: Arguments) -> Consultation | None:
    """Return the consultation an address names."""
    return Consultation.objects.select_related("table").filter(pk=arguments["consultation_id"]).first()


def group_at(arguments: Arguments) -> Group | None:
    """Return the group an address names, directly or by one of its things."""
    pk = arguments.get("group_id")
    for name, model in (("batch_id", Batch), ("lot_id", Lot), ("voter_id", ListedVoter)):
        if name in arguments:
            pk = model.objects.filter(pk=arguments[name]).values_list("group_id", flat=True).first()
    return Group.objects.select_related("consultation__table", "party").filter(pk=pk).first()


def has_committees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who serves in a committee of the table, or may name one."""
    account = _account(request)
    if account is None:
        return False
    polls = Consultation.objects.filter(table_id=arguments["table_id"], imported=False)
    return any(_near(account, poll) for poll in polls)


def _near(account: Any, poll: Consultation) -> bool:
    return (
        committee.membership(account, poll.pk) is not None
        or committee.naming_party(account, poll) is not None
    )


def near(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the committee, and who names it."""
    account, poll = _account(request), poll_at(arguments)
    return account is not None and poll is not None and not poll.imported and _near(account, poll)


def names(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a promoting party."""
    account, poll = _account(request), poll_at(arguments)
    return (
        account is not None
        and poll is not None
        and not poll.imported
        and committee.naming_party(account, poll) is not None
    )


def ends(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for the party that named the member."""
    account = _account(request)
    row = CommitteeMember.objects.select_related("party").filter(pk=arguments["member_id"]).first()
    return account is not None and row is not None and standing.may_act_for(account, row.party)


def handles(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow members of the committee named by the party that asks the group."""
    account, group = _account(request), group_at(arguments)
    return account is not None and group is not None and committee.handles(account, group)


def counts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the committee and scrutineers of the group's side."""
    account, group = _account(request), group_at(arguments)
    return account is not None and group is not None and committee.counts(account, group)


def serves(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow members and scrutineers of the consultation."""
    account = _account(request)
    return account is not None and committee.membership(account, arguments["consultation_id"]) is not None


def presides(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow members of the consultation's committee."""
    account = _account(request)
    return account is not None and committee.presides(account, arguments["consultation_id"])


def ends_assembly(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow members of the committee of the assembly's side."""
    account = _account(request)
    row = Assembly.objects.filter(pk=arguments["assembly_id"]).first()
    if account is None or row is None:
        return False
    found = committee.membership(account, row.consultation_id)
    return found is not None and found.side == row.side


def records_at(request: HttpRequest, consultation_id: Any) -> list[CountRecord]:
    """Return the records of a consultation this visitor may read."""
    rows = CountRecord.objects.filter(consultation_id=consultation_id).select_related("consultation")
    return [row for row in rows.order_by("side") if sees_record(request, row)]


def reads_record(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the committee of a closed consultation, and whoever may read one of its records."""
    poll = poll_at(arguments)
    if poll is None or poll.imported or not poll.has_results:
        return False
    return serves(request, arguments) or bool(records_at(request, poll.pk))


def reads_files(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow readers of a record that is closed."""
    row = CountRecord.objects.filter(pk=arguments["record_id"], state__in=CLOSED_STATES)
    found = row.select_related("consultation").first()
    return found is not None and sees_record(request, found)


def writes_record(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow members and scrutineers of the record's side."""
    account = _account(request)
    row = CountRecord.objects.filter(pk=arguments["record_id"]).first()
    if account is None or row is None:
        return False
    found = committee.membership(account, row.consultation_id)
    return found is not None and found.side == row.side


def holds_slip(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow a browser in which a slip or a mailed code was entered; others are sent to the door."""
    return True


def has_entered(request: HttpRequest, arguments: Arguments) -> bool:
    """Say whether a slip or a mailed code was entered in this browser for this consultation."""
    return capability.without_account(request, arguments["consultation_id"]) is not None


def decides(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a promoter that remains, where one of its side has left."""
    account, poll = _account(request), _of_succession(arguments)
    if account is None or poll is None or poll.imported:
        return False
    sides = {party.side for party in committee.departed(poll)}
    return any(departures.acting_for(account, poll, side) is not None for side in sides)


def _of_succession(arguments: Arguments) -> Consultation | None:
    if "succession_id" not in arguments:
        return poll_at(arguments)
    row = Succession.objects.filter(pk=arguments["succession_id"]).values_list("consultation_id", flat=True)
    return Consultation.objects.filter(pk__in=row).first()


def reads_ending(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow everybody, where a vote ended without result."""
    return Ending.objects.filter(consultation_id=arguments["consultation_id"]).exists()


UNION = {"union_delegate": 200}
POSTED = {"union_delegate": 405}
PROMOTERS = ("union_delegate", "other_union_delegate", "employer_delegate")
declare(
    "polling:committees", has_committees, says="committees and those who name them",
    answers=dict.fromkeys(PROMOTERS, 200),
)  # fmt: skip
declare(
    "polling:committee", near, says="the committee and those who name it",
    answers=dict.fromkeys(PROMOTERS, 200),
)  # fmt: skip
declare("polling:name", names, says="promoters", answers=dict.fromkeys(PROMOTERS, 405))
declare("polling:end_member", ends, says="the party that named them", answers=POSTED)
for _name in ("departures", "propose_succession", "consent_succession", "withdraw_succession"):
    # No party of the matrix's table has left an open vote: nobody has anything to decide.
    declare(f"polling:{_name}", decides, says="promoters that remain, where one has left", answers={})
declare("polling:no_result", reads_ending, says="everybody, where a vote ended without result", answers={})
declare("polling:roll", handles, says="the party's own members of the committee", answers=UNION)
for _name in (
    "add", "way", "hand", "remove", "invite", "send_code", "print", "return_slip", "void_batch",
):  # fmt: skip
    declare(f"polling:{_name}", handles, says="the party's own members of the committee", answers=POSTED)
declare("polling:slips", handles, says="the party's own members of the committee", answers=UNION)
declare("polling:assemblies", presides, says="members of the committee", answers=UNION)
declare("polling:end_assembly", ends_assembly, says="members of the committee", answers=POSTED)
declare("polling:papers", serves, says="committee and scrutineers", answers=UNION)
declare("polling:begin_lot", counts, says="committee and scrutineers of the side", answers=POSTED)
declare("polling:lot", counts, says="committee and scrutineers of the side", answers=UNION)
for _name in ("key_paper", "finish_keying", "seal_lot"):
    declare(f"polling:{_name}", counts, says="committee and scrutineers of the side", answers=POSTED)
# The consultation of the matrix is published and its workers' record is final: everybody reads it.
declare("polling:record", reads_record, says="everybody, once published", answers={"*": 200})
for _name in ("record_pdf", "record_docx"):
    declare(f"polling:{_name}", reads_files, says="everybody, once published", answers={"*": 200})
declare("polling:draw_up", serves, says="the committee", answers=POSTED)
for _name in ("remark", "propose_record", "take_back_record", "approve_record"):
    declare(f"polling:{_name}", writes_record, says="the committee of the side", answers=POSTED)
declare("polling:slip", anyone, says="whoever holds a slip or a code", answers={"*": 200})
declare("polling:pair", anyone, says="whoever was given a tablet's code", answers={"*": 200})
# A device that is not paired, or a browser without a slip, is sent to where it can be.
declare("polling:booth", anyone, says="a paired tablet", answers={"*": 302})
declare("polling:vote", holds_slip, says="whoever has entered a slip", answers={"*": 302})
declare("polling:finish", anyone, says="whoever has entered a slip", answers={"*": 405, "POST *": 302})


def sees_records_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in readers of a record: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and reads_record(request, arguments)


def _reads_files_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in readers of a final record: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and reads_files(request, arguments)


_PEOPLE = (
    "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate", "firm_owner",
    "worker", "plain_worker", "city_officer", "stranger",
)  # fmt: skip
declare("api-1.0.0:polling_committee", near, says="as the page", answers=dict.fromkeys(PROMOTERS, 200))
declare("api-1.0.0:polling_name", names, says="promoters", answers=dict.fromkeys(PROMOTERS, 405))
declare("api-1.0.0:polling_end_member", ends, says="the party that named them", answers=POSTED)
for _name in ("departures", "consent_succession", "withdraw_succession"):
    declare(
        f"api-1.0.0:polling_{_name}", decides, says="promoters that remain, where one has left", answers={}
    )


def _reads_ending_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and reads_ending(request, arguments)


declare("api-1.0.0:polling_no_result", _reads_ending_signed_in, says="all, where there is one", answers={})
declare("api-1.0.0:polling_list", handles, says="the party's own members", answers=UNION)
for _name in ("way", "hand", "invite", "remove", "send_code", "void", "return"):
    declare(f"api-1.0.0:polling_{_name}", handles, says="the party's own members", answers=POSTED)
declare("api-1.0.0:polling_print", handles, says="the party's own members", answers=UNION)
declare("api-1.0.0:polling_assemblies", presides, says="members of the committee", answers=UNION)
for _name in ("slip_open", "slip_vote", "slip_sheet"):
    declare(
        f"api-1.0.0:polling_{_name}", anyone, says="whoever holds a slip or a code",
        answers={"*": 405, "POST *": 422},
    )  # fmt: skip
declare("api-1.0.0:polling_end_assembly", ends_assembly, says="members of the committee", answers=POSTED)
declare("api-1.0.0:polling_lot", counts, says="committee and scrutineers", answers=UNION)
declare("api-1.0.0:polling_lots", counts, says="committee and scrutineers", answers=UNION)
for _name in ("key", "forget", "found", "finish_keying", "seal"):
    declare(f"api-1.0.0:polling_{_name}", counts, says="committee and scrutineers", answers=POSTED)
declare(
    "api-1.0.0:polling_records", sees_records_signed_in, says="once published, all",
    answers=dict.fromkeys(_PEOPLE, 200),
)  # fmt: skip
for _name in ("record_pdf", "record_docx"):
    declare(
        f"api-1.0.0:polling_{_name}", _reads_files_signed_in, says="once published, all",
        answers=dict.fromkeys(_PEOPLE, 200),
    )  # fmt: skip
for _name in ("remarks", "propose", "take_back", "approve"):
    declare(f"api-1.0.0:polling_{_name}", writes_record, says="the committee of the side", answers=POSTED)
