# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A firm applies the agreement (recepimento): with its RSU or RSA, or after the committee's opinion."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.agreements.life import bodies
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Application, BodyKind, JointBody
from tavolo.agreements.life.telling import record, tell
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import current
from tavolo.agreements.standing import PUBLIC, today
from tavolo.common.errors import Problem
from tavolo.dialogue import standing as seats
from tavolo.people.models import Membership, Organisation, OrganisationKind, Role

KIND = "life.application"


def firms_of(account_id: uuid.UUID | None, *roles: str) -> list[Organisation]:
    """Return the firms in which a person holds one of `roles` today."""
    if account_id is None:
        return []
    held = [
        one for one in seats.own_memberships(account_id)
        if one.role in roles and one.organisation.kind == OrganisationKind.FIRM
    ]  # fmt: skip
    return list({one.organisation_id: one.organisation for one in held}.values())


def representatives(firm_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the people of a firm's RSU or RSA today."""
    held = Membership.objects.active_on(today()).filter(organisation_id=firm_id, role=Role.RSU)
    return set(held.values_list("account_id", flat=True))


def owners(firm_id: uuid.UUID) -> set[uuid.UUID]:
    """Return who speaks for a firm today."""
    held = Membership.objects.active_on(today()).filter(organisation_id=firm_id, role=Role.OWNER)
    return set(held.values_list("account_id", flat=True))


def committee_of(agreement: Agreement) -> JointBody | None:
    """Return the bilateral committee that gives opinions on firms, if the agreement has one."""
    return (
        JointBody.objects.filter(agreement=agreement, kind=BodyKind.COMMITTEE).order_by("created_on").first()
    )


@transaction.atomic
def apply(
    agreement: Agreement, firm: Organisation, *, actor_id: uuid.UUID, starts_on: date, employees: int,
    declared: list[str], note: str = "",
) -> Application:  # fmt: skip
    """Ask, as a firm's owner, to apply the agreement; its representation says who must answer."""
    if firm.pk not in {one.pk for one in firms_of(actor_id, Role.OWNER)}:
        raise Problem(_("Only the owner or legal representative of a firm applies an agreement for it."))
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    terms, standing_now = life.terms_of(agreement), life.force(agreement)
    if agreement.state not in PUBLIC or terms is None or standing_now is None:
        raise Problem(_("This agreement cannot be applied yet: not signed, or its terms are not recorded."))
    if standing_now.phase in ("ended", "continued", "under_notice"):
        raise Problem(_("This agreement has ended or is ending: it is no longer open to other firms."))
    if Application.objects.filter(agreement=agreement, firm=firm, state__in=("waiting", "applies")).exists():
        raise Problem(_("This firm has already applied the agreement, or its request is waiting."))
    if starts_on < terms.starts_on or employees < 1 or len(note) > 4000:
        raise Problem(_("Check the first day (not before the agreement's own) and the number of people."))
    by_rsu = bool(representatives(firm.pk))
    body = None if by_rsu else committee_of(agreement)
    if not by_rsu and body is None:
        raise Problem(
            _("Your firm has no RSU or RSA and the agreement has no bilateral committee: ask the parties.")
        )
    row = Application.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, version=current(agreement), firm=firm,
        through=Application.Through.RSU if by_rsu else Application.Through.COMMITTEE, body=body,
        employees=employees, starts_on=starts_on, note=note.strip(), asked_by_id=actor_id, asked_on=today(),
        checklist=[
            {"item": item, "firm": item in declared, "committee": None} for item in terms.checklist
        ],
        opinion_by=None if by_rsu else today() + timedelta(days=terms.opinion_days),
    )  # fmt: skip
    record(agreement, "application_asked", actor_id, "owner", {"through": row.through}, row, KIND)
    if by_rsu:
        tell(representatives(firm.pk), "application_rsu", agreement, about=row)
    else:
        tell(bodies.accounts_of(body), "application", agreement, about=row, day=f"{row.opinion_by:%d/%m/%Y}")
    return row


def _locked(row: Application) -> Application:
    found = Application.objects.select_for_update(of=("self",)).select_related(
        "agreement__table", "firm", "body"
    )
    row = found.get(pk=row.pk)
    if row.state != Application.State.WAITING:
        raise Problem(_("This application is decided already."))
    return row


@transaction.atomic
def answer_as_rsu(row: Application, *, actor_id: uuid.UUID, signs: bool) -> Application:
    """Sign the application as RSU or RSA of the firm, or refuse it."""
    row = _locked(row)
    if row.through != Application.Through.RSU or actor_id not in representatives(row.firm_id):
        raise Problem(_("This is signed by the RSU or RSA of the firm."))
    row.signed_by_id = actor_id if signs else None
    _close(row, signs, actor_id, "rsu")
    return row


@transaction.atomic
def check(row: Application, *, actor_id: uuid.UUID, found: list[str]) -> Application:
    """Mark, as a member of the committee, which points of the list it found in order."""
    row = _locked(row)
    if row.body is None or bodies.seat_of(actor_id, row.body) is None:
        raise Problem(_("Only a member of this joint body may do this."))
    row.checklist = [{**one, "committee": one["item"] in found} for one in row.checklist]
    row.save(update_fields=["checklist"])
    record(row.agreement, "application_checked", actor_id, "member",
           {"in_order": len(found), "of": len(row.checklist)}, row, KIND)  # fmt: skip
    return row


@transaction.atomic
def withdraw(row: Application, *, actor_id: uuid.UUID) -> Application:
    """Take back, as the firm's owner, a request that waits."""
    row = _locked(row)
    if actor_id not in owners(row.firm_id):
        raise Problem(_("Only the owner of the firm may take its request back."))
    row.state, row.closed_on = Application.State.WITHDRAWN, today()
    row.save(update_fields=["state", "closed_on"])
    record(row.agreement, "application_withdrawn", actor_id, "owner", {}, row, KIND)
    return row


def close_with(row: Application, *, positive: bool, actor_id: uuid.UUID) -> None:
    """Close an application with the committee's joint opinion; called in the opinion's own transaction."""
    _close(_locked(row), positive, actor_id, "member")


def _close(
    row: Application, applies: bool, actor_id: uuid.UUID | None, role: str, on: date | None = None
) -> None:
    row.state = Application.State.APPLIES if applies else Application.State.REFUSED
    row.closed_on = on or today()
    row.save(update_fields=["state", "closed_on", "signed_by_id"])
    record(row.agreement, f"application_{row.state}", actor_id, role, {"through": row.through}, row, KIND)
    tell(owners(row.firm_id), "application_closed", row.agreement, about=row)


@transaction.atomic
def close_by_silence(day: date) -> int:
    """Close applications whose term has passed where the terms say silence is assent; return how many."""
    waiting = Application.objects.filter(
        state=Application.State.WAITING, through=Application.Through.COMMITTEE, opinion_by__lt=day
    ).select_for_update(of=("self",), skip_locked=True)
    closed = 0
    for row in waiting.select_related("agreement"):
        terms = life.terms_of(row.agreement)
        if terms is not None and terms.silence_applies:
            _close(row, True, None, "system", day)
            closed += 1
    return closed


def applying_to(account_id: uuid.UUID | None) -> list[Application]:
    """Return the agreements that apply in the firms where a person works, in whatever role."""
    firms = firms_of(account_id, Role.WORKER, Role.RSU, Role.HR, Role.OWNER)
    found = Application.objects.filter(firm__in=firms, state=Application.State.APPLIES)
    return list(found.select_related("agreement__table", "firm").order_by("starts_on"))
