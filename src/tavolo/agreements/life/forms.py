# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of an agreement's life: parse what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.agreements import standing
from tavolo.agreements.life import clauses
from tavolo.agreements.life.models import BodyKind, Continued, Joining, JointText, NoticeEnds, Yields
from tavolo.agreements.life.services.terms import CHECKLIST
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.model import ROOT


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def text_field(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for some lines of text."""
    return forms.CharField(
        label=label, max_length=4000, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def number_field(label: Any, initial: int, help_text: Any = "") -> forms.IntegerField:
    """Return a field for days or months."""
    return forms.IntegerField(label=label, min_value=0, max_value=1200, initial=initial, help_text=help_text)


def clause_choices(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the clauses of the current text, numbered."""
    text = text_of(current(agreement))
    return [(c.id, f"{text.numbers[c.id]} {c.title}".strip()) for c in text.clauses.values() if c.id != ROOT]


class TermsForm(forms.Form):
    """The terms the text sets."""

    starts_on = day_field(_("In force from"))
    ends_on = day_field(_("Until (last day)"), required=False, help_text=_("Empty: without a fixed end."))
    renewal_months = number_field(_("Renews itself for so many months"), 0, _("0: it does not renew."))
    notice_days = number_field(_("Notice of termination, days before"), 90)
    notice_ends = forms.ChoiceField(label=_("A notice ends the agreement"), choices=NoticeEnds.choices)
    # No choice stands there by itself: it is the text that says what holds afterwards.
    continued = forms.ChoiceField(
        label=_("After the end (continued effect)"), choices=[("", "—"), *Continued.choices]
    )
    continued_months = number_field(_("For so many months"), 0)
    continued_text = text_field(_("What the text says on continued effect"), required=False)
    to_national = forms.ChoiceField(
        label=_("Towards national contracts"), choices=Yields.choices, initial=Yields.UNSAID
    )
    to_national_text = text_field(_("What the text says on national contracts"), required=False)
    to_company = forms.ChoiceField(
        label=_("Towards company agreements"), choices=Yields.choices, initial=Yields.UNSAID
    )
    to_company_text = text_field(_("What the text says on company agreements"), required=False)
    joining = forms.ChoiceField(
        label=_("A later party joins with the consent of"), choices=Joining.choices, initial=Joining.EACH_SIDE
    )
    opinion_days = number_field(_("Days for the committee's opinion on a firm"), 30)
    silence_applies = forms.BooleanField(
        label=_("Without an opinion in that time, the firm applies the agreement"), required=False
    )
    checklist = text_field(
        _("What the committee checks, one point a line"), rows=5, required=False,
        help_text=_("Empty: the usual points."),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        data = dict(self.cleaned_data)
        lines = [line.strip()[:300] for line in data["checklist"].splitlines() if line.strip()]
        return {**data, "checklist": lines[:20] or list(CHECKLIST)}


class AmendForm(forms.Form):
    """An agreement that amends a signed one."""

    title = forms.CharField(label=_("Title of the agreement"), max_length=300)


class NoticeForm(forms.Form):
    """A notice of termination."""

    text = text_field(_("Text of the notice"), rows=6)
    given_on = day_field(_("Given on"), required=False, help_text=_("Empty: today."))


class JoinForm(forms.Form):
    """A declaration of joining."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    text = text_field(_("Declaration"), required=False)

    def __init__(self, organisations: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one.pk), str(one)) for one in organisations]


class BodyForm(forms.Form):
    """A joint body."""

    kind = forms.ChoiceField(label=_("What it is for"), choices=BodyKind.choices)
    name = forms.CharField(label=_("Name"), max_length=160)
    clause = forms.ChoiceField(label=_("Clause that sets it up"), required=False)
    tasks = text_field(_("Tasks"), required=False)

    def __init__(self, agreement: Agreement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "—"), *clause_choices(agreement)]


class MemberForm(forms.Form):
    """A person named into a body."""

    email = forms.EmailField(label=_("E-mail of the person"))
    starts_on = day_field(_("From"), required=False, help_text=_("Empty: today."))


class SittingForm(forms.Form):
    """A date of a body."""

    on = day_field(_("Day"))
    at = forms.TimeField(label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    title = forms.CharField(label=_("What for"), max_length=160)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)


class QuestionForm(forms.Form):
    """A question on a clause."""

    clause = forms.ChoiceField(label=_("Clause"))
    text = text_field(_("Question"))

    def __init__(self, agreement: Agreement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = clauses.options(agreement, standing.today())
        self.fields["clause"].choices = [(one.value, one.label) for one in found]


class TextForm(forms.Form):
    """Some lines of text."""

    text = text_field(_("Text"))


class OpinionForm(forms.Form):
    """A general opinion of a body."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = text_field(_("Text"))


class FirmOpinionForm(forms.Form):
    """The committee's opinion on a firm."""

    outcome = forms.ChoiceField(
        label=_("Opinion"),
        choices=[(v, JointText.Outcome(v).label) for v in ("positive", "negative")],
    )
    text = text_field(_("Grounds"))


class ApplyForm(forms.Form):
    """A firm applies the agreement."""

    firm = forms.ChoiceField(label=_("Firm"))
    starts_on = day_field(_("Applies from"))
    employees = forms.IntegerField(label=_("People who work there"), min_value=1, max_value=1_000_000)
    declared = forms.MultipleChoiceField(
        label=_("The firm declares"), widget=forms.CheckboxSelectMultiple, required=False
    )
    note = text_field(_("Anything to add"), required=False)

    def __init__(self, firms: list[Any], points: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = [(str(one.pk), one.name) for one in firms]
        self.fields["declared"].choices = [(one, one) for one in points]
