# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What came out of a consultation, over HTTP and JSON: the shared map, one's own figures, downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.serving import declared
from tavolo.dialogue import policies, views_results
from tavolo.dialogue.api_shared import ONE, api, consultation_of, statements_of
from tavolo.dialogue.convergence.verdicts import judge
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.schemas import ConsultationState, OwnResults, ReleaseOut, ResultsOut
from tavolo.dialogue.services import closing, downloads, own_figures, picturing, releasing
from tavolo.dialogue.services.analysing import file_for, label_name
from tavolo.dialogue.services.results import View, view_for

OBJECT_BODY = {"description": "OK", "content": {"application/json": {"schema": {"type": "object"}}}}
OBJECT = {"responses": {200: OBJECT_BODY}}


@api.get(ONE + "/results", ResultsOut, "results", "What the shared map shows", refuses=True)
def results(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return counts and verdicts as far as they may be shown; nothing before the close."""
    view = view_for(consultation_of(request, consultation_id=consultation_id))
    return {
        "labels": [
            {
                "name": label_name(column), "kind": column.label.kind, "side": column.label.side,
                "voters": column.voters, "eligible": column.eligible or None,
            }
            for column in view.columns
        ],
        "hidden_sides": view.hidden_sides,
        "statements": _result_statements(view),
    }  # fmt: skip


@api.get(ONE + "/own-results", OwnResults, "own_results", "My party's own figures", refuses=True)
def own_results(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the figures of the party one sits for, which it sees before anybody else."""
    found, party = _own(request, consultation_id)
    figures = own_figures.own_figures(found, party, views_results.language())
    if figures is None:
        raise Problem(_("Too few people of this party voted: it has no figures of its own."))
    return figures | {"rows": [_own_row(row) for row in figures["rows"]]}


@api.post(ONE + "/release", ReleaseOut, "release", "Release my party's results")
def release(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Release one's party's own results to the shared map: a formal act that cannot be undone."""
    found, party = _own(request, consultation_id)
    api.doing(
        request, "release", None,
        lambda: str(releasing.release_results(found, party=party, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return {"state": "waiting" if str(party.pk) in view_for(found).waiting else "shown"}


@api.post(ONE + "/publication", ConsultationState, "publish", "Show the shared map to everybody")
def publish(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Publish what the shared map shows of a closed consultation."""
    found = consultation_of(request, consultation_id=consultation_id)
    api.doing(request, "publish", None, lambda: closing.publish(found, actor_id=request.user.pk))
    found.refresh_from_db()
    return {"state": found.state, "waiting_for": []}


def _file(kind: str) -> dict[str, Any]:
    return {"refuses": True, "extra": declared(views_results.TYPES[kind])}


@api.get(ONE + "/results.csv", None, "results_csv", "The shared map as a table", **_file("csv"))
def results_csv(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return the figures as CSV."""
    return _figures(request, consultation_id, "csv")


@api.get(
    ONE + "/results.json", None, "results_json", "Everything shown, as a file", refuses=True, extra=OBJECT
)
def results_json(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return everything shown as one JSON file, in the form `tavolo convergence` writes."""
    return _figures(request, consultation_id, "json")


@api.get(ONE + "/results.pdf", None, "results_pdf", "The report", **_file("pdf"))
def results_pdf(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return the report as PDF."""
    return _figures(request, consultation_id, "pdf")


@api.get(ONE + "/map.svg", None, "results_map", "The picture of the shared map", **_file("svg"))
def results_map(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return the map as the page draws it: one mark for people in the same place, of the figures shown.

    Its title and description are inside. 422 before the close, and where too few answered for a map.
    """
    found = statements_of(request, consultation_id=consultation_id)
    if not found.has_results:
        raise Problem(_("Figures appear after the consultation is closed."))
    said = views_results.language()
    drawn = picturing.picture_of(found, said)["map"] if view_for(found).columns else None
    if drawn is None:
        raise Problem(_("Too few answers for a map."))
    return views_results.attachment(found, _("map"), "svg", drawn["svg"].encode())


@api.get(ONE + "/polis.zip", None, "results_polis", "The shown ballots, for other tools", **_file("zip"))
def results_polis(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return the shown ballots as a Polis export: without groups, dated by day."""
    found = consultation_of(request, consultation_id=consultation_id)
    if not found.has_results:
        raise Problem(_("Figures appear after the consultation is closed."))
    return _sent(found, "polis", "zip", lambda said: downloads.polis_zip(found, said))


@api.get(ONE + "/own-results.csv", None, "own_csv", "My party's own figures as a table", **_file("csv"))
def own_csv(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Return one's own party's figures as CSV."""
    found, party = _own(request, consultation_id)
    return _sent(found, "own", "csv", lambda said: own_figures.own_csv(found, party, said))


def _figures(request: HttpRequest, consultation_id: UUID, kind: str) -> HttpResponse:
    found = consultation_of(request, consultation_id=consultation_id)
    if not found.has_results:
        raise Problem(_("Figures appear after the consultation is closed."))
    return _sent(found, _("convergences"), kind, lambda said: file_for(found, said, kind))


def _sent(found: Consultation, name: str, kind: str, content: Callable[[str], bytes]) -> HttpResponse:
    return views_results.attachment(found, name, kind, content(views_results.language()))


def _own(request: HttpRequest, consultation_id: UUID) -> tuple[Consultation, Party]:
    found = consultation_of(request, consultation_id=consultation_id)
    party = policies.party_at(request, found)
    if party is None:
        raise Http404
    if not found.has_results:
        raise Problem(_("Figures appear after the consultation is closed."))
    return found, party


def _own_row(row: dict[str, Any]) -> dict[str, Any]:
    counts = ("agree", "disagree", "passed", "seen", "low", "high")
    return {
        "id": row["id"], "text": row["text"],
        **{name: None if row["hidden"] else row[name] for name in counts},
    }  # fmt: skip


def _result_statements(view: View) -> Iterable[dict[str, Any]]:
    if not view.columns:
        return []
    counts = np.stack([column.counts for column in view.columns])
    sizes = [column.eligible for column in view.columns]
    judged = judge(counts[:, :, 0], counts[:, :, 1], counts[:, :, 2], sizes)
    return [
        {
            "version_id": version.pk, "number": version.statement.number, "version": version.number,
            "text": version.text, "verdict": str(judged.code[place]),
            "probability": float(judged.probability[place]),
            "by_label": [_share(column, place) for column in view.columns],
        }
        for place, version in enumerate(view.versions)
    ]  # fmt: skip


def _share(column: Any, place: int) -> dict[str, Any]:
    name = label_name(column)
    if column.hidden[place]:
        return {"label": name, "agree": None, "disagree": None, "passed": None}
    agree, disagree, passed = (int(value) for value in column.counts[place])
    return {"label": name, "agree": agree, "disagree": disagree, "passed": passed}
