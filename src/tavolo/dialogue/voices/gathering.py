# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the part gives to pages that gather: doors, what awaits a person, events, search.

An author is told of a decision only where they look: a notice would be a row that joins them to a text.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue import standing
from tavolo.dialogue.hooks import VOTES, Door, Event, Match, Waiting
from tavolo.dialogue.models import Consultation, Roll
from tavolo.dialogue.voices import moderating, offices, outcomes, policies, proposing, rulebook, seeds
from tavolo.dialogue.voices.models import Guarantor, Moderator, Outcome, Proposal, RuleBook

State = Proposal.State
TOLD_FOR = timedelta(days=14)
DECIDED = {
    State.ACCEPTED: gettext_lazy("A statement of yours was accepted"),
    State.REFUSED: gettext_lazy("A statement of yours was refused: you can appeal"),
    State.REINSTATED: gettext_lazy("The guarantors have accepted a statement of yours"),
    State.UPHELD: gettext_lazy("The guarantors have answered your appeal"),
}


def links_of(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    """Return what a visitor can do with participants' statements of a consultation."""
    if consultation.imported or consultation.kind != Consultation.Kind.STATEMENTS:
        return {"shown": False}
    account = request.user.pk if request.user.is_authenticated else None
    arguments = {"consultation_id": consultation.pk}
    on_roll = account is not None and dialogue_policies.on_roll(request, arguments)
    moderates = account is not None and offices.moderates(account, consultation)
    rows = Proposal.objects.filter(consultation=consultation)
    is_open = consultation.state == Consultation.State.OPEN
    return {
        "shown": True,
        "proposes": on_roll and is_open and rulebook.in_force(consultation.table_id) is not None,
        "own": on_roll and not is_open and bool(proposing.own_proposals(consultation, account)),
        "moderates": moderates,
        "pending": rows.filter(state__in=moderating.PENDING).count() if moderates else 0,
        "guarantees": account is not None and offices.guarantees(account, consultation.table_id),
        "translates": policies.translates(request, arguments),
        "results": consultation.has_results,
        "any": rows.exists(),
    }


def door(request: HttpRequest, table: Any) -> Door:
    """Lead to the rules of moderation."""
    book = rulebook.in_force(table.pk)
    text = _("How statements proposed by participants are decided on, and by whom.")
    badge = _("edition %(n)s") % {"n": book.number} if book else ""
    return Door(_("Rules of moderation"), text, reverse("voices:rules", args=[table.pk]), 60, badge, VOTES)


def waiting(account_id: uuid.UUID) -> Iterable[Waiting]:
    """Return proposals to decide on, appeals to answer, wordings to consent to, own refusals."""
    yield from _to_decide(account_id)
    yield from _appeals(account_id)
    for seed, party in seeds.awaiting(account_id):
        found = seed.version.consultation
        yield Waiting(
            "voices.seed", _("A statement waits for your party's consent"),
            _("%(party)s: statement %(number)s of “%(title)s”.")
            % {"party": party, "number": seed.version.statement.number, "title": found.title},
            reverse("dialogue:statements", args=[found.pk]), table_id=found.table_id,
        )  # fmt: skip
    yield from _own(account_id)


def _to_decide(account_id: uuid.UUID) -> Iterator[Waiting]:
    day = standing.today()
    named = standing.holding(Moderator.objects.active_on(day).filter(account_id=account_id), day)
    named = named.values("table_id")
    tables = Q(table__secretaries__account_id=account_id) | Q(table__in=named)
    rows = Consultation.objects.filter(tables, proposals__state__in=moderating.PENDING).distinct()
    for consultation in rows:
        entries = [e for e in moderating.queue(consultation, account_id) if not e.blocked]
        if entries:
            yield Waiting(
                "voices.queue", _("Proposals to decide on: %(n)s") % {"n": len(entries)}, consultation.title,
                reverse("voices:queue", args=[consultation.pk]), entries[0].proposal.due_on,
                consultation.table_id,
            )  # fmt: skip


def _appeals(account_id: uuid.UUID) -> Iterator[Waiting]:
    for office in Guarantor.objects.active_on(standing.today()).filter(account_id=account_id):
        if not offices.guarantees(account_id, office.table_id):
            continue
        rows = Consultation.objects.filter(table_id=office.table_id, proposals__state=State.APPEALED)
        for consultation in rows.distinct():
            yield Waiting(
                "voices.appeal", _("An appeal waits for an answer"), consultation.title,
                reverse("voices:guarantee", args=[consultation.pk]), table_id=office.table_id,
            )  # fmt: skip


def _own(account_id: uuid.UUID) -> Iterator[Waiting]:
    """Yield what was decided about one's own statements: what can be appealed, and for some days the rest.

    Reckoned anew at each visit from the author's mark: no row anywhere says who was told what.
    """
    asked = Roll.objects.filter(account_id=account_id).values("consultation_id")
    rows = Consultation.objects.filter(pk__in=asked, proposals__state__in=list(DECIDED)).distinct()
    for consultation in rows:
        fates = _fates(consultation)
        for one in proposing.own_proposals(consultation, account_id):
            row = one.proposal
            if row.statement_id in fates:
                yield Waiting(
                    "voices.fate", _("Read what became of a statement you proposed"), consultation.title,
                    reverse("voices:outcomes", args=[consultation.pk]) + f"#a-{row.statement.number}", None,
                    consultation.table_id,
                )  # fmt: skip
            elif row.state in DECIDED and (one.may_appeal_until is not None or _fresh(row)):
                yield Waiting(
                    f"voices.{row.state}", str(DECIDED[State(row.state)]), consultation.title,
                    reverse("voices:propose", args=[consultation.pk]), one.may_appeal_until,
                    consultation.table_id,
                )  # fmt: skip


def _fates(consultation: Consultation) -> set[uuid.UUID]:
    """Return the statements of a published consultation of which something was told in the last weeks."""
    if consultation.state != Consultation.State.PUBLISHED:
        return set()
    day = standing.today()
    return {found for found, on in outcomes.newest(consultation).items() if day < on + TOLD_FOR}


def _fresh(row: Proposal) -> bool:
    """Say whether a final decision is so recent that its author is still told of it."""
    answered = row.appeal.answered_on if hasattr(row, "appeal") else row.decided_on
    final = row.state in (State.ACCEPTED, State.REINSTATED, State.UPHELD)
    return bool(final and answered and standing.today() < answered + TOLD_FOR)


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[Event]:
    """Return editions of the rules, and days on which outcomes of visible consultations were written."""
    link = reverse("voices:rules", args=[table.pk])
    for book in RuleBook.objects.filter(table=table):
        title = _("Rules of moderation, edition %(n)s") % {"n": book.number}
        yield Event(book.starts_on, "voices.rules", title, link)
    visible = standing.visible_consultations(account_id).filter(table=table)
    rows = Outcome.objects.filter(consultation__in=visible).select_related("consultation")
    for on, pk, title in dict.fromkeys((r.written_on, r.consultation_id, r.consultation.title) for r in rows):
        yield Event(
            on, "voices.outcome", _("What became of “%(title)s”") % {"title": title},
            reverse("voices:outcomes", args=[pk]),
        )  # fmt: skip


def find(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    """Find outcomes of the consultations a person sees; never a proposal."""
    words = query.split()
    if not words:
        return
    rows = Outcome.objects.filter(consultation__in=standing.visible_consultations(account_id))
    for word in words[:8]:
        rows = rows.filter(text__icontains=word)
    for row in rows.select_related("consultation", "statement")[:20]:
        title = _("What became of statement %(n)s") % {"n": row.statement.number}
        link = reverse("voices:outcomes", args=[row.consultation_id]) + f"#a-{row.statement.number}"
        yield Match("voices.outcome", title, row.text[:200], link, 0.5, row.consultation.table_id)
