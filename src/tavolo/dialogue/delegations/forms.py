# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of this part: parse and check what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import standing
from tavolo.dialogue.delegations import mandates, rules, seats, secretariat
from tavolo.dialogue.delegations.models import Ratification
from tavolo.dialogue.models import Delegate, DelegateRole, Party, Table, Theme
from tavolo.dialogue.table_models import LONGEST_NOTICE, SMALLEST_GROUP


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _text(
    label: Any, *, most: int, rows: int = 4, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class _Seated(forms.Form):
    """What adding and changing a seat share: the role, and in whose place a substitute sits."""

    role = forms.ChoiceField(label=_("Role"), choices=DelegateRole.choices)
    in_place_of = forms.ChoiceField(
        label=_("In place of"), required=False,
        help_text=_("For a substitute: whose place they take in these days, if it is somebody's."),
    )  # fmt: skip

    def __init__(self, party: Party, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Delegate.objects.active_on(standing.today()).filter(
            party=party, role__in=[DelegateRole.HEAD, DelegateRole.MEMBER]
        )
        named = [(str(seat.account_id), str(seat.account)) for seat in members.select_related("account")]
        self.fields["in_place_of"].choices = [("", _("nobody in particular")), *named]


class DelegateForm(_Seated):
    """A new seat in a delegation."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Of somebody who holds a role in your organisation.")
    )
    starts_on = _day(_("From"), help_text=_("Empty: from today."))
    ends_on = _day(_("Until (this day not included)"), help_text=_("Empty: until further notice."))
    field_order = ("email", "role", "in_place_of", "starts_on", "ends_on")


class RoleForm(_Seated):
    """Another role for somebody who sits."""


class EndForm(forms.Form):
    """The day from which somebody no longer sits."""

    on = _day(
        _("Last day of access is the day before"),
        help_text=_("Empty: the seat ends now and access ends with it."),
    )


class InviteForm(_Seated):
    """An invitation into the organisation, with the seat that begins when it is accepted."""

    email = forms.EmailField(label=_("E-mail address"))
    starts_on = _day(_("From"), help_text=_("Empty: from the day the person accepts."))
    ends_on = _day(_("Until (this day not included)"), help_text=_("Empty: until further notice."))
    field_order = ("email", "role", "in_place_of", "starts_on", "ends_on")


class LeaveForm(forms.Form):
    """A party leaves the table."""

    statement = _text(
        _("Declaration"), most=seats.LONGEST_STATEMENT, required=False,
        help_text=_("Optional; the other parties read it on the page of the delegations."),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("Our organisation leaves this table, from today."))


class SecretaryForm(forms.Form):
    """A person proposed for the joint secretariat."""

    party = forms.ModelChoiceField(label=_("Proposed by"), queryset=None, empty_label=None)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of somebody who holds a role in the organisation that proposes them."),
    )
    starts_on = _day(_("From"), help_text=_("Empty: from the day of the last consent."))
    ends_on = _day(_("Until (this day not included)"), help_text=_("Empty: until further notice."))

    def __init__(self, table: Table, own: Party | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = standing.seated_parties(table.pk).select_related("organisation")
        self.fields["party"].queryset = parties.filter(pk=own.pk) if own else parties


class RevokeForm(forms.Form):
    """A party revokes a member of the secretariat."""

    reason = _text(
        _("Reason"), most=secretariat.LONGEST_REASON,
        help_text=_("The parties and the person concerned read it; it is recorded with the act."),
    )  # fmt: skip


class RulesForm(forms.Form):
    """The rules of a table, as they should become."""

    title = forms.CharField(label=rules.LABELS["title"], max_length=rules.LONGEST["title"])
    description = _text(rules.LABELS["description"], most=rules.LONGEST["description"], required=False)
    minimum_group = forms.IntegerField(
        label=rules.LABELS["minimum_group"], min_value=SMALLEST_GROUP, max_value=rules.LARGEST_GROUP,
        help_text=_("Once people have voted here it can only become larger."),
    )  # fmt: skip
    notice_plenary = forms.IntegerField(
        label=rules.LABELS["notice_plenary"], min_value=0, max_value=LONGEST_NOTICE, required=False,
        help_text=_("A meeting can be convened later than that only with a written reason."),
    )  # fmt: skip
    notice_restricted = forms.IntegerField(
        label=rules.LABELS["notice_restricted"], min_value=0, max_value=LONGEST_NOTICE, required=False
    )
    themes = _text(
        rules.LABELS["themes"], most=5000, rows=6, help_text=_("One on each line, in their order.")
    )


class MandateForm(forms.Form):
    """What a mandate says."""

    scope = _text(
        _("What it covers"), most=mandates.LONGEST, rows=6,
        help_text=_("In plain words: on what the delegation may negotiate, and how far."),
    )  # fmt: skip
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes of the table it covers"), queryset=None, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    organ = forms.CharField(
        label=_("Given by"),
        max_length=200,
        help_text=_("The body that gave it: executive, assembly, board of directors …"),
    )
    given_on = _day(_("Given on"), required=True)
    starts_on = _day(_("Holds from"), required=True)
    last_day = _day(
        _("Last day"), help_text=_("Empty: until further notice. The other parties see this day.")
    )
    ratification = forms.ChoiceField(label=_("Who must ratify a text"), choices=Ratification.choices)
    ratified_by = forms.CharField(
        label=_("Which body or which vote"),
        max_length=200,
        required=False,
        help_text=_(
            "For instance: the territorial executive; the vote of the members in the firms concerned."
        ),
    )
    document = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("The resolution itself, as PDF, Word or picture; your party alone can open it."),
    )

    def __init__(self, table_id: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = Theme.objects.filter(table_id=table_id)


class RedLineForm(forms.Form):
    """A point the party does not give up."""

    text = _text(_("Point"), most=mandates.LONGEST, rows=2)
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=None, required=False)

    def __init__(self, table_id: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(table_id=table_id)
