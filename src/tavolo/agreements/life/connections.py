# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the register of acts and to the pages that gather from all parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.agreements import standing
from tavolo.agreements.life import at_once, bodies, policies, telling
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Accession, Application, JointBody, JointText, Question, Sitting
from tavolo.agreements.life.services import applying
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing.at_once import parties
from tavolo.common.idempotency import once
from tavolo.dialogue import hooks
from tavolo.language.folding import fold
from tavolo.ledger import readers

ACTS = {
    "life.terms_proposed": gettext_lazy("The terms of an agreement were entered"),
    "life.terms_assented": gettext_lazy("A party said that the terms are those of the text"),
    "life.terms_hold": gettext_lazy("The terms of an agreement were recorded by both sides"),
    "life.amending_begun": gettext_lazy("An agreement that amends another was begun"),
    "life.notice_given": gettext_lazy("Notice of termination was given"),
    "life.accession_asked": gettext_lazy("An organisation declared to join an agreement"),
    "life.accession_answered": gettext_lazy("A signatory answered on a later party"),
    "life.accession_joined": gettext_lazy("A later party joined an agreement"),
    "life.accession_refused": gettext_lazy("The joining of a later party was refused"),
    "life.body_set_up": gettext_lazy("A joint body was set up"),
    "life.member_named": gettext_lazy("A member of a joint body was named"),
    "life.member_ended": gettext_lazy("A seat in a joint body ended"),
    "life.question_asked": gettext_lazy("A question of interpretation was put"),
    "life.side_answered": gettext_lazy("A side answered a question of interpretation"),
    "life.joint_text_proposed": gettext_lazy("A joint text was proposed"),
    "life.joint_text_confirmed": gettext_lazy("A joint text was confirmed by both sides"),
    "life.application_asked": gettext_lazy("A firm asked to apply an agreement"),
    "life.application_checked": gettext_lazy("The committee verified a firm's application"),
    "life.application_applies": gettext_lazy("A firm applies an agreement"),
    "life.application_refused": gettext_lazy("A firm's application was refused"),
    "life.application_withdrawn": gettext_lazy("A firm took its application back"),
}


def connect() -> None:
    """Register everything; called once the application is ready."""
    readers.name_acts(ACTS)
    readers.readable("life.agreement", lambda request, pk: policies.is_public(request, _at(pk)))
    readers.readable("life.accession", _reads_accession)
    readers.readable("life.body", lambda request, pk: policies.is_public(request, {"joint_body_id": pk}))
    readers.readable(
        "life.question", lambda request, pk: policies.sees_question(request, {"interpretation_id": pk})
    )
    readers.readable("life.joint_text", _reads_joint_text)
    readers.readable(
        "life.application", lambda request, pk: policies.sees_application(request, {"application_id": pk})
    )
    hooks.door(door)
    hooks.waiting(waiting)
    hooks.event(events)
    hooks.finder("life", find)


def _at(pk: uuid.UUID) -> dict[str, Any]:
    return {"signed_agreement_id": pk}


def _reads_accession(request: HttpRequest, pk: uuid.UUID) -> bool:
    row = Accession.objects.filter(pk=pk).select_related("agreement").first()
    if row is None:
        return False
    account = policies.account_of(request)
    return row.state == Accession.State.JOINED or standing.sits_at(account, row.agreement)


def _reads_joint_text(request: HttpRequest, pk: uuid.UUID) -> bool:
    """Allow the body's members; everybody where it is confirmed and speaks of no firm."""
    row = JointText.objects.filter(pk=pk).first()
    if row is None:
        return False
    if row.application_id:
        return policies.sees_application(request, {"application_id": row.application_id})
    return row.confirmed_on is not None or policies.in_body(request, {"joint_text_id": pk})


