# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of an agreement's life: where it stands, the text in force on a day, notice, later parties."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tavolo.agreements import standing
from tavolo.agreements.life import clauses, policies, rules
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.forms import AmendForm, JoinForm, NoticeForm, TermsForm
from tavolo.agreements.life.models import Accession, JointBody, JointText, Termination, Terms
from tavolo.agreements.life.services import terms as service
from tavolo.agreements.life.services.amending import begin_amending
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.common.idempotency import new_key
from tavolo.dialogue.acting import attempt

PHASES = {
    "coming": gettext_lazy("not in force yet"), "in_force": gettext_lazy("in force"),
    "renewed": gettext_lazy("in force, renewed"),
    "under_notice": gettext_lazy("in force, under notice of termination"),
    "continued": gettext_lazy("expired; its rules go on (continued effect)"),
    "ended": gettext_lazy("no longer in force"),
}  # fmt: skip
DATES = {
    "starts": gettext_lazy("comes into force"), "notice_by": gettext_lazy("last day to give notice"),
    "renews": gettext_lazy("renews itself unless notice is given"),
    "ends": gettext_lazy("last day in force"), "effect": gettext_lazy("last day in force, by notice"),
    "continued_until": gettext_lazy("last day of continued effect"),
}  # fmt: skip


def agreement_of(arguments: dict[str, Any]) -> Agreement:
    """Return the signed agreement an address names, or 404."""
    found = policies.agreement_at(arguments)
    if found is None:
        raise Http404
    return found


def form_page(
    request: HttpRequest, agreement: Agreement, heading: str, form: forms.Form, lead: str = ""
) -> HttpResponse:
    """Show a form of this part."""
    context = {"agreement": agreement, "heading": heading, "lead": lead, "form": form, "key": new_key()}
    return render(request, "life/form.html", context)


def done(request: HttpRequest, action: str, work: Callable[[], Any], words: str) -> bool:
    """Do `work` once for this form; its result may be a row."""
    return attempt(request, f"life.{action}", lambda: str(getattr(work(), "pk", "")), words)


@require_GET
def life_page(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Show where an agreement stands, its days, terms, who is bound, its bodies, what amends it."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    account = policies.account_of(request)
    terms, force = life.terms_of(agreement), life.force(agreement)
    at = {"signed_agreement_id": agreement.pk}
    sits = standing.sits_at(account, agreement)
    proposed = life.proposed_terms(agreement) if sits else None
    party = standing.acting_party(account, agreement)
    signatory = life.acting_signatory(account, agreement)
    context = {
        "agreement": agreement, "terms": terms, "force": force, "key": new_key(), "sits": sits,
        "phase": PHASES[force.phase] if force else "", "dates": dates_of(agreement),
        "bound": life.bound(agreement), "apart": life.apart(agreement),
        "family": life.family(agreement)[1:], "proposed": proposed,
        "may_assent": proposed is not None and party is not None
        and not proposed.assents.filter(party=party).exists(),
        "notices": Termination.objects.filter(agreement=agreement).select_related("party__organisation"),
        "accessions": [
            (one, sits and signatory is not None and one.state == Accession.State.ASKED
             and not one.answers.filter(party=signatory).exists())
            for one in agreement.accessions.select_related("organisation")
            if sits or one.state == Accession.State.JOINED
        ],
        "bodies": JointBody.objects.filter(agreement=agreement), "party": party,
        "enters": policies.enters(request, at), "signed": signatory is not None,
        "joins": policies.may_join(request, at), "owns": policies.owns_firm(request, at),
    }  # fmt: skip
    return render(request, "life/life.html", context)


def dates_of(agreement: Agreement) -> list[tuple[Any, date]]:
    """Return the days to know of an agreement, in words and in order."""
    terms = life.terms_of(agreement)
    if terms is None:
        return []
    notice = life.notice_for_all(agreement, terms)
    found = rules.key_dates(life.term_of(terms), standing.today(), notice.effect_on if notice else None)
    return [(DATES[one.kind], one.on) for one in found]


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("giorno", ""))
    except ValueError:
        return standing.today()


def shown(text: Text, taken: dict[str, Agreement]) -> list[dict[str, Any]]:
    """Return a text's clauses for the page: number, title, blocks, the amending agreement, joint answers."""
    return [
        {"clause": one, "number": text.numbers.get(one.id, ""), "blocks": blocks(one.body),
         "from": taken.get(one.id)}
        for one in text.clauses.values() if one.id != ROOT
    ]  # fmt: skip


