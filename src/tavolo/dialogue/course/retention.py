"""How long this part keeps what has ended."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tavolo.common import retention
from tavolo.dialogue.course.models import FeedKey, Reminder

retention.register(
    "course.feed_key",
    period=timedelta(days=30),
    reason=_("A revoked calendar address opens nothing; its hash serves no purpose."),
    delete=lambda before: FeedKey.objects.filter(revoked_at__lt=before).delete()[0],
)
retention.register(
    "course.reminder",
    period=timedelta(days=90),
    reason=_("That a reminder went out matters only until the day it spoke of is over."),
    delete=lambda before: Reminder.objects.filter(on__lt=before.date()).delete()[0],
)
