# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Keeping the archive's index: an entry for each public agreement, written when it becomes public.

What an entry says of sector, place and days comes from the agreement, from what an officer brought, and from
other parts through `facts`:

    indexing.facts(lambda agreement: {"starts_on": ..., "ends_on": ...})
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_save

from tavolo.agreements import standing
from tavolo.agreements.archive import editions
from tavolo.agreements.archive.models import Edition, Elsewhere, Entry
from tavolo.agreements.life import rules
from tavolo.agreements.life import standing as life
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import PUBLIC
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import Text
from tavolo.language.folding import fold, words
from tavolo.language.postgres import tsvector_text

Facts = Callable[[Agreement], dict[str, Any]]
_facts: list[Facts] = []
# PostgreSQL refuses a tsvector beyond 1 MiB; stems of so many characters stay well below.
LONGEST_WORDS = 400_000
SHORTEST_KEY = 10


def facts(function: Facts) -> None:
    """Register what another part knows: starts_on, ends_on, signed_on, municipality, sector."""
    if function not in _facts:
        _facts.append(function)


def connect() -> None:
    """Index an agreement whenever it is saved as public, and take it out when it no longer is."""
    post_save.connect(_saved, sender=Agreement, dispatch_uid="archive.index")
    for label, name in (("signing", "Frozen"), ("life", "Terms"), ("life", "Termination")):
        # What these say of an agreement (days, exact version) may be written after it became public.
        if apps.is_installed(f"tavolo.agreements.{label}"):
            with suppress(LookupError):
                model = apps.get_model(label, name)
                post_save.connect(_touched, sender=model, dispatch_uid=f"archive.{label}.{name}")


def _saved(sender: Any, instance: Agreement, **_kwargs: Any) -> None:
    if instance.state in PUBLIC:
        # At the end of the transaction's own work the text and the signatures stand; before, they may not.
        if Version.objects.filter(agreement=instance).exists():
            index(instance)
    else:
        Entry.objects.filter(agreement=instance).delete()


def _touched(sender: Any, instance: Any, **_kwargs: Any) -> None:
    if instance.agreement.state in PUBLIC:
        index(instance.agreement)


def key_of(agreement_id: uuid.UUID, length: int = SHORTEST_KEY) -> str:
    """Return an agreement's short address: letters and digits from its id, the same for ever."""
    return base64.b32encode(agreement_id.bytes).decode().rstrip("=").lower()[:length]


def frozen_version(agreement: Agreement) -> Version:
    """Return the version that was signed: the frozen one where signing froze one, else the newest."""
    if apps.is_installed("tavolo.agreements.signing"):
        from tavolo.agreements.signing.models import Frozen

        found = Frozen.objects.filter(agreement=agreement, version__isnull=False).select_related("version")
        for row in found:
            return row.version
    return current(agreement)


def plain(text: Text) -> Iterator[str]:
    """Yield titles and paragraphs of a text as plain words."""
    for clause in text.root.walk():
        if clause.title:
            yield clause.title
        for block in blocks(clause.body):
            yield block.text


@transaction.atomic
def index(agreement: Agreement) -> Entry:
    """Write or renew the entry of a public agreement; the caller answers for its being public.

    What it amends reads differently from now on: the editions of those agreements are written anew too.
    """
    entry = _entry(agreement)
    known = {agreement.pk}
    amended = agreement
    while amended.amends is not None and amended.amends_id not in known:
        amended = amended.amends
        known.add(amended.pk)
        for above in Entry.objects.filter(agreement=amended).select_related("agreement"):
            _renew_editions(above, text_of(frozen_version(amended)))
    return entry


def _entry(agreement: Agreement) -> Entry:
    version = frozen_version(agreement)
    text = text_of(version)
    found = described(agreement, text)
    entry = Entry.objects.filter(agreement=agreement).first()
    row: dict[str, Any] = {
        "title": agreement.title, "level": agreement.level, "state": agreement.state,
        "text_hash": version.hash, **found,
    }  # fmt: skip
    if entry is None:
        entry = Entry(territory_id=agreement.territory_id, agreement=agreement, key=_free_key(agreement))
    for name, value in row.items():
        setattr(entry, name, value)
    heading, body = _vectors(agreement.title, found["parties"], text)
    entry.title_words, entry.words = heading, body
    entry.save()
    _renew_editions(entry, text)
    return entry


