# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What agreements give to the pages that gather: the table's door, what awaits a party, events, search."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tavolo.agreements import gates, showing
from tavolo.agreements.models import Agreement, Amendment, State, Version
from tavolo.agreements.services import consolidating, stances
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing import at_once
from tavolo.agreements.standing import PUBLIC, acting_party, agreement_at, sits_at, visible
from tavolo.agreements.text.canonical import read_canonical
from tavolo.dialogue import hooks
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Consultation, Statement, Table
from tavolo.dialogue.voices import outcomes
from tavolo.language.postgres import tsquery_text
from tavolo.language.stemming import stems
from tavolo.ledger import readers

SNIPPET = 200
ACTS = {
    "agreements.started": _lazy("An agreement was begun"),
    "agreements.amendment_lodged": _lazy("An amendment was lodged"),
    "agreements.amendment_withdrawn": _lazy("An amendment was withdrawn"),
    "agreements.stance_lodged": _lazy("A party lodged its stance on a text"),
    "agreements.version_made": _lazy("Agreed amendments were taken into a text"),
}


def register() -> None:
    """Tell the gathering pages and the register of acts about agreements."""
    hooks.door(door)
    hooks.following(following)
    hooks.waiting(waiting)
    hooks.event(events)
    hooks.finder("agreements", find)
    outcomes.source(outcomes_of)
    readers.name_acts(ACTS)
    # Amendments and stances are the table's alone, after signing too: so are the acts about them.
    readers.readable("agreements.agreement", works_on)


def works_on(request: HttpRequest, agreement_id: object) -> bool:
    """Say whether a visitor works on an agreement: only they read its acts."""
    found = agreement_at(request.user.pk, {"agreement_id": agreement_id})
    return found is not None and sits_at(request.user.pk, found)


def door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Lead those who sit at the table to its agreements."""
    account = request.user.pk
    if account is None:
        return None
    if not (seats.seats_at(account, table.pk) or seats.is_secretary(account, table.pk)):
        return None
    under_way = Agreement.objects.filter(table=table, state=State.DRAFT).count()
    return hooks.Door(
        _("Agreements"), _("Texts, amendments, who accepts which words, signatures."),
        reverse("agreements:table", args=[table.pk]), 30, str(under_way or ""),
    )  # fmt: skip


def following(request: HttpRequest, consultation: Consultation) -> hooks.Door | None:
    """Lead from the results of a consultation to a first draft that grows from its convergences."""
    account, table = request.user.pk, consultation.table
    if account is None:
        return None
    party = seats.acting_party(account, table.pk)
    if party is None and not seats.is_secretary(account, table.pk):
        return None
    if not gates.may_propose(table, party):
        return None
    return hooks.Door(
        _("Begin an agreement from these convergences"),
        _("What the majority of every group supports can become the first clauses of an agreement."),
        f"{reverse('agreements:start', args=[table.pk])}?consultazione={consultation.pk}", 30,
    )  # fmt: skip


def waiting(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Return the texts on which a person's party has yet to speak."""
    drafts = list(visible(account_id).filter(state=State.DRAFT, table__isnull=False))
    at_once.parties(drafts)
    own = {one: party for one in drafts if (party := acting_party(account_id, one)) is not None}
    at_once.versions(own)
    stances.foresee_on_clauses(own)
    amendments = consolidating.open_amendments_of(own) if own else {}
    for agreement, party in own.items():
        unsaid = [
            one for one in amendments[agreement.pk]
            if one.by_party.get(party.pk) is None and one.amendment.party_id != party.pk
        ]  # fmt: skip
        if unsaid:
            yield hooks.Waiting(
                "agreements.amendments", _("Amendments to “%(title)s”") % {"title": agreement.title},
                _("%(count)s without your party's stance.") % {"count": len(unsaid)},
                reverse("agreements:amendments", args=[agreement.pk]), None, agreement.table_id,
            )  # fmt: skip
        silent = 0
        for row in stances.matrix(agreement).rows[1:]:
            cell = next(one for one in row.cells if one.party.pk == party.pk)
            silent += cell.stance is None or cell.lapsed
        if silent:
            yield hooks.Waiting(
                "agreements.clauses", _("Clauses of “%(title)s”") % {"title": agreement.title},
                _("%(count)s without your party's stance on their present words.") % {"count": silent},
                reverse("agreements:matrix", args=[agreement.pk]), None, agreement.table_id,
            )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Table) -> Iterator[hooks.Event]:
    """Return versions and amendments of the table's agreements, for those who work on them."""
    found = [one for one in visible(account_id).filter(table=table) if sits_at(account_id, one)]
    versions = Version.objects.filter(agreement__in=found).only("agreement_id", "number", "made_at")
    amendments = Amendment.objects.filter(agreement__in=found).select_related("party__organisation")
    of_versions, of_amendments = _by_agreement(versions), _by_agreement(amendments)
    for agreement in found:
        text = reverse("agreements:text", args=[agreement.pk])
        for version in of_versions[agreement.pk]:
            title = _("“%(title)s”: version %(number)s") % {
                "title": agreement.title, "number": version.number,
            }  # fmt: skip
            day = timezone.localdate(version.made_at)
            yield hooks.Event(day, "agreements.version", title, f"{text}?versione={version.number}")
        for row in of_amendments[agreement.pk]:
            title = _("%(party)s: amendment %(number)s to “%(title)s”") % {
                "party": showing.author_of(row), "number": row.number, "title": agreement.title,
            }  # fmt: skip
            link = reverse("agreements:amendment", args=[agreement.pk, row.pk])
            yield hooks.Event(timezone.localdate(row.lodged_at), "agreements.amendment", title, link)


