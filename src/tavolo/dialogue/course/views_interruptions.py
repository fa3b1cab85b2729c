# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of what interrupts the talks, and of the record of no agreement."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.course.forms import CoolingOffForm, DisputeForm, TextForm, day_or_today
from tavolo.dialogue.course.models import NoAgreement
from tavolo.dialogue.course.services import ending, interruptions
from tavolo.dialogue.course.views import course_of, form_page, propose
from tavolo.dialogue.models import Table


def _texted(
    request: HttpRequest, table_id: uuid.UUID, action: str, work: Callable[[Table, str], Any], *,
    title: str, label: str, lead: str, button: str, proposal: bool = False, done: str = "",
    initial: str = "", target: str = "course:path", required: bool = True,
) -> HttpResponse:  # fmt: skip
    """Serve a page with one text, and carry out what it is for."""
    course = course_of(request, table_id)
    form = TextForm(label, request.POST or None, initial={"text": initial}, required=required)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if proposal:
            answer = propose(request, action, lambda: work(course.table, text))
            if answer is not None:
                return answer
        elif attempt(request, f"course.{action}", lambda: _id(work(course.table, text)), done):
            return redirect(target, table_id)
    return form_page(request, course.table, title, form, lead=lead, button=button)


def _id(result: Any) -> str:
    return str(result.pk) if result is not None else ""


def suspend(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose that the talks rest for all."""
    return _texted(
        request, table_id, "suspend",
        lambda table, text: interruptions.propose_suspension(table, actor_id=request.user.pk, reason=text),
        title=_("Suspend the talks"), label=_("Why, and what should happen before you resume"),
        lead=_("For all, with one consent of each side. Meetings and consultations stay possible."),
        button=_("Propose"), proposal=True,
    )  # fmt: skip


def resume(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose to resume the talks."""
    return _texted(
        request, table_id, "resume",
        lambda table, text: interruptions.propose_resumption(table, actor_id=request.user.pk, text=text),
        title=_("Resume the talks"), label=_("On what terms"),
        lead=_("The talks go on in the phase they were in, with one consent of each side."),
        button=_("Propose"), proposal=True,
    )  # fmt: skip


def step_out(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Suspend one's own party's participation."""
    return _texted(
        request, table_id, "step_out",
        lambda table, text: interruptions.step_out(table, actor_id=request.user.pk, reason=text),
        title=_("Suspend our participation"), label=_("Why"),
        lead=_("At once, by your party alone. The others may go on; nothing can be lodged or signed for your "
               "party until it takes its place again."),
        button=_("Suspend our participation"), done=_("Recorded: your party suspends its participation."),
    )  # fmt: skip


def step_in(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Take up one's own party's participation again."""
    return _texted(
        request, table_id, "step_in",
        lambda table, text: interruptions.step_in(table, actor_id=request.user.pk, text=text),
        title=_("Take our place again"), label=_("What you want to say about it, if anything"),
        lead=_("At once, by your party alone."), button=_("Take our place again"), required=False,
        done=_("Recorded: your party takes part again."),
    )  # fmt: skip


def dispute(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Record that one's own union declares a state of agitation."""
    course = course_of(request, table_id)
    form = DisputeForm(request.POST or None, initial=day_or_today(standing.today()))
    if request.method == "POST" and form.is_valid() and attempt(
        request, "course.dispute",
        lambda: str(
            interruptions.record_dispute(course.table, actor_id=request.user.pk, **form.cleaned_data).pk
        ),
        _("Recorded. Nothing at the table closes because of it."),
    ):  # fmt: skip
        return redirect("course:path", table_id)
    lead = _("Tavolo takes note of what your union declares, and says nothing on whether it is valid. "
             "Notices the law asks for are sent in the way the law asks for, not from here.")  # fmt: skip
    return form_page(
        request, course.table, _("Record a state of agitation"), form, lead=lead, button=_("Record")
    )


def dispute_end(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Record that one's own union has ended it."""
    return _texted(
        request, table_id, "dispute_end",
        lambda table, text: interruptions.end_dispute(table, actor_id=request.user.pk, text=text),
        title=_("The state of agitation has ended"), label=_("How it ended"), lead="", button=_("Record"),
        done=_("Recorded."),
    )  # fmt: skip


def cooling_off(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose a cooling-off period."""
    course = course_of(request, table_id)
    form = CoolingOffForm(request.POST or None, initial=day_or_today(standing.today()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answer = propose(
            request, "cooling_off",
            lambda: interruptions.propose_cooling_off(course.table, actor_id=request.user.pk, **data),
        )  # fmt: skip
        if answer is not None:
            return answer
    lead = _("It binds only those who undertake it: every party must consent. Tavolo does not watch over it "
             "and does not stop anybody from recording anything.")  # fmt: skip
    return form_page(
        request, course.table, _("Agree on a cooling-off period"), form, lead=lead, button=_("Propose")
    )


def no_agreement(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Open the record of no agreement, read it, see who has written into it."""
    course = course_of(request, table_id)
    record = NoAgreement.objects.filter(course=course).select_related("pdf", "docx").first()
    if record is None:
        return _texted(
            request, table_id, "no_agreement",
            lambda table, text: ending.open_no_agreement(table, actor_id=request.user.pk, points=text),
            title=_("Record of no agreement"), label=_("The points on which no agreement was found"),
            lead=_("Each party then writes its own statement; record and table are closed by "
                   "one consent of each side."),
            button=_("Open the record"), target="course:no_agreement",
        )  # fmt: skip
    said = {one.party_id: one for one in record.statements.all()}
    parties = standing.seated_parties(course.table_id).select_related("organisation")
    own = standing.acting_party(request.user.pk, course.table_id)
    context = {
        "table": course.table, "record": record, "own": own, "key": new_key(),
        "voices": [(party, said.get(party.pk)) for party in parties],
        "others_wrote": any(key != (own.pk if own else None) for key in said),
    }  # fmt: skip
    return render(request, "course/no_agreement.html", context)


def statement(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Write one's own party's statement into the open record."""
    own = standing.acting_party(request.user.pk, table_id)
    found = NoAgreement.objects.filter(course__table_id=table_id).first()
    before = found.statements.filter(party=own).first() if found and own else None
    return _texted(
        request, table_id, "statement",
        lambda table, text: ending.lodge_statement(table, actor_id=request.user.pk, text=text),
        title=_("Our statement for the record"), label=_("Your party's statement"),
        lead=_("The others read it at once. You can replace it until the record is closed; then it stays."),
        button=_("Lodge"), initial=before.text if before else "", target="course:no_agreement",
        done=_("Your party's statement is in the record."),
    )  # fmt: skip


@require_POST
def no_agreement_close(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose to close the record, and with it the table."""
    course = course_of(request, table_id)
    answer = propose(
        request, "no_agreement_close",
        lambda: ending.propose_no_agreement(course.table, actor_id=request.user.pk),
    )  # fmt: skip
    return answer or redirect("course:no_agreement", table_id)


@require_POST
def no_agreement_withdraw(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Take the open record back, because the talks go on."""
    course = course_of(request, table_id)
    return carry_out(
        request,
        "course.no_agreement_withdraw",
        lambda: ending.withdraw_no_agreement(course.table, actor_id=request.user.pk),
        _("The record is taken back; the talks go on."),
        to=("course:path", table_id),
    )
