# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What a first draft may grow from: the table's convergences, a platform, pasted lines, a Word file."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from tavolo.agreements.documents.word_in import read_docx
from tavolo.agreements.services.starting import clause_id, text_from_plain
from tavolo.agreements.services.texts import said
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.markdown import escaped
from tavolo.agreements.text.model import ROOT, Clause, Origin, Text
from tavolo.common.errors import Problem
from tavolo.dialogue.convergence.verdicts import CONVERGENCE, judge
from tavolo.dialogue.models import Consultation, StatementVersion, Table
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.models import Draft as RoomDraft
from tavolo.dialogue.services.results import view_for

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_POINT_TITLE = 80
_POINT = re.compile(r"(\d{1,2})[.)] (.+)")


@dataclass(frozen=True)
class Convergence:
    """A statement that the majority of every shown label supports, with the shares that agree."""

    version: StatementVersion
    consultation: Consultation
    shares: tuple[tuple[str, int], ...]
    probability: float

    @property
    def key(self) -> str:
        """Return what a form names it by."""
        return str(self.version.pk)

    @property
    def theme(self) -> str:
        """Return the theme's name."""
        return str(self.version.statement.theme or "")


def convergences(table: Table) -> list[Convergence]:
    """Return what every shown label of the table's closed consultations supports, the surest first.

    The verdict is the map's own rule (`convergence.verdicts`), on the figures the shared map may show.
    """
    found: list[Convergence] = []
    for consultation in Consultation.objects.filter(table=table, kind="statements").select_related("table"):
        if consultation.has_results:
            found += _of(consultation)
    return found


def _of(consultation: Consultation) -> Iterable[Convergence]:
    view = view_for(consultation)
    if not view.columns or not view.versions:
        return []
    agree, disagree, passed = (np.stack([one.counts[:, i] for one in view.columns]) for i in range(3))
    verdict = judge(
        agree, disagree, passed, np.array([one.eligible for one in view.columns]), with_intervals=False
    )
    seen = agree + disagree + passed
    rows = [
        Convergence(
            version, consultation,
            tuple(
                (_label(column), round(100 * int(agree[g, row]) / max(int(seen[g, row]), 1)))
                for g, column in enumerate(view.columns)
            ),
            float(verdict.probability[row]),
        )
        for row, version in enumerate(view.versions)
        if verdict.code[row] == CONVERGENCE and not version.statement.withdrawn and not version.statement.meta
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (-one.probability, one.version.statement.number))


def _label(column: object) -> str:
    from tavolo.dialogue.services.analysing import label_name

    return str(label_name(column))


def text_from_convergences(title: str, chosen: Sequence[Convergence], preamble: str = "") -> Text:
    """Return a first text: one article for each theme, one point for each convergence below it."""
    by_theme: dict[str, list[Convergence]] = {}
    for one in chosen:
        by_theme.setdefault(one.theme or _("Other matters"), []).append(one)
    articles = []
    for theme, rows in by_theme.items():
        points = tuple(_clause(one) for one in rows)
        name = theme[:1].upper() + theme[1:]
        topics = topics_of(theme)
        if len(points) == 1:
            only = points[0]
            articles.append(Clause(only.id, name, only.body, topics, only.origin))
        else:
            articles.append(Clause(clause_id(), name, "", topics, (), points))
    return Text.of(title, tuple(articles), preamble)


def _clause(one: Convergence) -> Clause:
    origin = (
        Origin("statement", str(one.version.statement_id)),
        Origin("convergence", str(one.consultation.pk)),
    )
    return Clause(clause_id(), "", escaped(one.version.text), topics_of(one.theme), origin)


# Words of a table's themes (stems, so that plurals count) -> the topic of the list.
_TOPIC_WORDS = (
    ("formazion", "training"), ("compet", "training"), ("tecnolog", "technology"),
    ("intelligenza", "technology"),
    ("premi", "wages"), ("salar", "wages"), ("retribu", "wages"), ("produttiv", "wages"),
    ("orari", "hours"), ("turn", "hours"), ("disconness", "smart_work"), ("agile", "smart_work"),
    ("concilia", "smart_work"), ("sicurezza", "health_safety"), ("salute", "health_safety"),
    ("partecip", "information"), ("informazion", "information"), ("qualit", "organisation"),
    ("welfare", "welfare"), ("appalt", "procurement"), ("filiera", "procurement"), ("pari ", "equality"),
    ("parit", "equality"), ("occupazion", "employment"), ("durata", "rules"), ("bilateral", "bilateral"),
    ("territor", "territory"),
)  # fmt: skip