def door(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to the life of the table's signed agreements: the newest one's page."""
    found = Agreement.objects.filter(table=table, state__in=standing.PUBLIC).order_by("-created_on", "-pk")
    newest = found.filter(amends__isnull=True).first() or found.first()
    if newest is None:
        return None
    return hooks.Door(
        title=_("Life of the agreement"),
        text=_("Until when it holds, who joined, joint bodies, firms that apply it."),
        link=reverse("life:life", args=[newest.pk]), order=80,
    )  # fmt: skip


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Yield terms and later parties to answer, joint texts to confirm, firms to verify."""
    signed = standing.signed_at_own_tables(account_id)
    parties(signed)
    own = {one: party for one in signed if (party := standing.acting_party(account_id, one)) is not None}
    at_once.terms(own)
    entered = {one: terms for one in own if (terms := life.proposed_terms(one)) is not None}
    prefetch_related_objects(list(entered.values()), "assents__party")
    for agreement, proposed in entered.items():
        side = own[agreement].side
        if all(one.party.side != side for one in proposed.assents.all()):
            yield hooks.Waiting(
                "life.terms", agreement.title, _("Say whether the terms entered are those of the text."),
                reverse("life:life", args=[agreement.pk]), None, agreement.table_id,
            )  # fmt: skip
    yield from _accessions(own)
    yield from _bodies(account_id)
    yield from _representatives(account_id)


def _accessions(own: Mapping[Agreement, Any]) -> Iterable[hooks.Waiting]:
    """Yield the later parties on which the party of each agreement has not answered."""
    party_of = {agreement.pk: party for agreement, party in own.items()}
    asked = Accession.objects.filter(agreement__in=list(party_of), state=Accession.State.ASKED)
    rows = asked.select_related("organisation", "agreement").prefetch_related("answers")
    for one in rows if party_of else ():
        if party_of[one.agreement_id].pk in {said.party_id for said in one.answers.all()}:
            continue
        text = _("%(who)s asks to join: give your party's word.") % {"who": one.organisation}
        link = reverse("life:life", args=[one.agreement_id])
        yield hooks.Waiting(
            "life.accession", one.agreement.title, text, link, None, one.agreement.table_id
        )  # fmt: skip


def _bodies(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Yield what waits in the joint bodies a person sits in: firms to verify, texts to confirm."""
    held = bodies.members_on(standing.today()).filter(account_id=account_id)
    seat_in = {seat.body_id: seat for seat in held.select_related("body__agreement")}
    firms = Application.objects.filter(body__in=list(seat_in), state="waiting").select_related("firm")
    for row in firms if seat_in else ():
        yield hooks.Waiting(
            "life.application", row.firm.name,
            _("A firm applies the agreement: verify it and give the opinion."),
            reverse("life:application", args=[row.pk]), row.opinion_by,
            seat_in[row.body_id].body.agreement.table_id,
        )  # fmt: skip
    answered = JointText.objects.filter(question=OuterRef("question"), confirmed_on__isnull=False)
    texts = JointText.objects.filter(
        ~Exists(answered), body__in=list(seat_in), confirmed_on__isnull=True, application__isnull=True
    )
    for text in texts if seat_in else ():
        seat = seat_in[text.body_id]
        if text.proposed_side == seat.party.side:
            continue
        link = (
            reverse("life:interpretation", args=[text.question_id])
            if text.question_id
            else reverse("life:body", args=[text.body_id])
        )
        yield hooks.Waiting(
            "life.joint_text", seat.body.name, _("A joint text waits for your side's confirmation."), link,
            None, seat.body.agreement.table_id,
        )  # fmt: skip


def _representatives(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    firms = applying.firms_of(account_id, "rsu")
    rows = Application.objects.filter(firm__in=firms, state="waiting", through="rsu") if firms else []
    for row in rows:
        yield hooks.Waiting(
            "life.rsu", row.agreement.title, _("Your firm asks to apply this agreement with you."),
            reverse("life:application", args=[row.pk]), None, row.agreement.table_id,
        )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Yield the days of the table's signed agreements, and the joint bodies' dates for who sits there."""
    from tavolo.agreements.life.views import dates_of

    found = list(Agreement.objects.filter(table=table, state__in=standing.PUBLIC))
    at_once.terms(found)
    at_once.notices(found)
    for agreement in found:
        link = reverse("life:life", args=[agreement.pk])
        for what, on in dates_of(agreement):
            yield hooks.Event(on, "life.date", f"{agreement.title}: {what}", link)
    own = [agreement for agreement in found if standing.sits_at(account_id, agreement)]
    rows = Sitting.objects.filter(body__agreement__in=own, withdrawn=False).select_related("body")
    for row in rows if own else ():
        title = f"{row.body.name}: {row.title}"
        yield hooks.Event(row.on, "life.sitting", title, reverse("life:body", args=[row.body_id]))


def find(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Yield joint bodies and joint answers, which are public, whose words hold all words of the query."""
    wanted = fold(query).split()
    if not wanted:
        return
    for body in JointBody.objects.filter(agreement__state__in=standing.PUBLIC).select_related("agreement"):
        words = fold(f"{body.name} {body.tasks}")
        if all(word in words for word in wanted):
            link = reverse("life:body", args=[body.pk])
            yield hooks.Match("life.body", body.name, body.tasks[:200], link, 0.6, body.agreement.table_id)
    found = Question.objects.filter(joint_answers__confirmed_on__isnull=False).distinct()
    for row in found.select_related("body__agreement").prefetch_related("joint_answers"):
        answers = " ".join(one.text for one in row.joint_answers.all() if one.confirmed_on)
        if all(word in fold(f"{row.text} {answers}") for word in wanted):
            link = reverse("life:interpretation", args=[row.pk])
            yield hooks.Match(
                "life.interpretation", row.text[:120], answers[:200], link, 0.7, row.body.agreement.table_id
            )


def remind(today: date) -> int:
    """Tell of near days and of opinions about to be late; close by silence where the terms say so."""
    from tavolo.agreements.life.views import dates_of

    told = applying.close_by_silence(today)
    for agreement in Agreement.objects.filter(state__in=standing.PUBLIC, table__isnull=False):
        for what, on in dates_of(agreement):
            if (on - today).days in (60, 30, 7):
                people = telling.delegates(agreement)
                told += _once(
                    f"{agreement.pk}:{on}:{(on - today).days}", people, "date", agreement, None, str(what), on
                )
    for row in Application.objects.filter(
        state="waiting", opinion_by__in=[today + timedelta(days=7), today, today - timedelta(days=1)]
    ).select_related("agreement", "body"):
        told += _once(
            f"{row.pk}:{row.opinion_by}:{today}", bodies.accounts_of(row.body), "application", row.agreement,
            row,
            "", row.opinion_by,
        )  # fmt: skip
    return told


def _once(
    key: str, people: set[uuid.UUID], kind: str, agreement: Any, about: Any, what: str, on: date
) -> int:
    with once(key, account_id=None, action="life.remind") as call:
        if call.again:
            return 0
        telling.tell(people, kind, agreement, about=about, what=what, day=f"{on:%d/%m/%Y}")
        return 1
