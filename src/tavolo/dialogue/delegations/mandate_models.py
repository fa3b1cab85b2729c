# mypy: disable-error-code="var-annotated, assignment"
"""Mandates in two halves: what everybody at the table may know, and what is the party's alone.

The private half (content and red lines) stands in tables of its own, guarded by row security in the room
of the party: where the party's id is not opened in the transaction there is no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.people.dated import dated_manager


@dataclass(frozen=True)
class PublicFace:
    """What others know of a party's mandate: whether one is in force, and its last day if it has one."""

    exists: bool
    last_day: date | None = None


class Mandate(TerritoryRow):
    """A version of a party's mandate; after it is lodged only its end can come earlier.

    It holds from `starts_on` up to, but not including, `ends_on`. `digest` binds the private half, salted,
    so that the party can prove later what its mandate said and nobody can guess it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        LODGED = "lodged", _("lodged")
        SUPERSEDED = "superseded", _("superseded")
        REVOKED = "revoked", _("revoked")

    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="mandates")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lodged_at = models.DateTimeField(null=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        ordering = ("-number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["party", "number"], name="delegations_mandate_number_once"),
            models.UniqueConstraint(
                fields=["party"], condition=Q(state="draft"), name="delegations_mandate_one_draft"
            ),
            models.UniqueConstraint(
                fields=["party"], condition=Q(state="lodged"), name="delegations_mandate_one_lodged"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", lodged_at__isnull=True, digest="")
                | (Q(state__in=["lodged", "superseded", "revoked"], lodged_at__isnull=False) & ~Q(digest="")),
                name="delegations_mandate_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="delegations_mandate_ends_after_start",
            ),
        )

    @property
    def last_day(self) -> date | None:
        """Return the last day on which the mandate holds, if it has an end."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    @property
    def public_face(self) -> PublicFace:
        """Return what others may know of this mandate."""
        if self.state == Mandate.State.DRAFT:
            return PublicFace(exists=False)
        return PublicFace(exists=True, last_day=self.last_day)


class Ratification(models.TextChoices):
    """Who must say yes to a text before the party's signature is final."""

    NONE = "none", _("nobody: the delegation may sign")
    ORGAN = "organ", _("a governing body of the organisation")
    MEMBERS = "members", _("the members, by a vote")
    WORKERS = "workers", _("the workers concerned, by a vote")


class MandateContent(TerritoryRow):
    """What a mandate says: the party's alone. `salt` goes into the mandate's public digest."""

    mandate = models.OneToOneField(Mandate, on_delete=models.CASCADE, related_name="content")
    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="+")
    scope = models.TextField()
    theme_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    organ = models.CharField(max_length=200)
    given_on = models.DateField()
    ratification = models.CharField(max_length=8, choices=Ratification.choices)
    ratified_by = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey(
        "common.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The stored file itself bears a neutral name: its row lies outside the wall.
    document_name = models.CharField(max_length=200, blank=True)
    salt = models.CharField(max_length=64)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ratification__in=Ratification.values),
                name="delegations_content_ratifier_known",
            ),
        )


class RedLine(TerritoryRow):
    """A point the party does not give up (punto irrinunciabile): the party's alone."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="red_lines")
    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    # No foreign key: a theme could not be taken away without telling that a red line points to it.
    theme_id = models.UUIDField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta(TerritoryRow.Meta):
        ordering = ("position", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["mandate", "position"], name="delegations_red_line_place_once"),
        )
