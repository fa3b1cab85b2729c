# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Translations of a consultation: how far each language is, entering, checking, the sheet, recordings."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common import serving, sniffing
from tavolo.common.idempotency import new_key
from tavolo.common.models import StoredFile
from tavolo.common.removals import removal
from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.views import consultation_of
from tavolo.dialogue.voices import notes, policies, translating
from tavolo.dialogue.voices.forms import AudioForm, OtherWordsForm
from tavolo.dialogue.voices.imports import IMPORTER
from tavolo.dialogue.voices.languages import CODES, direction, words_of
from tavolo.dialogue.voices.models import Audio


def translations(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show how far each language is, and the texts of one language with their state."""
    found = consultation_of(request, consultation_id=consultation_id)
    languages = translating.completeness(found)
    for entry in languages:
        entry["name"] = words_of(entry["code"])["name"]
    chosen = request.GET.get("lingua", "")
    chosen = chosen if chosen in CODES else "ar"
    lines = [_line(line, chosen, request) for line in translating.lines(found) if line.language != chosen]
    context = {
        "consultation": found, "languages": languages, "chosen": chosen, "lines": lines,
        "chosen_name": words_of(chosen)["name"], "direction": direction(chosen), "importer": IMPORTER,
        "promotes": dialogue_policies.promotes(request, {"consultation_id": found.pk}), "key": new_key(),
    }  # fmt: skip
    return render(request, "voices/translations.html", context)


def _line(line: Any, code: str, request: HttpRequest) -> dict[str, Any]:
    row = line.rows.get(code)
    note = getattr(row, "note", row) if row is not None else None
    entered = getattr(note, "entered_by_id", None)
    return {
        "place": line.place, "original": line.original, "row": row, "version": line.version,
        "checked": row is not None and notes.is_checked(row), "made_by": notes.made_by(row) if row else "",
        "mine": row is not None and entered == request.user.pk,
    }  # fmt: skip


def translate(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Translate the title, the question or the name of a theme."""
    found = consultation_of(request, consultation_id=consultation_id)
    form = OtherWordsForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            request, "translate_words",
            lambda: str(translating.translate_words(found, actor_id=request.user.pk, **data).pk),
            _("The translation has been saved."),
        )  # fmt: skip
        if done:
            return redirect("voices:translations", found.pk)
    context = {
        "heading": _("Title, question and themes"), "form": form, "key": new_key(),
        "lead": f"{found.title} — {found.question}", "back": ("voices:translations", found.pk),
    }  # fmt: skip
    return render(request, "dialogue/form.html", context)


@require_POST
def check(request: HttpRequest, translation_id: uuid.UUID) -> HttpResponse:
    """Say that a translation is right as it stands."""
    row: Any = policies.translated(translation_id)
    consultation = row.consultation if hasattr(row, "consultation") else row.version.consultation
    attempt(
        request, "check_translation",
        lambda: translating.check_translation(row, actor_id=request.user.pk),
        _("The translation is marked as checked."),
    )  # fmt: skip
    answer = redirect("voices:translations", consultation.pk)
    answer["Location"] += f"?lingua={row.language}"
    return answer


@require_POST
def check_all(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Say that every translation into a language is right as it stands."""
    found = consultation_of(request, consultation_id=consultation_id)
    code = request.POST.get("language", "")
    return carry_out(
        request,
        "check_language",
        lambda: translating.check_language(
            found, translating.require_language(code), actor_id=request.user.pk
        ),
        _("The translations are marked as checked, except those you entered."),
        to=("voices:translations", found.pk),
    )


def sheet(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponseBase:
    """Download the sheet to translate: every text in every language still missing."""
    found: Consultation = consultation_of(request, consultation_id=consultation_id)
    return sheet_file(found)


def sheet_file(found: Consultation) -> HttpResponseBase:
    """Return the sheet to translate as a download."""
    response = HttpResponse(translating.sheet(found), content_type=sniffing.XLSX)
    return serving.attachment(response, f"{slugify(found.title)[:60] or 'traduzioni'}-traduzioni.xlsx")


def sound(
    request: HttpRequest, consultation_id: uuid.UUID, version_id: uuid.UUID, language: str
) -> HttpResponseBase:
    """Send a recording, for an account or a slip alike."""
    found = get_object_or_404(
        Audio, version_id=version_id, version__consultation_id=consultation_id, language=language[:8]
    )
    return serving.stored_file(get_object_or_404(StoredFile, pk=found.file_id))


def audio(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Upload a recording of a statement."""
    found = consultation_of(request, version_id=version_id)
    version = get_object_or_404(
        StatementVersion.objects.select_related("consultation", "statement"), pk=version_id
    )
    form = AudioForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            request, "store_audio",
            lambda: str(
                translating.store_audio(
                    version, language=data["language"], source=data["file"].file, name=data["file"].name,
                    spoken_by=data["spoken_by"], actor_id=request.user.pk,
                ).pk
            ),
            _("The recording is kept."),
        )  # fmt: skip
        if done:
            return redirect("voices:translations", found.pk)
    title = _("Statement %(number)s: recording") % {"number": version.statement.number}
    context = {
        "heading": title, "form": form, "key": new_key(), "lead": version.text, "upload": True,
        "back": ("voices:translations", found.pk), "version": version,
        "recordings": [
            {"row": row, "name": words_of(row.language)["name"], "address": recording_address(found, row)}
            for row in version.audio.order_by("language")
        ],
    }  # fmt: skip
    return render(request, "voices/recording.html", context)


def recording_address(found: Consultation, row: Audio) -> str:
    """Return where a recording is heard."""
    return reverse("voices:sound", args=[found.pk, row.version_id, row.language])


@require_POST
@removal
def audio_remove(request: HttpRequest, version_id: uuid.UUID, language: str) -> HttpResponse:
    """Take a recording of a statement away."""
    consultation_of(request, version_id=version_id)
    version = recorded(version_id, language)
    return carry_out(
        request,
        "remove_audio",
        lambda: translating.remove_audio(version, language, actor_id=request.user.pk),
        _("The recording is gone."),
        to=("voices:audio", version.pk),
    )


def recorded(version_id: uuid.UUID, language: str) -> StatementVersion:
    """Return a version that has a recording in a language, or 404."""
    rows = StatementVersion.objects.filter(audio__language=language).select_related("consultation")
    return get_object_or_404(rows, pk=version_id)
