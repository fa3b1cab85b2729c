# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The pages of blind overlap: one page an exercise that says what comes next, and two forms."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.models import Party
from tavolo.dialogue.overlap import policies, presenting, seats
from tavolo.dialogue.overlap.forms import SPARE, AskForm, ListForm, LodgeForm
from tavolo.dialogue.overlap.models import ENDED, Exercise
from tavolo.dialogue.overlap.services import asking, ending, listing, lodging, looking

LEAST_ROWS = 4


def _exercise(request: HttpRequest, exercise_id: uuid.UUID) -> Exercise:
    found = policies.exercise_at(request, {"exercise_id": exercise_id})
    if found is None:
        raise Http404
    return found


def exercises(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the table's exercises; explain what one is, and let a party ask for one."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    rows = list(seats.visible(request.user.pk).filter(table=table))
    unfinished = any(row.state not in ENDED for row in rows)
    party = standing.acting_party(request.user.pk, table.pk)
    may_ask = party is not None and not unfinished and gate.allows(table, rules.OVERLAP, party)
    context = {
        "table": table, "rows": rows, "form": AskForm() if may_ask else None, "key": new_key(),
        "parties": Party.objects.filter(table=table).count(),
    }  # fmt: skip
    return render(request, "overlap/exercises.html", context)


@require_POST
def ask(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Ask for an exercise."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words what the exercise is about."))
        return redirect("overlap:exercises", table.pk)
    title = form.cleaned_data["title"]
    attempt(
        request, "overlap_ask", lambda: str(asking.ask(table, title=title, actor_id=request.user.pk).pk),
        _("Your party asks for a blind overlap. It starts only if all the others ask too."),
    )  # fmt: skip
    made = seats.visible(request.user.pk).filter(table=table).exclude(state__in=ENDED).first()
    return redirect("overlap:exercise", made.pk) if made else redirect("overlap:exercises", table.pk)


def exercise(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Show an exercise: where it stands, what waits for this party, and what has been shown."""
    found = _exercise(request, exercise_id)
    party = presenting.own_party(found, request.user.pk)
    issues = listing.issues_of(found)
    own = lodging.own_lodging(found, actor_id=request.user.pk) if party and not found.ended else None
    common = presenting.common(found, issues)
    context = {
        "exercise": found, "party": party, "issues": issues, "key": new_key(),
        "yeses": presenting.yeses(found, party),
        "is_secretary": standing.is_secretary(request.user.pk, found.table_id),
        "has_lodged": own is not None, "common": common,
        "settled": sum(1 for row in common if row["count"]) if common else 0,
        "packages": presenting.shown_packages(found, issues),
        "parties": seats.parties(found),
        "earlier": listing.earlier_looks(found) if issues and not found.ended else 0,
        "may_stop": party is not None and found.state in STOPPABLE,
    }  # fmt: skip
    return render(request, "overlap/exercise.html", context)


STOPPABLE = (
    Exercise.State.ASKED, Exercise.State.LISTING, Exercise.State.LODGING, Exercise.State.READY,
)  # fmt: skip


def _step(
    request: HttpRequest, exercise_id: uuid.UUID, action: str, work: Callable[[Exercise], Any], done: str
) -> HttpResponse:
    found = _exercise(request, exercise_id)
    attempt(request, f"overlap_{action}_{exercise_id}", lambda: work(found), done)
    return redirect("overlap:exercise", exercise_id)


@require_POST
def join(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Ask for an exercise another party asked for."""
    return _step(
        request, exercise_id, "join", lambda found: asking.join(found, actor_id=request.user.pk),
        _("Your party's request is recorded."),
    )  # fmt: skip


@require_POST
def consent(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Agree to the list in the version that was on the page."""
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return _step(
        request, exercise_id, "consent",
        lambda found: listing.consent_to_list(found, version=version, actor_id=request.user.pk),
        _("Your party agrees to this list."),
    )  # fmt: skip


@require_POST
def look(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Agree to look."""
    return _step(
        request, exercise_id, "look", lambda found: looking.agree_to_look(found, actor_id=request.user.pk),
        _("Your party's yes is kept. Nobody is told until all have said yes."),
    )  # fmt: skip


@require_POST
def packages(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Agree to see the packages."""
    return _step(
        request, exercise_id, "packages",
        lambda found: looking.agree_to_packages(found, actor_id=request.user.pk),
        _("Your party's yes is kept. Nobody is told until all have said yes."),
    )  # fmt: skip


@require_POST
def decline(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """End after the look, without packages."""
    return _step(
        request, exercise_id, "decline",
        lambda found: ending.decline_packages(found, actor_id=request.user.pk),
        _("The exercise has ended: everything that was lodged is destroyed."),
    )  # fmt: skip


def stop(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Stop before the look, after a question."""
    found = _exercise(request, exercise_id)
    if request.method == "POST":
        return _step(
            request, exercise_id, "stop", lambda row: ending.stop(row, actor_id=request.user.pk),
            _("The exercise is stopped: everything that was lodged is destroyed."),
        )  # fmt: skip
    context = {"exercise": found, "key": new_key(), "may_stop": found.state in STOPPABLE}
    return render(request, "overlap/stop.html", context)


def write_list(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Write the list of issues, by the secretariat."""
    found = _exercise(request, exercise_id)
    issues = listing.issues_of(found)
    rows = max(LEAST_ROWS, len(issues) + SPARE)
    initial: dict[str, Any] = {"closes_on": found.closes_on}
    for number, issue in enumerate(issues):
        initial[f"title_{number}"] = issue.title
        initial[f"options_{number}"] = "\n".join(option.text for option in issue.options.all())
    form = ListForm(rows, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        lines, closes_on = form.lines(), form.cleaned_data["closes_on"]
        if attempt(
            request, f"overlap_list_{exercise_id}",
            lambda: listing.write_list(found, lines, closes_on=closes_on, actor_id=request.user.pk),
            _("The list is written. Every party must agree to this version."),
        ):  # fmt: skip
            return redirect("overlap:exercise", found.pk)
    context = {
        "exercise": found, "form": form, "key": new_key(), "open": found.state == Exercise.State.LISTING,
    }  # fmt: skip
    return render(request, "overlap/list.html", context)


def lodge(request: HttpRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Lodge for one's party. Not noted against double sending: that note would tie a person to a time."""
    found = _exercise(request, exercise_id)
    open_now = found.state in lodging.OPEN
    own = lodging.own_lodging(found, actor_id=request.user.pk) if open_now else None
    form = LodgeForm(listing.issues_of(found), own, request.POST or None) if open_now else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            lodging.lodge(found, actor_id=request.user.pk, **form.lodged())
        except Problem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Lodged. Only your party's delegation can read it."))
            return redirect("overlap:exercise", found.pk)
    context = {"exercise": found, "form": form, "party": presenting.own_party(found, request.user.pk)}
    return render(request, "overlap/lodge.html", context)
