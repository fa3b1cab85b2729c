# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Preparing, opening and closing a plain ballot."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.common.limits import limit
from tavolo.common.removals import removal
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.models import Consent, Consultation, Party, StatementVersion, Translation
from tavolo.dialogue.plain_ballots import gathering, services, showing
from tavolo.dialogue.plain_ballots.forms import (
    BallotForm,
    QuestionForm,
    RuleForm,
    TextForm,
    TranslationForm,
    ballot_form,
    language,
)
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.plain_ballots.views import ballot_of
from tavolo.dialogue.services import closing, opening
from tavolo.dialogue.views_preparing import acting_promoter, form_page

UPLOADS_PER_HOUR = 30


def new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Prepare a ballot."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    form = BallotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[PlainBallot] = []

        def work() -> str:
            made.append(services.create_ballot(table=table, actor_id=request.user.pk, **form.cleaned_data))
            return str(made[0].consultation_id)

        if attempt(request, "create_ballot", work):
            if made:
                return redirect("plain_ballots:ballot", made[0].consultation_id)
            return redirect("plain_ballots:ballots", table.pk)
    return form_page(request, _("New ballot"), form, table=table, back=("plain_ballots:ballots", table.pk))


def text(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Give the exact text voted on."""
    found = ballot_of(request, ballot_id=ballot_id)
    form = TextForm(request.POST or None, request.FILES or None, initial=ballot_form(found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        upload = data["file"]

        def work() -> None:
            if upload:
                limit(f"upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)
            services.set_text(
                found, actor_id=request.user.pk, title=data["title"], text="" if upload else data["text"],
                upload=upload, name=upload.name if upload else "",
            )  # fmt: skip

        if attempt(request, "ballot_text", work, _("The text is kept, with its fingerprint.")):
            return redirect("plain_ballots:ballot", ballot_id)
    lead = _("From the opening on this text cannot change. Consents already given lapse when it changes now.")
    return form_page(
        request, _("The text voted on"), form, lead=lead, upload=True,
        back=("plain_ballots:ballot", ballot_id),
    )  # fmt: skip


def choose_rule(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Choose by which rule the votes are counted, each explained beside its name."""
    found = ballot_of(request, ballot_id=ballot_id)
    chosen = {"rule_set": found.rule_set, "day": found.rule_day} if found.rule_set else None
    form = RuleForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            request,
            "ballot_rule",
            lambda: services.choose_rule(
                found, actor_id=request.user.pk, rule_set=data["rule_set"], day=data["day"],
                terms=form.terms(),
            ),
            _("The rule is chosen; it is shown to everybody before the opening."),
        )  # fmt: skip
        if done:
            return redirect("plain_ballots:ballot", ballot_id)
    said, now = language(), standing.today()
    rows = [showing.rule_card(one, now, said) for one in services.usable_rules(now)]
    picked = form["rule_set"].value() or ""
    context = {
        "ballot": found, "consultation": found.consultation, "form": form, "rows": rows, "key": new_key(),
        "picked": picked, "own": [form[name] for name in form.fields if name not in ("rule_set", "day")],
        "version": load().version[:12],
    }  # fmt: skip
    return render(request, "plain_ballots/choose_rule.html", context)


