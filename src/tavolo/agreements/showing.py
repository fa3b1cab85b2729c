# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What pages show of a text: clauses as HTML, marked words under their parties' names, stances as badges."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement, Amendment, Comment, Remark, Revision, Stance, StanceKind
from tavolo.agreements.services.consolidating import Standing
from tavolo.agreements.services.stances import Matrix, Row
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.markdown import Block, blocks
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import Amendment as Record
from tavolo.agreements.text.operations import Operation, operation_from
from tavolo.agreements.text.pictures import Wanted, wanted
from tavolo.agreements.text.topics import topic_name
from tavolo.dialogue.models import Consultation, Party, Statement

SILENT, LAPSED = "silent", "lapsed"
NAMED = 9  # words of a clause without a title that name it in an index
MARKS = {
    StanceKind.ACCEPTS: "✓", StanceKind.RESERVATION: "✓!", StanceKind.REJECTS: "✕", StanceKind.ABSTAINS: "–",
    SILENT: "·", LAPSED: "↺",
}  # fmt: skip


def language() -> str:
    """Return the language the text package speaks to this person: Italian, or English for all others."""
    return "it" if (get_language() or "it").startswith("it") else "en"


def body_html(body: str) -> SafeString:
    """Return a clause's body as HTML: paragraphs, lists inside lists, bold and italics; all escaped."""
    out: list[SafeString] = []
    run: list[Block] = []
    for block in blocks(body):
        if block.kind == "paragraph":
            out += _lists(run)
            run = []
            out.append(format_html("<p>{}</p>", _runs(block)))
        else:
            run.append(block)
    return mark_safe("".join([*out, *_lists(run)]))  # noqa: S308  (every piece comes from format_html)


def _lists(items: Sequence[Block]) -> list[SafeString]:
    """Return runs of items as lists, deeper ones inside the item above them."""
    out: list[SafeString] = []
    place = 0
    while place < len(items):
        kind, level = items[place].kind, items[place].level
        entries: list[SafeString] = []
        first = items[place].number
        while place < len(items) and items[place].level == level and items[place].kind == kind:
            item = items[place]
            place += 1
            below = place
            while below < len(items) and items[below].level > level:
                below += 1
            inner = format_html_join("", "{}", ((one,) for one in _lists(items[place:below])))
            entries.append(format_html("<li>{}{}</li>", _runs(item), inner))
            place = below
        inside = format_html_join("", "{}", ((one,) for one in entries))
        if kind == "number":
            out.append(format_html('<ol start="{}">{}</ol>', first, inside))
        else:
            out.append(format_html("<ul>{}</ul>", inside))
    return out


def _runs(block: Block) -> SafeString:
    def one(text: str, bold: bool, italic: bool) -> SafeString:
        words = format_html("{}", text)
        words = format_html("<strong>{}</strong>", words) if bold else words
        return format_html("<em>{}</em>", words) if italic else words

    return format_html_join("", "{}", ((one(run.text, run.bold, run.italic),) for run in block.runs))


def label_of(text: Text, clause_id: str) -> str:
    """Return a clause's number as people say it: "Art. 3", "3.1"; the whole text has none."""
    number = text.numbers.get(clause_id, "")
    return f"Art. {number}" if number and "." not in number else number


@dataclass(frozen=True)
class Badge:
    """A party's stance in a word and a sign. `own` is the viewer's party."""

    party: str
    kind: str
    words: str
    mark: str
    text: str = ""
    own: bool = False
    fresh: bool = False
    lodged_at: Any = None


def badge(party: Party, stance: Stance | None, *, lapsed: bool = False, own: bool = False,
          fresh: bool = False) -> Badge:  # fmt: skip
    """Return a stance as a badge; its absence as silence, one on former words as lapsed."""
    if stance is None:
        return Badge(str(party), SILENT, _("silent"), MARKS[SILENT], own=own)
    said = str(stance.get_kind_display())
    if lapsed:
        words = _("lapsed (had said: %(said)s)") % {"said": said}
        return Badge(str(party), LAPSED, words, MARKS[LAPSED], stance.text, own, fresh, stance.lodged_at)
    mark = MARKS[StanceKind(stance.kind)]
    return Badge(str(party), stance.kind, said, mark, stance.text, own, fresh, stance.lodged_at)


