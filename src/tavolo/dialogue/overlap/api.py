# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of blind overlap: lodged in secret, shown only where all accept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tavolo.dialogue import standing
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.overlap import policies, presenting, seats
from tavolo.dialogue.overlap.models import Exercise
from tavolo.dialogue.overlap.schemas import (
    AskIn,
    ConsentIn,
    ExerciseList,
    ExerciseOut,
    ListIn,
    LodgingIn,
    LodgingOut,
)
from tavolo.dialogue.overlap.services import asking, ending, listing, lodging, looking

api = Operations("overlap")
router = api.router
ONE = "/exercises/{uuid:exercise_id}"


@api.get("/tables/{uuid:table_id}/exercises", ExerciseList, "exercises", "A table's blind overlaps")
def exercises(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the exercises of a table one sees, the latest first."""
    rows = seats.visible(request.user.pk).filter(table_id=table_id)
    return {"items": [_out(request, row) for row in rows]}


@api.post("/tables/{uuid:table_id}/exercises", ExerciseOut, "exercises", "Ask for a blind overlap")
def ask(request: HttpRequest, table_id: UUID, asked: AskIn) -> dict[str, Any]:
    """Ask for an exercise for one's party; it is off until all parties have asked."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    made = api.doing(
        request, "ask", asked.model_dump(),
        lambda: str(asking.ask(table, title=asked.title, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return _out(request, _seen(request, UUID(made)))


@api.get(ONE, ExerciseOut, "exercise", "One exercise")
def exercise(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Return where an exercise stands and what has been shown."""
    return _out(request, _seen(request, exercise_id))


@api.post(f"{ONE}/requests", ExerciseOut, "requests", "Ask for it too")
def join(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Ask for an exercise another party asked for."""
    return _do(request, exercise_id, "join", lambda row: asking.join(row, actor_id=request.user.pk))


@api.post(f"{ONE}/list", ExerciseOut, "list", "Write the list of issues")
def write_list(request: HttpRequest, exercise_id: UUID, given: ListIn) -> dict[str, Any]:
    """Write the list, by the joint secretariat: a new version that all must agree to."""
    lines = [(issue.title, issue.options) for issue in given.issues]
    return _do(
        request, exercise_id, "list",
        lambda row: listing.write_list(row, lines, closes_on=given.closes_on, actor_id=request.user.pk),
        given.model_dump(mode="json"),
    )  # fmt: skip


@api.post(f"{ONE}/list-consents", ExerciseOut, "list_consents", "Agree to the list")
def consent(request: HttpRequest, exercise_id: UUID, given: ConsentIn) -> dict[str, Any]:
    """Agree to the exact version of the list one has read."""
    return _do(
        request, exercise_id, "consent",
        lambda row: listing.consent_to_list(row, version=given.version, actor_id=request.user.pk),
        given.model_dump(),
    )  # fmt: skip


@api.get(f"{ONE}/lodging", LodgingOut, "lodging", "What my party has lodged", refuses=True)
def own_lodging(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Return one's own party's lodging; nobody else's is ever returned."""
    own = lodging.own_lodging(_seen(request, exercise_id), actor_id=request.user.pk)
    if own is None:
        return {"lodged": False}
    return {"lodged": True, "accepts": own.accepts, "points": own.points, "weights": own.weights}


@api.post(f"{ONE}/lodging", LodgingOut, "lodging", "Lodge what my party could accept")
def lodge(request: HttpRequest, exercise_id: UUID, given: LodgingIn) -> dict[str, Any]:
    """Lodge, or replace what was lodged.

    No key against doubles is kept: its row would tell who lodged when, and how often. Repeating it changes
    nothing.
    """
    found = _seen(request, exercise_id)
    lodging.lodge(
        found, accepts=given.accepts, points=given.points, weights=given.weights, actor_id=request.user.pk
    )
    return own_lodging(request, exercise_id)


@api.post(f"{ONE}/look", ExerciseOut, "look", "Agree to look")
def look(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Agree to look; nobody is told until all have."""
    return _do(request, exercise_id, "look", lambda row: looking.agree_to_look(row, actor_id=request.user.pk))


@api.post(f"{ONE}/packages", ExerciseOut, "packages", "Agree to packages")
def packages(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Agree to see efficient packages; nobody is told until all have."""
    return _do(
        request, exercise_id, "packages",
        lambda row: looking.agree_to_packages(row, actor_id=request.user.pk),
    )  # fmt: skip


@api.post(f"{ONE}/decline", ExerciseOut, "decline", "End without packages")
def decline(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """End after the look; what was lodged is destroyed."""
    return _do(
        request, exercise_id, "decline", lambda row: ending.decline_packages(row, actor_id=request.user.pk)
    )


@api.post(f"{ONE}/stop", ExerciseOut, "stop", "Stop before the look")
def stop(request: HttpRequest, exercise_id: UUID) -> dict[str, Any]:
    """Stop; what was lodged is destroyed and nothing shown."""
    return _do(request, exercise_id, "stop", lambda row: ending.stop(row, actor_id=request.user.pk))


def _seen(request: HttpRequest, exercise_id: UUID) -> Exercise:
    found = policies.exercise_at(request, {"exercise_id": exercise_id})
    if found is None:
        raise Http404
    return found


def _do(
    request: HttpRequest, exercise_id: UUID, action: str, work: Callable[[Exercise], Any], asked: Any = None
) -> dict[str, Any]:
    found = _seen(request, exercise_id)

    def run() -> None:
        work(found)

    api.doing(request, action, asked, run)
    return _out(request, _seen(request, exercise_id))


def _out(request: HttpRequest, row: Exercise) -> dict[str, Any]:
    party = presenting.own_party(row, request.user.pk)
    yeses = presenting.yeses(row, party)
    issues = listing.issues_of(row)
    common = presenting.common(row, issues)
    shown = presenting.shown_packages(row, issues)
    return {
        "id": row.pk, "table_id": row.table_id, "title": row.title, "state": row.state,
        "version": row.version, "closes_on": row.closes_on, "asked_on": row.asked_on,
        "looked_on": row.looked_on, "ended_on": row.ended_on,
        "parties": [
            {
                "id": one["party"].pk, "name": str(one["party"]), "asked": one["asked"],
                "agrees_to_list": one["list"],
            }
            for one in yeses.parties
        ],
        "own": {
            "asks": yeses.own["ask"], "agrees_to_list": yeses.own["list"],
            "agrees_to_look": yeses.own["look"], "agrees_to_packages": yeses.own["packages"],
        },
        "issues": [
            {
                "id": issue.pk, "title": issue.title,
                "options": [
                    {
                        "id": option.pk, "text": option.text,
                        "all_accept": common[i]["options"][j]["all"] if common else None,
                    }
                    for j, option in enumerate(issue.options.all())
                ],
            }
            for i, issue in enumerate(issues)
        ],
        "packages": _packages(shown) if shown else None,
    }  # fmt: skip


def _packages(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "all_shown": shown["all_shown"],
        "priorities": shown["priorities"],
        "items": [
            {
                "why": one["why"], "best_for_worst_off": one["worst_off"], "best_nash_product": one["nash"],
                "alike": one["alike"],
                "choice": [
                    {"issue": r["key"], "title": r["title"], "option": r["option"].text} for r in one["rows"]
                ],
                "parties": [
                    {"party": p["name"], "band": p["band"], "grades": p["grades"], "words": p["words"]}
                    for p in one["parties"]
                ],
            }
            for one in shown["packages"]
        ],
    }  # fmt: skip
