# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of the part: parse and check what people type; services decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.polling.models import Batch, CommitteeRole, Remark, Way
from tavolo.dialogue.polling.services.record import LONGEST_REMARK
from tavolo.dialogue.polling.services.slips import MOST_AT_ONCE
from tavolo.dialogue.polling.slip_words import LANGUAGES

WITHOUT_ACCOUNT = [("", _("as fits: by mail with an address, else by slip"))] + [
    (way.value, way.label) for way in (Way.MAIL, Way.SLIP, Way.PAPER)
]


class MemberForm(forms.Form):
    """A person named into the committee."""

    email = forms.EmailField(label=_("E-mail address they sign in with"))
    role = forms.ChoiceField(label=_("Role"), choices=CommitteeRole.choices)
    starts_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for today."),
    )  # fmt: skip
    ends_on = forms.DateField(
        label=_("Until (not included)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class VoterForm(forms.Form):
    """One person on a list."""

    name = forms.CharField(label=_("Name and surname"), max_length=150)
    detail = forms.CharField(
        label=_("To tell namesakes apart"), max_length=120, required=False,
        help_text=_("Department, year of birth: as little as is enough."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail address, if there is one"), required=False)
    way = forms.ChoiceField(label=_("Way of voting"), choices=WITHOUT_ACCOUNT, required=False)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=LANGUAGES, required=False)


class PrintForm(forms.Form):
    """A batch to print."""

    kind = forms.ChoiceField(label=_("What"), choices=Batch.Kind.choices)
    number = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_AT_ONCE)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class AssemblyForm(forms.Form):
    """A tablet at an assembly."""

    place = forms.CharField(
        label=_("Where"), max_length=120, help_text=_("For example: canteen, first shift.")
    )
    hours = forms.IntegerField(
        label=_("For how many hours"), min_value=1, max_value=16, initial=3,
        help_text=_("After that the tablet opens nothing any more."),
    )  # fmt: skip

    def until(self) -> datetime:
        """Return the moment at which the tablet stops."""
        return timezone.now() + timedelta(hours=self.cleaned_data["hours"])


class LotForm(forms.Form):
    """The ballots of one urn."""

    found = forms.IntegerField(label=_("Ballots found in the urn"), min_value=1, max_value=100_000)


class RemarkForm(forms.Form):
    """Something for the record."""

    kind = forms.ChoiceField(label=_("What"), choices=Remark.Kind.choices)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_REMARK, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stays in the record under your name. Write no voter's name."),
    )  # fmt: skip


def first_error(form: forms.Form) -> str:
    """Return the first thing wrong with a form, with the field it stands in."""
    for name, errors in form.errors.items():
        label: Any = form.fields[name].label if name in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""
