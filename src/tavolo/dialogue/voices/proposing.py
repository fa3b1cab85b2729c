# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Proposing a statement: by anybody on the roll, with nothing written down about who or when.

No idempotency row, no notice, no act and no time: each would tie a person to a text. A second sending of
the same form is recognised by an HMAC kept in the proposal itself.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.limits import limit
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.services.consultations import LONGEST_STATEMENT
from tavolo.dialogue.voices import authorship, rulebook
from tavolo.dialogue.voices.languages import CODES
from tavolo.dialogue.voices.models import Appeal, Proposal, Review
from tavolo.language.near_duplicates import similarity

ALIKE = 0.34  # Jaccard index of stems and pairs from which two statements are shown side by side
MOST_ALIKE = 5


@dataclass(frozen=True)
class Own:
    """A proposal as its author sees it: with its text, and what was said about it."""

    proposal: Proposal
    text: str
    reasons: tuple[str, ...]
    appeal: str
    answer: str
    may_appeal_until: object | None


def similar(consultation: Consultation, text: str) -> list[tuple[StatementVersion, float]]:
    """Return the statements open to votes that say nearly the same, the likest first.

    Only what everybody on the roll can read is compared: a pending proposal of somebody else is not.
    """
    if len(text.split()) < 2:
        return []
    rows = StatementVersion.objects.filter(consultation=consultation, open_to_votes=True).select_related(
        "statement"
    )
    scored = [(row, similarity(text, row.text)) for row in rows]
    found = sorted((pair for pair in scored if pair[1] >= ALIKE), key=lambda pair: -pair[1])
    return found[:MOST_ALIKE]


@transaction.atomic
def propose_statement(
    consultation: Consultation, *, text: str, account_id: uuid.UUID, key: str, language: str = "it"
) -> Proposal:
    """Propose a statement, once per form. Raises Problem where the person may not, or not any more."""
    if consultation.state != Consultation.State.OPEN or consultation.kind != Consultation.Kind.STATEMENTS:
        raise Problem(_("This consultation is not open."))
    if not standing.is_on_roll(account_id, consultation.pk):
        raise Problem(_("Only people asked in this consultation can propose statements."))
    book = rulebook.in_force(consultation.table_id)
    if book is None:
        raise Problem(_("The parties have not agreed on rules of moderation yet: nothing can be proposed."))
    words = " ".join(text.split())
    _check(words, language, key)
    author = authorship.author_mark(consultation.pk, account_id)
    request = authorship.request_mark(consultation.pk, author, key)
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    again = Proposal.objects.filter(consultation=consultation, request=request).first()
    if again is not None:
        return again
    mine = Proposal.objects.filter(consultation=consultation, author=author)
    if mine.count() >= book.per_person:
        raise Problem(
            _("You have proposed %(most)s statements here, as many as the rules allow.")
            % {"most": book.per_person}
        )
    limit(f"voices:{consultation.pk}:{author.hex()}", per=timedelta(days=1), count=book.per_day)
    return _write(consultation, book, author, request, words, language)


def _check(words: str, language: str, key: str) -> None:
    if len(words.split()) < 3:
        raise Problem(_("Write the statement as a whole sentence."))
    if len(words) > LONGEST_STATEMENT:
        raise Problem(_("Shorten the statement to %(most)s characters.") % {"most": LONGEST_STATEMENT})
    if language not in CODES:
        raise Problem(_("Choose one of the languages offered."))
    if not key or len(key) > 200:
        raise Problem(_("The request carries no usable id. Reload the page and vote again."))


def _write(
    consultation: Consultation, book: object, author: bytes, request: bytes, words: str, language: str
) -> Proposal:
    today = standing.today()
    top = Proposal.objects.filter(consultation=consultation).aggregate(top=Max("number"))["top"] or 0
    made = Proposal(
        id=uuid.uuid4(), territory_id=consultation.territory_id, consultation=consultation, book=book,
        number=top + 1, author=author, request=request, language=language, proposed_on=today,
        due_on=today + timedelta(days=book.days_to_decide),
    )  # fmt: skip
    made.sealed = authorship.seal(consultation.pk, made.pk, "text", words)
    made.save(force_insert=True)
    return made


def text_of(proposal: Proposal) -> str:
    """Return the words of a proposal; nothing once its key was destroyed."""
    return authorship.unseal(proposal.consultation_id, proposal.pk, "text", proposal.sealed)


def reason_of(review: Review) -> str:
    """Return a moderator's words."""
    return authorship.unseal(review.proposal.consultation_id, review.pk, "reason", review.sealed)


def appeal_words(appeal: Appeal) -> tuple[str, str]:
    """Return the words of an appeal and of its answer."""
    place = appeal.proposal.consultation_id
    return (
        authorship.unseal(place, appeal.pk, "appeal", appeal.sealed),
        authorship.unseal(place, appeal.pk, "answer", appeal.answer),
    )


def is_author(proposal: Proposal, account_id: uuid.UUID) -> bool:
    """Say whether a person wrote a proposal."""
    mark = authorship.known_mark(proposal.consultation_id, account_id)
    return mark is not None and mark == bytes(proposal.author)


def own_proposals(consultation: Consultation, account_id: uuid.UUID) -> list[Own]:
    """Return a person's own proposals, for their own eyes."""
    mark = authorship.known_mark(consultation.pk, account_id)
    if mark is None:
        return []
    rows = Proposal.objects.filter(consultation=consultation, author=mark).select_related(
        "rule", "book", "statement", "appeal__proposal"
    )
    return [_own(row) for row in rows.prefetch_related("reviews__proposal", "reviews__rule")]


def _own(row: Proposal) -> Own:
    refused = row.state in ("refused", "appealed", "upheld")
    reasons = tuple(
        words for review in row.reviews.all() if not review.accepts and (words := reason_of(review))
    )
    appeal, answer = appeal_words(row.appeal) if hasattr(row, "appeal") else ("", "")
    until = appeal_until(row) if row.state == Proposal.State.REFUSED else None
    return Own(row, text_of(row), reasons if refused else (), appeal, answer, until)


def appeal_until(row: Proposal) -> object | None:
    """Return the last day on which a refusal can be appealed, or None where it is over."""
    if row.decided_on is None:
        return None
    last = row.decided_on + timedelta(days=row.book.days_to_appeal)
    return last if standing.today() <= last else None
