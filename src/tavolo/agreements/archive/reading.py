# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the archive's pages say about one agreement: snippet, numbered clauses, parties, history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ateco
from django.apps import apps
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.archive import editions, indexing
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.archive.searching import Query
from tavolo.agreements.models import Agreement, Level, State
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.markdown import Block, blocks
from tavolo.agreements.text.model import ROOT, Text
from tavolo.agreements.text.topics import TOPICS, topic_name
from tavolo.language.stemming import stem, stems, telling_words

PUBLIC_STATES = {str(state) for state in standing.PUBLIC}
LONGEST_SNIPPET = 240


@dataclass(frozen=True)
class Shown:
    """A clause as the page shows it: its permanent id, number, title, depth and blocks."""

    id: str
    number: str
    title: str
    depth: int
    blocks: tuple[Block, ...]
    amended_by: Agreement | None = None


@dataclass(frozen=True)
class Amending:
    """A later agreement that amends this one: its title, address in the archive, first day, exact text."""

    title: str
    key: str
    starts_on: date | None
    sha256: str
    signed_on: date | None = None


@dataclass(frozen=True)
class Signer:
    """A party of an agreement: whether it signed, and what is known of how."""

    name: str
    signed: bool
    how: tuple[str, ...] = ()
    statements: tuple[tuple[str, str], ...] = ()


def value_name(key: str, value: str) -> str:
    """Return what a value of a facet is called."""
    if key == "topic" and value in TOPICS:
        return topic_name(value, (get_language() or "it")[:2])
    if key == "level":
        return str(dict(Level.choices).get(value, value))
    if key == "state":
        return str(dict(State.choices).get(value, value))
    if key == "division":
        return division_name(value)
    if key == "in_force":
        return _("in force on %(day)s") % {"day": value}
    return f"«{value}»" if key == "words" else value


def division_name(code: str) -> str:
    """Return the two digits of an ATECO division with its title."""
    try:
        node = ateco.lookup(code, edition="2025")
    except (ValueError, KeyError):
        node = None
    title = str(node.title) if node is not None and hasattr(node, "title") else ""
    return f"{code} {title}".strip()


def snippet(entry: Entry, query: Query) -> str:
    """Return the paragraph of the text that holds most words of the query, cut around them."""
    wanted = set(stems(query.words))
    text = text_of(indexing.frozen_version(entry.agreement))
    if entry.amended:
        text = editions.coordinated(entry, query.in_force or standing.today(), text).text
    best, most = "", 0
    for clause in text.root.walk():
        for block in blocks(clause.body):
            held = len(wanted & {stem(word) for word in telling_words(block.text)}) if wanted else 0
            if held > most or not best:
                best, most = block.text, held
        if wanted and most == len(wanted):
            break
    return best if len(best) <= LONGEST_SNIPPET else best[: LONGEST_SNIPPET - 1].rstrip() + "…"


def clauses(text: Text, taken: dict[str, Agreement] | None = None) -> list[Shown]:
    """Return the clauses in reading order, the preamble first; `taken` names whose words they now are."""
    found, taken = [], taken or {}
    for clause in text.root.walk():
        number = "" if clause.id == ROOT else text.numbers[clause.id]
        title = "" if clause.id == ROOT else clause.title
        shown = Shown(
            clause.id, number, title, text.depth(clause.id), tuple(blocks(clause.body)), taken.get(clause.id)
        )
        if clause.id != ROOT or shown.blocks:
            found.append(shown)
    return found


def amending(agreements: Iterable[Agreement]) -> list[Amending]:
    """Return what the pages and files say of amending agreements."""
    found = list(agreements)
    entries = {one.agreement_id: one for one in Entry.objects.filter(agreement__in=found)}
    return [
        Amending(one.title, row.key, row.starts_on, row.text_hash, row.signed_on)
        if (row := entries.get(one.pk)) is not None
        else Amending(one.title, "", None, "")
        for one in found
    ]


def coordinated(entry: Entry, day: date) -> editions.Coordinated:
    """Return an entry's text on a day, as later agreements amend it."""
    return editions.coordinated(entry, day, text_of(indexing.frozen_version(entry.agreement)))


def matched_words(entry: Entry, day: date) -> str:
    """Say which text of an amended agreement a search matched; "" where only the signed one exists."""
    edition = getattr(entry, "matched", None)
    if edition is None:
        return ""
    on = formats.date_format(day)
    if not edition.amending:
        if edition.ends_on is None:
            return ""
        return _("The text as signed, in force on %(day)s; amended from %(from)s on.") % {
            "day": on, "from": formats.date_format(edition.ends_on + editions.ONE_DAY),
        }  # fmt: skip
    titles = Agreement.objects.filter(pk__in=edition.amending).values_list("title", flat=True)
    names = "; ".join(f"«{title}»" for title in titles)
    return _("The text in force on %(day)s, amended by %(titles)s.") % {"day": on, "titles": names}


def parties(entry: Entry) -> list[Signer]:
    """Return every party with what it did: signed, and how, or not."""
    record = Elsewhere.objects.filter(agreement_id=entry.agreement_id).first()
    if record is not None:
        return [Signer(party["name"], bool(party["signed"])) for party in record.parties]
    if not apps.is_installed("tavolo.agreements.signing"):
        return [Signer(name, False) for name in entry.parties]
    from tavolo.agreements.signing import reading as signing

    return [
        Signer(
            line.party.organisation.name, line.signed,
            tuple(f"{row.name} ({row.get_kind_display()})" for row in line.signatures),
            tuple(line.statements),
        )
        for line in signing.lines(entry.agreement)
    ]  # fmt: skip


def links(entry: Entry) -> list[dict[str, Any]]:
    """Return the public agreements linked to this one: what it amends, what amends it, corrections."""
    found = []
    own = entry.agreement
    if own.amends_id:
        found.append((_("Amends"), own.amends_id))
    later = own.amended_by.exclude(elsewhere__correction__isnull=False).order_by("created_on", "id")
    found += [(_("Amended by"), row.pk) for row in later]
    record = Elsewhere.objects.filter(agreement=own).first()
    if record is not None and record.corrects_id:
        found.append((_("Corrects"), record.corrects.agreement_id))
    newer = Elsewhere.objects.filter(corrects=record).first() if record is not None else None
    if newer is not None:
        found.append((_("Corrected by"), newer.agreement_id))
    rows = {row.agreement_id: row for row in Entry.objects.filter(agreement_id__in=[pk for _k, pk in found])}
    return [{"kind": kind, "entry": rows[pk]} for kind, pk in found if pk in rows]


def brought(entry: Entry) -> Elsewhere | None:
    """Return what the officer said who brought an agreement made elsewhere."""
    rows = Elsewhere.objects.filter(agreement_id=entry.agreement_id)
    return rows.select_related("organisation", "file", "corrects").first()


def sealed(entry: Entry) -> Any:
    """Return the signed PDF and bundle of an entry's agreement, if they were made."""
    return sealed_for(entry.agreement)


def sealed_for(agreement: Agreement) -> Any:
    """Return the signed PDF and bundle that signing keeps, if they were made."""
    if not apps.is_installed("tavolo.agreements.signing"):
        return None
    from tavolo.agreements.signing import reading as signing

    return signing.sealed_of(agreement)