def badges(row: Row, own: Iterable[Party]) -> list[Badge]:
    """Return the stances of all parties on a clause."""
    mine = {party.pk for party in own}
    return [
        badge(cell.party, cell.stance, lapsed=cell.lapsed, own=cell.party.pk in mine, fresh=cell.fresh)
        for cell in row.cells
    ]


@dataclass(frozen=True)
class Origin:
    """Where a clause comes from, in words and, where this person may go there, with a link."""

    words: str
    link: str = ""


def origins(text: Text) -> dict[str, list[Origin]]:
    """Return where each clause comes from; statements are read in one query for the whole text."""
    asked = {one.reference for c in text.clauses.values() for one in c.origin if one.kind == "statement"}
    ids = [uuid.UUID(one) for one in asked if _is_id(one)]
    rows = Statement.objects.filter(pk__in=ids).select_related("consultation")
    statements = {str(row.pk): row for row in rows.prefetch_related("versions")}
    found: dict[str, list[Origin]] = {}
    for clause in text.clauses.values():
        found[clause.id] = [said for one in clause.origin if (said := _origin(one, statements)) is not None]
    return found


def _is_id(words: str) -> bool:
    try:
        uuid.UUID(words)
    except ValueError:
        return False
    return True


def _origin(one: Any, statements: Mapping[str, Statement]) -> Origin | None:
    if one.kind == "statement":
        row = statements.get(one.reference)
        if row is None:
            return Origin(_("a statement of a consultation"))
        words = _("statement %(number)s of “%(title)s”") % {
            "number": row.number, "title": row.consultation.title,
        }  # fmt: skip
        shown = row.consultation.state == Consultation.State.PUBLISHED
        return Origin(words, reverse("dialogue:results", args=[row.consultation_id]) if shown else "")
    names = {
        "overlap": _("the blind overlap check"),
        "meeting": _("a decision of a meeting"),
        "platform": _("a platform sent to the table"),
        "text": _("an earlier text"),
        "amendment": _("an amendment"),
    }
    # A convergence is named by its statement already.
    return Origin(names[one.kind]) if one.kind in names else None