def _by_agreement(rows: Iterable[Any]) -> defaultdict[uuid.UUID, list[Any]]:
    """Return rows by the agreement they belong to: one query for all, not one for each."""
    found: defaultdict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append(row)
    return found


# A search shows a page of them; the archive itself leafs through all.
MOST_AGREEMENTS = 50
LONGEST_QUERY = 200


def find(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Find clauses by Italian words in the current texts this person sees."""
    query = query[:LONGEST_QUERY]
    wanted = frozenset(stems(query))
    if not wanted:
        return []
    found: list[hooks.Match] = []
    for agreement in _holding(account_id, query):
        version = current(agreement)
        own = _stems_of(version.hash, version.canonical)
        for clause in text_of(version).clauses.values():
            titled, whole = own[clause.id]
            hits = wanted & whole
            if hits:
                label = showing.label_of(text_of(version), clause.id)
                name = f"{agreement.title} · {label} {clause.title}".rstrip(" ·")
                rank = len(hits) / len(wanted) + (0.25 if wanted & titled else 0.0)
                found.append(
                    hooks.Match(_("Agreement"), name, clause.body[:SNIPPET],
                                showing.address(agreement, clause.id), rank, agreement.table_id)
                )  # fmt: skip
    return sorted(found, key=lambda one: -one.rank)


def _holding(account_id: uuid.UUID | None, query: str) -> Iterator[Agreement]:
    """Return the agreements to look through: of public ones those the archive's index finds, and drafts.

    Agreements made elsewhere are the archive's to find. Texts at work are few, those of one's own tables.
    """
    seen = visible(account_id).filter(table__isnull=False)
    words = SearchQuery(tsquery_text(query), config="simple", search_type="raw")
    public = seen.filter(state__in=PUBLIC, archived__words=words).order_by("-created_on", "pk")
    yield from public[:MOST_AGREEMENTS]
    yield from seen.exclude(state__in=PUBLIC)


@lru_cache(maxsize=256)
def _stems_of(text_hash: str, canonical: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the stems of each clause's title, and of all of it; a version never changes."""
    text = read_canonical(canonical.encode())
    return {
        clause.id: (frozenset(stems(clause.title)), frozenset(stems(f"{clause.title} {clause.body}")))
        for clause in text.clauses.values()
    }


def outcomes_of(consultation: Consultation) -> Iterator[outcomes.Link]:
    """Return the clauses of signed agreements that grew out of a consultation's statements."""
    signed = Agreement.objects.filter(table_id=consultation.table_id, state__in=PUBLIC)
    own = {
        str(key) for key in Statement.objects.filter(consultation=consultation).values_list("pk", flat=True)
    }
    for agreement in signed.order_by("created_on", "title"):
        text = text_of(current(agreement))
        for clause in text.clauses.values():
            for one in clause.origin:
                if one.kind == "statement" and one.reference in own:
                    words = _("“%(title)s”, %(clause)s.") % {
                        "title": agreement.title, "clause": showing.label_of(text, clause.id),
                    }  # fmt: skip
                    link = showing.address(agreement, clause.id)
                    yield outcomes.Link(uuid.UUID(one.reference), "clause", words, link)
