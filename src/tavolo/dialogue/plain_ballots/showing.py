# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the pages of plain ballots are made of: words, figures, bars. No decision is taken here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.plain_ballots import results as reading
from tavolo.dialogue.plain_ballots import services
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.results import Asked, Column, Results
from tavolo.dialogue.plain_ballots.rules import words
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome
from tavolo.dialogue.plain_ballots.rules.model import RuleSet, Value
from tavolo.dialogue.services.analysing import text_in

WIDTH = 600  # of a bar, in the units of its drawing


def kind_of_vote(consultation: Consultation) -> str:
    """Return whose vote it is, in words."""
    kinds = {services.kind_of_vote(group) for group in consultation.groups.select_related("constituency")}
    names = {
        "members": _("members' vote"), "workers": _("workers' vote"), "firms": _("vote of firms"),
        "others": _("vote"),
    }  # fmt: skip
    return names[kinds.pop()] if len(kinds) == 1 else ""


def questions(ballot: PlainBallot, language: str) -> list[dict[str, Any]]:
    """Return the questions with their wordings in a language, as they stand now."""
    current = StatementVersion.objects.filter(
        consultation_id=ballot.consultation_id, open_to_votes=True
    ).prefetch_related("translations")
    version = {row.statement_id: row for row in current}
    out = []
    for row in ballot.questions.prefetch_related("options"):
        options = [version[option.statement_id] for option in row.options.all()]
        shown = [version[row.statement_id], *options]
        out.append(
            {
                "row": row,
                "id": str(version[row.statement_id].pk),
                "text": text_in(version[row.statement_id], language),
                "options": [{"id": str(one.pk), "text": text_in(one, language)} for one in options],
                "languages": sorted({t.language for one in shown for t in one.translations.all()}),
                "kind": row.kind,
                "most": row.most,
                "answer": answer_words(row),
            }
        )
    return out


def answer_words(question: Question) -> str:
    """Return how a question is answered."""
    if question.kind == Question.Kind.YES_NO:
        return _("One answers yes, no or blank.")
    if question.kind == Question.Kind.SINGLE:
        return _("One chooses one option, or votes blank.")
    return _("One marks up to %(most)s options, or votes blank.") % {"most": question.most}


def rule(ballot: PlainBallot, language: str) -> dict[str, Any] | None:
    """Return a ballot's rule in plain words with its sources, or None while none is chosen."""
    found = reading.rule_of(ballot)
    if found is None or ballot.rule_day is None:
        return None
    return rule_card(found, ballot.rule_day, language)


def rule_card(found: RuleSet, day: date, language: str) -> dict[str, Any]:
    """Return a rule as of a day: name, what it says, where from."""
    sources = dict.fromkeys(value.reference for value in found.on(day))
    return {
        "key": found.key,
        "name": found.name[language],
        "description": found.description[language],
        "day": day,
        "in_force": found.holds_on(day),
        "words": words.rule_text(found, day, language) if found.vote != "none" else [],
        "sources": [
            {"text": words.source_text(one, language), "words": one.text, "status": one.status}
            for one in sources
        ],
        "closing": words.disclaimer(language),
    }


def rule_values(found: RuleSet, language: str) -> list[dict[str, Any]]:
    """Return every value of a rule with its days and source."""
    return [
        {
            "rule": rule_name(value.key), "value": value_text(value.value, language), "start": value.start,
            "end": value.end, "source": words.source_text(value.reference, language),
        }
        for values in found.rules.values()
        for value in values
    ]  # fmt: skip


def rule_name(key: str) -> str:
    """Return what a rule of a rule set is about."""
    return {
        "quorum_share": _("Quorum: which share"), "quorum_reading": _("Quorum: how it is reached"),
        "quorum_base": _("Quorum: of whom"), "majority_share": _("Majority: which share"),
        "majority_reading": _("Majority: how it is reached"), "majority_base": _("Majority: of whom"),
        "decides": _("What the vote decides"), "no_general_majority": _("No general majority"),
        "request_within": _("Days to ask for a vote"),
        "request_workers_share": _("Workers who may ask for a vote"),
        "delegations_share": _("Share of delegations"), "signatories_share": _("Share of those who sign"),
        "signatories_reading": _("Those who sign: how it is reached"),
        "admission_share": _("Share to be admitted"), "employees_more_than": _("Employees, more than"),
        "least_members": _("Members, at least"), "only_unions_ask": _("Only unions ask workers"),
        "who_may_form": _("Who may form it"), "without_quorum": _("Without the quorum"),
    }.get(key, key)  # fmt: skip


