# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Translating a consultation: its title, question and themes; checking by a second person; recordings."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.common.tables import write_xlsx
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, StatementVersion, Theme, Translation
from tavolo.dialogue.services.consultations import LONGEST_STATEMENT, require_promoter
from tavolo.dialogue.voices import notes
from tavolo.dialogue.voices.languages import CODES
from tavolo.dialogue.voices.models import Audio, OtherWords, TranslationNote
from tavolo.ledger.services import record_act

AUDIO = "voices.audio"
LARGEST_AUDIO = 4 * files.MIB


@dataclass(frozen=True)
class Line:
    """One thing to translate: where it stands, its original, and its translations by language."""

    place: str
    original: str
    language: str
    rows: dict[str, Any]
    version: StatementVersion | None = None
    theme: Theme | None = None


def require_language(code: str) -> str:
    """Return a language code people can vote in; raise Problem on any other."""
    if code not in CODES:
        raise Problem(
            _("The language “%(code)s” is not offered here: use one of %(codes)s.")
            % {"code": code[:20], "codes": ", ".join(CODES)}
        )
    return code


@transaction.atomic
def translate_words(
    consultation: Consultation, *, kind: str, language: str, text: str, actor_id: uuid.UUID,
    theme: Theme | None = None, translated_by: str = "",
) -> OtherWords:  # fmt: skip
    """Add or correct the translation of a title, a question or the name of a theme."""
    require_promoter(consultation, actor_id)
    require_language(language)
    if not text.strip() or len(text) > 1000:
        raise Problem(_("Give a text of at most %(most)s characters.") % {"most": 1000})
    row, _made = OtherWords.objects.update_or_create(
        territory_id=consultation.territory_id, consultation=consultation, kind=kind, theme=theme,
        language=language,
        defaults={
            "text": text.strip(), "translated_by": translated_by.strip()[:200], "entered_by_id": actor_id,
            "checked_by_id": None, "checked_digest": "",
        },
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class Entry:
    """One translation to write: of which line, into which language."""

    line: Line
    language: str
    text: str
    translated_by: str = ""


@transaction.atomic
def translate_many(consultation: Consultation, entries: Sequence[Entry], *, actor_id: uuid.UUID) -> int:
    """Write many translations as drafts at once, all or none; return how many."""
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.state not in (Consultation.State.DRAFT, Consultation.State.OPEN):
        raise Problem(_("This consultation is closed: its statements can no longer change."))
    require_promoter(consultation, actor_id)
    of_statements = []
    for entry in entries:
        require_language(entry.language)
        if not entry.text.strip() or len(entry.text) > LONGEST_STATEMENT:
            raise Problem(_("Give a text of at most %(most)s characters.") % {"most": LONGEST_STATEMENT})
        if entry.line.version is not None:
            of_statements.append(entry)
            continue
        kind = "theme" if entry.line.theme is not None else entry.line.place
        translate_words(
            consultation, kind=kind, theme=entry.line.theme, language=entry.language, text=entry.text,
            translated_by=entry.translated_by, actor_id=actor_id,
        )  # fmt: skip
    _write_statements(consultation, of_statements, actor_id)
    return len(entries)


def _write_statements(consultation: Consultation, entries: list[Entry], actor_id: uuid.UUID) -> None:
    territory = consultation.territory_id
    Translation.objects.bulk_create(
        [
            Translation(
                territory_id=territory, version=entry.line.version, language=entry.language,
                text=entry.text.strip(),
            )
            for entry in entries
        ],
        update_conflicts=True, unique_fields=["version", "language"], update_fields=["text"],
    )  # fmt: skip
    made = {(e.line.version.pk, e.language): e.translated_by for e in entries if e.line.version}
    rows = Translation.objects.filter(version__in={version for version, _code in made})
    TranslationNote.objects.bulk_create(
        [
            TranslationNote(
                territory_id=territory, translation=row, entered_by_id=actor_id,
                translated_by=made[row.version_id, row.language].strip()[:200],
            )
            for row in rows
            if (row.version_id, row.language) in made
        ],
        update_conflicts=True, unique_fields=["translation"],
        update_fields=["entered_by", "translated_by", "checked_by", "checked_digest"],
    )  # fmt: skip


@transaction.atomic
def check_language(consultation: Consultation, language: str, *, actor_id: uuid.UUID) -> int:
    """Say that every translation into a language is right as it stands, except those one has entered."""
    if not standing.is_secretary(actor_id, consultation.table_id):
        require_promoter(consultation, actor_id)
    rows = [line.rows[language] for line in lines(consultation) if language in line.rows]
    done = 0
    for row in rows:
        note: Any = row if isinstance(row, OtherWords) else getattr(row, "note", None)
        if note is None or note.entered_by_id == actor_id or notes.is_checked(row):
            continue
        type(note).objects.filter(pk=note.pk).update(
            checked_by_id=actor_id, checked_digest=notes.digest(row.text)
        )
        done += 1
    if done:
        record_act(
            actor_id=actor_id, role="delegate", act="voices.translation_checked",
            object_type="dialogue.consultation", object_id=consultation.pk,
            content={"language": language, "count": done},
        )  # fmt: skip
    return done


@transaction.atomic
def check_translation(row: Translation | OtherWords, *, actor_id: uuid.UUID) -> None:
    """Say that a translation is right as it stands: by a person who did not enter it.

    A promoter or the joint secretariat may. Twice changes nothing.
    """
    consultation = row.consultation if isinstance(row, OtherWords) else row.version.consultation
    if not standing.is_secretary(actor_id, consultation.table_id):
        require_promoter(consultation, actor_id)
    note = _locked_note(row)
    if note.entered_by_id == actor_id:
        raise Problem(_("You entered this translation: a second person must check it."))
    if notes.is_checked(row):
        return
    note.checked_by_id, note.checked_digest = actor_id, notes.digest(row.text)
    note.save(update_fields=["checked_by", "checked_digest"])
    record_act(
        actor_id=actor_id, role="delegate", act="voices.translation_checked",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"language": row.language, "digest": note.checked_digest},
    )  # fmt: skip


