"""Open an account from an invitation, change it, hand out what is kept about it, erase it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.backup import erasures
from tavolo.common.errors import Problem
from tavolo.ledger.services import record_act
from tavolo.people import personal_data
from tavolo.people.models import (
    Account,
    ApiToken,
    ConstituencyEntry,
    Invitation,
    Membership,
    UnionMembership,
)
from tavolo.people.services.guards import require
from tavolo.people.services.invitations import accept, find

ERASURE = "people.account"
NO_ADDRESS = "erased@erased.invalid"


@transaction.atomic
def open_account(token: str, name: str, password: str, language: str, now: datetime) -> Account:
    """Open an account for the address an invitation was sent to, and accept the invitation with it.

    The mail reached its owner, so the address counts as verified.
    """
    invitation = find(token, now)
    if invitation is None or invitation.accepted_at is not None:
        raise Problem(_("This invitation no longer holds. Ask the organisation for a new one."))
    account = unclaimed_account(invitation.email) or _new_account(invitation.email)
    account.name, account.language = name.strip(), language
    account.set_password(password)
    account.save()
    EmailAddress.objects.update_or_create(
        user=account, email=account.email, defaults={"verified": True, "primary": True}
    )
    accept(token, account, now)
    return account


def unclaimed_account(email: str) -> Account | None:
    """Return the account of an address that was entered from a list and that nobody has ever opened."""
    found = Account.objects.select_for_update().filter(email__iexact=email, is_active=True).first()
    return found if found is not None and is_unclaimed(found) else None


def is_unclaimed(account: Account) -> bool:
    """Tell whether nobody can sign in with an account yet: no password, no passkey, no single sign-on."""
    if account.has_usable_password() or EmailAddress.objects.filter(user=account, verified=True).exists():
        return False
    return not (
        Authenticator.objects.filter(user=account).exists()
        or SocialAccount.objects.filter(user=account).exists()
    )


def _new_account(email: str) -> Account:
    try:
        with transaction.atomic():
            return Account.objects.create_user(email)
    except IntegrityError as error:
        raise Problem(_("There is already an account for this address. Sign in to accept.")) from error


@transaction.atomic
def change_profile(account: Account, name: str, language: str) -> Account:
    """Change the own name and language."""
    if language not in dict(settings.LANGUAGES):
        raise Problem(_("Choose one of the languages offered."))
    row = Account.objects.select_for_update().get(pk=account.pk)
    row.name, row.language = name.strip(), language
    row.save(update_fields=["name", "language"])
    return row


@transaction.atomic
def erase_account(actor: Account, account: Account, now: datetime) -> Account:
    """Erase the own account: nothing that names the person stays, and nobody can sign in with it again.

    Roles held stay as the roles of an unnamed person, ended today, because formal acts refer to them.
    Union memberships, list entries, keys and factors are deleted. Ballots are anonymous and cannot be
    found. The act that records the erasure holds no personal data.
    """
    require(actor.pk == account.pk)
    row = Account.objects.select_for_update().get(pk=account.pk)
    if row.erased_at is not None:
        return row
    erasures.record(ERASURE, row.pk)
    _blank(row, now)
    record_act(
        actor_id=row.pk,
        role="",
        act="account_erased",
        object_type="account",
        object_id=row.pk,
        content={"reason": "data_subject_request"},
    )
    return row


def _blank(account: Account, now: datetime) -> None:
    personal_data.erase_everywhere(account)
    account.email = f"erased-{uuid.uuid4()}@erased.invalid"
    account.name = ""
    account.is_active = False
    account.erased_at = now
    account.set_unusable_password()
    account.save()


@erasures.handler(ERASURE)
def erase_again(ids: Sequence[str]) -> int:
    """Erase accounts that a restored backup has brought back; return how many there were."""
    found = list(Account.objects.filter(pk__in=ids, erased_at=None))
    for account in found:
        _blank(account, timezone.now())
    return len(found)


def _erase_here(account: Account) -> None:
    """Delete or blank what this room keeps beside the account's own row."""
    today = timezone.localdate()
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()
    SocialAccount.objects.filter(user=account).delete()
    ApiToken.objects.filter(account=account).delete()
    UnionMembership.objects.filter(account=account).delete()
    ConstituencyEntry.objects.filter(account=account).delete()
    Invitation.objects.filter(Q(accepted_by=account) | Q(email__iexact=account.email)).update(
        email=NO_ADDRESS
    )
    running = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), account=account)
    for membership in running:
        membership.ends_on = max(today, membership.starts_on)
        membership.save(update_fields=["ends_on"])


def _read_here(account: Account) -> dict[str, Any]:
    """Return what this room keeps, in plain JSON."""
    roles = Membership.objects.filter(account=account).select_related("organisation")
    unions = UnionMembership.objects.filter(account=account).select_related("union")
    return {
        "account": {
            "id": str(account.pk),
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "created_at": account.created_at.isoformat(),
        },
        "email_addresses": list(
            EmailAddress.objects.filter(user=account).values("email", "verified", "primary")
        ),
        "roles": [
            {
                "organisation": row.organisation.name,
                "role": row.role,
                "from": row.starts_on.isoformat(),
                "until": row.ends_on.isoformat() if row.ends_on else None,
            }
            for row in roles.order_by("starts_on", "id")
        ],
        "union_memberships": [
            {
                "union": row.union.name,
                "from": row.starts_on.isoformat(),
                "until": row.ends_on.isoformat() if row.ends_on else None,
            }
            for row in unions.order_by("starts_on", "id")
        ],
        "lists": list(
            ConstituencyEntry.objects.filter(account=account).values_list("constituency__name", flat=True)
        ),
        "second_factors": list(Authenticator.objects.filter(user=account).values_list("type", flat=True)),
        "single_sign_on": list(SocialAccount.objects.filter(user=account).values("provider", "uid")),
        "keys": [
            {
                "name": row.name,
                "ends_with": row.last_four,
                "may": row.scopes,
                "until": row.expires_at.isoformat(),
            }
            for row in ApiToken.objects.filter(account=account).order_by("created_at")
        ],
    }


personal_data.register("people", read=_read_here, erase=_erase_here)
