# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A sheet of translations, as the one import framework reads it: one row for each text and language."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.common.imports import parsers
from tavolo.common.imports.declare import Column, Importer, Part, Row, Work, register
from tavolo.dialogue import policies
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.services.consultations import LONGEST_STATEMENT
from tavolo.dialogue.voices import translating
from tavolo.dialogue.voices.languages import CODES, choices
from tavolo.dialogue.voices.translating import Entry, Line

IMPORTER = "voices.translations"
NAMES = {name.casefold(): code for code, name in choices()} | {code: code for code in CODES}
NAMES |= {"arabo": "ar", "spagnolo": "es", "rumeno": "ro", "romeno": "ro", "cinese": "zh", "ucraino": "uk",
          "inglese": "en", "italiano": "it"}  # fmt: skip

COLUMNS = (
    Column(
        "place", parsers.text(150), aliases=("statement", "affermazione", "posto"),
        says=gettext_lazy("number of the statement, or title, question, theme:name"),
    ),
    Column(
        "language", parsers.choice(NAMES), aliases=("lingua",), says=gettext_lazy("ar, es, ro, zh, uk, en")
    ),
    Column(
        "text", parsers.text(LONGEST_STATEMENT), required=False, aliases=("testo", "traduzione"),
        says=gettext_lazy("the translation; a row without it is skipped"),
    ),
    Column(
        "translated_by", parsers.text(200), required=False, aliases=("traduttore", "tradotto da"),
        says=gettext_lazy("who translated it"),
    ),
    Column("original", parsers.text(1000), required=False, aliases=("originale",),
           says=gettext_lazy("the text it was translated from; checked against the one in force")),
)  # fmt: skip


def _lines(work: Work) -> dict[str, Line]:
    consultation = Consultation.objects.get(pk=work.subject_id)
    return {line.place.casefold(): line for line in translating.lines(consultation)}


def _wanted(work: Work) -> Iterator[Row]:
    return (row for row in work.rows("translations") if row["text"])


def check(work: Work) -> Iterator[Problem]:
    """Find rows that point at nothing, or translate a wording that has changed since."""
    known = _lines(work)
    some = False
    for row in _wanted(work):
        some = True
        line = known.get(row["place"].casefold())
        if line is None:
            yield row.problem(_("This consultation has no such text: use the sheet it offers."), "place")
        elif row["language"] == line.language:
            yield row.problem(_("This is the language of the original."), "language")
        elif row["original"] and " ".join(row["original"].split()) != " ".join(line.original.split()):
            yield row.problem(
                _("The original has changed since: translate the wording in force."), "original"
            )
    if not some:
        yield Problem(_("No row holds a translation: fill the column “text”."))


def save(work: Work) -> Mapping[str, int]:
    """Write the translations as drafts; the framework does so once, in one transaction."""
    known = _lines(work)
    consultation = Consultation.objects.get(pk=work.subject_id)
    entries = [
        Entry(known[row["place"].casefold()], row["language"], row["text"], row["translated_by"] or "")
        for row in _wanted(work)
    ]
    return {_("translations"): translating.translate_many(consultation, entries, actor_id=work.owner_id)}


def _may_use(request: HttpRequest, subject_id: uuid.UUID | None) -> bool:
    return (
        subject_id is not None
        and request.user.is_authenticated
        and policies.promotes(request, {"consultation_id": subject_id})
    )


def _page(subject_id: uuid.UUID | None) -> str:
    return reverse("voices:translations", args=[subject_id]) if subject_id else ""


register(
    Importer(
        name=IMPORTER,
        title=gettext_lazy("Translations of a consultation"),
        says=gettext_lazy("They are drafts until a second person has checked them."),
        parts=(Part("translations", gettext_lazy("Translations"), COLUMNS, unique=("place", "language")),),
        may_use=_may_use,
        check=check,
        save=save,
        most_rows=20_000,
        link=_page,
    )
)
