# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of delegations, mandates, the joint secretariat and joint decisions.

- Who keeps the table is told to everybody who sees it; the operators' names to those who sit there.
- Delegations are read by those who sit at the table; by an officer without a seat, the own one alone.
- A mandate and its red lines are read by those who sit for the party; no secretary, no operator, no officer.
- Joint decisions are read by those who sit at the table, observers included, and by its secretariat; they
  are answered by whoever acts for a party.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import declare, signed_in
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions, mandates
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Delegate, Party, Secretariat
from tavolo.dialogue.policies import PERSONS, sees_table

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of the person behind a request, if somebody is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def sits(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table for a party, observers included, and the secretariat."""
    account = account_of(request)
    return account is not None and bool(
        standing.tables_sat_at(account).filter(pk=arguments["table_id"]).exists()
    )


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the table."""
    account = account_of(request)
    return account is not None and standing.acting_party(account, arguments["table_id"]) is not None


def proposes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the joint secretariat and those who act for a party of the table."""
    account = account_of(request)
    return account is not None and (
        standing.is_secretary(account, arguments["table_id"]) or acts(request, arguments)
    )


def decision_at(request: HttpRequest, arguments: Arguments) -> JointDecision | None:
    """Return the joint decision an address names if the visitor sees it."""
    found = decisions.visible_to(account_of(request)).filter(pk=arguments["decision_id"])
    return found.select_related("table", "party__organisation", "proposed_by").first()


def sees_decision(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the decision's table."""
    return decision_at(request, arguments) is not None


def answers_decision(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the decision's table."""
    found = decision_at(request, arguments)
    return found is not None and acts(request, {"table_id": found.table_id})


def withdraws_decision(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who made the proposal."""
    found = decision_at(request, arguments)
    account = account_of(request)
    return found is not None and account is not None and decisions.may_withdraw(found, account)


def sees_delegations(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table, and who composes the delegation of one of its parties."""
    account = account_of(request)
    if account is None:
        return False
    parties = Party.objects.filter(table_id=arguments["table_id"]).select_related("organisation")
    return sits(request, arguments) or any(standing.composes_delegation(account, party) for party in parties)


def _party_at(arguments: Arguments) -> Party | None:
    """Return the party an address names, directly, by a seat, by a promised one or by a mandate."""
    found = Party.objects.select_related("organisation")
    if "delegate_id" in arguments:
        return found.filter(delegates=arguments["delegate_id"]).first()
    if "invited_seat_id" in arguments:
        return found.filter(invited_seats=arguments["invited_seat_id"]).first()
    if "mandate_id" in arguments:
        return found.filter(mandates=arguments["mandate_id"]).first()
    return found.filter(pk=arguments["party_id"]).first()


def composes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the head of the party's delegation and the officers of its organisation."""
    account, party = account_of(request), _party_at(arguments)
    return account is not None and party is not None and standing.composes_delegation(account, party)


def officer(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the officers of the party's organisation while the party sits at the table."""
    account, party = account_of(request), _party_at(arguments)
    return composes(request, arguments) and standing.is_officer_of(account, party)


def ends_seat(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who composes the delegation, and the person who sits there."""
    own = Delegate.objects.filter(pk=arguments["delegate_id"], account_id=account_of(request))
    return composes(request, arguments) or (account_of(request) is not None and own.exists())


def reads_mandate(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit for the party, observers included."""
    account, party = account_of(request), _party_at(arguments)
    return account is not None and party is not None and mandates.reads(account, party)


def writes_mandate(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for the party."""
    account, party = account_of(request), _party_at(arguments)
    return account is not None and party is not None and standing.may_act_for(account, party)


def lodges_mandate(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the head of the party's delegation."""
    account, party = account_of(request), _party_at(arguments)
    return writes_mandate(request, arguments) and standing.heads(account, party)


def _secretary_at(arguments: Arguments) -> Secretariat | None:
    return Secretariat.objects.filter(pk=arguments["secretary_id"]).first()


def revokes_secretary(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for any party of the table."""
    seat = _secretary_at(arguments)
    return seat is not None and acts(request, {"table_id": seat.table_id})


def is_that_secretary(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the member of the secretariat concerned."""
    seat, account = _secretary_at(arguments), account_of(request)
    return seat is not None and account is not None and seat.account_id == account


def reads_document(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow those who sit for the party whose mandate a document belongs to."""
    return stored.subject_id is not None and reads_mandate(request, {"party_id": stored.subject_id})


MANDATE_FILE = "delegations.mandate"
files.kind(
    MANDATE_FILE,
    may_read=reads_document,
    types={
        "application/pdf", "image/png", "image/jpeg",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
)  # fmt: skip

DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")


def answers(*roles: str, status: int = 200) -> dict[str, int]:
    """Return the same expected status for several roles."""
    return dict.fromkeys(roles, status)


SEEING = answers(*DELEGATES, "secretary", "firm_owner", "worker")
SITTING = answers(*DELEGATES, "secretary")
ACTING = answers(*DELEGATES)
POSTED = answers(*DELEGATES, status=405)
# The decision of the matrix was proposed by the secretariat and waits for a side.
OWN = answers("union_delegate")
OWN_POST = answers("union_delegate", status=405)
for page in ("delegations:", "api-1.0.0:delegations_"):
    declare(f"{page}decisions", sits, says="those who sit at the table, and its secretariat", answers=SITTING)
    declare(f"{page}decision", sees_decision, says="as the list", answers=SITTING)
    for verb in ("consent", "refuse"):
        declare(f"{page}decision_{verb}", answers_decision, says="who acts for a party", answers=POSTED)
    declare(
        f"{page}decision_withdraw", withdraws_decision, says="who proposed it",
        answers=answers("secretary", status=405),
    )  # fmt: skip
    declare(f"{page}secretariat", sees_table, says="whoever sees the table", answers=SEEING)
    declare(f"{page}delegations", sees_delegations, says="who sits, who composes one", answers=SITTING)
    declare(f"{page}own_delegations", signed_in, says="those one composes", answers=answers(*PERSONS))
    declare(f"{page}mandate", reads_mandate, says="the party alone", answers=OWN)
    declare(f"{page}mandate_version", reads_mandate, says="the party alone", answers=OWN)
    for verb in ("lodge_mandate", "revoke_mandate"):
        declare(f"{page}{verb}", lodges_mandate, says="the head of the delegation", answers=OWN_POST)
    for verb in ("add_red_line", "remove_red_line", "discard_mandate"):
        declare(f"{page}{verb}", writes_mandate, says="who acts for the party", answers=OWN_POST)
    declare(
        f"{page}confirm_table", proposes, says="secretariat and delegations",
        answers=answers(*DELEGATES, "secretary", status=405),
    )  # fmt: skip
    # The member of the secretariat in the matrix is the colleague of the one who asks.
    declare(f"{page}resign_secretary", is_that_secretary, says="the person concerned")


declare(
    "api-1.0.0:delegations_mandate_document", writes_mandate, says="who acts for the party", answers=OWN_POST
)
for page in ("delegations:", "api-1.0.0:delegations_"):
    declare(f"{page}withdraw_invited", officer, says="officers of the organisation")

# What a page shows as a form; a program sends it to a route of its own.
for name, who, says, allowed in (
    ("propose_secretary", proposes, "secretariat and delegations", (*DELEGATES, "secretary")),
    ("rules", proposes, "secretariat and delegations", (*DELEGATES, "secretary")),
    ("revoke_secretary", revokes_secretary, "any party, alone", DELEGATES),
    ("add_delegate", composes, "head and officers", ("union_delegate",)),
    ("leave_table", composes, "head and officers", ("union_delegate",)),
    ("change_delegate", composes, "head and officers", ("union_delegate",)),
    ("end_delegate", ends_seat, "head, officers, the person", ("union_delegate",)),
    ("invite_delegate", officer, "officers of the organisation", ()),
    ("mandate_draft", writes_mandate, "who acts for the party", ("union_delegate",)),
):
    declare(f"delegations:{name}", who, says=says, answers=answers(*allowed))
    declare(f"api-1.0.0:delegations_{name}", who, says=says, answers=answers(*allowed, status=405))