@require_GET
def text(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Show the text in force on a day, with what later agreements changed under their names."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    day = _day(request)
    force = life.in_force(agreement, day)
    found = force.text
    answered = JointText.objects.filter(
        body__agreement=agreement, kind=JointText.Kind.INTERPRETATION, confirmed_on__lte=day
    ).values_list("question__clause", flat=True)
    context = {
        "agreement": agreement, "day": day, "found": found, "answered": set(answered),
        "clauses": shown(found, force.taken) if found else [], "removed": force.removed,
        "preamble": blocks(found.root.body) if found else [],
        "amending": life.texts_in_force(agreement, day)[1:],
    }  # fmt: skip
    return render(request, "life/text.html", context)


@require_GET
def clause(request: HttpRequest, signed_agreement_id: uuid.UUID, clause_ref: str) -> HttpResponse:
    """Show one clause with the joint answers on how it is to be read."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    own, force = text_of(current(agreement)), life.in_force(agreement, standing.today())
    text = force.text if force.text and clause_ref in force.text.clauses else own
    if clause_ref not in text.clauses:
        raise Http404
    context = {
        "agreement": agreement, "one": text.clauses[clause_ref], "number": text.numbers.get(clause_ref, ""),
        "blocks": blocks(text.clauses[clause_ref].body),
        "answers": [
            (one, _on_other_words(one, text.clauses[clause_ref]))
            for one in interpretations(agreement, clause_ref)
        ],
        "from": force.taken.get(clause_ref), "fell": force.text is not None and text is own
        and clause_ref not in force.text.clauses,
    }  # fmt: skip
    return render(request, "life/clause.html", context)


def _on_other_words(answer: JointText, clause: Clause) -> bool:
    """Say whether a joint answer was given on words that are not those of the clause as it is shown."""
    asked = text_of(answer.question.version).clauses.get(clause.id)
    return asked is None or clauses.own_words(asked) != clauses.own_words(clause)


def interpretations(agreement: Agreement, clause_ref: str) -> list[JointText]:
    """Return the joint answers on a clause, oldest first: acts that stand beside the clause's words."""
    found = JointText.objects.filter(
        body__agreement=agreement, question__clause=clause_ref, confirmed_on__isnull=False
    )
    return list(
        found.select_related("question__party__organisation", "question__version", "body").order_by(
            "confirmed_on"
        )
    )


def amend(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Begin an agreement that amends this one."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    title = _("Changes to “%(title)s”") % {"title": agreement.title}
    form = AmendForm(request.POST or None, initial={"title": title[:300]})
    made: list[Agreement] = []

    def work() -> Agreement:
        made.append(begin_amending(agreement, actor_id=request.user.pk, **form.cleaned_data))
        return made[0]

    if request.method == "POST" and form.is_valid() and done(
        request, "amend", work, _("The draft is begun: it holds the text in force, to be changed."),
    ):  # fmt: skip
        # A second click made nothing: the draft is among the table's agreements.
        return (
            redirect("agreements:text", made[0].pk)
            if made
            else redirect("agreements:table", agreement.table_id)
        )
    lead = _("It begins as a copy of the text in force. What you change replaces the old words, what you "
             "take out falls, from the day the new agreement comes into force.")  # fmt: skip
    return form_page(request, agreement, _("Amend this agreement"), form, lead)


def terms(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Enter the terms the text sets."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and done(
        request, "terms", lambda: service.propose_terms(agreement, form.said(), actor_id=request.user.pk),
        _("The terms are entered; they hold once a party of each side has said they are those of the text."),
    ):  # fmt: skip
        return redirect("life:life", agreement.pk)
    lead = _("Write what the signed text says. Days and notices are worked out from here.")
    return form_page(request, agreement, _("Terms of the agreement"), form, lead)


@require_POST
def terms_assent(request: HttpRequest, life_terms_id: uuid.UUID) -> HttpResponse:
    """Say for one's party that the terms are those of the text."""
    row = get_object_or_404(Terms.objects.select_related("agreement__table"), pk=life_terms_id)
    done(
        request, "terms_assent", lambda: service.assent_to_terms(row, actor_id=request.user.pk),
        _("Your party's word is recorded."),
    )  # fmt: skip
    return redirect("life:life", row.agreement_id)


def notice(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Give notice of termination for one's party."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and done(
        request, "notice",
        lambda: service.give_notice(agreement, actor_id=request.user.pk, **form.cleaned_data),
        _("The notice is recorded and the other parties are told."),
    ):  # fmt: skip
        return redirect("life:life", agreement.pk)
    terms, lead = life.terms_of(agreement), ""
    if terms is not None:
        effect = rules.effect_of_notice(life.term_of(terms), standing.today())
        lead = _("Given today, the agreement's last day would be %(day)s. A notice is not taken back.") % {
            "day": f"{effect:%d/%m/%Y}"
        }
    return form_page(request, agreement, _("Notice of termination"), form, lead)


def join(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Declare that one's organisation joins the agreement."""
    agreement = agreement_of({"signed_agreement_id": signed_agreement_id})
    own = service.may_join_for(request.user.pk, agreement)
    form = JoinForm(own, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in own if str(one.pk) == form.cleaned_data["organisation"])
        if done(
            request, "join",
            lambda: service.ask_to_join(
                agreement, chosen, actor_id=request.user.pk, text=form.cleaned_data["text"]
            ),
            _("The declaration is recorded; the signatories are told."),
        ):  # fmt: skip
            return redirect("life:life", agreement.pk)
    return form_page(request, agreement, _("Join this agreement"), form)


@require_POST
def accession_answer(request: HttpRequest, accession_id: uuid.UUID) -> HttpResponse:
    """Give a signatory's word on a later party."""
    row = get_object_or_404(Accession.objects.select_related("agreement__table"), pk=accession_id)
    consents = request.POST.get("do") == "consent"
    done(
        request, "accession_answer",
        lambda: service.answer_accession(
            row, actor_id=request.user.pk, consents=consents, text=request.POST.get("text", "")
        ),
        _("Your party's word is recorded."),
    )  # fmt: skip
    return redirect("life:life", row.agreement_id)
