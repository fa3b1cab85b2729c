# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part keeps about a person: their calendar address, and that they were proposed as secretary."""

from __future__ import annotations

from typing import Any

from tavolo.dialogue.course.models import FeedKey, ProposedSecretary
from tavolo.people import personal_data
from tavolo.people.models import Account


def read(account: Account) -> dict[str, Any]:
    """Return what is kept, ready for JSON."""
    keys = FeedKey.objects.filter(account=account)
    proposed = ProposedSecretary.objects.filter(account=account).select_related("course__table")
    return {
        "calendar_addresses": [
            {"made": key.created_at.isoformat(), "revoked": key.revoked_at and key.revoked_at.isoformat()}
            for key in keys
        ],
        "proposed_as_secretary": [one.course.table.title for one in proposed],
    }


def erase(account: Account) -> None:
    """Erase it all: none of it has to be kept."""
    FeedKey.objects.filter(account=account).delete()
    ProposedSecretary.objects.filter(account=account).delete()


personal_data.register("course", read=read, erase=erase)
