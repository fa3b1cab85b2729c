# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of commitments.

- Commitments with what was said and brought are read by those who sit at the table and its secretariat, and
  by the members of a joint body that owes one.
- Everybody reads the public summary of a signed agreement: what both sides confirmed, and that they dispute.
- Words are given by whoever acts for a contracting party; evidence is brought by who owes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.agreements import standing
from tavolo.agreements.commitments import services
from tavolo.agreements.commitments.models import Claim, Commitment
from tavolo.agreements.life.bodies import bodies_of
from tavolo.agreements.models import Agreement
from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import anyone, declare, signed_in
from tavolo.dialogue import standing as seats
from tavolo.dialogue.policies import PERSONS

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of the person behind a request, if somebody is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def agreement_at(request: HttpRequest, arguments: Arguments) -> Agreement | None:
    """Return the agreement an address names if the visitor works on it and it is signed."""
    account = account_of(request)
    wanted = {"agreement_id": arguments["signed_agreement_id"]}
    found = standing.agreement_at(account, wanted) if account else None
    if found is None or found.state not in standing.PUBLIC or not standing.sits_at(account, found):
        return None
    return found


def commitment_at(request: HttpRequest, arguments: Arguments) -> Commitment | None:
    """Return the commitment an address names if the visitor sees it."""
    account = account_of(request)
    if account is None:
        return None
    found = Commitment.objects.filter(pk=arguments["commitment_id"]).select_related(
        "agreement__table", "version", "owed_by_party", "owed_by_body"
    ).first()  # fmt: skip
    if found is None:
        return None
    if standing.sits_at(account, found.agreement):
        return found
    in_body = found.owed_by_body_id and bodies_of(account).filter(pk=found.owed_by_body_id).exists()
    return found if in_body else None


def follows(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the agreement's table, and its secretariat."""
    return agreement_at(request, arguments) is not None


def enters(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party, and the secretariat."""
    found, account = agreement_at(request, arguments), account_of(request)
    return found is not None and (
        standing.is_secretary(account, found) or standing.acting_party(account, found) is not None
    )


def sees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the commitment."""
    return commitment_at(request, arguments) is not None


def speaks(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party."""
    found = commitment_at(request, arguments)
    return found is not None and standing.acting_party(account_of(request), found.agreement) is not None


def claim_at(request: HttpRequest, arguments: Arguments) -> Claim | None:
    """Return the claim an address names if the visitor acts for a contracting party there."""
    found = Claim.objects.filter(pk=arguments["claim_id"]).select_related("commitment__agreement").first()
    if found is None or not speaks(request, {"commitment_id": found.commitment_id}):
        return None
    return found


def answers_claim(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party; the service asks that it is of another side."""
    return claim_at(request, arguments) is not None


def brings(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who brings evidence for what owes the commitment."""
    found = commitment_at(request, arguments)
    return found is not None and services.may_bring(found, account_of(request)) is not None


def is_public(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow everybody where the agreement is signed."""
    return Agreement.objects.filter(pk=arguments["signed_agreement_id"], state__in=standing.PUBLIC).exists()


def at_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table, and its secretariat."""
    account = account_of(request)
    return account is not None and seats.tables_sat_at(account).filter(pk=arguments["table_id"]).exists()


def reads_evidence(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow those who see the commitment the file was brought for."""
    return stored.subject_id is not None and sees(request, {"commitment_id": stored.subject_id})


files.kind(
    services.EVIDENCE_FILE, may_read=reads_evidence,
    types={
        "application/pdf", "image/png", "image/jpeg", "text/csv",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
)  # fmt: skip

DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
SITTING = (*DELEGATES, "secretary")
# The commitment of the matrix is owed by the employers' association.
OWING = ("employer_delegate",)


def _all(roles: tuple[str, ...], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


for page in ("commitments:", "api-1.0.0:commitments_"):
    api = page.startswith("api")
    declare(f"{page}of_agreement", follows, says="those who sit at the table", answers=_all(SITTING))
    declare(f"{page}commitment", sees, says="those who sit at the table", answers=_all(SITTING))
    declare(
        f"{page}enter", enters, says="delegations and secretariat", answers=_all(SITTING, 405 if api else 200)
    )
    for verb in ("assent", "claim"):
        declare(f"{page}{verb}", speaks, says="who acts for a party", answers=_all(DELEGATES, 405))
    declare(f"{page}answer", answers_claim, says="who acts for a party", answers=_all(DELEGATES, 405))
    declare(f"{page}evidence", brings, says="who owes the commitment", answers=_all(OWING, 405))
    declare(f"{page}public", is_public, says="everybody, once signed", answers={"*": 200})
declare("commitments:public_calendar", is_public, says="everybody, once signed", answers={"*": 200})
declare("commitments:of_table", at_table, says="those who sit at the table", answers=_all(SITTING))
declare("commitments:calendar", signed_in, says="one's own address", answers=_all(PERSONS))
# The secret in the address is the whole proof; an unknown one is not there, for anybody.
declare("commitments:feed", anyone, says="whoever holds the address", answers={"*": 404})
