# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of the room: parse and check what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.models import Consultation, Group, Party, Table, Theme
from tavolo.dialogue.services.consultations import LONGEST_STATEMENT
from tavolo.dialogue.voices.languages import choices
from tavolo.people.models import Constituency

LANGUAGES = choices()


class ConsultationForm(forms.Form):
    """A new consultation."""

    title = forms.CharField(label=_("Title"), max_length=200)
    question = forms.CharField(
        label=_("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One open question that the statements answer."),
    )  # fmt: skip
    introduction = forms.CharField(
        label=_("Introduction"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In plain words: why you ask, and what will be done with the answers."),
    )  # fmt: skip
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=None, required=False)
    closes_on = forms.DateField(
        label=_("Last day to vote"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day any promoter may close; before it, all of them together."),
    )  # fmt: skip

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(table=table)  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A constituency asked by a party."""

    constituency = forms.ModelChoiceField(label=_("Who is asked"), queryset=None)
    name = forms.CharField(
        label=_("Name shown with the results"), max_length=200, required=False,
        help_text=_("Leave empty for the party's own name."),
    )  # fmt: skip

    def __init__(self, party: Party, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Group.objects.filter(consultation=consultation).values("constituency_id")
        own = Constituency.objects.filter(
            organisation_id=party.organisation_id, held_by_rsu=party.as_rsu, retired_at__isnull=True
        ).exclude(pk__in=taken)
        self.fields["constituency"].queryset = own.order_by("name")  # type: ignore[attr-defined]


class StatementForm(forms.Form):
    """A statement, or a new version of one."""

    text = forms.CharField(
        label=_("Statement"), max_length=LONGEST_STATEMENT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One thought, in plain words, that one can agree or disagree with."),
    )  # fmt: skip
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=None, required=False)

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(table=table)  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """The text of a new version."""

    text = forms.CharField(
        label=_("New wording"), max_length=LONGEST_STATEMENT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Votes already given stay with the old wording."),
    )  # fmt: skip


class TranslationForm(forms.Form):
    """A version in another language."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    text = forms.CharField(
        label=_("Translated text"), max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    translated_by = forms.CharField(label=_("Translated by"), max_length=200, required=False)


class ImportForm(forms.Form):
    """A finished consultation held elsewhere: a Polis export or a table of votes."""

    title = forms.CharField(label=_("Title"), max_length=200)
    question = forms.CharField(label=_("Question"), max_length=1000, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False,
        help_text=_("Who held it, when, and under which licence the data may be used."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A Polis export as a .zip (votes.csv or participants-votes.csv, and comments.csv), "
            "a participants-votes.csv alone, or one table of votes as .csv, .xlsx or .parquet with the "
            "columns participant, statement, vote."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.csv,.xlsx,.parquet"}),
    )