def _locked_note(row: Translation | OtherWords) -> Any:
    if isinstance(row, OtherWords):
        return OtherWords.objects.select_for_update().get(pk=row.pk)
    TranslationNote.objects.get_or_create(territory_id=row.territory_id, translation=row)
    return TranslationNote.objects.select_for_update().get(translation=row)


def lines(consultation: Consultation) -> Iterator[Line]:
    """Yield everything of a consultation that can be translated, in the order voters meet it."""
    other: dict[tuple[str, Any], dict[str, Any]] = {}
    for row in OtherWords.objects.filter(consultation=consultation):
        other.setdefault((row.kind, row.theme_id), {})[row.language] = row
    yield Line("title", consultation.title, "it", other.get(("title", None), {}))
    yield Line("question", consultation.question, "it", other.get(("question", None), {}))
    themes = Theme.objects.filter(pk__in=consultation.statements.exclude(theme=None).values("theme"))
    for theme in themes:
        yield Line(f"theme:{theme.name}", theme.name, "it", other.get(("theme", theme.pk), {}), theme=theme)
    versions = (
        StatementVersion.objects.filter(consultation=consultation, statement__withdrawn=False)
        .filter(pk__in=_current(consultation))
        .select_related("statement")
        .prefetch_related("translations__note")
        .order_by("statement__number")
    )
    for version in versions:
        rows = {row.language: row for row in version.translations.all()}
        yield Line(str(version.statement.number), version.text, version.language or "it", rows, version)


def _current(consultation: Consultation) -> list[uuid.UUID]:
    """Return the newest version of each statement: the one open, or waiting to be."""
    newest: dict[uuid.UUID, uuid.UUID] = {}
    rows = StatementVersion.objects.filter(consultation=consultation).order_by("number")
    for statement, version in rows.values_list("statement_id", "pk"):
        newest[statement] = version
    return list(newest.values())