@dataclass
class ClauseView:
    """A clause as the text page shows it."""

    clause: Clause
    label: str
    depth: int
    html: SafeString
    hash: str
    topics: list[str]
    origins: list[Origin]
    badges: list[Badge] = field(default_factory=list)
    amendments: list[Standing] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    agreed: bool = False
    reserved: bool = False
    own: str = SILENT
    unfolded: bool = False

    @property
    def name(self) -> str:
        """Return the clause's title, or its first words where it has none: for an index."""
        words = self.clause.title.split() or self.clause.body.replace("*", "").split()
        return " ".join(words[:NAMED]) + ("…" if len(words) > NAMED else "")

    @property
    def waits(self) -> bool:
        """Say whether the viewer's party has yet to speak on these words."""
        return self.own in (SILENT, LAPSED)

    @property
    def groups(self) -> list[tuple[str, str, str, str]]:
        """Return the stances as one line: kind, sign, what is said, by whom; silence last."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for one in sorted(self.badges, key=lambda one: (one.kind == SILENT, one.kind == LAPSED)):
            found.setdefault((one.kind, one.mark, one.words), []).append(one.party)
        return [(kind, mark, words, ", ".join(who)) for (kind, mark, words), who in found.items()]

    @property
    def said(self) -> bool:
        """Say whether any party has ever spoken on this clause, on its present words or former ones."""
        return any(one.kind != SILENT for one in self.badges)


def clause_views(text: Text) -> list[ClauseView]:
    """Return the clauses of a text for reading, the preamble first."""
    known = origins(text)
    return [
        ClauseView(
            clause, label_of(text, clause.id), text.depth(clause.id), body_html(clause.body),
            clause_hash(clause), [topic_name(one, language()) for one in clause.topics], known[clause.id],
        )
        for clause in text.clauses.values()
    ]  # fmt: skip


def with_table(
    views: list[ClauseView], found: Matrix, *, own: Sequence[Party], open_ones: Iterable[Standing],
    comments: Mapping[str, list[Comment]], remarks: Iterable[Remark],
) -> list[ClauseView]:  # fmt: skip
    """Add to the clauses what the table says of them."""
    rows = {row.clause.id: row for row in found.rows}
    mine: dict[str, list[Remark]] = {}
    for remark in remarks:
        mine.setdefault(remark.clause, []).append(remark)
    touching: dict[str, list[Standing]] = {}
    for one in open_ones:
        for clause in touched(one.revision):
            touching.setdefault(clause, []).append(one)
    for view in views:
        row = rows[view.clause.id]
        view.badges, view.agreed, view.reserved = badges(row, own), row.is_agreed, row.is_reserved
        view.own = next((one.kind for one in view.badges if one.own), SILENT)
        view.amendments = touching.get(view.clause.id, [])
        view.comments = comments.get(view.clause.id, [])
        view.remarks = mine.get(view.clause.id, [])
    return views


def touched(revision: Revision) -> list[str]:
    """Return the clauses an amendment speaks of, what is held of it included."""
    both = [operation_from(one) for one in [*revision.operations, *revision.held]]
    return list(Record("", "", "", tuple(both)).clauses())


def wishes(text: Text, record: Record, operations: Iterable[Operation]) -> list[Wanted]:
    """Return what operations would do, in words and marks."""
    return [wanted(text, record, one, language()) for one in operations]


@dataclass
class AmendmentView:
    """An amendment as its card shows it."""

    row: Amendment
    revision: Revision
    author: str
    wishes: list[Wanted]
    held: list[Wanted]
    badges: list[Badge] = field(default_factory=list)
    standing: Standing | None = None
    mine: bool = False
    comments: list[Comment] = field(default_factory=list)
    own: str = SILENT


def author_of(row: Amendment) -> str:
    """Return whose amendment it is."""
    return str(row.party) if row.party_id else _("Joint secretariat")


def amendment_view(
    row: Amendment, revision: Revision, *, by_party: Mapping[uuid.UUID, Stance | None],
    parties: Sequence[Party], own: Sequence[Party], standing: Standing | None = None, mine: bool = False,
    comments: Mapping[str, list[Comment]] | None = None,
) -> AmendmentView:  # fmt: skip
    """Return an amendment for reading: what it does now, what of it is held, who says what."""
    from tavolo.agreements.services.amending import amendment_of

    record = amendment_of(revision)
    text = text_of(revision.version)
    held: list[Wanted] = []
    if revision.held and revision.held_on is not None:
        held = wishes(text_of(revision.held_on), record, [operation_from(one) for one in revision.held])
    ids = {party.pk for party in own}
    shown = [badge(party, by_party.get(party.pk), own=party.pk in ids) for party in parties
             if party.pk != row.party_id or by_party.get(party.pk) is not None]  # fmt: skip
    view = AmendmentView(
        row, revision, author_of(row), wishes(text, record, record.operations), held, shown, standing, mine,
        (comments or {}).get(str(row.pk), []),
    )  # fmt: skip
    view.own = next((one.kind for one in shown if one.own), SILENT)
    return view


def address(agreement: Agreement, clause: str = "") -> str:
    """Return the address of a text, at a clause."""
    link = reverse("agreements:text", args=[agreement.pk])
    return f"{link}#{anchor(clause)}" if clause else link


def anchor(clause: str) -> str:
    """Return the id a clause has on the page."""
    return "c-root" if clause == ROOT else f"c-{clause}"
