# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Deciding on proposals by the published rules: one person accepts, two refuse; appeals to the guarantors.

After a refusal the text is read by its author and the guarantors alone. Acts name the proposal, the rule
and who decided, never the text.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Side, Theme
from tavolo.dialogue.services.consultations import add_accepted_statement
from tavolo.dialogue.voices import authorship, offices, proposing, telling
from tavolo.dialogue.voices.models import Appeal, Proposal, Review, Rule
from tavolo.ledger.services import record_act

State = Proposal.State
PENDING = (State.WAITING, State.DOUBTED)
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Queued:
    """A proposal as a moderator sees it before the decision, with the first person's doubt if any."""

    proposal: Proposal
    text: str
    doubt: Review | None
    reason: str
    mine: bool
    blocked: str


def queue(consultation: Consultation, account_id: uuid.UUID) -> list[Queued]:
    """Return the undecided proposals for a moderator, the nearest deadline first."""
    sides = offices.sides_of_moderators(consultation)
    if account_id not in sides:
        return []
    rows = Proposal.objects.filter(consultation=consultation, state__in=PENDING).order_by("due_on", "number")
    out = []
    reviews = Prefetch("reviews", queryset=Review.objects.select_related("rule"))
    for row in rows.select_related("book").prefetch_related(reviews):
        doubt = next(iter(row.reviews.all()), None)
        blocked = _why_not(row, doubt, account_id, sides)
        mine = doubt is not None and doubt.moderator_id == account_id
        out.append(
            Queued(
                row, proposing.text_of(row), doubt, proposing.reason_of(doubt) if doubt else "", mine, blocked
            )
        )
    return out


def _why_not(
    proposal: Proposal, doubt: Review | None, account_id: uuid.UUID, sides: dict[uuid.UUID, str]
) -> str:
    """Return why a moderator cannot decide on a proposal now, or nothing."""
    if proposing.is_author(proposal, account_id):
        return _("You wrote this proposal: somebody else decides.")
    if doubt is None:
        return ""
    if doubt.moderator_id == account_id:
        return _("You asked for the refusal: a second person decides now.")
    own = sides[account_id]
    others = any(side != doubt.side for who, side in sides.items() if who != doubt.moderator_id)
    if own == doubt.side and own and others:
        return _("The first decision came from your side: another side, or the secretariat, decides.")
    return ""


@transaction.atomic
def decide(
    proposal: Proposal, *, accepts: bool, moderator_id: uuid.UUID, rule: Rule | None = None, words: str = "",
    theme: Theme | None = None,
) -> Proposal:  # fmt: skip
    """Accept a proposal, or refuse it by a rule. Returns it as it stands now.

    A first refusal is only a doubt: a second person, of another side where there is one, refuses for good
    or accepts. The second person sees the first one's rule and words. The same person again: nothing more.
    Whoever accepts may say to which of the table's themes the statement belongs.
    """
    row = _locked(proposal)
    sides = offices.sides_of_moderators(row.consultation)
    if moderator_id not in sides:
        raise Problem(_("Only a moderator of this consultation may decide on proposals."))
    doubt = row.reviews.first()
    given = row.reviews.filter(moderator_id=moderator_id).first()
    if given is not None and given.accepts == accepts and row.state != State.WAITING:
        return row
    if row.state not in PENDING:
        raise Problem(_("This proposal has been decided already."))
    if blocked := _why_not(row, doubt, moderator_id, sides):
        raise Problem(blocked)
    if not accepts:
        _check_refusal(row, rule, words)
    elif theme is not None and theme.table_id != row.consultation.table_id:
        raise Problem(_("Choose the theme."))
    given = _review(row, accepts, moderator_id, sides[moderator_id], rule, words, second=doubt is not None)
    if accepts:
        _accept(row, State.ACCEPTED, theme)
    elif doubt is None:
        row.state = State.DOUBTED
        row.save(update_fields=["state"])
        telling.second_awaits(row, given)
    else:
        row.state, row.rule, row.decided_on = State.REFUSED, rule, standing.today()
        row.save(update_fields=["state", "rule", "decided_on"])
        _record(row, "voices.proposal_refused", None, {"rule": rule.code if rule else ""})
    return row


def _locked(proposal: Proposal) -> Proposal:
    # The consultation first, as everywhere: accepting writes a statement under its lock.
    Consultation.objects.select_for_update().get(pk=proposal.consultation_id)
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("consultation__table", "book", "rule")
        .get(pk=proposal.pk)
    )


def _check_refusal(row: Proposal, rule: Rule | None, words: str) -> None:
    if rule is None or rule.book_id != row.book_id:
        raise Problem(_("Choose the rule by which the proposal is refused."))
    if not words.strip():
        raise Problem(_("Say in your own words why: the author reads it."))
    if len(words) > LONGEST_REASON:
        raise Problem(
            _("The reason is too long: use at most %(most)s characters.") % {"most": LONGEST_REASON}
        )