def words_in(consultation: Consultation, language: str) -> dict[str, Any]:
    """Return title, question and theme names in a language, as far as they are translated."""
    rows = list(OtherWords.objects.filter(consultation=consultation, language=language))
    found = {row.kind: row for row in rows if row.kind != OtherWords.Kind.THEME}
    return {
        "title": found["title"].text if "title" in found else None,
        "question": found["question"].text if "question" in found else None,
        "themes": {row.theme_id: row.text for row in rows if row.theme_id is not None},
    }


def completeness(consultation: Consultation) -> list[dict[str, Any]]:
    """Return, for each language, how much of a consultation is translated and how much of it checked."""
    everything = list(lines(consultation))
    out = []
    for code in CODES:
        wanted = [line for line in everything if line.language != code]
        rows = [line.rows[code] for line in wanted if code in line.rows]
        checked = sum(1 for row in rows if notes.is_checked(row))
        out.append({"code": code, "wanted": len(wanted), "done": len(rows), "checked": checked})
    return [entry for entry in out if entry["code"] != "it" or entry["wanted"]]


def may_hear(request: Any, stored: StoredFile) -> bool:
    """Say whether a visitor may hear a recording: whoever may read the statement it speaks."""
    from tavolo.dialogue import policies

    audio = Audio.objects.filter(file_id=stored.pk).first()
    if audio is None:
        return False
    consultation_id = StatementVersion.objects.values_list("consultation_id", flat=True).get(
        pk=audio.version_id
    )
    return policies.sees_consultation(request, {"consultation_id": consultation_id})


files.kind(AUDIO, may_read=may_hear, types={"audio/mpeg", "audio/ogg", "audio/wav"}, largest=LARGEST_AUDIO)


@transaction.atomic
def store_audio(
    version: StatementVersion, *, language: str, source: BinaryIO | bytes, name: str, actor_id: uuid.UUID,
    spoken_by: str = "",
) -> Audio:  # fmt: skip
    """Keep a recording of a version in a language; an earlier one is replaced."""
    consultation = version.consultation
    require_promoter(consultation, actor_id)
    require_language(language)
    before = Audio.objects.filter(version=version, language=language).first()
    stored = files.store(source, kind=AUDIO, name=name, owner_id=actor_id, subject_id=version.pk)
    if before is not None:
        old = StoredFile.objects.filter(pk=before.file_id).first()
        before.delete()
        if old is not None:
            files.remove(old)
    return Audio.objects.create(
        territory_id=version.territory_id, version=version, language=language, file_id=stored.pk,
        spoken_by=spoken_by.strip()[:200],
    )  # fmt: skip


@transaction.atomic
def remove_audio(version: StatementVersion, language: str, *, actor_id: uuid.UUID) -> None:
    """Take a recording away, and its bytes with it."""
    require_promoter(version.consultation, actor_id)
    found = Audio.objects.select_for_update().filter(version=version, language=language).first()
    if found is None:
        raise Problem(_("There is no recording in this language any more."))
    old = StoredFile.objects.filter(pk=found.file_id).first()
    found.delete()
    if old is not None:
        files.remove(old)


def sheet(consultation: Consultation) -> bytes:
    """Return the sheet to translate (XLSX): every text in every language, with what is there already."""
    rows: list[list[Any]] = [["place", "language", "original", "text", "translated_by"]]
    everything = list(lines(consultation))
    for code in CODES:
        for line in everything:
            if line.language == code:
                continue
            row = line.rows.get(code)
            made = notes.made_by(row) if row is not None else ""
            rows.append([line.place, code, line.original, row.text if row is not None else "", made])
    out = io.BytesIO()
    write_xlsx(out, {"traduzioni": rows})
    return out.getvalue()


LONGEST = LONGEST_STATEMENT
