# mypy: disable-error-code="var-annotated, assignment"
"""How a person wants to be told: each notice by mail, a digest, or only on the pages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow


class MailChoice(models.TextChoices):
    """When mail goes out."""

    EACH = "each", _("a message for each notice")
    DAILY = "daily", _("one message a day")
    WEEKLY = "weekly", _("one message a week, on Monday")
    NEVER = "never", _("no mail: I look at the page")


class Preference(TerritoryRow):
    """A person's choice of mail; without a row, each notice is sent."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(max_length=8, choices=MailChoice.choices, default=MailChoice.EACH)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["account"], name="following_preference_once"),
            models.CheckConstraint(condition=Q(mail__in=MailChoice.values), name="following_mail_known"),
        )
