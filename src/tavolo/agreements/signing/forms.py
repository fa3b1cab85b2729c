# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of initialling and signature: parse and check what people type; services decide."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import Agreement, Level
from tavolo.agreements.signing.services import answering, signatures
from tavolo.agreements.standing import today
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Party, Side
from tavolo.dialogue.plain_ballots.rules.model import RuleSet
from tavolo.dialogue.plain_ballots.services import usable_rules


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _statement() -> forms.CharField:
    return forms.CharField(
        label=_("Statement for the record"), required=False, max_length=5000, widget=_area(),
        help_text=_("Your party's own words, attached to the agreement. They bind nobody else."),
    )  # fmt: skip


class ExactForm(forms.Form):
    """A form that carries the hash of the text the person was shown."""

    shown_hash = forms.CharField(max_length=64, widget=forms.HiddenInput())


class InitialForm(ExactForm):
    """A party's initials."""

    reserve = forms.BooleanField(
        label=_("With reservation pending our members' vote (riserva di consultazione)"), required=False
    )
    reserve_reason = forms.CharField(
        label=_("Who decides, and by which rule"), max_length=500, required=False, widget=_area(2)
    )
    reserve_due = forms.DateField(label=_("Term of the reservation"), required=False, widget=_date())
    statement = _statement()
    read = forms.BooleanField(label=_("I have read this exact text and initial it for my party"))


class WordsForm(ExactForm):
    """A party that does not go along says why."""

    statement = forms.CharField(
        label=_("Why, in your party's words"), max_length=5000, widget=_area(5),
        help_text=_("The other parties, and who reads the signed agreement, will see it."),
    )  # fmt: skip


class SeparateForm(forms.Form):
    """Going on without the parties that do not go along."""

    effect = forms.CharField(
        label=_("For whom the text declares effect"), max_length=5000, widget=_area(4),
        help_text=_(
            "The parties' own words: which firms, which workers. Tavolo concludes nothing from them."
        ),
    )  # fmt: skip


def fitting_rules(agreement: Agreement, party: Party | None) -> list[RuleSet]:
    """Return the rule sets that may count a vote on an agreement of this level, by a party of this side."""
    level = {Level.COMPANY: "company", Level.NATIONAL: "national"}.get(Level(agreement.level), "territorial")
    usable = usable_rules(today())
    found = [rule for rule in usable if rule.subject == level]
    if party is not None and party.side == Side.EMPLOYERS:
        found = [rule for rule in usable if rule.vote == "any"]
    return found or usable


class VoteForm(forms.Form):
    """Tie a ballot to the text, or open one."""

    ballot = forms.ChoiceField(label=_("A vote that asks about this exact text"), required=False)
    constituency = forms.ChoiceField(label=_("Or open a vote of"), required=False)
    rule_set = forms.ChoiceField(label=_("Counted by"), required=False)
    closes_on = forms.DateField(label=_("Open until"), required=False, widget=_date())
    together = forms.BooleanField(
        label=_("Together with other parties of our side"), required=False,
        help_text=_("They add whom they ask; the vote opens when each of them has consented."),
    )  # fmt: skip

    def __init__(self, agreement: Agreement, account_id: Any, *args: Any, **kwargs: Any) -> None:
        from tavolo.agreements.signing.asking import language

        super().__init__(*args, **kwargs)
        fitting = answering.fitting_ballots(agreement)
        self.fields["ballot"].choices = [
            ("", _("none")), *((str(one.consultation_id), one.consultation.title) for one in fitting)
        ]  # fmt: skip
        own = answering.own_constituencies(account_id, agreement)
        self.fields["constituency"].choices = [("", _("nobody")), *((str(one.pk), one.name) for one in own)]
        self.fields["rule_set"].choices = [
            (rule.key, rule.name[language()])
            for rule in fitting_rules(agreement, seats.acting_party(account_id, agreement.table_id))
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = super().clean() or {}
        if bool(data.get("ballot")) == bool(data.get("constituency")):
            raise forms.ValidationError(_("Choose a vote that exists, or whom to ask: one of the two."))
        return data


class ReservationForm(ExactForm):
    """A party's answer after its members' vote."""

    word = forms.ChoiceField(
        label=_("Your party"), widget=forms.RadioSelect(),
        choices=[("lifted", _("lifts the reservation: it can sign")),
                 ("rejected", _("does not lift it: its members said no"))],
    )  # fmt: skip
    ground = forms.CharField(
        label=_("What this rests on"), max_length=500, widget=_area(2),
        help_text=_("The vote and its record, or the organ that decided and when."),
    )  # fmt: skip
    statement = _statement()


class SignatoriesForm(forms.Form):
    """Who signs for a party."""

    people = forms.MultipleChoiceField(
        label=_("Who signs for your party"), widget=forms.CheckboxSelectMultiple()
    )
    needed = forms.IntegerField(label=_("How many of them must sign"), min_value=1, max_value=10, initial=1)

    def __init__(self, party: Party, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [
            (str(account), f"{name} ({seat})") for account, name, seat in signatures.people_of(party)
        ]
        for account, name, _seat in signatures.people_of(party):
            self.fields[f"office_{account}"] = forms.CharField(
                label=_("Office of %(name)s") % {"name": name}, required=False, max_length=200,
                help_text=_("For example “Segretario generale”. Leave empty for the seat at the table."),
            )  # fmt: skip

    def named(self) -> list[tuple[uuid.UUID, str]]:
        """Return the people chosen, each with the office written beside the name."""
        data = self.cleaned_data
        return [(uuid.UUID(one), data.get(f"office_{one}", "")) for one in data["people"]]


class SignForm(ExactForm):
    """Sign on this site."""

    statement = _statement()
    sure = forms.BooleanField(label=_("I sign this exact text for my party"))


class CopyForm(ExactForm):
    """The scan of the sheet signed in the room."""

    file = forms.FileField(label=_("Scan of the signed sheet (PDF, JPEG or PNG)"))
    signed_on = forms.DateField(label=_("Signed on"), widget=_date())
    place = forms.CharField(label=_("Place"), max_length=200, required=False)


class ConfirmForm(ExactForm):
    """A party confirms that the scan is what it signed."""

    copy = forms.ChoiceField(label=_("Which scan"))
    name = forms.CharField(label=_("Who signed the sheet for your party"), max_length=200)
    office = forms.CharField(label=_("Office"), max_length=200, required=False)
    statement = _statement()
    sure = forms.BooleanField(label=_("We have compared it: this copy is what our party signed"))

    def __init__(self, copies: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy"].choices = [
            (str(one.pk), f"{one.file.name} ({one.signed_on:%d/%m/%Y}, {one.file.sha256[:12]}…)")
            for one in copies
        ]


class AttachForm(ExactForm):
    """A file signed outside."""

    file = forms.FileField(
        label=_("The sheet signed with your own card (PDF with PAdES, or .p7m)"),
        help_text=_("Download the sheet from the agreement's page, sign that very file, attach it here."),
    )  # fmt: skip
    statement = _statement()


class DepositForm(forms.Form):
    """The deposit and its receipt."""

    deposited_on = forms.DateField(label=_("Deposited on"), widget=_date())
    office = forms.CharField(label=_("Where"), max_length=200, initial="Portale del Ministero del lavoro")
    reference = forms.CharField(label=_("Number on the receipt"), max_length=200)
    file = forms.FileField(label=_("Receipt (PDF, JPEG or PNG)"))
