"""What was computed, said in Italian or English: steps, results, warnings. No sentence says "valid"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tavolo.dialogue.plain_ballots.rules.counting import Threshold
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome, Warning
from tavolo.dialogue.plain_ballots.rules.model import Reference, RuleSet
from tavolo.dialogue.plain_ballots.rules.requiring import Requirement
from tavolo.dialogue.plain_ballots.rules.texts import (
    BASES,
    CLOSING,
    PARTS,
    READINGS,
    REQUIREMENTS,
    RESULTS,
    STATUSES,
    WARNINGS,
)


def number(value: int, language: str) -> str:
    """Return a whole number with the separators of the language."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "it" else text


def day_text(value: date, language: str) -> str:
    """Return a day in figures: 22/11/2026 or 2026-11-22."""
    return value.strftime("%d/%m/%Y") if language == "it" else value.isoformat()


def share_text(share: Fraction, language: str) -> str:
    """Return a share as a percentage where that is exact to two places, else as a fraction."""
    hundredths = share * 10_000
    if hundredths.denominator != 1:
        return f"{share.numerator}/{share.denominator}"
    whole, rest = divmod(int(hundredths), 100)
    decimals = f"{rest:02d}".rstrip("0")
    mark = "," if language == "it" else "."
    return f"{whole}{mark}{decimals}%" if decimals else f"{whole}%"


def percent(part: int, of: int, language: str) -> str:
    """Return part of a whole as a percentage cut (never rounded up) at two places; a dash for none."""
    if of == 0:
        return "–"
    hundredths = part * 10_000 // of
    mark = "," if language == "it" else "."
    return f"{hundredths // 100}{mark}{hundredths % 100:02d}%"


def rule_text(rule_set: RuleSet, day: date, language: str) -> list[str]:
    """Return quorum and majority in plain words, one sentence each."""
    parts = PARTS[language]
    out = []
    quorum, majority = rule_set.fraction("quorum_share", day), rule_set.fraction("majority_share", day)
    if quorum is None:
        out.append(parts["no_quorum"])
    else:
        reading = rule_set.word("quorum_reading", day, "more_than")
        base = rule_set.word("quorum_base", day, "entitled")
        out.append(parts["quorum"].format(what=_what(quorum[0], reading, base, language)))
    decides = rule_set.word("decides", day, "approval")
    if majority is None:
        out.append(parts["no_majority_election" if decides == "election" else "no_majority"])
    else:
        reading = rule_set.word("majority_reading", day, "more_than")
        base = rule_set.word("majority_base", day, "voters")
        out.append(parts[f"majority_{decides}"].format(what=_what(majority[0], reading, base, language)))
        if base == "voters":
            out.append(parts["blank_count"])
    return out


def _what(share: Fraction, reading: str, base: str, language: str) -> str:
    return READINGS[language][reading].format(share=share_text(share, language), base=BASES[language][base])


def steps(outcome: Outcome, language: str) -> list[str]:
    """Return the computation, one sentence a step, figures included."""
    parts, out = PARTS[language], []
    counts = outcome.counts
    if counts.entitled is not None:
        out.append(
            parts["turnout"].format(
                cast=number(counts.cast, language), entitled=number(counts.entitled, language),
                percent=percent(counts.cast, counts.entitled, language),
            )
        )  # fmt: skip
    if outcome.quorum is not None:
        out.append(_step("quorum", outcome.quorum, language))
    if outcome.majority is not None:
        kind = "option" if counts.options else ("no" if outcome.decides == "rejection" else "yes")
        out.append(_step(kind, outcome.majority, language))
    out.append(result_text(outcome, language))
    return out


def _step(kind: str, test: Threshold, language: str) -> str:
    parts = PARTS[language]
    what = _what(test.share, test.reading, test.base, language)
    if test.of is None or test.have is None or test.needed is None:
        return parts["step_missing"].format(kind=parts[f"kind_{kind}"], what=what)
    ending = (
        parts["reached"].format(margin=number(test.margin, language))
        if test.reached
        else parts["not_reached"].format(missing=number(test.missing, language))
    )
    return parts["step"].format(
        kind=parts[f"kind_{kind}"], what=what, of=number(test.of, language),
        needed=number(test.needed, language), have=number(test.have, language), ending=ending,
    )  # fmt: skip


def result_text(outcome: Outcome, language: str) -> str:
    """Return the result in one sentence; it computes, it does not declare validity."""
    names = ", ".join(outcome.leading)
    rejects = outcome.decides == "rejection" and outcome.result == "no_quorum"
    key = "no_quorum_rejection" if rejects else outcome.result
    return RESULTS[language][key].format(names=names)


def disclaimer(language: str) -> str:
    """Return the sentence that stands under every computation."""
    return CLOSING[language]


def warning_text(warning: Warning, language: str) -> str:
    """Return a warning as a sentence."""
    values: dict[str, Any] = {}
    for key, value in warning.values:
        if isinstance(value, Mapping):
            value = value[language]
        elif isinstance(value, date):
            value = day_text(value, language)
        elif isinstance(value, tuple):
            value = ", ".join(str(item) for item in value)
        elif key == "base":
            value = BASES[language].get(str(value), REQUIREMENTS[language].get(str(value), str(value)))
        values[key] = value
    return WARNINGS[language][warning.code].format(**values)


def source_text(reference: Reference, language: str) -> str:
    """Return a source with how and when it was read."""
    status = STATUSES[language][reference.status]
    return f"{reference.short()} ({status}, {day_text(reference.read_on, language)})"


def requirement_text(requirement: Requirement, language: str) -> str:
    """Return what is asked, and whether the figures given meet it."""
    met = {True: "met", False: "not_met", None: "unknown"}[requirement.met]
    return f"{REQUIREMENTS[language][requirement.code]} {PARTS[language][met]}"
