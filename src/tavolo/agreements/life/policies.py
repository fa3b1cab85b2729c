# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of an agreement's life.

- The terms, the text in force, joint bodies and joint answers of a signed agreement are public. Terms still
  to confirm, and what each side holds on a question, are read by those who sit there and the body's members.
- A firm's application is read by its owner, its personnel office and its RSU or RSA, and by the committee
  that verifies it; by no other firm, no delegation, no secretariat. Its workers see that it applies.
- Notice is given by signatories; a later party asks through its own officers.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.agreements import standing
from tavolo.agreements.life import bodies
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import (
    Accession,
    Application,
    JointBody,
    JointText,
    Member,
    Question,
    Terms,
)
from tavolo.agreements.life.services import applying
from tavolo.agreements.life.services.terms import may_join_for
from tavolo.agreements.models import Agreement
from tavolo.common.policy import declare, signed_in
from tavolo.dialogue.policies import PERSONS
from tavolo.people.models import Role

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of the person behind a request, if somebody is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def agreement_at(arguments: Arguments) -> Agreement | None:
    """Return the signed agreement an address names: by its own id, or by a thing of it."""
    found = Agreement.objects.filter(state__in=standing.PUBLIC).select_related("table")
    for name, model, path in (
        ("life_terms_id", Terms, "agreement_id"), ("accession_id", Accession, "agreement_id"),
        ("joint_body_id", JointBody, "agreement_id"),
        ("interpretation_id", Question, "body__agreement_id"),
        ("joint_text_id", JointText, "body__agreement_id"),
        ("body_member_id", Member, "body__agreement_id"),
    ):  # fmt: skip
        if name in arguments:
            key = model.objects.filter(pk=arguments[name]).values_list(path, flat=True).first()
            return found.filter(pk=key).first()
    return found.filter(pk=arguments["signed_agreement_id"]).first()


