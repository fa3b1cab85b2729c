# mypy: disable-error-code="var-annotated, assignment"
"""What a consultation says in other languages: who translated and checked it, audio."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, StatementVersion, Theme, Translation


class Checked(TerritoryRow):
    """Base of translated words: who entered them, who checked them, and the digest of what was checked.

    A correction changes the words, so the digest no longer fits and the check lapses by itself.
    """

    translated_by = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    checked_digest = models.CharField(max_length=64, blank=True)

    class Meta(TerritoryRow.Meta):
        abstract = True
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(checked_by=F("entered_by")),
                name="%(app_label)s_%(class)s_second_person",
            ),
        )


class TranslationNote(Checked):
    """What is known about the translation of a statement's version."""

    translation = models.OneToOneField(Translation, on_delete=models.CASCADE, related_name="note")

    class Meta(Checked.Meta):
        abstract = False
        constraints = Checked.Meta.constraints


class OtherWords(Checked):
    """A consultation's title or question, or the name of a theme, in another language."""

    class Kind(models.TextChoices):
        TITLE = "title", _("title")
        QUESTION = "question", _("question")
        THEME = "theme", _("theme")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=1000)

    class Meta(Checked.Meta):
        abstract = False
        constraints = (
            *Checked.Meta.constraints,
            models.UniqueConstraint(
                fields=["consultation", "kind", "theme", "language"], nulls_distinct=False,
                name="voices_other_words_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="theme", theme__isnull=False)
                | Q(kind__in=["title", "question"], theme__isnull=True),
                name="voices_other_words_kind",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="voices_other_words_has_text"),
        )  # fmt: skip


class Audio(TerritoryRow):
    """A recording of a version in one language, for devices without a voice for it."""

    version = models.ForeignKey(StatementVersion, on_delete=models.CASCADE, related_name="audio")
    language = models.CharField(max_length=8)
    file_id = models.UUIDField()
    spoken_by = models.CharField(max_length=200, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "language"], name="voices_audio_once"),
        )
