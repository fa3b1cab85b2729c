# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the services of a course share: locking it, asking who acts, recording, telling."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import rules
from tavolo.dialogue.course.models import Course
from tavolo.dialogue.delegations import decisions, telling
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Party, Table
from tavolo.ledger.services import record_act

LONGEST_TEXT = 4000


def _path(context: Any) -> str:
    return reverse("course:path", args=[context["table_id"]])


notices.kind(
    "course.phase_entered", title=gettext_lazy("The table has passed to another phase"),
    text=gettext_lazy("%(table)s is now in the phase “%(phase)s”."), link=_path,
)  # fmt: skip
notices.kind(
    "course.composed", title=gettext_lazy("The phases of a table have changed"),
    text=gettext_lazy("%(table)s: the parties have agreed on new phases or planned days."), link=_path,
)  # fmt: skip
notices.kind(
    "course.interruption", title=gettext_lazy("Something was recorded about the talks"),
    text=gettext_lazy("%(table)s: something about the talks was recorded (%(party)s). Read it there."),
    link=_path,
)  # fmt: skip
notices.kind(
    "course.resumed", title=gettext_lazy("The talks go on"),
    text=gettext_lazy("%(table)s: the parties have resumed the talks."), link=_path,
)  # fmt: skip
notices.kind(
    "course.ended", title=gettext_lazy("A table has ended"),
    text=gettext_lazy("%(table)s has ended. What was recorded stays readable."), link=_path,
)  # fmt: skip
notices.kind(
    "course.reminder", title=gettext_lazy("A date of your table is near"),
    text=gettext_lazy("%(table)s: “%(what)s” on %(day)s."), link=_path,
)  # fmt: skip
notices.kind(
    "course.entry", title=gettext_lazy("The calendar of your table has changed"),
    text=gettext_lazy("%(table)s: “%(what)s” on %(day)s."), link=_path, mail=False,
)  # fmt: skip
notices.kind(
    "course.invited", title=gettext_lazy("Your organisation is invited to a table"),
    text=gettext_lazy("%(by)s invites %(organisation)s to the table “%(table)s”. Read it and answer."),
    link=lambda context: reverse("course:invitation", args=[context["invited_id"]]),
)  # fmt: skip
notices.kind(
    "course.admitted", title=gettext_lazy("Your organisation is admitted to a table"),
    text=gettext_lazy("%(table)s: the parties have decided together that %(organisation)s may take a seat. "
                      "Read it and answer."),
    link=lambda context: reverse("course:invitation", args=[context["invited_id"]]),
)  # fmt: skip
notices.kind(
    "course.answered", title=gettext_lazy("An organisation has answered your invitation"),
    text=gettext_lazy("%(table)s: %(organisation)s has answered. See who sits there."), link=_path,
)  # fmt: skip


def locked(course: Course) -> Course:
    """Return the course with its row locked: phases and states change one after the other."""
    return Course.objects.select_for_update(of=("self",)).select_related("table").get(pk=course.pk)


def living(course: Course) -> Course:
    """Return the course locked; raise where the table has ended."""
    row = locked(course)
    if row.end != rules.UNDER_WAY:
        raise Problem(_("This table has ended: its course can no longer change."))
    return row


def alive(table: Table) -> Course:
    """Return a table's course, not locked; raise where it has none or has ended.

    For proposals: whoever consents locks the decision first and the course second, so that a proposal that
    held the course while it waits for the decision could wait for ever. What it checks is checked anew when
    the decision takes force.
    """
    course = must_have(table)
    if course.end != rules.UNDER_WAY:
        raise Problem(_("This table has ended: its course can no longer change."))
    return course


def must_have(table: Table) -> Course:
    """Return a table's course; raise where it has none yet."""
    course = Course.objects.filter(table_id=table.pk).select_related("table").first()
    if course is None:
        raise Problem(_("This table has no course yet: propose one, from a blueprint or of your own."))
    return course


def acting(course: Course, actor_id: uuid.UUID) -> Party:
    """Return the party a person acts for at the table; raise where there is none."""
    party = standing.acting_party(actor_id, course.table_id)
    if party is None:
        raise Problem(_("Only a delegate of a party at this table may do this."))
    return party


def clean(text: str, *, what: str, most: int = LONGEST_TEXT) -> str:
    """Return a text without blanks around it; raise where it is empty or too long."""
    words = storable(text).strip()
    if not words:
        raise Problem(_("Write %(what)s: it is recorded with your act.") % {"what": what})
    if len(words) > most:
        raise Problem(_("This text is too long: use at most %(most)s characters.") % {"most": most})
    return words


def storable(text: str) -> str:
    """Return a text; raise where it holds signs no text can hold (a program may send them, no keyboard)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "\x00"
    if "\x00" in text:
        raise Problem(_("This text holds a sign that cannot be stored: type it again."))
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of a text: the register holds this, the text stays with the table."""
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    course: Course, act: str, actor_id: uuid.UUID | None, role: str, content: Mapping[str, Any]
) -> uuid.UUID:
    """Record a formal act about a course."""
    return record_act(
        actor_id=actor_id, role=role, act=act, object_type="course.course", object_id=course.pk,
        content={"table": str(course.table_id), **content},
    )  # fmt: skip


def tell(course: Course, kind: str, account_ids: Iterable[uuid.UUID] | None = None, **words: Any) -> None:
    """Send a notice of this part, to everybody who acts at the table unless told whom."""
    context = {"table": course.table.title, "table_id": str(course.table_id), **words}
    notices.send(telling.everybody(course.table) if account_ids is None else account_ids, kind, context)


def propose(
    table: Table, kind: str, content: Mapping[str, Any], *, actor_id: uuid.UUID, subject_id: uuid.UUID
) -> JointDecision:
    """Propose a joint decision; a party that proposes consents by doing so, the secretariat to nothing."""
    made = decisions.propose(table, kind, content, actor_id=actor_id, subject_id=subject_id)
    if made.party is not None:
        decisions.consent(made, party=made.party, actor_id=actor_id)
        made.refresh_from_db()
    return made


def day_text(day: date) -> str:
    """Return a day as notices write it."""
    return str(date_format(day, "DATE_FORMAT"))
