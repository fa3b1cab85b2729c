"""The forms of this room: they clean what a person typed; rules live in the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from tavolo.people.identifiers import (
    clean_ateco,
    clean_codice_fiscale,
    clean_municipality,
    clean_partita_iva,
)
from tavolo.people.models import Account, ConstituencyKind, Organisation, OrganisationKind, Role
from tavolo.people.services.tokens import MOST_DAYS


class Form(forms.Form):
    """A form whose labels stand alone, without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class OrganisationForm(Form):
    """An organisation's data; identifiers are checked and put into their usual spelling."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)
    partita_iva = forms.CharField(label=_("Partita IVA"), max_length=20, required=False)
    codice_fiscale = forms.CharField(label=_("Codice fiscale"), max_length=20, required=False)
    ateco = forms.CharField(
        label=_("ATECO 2025 code"), max_length=10, required=False, help_text=_("For example 25.62.00")
    )
    municipality = forms.CharField(label=_("Municipality"), max_length=120, required=False)
    employees = forms.IntegerField(label=_("Employees"), min_value=0, max_value=1_000_000, required=False)

    def clean_partita_iva(self) -> str:
        """Check the check digit."""
        return clean_partita_iva(self.cleaned_data["partita_iva"])

    def clean_codice_fiscale(self) -> str:
        """Check the check character."""
        return clean_codice_fiscale(self.cleaned_data["codice_fiscale"])

    def clean_ateco(self) -> str:
        """Look the code up."""
        return clean_ateco(self.cleaned_data["ateco"])

    def clean_municipality(self) -> str:
        """Look the name up."""
        return clean_municipality(self.cleaned_data["municipality"])


class RegisterForm(OrganisationForm):
    """A new organisation: first its kind, and for a firm its association."""

    field_order = ("kind", "association")

    kind = forms.ChoiceField(label=_("Kind"))
    association = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Association the firm belongs to"), required=False
    )

    def __init__(self, *args: Any, kinds: Iterable[str], associations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = set(kinds)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in OrganisationKind.choices if choice[0] in allowed
        ]
        self.fields["association"].queryset = associations  # type: ignore[attr-defined]
        if OrganisationKind.FIRM not in allowed:
            del self.fields["association"]


class InvitationForm(Form):
    """Whom to invite, and to which role."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = set(roles)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in Role.choices if choice[0] in allowed
        ]


class AcceptForm(Form):
    """The account of a person who accepts an invitation: a name and a password."""

    name = forms.CharField(
        label=_("Name and surname"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A sentence is easier to remember than a riddle."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easy to guess."""
        data = super().clean() or {}
        if "password" in data:
            try:
                validate_password(data["password"], Account(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class ProfileForm(Form):
    """What a person may change about the own account."""

    name = forms.CharField(label=_("Name and surname"), max_length=150)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class TokenForm(Form):
    """A new key for the API."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[("read", _("read")), ("write", _("write"))],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Days it works"), min_value=1, max_value=MOST_DAYS, initial=90)


class ConstituencyForm(Form):
    """A constituency: its kind, its name, and whom it is about."""

    kind = forms.ChoiceField(label=_("Who belongs to it"))
    name = forms.CharField(label=_("Name"), max_length=200)
    subject = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Of which association or firm"),
        required=False,
        help_text=_("Only where it is not your own organisation."),
    )

    def __init__(
        self, *args: Any, kinds: Iterable[str], subjects: Any, offered: Iterable[Organisation], **kwargs: Any
    ) -> None:
        """Accept any of `subjects`; let the page choose among those `offered`, which may be fewer."""
        super().__init__(*args, **kwargs)
        allowed = set(kinds)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in ConstituencyKind.choices if choice[0] in allowed
        ]
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]
        choices = [(one.pk, str(one)) for one in offered]
        self.fields["subject"].widget.choices = [("", "---------"), *choices]  # type: ignore[attr-defined]


class ErasureForm(Form):
    """The word a person types so that an account is not erased by a slip of the finger."""

    word = forms.CharField(label=_("Write ERASE to confirm"), max_length=10)

    def clean_word(self) -> str:
        """Accept the word in both languages."""
        word = str(self.cleaned_data["word"]).strip().upper()
        if word not in {"ERASE", "CANCELLA"}:
            raise forms.ValidationError(_("Write exactly the word shown."))
        return word
