# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Preparing a plain ballot: text, rule, questions. Opening and closing are the consultation's own.

Whatever changes here while promoters are consenting makes the consents already given lapse: a yes holds for
the ballot that was read. From opening on nothing changes any more; the database refuses it too.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import (
    Consent,
    Consultation,
    Party,
    Side,
    Statement,
    StatementVersion,
    Table,
    Translation,
)
from tavolo.dialogue.plain_ballots import layouts, results
from tavolo.dialogue.plain_ballots.models import Option, PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED, Terms, agreed_rule
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome
from tavolo.dialogue.plain_ballots.rules.model import RuleSet
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.services import consultations
from tavolo.ledger.services import record_act
from tavolo.people.models import Constituency, ConstituencyKind

FILE_KIND = "plain_ballots.text"
LONGEST_TEXT, LONGEST_WORDING = 200_000, 600
MOST_QUESTIONS, MOST_OPTIONS = 10, 30
CAPACITY = MOST_QUESTIONS * (MOST_OPTIONS + 1)
HASH_LENGTH = 64


@transaction.atomic
def create_ballot(
    *, table: Table, actor_id: uuid.UUID, title: str, introduction: str = "", closes_on: date | None = None
) -> PlainBallot:
    """Prepare a plain ballot, as the party the person acts for; who may promote is as for consultations."""
    consultation = consultations.create_consultation(
        table=table, actor_id=actor_id, title=title, question=title, introduction=introduction,
        closes_on=closes_on, capacity=CAPACITY,
    )  # fmt: skip
    consultation.kind = Consultation.Kind.BALLOT
    consultation.save(update_fields=["kind"])
    return PlainBallot.objects.create(territory=table.territory, consultation=consultation)


def _changeable(ballot: PlainBallot, actor_id: uuid.UUID) -> PlainBallot:
    """Return the locked ballot in preparation, its given consents lapsed; raise where it cannot change."""
    consultation = Consultation.objects.select_for_update().get(pk=ballot.consultation_id)
    consultations.require_promoter(consultation, actor_id)
    if consultation.state != Consultation.State.DRAFT:
        raise Problem(_("The ballot is open or closed: its text, rule and questions can no longer change."))
    consultation.consents.filter(action=Consent.Action.OPEN).delete()
    found = PlainBallot.objects.select_for_update().get(pk=ballot.pk)
    found.consultation = consultation
    return found


def usable_rules(day: date) -> list[RuleSet]:
    """Return the rule sets a ballot may be counted by on a day, the parties' own aside."""
    return [one for one in load().rule_sets.values() if one.vote not in ("none", "rsu") and one.holds_on(day)]


@transaction.atomic
def choose_rule(
    ballot: PlainBallot, *, actor_id: uuid.UUID, rule_set: str, day: date, terms: Terms | None = None
) -> PlainBallot:
    """Choose by which rule, as of which day, the ballot is counted; `terms` for the parties' own rule."""
    ballot = _changeable(ballot, actor_id)
    try:
        if rule_set == AGREED:
            if terms is None:
                raise Problem(_("Write the rule the parties agreed on: threshold, base, where it stands."))
            if not terms.where.strip():
                raise Problem(_("Say where the parties wrote this rule: the document and its date."))
            found = agreed_rule(terms)
        else:
            found = load().rule_set(rule_set)
    except RuleError as error:
        raise Problem(_("This rule cannot be used: %(why)s") % {"why": error}) from error
    if found.vote in ("none", "rsu"):
        raise Problem(_("This rule is not about a ballot of this kind: choose another one."))
    if not found.holds_on(day):
        raise Problem(_("On that day this rule was not in force. Choose another day or another rule."))
    ballot.rule_set, ballot.rule_day = rule_set, day
    ballot.terms = terms.as_dict() if rule_set == AGREED and terms else None
    ballot.save(update_fields=["rule_set", "rule_day", "terms"])
    _record(ballot, actor_id, "rule_chosen", {"rule_set": rule_set, "day": day.isoformat()})
    return ballot


