# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The table's path, its phases, and how it is concluded: pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.common.idempotency import new_key
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.course import gate, picture, policies, words
from tavolo.dialogue.course import path as paths
from tavolo.dialogue.course.forms import CompositionRows, MoveForm, TextForm, composed, initial_rows
from tavolo.dialogue.course.models import Course, Interruption
from tavolo.dialogue.course.services import beginning, ending, phases
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table

Kind = Interruption.Kind
MOST_EVENTS = 40


def table_of(request: HttpRequest, table_id: uuid.UUID) -> Table:
    """Return the table an address names if the person sees it, or 404."""
    found: Table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    return found


def course_of(request: HttpRequest, table_id: uuid.UUID) -> Course:
    """Return the course of the table an address names, or 404."""
    table = table_of(request, table_id)
    found = Course.objects.filter(table=table).select_related("table").first()
    if found is None:
        raise Http404
    return found


def form_page(request: HttpRequest, table: Table, title: str, form: Any, **context: Any) -> HttpResponse:
    """Render a page of this part with one form."""
    context = {
        "button": _("Save"),
        "table": table,
        "heading": title,
        "form": form,
        "key": new_key(),
    } | context
    return render(request, "course/form.html", context)


def propose(request: HttpRequest, action: str, work: Callable[[], JointDecision]) -> HttpResponse | None:
    """Make a proposal once and go to its page; None where it was refused."""
    made: list[str] = []

    def once() -> str:
        made.append(str(work().pk))
        return made[0]

    if not attempt(request, f"course.{action}", once):
        return None
    messages.success(request, _("Proposed: it takes force when the consents it needs are there."))
    if not made:  # the same form a second time: the proposal stands already
        return redirect("course:path", resolve(request.path).kwargs["table_id"])
    return redirect("delegations:decision", made[0])


def path(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show where the table is, what comes, the calendar, and what interrupted the talks."""
    table = table_of(request, table_id)
    arguments = {"table_id": table.pk}
    found = paths.path_of(table, request.user.pk)
    context: dict[str, Any] = {
        "table": table, "path": found, "proposes": policies.proposes(request, arguments),
        "party": standing.acting_party(request.user.pk, table.pk),
    }  # fmt: skip
    if found is None:
        return render(request, "course/none.html", context)
    happened = hooks.events_of(request.user.pk, table)[:MOST_EVENTS] if found.sits else []
    context |= {
        "happened": happened, "alive": found.course.end == Course.End.UNDER_WAY, "key": new_key(),
        "keeps_calendar": policies.keeps_calendar(request, arguments), **pictures(found),
        "unions": policies.acts_for_workers(request, arguments), "kinds": Kind,
        "may_conclude": ending.may_conclude(found.course),
        "record": getattr(found.course, "no_agreement", None) if found.sits else None,
        "admitted": found.course.invited.filter(decision_id__isnull=False).select_related("organisation")
        if found.sits else [],
        **_own(found, context["party"]), **_beginning(found),
    }  # fmt: skip
    return render(request, "course/path.html", context)


def pictures(found: paths.Path) -> dict[str, Any]:
    """Return the course drawn along the page and down the page."""
    marks = [picture.Mark(one.number, one.title, _days(one), one.state) for one in found.stages]
    here = _("now here")
    place = found.here.title if found.here else found.course.get_end_display()
    title = _("The phases of the table; it is at: %(phase)s") % {"phase": place}
    options = {"title": title, "here": here, "rests": found.rests}
    # Every text inside was escaped by `picture`.
    return {
        "across": mark_safe(picture.across(marks, **options)),  # noqa: S308
        "down": mark_safe(picture.down(marks, **options)),  # noqa: S308
    }


def _days(stage: paths.Stage) -> str:
    if stage.entered_on and stage.state == paths.HERE:
        return _("since %(day)s") % {"day": _short(stage.entered_on)}
    if stage.entered_on and stage.left_on:
        first, last = _short(stage.entered_on), _short(stage.left_on)
        return first if first == last else f"{first}{picture.TO}{last}"
    if stage.state == paths.AHEAD and stage.phase.planned_from:
        return _("from %(day)s") % {"day": _short(stage.phase.planned_from)}
    return ""


def _short(day: date) -> str:
    """Return a day with its year, short enough for the picture; Italian writes months small."""
    return date_format(day, "j M Y" if (get_language() or "it").startswith("en") else "j b Y")


def _own(found: paths.Path, party: Any) -> dict[str, Any]:
    own = {one.kind for one in found.now if party is not None and one.party_id == party.pk}
    return {
        "suspended": any(one.kind == Kind.SUSPENSION for one in found.now),
        "stepped_out": Kind.STEPPED_OUT in own, "in_dispute": Kind.DISPUTE in own,
    }  # fmt: skip


def _beginning(found: paths.Path) -> dict[str, Any]:
    table = found.course.table
    if table.state != Table.State.PREPARATION or not found.sits:
        return {}
    return {
        "preparing": True,
        "invited": found.course.invited.select_related("organisation", "party"),
        "proposed": found.course.proposed_secretaries.select_related("account"),
        "confirmation": beginning.confirmation_of(table),
        "waits": beginning.preparation_of(table).waits,
    }


def compose(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose other phases, another order, other days, other acts."""
    course = course_of(request, table_id)
    rows = phases.rows_of(course)
    form = CompositionRows(request.POST or None, initial=initial_rows(rows, gate.as_rule), prefix="fasi")
    if request.method == "POST" and form.is_valid():
        answer = propose(
            request, "compose",
            lambda: phases.propose_composition(course.table, actor_id=request.user.pk, phases=composed(form)),
        )  # fmt: skip
        if answer is not None:
            return answer
    context = {
        "table": course.table, "rows": form, "key": new_key(),
        "roles": list(words.ROLES.values()), "alive": course.end == Course.End.UNDER_WAY,
    }  # fmt: skip
    return render(request, "course/compose.html", context)


def move(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose to pass to another phase."""
    course = course_of(request, table_id)
    offered = phases.choices(course)
    form = MoveForm([(str(one.pk), str(one)) for one in offered], request.POST or None)
    if request.method == "POST" and form.is_valid():
        phase = next(one for one in offered if str(one.pk) == form.cleaned_data["phase"])
        reason = form.cleaned_data["reason"]
        answer = propose(
            request, "move",
            lambda: phases.propose_move(course.table, actor_id=request.user.pk, phase=phase, reason=reason),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = _("The table passes when one party of each side has consented.")
    return form_page(request, course.table, _("Pass to another phase"), form, lead=lead, button=_("Propose"))


def conclude(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose to conclude the table."""
    course = course_of(request, table_id)
    form = TextForm(_("Why the table can be concluded"), request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        answer = propose(
            request, "conclude",
            lambda: ending.propose_conclusion(course.table, actor_id=request.user.pk, text=text),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = _("Nothing is deleted: what was recorded stays readable. It takes one consent of each side.")
    return form_page(request, course.table, _("Conclude the table"), form, lead=lead, button=_("Propose"))
