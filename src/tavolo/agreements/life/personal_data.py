# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part keeps about a person: their seats in joint bodies."""

from __future__ import annotations

from typing import Any

from tavolo.agreements.life.models import Member
from tavolo.agreements.standing import today
from tavolo.people import personal_data
from tavolo.people.models import Account


def read(account: Account) -> dict[str, Any]:
    """Return what is kept, ready for JSON."""
    seats = Member.objects.filter(account=account).select_related("body")
    return {
        "joint_bodies": [
            {"body": one.body.name, "from": one.starts_on.isoformat(),
             "until": one.ends_on and one.ends_on.isoformat()} for one in seats
        ]
    }  # fmt: skip


def erase(account: Account) -> None:
    """End the seats; that a body once had a member stays, without a name, as part of its acts."""
    for one in Member.objects.filter(account=account, ends_on__isnull=True):
        one.ends_on = max(today(), one.starts_on)
        one.save(update_fields=["ends_on"])


personal_data.register("life", read=read, erase=erase)