def questions(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """List the questions and add one."""
    found = ballot_of(request, ballot_id=ballot_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            request,
            "ballot_question",
            lambda: str(
                services.add_question(
                    found, actor_id=request.user.pk, text=data["text"], kind=data["kind"],
                    options=data["options"], most=data["most"] or 1,
                ).pk
            ),
            _("The question has been added."),
        )  # fmt: skip
        if done:
            return redirect("plain_ballots:questions", ballot_id)
    context = {
        "ballot": found, "consultation": found.consultation, "form": form, "key": new_key(),
        "questions": showing.questions(found, language()),
        "changeable": found.consultation.state == Consultation.State.DRAFT,
    }  # fmt: skip
    return render(request, "plain_ballots/questions.html", context)


@require_POST
@removal
def remove_question(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """Take a question out."""
    found = ballot_of(request, question_id=question_id)
    question = get_object_or_404(Question, pk=question_id)
    return carry_out(
        request,
        "remove_question",
        lambda: services.remove_question(question, actor_id=request.user.pk),
        _("The question has been taken out."),
        to=("plain_ballots:questions", found.consultation_id),
    )


def translate(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """Add or correct a question's translation, its options together with it."""
    found = ballot_of(request, question_id=question_id)
    question = get_object_or_404(Question.objects.select_related("ballot", "statement"), pk=question_id)
    options = question.options.select_related("statement")
    statements = [question.statement, *(option.statement for option in options)]
    code = request.GET.get("lingua", "en")
    form = TranslationForm(statements, request.POST or None, initial=_translations(statements, code))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        chosen = data.pop("language")
        texts = {uuid.UUID(key): words for key, words in data.items()}
        done = attempt(
            request,
            "translate_question",
            lambda: services.translate(question, actor_id=request.user.pk, language=chosen, texts=texts),
            _("The translation has been saved."),
        )
        if done:
            return redirect("plain_ballots:questions", found.consultation_id)
    title = _("Question %(number)s: translation") % {"number": question.number}
    return form_page(request, title, form, back=("plain_ballots:questions", found.consultation_id))


def _translations(statements: list[Any], code: str) -> dict[str, str]:
    versions = StatementVersion.objects.filter(statement__in=statements, open_to_votes=True)
    rows = Translation.objects.filter(version__in=versions, language=code).select_related("version")
    return {"language": code} | {str(row.version.statement_id): row.text for row in rows}


def consent_to_open(found: PlainBallot, party: Party, actor_id: uuid.UUID) -> bool:
    """Give a promoter's yes to opening, and tell the others; returns whether the ballot is open now."""
    with transaction.atomic():
        done = opening.consent_to_open(found.consultation, party=party, actor_id=actor_id)
        if not done:
            gathering.tell_promoters(found.consultation, "plain_ballots.consent_awaited", but=party.pk)
    return done


def consent_to_close(found: PlainBallot, party: Party, actor_id: uuid.UUID) -> bool:
    """Close after the last day, else give a promoter's yes to closing; returns whether it is closed now."""
    consultation = found.consultation
    with transaction.atomic():
        if is_due(consultation):
            closing.close_when_due(consultation, actor_id=actor_id)
            done = True
        else:
            done = closing.consent_to_close(consultation, party=party, actor_id=actor_id)
        if done:
            gathering.tell_promoters(consultation, "plain_ballots.closed")
    return done


def is_due(consultation: Consultation) -> bool:
    """Say whether the announced last day has passed."""
    return consultation.closes_on is not None and standing.today() > consultation.closes_on


def open_ballot(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Give the party's yes to opening; the last promoter's yes opens."""
    found = ballot_of(request, ballot_id=ballot_id)
    consultation = found.consultation
    if request.method == "POST":
        party = acting_promoter(request, consultation)
        done = attempt(
            request, "open_ballot", lambda: consent_to_open(found, party, request.user.pk)
        )  # fmt: skip
        if done:
            _say(request, consultation, _("The ballot is open."))
            return redirect("plain_ballots:ballot", ballot_id)
    context = {
        "ballot": found, "consultation": consultation, "key": new_key(),
        "rule": showing.rule(found, language()), "questions": showing.questions(found, language()),
        "groups": consultation.groups.select_related("party__organisation", "constituency"),
        "waiting": opening.missing_consents(consultation, Consent.Action.OPEN),
    }  # fmt: skip
    return render(request, "plain_ballots/open.html", context)


def close_ballot(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Give the party's yes to closing, or close after the last day."""
    found = ballot_of(request, ballot_id=ballot_id)
    consultation = found.consultation
    if request.method == "POST":
        party = acting_promoter(request, consultation)
        done = attempt(
            request, "close_ballot", lambda: consent_to_close(found, party, request.user.pk)
        )  # fmt: skip
        if done:
            _say(request, consultation, _("The ballot is closed and counted; the ballots are anonymous."))
            return redirect("plain_ballots:ballot", ballot_id)
    context = {
        "ballot": found, "consultation": consultation, "key": new_key(), "due": is_due(consultation),
        "waiting": opening.missing_consents(consultation, Consent.Action.CLOSE),
    }  # fmt: skip
    return render(request, "plain_ballots/close.html", context)


def _say(request: HttpRequest, consultation: Consultation, changed: str) -> None:
    before = consultation.state
    consultation.refresh_from_db()
    waiting = _("Your party's consent is recorded; the others' is still missing.")
    messages.success(request, changed if consultation.state != before else waiting)
