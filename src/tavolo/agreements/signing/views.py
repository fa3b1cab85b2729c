# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Where an agreement stands: its page, initials, the separate way, the members' vote, the reservation."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tavolo.agreements import standing
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.models import Agreement, StanceKind, Version
from tavolo.agreements.services.stances import matrix
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing import asking, at_once, forms, policies, reading, showing, stepping
from tavolo.agreements.signing.doing import act
from tavolo.agreements.signing.models import Frozen
from tavolo.agreements.signing.services import answering, initialling, sheets
from tavolo.agreements.text.model import ROOT
from tavolo.common.documents.html import html
from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.common.serving import stored_file
from tavolo.dialogue.models import Consultation, Table


def agreement_of(request: HttpRequest, agreement_id: uuid.UUID) -> Agreement:
    """Return the agreement an address names, or 404."""
    found = policies.agreement_at(request, {"initialled_id": agreement_id})
    if found is None:
        raise Http404
    return found


def shown(found: Agreement, frozen: Frozen | None) -> Version:
    """Return the version a person is asked about: the frozen one, else the newest."""
    return frozen.version if frozen and frozen.version else current(found)


def form_page(
    request: HttpRequest, found: Agreement, heading: str, form: Any, *, lead: str = "", button: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show a step's form, with the exact text it is about where `version` is given."""
    version = more.get("version")
    context = {
        "row": found, "heading": heading, "form": form, "lead": lead, "button": button, "key": new_key(),
        "paper": html(paper(text_of(version), language=found.language), title=False) if version else "",
        **more,
    }  # fmt: skip
    return render(request, "signing/form.html", context)


@require_safe
def table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List a table's agreements with where each stands, what is missing and who must act."""
    found = Table.objects.filter(pk=table_id).first()
    if found is None or not policies.sits_at_table(request, {"table_id": table_id}):
        raise Http404
    rows = list(standing.visible(request.user.pk).filter(table=found).order_by("-created_on", "title"))
    at_once.read(rows)
    at_once.phases(rows)
    listed = [
        {"row": row, "path": showing.path(row), "headline": showing.headline(row, reading.frozen_of(row))}
        for row in rows
    ]
    return render(request, "signing/table.html", {"table": found, "rows": listed})


@require_safe
def agreement(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Show where an agreement stands: a line of states, what is missing, who did what, what can be done."""
    found = agreement_of(request, initialled_id)
    account = policies.account_of(request)
    frozen = reading.frozen_of(found)
    party = standing.acting_party(account, found)
    now = reading.standing_of(found, frozen)
    lines, desk = reading.lines(found), standing.is_secretary(account, found)
    steps = stepping.steps(found, frozen, party, now, desk)
    missing = ", ".join(str(line.party) for line in lines if line.awaited)
    context = {
        "row": found, "frozen": frozen, "path": showing.path(found), "key": new_key(),
        "headline": showing.headline(found, frozen), "party": party,
        "version": shown(found, frozen),
        "lines": [
            {
                "line": line, "initial": showing.initial_words(line), "reply": showing.reply_words(line),
                "signature": showing.signature_words(line),
                "levels": [showing.level_words(one) for one in line.signatures],
            }
            for line in lines
        ],
        "steps": [one for one in steps if one.due], "others": [one for one in steps if not one.due],
        "coming": stepping.coming(found, frozen, missing),
        "desk": stepping.desk(steps, missing) if desk and party is None else "",
        "awaited": stepping.awaited_words(found.state), "made": found.state in showing.SIGNED,
        "votes": asking.votes_of(found, party),
        "asked": asking.asked_of(found, showing.rule_day(frozen)),
        "sealed": reading.sealed_of(found), "deposit": reading.deposit_of(found),
        "copies": reading.copies(found), "sits": standing.sits_at(account, found),
        "verify": sheets.verify_address(found), "open_amendments": open_amendments(found),
    }  # fmt: skip
    return render(request, "signing/agreement.html", context)


def open_amendments(found: Agreement) -> int:
    """Return how many lodged amendments the initials would leave outside the text."""
    return int(found.amendments.filter(state="open").count())


@require_safe
def text(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Show the frozen text with its hash: what the members vote on, what the parties sign."""
    found = policies.agreement_at(request, {"initialled_id": initialled_id}) or policies.voted_on(
        policies.account_of(request), initialled_id
    )
    frozen = reading.frozen_of(found) if found else None
    if found is None or frozen is None or frozen.version is None:
        raise Http404
    body = html(paper(text_of(frozen.version), language=found.language), title=False)
    return render(request, "signing/text.html", {"row": found, "frozen": frozen, "paper": body})


@require_safe
def sheet(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponseBase:
    """Send the printable sheet of the frozen text."""
    found = agreement_of(request, initialled_id)
    return stored_file(sheets.sheet(found).sheet)


def _reached(found: Agreement) -> str:
    return reverse("signing:agreement", args=[found.pk])


def initial(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Initial the exact text that is shown, with or without a reservation."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    form = forms.InitialForm(request.POST or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        facts = {key: value for key, value in form.cleaned_data.items() if key != "read"}
        work = lambda: initialling.initial(found, actor_id=request.user.pk, **facts)  # noqa: E731
        if act(request, "initial", work, _("Your party's initials are under the text.")):
            return redirect(_reached(found))
    party = standing.acting_party(request.user.pk, found)
    carried = initialling.substance(found, party, version) if party else []
    lead = _("The first initials freeze the text: no amendment enters it any more.")
    return form_page(
        request, found, _("Initial the text"), form, lead=lead, button=_("Initial"), version=version,
        carried=carried, open_amendments=open_amendments(found), own=_own_stances(found, party),
    )  # fmt: skip


def _own_stances(found: Agreement, party: Any) -> dict[str, Any]:
    """Return what a party has lodged on the clauses it is to initial: what it rejects, where it is silent."""
    if party is None:
        return {}
    rejects, silent = [], 0
    for row in matrix(found).rows:
        cell = next((one for one in row.cells if one.party.pk == party.pk), None)
        if row.clause.id == ROOT or cell is None:
            continue
        if cell.stance is None or cell.lapsed:
            silent += 1
        elif cell.stance.kind == StanceKind.REJECTS:
            rejects.append(f"{row.number} {row.clause.title}".strip())
    return {"rejects": rejects, "silent": silent}


@require_POST
def withdraw(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Take the party's initials back while not all are there."""
    found = agreement_of(request, initialled_id)
    act(
        request, "withdraw", lambda: initialling.withdraw(found, actor_id=request.user.pk),
        _("Your party's initials were taken back."),
    )  # fmt: skip
    return redirect(_reached(found))


def decline(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Record that the party does not initial, or does not sign."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    form = forms.WordsForm(request.POST or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        work = lambda: initialling.decline(found, actor_id=request.user.pk, **form.cleaned_data)  # noqa: E731
        if act(request, "decline", work, _("It is recorded, with your party's words.")):
            return redirect(_reached(found))
    return form_page(
        request, found, _("We do not go along"), form, button=_("Record it"),
        lead=_("It will read so on the agreement: who did, who did not, with your words."),
    )  # fmt: skip


def separate(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Propose to go on without the parties that do not go along."""
    found = agreement_of(request, initialled_id)
    form = forms.SeparateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = lambda: initialling.propose_separate(found, actor_id=request.user.pk, **form.cleaned_data)  # noqa: E731
        made = act(request, "separate", work, _("It is proposed: one consent of each side puts it in force."))
        if made:
            return redirect("delegations:decision", made)
    return form_page(
        request, found, _("Go on separately"), form, button=_("Propose"),
        lead=_("Who did this step goes on; the agreement names who did not. A party of the other side must "
               "consent."),
        going=stepping.going_on(found),
    )  # fmt: skip


def vote(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Tie a vote to the frozen text, or open one of one's own members."""
    found = agreement_of(request, initialled_id)
    party = standing.acting_party(request.user.pk, found)
    form = forms.VoteForm(found, request.user.pk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = lambda: _vote(request, found, form.cleaned_data)  # noqa: E731
        if act(request, "vote", work, _("The vote is linked.")):
            return redirect(_reached(found))
    return form_page(
        request, found, stepping.vote_words(party), form, button=_("Link or open the vote"),
        lead=_("The vote must ask about this exact text: its hash is compared. Each union asks its members "
               "in a vote of its own, or several in one they prepare together."),
        votes=asking.votes_of(found, party),
    )  # fmt: skip


def _vote(request: HttpRequest, found: Agreement, data: dict[str, Any]) -> Any:
    if data["ballot"]:
        ballot = Consultation.objects.filter(pk=data["ballot"], table_id=found.table_id).first()
        if ballot is None:
            raise Problem(_("Choose a ballot of this table."))
        return answering.link_vote(found, consultation=ballot, actor_id=request.user.pk)
    return answering.open_vote(
        found, actor_id=request.user.pk, constituency_id=uuid.UUID(data["constituency"]),
        rule_set=data["rule_set"], closes_on=data["closes_on"], together=data["together"],
    )  # fmt: skip


def reservation(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Lift the party's reservation, or record that its members said no."""
    found = agreement_of(request, initialled_id)
    frozen = reading.frozen_of(found)
    version, party = shown(found, frozen), standing.acting_party(request.user.pk, found)
    form = forms.ReservationForm(request.POST or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        lifts = data.pop("word") == "lifted"
        work = lambda: answering.reply(found, actor_id=request.user.pk, lifts=lifts, **data)  # noqa: E731
        if act(request, "reservation", work, _("Your party's answer is recorded.")):
            return redirect(_reached(found))
    return form_page(
        request, found, _("Answer to our reservation"), form, button=_("Record our answer"),
        votes=asking.votes_of(found, party), caution=asking.caution(found, party) if party else "",
        asked=asking.asked_of(found, showing.rule_day(frozen)),
        lead=_("What the rule computes stands below. It warns; it does not decide: your party does."),
    )  # fmt: skip
