# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of plain language, translations by the sheet, checking a whole language, recordings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile

from tavolo.common.imports import services as imports
from tavolo.common.imports.declare import IMPORTERS
from tavolo.common.models import StoredFile
from tavolo.common.serving import declared
from tavolo.common.sniffing import XLSX
from tavolo.dialogue.api_importing import count_upload, import_out, run_of, told_apart
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.schemas import ImportOut
from tavolo.dialogue.voices import privacy_hint, readability, schemas, translating, views_translating
from tavolo.dialogue.voices import schemas_languages as s
from tavolo.dialogue.voices.answering import ONE, api, consultation_of, doing
from tavolo.dialogue.voices.imports import IMPORTER
from tavolo.dialogue.voices.languages import words_of
from tavolo.dialogue.voices.models import Audio

VERSION = "/versions/{uuid:version_id}"
SOUNDS = ("audio/mpeg", "audio/ogg", "audio/wav")


@api.post(ONE + "/readability", s.ReadingOut, "readability", "How plainly a statement is worded")
def readability_of(request: HttpRequest, consultation_id: UUID, typed: schemas.TypedIn) -> dict[str, Any]:
    """Return how readable a promoter's wording is, and what could be said more plainly; nothing is kept."""
    consultation_of(request, consultation_id)
    found = readability.read(typed.text)
    return {
        "index": found.index, "level": found.level, "words": found.words, "sentences": found.sentences,
        "hints": [{"code": one.code, "found": one.found, "instead": one.instead} for one in found.hints],
        "flags": [str(flag) for flag in privacy_hint.look(typed.text)],
    }  # fmt: skip


@api.get(ONE + "/translations/sheet.xlsx", None, "sheet", "The sheet to translate", extra=declared(XLSX))
def sheet(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """Return every text of a consultation in every language, with the translations there are."""
    return views_translating.sheet_file(consultation_of(request, consultation_id))


@api.post(ONE + "/translations/sheet", ImportOut, "upload_sheet", "Upload a translated sheet")
def upload_sheet(request: HttpRequest, consultation_id: UUID, file: File[UploadedFile]) -> dict[str, Any]:
    """Upload the sheet filled in (.xlsx, .csv). It is checked in the background and waits to be confirmed.

    How far it is, the confirmation and giving it up: `/dialogue/imports/{import_id}`.
    """
    found = consultation_of(request, consultation_id)

    def work() -> str:
        count_upload(request)
        sent = {"translations": imports.Upload(file.name or "", file.size or 0, file.file)}
        run = imports.begin(IMPORTERS[IMPORTER], sent, owner_id=request.user.pk, subject_id=found.pk)
        return str(run.pk)

    return import_out(run_of(request, UUID(doing(request, "upload_sheet", told_apart(file), work))))


@api.get(ONE + "/translations/completeness", s.CompletenessOut, "completeness", "How far each language is")
def completeness(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return for each language how many texts there are to translate, how many are translated and checked."""
    found = consultation_of(request, consultation_id)
    return {
        "items": [
            {
                "language": row["code"], "name": words_of(row["code"])["name"], "wanted": row["wanted"],
                "done": row["done"], "checked": row["checked"],
            }
            for row in translating.completeness(found)
        ]
    }  # fmt: skip


@api.post(ONE + "/translations/check", s.CheckedOut, "check_all", "Check a whole language")
def check_all(request: HttpRequest, consultation_id: UUID, said: s.LanguageIn) -> dict[str, Any]:
    """Say, as a second person, that every translation into a language is right as it stands."""
    found = consultation_of(request, consultation_id)
    work = lambda: translating.check_language(found, said.language, actor_id=request.user.pk)  # noqa: E731
    return {"checked": doing(request, "check_all", said.dict(), work)}


@api.get(ONE + "/recordings", s.RecordingList, "recordings", "Its recordings, to be read aloud")
def recordings(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the recordings of a consultation's statements, or of a ballot's questions and options."""
    found = consultation_of(request, consultation_id)
    rows = Audio.objects.filter(version__consultation=found).select_related("version__statement")
    kept = StoredFile.objects.in_bulk(rows.values_list("file_id", flat=True))
    listed = sorted(rows, key=lambda row: (row.version.statement.number, row.version.number, row.language))
    return {"items": [_out(row, kept[row.file_id]) for row in listed if row.file_id in kept]}


@api.get(
    ONE + "/recordings/{uuid:version_id}/{language}", None, "recording", "The sound of a recording",
    extra=declared(*SOUNDS),
)  # fmt: skip
def recording(
    request: HttpRequest, consultation_id: UUID, version_id: UUID, language: str
) -> HttpResponseBase:
    """Return the bytes of a recording, to whoever may read the statement."""
    found: Consultation = consultation_of(request, consultation_id)
    return views_translating.sound(request, found.pk, version_id, language)


@api.post(VERSION + "/recordings", s.RecordingOut, "record", "Keep a recording of a statement")
def record(
    request: HttpRequest, version_id: UUID, file: File[UploadedFile], said: Form[s.RecordingIn]
) -> dict[str, Any]:
    """Keep a recording (MP3, OGG or WAV, at most 4 MiB) of a version; one in that language is replaced."""
    version = _version(version_id)

    def work() -> str:
        count_upload(request)
        made = translating.store_audio(
            version, language=said.language, source=file.file, name=file.name or "recording",
            spoken_by=said.spoken_by, actor_id=request.user.pk,
        )  # fmt: skip
        return str(made.pk)

    pk = doing(request, "record", [said.dict(), *told_apart(file)], work)
    row = get_object_or_404(Audio.objects.select_related("version__statement"), pk=pk)
    return _out(row, get_object_or_404(StoredFile, pk=row.file_id))


@api.delete(VERSION + "/recordings/{language}", schemas.StateOut, "remove_recording", "Take a recording away")
def remove_recording(request: HttpRequest, version_id: UUID, language: str) -> dict[str, Any]:
    """Take a recording of a version away, and its bytes with it."""
    version = views_translating.recorded(version_id, language)
    work = lambda: translating.remove_audio(version, language, actor_id=request.user.pk)  # noqa: E731
    doing(request, "remove_recording", language, work)
    return {"state": "removed"}


def _version(version_id: UUID) -> StatementVersion:
    return get_object_or_404(StatementVersion.objects.select_related("consultation"), pk=version_id)


def _out(row: Audio, stored: StoredFile) -> dict[str, Any]:
    return {
        "version_id": row.version_id, "number": row.version.statement.number, "language": row.language,
        "spoken_by": row.spoken_by, "name": stored.name, "media_type": stored.media_type,
        "size": stored.size, "sha256": stored.sha256,
    }  # fmt: skip
