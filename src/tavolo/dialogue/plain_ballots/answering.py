# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Ballots, rules and computations as the API says them, and what it is told as the rules read it.

And what its operations share: their router, finding a ballot.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue.answering import Operations
from tavolo.dialogue.models import Consent
from tavolo.dialogue.plain_ballots import policies, results, showing
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.plain_ballots.results import Column
from tavolo.dialogue.plain_ballots.rules import words
from tavolo.dialogue.plain_ballots.rules.counting import Counts, Threshold
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome
from tavolo.dialogue.plain_ballots.rules.model import Reference, RuleSet
from tavolo.dialogue.plain_ballots.rules.reading import share
from tavolo.dialogue.plain_ballots.rules.requiring import Facts, Requirement
from tavolo.dialogue.plain_ballots.schemas import CountsIn, RequiredIn
from tavolo.dialogue.services.opening import missing_consents, promoters

api = Operations("plain_ballots")
doing = api.doing


def ballot_of(request: HttpRequest, ballot_id: UUID) -> PlainBallot:
    """Return the ballot an address names if the person sees it, or 404."""
    found = policies.ballot_at(request, {"ballot_id": ballot_id})
    if found is None:
        raise Http404
    return found


def source_out(found: Reference) -> dict[str, Any]:
    """Return a source."""
    return {
        "act": found.act, "article": found.article, "text": found.text, "read_on": found.read_on,
        "status": found.status,
    }  # fmt: skip


def rule_out(found: RuleSet, day: date, language: str) -> dict[str, Any]:
    """Return a rule set as of a day."""
    return {
        "key": found.key, "name": found.name[language], "description": found.description[language],
        "system": found.system, "subject": found.subject, "vote": found.vote,
        "in_force": found.holds_on(day), "words": words.rule_text(found, day, language),
        "sources": [source_out(one) for one in dict.fromkeys(v.reference for v in found.on(day))],
    }  # fmt: skip


def test_out(found: Threshold | None) -> dict[str, Any] | None:
    """Return a comparison."""
    if found is None:
        return None
    return {
        "share": str(found.share), "reading": found.reading, "base": found.base, "of": found.of,
        "needed": found.needed, "have": found.have, "reached": found.reached, "missing": found.missing,
        "margin": found.margin,
    }  # fmt: skip


def outcome_out(found: Outcome, language: str) -> dict[str, Any]:
    """Return what a rule computed."""
    return {
        "rule_set": found.rule_set, "day": found.day, "result": found.result,
        "quorum": test_out(found.quorum), "majority": test_out(found.majority),
        "steps": words.steps(found, language),
        "warnings": [words.warning_text(one, language) for one in found.warnings],
        "sources": [source_out(one) for one in found.sources], "note": words.disclaimer(language),
    }  # fmt: skip


def requirement_out(found: Requirement, language: str) -> dict[str, Any]:
    """Return one thing a system asks."""
    return {
        "code": found.code, "rule_set": found.rule_set, "met": found.met,
        "text": words.requirement_text(found, language),
        "warnings": [words.warning_text(one, language) for one in found.warnings],
        "sources": [source_out(one) for one in found.sources],
    }  # fmt: skip


def _counts(told: CountsIn | None) -> Counts | None:
    return None if told is None else Counts(**told.dict())


def _share(told: str) -> Fraction | None:
    return share(told, "the share") if told else None


def facts_of(told: RequiredIn) -> Facts:
    """Return what was told about an agreement; RuleError for a share or a count that cannot be."""
    return Facts(
        told.body, told.rsu_members, told.rsu_in_favour, _share(told.delegations_share),
        _share(told.signatories_share), _share(told.least_signatory_share), told.vote_requested,
        _counts(told.vote), _counts(told.consultation),
    )  # fmt: skip


def ballot_out(found: PlainBallot, language: str) -> dict[str, Any]:
    """Return a ballot as the API says it."""
    held = found.consultation
    rule = results.rule_of(found)
    draft = held.state == held.State.DRAFT
    return {
        "id": held.pk, "table_id": held.table_id, "title": held.title, "introduction": held.introduction,
        "state": held.state, "kind_of_vote": showing.kind_of_vote(held), "closes_on": held.closes_on,
        "text_title": found.text_title, "text": found.text, "text_hash": found.text_hash,
        "rule": rule_out(rule, found.rule_day, language) if rule and found.rule_day else None,
        "rule_day": found.rule_day,
        "questions": [_question_out(row) for row in showing.questions(found, language)],
        "promoters": [str(party) for party in promoters(held)],
        "missing_consents": [str(p) for p in missing_consents(held, Consent.Action.OPEN)] if draft else [],
    }  # fmt: skip


def _question_out(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["row"].pk, "version_id": row["id"], "number": row["row"].number, "kind": row["kind"],
        "most": row["most"], "text": row["text"],
        "options": [{"version_id": option["id"], "text": option["text"]} for option in row["options"]],
    }  # fmt: skip


def line_out(column: Column, label: str) -> dict[str, Any]:
    """Return a column's figures."""
    return {
        "label": label, "yes": column.yes, "no": column.no, "blank": column.blank,
        "options": list(column.options), "voted": column.voters, "entitled": column.entitled,
    }  # fmt: skip
