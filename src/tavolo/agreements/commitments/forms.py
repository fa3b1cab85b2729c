# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of commitments: parse what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.agreements import standing
from tavolo.agreements.commitments.models import Condition, Recurs, Who
from tavolo.agreements.commitments.services import Actor, Terms
from tavolo.agreements.life import clauses
from tavolo.agreements.life.models import JointBody
from tavolo.agreements.models import Agreement
from tavolo.dialogue.models import Side


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


def clause_choices(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the clauses in force today, then those of the signed text that were replaced or taken out."""
    return [(one.value, one.label) for one in clauses.options(agreement, standing.today())]


def actor_choices(agreement: Agreement, *, owes: bool) -> list[tuple[str, str]]:
    """Return who may owe, or be owed: parties, sides, joint bodies, firms, workers."""
    found = [(f"party:{one.pk}", str(one)) for one in standing.contractors(agreement)]
    found += [(f"side:{value}", str(label)) for value, label in Side.choices]
    found += [(f"body:{one.pk}", one.name) for one in JointBody.objects.filter(agreement=agreement)]
    found.append(("firms", str(Who.FIRMS.label)))
    return found if owes else [*found, ("workers", str(Who.WORKERS.label))]


def actor_of(agreement: Agreement, value: str) -> Actor:
    """Return who a choice such as "party:…" or "firms" names."""
    kind, _colon, reference = value.partition(":")
    party = next((one for one in standing.contractors(agreement) if str(one.pk) == reference), None)
    body = next((b for b in JointBody.objects.filter(agreement=agreement) if str(b.pk) == reference), None)
    return Actor(kind, party, reference if kind == Who.SIDE else "", body)


MEASURE = ("indicator", "unit", "baseline", "target")


class CommitmentForm(forms.Form):
    """A commitment as the text states it."""

    title = forms.CharField(label=_("What is to be done, in one line"), max_length=200)
    clause = forms.ChoiceField(label=_("Clause of the agreement"))
    owed_by = forms.ChoiceField(label=_("Who owes it"))
    owed_to = forms.ChoiceField(label=_("To whom"))
    text = text_field(_("In more words"), required=False)
    starts_on = day_field(_("From"), required=False)
    due_on = day_field(_("Deadline"), help_text=_("The first one, if it recurs."))
    recurs = forms.ChoiceField(label=_("How often"), choices=Recurs.choices)
    until = day_field(_("Until"), required=False, help_text=_("Only for what recurs."))
    indicator = forms.CharField(
        label=_("What is measured"), max_length=200, required=False,
        help_text=_("For instance: hours of training for each worker."),
    )  # fmt: skip
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    baseline = forms.DecimalField(label=_("Measure at the start"), required=False, max_digits=13)
    target = forms.DecimalField(label=_("Target"), required=False, max_digits=13)
    warn_days = forms.IntegerField(
        label=_("Warn so many days before"), min_value=0, max_value=365, initial=30
    )

    def __init__(self, agreement: Agreement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.fields["clause"].choices = clause_choices(agreement)
        nobody = [("", _("Choose"))]
        self.fields["owed_by"].choices = [*nobody, *actor_choices(agreement, owes=True)]
        self.fields["owed_to"].choices = [*nobody, *actor_choices(agreement, owes=False)]

    def first(self) -> list[forms.BoundField]:
        """Return the fields everybody fills in."""
        return [field for field in self if field.name not in MEASURE]

    def measure(self) -> list[forms.BoundField]:
        """Return the fields of a measure, for a text that sets one."""
        return [self[name] for name in MEASURE]

    def measured(self) -> bool:
        """Say whether something of a measure was typed, or is wrong: then it is not folded away."""
        return any(field.errors or (self.is_bound and field.data) for field in self.measure())

    def said(self) -> Terms:
        """Return what was typed, for the service."""
        data = dict(self.cleaned_data)
        for role in ("owed_by", "owed_to"):
            data[role] = actor_of(self.agreement, data[role])
        return Terms(**data)


class ClaimForm(forms.Form):
    """How a period goes, as one's party says it."""

    period = forms.DateField(widget=forms.HiddenInput)
    condition = forms.ChoiceField(label=_("How it goes"), choices=Condition.choices)
    text = text_field(
        _("Why, in a few words"), required=False, help_text=_("Needed unless it is on track or kept.")
    )


class EvidenceForm(forms.Form):
    """What shows how it goes."""

    period = forms.DateField(widget=forms.HiddenInput)
    text = text_field(_("What this shows"))
    value = forms.DecimalField(label=_("Measure"), required=False, max_digits=13)
    measured_on = day_field(_("Measured on"), required=False)
    file = forms.FileField(
        label=_("File"), required=False,
        help_text=_("PDF, picture, Word, Excel or CSV. Those who sit at the table can open it."),
    )  # fmt: skip
