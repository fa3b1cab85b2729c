# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of the part: parse and check what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.models import Consultation, Statement, Theme
from tavolo.dialogue.services.consultations import LONGEST_STATEMENT
from tavolo.dialogue.voices.languages import choices
from tavolo.dialogue.voices.models import OtherWords, Outcome
from tavolo.dialogue.voices.rulebook import LIMITS, MOST_RULES
from tavolo.people.models import Account


class ProposalForm(forms.Form):
    """A participant's statement."""

    text = forms.CharField(
        label=_("Your statement"), max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        help_text=_("One thought others can agree or disagree with. Name no person."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Written in"), choices=choices)


class WordsForm(forms.Form):
    """Somebody's words: a reason, an appeal."""

    words = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )


class WriteForm(forms.Form):
    """What became of a statement."""

    statement = forms.ModelChoiceField(label=_("Statement"), queryset=None)
    kind = forms.ChoiceField(label=_("What became of it"), choices=Outcome.Kind.choices)
    text = forms.CharField(
        label=_("In plain words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the table decided, or why this was not taken up."),
    )  # fmt: skip
    link = forms.CharField(
        label=_("Link"), required=False, max_length=500,
        help_text=_("A page of this site (/…) or of the web (https://…) where it can be read."),
    )  # fmt: skip

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["statement"]
        asked = Statement.objects.filter(consultation=consultation).order_by("number")
        field.queryset = asked.prefetch_related("versions")
        field.label_from_instance = _named


def _named(statement: Statement) -> str:
    version = max(statement.versions.all(), key=lambda one: one.number, default=None)
    return f"{statement.number}. {version.text if version else ''}"[:120]


class OtherWordsForm(forms.Form):
    """The title, the question or a theme in another language."""

    kind = forms.ChoiceField(label=_("What"), choices=OtherWords.Kind.choices)
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=None, required=False, help_text=_("Only for the name of a theme.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=choices)
    text = forms.CharField(
        label=_("Translated text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    translated_by = forms.CharField(label=_("Translated by"), max_length=200, required=False)

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(table=consultation.table_id)

    def clean(self) -> dict[str, Any]:
        """Ask for the theme exactly where one is meant."""
        data = super().clean() or {}
        if data.get("kind") == "theme" and not data.get("theme"):
            self.add_error("theme", _("Choose the theme."))
        if data.get("kind") != "theme":
            data["theme"] = None
        return data


class AudioForm(forms.Form):
    """A recording of a statement."""

    language = forms.ChoiceField(label=_("Language"), choices=choices)
    spoken_by = forms.CharField(label=_("Spoken by"), max_length=200, required=False)
    file = forms.FileField(
        label=_("Recording"), help_text=_("MP3, OGG or WAV, at most 4 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".mp3,.ogg,.wav"}),
    )  # fmt: skip


class PersonForm(forms.Form):
    """A person with an account here, by their address."""

    email = forms.EmailField(label=_("Address of the person"))
    words = forms.CharField(label=_("Who they are"), max_length=300, required=False)

    def clean_email(self) -> Account:
        """Return the account; say so where there is none."""
        found = Account.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("This person has no account here: invite them first."))
        return found


class RulesForm(forms.Form):
    """An edition of the rules: limits, and one rule a line."""

    introduction = forms.CharField(
        label=_("Introduction"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    days_to_decide = forms.IntegerField(label=_("Days to decide on a proposal"))
    days_to_appeal = forms.IntegerField(label=_("Days for an appeal"))
    per_day = forms.IntegerField(label=_("Proposals a person may make in a day"))
    per_person = forms.IntegerField(label=_("Proposals a person may make in all"))
    rules = forms.CharField(
        label=_("Rules"), widget=forms.Textarea(attrs={"rows": 10}), max_length=20_000,
        help_text=_("One rule a line: code | title | text, as R1 | Off topic | It does not answer."),
    )  # fmt: skip

    def edition(self) -> dict[str, Any]:
        """Return the edition as the service takes it."""
        return {
            "introduction": self.cleaned_data["introduction"],
            **{name: self.cleaned_data[name] for name in LIMITS},
            "rules": self.cleaned_data["rules"],
        }

    def clean_rules(self) -> list[dict[str, str]]:
        """Read the lines."""
        found = []
        for place, line in enumerate(filter(str.strip, self.cleaned_data["rules"].splitlines()), start=1):
            parts = [part.strip() for part in line.split("|", 2)]
            if len(parts) != 3 or not all(parts) or place > MOST_RULES:
                raise forms.ValidationError(
                    _("Line %(line)s is not a rule: write code | title | text."), params={"line": place}
                )
            found.append(dict(zip(("code", "title", "text"), parts, strict=True)))
        return found
