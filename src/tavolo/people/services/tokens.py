"""Keys for the API: made once, shown once, kept as a hash, revocable."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.people.models import Account, ApiToken
from tavolo.people.services.guards import require
from tavolo.people.services.invitations import token_hash

SCOPES = ("read", "write")
MOST_DAYS = 366
MOST_ACTIVE = 20
PREFIX = "tavolo_"


@transaction.atomic
def create_token(
    account: Account, name: str, scopes: Iterable[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a key and return it with its only plain text."""
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted or not name.strip() or not 1 <= days <= MOST_DAYS:
        raise Problem(_("Give the key a name, at least one right, and between 1 and 366 days."))
    Account.objects.select_for_update().get(pk=account.pk)
    if usable(now).filter(account=account).count() >= MOST_ACTIVE:
        raise Problem(_("You have 20 keys in use. Revoke one first."))
    text = PREFIX + secrets.token_urlsafe(32)
    made: ApiToken = ApiToken.objects.create(
        territory=get_scope()["territory"],
        account=account,
        name=name.strip(),
        token_hash=token_hash(text),
        last_four=text[-4:],
        scopes=wanted,
        expires_at=now + timedelta(days=days),
    )
    return made, text


def usable(now: datetime):  # type: ignore[no-untyped-def]
    """Return the keys that work at a moment."""
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, account__is_active=True)


@transaction.atomic
def revoke_token(account: Account, token: ApiToken, now: datetime) -> ApiToken:
    """Revoke a key of one's own: it stops working at once. Again: nothing more happens."""
    row: ApiToken = ApiToken.objects.select_for_update().get(pk=token.pk)
    require(row.account_id == account.pk)
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
    return row
