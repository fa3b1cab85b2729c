# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whether an act is open at a table today: what the other parts of the room ask before they act.

    from tavolo.dialogue.course import gate

    gate.require(table, "positions.lodge", party)      # raises Problem where the phase does not open it
    gate.allows(table, "overlap.ask", party)           # for a page that shows a button or not

Names of acts: `rules.ACTS`. A table without a course (older tables) opens every act.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered
from tavolo.dialogue import standing
from tavolo.dialogue.course import rules, words
from tavolo.dialogue.course.models import Course, Interruption, Passage, Phase
from tavolo.dialogue.table_models import Party, Table

Kind = Interruption.Kind


@remembered
def course_of(table: Table) -> Course | None:
    """Return the course of a table, if it has one."""
    return Course.objects.filter(table_id=table.pk).first()


@remembered
def current_passage(course: Course) -> Passage | None:
    """Return where the table is now."""
    return course.passages.filter(left_on__isnull=True).select_related("phase").first()


def as_rule(phase: Phase) -> rules.Phase:
    """Return a stored phase as the rules know it."""
    acts = None if phase.acts is None else {act: tuple(roles) for act, roles in phase.acts.items()}
    return rules.Phase(phase.kind, phase.title, phase.planned_from, phase.planned_to, acts)


@remembered
def holding(course: Course, on: date) -> list[Interruption]:
    """Return what interrupts the course on a day. The last day of a cooling-off still counts."""
    begun = course.interruptions.filter(starts_on__lte=on).select_related("party__organisation")
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=on) | Q(kind=Kind.COOLING_OFF, ends_on__gte=on)
    return list(begun.filter(still))


def state_of(course: Course, on: date) -> rules.State:
    """Return what has been recorded about a course, as the rules know it."""
    found = holding(course, on)
    return rules.State(
        end=course.end,
        still=any(
            one.kind == Kind.SUSPENSION or (one.kind == Kind.COOLING_OFF and one.pauses) for one in found
        ),
        stepped_out=frozenset(str(one.party_id) for one in found if one.kind == Kind.STEPPED_OUT),
    )


def allows(table: Table, act: str, role_or_party: str | Party | None = None, on: date | None = None) -> bool:
    """Say whether an act is open at a table on a day, to a role, to a party (by its side), or to anybody.

    Raises LookupError for an act or a role nobody knows.
    """
    party = role_or_party if isinstance(role_or_party, Party) else None
    role = party.side if party else role_or_party
    course = course_of(table)
    if course is None:
        return rules.allowed(None, rules.State(), act, role)
    passage = current_passage(course)
    state = state_of(course, on or standing.today())
    phase = as_rule(passage.phase) if passage else None
    return rules.allowed(phase, state, act, role, str(party.pk) if party else None)


def require(table: Table, act: str, role_or_party: str | Party | None = None, on: date | None = None) -> None:
    """Raise unless an act is open, saying why it is not and what can be done."""
    if not allows(table, act, role_or_party, on):
        raise Problem(why_not(table, act, role_or_party, on))


def why_not(table: Table, act: str, role_or_party: Any = None, on: date | None = None) -> str:
    """Return the sentence that tells why an act is closed."""
    name, course = words.act_name(act), course_of(table)
    if course is None:
        return _("“%(act)s” is not open to you at this table.") % {"act": name}
    if course.end != rules.UNDER_WAY:
        return _("This table has ended (%(end)s): “%(act)s” is no longer possible.") % {
            "end": course.get_end_display(), "act": name,
        }  # fmt: skip
    state, passage = state_of(course, on or standing.today()), current_passage(course)
    if act not in rules.WHILE_STILL:
        if state.still:
            return _("The talks rest: “%(act)s” is possible again when the parties resume.") % {"act": name}
        if isinstance(role_or_party, Party) and str(role_or_party.pk) in state.stepped_out:
            return _("Your party has suspended its participation: take it up again before you “%(act)s”.") % {
                "act": name
            }
    phase = str(passage.phase) if passage else ""
    return _(
        "The phase “%(phase)s” does not open “%(act)s” to you. The parties can pass to another phase or "
        "change what this one opens: see the table's course."
    ) % {"phase": phase, "act": name}  # fmt: skip


def open_acts(course: Course, on: date) -> dict[str, list[str]]:
    """Return every act open on a day, with the roles it is open to."""
    passage, state = current_passage(course), state_of(course, on)
    phase = as_rule(passage.phase) if passage else None
    found = {
        act: [role for role in rules.ROLES if rules.allowed(phase, state, act, role)] for act in rules.ACTS
    }
    return {act: roles for act, roles in found.items() if roles}
