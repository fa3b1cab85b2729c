# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What minutes and communiqués look like as documents, in Italian, from frozen data alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from tavolo.common.documents.docx import docx
from tavolo.common.documents.model import (
    Block,
    Document,
    Facts,
    Heading,
    Numbered,
    Paragraph,
    Quote,
    Span,
    Table,
    paragraphs,
)
from tavolo.common.serving import attachment
from tavolo.common.sniffing import DOCX
from tavolo.dialogue import standing
from tavolo.dialogue.meetings.models import (
    Answer,
    Attendance,
    Communique,
    CommuniqueVersion,
    Kind,
    Minutes,
    MinutesVersion,
)
from tavolo.dialogue.models import DelegateRole

FROZEN = "meetings.frozen"
LANGUAGE = "it"


def role_label(role: str) -> str:
    """Return what a role in the attendance list is called."""
    if role == "secretariat":
        return _("joint secretariat")
    if role == "guest":
        return _("guest")
    return str(DelegateRole(role).label) if role in DelegateRole.values else role


def file_name(minutes: Minutes) -> str:
    """Return the name of the files of closed minutes, without ending."""
    day = timezone.localtime(minutes.meeting.starts_at).date().isoformat()
    return f"{'rettifica' if minutes.corrects_id else 'verbale'}-{day}"


def working_copy(minutes: Minutes, version: MinutesVersion) -> HttpResponseBase:
    """Return a version as a Word file to download: a working copy, not the closed act."""
    content = docx(minutes_paper(Minutes(meeting=minutes.meeting, corrects=minutes.corrects), version))
    name = f"bozza-{file_name(minutes)}-v{version.number}.docx"
    return attachment(HttpResponse(content, content_type=DOCX), name)


def words(version: MinutesVersion, declared: Iterable[Answer] = ()) -> str:
    """Return all that minutes say, as one text for the search."""
    content = version.content
    items = [f"{item['title']} {item['text']}" for item in content.get("agenda", [])]
    decided = [row["text"] for row in content.get("decisions", [])]
    return "\n".join([content["text"], *items, *decided, *[row.text for row in declared]])


def minutes_paper(minutes: Minutes, version: MinutesVersion, answers: Iterable[Answer] = ()) -> Document:
    """Return minutes as a document; `answers` are those that count, in the order of the parties."""
    content = version.content
    with override(LANGUAGE):
        closed = timezone.localtime(minutes.closed_at).date() if minutes.closed_at else None
        blocks: list[Block] = [_facts(content)]
        if content["act"] == "correction":
            blocks += [Heading(1, _("What is corrected")), *_corrected(minutes), *paragraphs(content["text"])]
        else:
            blocks += [*_present(content), *_agenda(content), *_course(content), *_decisions(content)]
        rows = list(answers)
        blocks += _approval(rows) + _statements(rows)
        blocks += (
            [_seal(version)] if closed else [Paragraph(_("Draft: not yet approved by all."), small=True)]
        )
        return Document(
            title=_("Corrective minutes") if minutes.corrects_id else _("Minutes of the meeting"),
            subtitle=content["meeting"]["title"], language=LANGUAGE, blocks=tuple(blocks), date=closed,
            footer=content["table"]["title"], identifier=_("version %(n)s") % {"n": version.number},
        )  # fmt: skip


def _written(moment: Any, form: str) -> str:
    """Return a day as Italian writes it: months and days of the week without capitals."""
    return date_format(moment, form).lower()


def _facts(content: dict[str, Any]) -> Facts:
    meeting = content["meeting"]
    starts = datetime.fromisoformat(meeting["starts_at"])
    kind = str(Kind(meeting["kind"]).label).capitalize()
    if meeting["number"]:
        kind = _("%(kind)s no. %(number)s") % {"kind": kind, "number": meeting["number"]}
    rows: list[tuple[str, str]] = [
        (_("Table"), content["table"]["title"]),
        (_("Meeting"), kind),
        (_("Day and hour"), _written(starts, "l j F Y, H:i")),
        (_("Where it is held"), meeting["place"]),
        (_("Parties called"), ", ".join(party["name"] for party in content["parties"])),
    ]
    return Facts(tuple(row for row in rows if row[1]))


