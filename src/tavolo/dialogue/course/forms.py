# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr, assignment"
"""Forms of a course: parse and check what people type; services decide."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import standing
from tavolo.dialogue.course import blueprints, rules, words
from tavolo.dialogue.course.models import MOST_REMIND_DAYS, Entry, Origin, PhaseKind
from tavolo.dialogue.course.services import beginning
from tavolo.dialogue.course.services.calendar import Dated
from tavolo.dialogue.models import Table
from tavolo.people.models import Organisation, OrganisationKind


def day() -> forms.DateInput:
    """Return a field for a day; browsers read a day only as year, month, day, in whatever language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def area(rows: int = 4) -> forms.Textarea:
    """Return a field for a longer text."""
    return forms.Textarea(attrs={"rows": rows})


class TextForm(forms.Form):
    """One text, whose label says what it is."""

    text = forms.CharField(max_length=4000, widget=area(5))

    def __init__(self, label: Any, *args: Any, help_text: Any = "", required: bool = True, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["text"]
        field.label, field.help_text, field.required = label, help_text, required


class CompositionForm(forms.Form):
    """What a course begins from, and its composition: a blueprint, or the kinds of phase one chooses."""

    origin = forms.ChoiceField(
        label=_("What the table begins from"), choices=Origin.choices, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=_("Reference"), max_length=300,
        help_text=_("Title and day of the platform, of the invitation or of the decision."),
    )  # fmt: skip
    blueprint = forms.ChoiceField(label=_("Composition of the course"), widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("Phases, only for your own composition"), choices=PhaseKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In this order; later you can add, move and drop phases and change what each opens."),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("First day"), widget=day(),
        help_text=_("Planned days of the phases are counted from here; the parties change them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "it"
        ready = [(one.code, f"{one.title(language)}. {one.text(language)}")
                 for one in blueprints.blueprints().values()]  # fmt: skip
        own = (blueprints.FREE, _("Our own composition: choose the phases below."))
        self.fields["blueprint"].choices = [*ready, own]

    def clean(self) -> dict[str, Any]:
        """Refuse a composition of one's own without phases, or one that does not fit."""
        data = super().clean() or {}
        if data.get("blueprint") == blueprints.FREE and not self.errors:
            wrong = rules.problems(self.phases())
            if wrong:
                self.add_error("kinds", words.fault_text(wrong[0]))
        return data

    def phases(self) -> list[rules.Phase]:
        """Return the phases chosen."""
        code = self.cleaned_data["blueprint"]
        if code == blueprints.FREE:
            chosen = set(self.cleaned_data.get("kinds", []))
            return [rules.Phase(kind) for kind in rules.KINDS if kind in chosen]
        ready = blueprints.blueprints()[code]
        return ready.phases(self.cleaned_data["starts_on"], get_language() or "it")


class BeginForm(CompositionForm):
    """A new table."""

    organisation = forms.ModelChoiceField(label=_("On behalf of"), queryset=None, empty_label=None)
    title = forms.CharField(label=_("Title of the table"), max_length=200)
    description = forms.CharField(
        label=_("What it is about"), required=False, max_length=4000, widget=area(3)
    )
    themes = forms.CharField(label=_("Themes, one a line"), required=False, max_length=2000, widget=area(4))
    guests = forms.ModelMultipleChoiceField(
        label=_("Whom you invite"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each answers through its own people, and names its own delegation."),
    )  # fmt: skip
    firm = forms.CharField(
        label=_("A firm, by its partita IVA"), max_length=11, required=False,
        help_text=_("Only for talks with one firm."),
    )  # fmt: skip
    rsu = forms.BooleanField(
        label=_("Invite the RSU/RSA of that firm too, on the workers' side"), required=False
    )
    secretaries = forms.MultipleChoiceField(
        label=_("Proposed for the joint secretariat"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("They serve only once the parties have agreed on them; any party can revoke them later."),
    )  # fmt: skip
    field_order = (
        "organisation", "title", "description", "origin", "reference", "guests", "firm", "rsu", "secretaries",
        "themes", "blueprint", "kinds", "starts_on",
    )  # fmt: skip

    def __init__(self, account_id: uuid.UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [one.pk for one in beginning.may_begin_for(account_id)]
        bodies = Organisation.objects.filter(kind__in=list(beginning.BEGINNERS)).order_by("sort_key")
        self.fields["organisation"].queryset = bodies.filter(pk__in=own)
        self.fields["guests"].queryset = bodies.exclude(pk__in=own) if len(own) == 1 else bodies
        self.fields["secretaries"].choices = [
            (str(one.account_id), f"{one.account.name} ({one.organisation})")
            for one in beginning.possible_secretaries()
        ]

    def clean(self) -> dict[str, Any]:
        """Find the firm by its number."""
        data = super().clean() or {}
        data["firm_found"] = firm_of(self, data)
        if not data.get("firm", "").strip() and data.get("rsu"):
            self.add_error("firm", _("Give the firm whose RSU/RSA you invite."))
        return data

    def said(self) -> beginning.Beginning:
        """Return what the service needs."""
        data = self.cleaned_data
        guests = [beginning.Guest(one) for one in data["guests"]]
        if data["firm_found"] is not None:
            guests.append(beginning.Guest(data["firm_found"]))
            if data["rsu"]:
                guests.append(beginning.Guest(data["firm_found"], as_rsu=True))
        return beginning.Beginning(
            title=data["title"], origin=data["origin"], reference=data["reference"],
            blueprint=data["blueprint"], phases=self.phases(), guests=guests,
            secretaries=[uuid.UUID(one) for one in data["secretaries"]], description=data["description"],
            themes=data["themes"].splitlines()[:30],
        )  # fmt: skip


class AdmitForm(forms.Form):
    """An organisation to admit to a table under way, or to take back."""

    guest = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, required=False, empty_label=_("a firm, named below"),
        help_text=_("A party that has left comes back in the same way."),
    )  # fmt: skip
    firm = forms.CharField(label=_("A firm, by its partita IVA"), max_length=11, required=False)
    rsu = forms.BooleanField(label=_("Not the firm itself but its RSU/RSA"), required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=area(3),
        help_text=_("The parties read it before they consent."),
    )  # fmt: skip

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(kind__in=list(beginning.BEGINNERS)).order_by("sort_key")
        seated = standing.seated_parties(table.pk).filter(as_rsu=False)
        self.fields["guest"].queryset = bodies.exclude(pk__in=seated.values("organisation_id"))

    def clean(self) -> dict[str, Any]:
        """Find the firm by its number; exactly one organisation is named."""
        data = super().clean() or {}
        firm = firm_of(self, data)
        if bool(data.get("guest")) == bool(firm) and not self.errors:
            self.add_error("guest", _("Name one organisation: from the list, or a firm by its number."))
        data["found"] = beginning.Guest(firm, bool(data.get("rsu"))) if firm else None
        if data.get("guest"):
            data["found"] = beginning.Guest(data["guest"])
        return data


def firm_of(form: forms.Form, data: dict[str, Any]) -> Organisation | None:
    """Return the firm whose partita IVA a form names, if any; an unknown one is an error of the form."""
    number = "".join(data.get("firm", "").split())
    if not number:
        return None
    found = Organisation.objects.filter(kind=OrganisationKind.FIRM, partita_iva=number).first()
    if found is None:
        form.add_error("firm", _("No firm here has this partita IVA: check the eleven digits."))
    return found


class MoveForm(forms.Form):
    """Passing to another phase."""

    phase = forms.ChoiceField(label=_("Pass to"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=area(3),
        help_text=_("The parties read it before they consent."),
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = choices


class EntryForm(forms.Form):
    """A date of the calendar."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Entry.Kind.choices)
    title = forms.CharField(label=_("What"), max_length=160)
    on = forms.DateField(label=_("Day"), widget=day())
    at = forms.TimeField(
        label=_("Hour, if any"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip
    place = forms.CharField(label=_("Place, if any"), max_length=200, required=False)
    text = forms.CharField(label=_("More about it"), max_length=2000, required=False, widget=area(3))
    audience = forms.ChoiceField(label=_("Who sees it"), choices=Entry.Audience.choices)
    remind_days = forms.IntegerField(
        label=_("Reminder, days before"), min_value=0, max_value=MOST_REMIND_DAYS, initial=7,
        help_text=_("0: no reminder."),
    )  # fmt: skip

    def said(self) -> Dated:
        """Return what the service needs."""
        return Dated(**self.cleaned_data)


class DisputeForm(forms.Form):
    """A state of agitation, in the union's words."""

    text = forms.CharField(label=_("What your union declares, and why"), max_length=4000, widget=area(6))
    on = forms.DateField(label=_("From the day"), widget=day())


class CoolingOffForm(forms.Form):
    """A cooling-off period."""

    text = forms.CharField(
        label=_("What the parties undertake not to do"), max_length=4000, widget=area(6),
        help_text=_("In your words: this text, and nothing else, is what the parties agree on."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("From the day"), widget=day())
    ends_on = forms.DateField(label=_("To the day, included"), widget=day())
    pauses = forms.BooleanField(label=_("The talks rest meanwhile"), required=False)


ACT_CHOICES = [(f"{act} {role}", f"{act} {role}") for act, able in rules.ACTS.items() for role in able]


class RowForm(forms.Form):
    """One phase of a composition. A new one opens the usual acts of its kind until changed."""

    phase_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind of phase"), choices=[("", "—"), *PhaseKind.choices], required=False
    )
    title = forms.CharField(label=_("Title of its own, if any"), max_length=120, required=False)
    position = forms.IntegerField(label=_("Place in the order"), min_value=1, max_value=99, required=False)
    planned_from = forms.DateField(label=_("Planned from"), required=False, widget=day())
    planned_to = forms.DateField(label=_("Planned to"), required=False, widget=day())
    drop = forms.BooleanField(label=_("Drop this phase"), required=False)
    acts = forms.MultipleChoiceField(choices=ACT_CHOICES, required=False)

    def grid(self) -> list[dict[str, Any]]:
        """Return the acts as rows of boxes: one for each role the act may be open to, None for others."""
        chosen = set(self["acts"].value() or [])
        return [
            {
                "name": words.act_name(act),
                "boxes": [
                    {
                        "value": f"{act} {role}", "role": words.ROLES[role],
                        "checked": f"{act} {role}" in chosen,
                    } if role in able else None
                    for role in rules.ROLES
                ],
            }
            for act, able in rules.ACTS.items()
        ]  # fmt: skip

    def phase(self) -> rules.Phase:
        """Return the phase as it shall be."""
        data = self.cleaned_data
        table: dict[str, tuple[str, ...]] = {}
        for one in data["acts"]:
            act, role = one.split()
            table[act] = (*table.get(act, ()), role)
        new_without_acts = not data["phase_id"] and not table
        usual = {act: tuple(able) for act, able in rules.usual_acts(data["kind"]).items()}
        own = None if new_without_acts or table == usual else table
        return rules.Phase(data["kind"], data["title"].strip(), data["planned_from"], data["planned_to"], own)


CompositionRows = formset_factory(RowForm, extra=2, max_num=rules.MOST_PHASES + 4)


def initial_rows(phases: list[Any], as_rule: Any) -> list[dict[str, Any]]:
    """Return what the composing page starts with."""
    return [
        {
            "phase_id": phase.pk, "kind": phase.kind, "title": phase.title, "position": place,
            "planned_from": phase.planned_from, "planned_to": phase.planned_to,
            "acts": [f"{act} {role}" for act, roles in as_rule(phase).table().items() for role in roles],
        }
        for place, phase in enumerate(phases, start=1)
    ]  # fmt: skip


def composed(rows: Any) -> list[tuple[uuid.UUID | None, rules.Phase]]:
    """Return the composition a valid set of rows asks for, in its new order."""
    kept = [
        (form.cleaned_data["position"] or 99, place, form.cleaned_data["phase_id"], form.phase())
        for place, form in enumerate(rows.forms)
        if form.cleaned_data.get("kind") and not form.cleaned_data.get("drop")
    ]
    return [(own_id, phase) for _place, _row, own_id, phase in sorted(kept, key=lambda one: one[:2])]


def day_or_today(today: date) -> dict[str, Any]:
    """Return the first day as a form starts with it."""
    return {"starts_on": today, "on": today}
