# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Search in the archive: one statement that finds, ranks, counts and gives the facets.

An agreement is found by the text that is in force today, or on the day asked for: what later agreements amend
has an edition for each span of days, and the one of that day stands in the place of the entry's own words.

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

from tavolo.agreements.archive.models import Edition, Entry
from tavolo.agreements.standing import today
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
    # The day whose texts were searched.
    day: date | None = None
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
    found.entries = _entries([value.split("/") for _place, value in sorted(order)])
    found.day = values["day"]
    found.facets = {name: _ordered(name, values) for name, values in found.facets.items()}
    found.pages = max(1, min(MOST_PAGES, -(-found.total // PAGE)))
    return found


def _entries(hits: Sequence[Sequence[str]]) -> list[Entry]:
    """Return the rows of hits in their order, each with the edition that matched, or None."""
    rows = {
        str(row.pk): row
        for row in Entry.objects.filter(pk__in=[hit[0] for hit in hits]).defer("words", "title_words")
    }  # fmt: skip
    wanted = [hit[1] for hit in hits if len(hit) > 1]
    editions = {str(one.pk): one for one in Edition.objects.filter(pk__in=wanted)} if wanted else {}
    for key, *edition in hits:
        if key in rows:
            rows[key].matched = editions.get(edition[0]) if edition else None
    return [rows[hit[0]] for hit in hits if hit[0] in rows]


def _ordered(name: str, values: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if name == "year":
        return sorted(values, reverse=True)[:MOST_VALUES]
    return sorted(values, key=lambda one: (-one[1], one[0]))[:MOST_VALUES]


def statement(query: Query, *, with_facets: bool = True) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a search and its values."""
    where, values = _where(query)
    stems = query.stems
    values["day"] = query.in_force or today()
    values |= {"stems": stems, "first": PAGE * (max(1, min(query.page, MOST_PAGES)) - 1), "size": PAGE}
    near, rank = "0::real", "0::real"
    if stems:
        near = "ts_rank(h.title_words, to_tsquery('simple', %(stems)s))"
        rank = "ts_rank(coalesce(x.words, e.words), to_tsquery('simple', %(stems)s))"
    ranked = max(MOST_RANKED, values["first"] + PAGE) if stems else values["first"] + PAGE
    values["ranked"] = ranked
    sql = f"""
    WITH hits AS MATERIALIZED (
        SELECT e.id, NULL::uuid AS edition, e.title_words, e.signed_on, e.state, e.level, e.topics,
               e.division, e.municipality, e.parties
        FROM archive_entry e WHERE NOT e.amended AND {where["e"]}
        UNION ALL
        SELECT e.id, x.id, e.title_words, e.signed_on, e.state, e.level, x.topics,
               e.division, e.municipality, e.parties
        FROM archive_edition x JOIN archive_entry e ON e.id = x.entry_id
        WHERE e.amended AND (x.starts_on IS NULL OR x.starts_on <= %(day)s)
          AND (x.ends_on IS NULL OR x.ends_on >= %(day)s) AND {where["x"]}
    ), best AS (
        SELECT h.id, h.edition, h.signed_on, {near} AS near FROM hits h
        ORDER BY near DESC, h.signed_on DESC, h.id LIMIT %(ranked)s
    ), ranked AS (
        SELECT b.id, b.edition, row_number() OVER (ORDER BY {rank} DESC, b.signed_on DESC, b.id) AS place
        FROM best b JOIN archive_entry e ON e.id = b.id LEFT JOIN archive_edition x ON x.id = b.edition
    )
    SELECT 'total' AS facet, '' AS value, count(*) AS count FROM hits
    UNION ALL
    SELECT 'entry', concat_ws('/', id, edition), place FROM ranked
    WHERE place > %(first)s AND place <= %(first)s + %(size)s
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


def _where(query: Query) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the conditions on an entry and on an edition; every value travels as a parameter."""
    parts = ["e.territory_id = %(territory)s", "NOT e.corrected"]
    values: dict[str, Any] = {"territory": get_scope()["territory"].pk}
    if query.stems:
        parts.append("{text}.words @@ to_tsquery('simple', %(stems)s)")
    elif query.words.strip():
        # Only words that tell nothing were asked: nothing is found rather than everything.
        parts.append("FALSE")
    if query.party:
        parts.append("e.party_keys @> %(party)s::varchar[]")
        values["party"] = _party(query.party)
    if query.topic:
        parts.append("{text}.topics @> ARRAY[%(topic)s]::varchar[]")
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
    # Words and topics are those of the text that holds: the entry's own, or an edition's.
    return {text: " AND ".join(parts).replace("{text}", text) for text in ("e", "x")}, values


def _party(name: str) -> list[str]:
    """Return what a party's keys must all hold: its words, as people write some of them."""
    return list(dict.fromkeys(words(name[:LONGEST_QUERY]))) or [fold(name)[:200]]
