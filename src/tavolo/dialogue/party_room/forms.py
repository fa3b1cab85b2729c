# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of party rooms: parse and check what people type; services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.models import Party
from tavolo.dialogue.party_room.models import Draft, Kind, Point, Room
from tavolo.dialogue.party_room.services.positions import LONGEST_CONDITION
from tavolo.dialogue.party_room.services.texts import LONGEST_NOTE, LONGEST_TEXT


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(
        label=_("New note"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class DraftForm(forms.Form):
    """A new draft, or a new version of one."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=Draft.Kind.choices, required=False)
    remark = forms.CharField(
        label=_("What changes, in a line"), max_length=300, required=False,
        help_text=_("For your colleagues; it is never released."),
    )  # fmt: skip
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, room: Room, number: int | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number is None:
            del self.fields["remark"], self.fields["based_on"]
        else:
            self.fields["based_on"].initial = number
        if number is not None or room.kind != Room.Kind.SIDE:
            del self.fields["kind"]


class FileForm(forms.Form):
    """A file for the room."""

    file = forms.FileField(
        label=_("New file"),
        help_text=_("PDF, Word, Excel, CSV, text or picture, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.xlsx,.csv,.txt,.png,.jpg,.jpeg"}),
    )
    remark = forms.CharField(label=_("What it is, in a line"), max_length=300, required=False)


class QuestionForm(forms.Form):
    """A vote in the room."""

    text = forms.CharField(label=_("Question"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    options = forms.CharField(
        label=_("Options, one a line"), max_length=2500, widget=forms.Textarea(attrs={"rows": 4})
    )
    how = forms.ChoiceField(
        label=_("How one votes"), widget=forms.RadioSelect, initial="open",
        choices=[
            ("open", _("Openly: after the end everybody in the room sees who chose what")),
            ("unnamed", _("In secret: after the end everybody in the room sees the counts alone")),
        ],
        help_text=_("This cannot be changed afterwards."),
    )  # fmt: skip
    closes_on = forms.DateField(
        label=_("Last day to vote"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class BallotForm(forms.Form):
    """One's vote."""

    option = forms.ChoiceField(label=_("Your vote"), widget=forms.RadioSelect)

    def __init__(self, options: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [(str(one.pk), one.text) for one in options]


class PositionForm(forms.Form):
    """What the party holds on a point, among itself."""

    kind = forms.ChoiceField(label=_("We hold"), choices=Kind.choices, widget=forms.RadioSelect)
    condition = forms.CharField(
        label=_("On which condition"), max_length=LONGEST_CONDITION, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Needed for “accepts if”."),
    )  # fmt: skip
    motivation = forms.CharField(
        label=_("Why, among ourselves"), max_length=10_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Never leaves the room, lodged or not."),
    )  # fmt: skip


class LodgeForm(forms.Form):
    """What the table is told."""

    kind = forms.ChoiceField(label=_("We tell the table"), choices=Kind.choices, widget=forms.RadioSelect)
    condition = forms.CharField(
        label=_("Condition, in the words the others read"), max_length=LONGEST_CONDITION, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Needed for “accepts if”."),
    )  # fmt: skip
    after = forms.IntegerField(widget=forms.HiddenInput)


class PointForm(forms.Form):
    """A point."""

    title = forms.CharField(label=_("Point of the table"), max_length=200)
    description = forms.CharField(
        label=_("What it is about"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(forms.Form):
    """Parties asked for their position on points."""

    points = forms.MultipleChoiceField(label=_("On which points"), widget=forms.CheckboxSelectMultiple)
    parties = forms.MultipleChoiceField(label=_("Who is asked"), widget=forms.CheckboxSelectMultiple)
    due_on = forms.DateField(
        label=_("An answer by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, points: Iterable[Point], parties: Iterable[Party], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = [(str(one.pk), str(one)) for one in points]
        self.fields["parties"].choices = [(str(one.pk), str(one)) for one in parties]


class ReleaseForm(forms.Form):
    """Who receives a text, and the yes that it cannot be undone."""

    to = forms.MultipleChoiceField(label=_("Who receives it"), widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label=_("I know that a release cannot be undone"))

    def __init__(self, rooms: Iterable[Room], *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(one.pk), receiver_name(one)) for one in rooms]
        if fixed:
            del self.fields["to"]


def receiver_name(room: Room) -> str:
    """Return what a receiver is called on the form."""
    if room.kind == Room.Kind.TABLE:
        return str(_("All at the table, joint secretariat included"))
    if room.kind == Room.Kind.SIDE:
        return str(_("The whole side: %(side)s")) % {"side": room.get_side_display()}
    return str(room)