@transaction.atomic
def set_text(
    ballot: PlainBallot, *, actor_id: uuid.UUID, title: str, text: str = "",
    upload: BinaryIO | None = None, name: str = "",
) -> PlainBallot:  # fmt: skip
    """Set the exact text voted on, written or as a file, and keep its SHA-256."""
    ballot = _changeable(ballot, actor_id)
    written = text.replace("\r\n", "\n").strip()
    if bool(written) == (upload is not None):
        raise Problem(_("Give the text itself or a file, one of the two."))
    if len(written) > LONGEST_TEXT:
        raise Problem(_("The text is too long for the page: upload it as a file."))
    if not title.strip():
        raise Problem(_("Say what the text is called."))
    ballot.text_title, ballot.text, ballot.file, ballot.text_link = title.strip(), written, None, ""
    if upload is not None:
        ballot.file = files.store(
            upload, kind=FILE_KIND, name=name, owner_id=None, subject_id=ballot.consultation_id
        )
        ballot.text_hash = ballot.file.sha256
    else:
        ballot.text_hash = hashlib.sha256(written.encode()).hexdigest()
    ballot.save()
    _record(ballot, actor_id, "text_set", {"sha256": ballot.text_hash})
    return ballot


@dataclass(frozen=True)
class Wording:
    """A text with its translations by language."""

    text: str
    translations: Mapping[str, str]

    @classmethod
    def of(cls, text: str | Wording) -> Wording:
        """Return a wording for plain text."""
        return text if isinstance(text, Wording) else cls(text, {})


@transaction.atomic
def add_question(
    ballot: PlainBallot, *, actor_id: uuid.UUID, text: str | Wording, kind: str = Question.Kind.YES_NO,
    options: Sequence[str | Wording] = (), most: int = 1,
) -> Question:  # fmt: skip
    """Add a question: yes or no, one of some options, or up to `most` of them."""
    ballot = _changeable(ballot, actor_id)
    _check_question(ballot, kind, options, most)
    number = (ballot.questions.aggregate(top=Max("number"))["top"] or 0) + 1
    question = Question.objects.create(
        territory=ballot.territory, ballot=ballot, number=number, kind=kind,
        most=most if kind == Question.Kind.APPROVAL else 1,
        statement=_statement(ballot.consultation, Wording.of(text)),
    )  # fmt: skip
    for place, words in enumerate(options, start=1):
        Option.objects.create(
            territory=ballot.territory, question=question, number=place,
            statement=_statement(ballot.consultation, Wording.of(words)),
        )  # fmt: skip
    return question


