# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""How a table begins: pages for beginning, answering an invitation, asking everybody to confirm."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.course import policies
from tavolo.dialogue.course.forms import AdmitForm, BeginForm, CompositionForm, TextForm
from tavolo.dialogue.course.models import Course, Invited
from tavolo.dialogue.course.services import admitting, beginning, phases
from tavolo.dialogue.course.views import course_of, form_page, propose, table_of


def begin(request: HttpRequest) -> HttpResponse:
    """Begin a table: what from, whom with, along which phases."""
    initial = {"starts_on": standing.today(), "origin": "invitation", "blueprint": "territorial"}
    form = BeginForm(request.user.pk, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        organisation, said = form.cleaned_data["organisation"], form.said()
        made: list[str] = []

        def work() -> str:
            course = beginning.begin_table(said, organisation=organisation, actor_id=request.user.pk)
            made.append(str(course.table_id))
            return made[0]

        if attempt(request, "course.begin", work, _("The table is being prepared; the invitations are out.")):
            return redirect("course:path", made[0]) if made else redirect("dialogue:tables")
    return render(request, "course/begin.html", {"form": form, "key": new_key()})


def adopt(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose a course for a table that has none."""
    table = table_of(request, table_id)
    if Course.objects.filter(table=table).exists():
        return redirect("course:path", table.pk)
    initial = {"starts_on": standing.today(), "origin": "joint_decision", "blueprint": "territorial"}
    form = CompositionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, chosen = form.cleaned_data, form.phases()
        answer = propose(
            request, "adopt",
            lambda: phases.propose_adoption(
                table, actor_id=request.user.pk, blueprint=data["blueprint"], origin=data["origin"],
                reference=data["reference"], phases=chosen,
            ),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = _("It takes force with one consent of each side. Until then every act is open at this table.")
    return form_page(request, table, _("Give this table its course"), form, lead=lead, button=_("Propose"))


def _invited(request: HttpRequest, invited_id: uuid.UUID) -> Invited:
    found = policies.invited_at(request, {"invited_id": invited_id})
    if found is None:
        raise Http404
    return found


def invitation(request: HttpRequest, invited_id: uuid.UUID) -> HttpResponse:
    """Read an invitation and answer it for one's organisation."""
    found = _invited(request, invited_id)
    form = TextForm(_("Why your organisation declines"), None)
    if request.method == "POST":
        if request.POST.get("answer") == "accept":
            said = _("Your organisation sits at the table; you head its delegation.")
            if attempt(
                request, "course.accept",
                lambda: str(beginning.accept(found, actor_id=request.user.pk).pk), said,
            ):  # fmt: skip
                return redirect("course:path", found.course.table_id)
        else:
            form = TextForm(_("Why your organisation declines"), request.POST)
            if form.is_valid() and attempt(
                request, "course.decline",
                lambda: str(
                    beginning.decline(
                        found, actor_id=request.user.pk, reason=form.cleaned_data["text"]
                    ).pk
                ),
                _("The answer is recorded; those who invited you read it."),
            ):  # fmt: skip
                return redirect("course:invitation", found.pk)
    found = _invited(request, invited_id)
    course = found.course
    context = {
        "invited": found, "course": course, "table": course.table, "form": form, "key": new_key(),
        "sits": policies.sits(request, {"table_id": course.table_id}),
        "others": course.invited.exclude(pk=found.pk).select_related("organisation"),
        "phases": phases.rows_of(course), "themes": course.table.themes.all(),
        "answers": beginning.is_open(found)
        and beginning.may_answer(found, request.user.pk),
        "proposed": course.proposed_secretaries.select_related("account"),
    }  # fmt: skip
    return render(request, "course/invitation.html", context)


def admit(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose to admit an organisation to a table under way, or to take back one that left."""
    course = course_of(request, table_id)
    form = AdmitForm(course.table, request.POST or None)
    if request.method == "POST" and form.is_valid():
        guest, reason = form.cleaned_data["found"], form.cleaned_data["reason"]
        answer = propose(
            request, "admit",
            lambda: admitting.propose_admission(
                course.table, guest, actor_id=request.user.pk, reason=reason
            ),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = _(
        "Every party must consent. Then the organisation itself decides: it sits at the table once somebody "
        "who speaks for it has accepted."
    )
    return form_page(request, course.table, _("Admit an organisation"), form, lead=lead, button=_("Propose"))


@require_POST
def withdraw(request: HttpRequest, invited_id: uuid.UUID) -> HttpResponse:
    """Take an unanswered invitation back."""
    found = _invited(request, invited_id)
    attempt(
        request, "course.invitation_withdraw",
        lambda: str(beginning.withdraw_invitation(found, actor_id=request.user.pk).pk),
        _("The invitation is taken back."),
    )  # fmt: skip
    if not policies.sits(request, {"table_id": found.course.table_id}):
        return redirect("course:invitation", found.pk)
    return redirect("course:path", found.course.table_id)


@require_POST
def confirm(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Ask every party to confirm the table."""
    course = course_of(request, table_id)
    answer = propose(
        request, "confirm", lambda: beginning.ask_confirmation(course.table, actor_id=request.user.pk)
    )
    return answer or redirect("course:path", table_id)
