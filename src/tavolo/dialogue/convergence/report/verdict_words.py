"""A verdict in words."""

from __future__ import annotations

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.report.people import Cast
from tavolo.dialogue.convergence.report.texts import confidence, listing, say
from tavolo.dialogue.convergence.result import Statement

COLOURS = {
    v.CONVERGENCE: "#1d6b57",
    v.AGAINST: "#7b3f73",
    v.RESERVATION: "#8a6a12",
    v.DIVERGENCE: "#a8401f",
    v.NOT_ENOUGH: "#6a665d",
    "": "#6a665d",
}
# The order of the report: what is shared, what is refused, what divides, what is not known.
ORDER = (v.CONVERGENCE, v.RESERVATION, v.DIVERGENCE, v.AGAINST, v.NOT_ENOUGH)


def words(statement: Statement, cast: Cast) -> str:
    """The sentence that says what the verdict claims, naming groups."""
    verdict, lang = statement.verdict, cast.lang
    one = len(cast.groups) < 2
    supporting = [cast.name(g) for g in verdict.supporting]
    rejecting = [cast.name(g) for g in verdict.rejecting]
    named = {*verdict.supporting, *verdict.rejecting}
    rest = [cast.name(g.id) for g in cast.groups if g.id not in named]
    if verdict.code in (v.CONVERGENCE, v.AGAINST):
        said = say(f"say_{verdict.code}_one" if one else f"say_{verdict.code}", lang)
        return f"{said} {say('say_whatever', lang)}" if _whatever(statement, cast) else said
    if verdict.code == v.DIVERGENCE:
        said = say(
            "say_divergence",
            lang,
            supporting=listing(supporting, lang),
            rejecting=listing(rejecting, lang),
        )
        return f"{said} {say('say_divergence_rest', lang, rest=listing(rest, lang))}" if rest else said
    if verdict.code == v.RESERVATION:
        key = "say_reservation_for" if verdict.side > 0 else "say_reservation_against"
        return say(key, lang, sure=listing(supporting or rejecting, lang), rest=listing(rest, lang))
    return _not_enough(statement, cast)


def _whatever(statement: Statement, cast: Cast) -> bool:
    """Whether the majorities stand without assuming anything about those who were not heard."""
    rows, agrees = cast.rows(statement), statement.verdict.code == v.CONVERGENCE
    sides = [(row.counts.agree if agrees else row.counts.disagree, row) for row in rows]
    return all(row.size > row.counts.seen and 2 * count > row.size for count, row in sides)


def _not_enough(statement: Statement, cast: Cast) -> str:
    verdict, lang = statement.verdict, cast.lang
    silent = [row.name for row in cast.rows(statement) if row.counts.seen == 0]
    if silent and cast.groups:
        said = say("say_nobody", lang, groups=listing(silent, lang))
    elif len(cast.groups) < 2:
        said = say("say_not_enough_one", lang)
    elif verdict.missing:
        said = say("say_not_enough", lang, groups=listing([cast.name(g) for g in verdict.missing], lang))
    else:
        return say("say_no_majority", lang)
    if verdict.probability >= 0.5:
        nearest = say(verdict.leading, lang).lower()
        said += " " + say("nearest", lang, what=nearest, value=confidence(verdict.probability, lang))
    return said


def certainty(statement: Statement, cast: Cast) -> str:
    """The confidence of a stated verdict, or nothing."""
    verdict = statement.verdict
    if verdict.code == v.NOT_ENOUGH:
        return ""
    heard = all(row.size and row.counts.seen == row.size for row in cast.rows(statement))
    return say("confidence", cast.lang, value=confidence(verdict.probability, cast.lang, certain=heard))
