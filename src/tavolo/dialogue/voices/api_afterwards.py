# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of languages, marks of importance and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Statement, StatementVersion
from tavolo.dialogue.services import consultations
from tavolo.dialogue.voices import importance, notes, outcomes, policies, schemas, seeds, translating
from tavolo.dialogue.voices.answering import ONE, api, consultation_of, doing
from tavolo.dialogue.voices.languages import direction, words_of
from tavolo.dialogue.voices.models import Outcome
from tavolo.dialogue.voices.views_proposing import acting_promoter


def _lang() -> str:
    return (get_language() or "it")[:2]


def _nothing(result: object) -> None:
    """Drop a result that is not plain JSON."""


@api.get("/words/{language}", schemas.WordsOut, "words", "The voting page's words")
def words(request: HttpRequest, language: str) -> dict[str, Any]:
    """Return the words of the voting page in a language."""
    try:
        found = words_of(language)
    except KeyError:
        raise Http404 from None
    return {"language": language, "direction": direction(language), "words": dict(found)}


@api.get(ONE + "/outcomes", schemas.FateList, "outcomes", "What became of it")
def read_outcomes(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return, statement by statement, the verdict and what became of it."""
    found = consultation_of(request, consultation_id)
    entries = outcomes.page_of(found, _lang(), request.user.pk) if found.has_results else []
    return {
        "items": [
            {
                "statement_id": e["statement"].pk, "number": e["number"], "text": e["text"],
                "verdict": e["result"]["code"] if e["result"] else None, "proposed": e["proposed"],
                "mine": e["mine"],
                "outcomes": [
                    {"kind": o["kind"], "text": o["text"], "link": o["link"]} for o in e["outcomes"]
                ],
            }
            for e in entries
        ]
    }  # fmt: skip


@api.post(ONE + "/outcomes/new", schemas.OutcomeOut, "write_outcome", "Write what became of a statement")
def write_outcome(request: HttpRequest, consultation_id: UUID, said: schemas.OutcomeIn) -> dict[str, Any]:
    """Write what became of a statement of a published consultation."""
    statement = get_object_or_404(
        Statement.objects.select_related("consultation"),
        pk=said.statement_id,
        consultation_id=consultation_id,
    )
    doing(
        request, "write_outcome", said.dict(),
        lambda: str(
            outcomes.write_outcome(
                statement, kind=said.kind, text=said.text, link=said.link, actor_id=request.user.pk
            ).pk
        ),
    )  # fmt: skip
    return {"kind": said.kind, "text": said.text, "link": said.link}


@api.delete(
    "/outcomes/{uuid:outcome_id}", schemas.StateOut, "take_back", "Remove what was written by mistake"
)
def take_back(request: HttpRequest, outcome_id: UUID) -> dict[str, Any]:
    """Remove something written about a statement; with another key a second call finds nothing (404)."""
    row = get_object_or_404(Outcome.objects.select_related("consultation"), pk=outcome_id)
    doing(request, "take_back", None, lambda: _nothing(outcomes.take_back(row, actor_id=request.user.pk)))
    return {"state": "removed"}


@api.post(ONE + "/outcomes/notice", schemas.ToldOut, "tell", "Tell participants what became of it")
def tell(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Tell those who were asked that they can read what became of it; return how many."""
    found = consultation_of(request, consultation_id)
    work = lambda: outcomes.tell_participants(found, actor_id=request.user.pk)  # noqa: E731
    return {"told": doing(request, "tell", None, work)}


@api.get(ONE + "/importance", schemas.ImportanceList, "importance", "Marks of importance")
def read_importance(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return how many marked each statement as important, under the rules of the votes."""
    lines = importance.shares(consultation_of(request, consultation_id), _lang())
    return {
        "items": [
            {
                "number": line.number, "text": line.text, "voted": line.total.voted,
                "marked": line.total.marked,
                "by_label": [
                    {"label": share.name, "voted": share.voted, "marked": share.marked}
                    for share in line.by_label
                ],
            }
            for line in lines
        ]
    }  # fmt: skip


@api.get(ONE + "/translations", schemas.TranslationList, "translations", "Translations with their state")
def read_translations(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return every translation of a consultation."""
    found = consultation_of(request, consultation_id)
    return {
        "items": [
            {
                "id": row.pk, "place": line.place, "language": code, "original": line.original,
                "text": row.text, "checked": notes.is_checked(row), "translated_by": notes.made_by(row),
            }
            for line in translating.lines(found)
            for code, row in sorted(line.rows.items())
        ]
    }  # fmt: skip


@api.post(ONE + "/translations/new", schemas.StateOut, "translate", "Add or correct a translation")
def translate(request: HttpRequest, consultation_id: UUID, said: schemas.TranslationIn) -> dict[str, Any]:
    """Add or correct a translation; it is a draft until a second person has checked it."""
    found = consultation_of(request, consultation_id)
    line = next((one for one in translating.lines(found) if one.place == said.place), None)
    if line is None:
        raise Problem(_("This consultation has no such text: use the sheet it offers."))
    sent = {
        "language": said.language, "text": said.text, "translated_by": said.translated_by,
        "actor_id": request.user.pk,
    }  # fmt: skip
    if line.version is not None:
        work = lambda: str(consultations.translate_version(line.version, **sent).pk)  # noqa: E731
    else:
        kind = "theme" if line.theme is not None else line.place
        work = lambda: str(  # noqa: E731
            translating.translate_words(found, kind=kind, theme=line.theme, **sent).pk
        )
    doing(request, "translate", said.dict(), work)
    return {"state": "draft"}


@api.post("/translations/{uuid:translation_id}/check", schemas.StateOut, "check", "Check a translation")
def check(request: HttpRequest, translation_id: UUID) -> dict[str, Any]:
    """Say, as a second person, that a translation is right as it stands."""
    row = policies.translated(translation_id)
    if row is None:
        raise Http404
    doing(
        request, "check", None, lambda: _nothing(translating.check_translation(row, actor_id=request.user.pk))
    )
    return {"state": "checked"}


@api.post(
    "/versions/{uuid:version_id}/consent", schemas.SeedOut, "consent_seed", "Consent to a waiting wording"
)
def consent_seed(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    """Give the party's yes to a wording written while voting is under way."""
    version = get_object_or_404(StatementVersion.objects.select_related("consultation"), pk=version_id)
    party = acting_promoter(request, version.consultation)
    work = lambda: seeds.consent_to_seed(version, party=party, actor_id=request.user.pk)  # noqa: E731
    return {"open": doing(request, "consent_seed", None, work)}
