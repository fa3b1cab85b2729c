# mypy: disable-error-code="var-annotated, assignment"
"""Consultations: who asks, who is asked, and the statements with their versions and translations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.table_models import Party, Side, Table, Theme


class Consultation(TerritoryRow):
    """A question put to constituencies of the table's parties.

    `participation` is the last published count of voters while it is open, a whole number of batches;
    `closed_on` is a day, never a time. `capacity` bounds the statements a sealed ballot has room for.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        PUBLISHED = "published", _("published")
        VOID = "void", _("ended without result")

    class Kind(models.TextChoices):
        STATEMENTS = "statements", _("statements to agree or disagree with")
        BALLOT = "ballot", _("a ballot: yes or no, or a choice")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="consultations")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.STATEMENTS)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    creator = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200)
    question = models.TextField()
    introduction = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    imported = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)
    capacity = models.PositiveSmallIntegerField(default=1000)
    participation = models.PositiveIntegerField(default=0)
    opened_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["statements", "ballot"]), name="dialogue_consultation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "closed", "published", "void"]),
                name="dialogue_consultation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_on__isnull=False) | Q(imported=True),
                name="dialogue_consultation_opened_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open"]) | Q(closed_on__isnull=False),
                name="dialogue_consultation_closed_has_day",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def has_results(self) -> bool:
        """Say whether it is closed, so that figures may exist."""
        return self.state in (self.State.CLOSED, self.State.PUBLISHED)


class PromoterKind(models.TextChoices):
    """Who may ask a constituency: the database refuses any other pairing with a side."""

    UNION = "union", _("trade union")
    RSU = "rsu", _("RSU/RSA")
    ASSOCIATION = "employers_association", _("employers' association")
    PUBLIC_BODY = "public_body", _("public body")


class Group(TerritoryRow):
    """A constituency asked by its promoter: the unit of results (one party, one constituency).

    `eligible` is frozen at opening, `voters` written at close. `pooled`: too few voted, so its ballots are
    counted only together with the other pooled groups of its side. `number` is the index in sealed ballots.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="groups")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    constituency = models.ForeignKey("people.Constituency", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=16, choices=Side.choices)
    promoter_kind = models.CharField(max_length=24, choices=PromoterKind.choices)
    number = models.PositiveSmallIntegerField()
    eligible = models.PositiveIntegerField(null=True, blank=True)
    pooled = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "number"], name="dialogue_group_number_once"),
            models.UniqueConstraint(
                fields=["consultation", "constituency"], name="dialogue_group_constituency_once"
            ),
            models.CheckConstraint(
                condition=Q(side=Side.WORKERS, promoter_kind__in=["union", "rsu"])
                | Q(side=Side.EMPLOYERS, promoter_kind="employers_association")
                | Q(side=Side.PUBLIC, promoter_kind="public_body"),
                name="dialogue_group_asked_by_its_own",
            ),
            models.CheckConstraint(condition=Q(number__lt=250), name="dialogue_group_number_fits"),
        )

    def __str__(self) -> str:
        return self.name


class Consent(TerritoryRow):
    """A promoter's formal yes to opening or closing; the act itself stands in the ledger."""

    class Action(models.TextChoices):
        OPEN = "open", _("opening")
        CLOSE = "close", _("closing")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="consents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=8, choices=Action.choices)
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "party", "action"], name="dialogue_consent_once"),
        )


class Statement(TerritoryRow):
    """A statement people vote on, through its exact versions. `number` is the one shown to people."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="statements")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField()
    withdrawn = models.BooleanField(default=False)
    meta = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "number"], name="dialogue_statement_number_once"),
        )


class StatementVersion(TerritoryRow):
    """An exact wording. `slot` is its place in sealed ballots; `open_to_votes` only for the current one."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=8, default="it", blank=True)
    text = models.TextField()
    slot = models.PositiveSmallIntegerField()
    open_to_votes = models.BooleanField(default=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["statement", "number"], name="dialogue_version_number_once"),
            models.UniqueConstraint(fields=["consultation", "slot"], name="dialogue_version_slot_once"),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(open_to_votes=True), name="dialogue_version_one_open"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="dialogue_version_has_text"),
        )


class Translation(TerritoryRow):
    """The same version in another language."""

    version = models.ForeignKey(StatementVersion, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=8)
    text = models.TextField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "language"], name="dialogue_translation_once"),
            models.CheckConstraint(condition=~Q(text=""), name="dialogue_translation_has_text"),
        )
