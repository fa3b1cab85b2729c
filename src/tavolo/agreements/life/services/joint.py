# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Joint bodies: members, calendar, joint texts (opinions, interpretations), questions on a clause."""

from __future__ import annotations

import uuid
from datetime import date, time

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.life import bodies, clauses
from tavolo.agreements.life.models import (
    Application,
    BodyKind,
    JointBody,
    JointText,
    Member,
    Question,
    SideAnswer,
    Sitting,
)
from tavolo.agreements.life.telling import delegates, record, tell
from tavolo.agreements.models import Agreement
from tavolo.agreements.standing import today
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Party
from tavolo.people.models import Account

LONGEST = 4000


def _words(text: str) -> str:
    if not text.strip() or len(text) > LONGEST:
        raise Problem(_("Write a text, at most 4,000 characters."))
    return text.strip()


@transaction.atomic
def set_up(
    agreement: Agreement, *, actor_id: uuid.UUID, kind: str, name: str, tasks: str = "", clause: str = ""
) -> JointBody:
    """Set up a joint body the agreement provides for, by a contracting party or the secretariat."""
    party = standing.acting_party(actor_id, agreement)
    if party is None and not standing.is_secretary(actor_id, agreement):
        raise Problem(_("Only a delegate of a contracting party or the joint secretariat may do this."))
    if agreement.state not in standing.PUBLIC:
        raise Problem(_("The life of an agreement begins with its signature: it is not signed yet."))
    if kind not in BodyKind.values or not name.strip():
        raise Problem(_("Choose what the body is for and give it a name."))
    row = JointBody.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, kind=kind, name=name.strip()[:160],
        tasks=tasks.strip()[:LONGEST], clause=clause, created_on=today(),
    )  # fmt: skip
    role = "delegate" if party else "secretariat"
    record(agreement, "body_set_up", actor_id, role, {"kind": kind, "name": row.name}, row, "life.body")
    return row


@transaction.atomic
def name_member(body: JointBody, *, actor_id: uuid.UUID, email: str, starts_on: date | None = None) -> Member:
    """Name a person into a body for one's own party."""
    party = _own(body, actor_id)
    account = Account.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if account is None:
        raise Problem(_("Nobody has this address here: ask the person to register first."))
    if Member.objects.filter(body=body, account=account, ends_on__isnull=True).exists():
        raise Problem(_("This person sits in the body already."))
    row = Member.objects.create(
        territory_id=body.territory_id,
        body=body,
        party=party,
        account=account,
        starts_on=starts_on or today(),
    )
    record(body.agreement, "member_named", actor_id, "delegate",
           {"party": str(party.pk), "member": str(account.pk)}, body, "life.body")  # fmt: skip
    tell([account.pk], "member", body.agreement, about=body)
    return row


@transaction.atomic
def end_member(row: Member, *, actor_id: uuid.UUID) -> Member:
    """End a seat from today on, by the party that named the person, or the person."""
    row = (
        Member.objects.select_for_update(of=("self",))
        .select_related("body__agreement", "party")
        .get(pk=row.pk)
    )
    own = standing.acting_party(actor_id, row.body.agreement)
    if row.account_id != actor_id and (own is None or own.pk != row.party_id):
        raise Problem(_("A seat is ended by the party that gave it, or by the person."))
    if row.ends_on is not None:
        raise Problem(_("This seat has ended already."))
    row.ends_on = max(today(), row.starts_on)
    row.save(update_fields=["ends_on"])
    record(row.body.agreement, "member_ended", actor_id, "delegate",
           {"party": str(row.party_id), "member": str(row.account_id)}, row.body, "life.body")  # fmt: skip
    return row


