# mypy: disable-error-code="no-any-return"
"""Who belongs to a constituency (platea) on a day: one query each, for seventy thousand people too."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tavolo.people.models import (
    Account,
    Affiliation,
    Constituency,
    ConstituencyEntry,
    ConstituencyKind,
    Membership,
    Role,
    UnionMembership,
)


def accounts(constituency: Constituency, on: date) -> QuerySet[Account]:
    """Return the accounts of a constituency on a day, switched-off ones left out, each once.

    Member firms vote through their owners or legal representatives.
    """
    return Account.objects.filter(is_active=True, pk__in=_ids(constituency, on))


def account_ids(constituency: Constituency, on: date) -> list[uuid.UUID]:
    """Return the account ids of a constituency on a day, in no telling order (random ids)."""
    return list(accounts(constituency, on).order_by("pk").values_list("pk", flat=True))


def size(constituency: Constituency, on: date) -> int:
    """Return how many people a constituency has on a day."""
    return accounts(constituency, on).count()


def contains(constituency: Constituency, account_id: uuid.UUID, on: date) -> bool:
    """Tell whether a person belongs to a constituency on a day."""
    return accounts(constituency, on).filter(pk=account_id).exists()


def _ids(constituency: Constituency, on: date) -> QuerySet[Any]:
    kind = constituency.kind
    if kind == ConstituencyKind.LISTED:
        return ConstituencyEntry.objects.filter(constituency=constituency).values("account_id")
    if kind == ConstituencyKind.MEMBERS_OF_UNION:
        members = UnionMembership.objects.active_on(on).filter(union_id=constituency.subject_id)
        return members.values("account_id")
    if kind == ConstituencyKind.WORKERS_OF_FIRM:
        return _holding(Role.WORKER, on).filter(organisation_id=constituency.subject_id).values("account_id")
    firms = Affiliation.objects.active_on(on).filter(association_id=constituency.subject_id).values("firm_id")
    role = Role.WORKER if kind == ConstituencyKind.WORKERS_OF_MEMBER_FIRMS else Role.OWNER
    return _holding(role, on).filter(organisation_id__in=firms).values("account_id")


def _holding(role: str, on: date) -> QuerySet[Any]:
    return Membership.objects.active_on(on).filter(role=role)
