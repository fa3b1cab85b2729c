# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of the archive: parse what people type; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.archive.adding import LONGEST_TEXT, Brought, organisations_for, parse_parties
from tavolo.agreements.models import Level
from tavolo.agreements.text.topics import TOPICS, topic_name

DAY = {"type": "date"}
WHOLE, PARTS = "whole", "parts"
SCOPES = (
    (WHOLE, _("the whole text as it reads from now on: what is missing was taken out")),
    (PARTS, _("only the clauses that are changed or added: the others stay")),
)


class BroughtForm(forms.Form):
    """An agreement made elsewhere."""

    title = forms.CharField(label=_("Title"), max_length=300)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    parties = forms.CharField(
        label=_("Parties"), max_length=6000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line. Put a dash before a party that negotiated but did not sign."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Paste the whole text. Lines such as “Art. 3 – Bonus” become clauses."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Original, as PDF or Word"), required=False,
        help_text=_("Kept beside the text for everybody to read. It is not searched."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=300,
        help_text=_("Who keeps the original, or where it was published."),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple)
    municipality = forms.CharField(
        label=_("Municipality"), max_length=120, required=False,
        help_text=_("Leave empty where it covers a wider territory."),
    )  # fmt: skip
    sector = forms.CharField(
        label=_("Sector (ATECO code)"), max_length=10, required=False, help_text=_("For example 25.62.")
    )
    starts_on = forms.DateField(
        label=_("In force from"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Empty: from the day of signature."),
    )  # fmt: skip
    ends_on = forms.DateField(
        label=_("In force until"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    ended = forms.BooleanField(label=_("It is no longer in force"), required=False)
    organisation = forms.ChoiceField(label=_("Added by"))

    def __init__(
        self, account: Any, *args: Any, correcting: bool = False, amending: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "it")[:2]
        self.fields["topics"].choices = [(key, topic_name(key, language)) for key in TOPICS]
        self.fields["organisation"].choices = [(str(one.pk), str(one)) for one in organisations_for(account)]
        if amending:
            self.fields["text"].help_text = gettext(
                "This is the text in force: write its clauses as the agreement changes them. The mark such "
                "as {#c1} after a heading says which clause it is: leave it there."
            )
            self.fields["scope"] = forms.ChoiceField(
                label=_("What the text above is"), choices=SCOPES, widget=forms.RadioSelect, initial=WHOLE
            )
            self.order_fields(["title", "level", "signed_on", "parties", "text", "scope"])
        if correcting:
            self.fields["reason"] = forms.CharField(
                label=_("What was wrong"), max_length=300, help_text=_("Shown beside both records.")
            )

    def brought(self) -> Brought:
        """Return what was typed, for the service."""
        data = self.cleaned_data
        return Brought(
            title=data["title"], text=data["text"], parties=parse_parties(data["parties"]),
            signed_on=data["signed_on"], source=data["source"], level=data["level"],
            topics=tuple(data["topics"]), municipality=data["municipality"], sector=data["sector"],
            starts_on=data["starts_on"], ends_on=data["ends_on"], ended=data["ended"],
            changes_only=data.get("scope") == PARTS,
        )  # fmt: skip


class VerifyForm(forms.Form):
    """A signed PDF or a bundle, and perhaps a checkpoint one holds."""

    file = forms.FileField(
        label=_("Signed PDF or bundle (.zip)"), widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.zip"})
    )
    checkpoint = forms.FileField(
        label=_("Checkpoint you kept (optional)"), required=False,
        help_text=_("A text file your organisation downloaded from the register at some time."),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
    )  # fmt: skip
