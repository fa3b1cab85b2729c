# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Notices of meetings. Those about restricted and party meetings name neither subject nor place.

A mail passes through other hands and stands on a locked screen: what is discreet is read after signing in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.dialogue.meetings import access, ics
from tavolo.dialogue.meetings.models import Communique, Kind, Meeting, Minutes


def _meeting(context: Any) -> str:
    return reverse("meetings:meeting", args=[context["meeting"]])


def _minutes(context: Any) -> str:
    return reverse("meetings:minutes", args=[context["minutes"]])


def _communique(context: Any) -> str:
    return reverse("meetings:communique", args=[context["communique"]])


_WORDS = {
    "convened": (
        _("A meeting has been convened"),
        _("%(table)s: “%(title)s” on %(when)s."),
        _("%(table)s: you are expected at a meeting on %(when)s. Sign in to read more."),
    ),
    "changed": (
        _("A meeting has changed"),
        _("%(table)s: “%(title)s” is now on %(when)s; read what changed."),
        _("%(table)s: a meeting you are expected at is now on %(when)s. Sign in to read more."),
    ),
    "cancelled": (
        _("A meeting has been cancelled"),
        _("%(table)s: “%(title)s” of %(when)s does not take place."),
        _("%(table)s: a meeting of %(when)s does not take place. Sign in to read more."),
    ),
    "to_approve": (
        _("Minutes wait for your party"),
        _("%(table)s: approve the minutes of “%(title)s” by %(due)s, or ask for a correction."),
        _("%(table)s: minutes wait for your party by %(due)s. Sign in to read them."),
    ),
    "reminder": (
        _("Reminder: minutes wait for your party"),
        _("%(table)s: the minutes of “%(title)s” still wait for your party's answer (by %(due)s)."),
        _("%(table)s: minutes still wait for your party's answer (by %(due)s). Sign in to read them."),
    ),
    "correction": (
        _("A party asks for a correction of the minutes"),
        _("%(table)s: a correction of the minutes of “%(title)s” was asked for."),
        _("%(table)s: a correction of minutes you keep was asked for. Sign in to read it."),
    ),
    "closed": (
        _("Minutes are closed"),
        _("%(table)s: the minutes of “%(title)s” are closed; PDF and Word file are ready."),
        _("%(table)s: minutes are closed; sign in to fetch them."),
    ),
}


def _calendar(notice: Any) -> list[notices.Attachment]:
    """Return the meeting as a calendar entry, if the reader may still know of it.

    Of a discreet meeting the entry says no more than its notice: which table, and when.
    """
    found = access.visible_meetings(notice.account_id).filter(pk=notice.context["meeting"])
    meeting = found.select_related("table").first()
    if meeting is None:
        return []
    summary = "" if meeting.kind == Kind.PLENARY else gettext("Meeting: %(table)s")
    address = notices.address_of(notice, reverse("meetings:meeting", args=[meeting.pk]))
    content = ics.calendar_file(meeting, address, summary=summary % {"table": meeting.table.title})
    return [notices.Attachment(ics.file_name(meeting), content, "text/calendar")]


for _name, (_title, _open, _discreet) in _WORDS.items():
    _of_meeting = _name in ("convened", "changed", "cancelled")
    _link, _files = (_meeting, _calendar) if _of_meeting else (_minutes, None)
    notices.kind(f"meetings.{_name}", title=_title, text=_open, link=_link, attach=_files)
    notices.kind(f"meetings.{_name}_discreet", title=_title, text=_discreet, link=_link, attach=_files)
notices.kind(
    "meetings.communique_to_approve", title=_("A joint communiqué waits for your party"),
    text=_("%(table)s: approve the text of “%(title)s”, or speak to those who drafted it."), link=_communique,
)  # fmt: skip
notices.kind(
    "meetings.communique_published", title=_("A communiqué has been published"),
    text=_("%(table)s: “%(title)s” can now be read by everybody."), link=_communique,
)  # fmt: skip


def when(moment: Any) -> str:
    """Return a moment in Italian words: the notice is stored once for all its readers."""
    with override("it"):
        return date_format(timezone.localtime(moment), "j F Y, H:i").lower()


def tell(
    account_ids: Iterable[uuid.UUID], what: str, meeting: Meeting, minutes: Minutes | None = None
) -> None:
    """Send a notice about a meeting or its minutes; discreet for all but plenaries."""
    context = {"table": meeting.table.title, "meeting": str(meeting.pk), "when": when(meeting.starts_at)}
    if minutes is not None:
        due = minutes.approve_by
        context |= {"minutes": str(minutes.pk), "due": due.strftime("%d/%m/%Y") if due else ""}
    if meeting.kind == Kind.PLENARY:
        notices.send(account_ids, f"meetings.{what}", context | {"title": meeting.title})
    else:
        notices.send(account_ids, f"meetings.{what}_discreet", context)


def tell_communique(account_ids: Iterable[uuid.UUID], what: str, row: Communique) -> None:
    """Send a notice about a joint communiqué."""
    context = {"table": row.table.title, "title": row.current.title, "communique": str(row.pk)}
    notices.send(account_ids, f"meetings.communique_{what}", context)
