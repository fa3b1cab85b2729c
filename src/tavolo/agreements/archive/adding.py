# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Agreements made elsewhere: an officer brings text, parties, days and source; a mistake is corrected by a
new record, and the old one stays at its address with a pointer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.agreements.archive import amending, indexing, searching
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.models import Agreement, Level, State, Version
from tavolo.agreements.services.texts import add_version, said, text_of
from tavolo.agreements.standing import today
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.reading import read_plain
from tavolo.agreements.text.topics import check_topics
from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.language.near_duplicates import similarity
from tavolo.ledger.services import record_act
from tavolo.people.identifiers import clean_ateco
from tavolo.people.models import Account, Organisation, OrganisationKind, Role
from tavolo.people.roles import active_roles

FILE = "archive.original"
OBJECT = "archive.agreement"
LIKE = 0.7
LONGEST_TEXT = 2_000_000
MOST_COMPARED = 30
MOST_PARTIES = 60
KINDS = (OrganisationKind.EMPLOYERS_ASSOCIATION, OrganisationKind.UNION, OrganisationKind.PUBLIC_BODY)
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Brought:
    """What an officer says about an agreement made elsewhere. `text` is as pasted."""

    title: str
    text: str
    parties: tuple[tuple[str, bool], ...]  # name, and whether it signed
    signed_on: date
    source: str
    level: str = Level.TERRITORIAL
    topics: tuple[str, ...] = ()
    municipality: str = ""
    sector: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    ended: bool = False
    changes_only: bool = False  # of one that amends another: only the clauses it words anew or adds


@dataclass(frozen=True)
class Like:
    """An entry that says nearly the same, with the likeness from 0 to 1."""

    entry: Entry
    likeness: float


def officers_of(account: Any) -> set[uuid.UUID]:
    """Return the associations, unions and public bodies for which a person may add agreements today."""
    held = active_roles(account, today())
    return {one.organisation_id for one in held if one.role == Role.OFFICER and one.kind in KINDS}


def may_add(account: Any) -> bool:
    """Say whether a person may add agreements made elsewhere."""
    return bool(officers_of(account))


def parse_parties(lines: str) -> tuple[tuple[str, bool], ...]:
    """Return parties from lines of names; a line that begins with `-` names one that did not sign."""
    found: dict[str, bool] = {}
    for line in lines.splitlines():
        name = " ".join(line.lstrip("-–").split())[:200]
        if name:
            found.setdefault(name, not line.strip().startswith(("-", "–")))
    return tuple(found.items())


def alike(text: Text, title: str, *, leave_out: uuid.UUID | None = None) -> list[Like]:
    """Return entries whose text is nearly the same, the likest first."""
    own = " ".join(indexing.plain(text))
    candidates = searching.search(searching.Query(words=title), with_facets=False).entries
    same = Entry.objects.filter(text_hash=text_hash(text), corrected=False)
    rows = {row.pk: row for row in (*same, *candidates)}
    found = []
    for row in list(rows.values())[:MOST_COMPARED]:
        if row.agreement_id == leave_out:
            continue
        other = " ".join(indexing.plain(text_of(indexing.frozen_version(row.agreement))))
        likeness = similarity(own, other)
        if likeness >= LIKE:
            found.append(Like(row, likeness))
    return sorted(found, key=lambda one: -one.likeness)


def read(brought: Brought) -> Text:
    """Return the text an officer pasted, as clauses; raise Problem where anything cannot be taken."""
    if not brought.title.strip():
        raise Problem(_("Give the agreement a title."))
    if len(brought.text) > LONGEST_TEXT:
        raise Problem(_("This text is too long: at most two million characters."))
    if len(brought.text.strip()) < 40:
        raise Problem(_("Paste the whole text of the agreement: a title alone cannot be found or checked."))
    if not any(signed for _name, signed in brought.parties) or len(brought.parties) < 2:
        raise Problem(_("Name at least two parties, one a line; at least one of them must have signed."))
    if len(brought.parties) > MOST_PARTIES:
        raise Problem(_("At most 60 parties can be named."))
    if not brought.source.strip():
        raise Problem(_("Say where the text comes from: who keeps the original, or an address."))
    if not FIRST_DAY <= brought.signed_on <= today():
        raise Problem(_("The day of signature lies in the future or before 1900: correct it."))
    starts = brought.starts_on or brought.signed_on
    if brought.ends_on and brought.ends_on < starts:
        raise Problem(_("The agreement would end before it begins: correct one of the two days."))
    if brought.ended and not brought.ends_on:
        raise Problem(_("An agreement that is no longer in force needs the day on which it ended."))
    try:
        check_topics(brought.topics)
        return text_of_lines(brought.title, brought.text)
    except TextError as error:
        raise said(error) from error


