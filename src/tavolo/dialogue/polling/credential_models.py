# mypy: disable-error-code="var-annotated, assignment"
"""Slips, paper ballots and what goes with them: nothing here leads from a slip or a paper to a person.

A slip is a row with the digest of its secret code; the code itself exists only on the printed sheet. The key
of the digest is the consultation's own, so that after the close codes can no longer be tried. No row carries
a time, a sequence or a mark of having been used: that a slip was entered is written inside its sealed ballot.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, Group, Side


class Batch(TerritoryRow):
    """Slips or paper ballots printed together for one group; replaced as a whole where a sheet is lost."""

    class Kind(models.TextChoices):
        SLIP = "slip", _("slips")
        PAPER = "paper", _("paper ballots")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    language = models.CharField(max_length=8, default="it")
    printed_on = models.DateField()
    void = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["group", "kind", "number"], name="polling_batch_number_once"),
            models.CheckConstraint(condition=Q(size__gte=1), name="polling_batch_not_empty"),
            models.CheckConstraint(condition=Q(void=False) | ~Q(reason=""), name="polling_batch_void_reason"),
        )


class Slip(TerritoryRow):
    """One shuffled slip. `void`: taken back or replaced; its ballot left the box with it."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField()
    void = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["group", "code_hash"], name="polling_slip_code_once"),
        )


class Entries(TerritoryRow):
    """How many slips of each group have been entered, sealed: bounds them by what was handed out."""

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class Assembly(TerritoryRow):
    """A shared tablet at an assembly: paired once by a code, then known by its own secret until it ends."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    place = models.CharField(max_length=120)
    language = models.CharField(max_length=8, default="it")
    pairing_hash = models.CharField(max_length=64, blank=True)
    device_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    ended = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["pairing_hash"], condition=~Q(pairing_hash=""), name="polling_assembly_pairing_once"
            ),
        )


class Lot(TerritoryRow):
    """Paper ballots of a group taken out of one urn, keyed twice. `found`: how many there were."""

    class State(models.TextChoices):
        KEYING = "keying", _("being keyed")
        SEALED = "sealed", _("in the ballot box")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    found = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.KEYING)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_done = models.BooleanField(default=False)
    second_done = models.BooleanField(default=False)
    spoiled = models.PositiveIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["group", "number"], name="polling_lot_number_once"),
            models.CheckConstraint(condition=Q(found__gte=1), name="polling_lot_not_empty"),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("first")),
                name="polling_lot_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="keying") | Q(first_done=True, second_done=True),
                name="polling_lot_sealed_after_both",
            ),
        )


class Paper(TerritoryRow):
    """One printed paper ballot. `number`, drawn at random, stands on it for keying it twice, nothing else."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    void = models.BooleanField(default=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["group", "number"], name="polling_paper_number_once"),
            models.CheckConstraint(
                condition=Q(void=False) | Q(lot__isnull=True), name="polling_paper_void_uncounted"
            ),
        )


class Keying(TerritoryRow):
    """What one member read on one paper ballot, sealed; deleted when the lot goes into the box."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["lot", "account", "number"], name="polling_keying_once"),
        )
