# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of joint bodies: members, calendar, opinions, questions of interpretation."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tavolo.agreements import standing
from tavolo.agreements.life import bodies, clauses, policies
from tavolo.agreements.life import standing as life
from tavolo.agreements.life import views as pages
from tavolo.agreements.life.forms import (
    BodyForm,
    MemberForm,
    OpinionForm,
    QuestionForm,
    SittingForm,
    TextForm,
)
from tavolo.agreements.life.models import Application, JointBody, JointText, Member, Question
from tavolo.agreements.life.services import joint
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.markdown import blocks
from tavolo.common.idempotency import new_key
from tavolo.dialogue.models import Side


def _body(joint_body_id: uuid.UUID) -> JointBody:
    found = policies.body_at({"joint_body_id": joint_body_id})
    if found is None:
        raise Http404
    return found


def body_new(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Set up a joint body."""
    agreement = pages.agreement_of({"signed_agreement_id": signed_agreement_id})
    form = BodyForm(agreement, request.POST or None)
    made: list[JointBody] = []

    def work() -> JointBody:
        made.append(joint.set_up(agreement, actor_id=request.user.pk, **form.cleaned_data))
        return made[0]

    if request.method == "POST" and form.is_valid() and pages.done(
        request, "body_new", work, _("The body is set up; each party names its members."),
    ):  # fmt: skip
        # A second click made nothing: the body stands on the agreement's page.
        return redirect("life:body", made[0].pk) if made else redirect("life:life", agreement.pk)
    return pages.form_page(request, agreement, _("Set up a joint body"), form)


@require_GET
def body(request: HttpRequest, joint_body_id: uuid.UUID) -> HttpResponse:
    """Show a joint body; who sits in it also sees what waits for it."""
    row, account = _body(joint_body_id), policies.account_of(request)
    seat = bodies.seat_of(account, row)
    sits = seat is not None or standing.sits_at(account, row.agreement)
    party = standing.acting_party(account, row.agreement)
    texts = row.texts.select_related("question", "application__firm")
    questions = row.questions.select_related("party__organisation", "version")
    answered = set(
        JointText.objects.filter(question__body=row, confirmed_on__isnull=False).values_list(
            "question_id", flat=True
        )
    )
    context = {
        "body": row, "agreement": row.agreement, "seat": seat, "sits": sits, "party": party, "key": new_key(),
        "sides": _sides(row), "today": standing.today(),
        "sittings": row.sittings.filter(withdrawn=False) if sits else [],
        "opinions": [one for one in texts if one.kind == "opinion" and (one.confirmed_on or seat)],
        "questions": [(one, one.pk in answered) for one in questions if sits or one.pk in answered],
        "applications": Application.objects.filter(body=row, state="waiting").select_related("firm")
        if seat else [],
        "decided": Application.objects.filter(body=row).exclude(state="waiting").select_related("firm")
        if seat else [],
        "asks": seat is not None or party is not None, "member_form": MemberForm(),
        "sitting_form": SittingForm(),
        "question_form": QuestionForm(row.agreement), "opinion_form": OpinionForm(),
    }  # fmt: skip
    return render(request, "life/body.html", context)


def _sides(row: JointBody) -> list[tuple[str, list[Member]]]:
    found: dict[str, list[Member]] = {}
    for one in bodies.members_on(standing.today()).filter(body=row):
        found.setdefault(str(Side(one.party.side).label), []).append(one)
    return sorted(found.items())


def _posted(
    request: HttpRequest, row: JointBody, action: str, form: Any, work: Any, words: str
) -> HttpResponse:
    if form.is_valid():
        if pages.done(request, action, lambda: work(**form.cleaned_data), words):
            return redirect("life:body", row.pk)
        return redirect("life:body", row.pk)
    return pages.form_page(request, row.agreement, row.name, form)


@require_POST
def member(request: HttpRequest, joint_body_id: uuid.UUID) -> HttpResponse:
    """Name a member for one's party."""
    row = _body(joint_body_id)
    return _posted(
        request, row, "member", MemberForm(request.POST),
        lambda **said: joint.name_member(row, actor_id=request.user.pk, **said), _("The member is named."),
    )  # fmt: skip


@require_POST
def member_end(request: HttpRequest, body_member_id: uuid.UUID) -> HttpResponse:
    """End a seat in a body."""
    row = get_object_or_404(Member.objects.all(), pk=body_member_id)
    pages.done(
        request,
        "member_end",
        lambda: joint.end_member(row, actor_id=request.user.pk),
        _("The seat has ended."),
    )
    return redirect("life:body", row.body_id)


@require_POST
def sitting(request: HttpRequest, joint_body_id: uuid.UUID) -> HttpResponse:
    """Write a date into the body's calendar."""
    row = _body(joint_body_id)
    return _posted(
        request, row, "sitting", SittingForm(request.POST),
        lambda **said: joint.add_sitting(row, actor_id=request.user.pk, **said), _("The date is written."),
    )  # fmt: skip


@require_POST
def ask(request: HttpRequest, joint_body_id: uuid.UUID) -> HttpResponse:
    """Put a question on a clause."""
    row = _body(joint_body_id)
    return _posted(
        request, row, "ask", QuestionForm(row.agreement, request.POST),
        lambda **said: joint.ask(row, actor_id=request.user.pk, **said), _("The question is put."),
    )  # fmt: skip


@require_POST
def joint_text(request: HttpRequest, joint_body_id: uuid.UUID) -> HttpResponse:
    """Propose an opinion of the body, or a joint answer to one of its questions."""
    row = _body(joint_body_id)
    question = (
        row.questions.filter(pk=request.POST.get("question") or None).first() if _uuid(request) else None
    )
    form: Any = TextForm(request.POST) if question else OpinionForm(request.POST)
    return _posted(
        request, row, "joint_text", form,
        lambda **said: joint.propose_text(row, actor_id=request.user.pk, question=question, **said),
        _("The text is proposed; it counts once a member of the other side confirms it."),
    )  # fmt: skip


def _uuid(request: HttpRequest) -> bool:
    try:
        uuid.UUID(request.POST.get("question", ""))
    except ValueError:
        return False
    return True


@require_POST
def confirm_text(request: HttpRequest, joint_text_id: uuid.UUID) -> HttpResponse:
    """Confirm a joint text as a member of another side."""
    row = get_object_or_404(JointText.objects.all(), pk=joint_text_id)
    pages.done(
        request, "confirm_text", lambda: joint.confirm_text(row, actor_id=request.user.pk),
        _("Confirmed: the body says it as one."),
    )  # fmt: skip
    if row.application_id:
        return redirect("life:application", row.application_id)
    return redirect("life:body", row.body_id)


@require_GET
def interpretation(request: HttpRequest, interpretation_id: uuid.UUID) -> HttpResponse:
    """Show a question: what each side holds, and the joint answer."""
    found = Question.objects.select_related(
        "body__agreement__table", "party__organisation", "version__agreement"
    )
    row = get_object_or_404(found, pk=interpretation_id)
    account = policies.account_of(request)
    seat = bodies.seat_of(account, row.body)
    sits = seat is not None or standing.sits_at(account, row.body.agreement)
    text, force = text_of(row.version), life.in_force(row.body.agreement, standing.today())
    joints = list(row.joint_answers.all())
    newest = {one.side: one for one in row.side_answers.select_related("party__organisation")}
    context = {
        "row": row, "agreement": row.body.agreement, "seat": seat, "sits": sits, "key": new_key(),
        "number": text.numbers.get(row.clause, ""), "clause": text.clauses.get(row.clause),
        "blocks": blocks(text.clauses[row.clause].body) if row.clause in text.clauses else [],
        "now": clauses.now(force, row.version, row.clause),
        "words_of": row.version.agreement if row.version.agreement_id != row.body.agreement_id else None,
        "answer": next((one for one in joints if one.confirmed_on), None),
        "sides": [(Side(side).label, one) for side, one in sorted(newest.items())] if sits else [],
        "open": [
            (one, seat is not None and one.proposed_side != seat.party.side) for one in joints
            if one.confirmed_on is None
        ] if sits else [],
        "form": TextForm(),
    }  # fmt: skip
    return render(request, "life/interpretation.html", context)


@require_POST
def side_answer(request: HttpRequest, interpretation_id: uuid.UUID) -> HttpResponse:
    """Write what one's side holds on a question."""
    row = get_object_or_404(Question.objects.select_related("body"), pk=interpretation_id)
    pages.done(
        request, "side_answer",
        lambda: joint.answer_for_side(row, actor_id=request.user.pk, text=request.POST.get("text", "")),
        _("Your side's answer is recorded."),
    )  # fmt: skip
    return redirect("life:interpretation", row.pk)
