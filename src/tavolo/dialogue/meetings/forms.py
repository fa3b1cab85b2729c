# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Forms of meetings: parse and check what people type; services decide."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import standing
from tavolo.dialogue.meetings import agenda
from tavolo.dialogue.meetings.models import Document, Kind, Meeting, Point
from tavolo.dialogue.meetings.services.convening import notice_days
from tavolo.dialogue.meetings.services.documents import ENDINGS
from tavolo.dialogue.models import Delegate, Party, Table

LENGTHS = [(60, _("1 hour")), (90, _("1 hour and a half")), (120, _("2 hours")), (180, _("3 hours")),
           (240, _("4 hours")), (480, _("the whole day"))]  # fmt: skip


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _boxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple()


class MeetingForm(forms.Form):
    """A meeting to convene or to change."""

    title = forms.CharField(label=_("What it is about"), max_length=200)
    day = forms.DateField(label=_("Day"), widget=_date())
    hour = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes_long = forms.TypedChoiceField(label=_("How long"), choices=LENGTHS, coerce=int, initial=120)
    place = forms.CharField(label=_("Where it is held"), max_length=300, required=False)
    link = forms.URLField(
        label=_("Link, if it is held at a distance"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=_("Words for those invited"), required=False, max_length=4000, widget=_area(3)
    )
    people = forms.MultipleChoiceField(label=_("Who is invited"), required=False, widget=_boxes())
    parties = forms.MultipleChoiceField(label=_("Which parties"), required=False, widget=_boxes())
    open_points = forms.MultipleChoiceField(
        label=_("Open points for the order of the day"), required=False, widget=_boxes()
    )
    points = forms.CharField(
        label=_("Order of the day"), required=False, max_length=4000, widget=_area(4),
        help_text=_("Other items, one on each line. More can be added afterwards."),
    )  # fmt: skip
    wants_minutes = forms.BooleanField(label=_("Minutes will be kept"), required=False, initial=True)
    urgent_reason = forms.CharField(label=_("Reason for short notice"), required=False, max_length=300)

    def __init__(self, table: Table, kind: str, account_id: uuid.UUID, *args: Any, **kwargs: Any) -> None:
        self.meeting: Meeting | None = kwargs.pop("meeting", None)
        super().__init__(*args, **kwargs)
        days = notice_days(table, kind)
        self.fields["urgent_reason"].help_text = _(
            "Needed only when the notice is given less than %(days)s days before."
        ) % {"days": days}
        if not days:
            del self.fields["urgent_reason"]
        if kind == Kind.PLENARY:
            del self.fields["wants_minutes"]
        if kind != Kind.RESTRICTED or self.meeting:
            del self.fields["people"]
        else:
            self.fields["people"].choices = people_choices(table, account_id)
        if kind != Kind.PARTY or self.meeting:
            del self.fields["parties"]
        else:
            self._offer_parties(table, account_id)
        waiting = Point.objects.filter(table=table, state=Point.State.OPEN)
        if self.meeting:
            del self.fields["points"]
        if self.meeting or not waiting:
            del self.fields["open_points"]
        else:
            rows = [(str(row.pk), f"{row.number}. {row.title}") for row in waiting.order_by("number")]
            self.fields["open_points"].choices = rows

    def _offer_parties(self, table: Table, account_id: uuid.UUID) -> None:
        own = standing.acting_party(account_id, table.pk)
        seated = standing.seated_parties(table.pk)
        rows = seated.filter(side=own.side).exclude(pk=own.pk) if own else Party.objects.none()
        self.fields["parties"].choices = [(str(row.pk), str(row)) for row in rows]
        self.fields["parties"].help_text = _(
            "Your own party is always there. Tick others of your side for a joint meeting."
        )

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = dict(self.cleaned_data)
        moment = datetime.combine(data.pop("day"), data.pop("hour"))
        data["starts_at"] = timezone.make_aware(moment)
        if "points" in data:
            data["agenda"] = [line.strip() for line in data.pop("points").splitlines() if line.strip()]
        return data


def people_choices(table: Table, account_id: uuid.UUID) -> list[tuple[str, Any]]:
    """Return those who sit at a table today, by party, without the person who asks."""
    seats = Delegate.objects.active_on(standing.today()).filter(party__table=table)
    rows = seats.exclude(account_id=account_id).select_related("account", "party__organisation")
    groups: dict[str, list[tuple[str, str]]] = {}
    for seat in rows.order_by("party__position", "account__name"):
        person = f"{seat.account.name} ({seat.get_role_display()})"
        groups.setdefault(str(seat.party), []).append((str(seat.account_id), person))
    return list(groups.items())


def initial_of(meeting: Meeting) -> dict[str, Any]:
    """Return a meeting's facts as a form shows them."""
    local = timezone.localtime(meeting.starts_at)
    return {
        "title": meeting.title, "day": local.date(), "hour": local.time(), "place": meeting.place,
        "minutes_long": meeting.minutes_long, "link": meeting.link, "note": meeting.note,
        "wants_minutes": meeting.wants_minutes, "urgent_reason": meeting.urgent_reason,
    }  # fmt: skip


class ItemForm(forms.Form):
    """An item of the agenda: free words, an open point, or a reference."""

    reference = forms.ChoiceField(label=_("Take it from"), required=False)
    title = forms.CharField(
        label=_("Title"), required=False, max_length=300,
        help_text=_("May stay empty when you chose something above."),
    )  # fmt: skip
    text = forms.CharField(label=_("Details"), required=False, max_length=4000, widget=_area(2))

    def __init__(self, table: Table, account_id: uuid.UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = Point.objects.filter(table=table, state=Point.State.OPEN)
        choices: list[Any] = [("", _("nothing: free words"))]
        if points:
            rows = [(f"point:{row.pk}", f"{row.number}. {row.title}") for row in points]
            choices.append((str(_("Open points")), rows))
        for label, found in agenda.offered(account_id, table):
            choices.append((label, [(row.key, row.label) for row in found]))
        self.fields["reference"].choices = choices

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        kind, _colon, pk = self.cleaned_data["reference"].partition(":")
        data: dict[str, Any] = {name: self.cleaned_data[name] for name in ("title", "text")}
        if kind == "point":
            return data | {"point_id": uuid.UUID(pk)}
        return data | {"source_kind": kind, "source_id": uuid.UUID(pk)} if kind else data


class PointForm(forms.Form):
    """An open point."""

    title = forms.CharField(label=_("Point of the table"), max_length=200)
    text = forms.CharField(label=_("What is open about it"), required=False, max_length=4000, widget=_area(2))
    reference = forms.ChoiceField(label=_("Where it comes from"), required=False)

    def __init__(self, table: Table, account_id: uuid.UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (label, [(row.key, row.label) for row in rows])
            for label, rows in agenda.offered(account_id, table)
        ]
        self.fields["reference"].choices = [("", _("nowhere in particular")), *groups]

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        kind, _colon, pk = self.cleaned_data["reference"].partition(":")
        data: dict[str, Any] = {name: self.cleaned_data[name] for name in ("title", "text")}
        return data | {"origin_kind": kind, "origin_id": uuid.UUID(pk)} if kind else data


class DecisionForm(forms.Form):
    """Something decided."""

    text = forms.CharField(label=_("What was decided"), max_length=4000, widget=_area(3))
    point = forms.ModelChoiceField(
        label=_("Open point it settles"), queryset=None, required=False, empty_label=_("none")
    )

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = Point.objects.filter(table=table, state=Point.State.OPEN)


class TextForm(forms.Form):
    """The text of a correction."""

    text = forms.CharField(
        label=_("What is corrected, and how it reads now"), max_length=100_000, widget=_area(8)
    )


class DocumentForm(forms.Form):
    """A document to add."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        help_text=_("PDF, Word, Excel, pictures, CSV or plain text, at most 20 MiB."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    audience = forms.ChoiceField(label=_("Who may see it"), choices=Document.Audience.choices)
    parties = forms.MultipleChoiceField(
        label=_("Parties, if you chose to name them"), required=False, widget=_boxes()
    )
    meeting = forms.ModelChoiceField(
        label=_("Meeting it belongs to"), queryset=None, required=False, empty_label=_("none")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, table: Table, meetings: Any, own: Party | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings
        if own is None:
            both = (Document.Audience.TABLE, Document.Audience.MEETING)
            self.fields["audience"].choices = [(one.value, one.label) for one in both]
            del self.fields["parties"]
        else:
            rows = standing.seated_parties(table.pk).exclude(pk=own.pk).select_related("organisation")
            self.fields["parties"].choices = [(str(row.pk), str(row)) for row in rows]


class VersionForm(forms.Form):
    """A new version of a document."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        help_text=_("PDF, Word, Excel, pictures, CSV or plain text, at most 20 MiB."),
    )  # fmt: skip
    note = forms.CharField(label=_("What changed"), required=False, max_length=300)


class CommuniqueForm(forms.Form):
    """A communiqué."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Text"), max_length=20_000, widget=_area(12))
    joint = forms.ChoiceField(
        label=_("Whose it is"),
        choices=[
            ("yes", _("joint: every party approves the exact text")),
            ("no", _("my party's own: its head publishes it")),
        ],
    )
    meeting = forms.ModelChoiceField(
        label=_("Plenary it speaks of"), queryset=None, required=False, empty_label=_("none")
    )

    def __init__(self, table: Table, own: Party | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = Meeting.objects.filter(table=table, kind=Kind.PLENARY)
        if own is None:
            self.fields["joint"].choices = self.fields["joint"].choices[:1]
