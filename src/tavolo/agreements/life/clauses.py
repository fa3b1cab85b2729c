# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Clauses across amendments: which may be chosen on a day, and what became of one that was cited earlier."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.life import standing as life
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import ROOT, Clause, Text

# Before the id of a clause: its words as signed, where an amending agreement put others in their place.
SIGNED = "signed:"
LONGEST_LABEL = 60


@dataclass(frozen=True)
class Option:
    """A clause to choose: its value, what people read, and the version its words stand in."""

    value: str
    label: str
    version: Version


@dataclass(frozen=True)
class Now:
    """What became of a clause cited in an earlier text: same, changed or removed, by which agreement."""

    state: str
    by: Agreement | None = None
    number: str = ""
    title: str = ""


def options(agreement: Agreement, day: date) -> list[Option]:
    """Return the clauses in force on a day, then those of the signed text that were replaced or taken out."""
    signed = current(agreement)
    own, force = text_of(signed), life.in_force(agreement, day)
    text = force.text or own
    found = []
    for one in text.clauses.values():
        if one.id != ROOT:
            by = force.taken.get(one.id)
            label = label_of(text, one)
            if by is not None:
                label = _("%(clause)s (words of “%(title)s”)") % {"clause": label, "title": by.title}
            found.append(Option(one.id, label, current(by) if by is not None else signed))
    for one in own.clauses.values():
        if one.id == ROOT or (one.id in text.clauses and own_words(one) == own_words(text.clauses[one.id])):
            continue
        label = _("%(clause)s (as signed, no longer in force)") % {"clause": label_of(own, one)}
        found.append(Option(f"{SIGNED}{one.id}", label, signed))
    return found


def label_of(text: Text, clause: Clause) -> str:
    """Return a clause's number with its title, or with its first words where it has none."""
    return f"{text.numbers.get(clause.id, '')} {title_of(clause)}".strip()


def title_of(clause: Clause) -> str:
    """Return a clause's title, or its first words where it has none."""
    if clause.title:
        return clause.title
    words = " ".join(block.text for block in blocks(clause.body))
    return words if len(words) <= LONGEST_LABEL else words[: LONGEST_LABEL - 1].rstrip() + "…"


def chosen(agreement: Agreement, day: date, value: str) -> tuple[str, Version] | None:
    """Return the clause and the version its words stand in, for what was chosen; None for anything else.

    A clause of the signed text may be named plainly even where it was taken out: then as it was signed.
    """
    known = {one.value: one.version for one in options(agreement, day)}
    for asked in (value, f"{SIGNED}{value}"):
        if asked in known:
            return value.removeprefix(SIGNED), known[asked]
    return None


def own_words(clause: Clause) -> Clause:
    """Return a clause without the points below it: what changes when its own words do."""
    return replace(clause, children=())


def amended(agreements: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some agreements that a signed one amends: only there can a clause have changed."""
    rows = Agreement.objects.filter(amends_id__in=list(agreements), state__in=standing.PUBLIC)
    return set(rows.values_list("amends_id", flat=True))


def now(force: life.InForce, version: Version, clause: str) -> Now:
    """Return what became of a clause of a version in the text in force."""
    if force.text is None:
        return Now("same")
    for gone, _number, by in force.removed:
        if gone.id == clause:
            return Now("removed", by)
    if clause not in force.text.clauses:
        return Now("removed")
    found = force.text.clauses[clause]
    number, before = force.text.numbers.get(clause, ""), text_of(version).clauses.get(clause)
    if before is not None and own_words(before) == own_words(found):
        return Now("same", None, number, found.title)
    return Now("changed", force.taken.get(clause), number, found.title)
