# mypy: disable-error-code="var-annotated, assignment"
"""Tables of the public archive: what is found of each public agreement, and agreements made elsewhere.

`Entry` is derived from public agreements alone, so that a search never touches a draft; the database refuses
an entry for anything else (migration 0002). `Elsewhere` is what an officer said about an agreement made
outside this site: it is never changed, a correction is another record.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from tavolo.agreements.models import HASH, Agreement, Level, State
from tavolo.agreements.standing import PUBLIC
from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.people.dated import DateSpan
from tavolo.people.models import Organisation


class Entry(TerritoryRow):
    """One public agreement as it can be found. `key` is its permanent short address."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="archived")
    key = models.CharField(max_length=26)
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=12, choices=Level.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    elsewhere = models.BooleanField(default=False)
    # Later agreements amend it: what is found of it are its editions, each in its own days.
    amended = models.BooleanField(default=False, db_default=False)
    # Superseded by a correction: kept at its address, left out of searches.
    corrected = models.BooleanField(default=False)
    text_hash = models.CharField(max_length=64, validators=[HASH])
    parties = ArrayField(models.CharField(max_length=200))
    # Folded words of the parties' names, and whole folded names: what the filter by party asks.
    party_keys = ArrayField(models.CharField(max_length=200))
    topics = ArrayField(models.CharField(max_length=20))
    municipality = models.CharField(max_length=120, blank=True)
    sector = models.CharField(max_length=10, blank=True)
    division = models.CharField(max_length=2, blank=True)
    signed_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    # Stems of the title, short and kept in the row: they choose what is ranked by the whole text.
    title_words = SearchVectorField()
    words = SearchVectorField()
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["territory", "key"], name="archive_entry_key_once"),
            models.CheckConstraint(condition=Q(state__in=list(PUBLIC)), name="archive_entry_public"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="archive_entry_span"
            ),
        )
        indexes = (
            GinIndex(fields=["words"], name="archive_entry_words"),
            GinIndex(fields=["party_keys"], name="archive_entry_parties"),
            GinIndex(fields=["topics"], name="archive_entry_topics"),
            models.Index(fields=["territory", "-signed_on", "id"], name="archive_entry_newest"),
        )

    def __str__(self) -> str:
        return self.title


class Edition(TerritoryRow):
    """A public agreement's text as it stands over some days, with what amends it by then.

    Derived like its entry. The editions of an entry cover all days and never overlap: the first reaches back
    without beginning, the last goes on without end.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    text_hash = models.CharField(max_length=64, validators=[HASH])
    # The amending agreements whose words hold in these days, the oldest first; none: the signed text alone.
    amending = ArrayField(models.UUIDField(), default=list)
    topics = ArrayField(models.CharField(max_length=20))
    words = SearchVectorField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["entry", "number"], name="archive_edition_number_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="archive_edition_span",
            ),
            ExclusionConstraint(
                name="archive_edition_one_a_day",
                expressions=[
                    ("entry", RangeOperators.EQUAL),
                    (DateSpan(F("starts_on"), F("ends_on"), models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        )
        indexes = (GinIndex(fields=["words"], name="archive_edition_words"),)


class Elsewhere(TerritoryRow):
    """An agreement made outside this site, as an officer brought it. Only ever added."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="elsewhere")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    # [{"name": ..., "signed": true, "person": ...}], in the order of the document.
    parties = models.JSONField()
    municipality = models.CharField(max_length=120, blank=True)
    sector = models.CharField(max_length=10, blank=True)
    topics = ArrayField(models.CharField(max_length=20))
    signed_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    reason = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    added_by_id = models.UUIDField()
    added_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(source=""), name="archive_elsewhere_has_source"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="archive_elsewhere_span",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""), name="archive_correction_has_reason"
            ),
        )
