# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""An exercise as one person may see it, for pages and API: what is common to all, and the own party's yeses.

Nothing here opens a lodging but the person's own. Outcomes are read from what was shown, never computed
again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tavolo.dialogue.models import Party
from tavolo.dialogue.overlap import seats
from tavolo.dialogue.overlap.models import Agreement, Exercise, Issue, Outcome
from tavolo.dialogue.overlap.payload import key
from tavolo.dialogue.overlap.services import steps
from tavolo.dialogue.overlap.solver.disclosure import Shown, View
from tavolo.dialogue.overlap.solver.words import mark_words, party_words

SYMBOLS = {"best": "●", "between": "◐", "least": "○", "same": "–"}


@dataclass(frozen=True)
class Yeses:
    """Who has asked and agreed to the list, which everybody may know; and the own party's later yeses."""

    parties: list[dict[str, Any]]
    own: dict[str, bool]


def yeses(exercise: Exercise, own: Party | None) -> Yeses:
    """Return the open yeses of all, and all of one's own."""
    asked = steps.agreed(exercise, Agreement.Step.ASK)
    listed = steps.agreed(exercise, Agreement.Step.LIST, exercise.version)
    rows = [
        {"party": party, "asked": party.pk in asked, "list": party.pk in listed}
        for party in seats.parties(exercise)
    ]
    later = (Agreement.Step.LOOK, Agreement.Step.PACKAGES)
    mine = {step.value: own is not None and own.pk in steps.agreed(exercise, step) for step in later}
    mine |= {"ask": own is not None and own.pk in asked, "list": own is not None and own.pk in listed}
    return Yeses(rows, mine)


def outcome(exercise: Exercise, stage: str) -> dict[str, Any] | None:
    """Return what was shown at a stage, if it was."""
    found = Outcome.objects.filter(exercise=exercise, stage=stage).first()
    return found.content if found else None


def common(exercise: Exercise, issues: list[Issue]) -> list[dict[str, Any]] | None:
    """Return issue by issue the options and whether all accept them; None before the look."""
    shown = outcome(exercise, Outcome.Stage.OVERLAP)
    if shown is None:
        return None
    rows = []
    for i, issue in enumerate(issues):
        found = set(shown["common"][key(i)])
        options = [
            {"id": o.pk, "text": o.text, "all": key(j) in found} for j, o in enumerate(issue.options.all())
        ]
        rows.append({"issue": issue, "options": options, "count": len(found)})
    return rows


def shown_packages(exercise: Exercise, issues: list[Issue]) -> dict[str, Any] | None:
    """Return the packages with their words in the active language; None where they are not shown."""
    content = outcome(exercise, Outcome.Stage.PACKAGES)
    if content is None:
        return None
    language = "it" if (get_language() or "it").startswith("it") else "en"
    names = {str(party.pk): str(party) for party in seats.parties(exercise)}
    titles = {key(i): issue.title for i, issue in enumerate(issues)}
    texts = {
        (key(i), key(j)): option
        for i, issue in enumerate(issues)
        for j, option in enumerate(issue.options.all())
    }
    packages = [
        _package(item, names, titles, texts, language, content["priorities"]) for item in content["packages"]
    ]
    return {"packages": packages, "all_shown": content["all_shown"], "priorities": content["priorities"]}


def _package(
    item: dict[str, Any], names: dict[str, str], titles: dict[str, str],
    texts: dict[tuple[str, str], Any], language: str, priorities: bool,
) -> dict[str, Any]:  # fmt: skip
    views = sorted(
        (View(view["party"], view["band"], view["grades"]) for view in item["views"]),
        key=lambda view: list(names).index(view.party),
    )
    shown = Shown(item["choice"], item["worst_off"], item["nash"], item["alike"], tuple(views))
    return {
        "why": mark_words(shown, language, priorities=priorities),
        "worst_off": shown.worst_off, "nash": shown.nash, "alike": shown.alike,
        "marked": shown.worst_off or shown.nash,
        "rows": [
            {
                "key": issue, "title": titles[issue], "option": texts[issue, option],
                "grades": [
                    {"symbol": SYMBOLS[view.grades[issue]], "grade": view.grades[issue]} for view in views
                ],
            }
            for issue, option in shown.choice.items()
        ],
        "parties": [
            {
                "id": view.party, "name": names[view.party], "band": view.band, "steps": _steps(view.band),
                "words": party_words(view, titles, language), "grades": dict(view.grades),
            }
            for view in views
        ],
    }  # fmt: skip


def _steps(band: int | None) -> list[dict[str, int | bool]]:
    """Return the four cells of a party's bar: where each begins and whether it is full."""
    full = 4 if band is None or band == 4 else band + 1
    return [{"x": 26 * cell, "full": cell < full} for cell in range(4)]


def own_party(exercise: Exercise, account_id: uuid.UUID) -> Party | None:
    """Return the party a person acts for in the exercise."""
    return seats.acting_for(account_id, exercise)
