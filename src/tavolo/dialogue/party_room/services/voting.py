# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Votes inside a room: one for each delegate who acts, named or secret as settled at the start."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, DelegateRole
from tavolo.dialogue.party_room.access import entered, members, people_of
from tavolo.dialogue.party_room.models import NamedVote, Question, Room, VoteCast, VoteOption
from tavolo.dialogue.party_room.services.texts import clean, gone

FEWEST_SECRET = 3  # a secret vote of fewer shows no figures: they would tell who chose what
MOST_OPTIONS = 10


@dataclass(frozen=True)
class Count:
    """An option with its votes; `names` in an open vote, `share` of the votes cast in percent."""

    option: VoteOption
    votes: int
    share: int
    names: list[str]


def put_question(
    room: Room, *, actor_id: uuid.UUID, text: str, options: Sequence[str], secret: bool,
    closes_on: date | None = None,
) -> Question:  # fmt: skip
    """Put a question with its options to the delegates of a room."""
    words = clean(text, 400, _("Write the question."))
    answers = list(dict.fromkeys(line.strip() for line in options if line.strip()))
    if not 2 <= len(answers) <= MOST_OPTIONS:
        raise Problem(_("Give from two to %(most)s different options.") % {"most": MOST_OPTIONS})
    if any(len(answer) > 200 for answer in answers):
        raise Problem(_("Shorten the text to %(most)s characters.") % {"most": 200})
    if closes_on is not None and closes_on < standing.today():
        raise Problem(_("The last day to vote lies in the past."))
    with entered(room, actor_id):
        question = Question.objects.create(
            territory_id=room.territory_id, room=room, text=words, secret=secret, closes_on=closes_on,
            author_id=actor_id,
        )  # fmt: skip
        VoteOption.objects.bulk_create(
            VoteOption(
                territory_id=room.territory_id, room=room, question=question, text=answer, position=place
            )
            for place, answer in enumerate(answers)
        )
        notices.send(
            [one for one in people_of(room) if one != actor_id], "party_room.vote_put",
            {"table": room.table.title, "table_id": str(room.table_id), "room_id": str(room.pk)},
        )  # fmt: skip
        return question


def cast(room: Room, question_id: uuid.UUID, option_id: uuid.UUID, *, actor_id: uuid.UUID) -> bool:
    """Vote, once; False says that the person had voted already, and that vote stands.

    The room's lock keeps two votes of one person, or a vote and the close, apart.
    """
    with entered(room, actor_id):
        question = _question(room, question_id)
        if not is_open(question):
            raise Problem(_("This vote is over."))
        option = VoteOption.objects.filter(question=question, pk=option_id).first()
        if option is None:
            raise Problem(_("Choose one of the options."))
        if VoteCast.objects.filter(question=question, account_id=actor_id).exists():
            return False
        ticked = VoteCast.objects.create(
            territory_id=room.territory_id, room=room, question=question, account_id=actor_id
        )
        VoteOption.objects.filter(pk=option.pk).update(votes=F("votes") + 1)
        if not question.secret:
            NamedVote.objects.create(territory_id=room.territory_id, room=room, cast=ticked, option=option)
        return True


def close(room: Room, question_id: uuid.UUID, *, actor_id: uuid.UUID) -> Question:
    """End a vote: its author, a head of delegation, or anybody once its last day is over or all voted."""
    with entered(room, actor_id):
        question = _question(room, question_id)
        if question.closed_at is not None:
            return question
        eligible = set(people_of(room))
        voted = set(VoteCast.objects.filter(question=question).values_list("account_id", flat=True))
        if not (
            question.author_id == actor_id
            or _heads(room, actor_id)
            or eligible <= voted
            or not is_open(question)
        ):
            raise Problem(_("Who put the question, or a head of delegation, ends the vote."))
        question.closed_at = timezone.now()
        question.eligible = len(eligible | voted)
        question.save(update_fields=["closed_at", "eligible"])
        return question


def is_open(question: Question) -> bool:
    """Say whether one may still vote."""
    over = question.closes_on is not None and question.closes_on < standing.today()
    return question.closed_at is None and not over


def result(question: Question) -> list[Count] | None:
    """Return the counts of a vote that was ended; None while it runs or where they would break secrecy."""
    if question.closed_at is None:
        return None
    options = list(question.options.order_by("position"))
    total = sum(option.votes for option in options)
    if question.secret and total < FEWEST_SECRET:
        return None
    named = NamedVote.objects.filter(room_id=question.room_id, option__question=question)
    names: dict[uuid.UUID, list[str]] = {}
    for vote in named.select_related("cast__account").order_by("cast__account__name"):
        names.setdefault(vote.option_id, []).append(vote.cast.account.name)
    return [
        Count(
            option, option.votes, round(100 * option.votes / total) if total else 0, names.get(option.pk, [])
        )
        for option in options
    ]


def _question(room: Room, question_id: uuid.UUID) -> Question:
    found = Question.objects.filter(room=room, pk=question_id).first()
    if found is None:
        raise gone()
    return found


def _heads(room: Room, account_id: uuid.UUID) -> bool:
    seats = Delegate.objects.active_on(standing.today()).filter(
        account_id=account_id, party__in=members(room), role=DelegateRole.HEAD
    )
    return bool(seats.exists())
