# mypy: disable-error-code="var-annotated, assignment"
"""The electoral committee, the people it lists, and the way each person votes.

Listed people are special-category data: a name on a union's list. Only the committee's members of that party
read them; retention deletes them some weeks after the close. Nothing here says whether somebody has voted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, Group, Party, Side
from tavolo.people.dated import dated_constraints, dated_manager


class CommitteeRole(models.TextChoices):
    """What a person does in an electoral committee."""

    MEMBER = "member", _("member of the electoral committee")
    SCRUTINEER = "scrutineer", _("scrutineer")


class CommitteeMember(TerritoryRow):
    """A person a promoting party named for a consultation, for a span of days.

    All members named on one side of the table are that side's committee.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    role = models.CharField(max_length=12, choices=CommitteeRole.choices, default=CommitteeRole.MEMBER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    act_id = models.UUIDField()

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role__in=CommitteeRole.values), name="polling_member_role_known"
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="polling_member_side_known"),
            # One party's trust, not two: nobody serves for two parties of the same consultation.
            *dated_constraints("polling_member", "consultation", "account"),
        )


class Way(models.TextChoices):
    """How a person votes: one person, one way."""

    ACCOUNT = "account", _("with their own account")
    MAIL = "mail", _("with a personal code sent by e-mail")
    SLIP = "slip", _("with a slip, on a phone or on the tablet")
    PAPER = "paper", _("on paper")


class ListedVoter(TerritoryRow):
    """Somebody without an account who may vote, on the list of a group. Frozen at opening.

    `detail` tells namesakes apart (department, year of birth). `handed`: a slip or a paper ballot was given
    over against a signature. `code_hash`: of the mailed code, sealed like a slip's. `news`: the mail that
    says who carries on this list, since the party it belongs to has left.
    """

    class Mail(models.TextChoices):
        NONE = "none", _("not sent")
        WAITING = "waiting", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    detail = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="it")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.SLIP)
    handed = models.BooleanField(default=False)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)
    code_hash = models.BinaryField(default=b"")
    news = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint("group", Lower("name"), Lower("detail"), name="polling_listed_once"),
            models.UniqueConstraint(
                "group", Lower("email"), condition=~Q(email=""), name="polling_listed_address_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="polling_listed_named"),
            models.CheckConstraint(
                condition=Q(way__in=["slip", "paper"]) | (Q(way="mail") & ~Q(email="")),
                name="polling_listed_way_possible",
            ),
            models.CheckConstraint(
                condition=Q(handed=False) | Q(way__in=["slip", "paper"]), name="polling_listed_handed"
            ),
        )


class OtherWay(TerritoryRow):
    """An account that votes by slip or on paper instead; without a row here it votes as an account."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    handed = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["group", "account"], name="polling_otherway_once"),
            models.CheckConstraint(condition=Q(way__in=["slip", "paper"]), name="polling_otherway_known"),
        )
