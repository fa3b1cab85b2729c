# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The archive's public pages: search, one agreement, downloads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.archive import adding, exporting, indexing, papers, reading
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.archive.searching import Found, Query, search
from tavolo.agreements.models import Agreement, Level, State
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.topics import TOPICS, topic_name
from tavolo.common.errors import Problem
from tavolo.common.limits import limit

SEARCHES_PER_MINUTE = 60


def who(request: HttpRequest) -> str:
    """Return whom a limit counts: the account, or the address of a visitor."""
    return str(request.user.pk or request.META.get("REMOTE_ADDR", ""))


def query_of(values: Any) -> Query:
    """Return the query an address asks."""

    def text(name: str) -> str:
        return str(values.get(name, "")).replace("\x00", "").strip()[:300]

    page = text("page")
    try:
        day = parse_date(text("in_force"))
    except ValueError:
        day = None
    return Query(
        words=text("words"), party=text("party"), topic=text("topic"), municipality=text("municipality"),
        division=text("division"), level=text("level"), state=text("state"), year=text("year"), in_force=day,
        page=int(page) if page.isdigit() and len(page) < 6 else 1,
    )  # fmt: skip


def search_page(request: HttpRequest) -> HttpResponse:
    """Search in public agreements: words, conditions, facets with counts."""
    query = query_of(request.GET)
    found = Found()
    try:
        limit(f"archive:{who(request)}", per=timedelta(minutes=1), count=SEARCHES_PER_MINUTE)
        found = search(query)
    except Problem as problem:
        messages.error(request, str(problem))
    conditions = query.conditions()
    context = {
        "query": query, "found": found, "lang": (get_language() or "it")[:2],
        "rows": [_hit(row, query, found) for row in found.entries],
        "facets": _facets(query, found), "chosen": _chosen(conditions),
        "topics": [(key, topic_name(key, (get_language() or "it")[:2])) for key in TOPICS],
        "levels": Level.choices, "states": [one for one in State.choices if one[0] in reading.PUBLIC_STATES],
        "before": _page(conditions, query.page - 1) if query.page > 1 else "",
        "after": _page(conditions, query.page + 1) if query.page < found.pages else "",
        "may_add": request.user.is_authenticated and adding.may_add(request.user),
    }  # fmt: skip
    return render(request, "archive/search.html", context)


def _hit(row: Entry, query: Query, found: Found) -> dict[str, Any]:
    """Return what the page says of one hit: which of its texts matched, and where to read that one."""
    day = found.day or standing.today()
    return {
        "row": row, "words": reading.snippet(row, query), "matched": reading.matched_words(row, day),
        "link": reverse("archive:agreement", args=[row.key])
        + (f"?in_force={query.in_force}" if query.in_force and row.amended else ""),
    }  # fmt: skip


def day_of(request: HttpRequest) -> date | None:
    """Return the day an address asks about, as YYYY-MM-DD; None where it names none."""
    return query_of(request.GET).in_force


def _page(conditions: dict[str, str], page: int) -> str:
    return "?" + urlencode({**conditions, "page": page})


def _facets(query: Query, found: Found) -> list[dict[str, Any]]:
    """Return the facets with a link for each value; a facet with one value chosen is not shown again."""
    names = {
        "topic": _("Topic"), "level": _("Level"), "state": _("State"), "party": _("Party"),
        "division": _("Sector (ATECO)"), "municipality": _("Municipality"), "year": _("Year of signature"),
    }  # fmt: skip
    conditions = query.conditions()
    return [
        {
            "name": name,
            "values": [
                {"name": reading.value_name(key, value), "count": count,
                 "link": "?" + urlencode({**conditions, key: value})}
                for value, count in found.facets.get(key, ())
            ],
        }
        for key, name in names.items()
        if found.facets.get(key) and key not in conditions
    ]  # fmt: skip


def _chosen(conditions: dict[str, str]) -> list[dict[str, str]]:
    """Return what is chosen, each with the link that takes it away."""
    rest: Iterable[tuple[str, str]] = conditions.items()
    return [
        {
            "name": reading.value_name(key, value),
            "link": "?" + urlencode({name: one for name, one in rest if name != key}),
        }
        for key, value in conditions.items()
    ]


def agreement(request: HttpRequest, entry_key: str) -> HttpResponse:
    """Show one public agreement: its text in force on a day, or as signed; parties, history, downloads."""
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key)
    version, day = indexing.frozen_version(entry.agreement), day_of(request) or standing.today()
    signed = request.GET.get("text") == "signed" or not entry.amended
    force = reading.coordinated(entry, day)
    context = {
        "entry": entry, "version": version, "signed_text": signed, "day": day, "force": force,
        "clauses": reading.clauses(text_of(version)) if signed else reading.clauses(force.text, force.taken),
        "amending": reading.amending(force.amending), "editions": _editions(entry),
        "parties": reading.parties(entry), "links": reading.links(entry), "brought": reading.brought(entry),
        "topics": [reading.value_name("topic", key) for key in entry.topics],
        "sector": reading.value_name("division", entry.division) if entry.division else "",
        "formats": tuple(exporting.TYPES), "sealed": reading.sealed(entry),
        "may_correct": entry.elsewhere and not entry.corrected and request.user.is_authenticated
        and adding.may_add(request.user),
        "address": request.build_absolute_uri(reverse("archive:agreement", args=[entry.key])),
    }  # fmt: skip
    return render(request, "archive/agreement.html", context)


def _editions(entry: Entry) -> list[dict[str, Any]]:
    """Return the texts an amended agreement has over time: from when, until when, by which agreements."""
    rows = list(entry.editions.all())
    known = {
        one.pk: one for one in Agreement.objects.filter(pk__in=[pk for row in rows for pk in row.amending])
    }
    return [
        {
            "row": row, "day": row.starts_on or entry.starts_on,
            "amending": [known[pk] for pk in row.amending if pk in known],
        }
        for row in rows
    ]  # fmt: skip


def download(request: HttpRequest, entry_key: str, text_format: str) -> HttpResponse:
    """Hand out one agreement as a file, or as the bundle for `tavolo verify`.

    The signed text, or with ?in_force=YYYY-MM-DD the coordinated text of that day.
    """
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key)
    if text_format == "zip":
        parts = papers.parts_of(entry.agreement)
        if parts is None:
            raise Http404
        data, kind, which = papers.bundle(parts), "application/zip", ""
    elif text_format in exporting.TYPES:
        base = request.build_absolute_uri(reverse("archive:verify_agreement", args=[entry.agreement_id]))
        day = day_of(request)
        data, kind = exporting.one(entry, text_format, base, day), exporting.TYPES[text_format]
        which = f"-testo-vigente-{day}" if day else "-testo-firmato" if entry.amended else ""
    else:
        raise Http404
    answer = HttpResponse(data, content_type=kind)
    name = slugify(entry.title)[:60] or entry.key
    answer["Content-Disposition"] = f'attachment; filename="{name}{which}.{text_format}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def export(request: HttpRequest, export_format: str) -> StreamingHttpResponse:
    """Hand out the whole archive as JSON Lines (with texts) or CSV."""
    if export_format not in exporting.EXPORTS:
        raise Http404
    kind, lines = exporting.EXPORTS[export_format]
    base = request.build_absolute_uri("/").rstrip("/")
    answer = StreamingHttpResponse(lines(request.territory, base), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="archivio.{export_format}"'
    return answer
