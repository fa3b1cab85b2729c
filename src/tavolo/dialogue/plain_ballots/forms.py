# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of plain ballots: parse and check what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import standing
from tavolo.dialogue.models import Statement, StatementVersion
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED, NAME, Terms
from tavolo.dialogue.plain_ballots.services import LONGEST_WORDING, usable_rules
from tavolo.dialogue.voices.languages import choices as languages

SHARES = [
    ("1/2", _("half (50%)")), ("2/3", _("two thirds")), ("3/5", _("60%")), ("3/4", _("three quarters")),
    ("2/5", _("40%")), ("1/3", _("one third")), ("3/10", _("30%")),
]  # fmt: skip
READING_CHOICES = [
    ("more_than", _("more than")), ("at_least", _("at least")), ("share_plus_one", _("that share plus one")),
]  # fmt: skip


def language() -> str:
    """Return the language of the rules' own words: Italian unless English was chosen."""
    return "en" if (get_language() or "it").startswith("en") else "it"


class BallotForm(forms.Form):
    """A new ballot."""

    title = forms.CharField(label=_("Title"), max_length=200)
    introduction = forms.CharField(
        label=_("Introduction"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In plain words: what is voted on, and what follows from it."),
    )  # fmt: skip
    closes_on = forms.DateField(
        label=_("Last day to vote"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day any promoter may close; before it, all of them together."),
    )  # fmt: skip


class TextForm(forms.Form):
    """The exact text voted on, written or as a file."""

    title = forms.CharField(label=_("What the text is called"), max_length=200)
    text = forms.CharField(
        label=_("The text"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Paste the text here, or choose a file below. Its fingerprint is kept and shown."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("PDF, Word (.docx) or plain text, up to 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.txt"}),
    )  # fmt: skip


class RuleForm(forms.Form):
    """By which rule, as of which day, the votes are counted."""

    rule_set = forms.ChoiceField(label=_("Rule"), widget=forms.RadioSelect)
    day = forms.DateField(
        label=_("As of which day"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The rule as it stands on this day is used, usually the day of the agreement."),
    )  # fmt: skip
    majority_reading = forms.ChoiceField(
        label=_("Own rule: votes in favour must be"), choices=READING_CHOICES, required=False
    )
    majority_share = forms.ChoiceField(label=_("Own rule: which share"), choices=SHARES, required=False)
    majority_base = forms.ChoiceField(
        label=_("Own rule: of whom"), required=False,
        choices=[("voters", _("of those who vote")), ("valid", _("of valid votes, without blank ones")),
                 ("entitled", _("of everybody entitled"))],
    )  # fmt: skip
    quorum_share = forms.ChoiceField(
        label=_("Own rule: how many must vote"), choices=[("", _("no quorum")), *SHARES], required=False
    )
    quorum_reading = forms.ChoiceField(
        label=_("Own rule: the quorum is reached with"), choices=READING_CHOICES, required=False
    )
    where = forms.CharField(
        label=_("Own rule: where it is written"), max_length=200, required=False,
        help_text=_("The document in which the parties agreed on it, with its date."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = standing.today()
        words = language()
        own = (AGREED, NAME[words])
        self.fields["rule_set"].choices = [
            *((one.key, one.name[words]) for one in usable_rules(now)), own,
        ]  # fmt: skip
        self.fields["day"].initial = now

    def terms(self) -> Terms | None:
        """Return the parties' own rule, if that was chosen."""
        data = self.cleaned_data
        if data["rule_set"] != AGREED:
            return None
        return Terms(
            data["majority_share"] or "1/2", data["majority_reading"] or "more_than",
            data["majority_base"] or "voters", data["quorum_share"],
            data["quorum_reading"] or "more_than", data["where"], data["day"],
        )  # fmt: skip


class QuestionForm(forms.Form):
    """A question with its options, one a line."""

    text = forms.CharField(
        label=_("Question"), max_length=LONGEST_WORDING, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thing, in plain words."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("How one answers"), choices=Question.Kind.choices)
    options = forms.CharField(
        label=_("Options, one a line"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Leave empty for yes or no."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=_("How many may be marked"), required=False, min_value=2, max_value=30,
        help_text=_("Only where several options may be marked."),
    )  # fmt: skip

    def clean_options(self) -> list[str]:
        """Return the options, empty lines left out."""
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]


class TranslationForm(forms.Form):
    """A question and its options in one language; an emptied field takes a translation away."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, statements: list[Statement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [pair for pair in languages() if pair[0] != "it"]
        versions = StatementVersion.objects.filter(statement__in=statements, open_to_votes=True)
        words = {row.statement_id: row.text for row in versions}
        for statement in statements:
            self.fields[str(statement.pk)] = forms.CharField(
                label=words.get(statement.pk, ""), required=False, max_length=LONGEST_WORDING,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            )  # fmt: skip


class CountForm(forms.Form):
    """Counts a rule is tried on."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    yes = forms.IntegerField(label=_("In favour"), min_value=0, max_value=10**9)
    no = forms.IntegerField(label=_("Against"), min_value=0, max_value=10**9)
    blank = forms.IntegerField(label=_("Blank ballots"), min_value=0, max_value=10**9, required=False)
    entitled = forms.IntegerField(label=_("Entitled to vote"), min_value=0, max_value=10**9, required=False)
    members = forms.IntegerField(
        label=_("Members of the body (for an RSU)"), min_value=0, max_value=10**9, required=False
    )


def ballot_form(ballot: PlainBallot) -> dict[str, Any]:
    """Return what the form of the text begins with."""
    return {"title": ballot.text_title or ballot.consultation.title, "text": ballot.text}