def topics_of(words: str) -> tuple[str, ...]:
    """Return the topics that a theme's or title's words speak of: a first guess people correct."""
    lower = words.lower()
    return tuple(dict.fromkeys(topic for stem, topic in _TOPIC_WORDS if stem in lower))


@dataclass(frozen=True)
class Platform:
    """A text let out by a room, as a person may read it: received, or sent by the own room."""

    key: str
    title: str
    text: str
    sender: str
    is_platform: bool


def platforms(account_id: uuid.UUID, table: Table) -> list[Platform]:
    """Return the texts a person received or its rooms let out, platforms first."""
    found: dict[str, Platform] = {}
    for one in reading.received(account_id, table):
        row = one.delivery
        kind = row.kind == RoomDraft.Kind.PLATFORM
        found[f"{row.title}\n{row.text}"] = Platform(str(row.pk), row.title, row.text, str(row.sender), kind)
    rooms = access.rooms_of(account_id, table.pk)
    with access.reading(rooms):
        for room in rooms:
            for sent in reading.released(room):
                kind = sent.kind == RoomDraft.Kind.PLATFORM
                said_by = Platform(str(sent.pk), sent.title, sent.text, str(room), kind)
                found.setdefault(f"{sent.title}\n{sent.text}", said_by)
    return sorted((one for one in found.values() if one.text.strip()), key=lambda one: not one.is_platform)


def text_from_platform(title: str, platform: Platform) -> Text:
    """Return the text a platform writes; its numbered points become articles."""
    read = text_from_points(title or platform.title, platform.text)
    origin = (Origin("platform", platform.key),)

    def marked(clause: Clause) -> Clause:
        children = tuple(marked(child) for child in clause.children)
        return Clause(clause.id, clause.title, clause.body, topics_of(clause.title), origin, children)

    root = Clause(ROOT, read.root.title, read.root.body, children=tuple(map(marked, read.root.children)))
    return Text(root)


def text_from_points(title: str, source: str) -> Text:
    """Return the text of pasted lines; where no line is a heading, points such as "1. Title: words" are."""
    read = text_from_plain(title, f"{title}\n{source}" if title else source)
    lines = source.replace("\r\n", "\n").split("\n")
    if len(read.clauses) > 1 or sum(bool(_POINT.fullmatch(line)) for line in lines) < 2:
        return read
    preamble: list[str] = []
    points: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _POINT.fullmatch(line)
        if found:
            head, colon, rest = found[2].partition(":")
            named = bool(colon) and len(head) <= LONGEST_POINT_TITLE
            words = rest.strip() if named else found[2]
            points.append((head.strip() if named else "", [words[:1].upper() + words[1:]]))
        elif points:
            points[-1][1].append(line)
        else:
            preamble.append(line)
    clauses = tuple(Clause(clause_id(), name, "\n".join(words)) for name, words in points)
    return Text.of(read.root.title, clauses, "\n".join(preamble))


def text_from_word(title: str, data: bytes) -> tuple[Text, tuple[str, ...]]:
    """Return the text of a Word file and the names of what in it is no text (tables, pictures)."""
    if len(data) > LARGEST_FILE:
        raise Problem(_("This file is too large: at most 10 MB."))
    try:
        read = read_docx(data, clause_id)
    except TextError as error:
        raise said(error) from error
    text = read.text
    if not any(clause.title or clause.body for clause in text.clauses.values()):
        raise Problem(_("There are no words in this Word file."))
    root = text.root
    if title or not root.title:
        # The title written in the file is kept as the first words, where the agreement has another.
        own = root.title if root.title.casefold() != title.casefold() else ""
        body = "\n\n".join(part for part in (escaped(own), root.body) if part)
        text = text.with_clause(Clause(ROOT, title or _("Agreement"), body))
    return text, read.ignored