def _present(content: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (
            row["party"] or _("Secretariat"), row["name"], role_label(row["role"]),
            str(Attendance.Status(row["status"]).label),
        )
        for row in content["present"]
    )  # fmt: skip
    if not rows:
        return []
    header = (_("Party"), _("Name"), _("Role that day"), _("Attendance"))
    return [Heading(1, _("Who was there")), Table(header, rows)]


def _agenda(content: dict[str, Any]) -> list[Block]:
    titles = tuple(item["title"] for item in content["agenda"])
    return [Heading(1, _("Order of the day")), Numbered(titles)] if titles else []


def _course(content: dict[str, Any]) -> list[Block]:
    said = [(n, item) for n, item in enumerate(content["agenda"], 1) if item["text"]]
    if not content["text"] and not said:
        return []
    blocks: list[Block] = [Heading(1, _("Course of the meeting")), *paragraphs(content["text"])]
    for number, item in said:
        blocks += [Heading(2, f"{number}. {item['title']}"), *paragraphs(item["text"])]
    return blocks


def _decisions(content: dict[str, Any]) -> list[Block]:
    texts = tuple(row["text"] for row in content["decisions"])
    return [Heading(1, _("Decisions")), Numbered(texts)] if texts else []


def _corrected(minutes: Minutes) -> list[Block]:
    closed = minutes.corrects
    day = _written(timezone.localtime(closed.closed_at), "j F Y")
    text = _("The minutes closed on %(day)s stay as they are; this act corrects them.") % {"day": day}
    sums = ((_("SHA-256 of the corrected text"), closed.current.sha256),)
    return [Paragraph(text), Facts(sums)]


def _approval(answers: list[Answer]) -> list[Block]:
    if not answers:
        return []
    rows = tuple(
        (
            str(row.party), str(Answer.Choice(row.choice).label), f"{row.name} ({role_label(row.role)})",
            _written(timezone.localtime(row.created_at), "j F Y, H:i"),
        )
        for row in answers
    )  # fmt: skip
    header = (_("Party"), _("Answer"), _("Answered by"), _("On"))
    return [Heading(1, _("Approval by the parties")), Table(header, rows)]


def _statements(answers: list[Answer]) -> list[Block]:
    said = [row for row in answers if row.choice == Answer.Choice.DECLARE]
    if not said:
        return []
    note = Paragraph(_("Each statement speaks for the party that made it and binds nobody else."), small=True)
    return [
        Heading(1, _("Statements for the record")), note, *[Quote(str(row.party), row.text) for row in said]
    ]  # fmt: skip


def _seal(version: MinutesVersion) -> Paragraph:
    text = _("The parties approved exactly this text. Its SHA-256, recorded in the register of acts:")
    return Paragraph((Span(f"{text} {version.sha256}"),), small=True)


def _signers(row: Communique, version: CommuniqueVersion) -> list[str]:
    """Return the parties under a joint communiqué: those that approved it; of a draft, those at the table."""
    if row.published_at:
        given = version.approvals.select_related("party__organisation").order_by("party__position")
        return [str(one.party) for one in given]
    return [str(party) for party in standing.seated_parties(row.table_id).select_related("organisation")]


def communique_paper(row: Communique, version: CommuniqueVersion) -> Document:
    """Return a communiqué as a document."""
    with override(LANGUAGE):
        day = timezone.localtime(row.published_at).date() if row.published_at else None
        whose = str(row.party) if row.party else _("Joint communiqué of the parties")
        signed = str(row.party) if row.party else ", ".join(_signers(row, version))
        return Document(
            title=version.title, subtitle=whose, language=LANGUAGE, date=day, footer=row.table.title,
            blocks=(*paragraphs(version.text), Paragraph((Span(signed, bold=True),))),
            identifier=_written(day, "j F Y") if day else "",
        )  # fmt: skip
