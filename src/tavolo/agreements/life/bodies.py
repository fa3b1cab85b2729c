# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Joint bodies: who sits in them on a day, and on which side. Questions only, no writes."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import Q, QuerySet

from tavolo.agreements.life.models import JointBody, Member
from tavolo.agreements.standing import today
from tavolo.dialogue import standing as seats


def members_on(day: date) -> QuerySet[Member]:
    """Return the seats in joint bodies that hold on a day; who left the party's delegation has none."""
    open_end = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    found = seats.holding(Member.objects.filter(open_end, starts_on__lte=day), day)
    return found.select_related("party__organisation", "account")


def seat_of(account_id: uuid.UUID | None, body: JointBody) -> Member | None:
    """Return a person's seat in a body today, if any."""
    if account_id is None:
        return None
    return members_on(today()).filter(body=body, account_id=account_id).first()


def bodies_of(account_id: uuid.UUID | None) -> QuerySet[JointBody]:
    """Return the joint bodies a person sits in today."""
    if account_id is None:
        return JointBody.objects.none()
    return JointBody.objects.filter(
        pk__in=members_on(today()).filter(account_id=account_id).values("body_id")
    )


def accounts_of(body: JointBody) -> set[uuid.UUID]:
    """Return the people who sit in a body today."""
    return set(members_on(today()).filter(body=body).values_list("account_id", flat=True))
