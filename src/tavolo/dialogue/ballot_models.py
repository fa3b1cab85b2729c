# mypy: disable-error-code="var-annotated, assignment"
"""Rolls, sealed ballots and what is counted from them.

Nothing here joins a person to a ballot, and nothing here holds a time. `Roll` names who may vote and never
changes after opening. A `Ballot` has an address only the key outside the database can compute, and a
sealed payload in which even the group and "has not voted" are hidden. docs/maths/secrecy.md argues why.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tavolo.common.models import Territory, TerritoryRow
from tavolo.dialogue.consultation_models import Consultation, Group, StatementVersion
from tavolo.dialogue.table_models import Party, Side


def unchecked(to: type[models.Model], **options: Any) -> Any:
    """Return a reference the database does not check: no foreign key leaves a ballot, and a vote writes
    no lock on the rows it would point to."""
    return models.ForeignKey(to, on_delete=models.PROTECT, related_name="+", db_constraint=False, **options)


class Roll(TerritoryRow):
    """One eligible person, frozen at opening. It carries no mark of having voted."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "account"], name="dialogue_roll_once"),
        )


class Ballot(TerritoryRow):
    """A sealed ballot of an open consultation; every eligible person has one from the opening on."""

    territory = unchecked(Territory, db_index=False)
    consultation = unchecked(Consultation, db_index=False)
    address = models.BinaryField()
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            models.UniqueConstraint(fields=["consultation", "address"], name="dialogue_ballot_address_once"),
        )


class Change(TerritoryRow):
    """A sealed change of counts, queued in the transaction of its vote until it is added to the sheet."""

    territory = unchecked(Territory, db_index=False)
    consultation = unchecked(Consultation)
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = ()


class Sheet(TerritoryRow):
    """The running counts of an open consultation, sealed: a cache that ballots can always rebuild."""

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class ClosedBallot(TerritoryRow):
    """An anonymous ballot of a closed consultation, written in random order under a fresh id.

    `votes` has one byte a slot: 0 silence, 1 agree, 2 disagree, 3 pass. `group` is empty where too few
    people of a group voted (they share the pool of their side) and for imported consultations.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", null=True)
    votes = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class Tally(TerritoryRow):
    """Final counts of one version in one group (or in the pool of a side, or of an import)."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(StatementVersion, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", null=True)
    agree = models.PositiveIntegerField()
    disagree = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["version", "side", "group"], nulls_distinct=False, name="dialogue_tally_once"
            ),
        )


class Turnout(TerritoryRow):
    """How many ballots of a group, or of the pool of a side, held at least one vote. Written at close."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", null=True)
    voters = models.PositiveIntegerField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["consultation", "side", "group"], nulls_distinct=False, name="dialogue_turnout_once"
            ),
        )


class Release(TerritoryRow):
    """A party's irreversible act: its results may appear on the shared map.

    `position` is the order of release within the side; whether it already takes effect follows from it.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="releases")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "party"], name="dialogue_release_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="dialogue_release_position"),
        )


class Analysis(TerritoryRow):
    """The computed picture for one audience (a set of shown labels): derived, may be deleted any time."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    picture = models.JSONField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["consultation", "audience"], name="dialogue_analysis_audience_once"
            ),
        )
