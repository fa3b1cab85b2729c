# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""An agreement made elsewhere that amends another of the archive: what it rewords, adds and takes out.

It works as one signed at a table here does (`life`): clauses keep their ids, what it words differently
replaces the old words from its first day, what it leaves out falls, what it adds is added. An agreement
signed at a table here is amended at that table, never by a record of the archive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _

from tavolo.agreements.archive import indexing
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.life import standing as life
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services.texts import said, text_of
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.reading import read_plain
from tavolo.common.errors import Problem

if TYPE_CHECKING:
    from tavolo.agreements.archive.adding import Brought

_NAMED = re.compile(r"\{#([A-Za-z0-9][A-Za-z0-9._-]{0,79})\}")


@dataclass(frozen=True)
class Change:
    """What an amending agreement does to the text in force on its first day.

    Each clause is told as "3 Title"; numbers are those of the text in force, of added clauses the new ones.
    """

    base: Text
    text: Text
    reworded: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def named_in(lines: str) -> set[str]:
    """Return the ids that headings of a pasted text name for themselves."""
    return set(_NAMED.findall(lines))


def free_ids(taken: Iterable[str]) -> Callable[[], str]:
    """Return a giver of ids c1, c2, … that are none of those taken."""
    used, count = set(taken), 0

    def next_id() -> str:
        nonlocal count
        count += 1
        while f"c{count}" in used:
            count += 1
        return f"c{count}"

    return next_id


def entry_of(key: str) -> Entry:
    """Return the record an amending agreement names, by its address in the archive."""
    found = Entry.objects.select_related("agreement").filter(key=key).first()
    if found is None:
        raise Problem(_("There is no agreement %(key)s in the archive.") % {"key": key})
    return found


def target_of(amends: Entry | None, corrects: Entry | None = None) -> Agreement | None:
    """Return the agreement to amend, its row locked; a correction amends what the corrected record did."""
    if amends is None:
        return corrects.agreement.amends if corrects is not None else None
    found = Agreement.objects.select_for_update().get(pk=amends.agreement_id)
    record = Elsewhere.objects.filter(agreement=found).first()
    if record is None:
        raise Problem(_("An agreement made at a table here is amended at that table."))
    if Elsewhere.objects.filter(corrects=record).exists():
        raise Problem(_("This record was corrected: amend the newest one."))
    return found


def text_on(agreement: Agreement, day: date, leave_out: Entry | None = None) -> Text:
    """Return the text an amendment from a day on is written over; as signed where nothing holds that day."""
    holding = life.texts_in_force(agreement, day)
    if leave_out is not None:
        holding = [one for one in holding if one.pk != leave_out.agreement_id]
    return life.put_together(holding).text or text_of(indexing.frozen_version(agreement))


def change(brought: Brought, agreement: Agreement, leave_out: Entry | None = None) -> Change:
    """Return what an agreement, as brought, changes in the one it amends; raise Problem where it cannot."""
    starts = brought.starts_on or brought.signed_on
    record = Elsewhere.objects.get(agreement=agreement)
    if brought.signed_on < record.signed_on or starts < record.starts_on:
        raise Problem(
            _("The agreement it amends was signed on %(signed)s and holds from %(starts)s: correct the days.")
            % {
                "signed": formats.date_format(record.signed_on),
                "starts": formats.date_format(record.starts_on),
            }
        )
    if record.ends_on is not None and starts > record.ends_on:
        raise Problem(
            _("The agreement it amends ended on %(day)s: if it went on, correct its record first.")
            % {"day": formats.date_format(record.ends_on)}
        )
    base = text_on(agreement, starts, leave_out)
    try:
        text = _text(brought, agreement, base)
    except TextError as error:
        raise said(error) from error
    after, touched = life.merged(base, text)
    gone = [] if brought.changes_only else [key for key in base.clauses if key not in text.clauses]
    if not touched and not gone:
        raise Problem(_("These words are in force already: write the clauses as the agreement changes them."))
    return Change(
        base, text,
        tuple(_name(base, key) for key in touched if key in base.clauses),
        tuple(_name(after, key) for key in touched if key not in base.clauses),
        tuple(_name(base, key) for key in gone),
    )  # fmt: skip


def _text(brought: Brought, agreement: Agreement, base: Text) -> Text:
    """Return the pasted lines as clauses: those that name an id or have a title of the base are its own."""
    versions = Version.objects.filter(agreement__in=life.family(agreement))
    taken = {key for one in versions for key in text_of(one).clauses} | named_in(brought.text)
    found = read_plain(brought.text, free_ids(taken))
    found = found.with_clause(replace(found.root, title=brought.title))
    own = {key for key in found.clauses if key in base.clauses}
    titles = Counter(one.title.casefold() for one in base.clauses.values() if one.id not in own)
    theirs = Counter(one.title.casefold() for one in found.clauses.values() if one.id not in own)
    known = {
        one.title.casefold(): one for one in base.clauses.values()
        if one.id not in own and one.title and titles[one.title.casefold()] == 1
    }  # fmt: skip

    def settled(clause: Clause) -> Clause:
        children = tuple(settled(one) for one in clause.children)
        title = clause.title.casefold()
        old = known.get(title) if clause.id not in own and theirs[title] == 1 else None
        if clause.id in own:
            old = base.clauses[clause.id]
        if old is None or clause.id == ROOT:
            return replace(clause, children=children)
        return replace(clause, id=old.id, topics=old.topics, origin=old.origin, children=children)

    return Text(settled(found.root))


def follow(corrected: Agreement, newer: Agreement) -> None:
    """Let what amended a record amend its correction."""
    for one in Agreement.objects.filter(amends=corrected):
        one.amends = newer
        one.save(update_fields=["amends"])


def _name(text: Text, key: str) -> str:
    return f"{text.numbers.get(key, '')} {text.clauses[key].title}".strip()