def _renew_editions(entry: Entry, signed: Text) -> None:
    """Write the texts an agreement has over time, where later agreements amend it."""
    found = editions.spans(entry.agreement, signed)
    entry.editions.all().delete()
    for number, one in enumerate(found, start=1):
        _heading, words = _vectors(entry.title, entry.parties, one.text)
        Edition.objects.create(
            territory_id=entry.territory_id, entry=entry, number=number, starts_on=one.starts_on,
            ends_on=one.ends_on, text_hash=text_hash(one.text), amending=[row.pk for row in one.amending],
            topics=described(entry.agreement, one.text)["topics"], words=words,
        )  # fmt: skip
    if entry.amended != bool(found):
        entry.amended = bool(found)
        entry.save(update_fields=["amended"])


def _free_key(agreement: Agreement) -> str:
    for length in (SHORTEST_KEY, 16, 26):
        key = key_of(agreement.pk, length)
        if not Entry.objects.filter(key=key).exists():
            return key
    raise AssertionError("an agreement's whole id is its own")


def _vectors(title: str, parties: list[str], text: Text) -> tuple[str, str]:
    """Return the title's vector, and that of everything: title A, parties B, headings C, bodies D."""
    headings = " ".join(clause.title for clause in text.root.walk())
    bodies = " ".join(plain(text))[:LONGEST_WORDS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %(a)s)::text, (setweight(to_tsvector('simple', %(a)s), 'A') || "
            "setweight(to_tsvector('simple', %(b)s), 'B') || setweight(to_tsvector('simple', %(c)s), 'C') || "
            "to_tsvector('simple', %(d)s))::text",
            {
                "a": tsvector_text(title), "b": tsvector_text(" ".join(parties)),
                "c": tsvector_text(headings[:LONGEST_WORDS]), "d": tsvector_text(bodies),
            },
        )  # fmt: skip
        row = cursor.fetchone()
    return str(row[0]), str(row[1])


def described(agreement: Agreement, text: Text) -> dict[str, Any]:
    """Return what an entry says beside title and text."""
    brought = Elsewhere.objects.filter(agreement=agreement).first()
    topics = {topic for clause in text.root.walk() for topic in clause.topics}
    row: dict[str, Any] = {
        "elsewhere": brought is not None, "municipality": "", "sector": "", "signed_on": None,
        "starts_on": None, "ends_on": None, "corrected": False,
    }  # fmt: skip
    if brought is not None:
        names = [party["name"] for party in brought.parties]
        topics |= set(brought.topics)
        row |= {
            name: getattr(brought, name)
            for name in ("municipality", "sector", "signed_on", "starts_on", "ends_on")
        }
        row["corrected"] = Elsewhere.objects.filter(corrects=brought).exists()
    else:
        names = [party.organisation.name for party in standing.contractors(agreement)]
        for function in _facts:
            row |= {name: value for name, value in function(agreement).items() if value}
    row["signed_on"] = row["signed_on"] or standing.today()
    row["starts_on"] = row["starts_on"] or row["signed_on"]
    if isinstance(row["ends_on"], date) and row["ends_on"] < row["starts_on"]:
        row["ends_on"] = None
    row |= {
        "parties": [name[:200] for name in names], "party_keys": party_keys(names), "topics": sorted(topics),
        "division": row["sector"][:2],
    }  # fmt: skip
    return row


def party_keys(names: list[str]) -> list[str]:
    """Return the folded names and each of their words, once."""
    return sorted({key[:200] for name in names for key in (fold(name), *words(name)) if key})


def reindex() -> int:
    """Write the entry of every public agreement of the territory in scope anew; return how many."""
    count = 0
    for agreement in Agreement.objects.filter(state__in=PUBLIC).iterator():
        index(agreement)
        count += 1
    return count


def signed_here(agreement: Agreement) -> dict[str, Any]:
    """Return the day on which an agreement of a table here was signed, and the days its terms name."""
    found: dict[str, Any] = {}
    if apps.is_installed("tavolo.agreements.signing"):
        from tavolo.agreements.signing.models import Frozen

        row = Frozen.objects.filter(agreement=agreement).first()
        found["signed_on"] = row.signed_on if row else None
    terms = life.terms_of(agreement)
    if terms is not None:
        notice = life.notice_for_all(agreement, terms)
        ends = last_day(life.term_of(terms), notice.effect_on if notice else None)
        found |= {"starts_on": terms.starts_on, "ends_on": ends}
    return found


def last_day(term: rules.Term, stops: date | None) -> date | None:
    """Return the last day on which an agreement's rules hold, continued effect included; None while open.

    What renews itself, or goes on until it is renewed, has no last day before a notice sets one.
    """
    end = rules.last_day(term, stops)
    if end is None or term.continued == "until_renewed":
        return None
    if term.continued == "months":
        return rules.end_after(end, term.continued_months)
    return end
