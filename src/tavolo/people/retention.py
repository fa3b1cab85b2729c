"""How long this room keeps what has ended."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tavolo.common import retention
from tavolo.people.models import ApiToken, Invitation, UnionMembership

retention.register(
    "people.invitation",
    period=timedelta(days=90),
    reason=_("Invitations hold an e-mail address; after they have ended nobody needs it."),
    delete=lambda before: Invitation.objects.filter(expires_at__lt=before).delete()[0],
)
retention.register(
    "people.api_token",
    period=timedelta(days=90),
    reason=_("Keys that have expired are kept a while so that their owner can tell which program stopped."),
    delete=lambda before: ApiToken.objects.filter(expires_at__lt=before).delete()[0],
)
retention.register(
    "people.union_membership",
    period=timedelta(days=365),
    reason=_("Former membership of a union is a special category of data and serves no purpose here."),
    delete=lambda before: UnionMembership.objects.filter(ends_on__lt=before.date()).delete()[0],
)
