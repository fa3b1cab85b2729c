# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The members' votes and what the interconfederal rules ask, in words: computed, cited, never declared."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, Level
from tavolo.agreements.signing import voting
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.plain_ballots import results
from tavolo.dialogue.plain_ballots import services as ballots
from tavolo.dialogue.plain_ballots.rules import words as rule_words
from tavolo.dialogue.plain_ballots.rules.counting import Counts
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.plain_ballots.rules.requiring import Facts, Requirement, required
from tavolo.dialogue.polling.record_models import CountRecord

KINDS = {Level.COMPANY: "company", Level.NATIONAL: "national"}
STATES = {
    "draft": gettext_lazy("in preparation: nobody is asked yet"), "open": gettext_lazy("open"),
    "closed": gettext_lazy("closed, figures not yet published"), "published": gettext_lazy("count published"),
    "void": gettext_lazy("ended without result"),
}  # fmt: skip
SEVERAL = gettext_lazy(
    "There are %(n)s separate votes on this text. Each is counted by its own rule; they are not added up, "
    "and what the rules above ask is not computed from them: compare it with each vote."
)

# What would have to be known where a requirement cannot be told from what stands here.
NEEDED = {
    "own_rule": gettext_lazy("It hangs on each union's own rules and organs, which are not kept here."),
    "members": gettext_lazy(
        "To tell, one would have to know: how many members the RSU has, how many approved."
    ),
    "delegations": gettext_lazy(
        "To tell, one would have to know: the share of the contribution delegations that the signing RSAs "
        "hold."
    ),
    "representation": gettext_lazy(
        "To tell, one would have to know: the measured representation of the unions that sign."
    ),
    "admission": gettext_lazy("To tell, one would have to know: the measured representation of each union."),
    "vote": gettext_lazy("To tell, one would have to know: the counted votes of the consultation."),
    "vote_on_request": gettext_lazy(
        "To tell, one would have to know: whether a vote was asked for in time, and its count."
    ),
}


def language() -> str:
    """Return the language the rules are worded in."""
    return "it" if (get_language() or "it").startswith("it") else "en"


def votes_of(agreement: Agreement, own: Party | None = None) -> list[dict[str, Any]]:
    """Return the members' votes side by side: who votes, until when, by which rule, what came out of it.

    Figures only as far as the vote's own rules show them; the vote of the party `own`, for which the reader
    acts, comes first, with what that party sees before it releases it.
    """
    mine = voting.own_vote(agreement, own) if own is not None else None
    rows = voting.votes(agreement)
    if agreement.state in standing.PUBLIC:
        # What was only prepared, or came to nothing, is no news for who reads a signed agreement.
        rows = [row for row in rows if voting.begun(row.consultation)]
    found = [_vote(row.consultation, own if mine is not None and row.pk == mine.pk else None) for row in rows]
    return sorted(found, key=lambda one: not one["own"])


def _vote(consultation: Consultation, own: Party | None) -> dict[str, Any]:
    shared = _outcome(consultation)
    outcome = shared or (_outcome(consultation, own) if own is not None else None)
    rule = results.rule_of(consultation.plain_ballot)
    said: dict[str, Any] = {
        "consultation": consultation, "own": own is not None, "outcome": outcome,
        "unreleased": outcome is not None and shared is None,
        "parties": [str(party) for party in voting.asking(consultation)],
        "asked": [group.constituency.name for group in consultation.groups.all()],
        "state": str(STATES[consultation.state]), "until": _until(consultation),
        "rule": rule.name[language()] if rule is not None else "",
        "record": _record(consultation), "counts": outcome.counts if outcome is not None else None,
        "steps": [], "warnings": [], "sources": [], "disclaimer": "",
    }  # fmt: skip
    if outcome is not None:
        said["steps"] = rule_words.steps(outcome, language())
        said["warnings"] = [rule_words.warning_text(one, language()) for one in outcome.warnings]
        said["sources"] = [rule_words.source_text(one, language()) for one in outcome.sources]
        said["disclaimer"] = rule_words.disclaimer(language())
    return said


def _outcome(consultation: Consultation, party: Party | None = None) -> Outcome | None:
    try:
        return ballots.outcome(consultation, party)
    except (Problem, RuleError):
        return None


def _record(consultation: Consultation) -> str:
    """Say whether the record of the count is approved; "" before there can be one."""
    if consultation.state not in ("closed", "published"):
        return ""
    closed = [row for row in CountRecord.objects.filter(consultation=consultation) if row.is_closed]
    approved = next((row for row in closed if row.approved_on is not None), None)
    if approved is None and closed:
        return _("closed with a declaration, without the approval of the whole electoral committee")
    if approved is None:
        return _("not yet approved by the electoral committee")
    return _("approved on %(day)s") % {"day": formats.date_format(approved.approved_on)}


def _until(consultation: Consultation) -> str:
    """Say until when a vote runs, or ran."""
    if consultation.closed_on:
        return _("ended on %(day)s") % {"day": formats.date_format(consultation.closed_on)}
    if consultation.closes_on:
        return _("until %(day)s") % {"day": formats.date_format(consultation.closes_on)}
    return _("no last day is set")


def caution(agreement: Agreement, party: Party) -> str:
    """Say what a party should know of its own vote before it answers; "" where that vote is published."""
    own = voting.own_vote(agreement, party)
    if own is None:
        if voting.votes(agreement):
            return _("No vote tied to this text asks your members: what you answer rests on your own organ.")
        return ""
    return {
        "draft": _("Your members' vote is only being prepared: nobody has been asked yet."),
        "open": _("Your members are still voting."),
        "closed": _("Your members' vote is closed, but its figures are not published yet."),
        "void": _("Your members' vote ended without result."),
    }.get(str(own.consultation.state), "")


def asked_of(agreement: Agreement, on: date) -> dict[str, Any] | None:
    """Return what the agreement's interconfederal system asks on a day: computed, cited, warned.

    Several votes are never added up: with more than one nothing is computed from their figures.
    """
    if not agreement.system:
        return None
    counted = [_outcome(row.consultation) for row in voting.votes(agreement)]
    counts = _counts(counted[0]) if len(counted) == 1 and counted[0] else None
    kind = KINDS.get(Level(agreement.level), "territorial")
    # Which body a firm has is not known here: what is asked is said for each.
    bodies = {"rsu": _("Where the firm has an RSU:"), "rsa": _("Where the firm has RSAs:")}
    rows = []
    try:
        for body, where in bodies.items() if kind == "company" else (("", ""),):
            facts = Facts(body=body, vote=counts, consultation=counts)
            found = required(load(), agreement.system, kind, on, facts)
            rows += [_row(one, where) for one in found]
    except RuleError as error:
        return {"problem": str(error), "rows": []}
    system = load().systems[agreement.system]
    return {
        "name": system.name.get(language(), agreement.system), "rows": rows,
        "several": str(SEVERAL) % {"n": len(counted)} if len(counted) > 1 else "",
        "disclaimer": rule_words.disclaimer(language()), "day": on,
    }  # fmt: skip


def _counts(outcome: Outcome) -> Counts:
    return outcome.counts


def _row(found: Requirement, where: str = "") -> dict[str, Any]:
    return {
        "text": f"{where} {rule_words.requirement_text(found, language())}".strip(), "met": found.met,
        "needed": str(NEEDED.get(found.code, "")) if found.met is None else "",
        "sources": [rule_words.source_text(one, language()) for one in found.sources],
        "warnings": [rule_words.warning_text(one, language()) for one in found.warnings],
    }  # fmt: skip
