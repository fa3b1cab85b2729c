# mypy: disable-error-code="no-any-return"
"""Invite by mail to a role, accept once, revoke.

The mail carries a random token, the database only its hash. A new mail for the same invitation carries
a new token: the old one stops working. Accepting twice is harmless for the person who accepted.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common import jobs
from tavolo.common.errors import Problem
from tavolo.common.limits import limit
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Invitation, Organisation, Role
from tavolo.people.roles import active_roles, grantable_roles, in_organisation
from tavolo.people.services.guards import require
from tavolo.people.services.memberships import enter, means_union_membership

VALID_FOR = timedelta(days=14)
MOST_OPEN = 5_000
MOST_AN_HOUR = 300

# What follows from an acceptance in the rooms above, done in its transaction: a seat at a table, say.
_followers: list[Callable[[Invitation, Account], object]] = []


def when_accepted(function: Callable[[Invitation, Account], object]) -> None:
    """Register what is done when somebody accepts an invitation."""
    if function not in _followers:
        _followers.append(function)


def token_hash(token: str) -> str:
    """Return what is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(actor: Account, organisation: Organisation, email: str, role: str, now: datetime) -> Invitation:
    """Invite the owner of an e-mail address to a role; the mail leaves through the job queue.

    The answer is the same whether the address has an account or not. An open invitation to the same
    role is sent anew instead of being doubled.
    """
    require(role in grantable_roles(actor, organisation, now.date()))
    limit(f"people.invite:{actor.pk}", per=timedelta(hours=1), count=MOST_AN_HOUR)
    address = email.strip().lower()
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    open_ones = open_invitations(now).filter(organisation=organisation)
    made: Invitation | None = open_ones.filter(email=address, role=role).first()
    if made is None:
        if open_ones.count() >= MOST_OPEN:
            raise Problem(_("Too many invitations are open. Wait for answers or withdraw some."))
        made = Invitation.objects.create(
            territory=get_scope()["territory"],
            organisation=organisation,
            email=address,
            role=role,
            token_hash=token_hash(secrets.token_urlsafe(32)),
            invited_by=actor,
            expires_at=now + VALID_FOR,
        )
        _record(actor, made, "invitation_sent", now.date())
    jobs.start("people.invitation_mail", owner_id=actor.pk, subject_id=made.pk)
    return made


def renew_token(invitation_id: object, now: datetime) -> tuple[Invitation, str] | None:
    """Give an open invitation a fresh token for its mail, and the days to use it; None if it is closed."""
    with transaction.atomic():
        row = open_invitations(now).select_for_update(of=("self",)).filter(pk=invitation_id).first()
        if row is None:
            return None
        token = secrets.token_urlsafe(32)
        row.token_hash = token_hash(token)
        row.expires_at = now + VALID_FOR
        row.save(update_fields=["token_hash", "expires_at"])
    return row, token


def open_invitations(now: datetime):  # type: ignore[no-untyped-def]
    """Return the invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


def find(token: str, now: datetime) -> Invitation | None:
    """Return the invitation a token opens, accepted ones included so that a retry finds its way; or None."""
    found = Invitation.objects.filter(token_hash=token_hash(token), revoked_at=None, expires_at__gt=now)
    return found.select_related("organisation", "invited_by").first()


@transaction.atomic
def accept(token: str, account: Account, now: datetime) -> Invitation:
    """Accept for `account`: the role begins today. Again by the same person: nothing more happens.

    Two people with one token: the first gets the role, the second is told that it was used.
    """
    row: Invitation = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if row is not None and row.accepted_by_id == account.pk:
        return row
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise Problem(_("This invitation no longer holds. Ask the organisation for a new one."))
    if row.accepted_by_id is not None:
        raise Problem(_("This invitation was already used. Ask the organisation for a new one."))
    organisation = row.organisation
    if row.role not in grantable_roles(row.invited_by, organisation, now.date()):
        raise Problem(_("Whoever sent this invitation may no longer give this role. Ask for a new one."))
    enter(row.invited_by, account, organisation, row.role, now.date(), None)
    row.accepted_by = account
    row.accepted_at = now
    row.save(update_fields=["accepted_by", "accepted_at"])
    for follow in _followers:
        follow(row, account)
    return row


@transaction.atomic
def revoke(actor: Account, invitation: Invitation, now: datetime) -> Invitation:
    """Withdraw an invitation that was not accepted; again: nothing more happens."""
    row: Invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require(row.role in grantable_roles(actor, row.organisation, now.date()))
    if row.accepted_at is not None:
        raise Problem(_("This invitation was accepted: end the role instead."))
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        _record(actor, row, "invitation_revoked", now.date())
    return row


def _record(actor: Account, invitation: Invitation, act: str, today: date) -> None:
    """Append the act, without the address. Invitations to a union or to a list of workers are no acts."""
    if means_union_membership(invitation.organisation, invitation.role) or invitation.role == Role.WORKER:
        return
    mine = in_organisation(active_roles(actor, today), invitation.organisation_id)
    record_act(
        actor_id=actor.pk,
        role=sorted(mine)[0] if mine else "",
        act=act,
        object_type="invitation",
        object_id=invitation.pk,
        content={"organisation": str(invitation.organisation_id), "role": invitation.role},
    )