def is_public(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow everybody where the agreement is signed."""
    return agreement_at(arguments) is not None


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party."""
    found = agreement_at(arguments)
    return found is not None and standing.acting_party(account_of(request), found) is not None


def enters(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party, and the secretariat."""
    found = agreement_at(arguments)
    return acts(request, arguments) or (
        found is not None and standing.is_secretary(account_of(request), found)
    )


def signed(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a party that signed."""
    found = agreement_at(arguments)
    return found is not None and life.acting_signatory(account_of(request), found) is not None


def may_join(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who speaks for an organisation that is not bound yet."""
    found = agreement_at(arguments)
    return found is not None and bool(may_join_for(account_of(request), found))


def body_at(arguments: Arguments) -> JointBody | None:
    """Return the joint body an address names, directly or by a thing of it."""
    found = JointBody.objects.select_related("agreement__table")
    if "interpretation_id" in arguments:
        return found.filter(questions=arguments["interpretation_id"]).first()
    if "joint_text_id" in arguments:
        return found.filter(texts=arguments["joint_text_id"]).first()
    if "body_member_id" in arguments:
        return found.filter(members=arguments["body_member_id"]).first()
    return found.filter(pk=arguments["joint_body_id"]).first()


def in_body(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the members of the joint body."""
    body = body_at(arguments)
    return body is not None and bodies.seat_of(account_of(request), body) is not None


def asks(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the members of the joint body and who acts for a contracting party."""
    return in_body(request, arguments) or acts(request, arguments)


def sees_question(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table, the body's members, and everybody once it is answered together."""
    agreement = agreement_at(arguments)
    if agreement is None:
        return False
    answered = JointText.objects.filter(question=arguments["interpretation_id"], confirmed_on__isnull=False)
    return (
        answered.exists() or in_body(request, arguments) or standing.sits_at(account_of(request), agreement)
    )


def ends_seat(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the person, and who acts for a contracting party; the service asks that it gave the seat."""
    account = account_of(request)
    own = bodies.members_on(standing.today()).filter(pk=arguments["body_member_id"], account_id=account)
    return acts(request, arguments) or (account is not None and own.exists())


def owns_firm(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the owner of a firm, where the agreement is signed."""
    account = account_of(request)
    return is_public(request, arguments) and bool(applying.firms_of(account, Role.OWNER))


def application_at(request: HttpRequest, arguments: Arguments) -> Application | None:
    """Return the application an address names if the visitor sees it."""
    account = account_of(request)
    if account is None:
        return None
    found = Application.objects.filter(pk=arguments["application_id"])
    row = found.select_related("agreement__table", "firm", "body", "version").first()
    if row is None:
        return None
    own = {one.pk for one in applying.firms_of(account, Role.OWNER, Role.HR, Role.RSU)}
    in_committee = row.body is not None and bodies.seat_of(account, row.body) is not None
    return row if row.firm_id in own or in_committee else None


def sees_application(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the firm's owner, office and RSU, and the committee that verifies it."""
    return application_at(request, arguments) is not None


def verifies(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the members of the committee before which the application is."""
    row = application_at(request, arguments)
    return (
        row is not None
        and row.body is not None
        and (bodies.seat_of(account_of(request), row.body) is not None)
    )


def owns_application(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the owner of the firm."""
    row, account = application_at(request, arguments), account_of(request)
    return row is not None and account in applying.owners(row.firm_id)


def represents(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the RSU or RSA of the firm."""
    row = application_at(request, arguments)
    return row is not None and account_of(request) in applying.representatives(row.firm_id)


DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
# In the demonstration the committee's members are the delegates of CGIL and of the employers' association.
MEMBERS = ("union_delegate", "employer_delegate")
# The application of the matrix is that of the owner who asks.
FIRM = ("firm_owner",)


def _all(roles: tuple[str, ...], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


PUBLIC_ANSWER = {"*": 200}
for page in ("life:", "api-1.0.0:life_"):
    form = 405 if page.startswith("api") else 200
    for name in ("life", "text", "body"):
        declare(f"{page}{name}", is_public, says="everybody, once signed", answers=PUBLIC_ANSWER)
    declare(f"{page}clause", is_public, says="everybody, once signed", answers=PUBLIC_ANSWER)
    declare(f"{page}interpretation", sees_question, says="once answered, everybody", answers=PUBLIC_ANSWER)
    declare(
        f"{page}terms", enters, says="delegations, secretariat", answers=_all((*DELEGATES, "secretary"), form)
    )
    declare(
        f"{page}amend", enters, says="delegations, secretariat", answers=_all((*DELEGATES, "secretary"), form)
    )
    declare(f"{page}terms_assent", acts, says="who acts for a party", answers=_all(DELEGATES, 405))
    declare(f"{page}notice", signed, says="signatories", answers=_all(DELEGATES, form))
    # In the matrix nobody speaks for an organisation that is not bound: the city has asked already.
    declare(f"{page}join", may_join, says="who speaks for an organisation not bound")
    declare(f"{page}accession_answer", signed, says="signatories", answers=_all(DELEGATES, 405))
    declare(
        f"{page}body_new", enters, says="delegations, secretariat",
        answers=_all((*DELEGATES, "secretary"), form),
    )  # fmt: skip
    declare(f"{page}member", acts, says="who acts for a party", answers=_all(DELEGATES, 405))
    declare(
        f"{page}member_end", ends_seat, says="who gave the seat, the person", answers=_all(DELEGATES, 405)
    )
    declare(f"{page}sitting", in_body, says="members of the body", answers=_all(MEMBERS, 405))
    declare(f"{page}ask", asks, says="members, who acts for a party", answers=_all(DELEGATES, 405))
    declare(f"{page}side_answer", in_body, says="members of the body", answers=_all(MEMBERS, 405))
    declare(f"{page}joint_text", in_body, says="members of the body", answers=_all(MEMBERS, 405))
    declare(f"{page}confirm_text", in_body, says="members of the body", answers=_all(MEMBERS, 405))
    declare(f"{page}apply", owns_firm, says="owners of firms", answers=_all(FIRM, form))
    declare(
        f"{page}application",
        sees_application,
        says="the firm, the committee",
        answers=_all((*FIRM, *MEMBERS)),
    )
    declare(f"{page}check", verifies, says="the committee", answers=_all(MEMBERS, 405))
    declare(f"{page}opinion", verifies, says="the committee", answers=_all(MEMBERS, 405))
    declare(f"{page}withdraw", owns_application, says="the firm's owner", answers=_all(FIRM, 405))
    # The firm of the matrix has no RSU.
    declare(f"{page}rsu", represents, says="the firm's RSU or RSA")
    declare(f"{page}mine", signed_in, says="one's own firm", answers=_all(PERSONS))
