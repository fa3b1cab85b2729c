# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Search in the archive: one statement that finds, ranks, counts and gives the facets.

Words are stems of `tavolo.language` (every one must occur). Of all hits the 500 most promising (stems in
the title, then the newest) are ranked by their whole text, title before parties before headings before
bodies; the rest follow by day. So a common word costs no more than a rare one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django_scopes import get_scope

from tavolo.agreements.archive.models import Entry
from tavolo.language.folding import fold, words
from tavolo.language.postgres import tsquery_text

PAGE = 20
MOST_RANKED = 500
MOST_PAGES = 500
LONGEST_QUERY = 300
MOST_STEMS = 12
FACETS = ("state", "level", "topic", "division", "municipality", "party", "year")
MOST_VALUES = 12


@dataclass(frozen=True)
class Query:
    """What is asked: words, and conditions that must all hold. Empty means any."""

    words: str = ""
    party: str = ""
    topic: str = ""
    municipality: str = ""
    division: str = ""
    level: str = ""
    state: str = ""
    year: str = ""
    in_force: date | None = None
    page: int = 1

    @property
    def stems(self) -> str:
        """Return the query for the database; empty where the words tell nothing."""
        found = tsquery_text(self.words[:LONGEST_QUERY], every=True)
        return " & ".join(found.split(" & ")[:MOST_STEMS])

    def conditions(self) -> dict[str, str]:
        """Return the conditions that are set, by name, as text for links."""
        found = {name: getattr(self, name) for name in (*FACETS, "words")}
        found["in_force"] = self.in_force.isoformat() if self.in_force else ""
        return {name: value for name, value in found.items() if value}


@dataclass
class Found:
    """A page of results: how many there are in all, and how many by facet and value."""

    total: int = 0
    entries: list[Entry] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    pages: int = 1


def search(query: Query, *, with_facets: bool = True) -> Found:
    """Return what the archive of the territory in scope holds for a query; one round trip, then the rows."""
    sql, values = statement(query, with_facets=with_facets)
    found = Found()
    order: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for facet, value, count in cursor.fetchall():
            if facet == "total":
                found.total = count
            elif facet == "entry":
                order.append((count, value))
            else:
                found.facets.setdefault(facet, []).append((value, count))
    ids = [value for _place, value in sorted(order)]
    rows = {str(row.pk): row for row in Entry.objects.filter(pk__in=ids).defer("words", "title_words")}
    found.entries = [rows[key] for key in ids if key in rows]
    found.facets = {name: _ordered(name, values) for name, values in found.facets.items()}
    found.pages = max(1, min(MOST_PAGES, -(-found.total // PAGE)))
    return found


def _ordered(name: str, values: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if name == "year":
        return sorted(values, reverse=True)[:MOST_VALUES]
    return sorted(values, key=lambda one: (-one[1], one[0]))[:MOST_VALUES]


def statement(query: Query, *, with_facets: bool = True) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a search and its values."""
    where, values = _where(query)
    stems = query.stems
    values |= {"stems": stems, "first": PAGE * (max(1, min(query.page, MOST_PAGES)) - 1), "size": PAGE}
    near, rank = "0::real", "0::real"
    if stems:
        near = "ts_rank(h.title_words, to_tsquery('simple', %(stems)s))"
        rank = "ts_rank(e.words, to_tsquery('simple', %(stems)s))"
    ranked = max(MOST_RANKED, values["first"] + PAGE) if stems else values["first"] + PAGE
    values["ranked"] = ranked
    sql = f"""
    WITH hits AS MATERIALIZED (
        SELECT e.id, e.title_words, e.signed_on, e.state, e.level, e.topics, e.division, e.municipality,
               e.parties
        FROM archive_entry e WHERE {where}
    ), best AS (
        SELECT h.id, h.signed_on, {near} AS near FROM hits h ORDER BY near DESC, h.signed_on DESC, h.id
        LIMIT %(ranked)s
    ), ranked AS (
        SELECT b.id, row_number() OVER (ORDER BY {rank} DESC, b.signed_on DESC, b.id) AS place
        FROM best b JOIN archive_entry e ON e.id = b.id
    )
    SELECT 'total' AS facet, '' AS value, count(*) AS count FROM hits
    UNION ALL
    SELECT 'entry', id::text, place FROM ranked WHERE place > %(first)s AND place <= %(first)s + %(size)s
    {_FACETS if with_facets else ""}
    """  # noqa: S608 - made of fixed pieces; every value is a parameter
    return sql, values


_FACETS = "".join(
    f"""
    UNION ALL (SELECT '{name}', v, count(*) FROM ({source}) AS f(v) WHERE v <> '' GROUP BY v
               ORDER BY count(*) DESC, v LIMIT 30)"""  # noqa: S608 - fixed pieces only
    for name, source in (
        ("state", "SELECT state FROM hits"),
        ("level", "SELECT level FROM hits"),
        ("topic", "SELECT unnest(topics) FROM hits"),
        ("division", "SELECT division FROM hits"),
        ("municipality", "SELECT municipality FROM hits"),
        ("party", "SELECT unnest(parties) FROM hits"),
        ("year", "SELECT extract(year FROM signed_on)::int::text FROM hits"),
    )
)


def _where(query: Query) -> tuple[str, dict[str, Any]]:
    """Return the conditions of a search; every value travels as a parameter."""
    parts = ["e.territory_id = %(territory)s", "NOT e.corrected"]
    values: dict[str, Any] = {"territory": get_scope()["territory"].pk}
    if query.stems:
        parts.append("e.words @@ to_tsquery('simple', %(stems)s)")
    elif query.words.strip():
        # Only words that tell nothing were asked: nothing is found rather than everything.
        parts.append("FALSE")
    if query.party:
        parts.append("e.party_keys @> %(party)s::varchar[]")
        values["party"] = _party(query.party)
    if query.topic:
        parts.append("e.topics @> ARRAY[%(topic)s]::varchar[]")
    if query.in_force:
        parts.append(
            "e.starts_on <= %(in_force)s AND (e.ends_on IS NULL OR e.ends_on >= %(in_force)s) "
            "AND (e.state <> 'ended' OR e.ends_on IS NOT NULL)"
        )
    if query.year:
        parts.append(
            "e.signed_on >= make_date(%(year)s, 1, 1) AND e.signed_on < make_date(%(year)s + 1, 1, 1)"
        )
        values["year"] = int(query.year) if re.fullmatch(r"[12]\d{3}", query.year) else 1
    for name in ("level", "state", "division", "municipality"):
        if getattr(query, name):
            parts.append(f"e.{name} = %({name})s")
    for name in ("topic", "in_force", "level", "state", "division", "municipality"):
        if getattr(query, name):
            values[name] = getattr(query, name)
    return " AND ".join(parts), values


def _party(name: str) -> list[str]:
    """Return what a party's keys must all hold: its words, as people write some of them."""
    return list(dict.fromkeys(words(name[:LONGEST_QUERY]))) or [fold(name)[:200]]
