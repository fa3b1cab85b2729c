# mypy: disable-error-code="var-annotated, assignment"
"""Agreements under way and made: versions, amendments, stances, comments.

A version's text never changes; what moves is which version is current. A party's draft and its private
remarks live in tables of their own, which no page of another party ever reads.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tavolo.agreements import stating
from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Table

HASH = RegexValidator(r"^[0-9a-f]{64}$")


class Level(models.TextChoices):
    """For whom an agreement is made."""

    TERRITORIAL = "territorial", _("territorial agreement")
    COMPANY = "company", _("company agreement")
    NATIONAL = "national", _("national agreement")
    PROTOCOL = "protocol", _("protocol or framework text")


class State(models.TextChoices):
    """Where an agreement stands; the rules of each step are in `states`."""

    DRAFT = "draft", _("draft")
    INITIALLED = "initialled", _("tentative agreement, initialled with reservation")
    VOTING = "voting", _("before the members")
    CLEARED = "cleared", _("reservation lifted")
    REJECTED = "rejected", _("rejected by the members")
    SIGNED = "signed", _("signed")
    DEPOSITED = "deposited", _("deposited")
    ENDED = "ended", _("no longer in force")


class Agreement(TerritoryRow):
    """An agreement from first draft to end. Without a table: made elsewhere and kept in the archive."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.TERRITORIAL)
    # Which interconfederal rules apply ("confindustria", "confapi", …): a name in the dated rule sets.
    system = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, default="it")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amended_by"
    )
    created_on = models.DateField()
    created_by_id = models.UUIDField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=State.values), name="agreements_state_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="agreements_level_known"),
            models.CheckConstraint(condition=~Q(title=""), name="agreements_titled"),
        )

    def __str__(self) -> str:
        return self.title

    def get_state_display(self) -> str:
        """Return the state in words, as exactly as the parts of the room know it."""
        return stating.words(self, str(State(self.state).label))


class Contractor(TerritoryRow):
    """A party that negotiates this agreement: asked for its stance, and expected to initial and sign."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="contractors")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "party"], name="agreements_contractor_once"),
        )


class Version(TerritoryRow):
    """An exact text: its canonical form and hash. Rows are only ever added; one per agreement is current."""

    class Made(models.TextChoices):
        START = "start", _("first draft")
        CONSOLIDATED = "consolidated", _("agreed amendments taken in")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    canonical = models.TextField()
    hash = models.CharField(max_length=64, validators=[HASH])
    made = models.CharField(max_length=16, choices=Made.choices)
    note = models.CharField(max_length=300, blank=True)
    made_by_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="agreements_version_from_one"),
            models.CheckConstraint(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="agreements_version_hash"
            ),
        )


class Amendment(TerritoryRow):
    """A lodged proposal of a party, or of the joint secretariat where `party` is empty.

    Its wording is in its revisions: a new one each time the text moves on.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("amendment", "open")
        TAKEN_IN = "taken_in", _("taken into the text")
        REJECTED = "rejected", pgettext_lazy("amendment", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("amendment", "withdrawn")
        SUPERSEDED = "superseded", _("replaced by another")
        OBSOLETE = "obsolete", _("the text says it already")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.TextField(blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_into = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lodged_by_id = models.UUIDField()
    lodged_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_amendment_number_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "taken_in", "rejected", "withdrawn", "superseded", "obsolete"]
                ),
                name="agreements_amendment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_in", taken_into__isnull=False) | ~Q(state="taken_in"),
                name="agreements_amendment_taken_somewhere",
            ),
        )


class Revision(TerritoryRow):
    """An amendment's exact wording on one version: operations, and what of it collides there (`held`)."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="revisions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    operations = models.JSONField()
    held = models.JSONField(default=list)
    # The version on which the held operations were written: the older text they can still be read on.
    held_on = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_hand = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["amendment", "number"], name="agreements_revision_number_once"),
        )


class Draft(TerritoryRow):
    """A party's own working copy on a version, seen by its delegation alone until it is lodged."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    canonical = models.TextField()
    reason = models.TextField(blank=True)
    # What a Word file brought besides the text: authors, comments, what could not be read, its version.
    found = models.JSONField(default=dict)
    author_id = models.UUIDField()
    changed_at = models.DateTimeField()


class Remark(TerritoryRow):
    """A party's private remark on a clause, for its own delegation."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)
    text = models.TextField()
    author_id = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("made_at",)
        constraints = TerritoryRow.Meta.constraints


class Comment(TerritoryRow):
    """A comment on a clause of a version, or on an amendment, that everybody at the table reads."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="comments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    clause = models.CharField(max_length=80, blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    author_id = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("made_at",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="agreements_comment_has_text"),
        )


class StanceKind(models.TextChoices):
    """What a party says of exact words. Silence is the absence of a stance, not one of these."""

    ACCEPTS = "accepts", _("accepts")
    RESERVATION = "reservation", _("accepts with a reservation on substance")
    REJECTS = "rejects", _("rejects")
    ABSTAINS = "abstains", _("abstains")


class Stance(TerritoryRow):
    """A party's lodged stance on the exact words of a clause, or on an exact revision of an amendment.

    Rows are only added; the newest of a party on a target counts, and lapses when the words change: the
    clause's hash, or the revision, is no longer the current one.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="stances")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80, blank=True)
    clause_hash = models.CharField(max_length=64, blank=True)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=StanceKind.choices)
    text = models.TextField(blank=True)
    number = models.PositiveIntegerField()
    lodged_by_id = models.UUIDField()
    lodged_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_stance_number_once"),
            models.CheckConstraint(condition=Q(kind__in=StanceKind.values), name="agreements_stance_known"),
            models.CheckConstraint(
                condition=Q(revision__isnull=True, clause_hash__regex=r"^[0-9a-f]{64}$") & ~Q(clause="")
                | Q(revision__isnull=False, clause="", clause_hash=""),
                name="agreements_stance_on_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(kind="reservation") | ~Q(text=""), name="agreements_reservation_has_text"
            ),
        )
