# mypy: disable-error-code="var-annotated, assignment"
"""What happens to an open vote when a party that promotes it leaves the table.

`Succession`: those who remain carry on the list of the one that left, or annul the vote of their side, each
by its own consent. `Ending`: the vote of a side ended without result; its ballots are gone, unread.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, Party, Side


class Succession(TerritoryRow):
    """A proposal of a remaining promoter about a party that left; done once all who remain consent."""

    class Choice(models.TextChoices):
        CARRY_ON = "carry_on", _("carry on its list and finish the vote")
        ANNUL = "annul", _("end the vote without result")

    class State(models.TextChoices):
        OPEN = "open", _("waits for the others")
        DONE = "done", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    reason = models.CharField(max_length=600, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    left_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(choice="carry_on") | (Q(choice="annul") & ~Q(reason="")),
                name="polling_succession_choice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], decided_on__isnull=True)
                | Q(state="done", decided_on__isnull=False),
                name="polling_succession_state",
            ),
            models.UniqueConstraint(
                fields=["consultation", "party", "choice"], condition=Q(state="open"),
                name="polling_succession_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(party=models.F("proposer")), name="polling_succession_not_own"
            ),
        )  # fmt: skip


class SuccessionConsent(TerritoryRow):
    """A remaining promoter's yes to a succession; the act stands in the ledger."""

    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="consents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["succession", "party"], name="polling_succession_consent_once"),
        )


class Ending(TerritoryRow):
    """The vote of one side ended without result. Everybody may read that, since when, and why."""

    class Cause(models.TextChoices):
        NOBODY_LEFT = "nobody_left", _("no party that promoted it sits at the table any more")
        ANNULLED = "annulled", _("the parties that remained ended it together")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reason = models.CharField(max_length=600, blank=True)
    ended_on = models.DateField()
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "side"], name="polling_ending_once"),
            models.CheckConstraint(
                condition=Q(cause="nobody_left") | (Q(cause="annulled") & ~Q(reason="")),
                name="polling_ending_cause",
            ),
        )