def _check_question(ballot: PlainBallot, kind: str, options: Sequence[str | Wording], most: int) -> None:
    if kind not in Question.Kind.values:
        raise Problem(_("Choose what kind of question it is."))
    if ballot.questions.count() >= MOST_QUESTIONS:
        raise Problem(_("A ballot has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
    if kind == Question.Kind.YES_NO:
        if options:
            raise Problem(_("A question to be answered yes or no has no options."))
        return
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Problem(_("Give at least two options, and at most %(most)s.") % {"most": MOST_OPTIONS})
    if len({Wording.of(words).text.strip().casefold() for words in options}) != len(options):
        raise Problem(_("Two options are worded alike: make each of them distinct."))
    if kind == Question.Kind.APPROVAL and not 2 <= most <= len(options):
        raise Problem(_("Say how many options may be marked: at least two, at most all of them."))


def _statement(consultation: Consultation, words: Wording) -> Statement:
    top = consultation.statements.aggregate(top=Max("number"))["top"] or 0
    last = StatementVersion.objects.filter(consultation=consultation).aggregate(top=Max("slot"))["top"]
    slot = 0 if last is None else last + 1
    if slot >= consultation.capacity:
        raise Problem(_("The ballots have no room for another question or option."))
    statement = Statement.objects.create(
        territory=consultation.territory, consultation=consultation, number=top + 1
    )
    version = StatementVersion.objects.create(
        territory=consultation.territory, consultation=consultation, statement=statement, slot=slot,
        text=_clean(words.text),
    )  # fmt: skip
    for language, text in words.translations.items():
        Translation.objects.create(
            territory=consultation.territory, version=version, language=language, text=_clean(text)
        )
    return statement


def _clean(text: str) -> str:
    words = text.strip()
    if not words:
        raise Problem(_("A question or an option needs words."))
    if len(words) > LONGEST_WORDING:
        raise Problem(_("Shorten it to %(most)s characters.") % {"most": LONGEST_WORDING})
    return words


@transaction.atomic
def remove_question(question: Question, *, actor_id: uuid.UUID) -> None:
    """Take a question out of a ballot in preparation, with its options and translations."""
    _changeable(question.ballot, actor_id)
    statements = [question.statement_id, *question.options.values_list("statement_id", flat=True)]
    question.delete()
    Statement.objects.filter(pk__in=statements).delete()


@transaction.atomic
def translate(
    question: Question, *, actor_id: uuid.UUID, language: str, texts: Mapping[uuid.UUID, str]
) -> None:
    """Add or correct the translation of a question and its options; `texts` by statement. Before opening."""
    ballot = _changeable(question.ballot, actor_id)
    own = {question.statement_id, *question.options.values_list("statement_id", flat=True)}
    for statement_id, text in texts.items():
        if statement_id not in own:
            raise Problem(_("This text does not belong to the question."))
        version = StatementVersion.objects.get(statement_id=statement_id, open_to_votes=True)
        if not text.strip():
            Translation.objects.filter(version=version, language=language).delete()
            continue
        Translation.objects.update_or_create(
            territory=ballot.territory, version=version, language=language, defaults={"text": _clean(text)}
        )


def check_ready(consultation: Consultation) -> None:
    """Raise Problem unless a ballot may open: a rule, a question, one side, one kind of constituency."""
    ballot = PlainBallot.objects.filter(consultation=consultation).first()
    rule_set = results.rule_of(ballot) if ballot else None
    if ballot is None or rule_set is None or ballot.rule_day is None:
        raise Problem(_("Choose first by which rule the votes are counted."))
    questions = list(ballot.questions.prefetch_related("options"))
    if not questions:
        raise Problem(_("Add at least one question before opening."))
    layout = layouts.read(consultation.pk)
    slots = {slot for question in layout.questions for slot in question.slots}
    if len(layout.questions) != len(questions) or slots != set(layout.slot_of.values()):
        raise Problem(_("A statement of this ballot belongs to no question: take it out before opening."))
    if any(q.kind == Question.Kind.YES_NO for q in questions) and not ballot.text_hash:
        raise Problem(_("Give the exact text that is voted on before opening."))
    kinds = {kind_of_vote(group) for group in consultation.groups.select_related("constituency")}
    if len(kinds) > 1:
        raise Problem(_("Members, workers and firms vote in separate ballots: ask only one of them."))


def kind_of_vote(group: Any) -> str:
    """Return which vote a constituency casts: members, workers, firms or others."""
    if group.side != Side.WORKERS:
        return "firms" if group.side == Side.EMPLOYERS else "others"
    return "members" if group.constituency.kind == ConstituencyKind.MEMBERS_OF_UNION else "workers"


def _record(ballot: PlainBallot, actor_id: uuid.UUID, act: str, content: Mapping[str, Any]) -> None:
    record_act(
        actor_id=actor_id, role="delegate", act=f"plain_ballots.{act}",
        object_type="dialogue.consultation", object_id=ballot.consultation_id, content=content,
    )  # fmt: skip


@dataclass(frozen=True)
class Promoter:
    """A party that asks a constituency of its own, by a person who may act for it."""

    party: Party
    constituency: Constituency
    actor_id: uuid.UUID


@transaction.atomic
def open_members_vote(
    table: Table, text_hash: str, title: str, promoters: Sequence[Promoter], rule_set: str,
    closes_on: date | None, *, question: str | Wording, rule_day: date | None = None,
    terms: Terms | None = None, text: str = "", text_link: str = "", introduction: str = "",
) -> Consultation:  # fmt: skip
    """Prepare the vote on a tentative agreement kept elsewhere, and give the promoters' consents to opening.

    As `prepare_members_vote`. Returns the consultation, open. Raises Problem and leaves nothing otherwise.
    """
    from tavolo.dialogue.services import opening

    made = prepare_members_vote(
        table, text_hash, title, promoters, rule_set, closes_on, question=question, rule_day=rule_day,
        terms=terms, text=text, text_link=text_link, introduction=introduction,
    )  # fmt: skip
    for promoter in promoters:
        opening.consent_to_open(made, party=promoter.party, actor_id=promoter.actor_id)
    return Consultation.objects.get(pk=made.pk)


@transaction.atomic
def prepare_members_vote(
    table: Table, text_hash: str, title: str, promoters: Sequence[Promoter], rule_set: str,
    closes_on: date | None, *, question: str | Wording, rule_day: date | None = None,
    terms: Terms | None = None, text: str = "", text_link: str = "", introduction: str = "",
) -> Consultation:  # fmt: skip
    """Prepare the vote on a tentative agreement kept elsewhere: other parties of the side may still join it.

    The first promoter's party creates the ballot. `text_hash` is the SHA-256 of the exact text (where `text`
    is given it must be that of the text); `text_link` is the address of its page. Each promoter's actor must
    be allowed to act for it. It opens with the consent of every party that asks somebody.
    """
    if not promoters:
        raise Problem(_("Name at least one promoter: a union, or the RSU/RSA."))
    first = promoters[0].actor_id
    ballot = create_ballot(
        table=table, actor_id=first, title=title, introduction=introduction, closes_on=closes_on
    )
    for promoter in promoters:
        consultations.add_group(
            ballot.consultation, party=promoter.party, constituency=promoter.constituency,
            actor_id=promoter.actor_id,
        )  # fmt: skip
    point_to_text(ballot, actor_id=first, title=title, text_hash=text_hash, text=text, link=text_link)
    add_question(ballot, actor_id=first, text=question)
    choose_rule(ballot, actor_id=first, rule_set=rule_set, day=rule_day or standing.today(), terms=terms)
    return Consultation.objects.get(pk=ballot.consultation_id)


@transaction.atomic
def point_to_text(
    ballot: PlainBallot, *, actor_id: uuid.UUID, title: str, text_hash: str, text: str = "", link: str = ""
) -> PlainBallot:
    """Bind a ballot to a text kept elsewhere, by its SHA-256."""
    ballot = _changeable(ballot, actor_id)
    if len(text_hash) != HASH_LENGTH or set(text_hash) - set("0123456789abcdef"):
        raise Problem(_("The hash of the text is not a SHA-256 in small letters."))
    if text and hashlib.sha256(text.encode()).hexdigest() != text_hash:
        raise Problem(_("The text is not the one this hash was taken from."))
    if link and not link.startswith("/"):
        raise Problem(_("The text is linked by an address on this site."))
    ballot.text_title, ballot.text, ballot.file = title.strip(), text, None
    ballot.text_link, ballot.text_hash = link, text_hash
    ballot.save()
    _record(ballot, actor_id, "text_set", {"sha256": text_hash})
    return ballot


def outcome(consultation: Consultation, party: Party | None = None) -> Outcome | None:
    """Return what the rule computes on the first question, as far as it may be shown; None before that."""
    return next(iter(outcomes(consultation, party)), None)


def outcomes(consultation: Consultation, party: Party | None = None) -> list[Outcome | None]:
    """Return what the rule computes on each question; an entry is None where figures may not be shown."""
    found = results.of(consultation, party)
    return [] if found is None else [asked.outcome for asked in found.questions]
