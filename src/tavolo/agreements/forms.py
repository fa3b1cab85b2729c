# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of drafting: parse and check what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import Level
from tavolo.agreements.services.word import DROP, KEEP, PUBLISH
from tavolo.agreements.text.topics import TOPICS, topic_name

LONGEST_BODY = 100_000
SYSTEMS = (
    ("", _("none, or another")), ("confindustria", "Confindustria"), ("confapi", "Confapi"),
    ("confcommercio", "Confcommercio"), ("confartigianato", "Confartigianato e artigianato"),
)  # fmt: skip
CONVERGENCES, PLATFORM, PASTED, WORD, EMPTY = "convergenze", "piattaforma", "testo", "word", "vuoto"
SOURCES = (CONVERGENCES, PLATFORM, PASTED, WORD, EMPTY)


def topic_choices() -> list[tuple[str, str]]:
    """Return the topics in the person's language."""
    return [(key, topic_name(key, (get_language() or "it")[:2])) for key in TOPICS]


class StartForm(forms.Form):
    """What every new agreement needs, wherever its text comes from."""

    title = forms.CharField(label=_("Title of the agreement"), max_length=300)
    level = forms.ChoiceField(label=_("For whom"), choices=Level.choices, initial=Level.TERRITORIAL)
    system = forms.ChoiceField(
        label=_("Interconfederal rules"), choices=SYSTEMS, required=False,
        help_text=_("They say which majorities a vote needs; the pages compute and warn, they never judge."),
    )  # fmt: skip

    def __init__(self, source: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if source == PASTED:
            self.fields["text"] = forms.CharField(
                label=_("Text"), max_length=2_000_000, widget=forms.Textarea(attrs={"rows": 18}),
                help_text=_now(
                    "Headings such as “Art. 1 Bonus” or “1.2 Term” become clauses; so do points such as "
                    "“1. Training: …” where there are no headings."
                ),
            )  # fmt: skip
        elif source == WORD:
            self.fields["file"] = forms.FileField(
                label=_("Word file"), widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
                help_text=_now("A .docx of at most 10 MB. Headings become clauses."),
            )  # fmt: skip
        elif source == CONVERGENCES:
            self.fields["preamble"] = forms.CharField(
                label=_("Preamble"), required=False, max_length=LONGEST_BODY,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip


class ClauseForm(forms.Form):
    """New words for a clause, or a new clause."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_BODY, required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "true"}),
        help_text=_(
            "Leave an empty line between paragraphs. **bold**, *italics*, “- ” before the items of a list, "
            "“1. ” before numbered ones."
        ),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=_("Topics"), required=False, choices=topic_choices, widget=forms.CheckboxSelectMultiple
    )


class PlaceForm(forms.Form):
    """Where a clause is to stand."""

    place = forms.ChoiceField(label=_("Where"))

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices


class SplitForm(forms.Form):
    """Where a clause is to be cut."""

    at = forms.TypedChoiceField(label=_("The new clause begins with"), coerce=int)
    title = forms.CharField(label=_("Title of the new clause"), max_length=300, required=False)

    def __init__(self, choices: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = choices


class WhyForm(forms.Form):
    """Why the party asks for it."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody at the table reads it once the amendment is lodged."),
    )  # fmt: skip


class WordForm(forms.Form):
    """An edited Word file on its way back."""

    file = forms.FileField(
        label=_("Edited Word file"), widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=_("At most 10 MB. Nothing is lodged yet: you see first what was understood."),
    )  # fmt: skip


class LodgeForm(forms.Form):
    """Lodging a private draft."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    comments = forms.ChoiceField(
        label=_("The comments in the file"), required=False, initial=DROP,
        choices=(
            (DROP, _("leave them out")), (PUBLISH, _("show them to the whole table")),
            (KEEP, _("keep them as your party's private remarks")),
        ),
    )  # fmt: skip