def value_text(value: Value, language: str) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return {
            "more_than": _("more than"), "at_least": _("at least"),
            "share_plus_one": _("that share plus one"), "voters": _("of those who vote"),
            "valid": _("of valid votes, without blank ones"), "entitled": _("of everybody entitled"),
            "members": _("of all members"), "approval": _("approval"), "rejection": _("rejection"),
            "election": _("election"),
        }.get(value, value)  # fmt: skip
    return words.number(value, language) if isinstance(value, int) else words.share_text(value, language)


def to_do(ballot: PlainBallot) -> list[dict[str, Any]]:
    """Return the steps of preparing, each done or not."""
    consultation = ballot.consultation
    return [
        {"route": "dialogue:ask", "text": _("Say who votes"), "done": consultation.groups.exists()},
        {"route": "plain_ballots:text", "text": _("Give the exact text"), "done": bool(ballot.text_hash)},
        {"route": "plain_ballots:questions", "text": _("Write the questions"),
         "done": ballot.questions.exists()},
        {"route": "plain_ballots:choose_rule", "text": _("Choose the rule"), "done": bool(ballot.rule_set)},
        {"route": "plain_ballots:open", "text": _("Consent to the opening"), "done": False},
    ]  # fmt: skip


def impossible() -> str:
    """Return what to do about counts that cannot be."""
    return _("These figures do not fit together: check that voters are not more than those entitled.")


def outcome(found: Outcome, language: str) -> dict[str, Any]:
    """Return a computation in words: steps, warnings, sources."""
    return {
        "result": words.result_text(found, language),
        "code": found.result,
        "steps": words.steps(found, language),
        "warnings": [words.warning_text(one, language) for one in found.warnings],
        "sources": [{"text": words.source_text(one, language), "words": one.text} for one in found.sources],
        "closing": words.disclaimer(language),
    }


def page(counted: Results, language: str) -> dict[str, Any]:
    """Return everything the page of results shows, question by question."""
    return {
        "questions": [_question(asked, language) for asked in counted.questions],
        "rule": rule_card(counted.rule_set, counted.day, language),
    }


def _question(asked: Asked, language: str) -> dict[str, Any]:
    return {
        "text": asked.text,
        "head": head(asked),
        "rows": [cells(asked, column, language) for column in shown_columns(asked)],
        "bars": bars(asked, asked.total, language) if asked.total else [],
        "own": cells(asked, asked.own, language) if asked.own else None,
        "own_bars": bars(asked, asked.own, language) if asked.own and not asked.total else [],
        "outcome": outcome(asked.outcome, language) if asked.outcome else None,
    }


def shown_columns(asked: Asked) -> list[Column]:
    """Return the lines of a question's table: the parts, then the whole."""
    return [*asked.parts, asked.total] if asked.total else []


def answers(asked: Asked) -> list[str]:
    """Return what one could answer, in the order of the figures; blank last."""
    names = list(asked.options) or [_("Yes"), _("No")]
    return [*names, _("Blank")]


def figures(asked: Asked, column: Column) -> list[int]:
    """Return a column's counts in the order of `answers`."""
    return [*(column.options if asked.options else (column.yes, column.no)), column.blank]


def head(asked: Asked) -> list[str]:
    """Return the header of a question's table."""
    return ["", *answers(asked), _("Voted"), _("Entitled"), _("Turnout")]


def label(column: Column) -> str:
    """Return the name of a line."""
    if column.kind == "all":
        return _("All")
    return column.name if column.kind == "party" else _("The others together")


def cells(asked: Asked, column: Column, language: str) -> list[str]:
    """Return a line of a question's table."""
    counts = [words.number(value, language) for value in figures(asked, column)]
    return [
        label(column), *counts, words.number(column.voters, language),
        words.number(column.entitled, language), words.percent(column.voters, column.entitled, language),
    ]  # fmt: skip


def bars(asked: Asked, column: Column, language: str) -> list[dict[str, Any]]:
    """Return one bar for each answer, as long as its share of those who voted on the question."""
    whole = max(column.voters, 1)
    kinds = ["option"] * len(asked.options) or ["yes", "no"]
    return [
        {
            "name": name, "kind": kind, "votes": words.number(value, language),
            "percent": words.percent(value, column.voters, language),
            "width": round(WIDTH * value / whole, 1),
        }
        for name, value, kind in zip(answers(asked), figures(asked, column), [*kinds, "blank"], strict=True)
    ]  # fmt: skip
