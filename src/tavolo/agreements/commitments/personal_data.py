# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part keeps about a person, and how long: the address of their calendar of deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tavolo.agreements.commitments.models import FeedKey
from tavolo.common import retention
from tavolo.people import personal_data
from tavolo.people.models import Account


def read(account: Account) -> dict[str, Any]:
    """Return what is kept, ready for JSON."""
    return {
        "addresses_of_deadlines": [
            {"made": key.created_at.isoformat(), "revoked": key.revoked_at and key.revoked_at.isoformat()}
            for key in FeedKey.objects.filter(account=account)
        ]
    }


def erase(account: Account) -> None:
    """Erase it all: none of it has to be kept."""
    FeedKey.objects.filter(account=account).delete()


personal_data.register("commitments", read=read, erase=erase)
retention.register(
    "commitments.feed_key",
    period=timedelta(days=30),
    reason=_("A revoked calendar address opens nothing; its hash serves no purpose."),
    delete=lambda before: FeedKey.objects.filter(revoked_at__lt=before).delete()[0],
)