def text_of_lines(title: str, lines: str) -> Text:
    """Return pasted lines as clauses, with ids by their order: the same text has the same hash again."""
    found = read_plain(lines, amending.free_ids(amending.named_in(lines)))
    return found.with_clause(replace(found.root, title=title)) if title else found


@transaction.atomic
def add(
    brought: Brought, *, actor: Account, organisation_id: uuid.UUID, file: Any = None, name: str = "",
    corrects: Entry | None = None, reason: str = "", amends: Entry | None = None,
) -> Entry:  # fmt: skip
    """Add an agreement made elsewhere, the correction of one, or one that amends `amends`; return its entry.

    The near-duplicate check is the page's: a person decides. Exactly the same text is refused here.
    """
    if organisation_id not in officers_of(actor):
        raise Problem(_("Only an officer of an association, a union or a public body may add agreements."))
    text = read(brought)
    brought = _tidied(brought)
    replaced = _corrected(corrects, reason) if corrects is not None else None
    target = amending.target_of(amends, corrects)
    change = amending.change(brought, target, leave_out=corrects) if target is not None else None
    text = change.text if change is not None else text
    same = Entry.objects.filter(text_hash=text_hash(text), corrected=False)
    if corrects is None and same.exists():
        raise Problem(_("Exactly this text is in the archive already: %(title)s.") % {"title": same[0].title})
    agreement = Agreement.objects.create(
        territory_id=get_scope()["territory"].pk, title=brought.title, level=brought.level,
        state=State.ENDED if brought.ended else State.SIGNED, created_on=today(), created_by_id=actor.pk,
        amends=target,
    )  # fmt: skip
    if change is not None and not brought.changes_only:
        # As at a table: it begins as a copy of the text in force, and what it leaves out falls.
        add_version(agreement, change.base, made=Version.Made.START, actor_id=actor.pk)
        version = add_version(agreement, text, made=Version.Made.CONSOLIDATED, actor_id=actor.pk)
    else:
        version = add_version(agreement, text, made=Version.Made.START, actor_id=actor.pk)
    kept = (
        files.store(file, kind=FILE, name=name, owner_id=actor.pk, subject_id=agreement.pk) if file else None
    )
    row = Elsewhere.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, corrects=replaced,
        parties=[{"name": one, "signed": signed} for one, signed in brought.parties],
        municipality=brought.municipality, sector=brought.sector, topics=list(brought.topics),
        signed_on=brought.signed_on, starts_on=brought.starts_on, ends_on=brought.ends_on,
        source=brought.source[:300], reason=reason[:300], file=kept, organisation_id=organisation_id,
        added_by_id=actor.pk, added_on=today(),
    )  # fmt: skip
    record_act(
        actor_id=actor.pk, role="officer", act="archive.corrected" if replaced else "archive.added",
        object_type=OBJECT, object_id=agreement.pk,
        content={
            "agreement": agreement.pk, "hash": version.hash, "organisation": organisation_id,
            "file": kept.sha256 if kept else None, "corrects": replaced.agreement_id if replaced else None,
            "amends": target.pk if target is not None else None,
        },
    )  # fmt: skip
    if replaced is not None:
        amending.follow(replaced.agreement, row.agreement)
        indexing.index(replaced.agreement)
    return indexing.index(row.agreement)


def _corrected(entry: Entry, reason: str) -> Elsewhere:
    """Return the record to be corrected, its agreement locked; raise where it cannot be."""
    # Records are only ever added: the agreement's row is the one that may be locked.
    Agreement.objects.select_for_update().filter(pk=entry.agreement_id).first()
    found = Elsewhere.objects.filter(agreement_id=entry.agreement_id).first()
    if found is None:
        raise Problem(_("An agreement made at a table here is not corrected in the archive."))
    if Elsewhere.objects.filter(corrects=found).exists():
        raise Problem(_("This record was corrected already: correct the newest one."))
    if not reason.strip():
        raise Problem(_("Say what was wrong: the reason is shown beside the correction."))
    return found


def _tidied(brought: Brought) -> Brought:
    """Return what was brought with names and codes in their one form."""
    try:
        sector = clean_ateco(brought.sector)
    except ValidationError as error:
        raise Problem(" ".join(error.messages)) from error
    return replace(
        brought, title=" ".join(brought.title.split())[:300], sector=sector,
        municipality=" ".join(brought.municipality.split())[:120],
        starts_on=brought.starts_on or brought.signed_on, source=" ".join(brought.source.split()),
    )  # fmt: skip


def organisations_for(account: Any) -> list[Organisation]:
    """Return the bodies a person may add agreements for, by name."""
    return list(Organisation.objects.filter(pk__in=officers_of(account)).order_by("sort_key"))
