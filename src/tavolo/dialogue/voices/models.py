"""The part's tables, in three files: translations, moderation, and what became of it."""

from tavolo.dialogue.voices.moderation_models import (
    Appeal,
    Guarantor,
    Moderator,
    Proposal,
    Review,
    Rule,
    RuleBook,
    SeedYes,
    WaitingSeed,
)
from tavolo.dialogue.voices.outcome_models import Importance, Outcome, Told
from tavolo.dialogue.voices.translation_models import Audio, OtherWords, TranslationNote

__all__ = [
    "Appeal",
    "Audio",
    "Guarantor",
    "Importance",
    "Moderator",
    "OtherWords",
    "Outcome",
    "Proposal",
    "Review",
    "Rule",
    "RuleBook",
    "SeedYes",
    "Told",
    "TranslationNote",
    "WaitingSeed",
]
