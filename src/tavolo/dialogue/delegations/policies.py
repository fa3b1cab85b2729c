# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of delegations, mandates, the joint secretariat and joint decisions.

- Joint decisions are read by those who sit at the table, observers included, and by its secretariat; they
  are answered by whoever acts for a party.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import declare
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision

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


DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")


def answers(*roles: str, status: int = 200) -> dict[str, int]:
    """Return the same expected status for several roles."""
    return dict.fromkeys(roles, status)


SITTING = answers(*DELEGATES, "secretary")
ACTING = answers(*DELEGATES)
POSTED = answers(*DELEGATES, status=405)
# The decision of the matrix was proposed by the secretariat and waits for a side.
for page in ("delegations:", "api-1.0.0:delegations_"):
    declare(f"{page}decisions", sits, says="those who sit at the table, and its secretariat", answers=SITTING)
    declare(f"{page}decision", sees_decision, says="as the list", answers=SITTING)
    for verb in ("consent", "refuse"):
        declare(f"{page}decision_{verb}", answers_decision, says="who acts for a party", answers=POSTED)
    declare(
        f"{page}decision_withdraw", withdraws_decision, says="who proposed it",
        answers=answers("secretary", status=405),
    )  # fmt: skip