def _review(
    row: Proposal, accepts: bool, moderator_id: uuid.UUID, side: str, rule: Rule | None, words: str,
    *, second: bool,
) -> Review:  # fmt: skip
    facts = {"accepts": accepts, "second": second, "side": side}
    act_id = _record(
        row, "voices.proposal_reviewed", moderator_id, facts | ({"rule": rule.code} if rule else {})
    )
    made = Review(
        id=uuid.uuid4(), territory_id=row.territory_id, proposal=row, moderator_id=moderator_id, side=side,
        accepts=accepts, rule=None if accepts else rule, second=second, act_id=act_id,
    )  # fmt: skip
    said = "" if accepts else words.strip()
    made.sealed = authorship.seal(row.consultation_id, made.pk, "reason", said)
    made.save(force_insert=True)
    return made


def _accept(row: Proposal, state: str, theme: Theme | None = None) -> None:
    version = add_accepted_statement(
        row.consultation, text=proposing.text_of(row), language=row.language,
        theme=theme or row.consultation.theme,
    )  # fmt: skip
    row.state, row.statement, row.decided_on = state, version.statement, standing.today()
    row.save(update_fields=["state", "statement", "decided_on"])
    _record(row, "voices.proposal_accepted", None, {"statement": str(version.statement_id)})


def _record(row: Proposal, act: str, actor_id: uuid.UUID | None, facts: dict[str, Any]) -> uuid.UUID:
    return record_act(
        actor_id=actor_id, role="moderator" if actor_id else "system", act=act,
        object_type="voices.proposal", object_id=row.pk,
        content={"consultation": str(row.consultation_id), "number": row.number, **facts},
    )  # fmt: skip


@transaction.atomic
def appeal(proposal: Proposal, *, words: str, account_id: uuid.UUID) -> Proposal:
    """Appeal to the guarantors, by the author, within the days of the rules. The act names no person."""
    row = _locked(proposal)
    if not proposing.is_author(row, account_id):
        raise Problem(_("Only the author of a proposal can appeal."))
    if row.state == State.APPEALED:
        return row
    if row.state != State.REFUSED:
        raise Problem(_("Only a refused proposal can be appealed, once."))
    if proposing.appeal_until(row) is None:
        raise Problem(_("The days for an appeal are over."))
    if not words.strip() or len(words) > LONGEST_REASON:
        raise Problem(_("Say in at most %(most)s characters why you appeal.") % {"most": LONGEST_REASON})
    made = Appeal(id=uuid.uuid4(), territory_id=row.territory_id, proposal=row, lodged_on=standing.today())
    made.sealed = authorship.seal(row.consultation_id, made.pk, "appeal", words.strip())
    made.save(force_insert=True)
    row.state = State.APPEALED
    row.save(update_fields=["state"])
    _record(row, "voices.appeal_lodged", None, {})
    telling.appeal_awaits(row)
    return row


@transaction.atomic
def rule_on(proposal: Proposal, *, reinstates: bool, words: str, guarantor_id: uuid.UUID) -> Proposal:
    """Answer an appeal, by a guarantor: the statement opens to votes, or the refusal stands."""
    row = _locked(proposal)
    if not offices.guarantees(guarantor_id, row.consultation.table_id):
        raise Problem(_("Only a guarantor of this table answers appeals."))
    if row.state != State.APPEALED:
        raise Problem(_("No appeal waits for an answer here."))
    if proposing.is_author(row, guarantor_id):
        raise Problem(_("You wrote this proposal: somebody else decides."))
    if not words.strip() or len(words) > LONGEST_REASON:
        raise Problem(_("Say in your own words why: the author reads it."))
    found = row.appeal
    found.guarantor_id, found.answered_on = guarantor_id, standing.today()
    found.answer = authorship.seal(row.consultation_id, found.pk, "answer", words.strip())
    found.save(update_fields=["guarantor", "answered_on", "answer"])
    if reinstates:
        _accept(row, State.REINSTATED)
    else:
        row.state = State.UPHELD
        row.save(update_fields=["state"])
    _record(row, "voices.appeal_answered", guarantor_id, {"reinstates": reinstates})
    return row


def _decision(review: Review) -> dict[str, Any]:
    """Return what one of the two decided and from which side, never who they are."""
    return {
        "second": review.second, "accepts": review.accepts, "rule": review.rule,
        "side": Side(review.side).label if review.side else "",
        "words": "" if review.accepts else proposing.reason_of(review),
    }  # fmt: skip


def refused(table_id: uuid.UUID, consultation: Consultation) -> list[dict[str, Any]]:
    """Return the refused proposals with text, both decisions, reasons and appeal: for guarantors."""
    rows = Proposal.objects.filter(
        consultation=consultation, state__in=(State.REFUSED, State.APPEALED, State.UPHELD, State.REINSTATED)
    ).select_related("rule", "book", "appeal__proposal")
    return [
        {
            "proposal": row,
            "text": proposing.text_of(row),
            "reasons": [proposing.reason_of(review) for review in row.reviews.all() if not review.accepts],
            "decisions": [_decision(review) for review in row.reviews.all()],
            "appeal": proposing.appeal_words(row.appeal) if hasattr(row, "appeal") else ("", ""),
        }
        for row in rows.order_by("-state", "number").prefetch_related("reviews__proposal", "reviews__rule")
    ]