def _own(body: JointBody, actor_id: uuid.UUID) -> Party:
    party = standing.acting_party(actor_id, body.agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party may do this."))
    return party


def _seat(body: JointBody, actor_id: uuid.UUID) -> Member:
    seat = bodies.seat_of(actor_id, body)
    if seat is None:
        raise Problem(_("Only a member of this joint body may do this."))
    return seat


@transaction.atomic
def add_sitting(
    body: JointBody, *, actor_id: uuid.UUID, on: date, title: str, at: time | None = None, place: str = ""
) -> Sitting:
    """Write a date into the body's calendar; its members have a notice."""
    _seat(body, actor_id)
    if not title.strip():
        raise Problem(_("Say what the date is for."))
    row = Sitting.objects.create(
        territory_id=body.territory_id, body=body, on=on, at=at, title=title.strip()[:160],
        place=place.strip()[:200],
    )  # fmt: skip
    tell(bodies.accounts_of(body) - {actor_id}, "sitting", body.agreement, about=body, what=row.title,
         day=f"{on:%d/%m/%Y}")  # fmt: skip
    return row


@transaction.atomic
def ask(body: JointBody, *, actor_id: uuid.UUID, clause: str, text: str) -> Question:
    """Put a question on a clause to a body: by a member of it, or who acts for a contracting party.

    The clause is one in force today, in the words of whatever amends it; "signed:ID" names the signed words
    of one that was replaced since.
    """
    body = (
        JointBody.objects.select_for_update(of=("self",)).select_related("agreement__table").get(pk=body.pk)
    )
    seat = bodies.seat_of(actor_id, body)
    party = seat.party if seat else _own(body, actor_id)
    found = clauses.chosen(body.agreement, today(), clause)
    if found is None:
        raise Problem(_("Choose the clause the question is about."))
    clause, version = found
    last = Question.objects.filter(body=body).aggregate(top=Max("number"))["top"] or 0
    row = Question.objects.create(
        territory_id=body.territory_id, body=body, number=last + 1, clause=clause, version=version,
        text=_words(text), party=party, asker_id=actor_id, asked_on=today(),
    )  # fmt: skip
    record(body.agreement, "question_asked", actor_id, "delegate",
           {"clause": clause, "party": str(party.pk)}, row, "life.question")  # fmt: skip
    people = bodies.accounts_of(body) | delegates(body.agreement)
    tell(people - {actor_id}, "question", body.agreement, about=row)
    return row


@transaction.atomic
def answer_for_side(row: Question, *, actor_id: uuid.UUID, text: str) -> SideAnswer:
    """Write what one's side holds on a question; a newer text replaces it as the one that counts."""
    # Questions are only ever added to: the body's row is the one that may be locked.
    JointBody.objects.select_for_update(of=("self",)).get(pk=row.body_id)
    row = Question.objects.select_related("body__agreement__table").get(pk=row.pk)
    seat = _seat(row.body, actor_id)
    if row.joint_answers.filter(confirmed_on__isnull=False).exists():
        raise Problem(_("The joint answer stands: the question is closed."))
    last = SideAnswer.objects.filter(question=row).aggregate(top=Max("number"))["top"] or 0
    made = SideAnswer.objects.create(
        territory_id=row.territory_id, question=row, side=seat.party.side, party=seat.party,
        text=_words(text), number=last + 1, given_by_id=actor_id, given_on=today(),
    )  # fmt: skip
    record(row.body.agreement, "side_answered", actor_id, "member",
           {"side": seat.party.side, "number": row.number}, row, "life.question")  # fmt: skip
    return made


@transaction.atomic
def propose_text(
    body: JointBody, *, actor_id: uuid.UUID, text: str, title: str = "", outcome: str = "",
    question: Question | None = None, application: Application | None = None,
) -> JointText:  # fmt: skip
    """Propose a joint text as a member of one side; it counts once a member of another side confirms it."""
    body = (
        JointBody.objects.select_for_update(of=("self",)).select_related("agreement__table").get(pk=body.pk)
    )
    seat = _seat(body, actor_id)
    kind = JointText.Kind.OPINION
    about = question or application
    if question is not None:
        kind = JointText.Kind.INTERPRETATION
    if application is not None:
        kind = JointText.Kind.APPLICATION
        if application.state != Application.State.WAITING or application.body_id != body.pk:
            raise Problem(_("This application is decided already, or is before another body."))
        if outcome not in (JointText.Outcome.POSITIVE, JointText.Outcome.NEGATIVE):
            raise Problem(_("Say whether the opinion is positive or negative."))
    if (
        about is not None
        and JointText.objects.filter(
            question=question, application=application, confirmed_on__isnull=False
        ).exists()
    ):
        raise Problem(_("Both sides have already answered this together."))
    row = JointText.objects.create(
        territory_id=body.territory_id, body=body, kind=kind, title=title.strip()[:200],
        outcome=outcome if application else "", text=_words(text), application=application,
        question=question, proposed_side=seat.party.side, proposed_by_id=actor_id, proposed_on=today(),
    )  # fmt: skip
    record(body.agreement, "joint_text_proposed", actor_id, "member",
           {"kind": kind, "side": seat.party.side}, row, "life.joint_text")  # fmt: skip
    others = {
        one.account_id
        for one in bodies.members_on(today()).filter(body=body)
        if one.party.side != seat.party.side
    }
    tell(others, "joint_text", body.agreement, about=body)
    return row


@transaction.atomic
def confirm_text(row: JointText, *, actor_id: uuid.UUID) -> JointText:
    """Confirm a joint text as a member of another side: from now on the body says it as one."""
    from tavolo.agreements.life.services.applying import close_with

    found = JointText.objects.select_for_update(of=("self",))
    row = found.select_related("body__agreement__table", "application", "question").get(pk=row.pk)
    seat = _seat(row.body, actor_id)
    if row.confirmed_on is not None:
        raise Problem(_("Both sides have confirmed this text already."))
    if seat.party.side == row.proposed_side:
        raise Problem(_("What your own side proposed is confirmed by a member of the other side."))
    if row.application is not None and row.application.state != Application.State.WAITING:
        raise Problem(_("This application is decided already, or is before another body."))
    rivals = JointText.objects.filter(confirmed_on__isnull=False).exclude(pk=row.pk)
    if row.question is not None and rivals.filter(question=row.question).exists():
        raise Problem(_("Both sides have already answered this together."))
    row.confirmed_side, row.confirmed_by_id, row.confirmed_on = seat.party.side, actor_id, today()
    row.save(update_fields=["confirmed_side", "confirmed_by_id", "confirmed_on"])
    content = {
        "kind": row.kind,
        "outcome": row.outcome,
        "sides": sorted({row.proposed_side, seat.party.side}),
    }
    if row.question is not None:
        content |= {"clause": row.question.clause, "question": str(row.question_id)}
    record(row.body.agreement, "joint_text_confirmed", actor_id, "member", content, row, "life.joint_text")
    if row.application is not None:
        close_with(row.application, positive=row.outcome == JointText.Outcome.POSITIVE, actor_id=actor_id)
    if row.question is not None:
        tell(delegates(row.body.agreement), "answered", row.body.agreement, about=row.question)
    return row
