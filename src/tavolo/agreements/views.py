# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Reading an agreement: the table's agreements, the text, who says what of it; stances and notes on it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tavolo.agreements import folding, gates, showing
from tavolo.agreements.frame import Here, amendment_at, do, here, id_in, shown, version_at
from tavolo.agreements.models import Agreement, Amendment, StanceKind, State
from tavolo.agreements.services import consolidating, notes, stances, word
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing import at_once
from tavolo.agreements.signing.reading import frozen_of
from tavolo.agreements.signing.showing import headline
from tavolo.agreements.standing import PUBLIC, acting_party, contractors, visible
from tavolo.common.errors import Problem
from tavolo.common.removals import removal
from tavolo.dialogue import standing as seats
from tavolo.dialogue.meetings.models import Meeting
from tavolo.dialogue.models import Party, Table


@require_GET
def table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the agreements of a table that this person sees."""
    found = get_object_or_404(seats.visible_tables(request.user.pk), pk=table_id)
    party = seats.acting_party(request.user.pk, found.pk)
    works = party is not None or seats.is_secretary(request.user.pk, found.pk)
    rows = list(visible(request.user.pk).filter(table=found).order_by("-created_on", "title"))
    amended = Amendment.objects.filter(agreement__in=rows, state=Amendment.State.OPEN).order_by()
    open_ones = dict(amended.values_list("agreement_id").annotate(Count("pk")))
    at_once.versions(rows)
    at_once.read(rows)
    at_once.phases(rows)
    context = {
        "table": found,
        "agreements": [summary(row, open_ones.get(row.pk, 0)) for row in rows],
        "works": works,
        "may_start": works and gates.may_propose(found, party),
    }
    return render(request, "agreements/table.html", context)


def summary(row: Agreement, open_ones: int) -> dict[str, Any]:
    """Return an agreement in a line: its version and how many amendments are open."""
    return {
        "row": row,
        "version": current(row),
        "open": open_ones,
        "parties": ", ".join(str(party) for party in contractors(row)),
        "headline": headline(row, frozen_of(row)),
        "is_draft": row.state == State.DRAFT,
        "is_made": row.state in PUBLIC,
    }


@require_GET
def text(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show the text, clause by clause, with what the table says of each."""
    place = here(request, agreement_id)
    version = version_at(place, request.GET.get("versione", ""))
    views = showing.clause_views(text_of(version))
    context: dict[str, Any] = {"version": version, "is_current": version == current(place.agreement)}
    if place.sits and context["is_current"]:
        open_ones = consolidating.open_amendments(place.agreement)
        found = stances.matrix(place.agreement, since=last_meeting(place.agreement))
        showing.with_table(
            views, found, own=place.own, open_ones=open_ones, comments=word.comments_on(place.agreement),
            remarks=notes.remarks_of(place.agreement, place.own),
        )  # fmt: skip
        context |= {
            "drafts": notes.drafts_of(place.agreement, place.own),
            "open_count": len(open_ones),
            "ripe_count": sum(one.is_agreed for one in open_ones),
            "waiting": [one for one in views[1:] if one.waits],
            "agreed_count": sum(one.agreed for one in views[1:]),
            "kinds": StanceKind.choices,
        }
    clauses = views[1:]
    if "kinds" in context and place.is_draft:
        wish = {"party": place.party is not None, "chosen": request.GET.get("mostra", "")}
        context["choices"] = folding.choices(clauses, **wish)
        context["ours"] = wish["chosen"] == folding.OURS
        clauses = folding.shown(clauses, **wish)
    context |= {
        "preamble": views[0], "index": views[1:], "clauses": clauses, "parties": contractors(place.agreement),
        "headline": _where_it_stands(place),
    }  # fmt: skip
    context["versions"] = list(place.agreement.versions.all()) if place.sits else []
    return shown(request, place, "text.html", context)


def _where_it_stands(place: Here) -> str:
    """Say of a frozen text what is missing, or who signed and who did not; "" of others."""
    if place.agreement.table_id is None:
        return ""
    frozen = frozen_of(place.agreement)
    begun = frozen is not None and frozen.version_id is not None
    return headline(place.agreement, frozen) if begun else ""


def last_meeting(agreement: Agreement) -> datetime | None:
    """Return when the table's last plenary began, from which stances count as new."""
    if agreement.table_id is None:
        return None
    held = Meeting.objects.filter(
        table_id=agreement.table_id, kind="plenary", starts_at__lte=timezone.now()
    ).exclude(state=Meeting.State.CANCELLED)
    found = held.order_by("-starts_at").first()
    return found.starts_at if found else None


@require_GET
def matrix(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show who says what of which clause and of which open amendment, and what is new."""
    place = here(request, agreement_id)
    since = last_meeting(place.agreement)
    found = stances.matrix(place.agreement, since=since)
    own = {party.pk for party in place.own}
    rows = [
        {"row": row, "label": showing.label_of(text_of(found.version), row.clause.id),
         "badges": showing.badges(row, place.own)}
        for row in found.rows
    ]  # fmt: skip
    proposed = [
        {"one": one, "badges": _standing_badges(one, found.parties, own, since)}
        for one in consolidating.open_amendments(place.agreement)
    ]
    fresh = sum(one.fresh for entry in (*rows, *proposed) for one in entry["badges"])
    for entry in (*rows, *proposed):
        entry["silent"] = ", ".join(one.party for one in entry["badges"] if one.kind == showing.SILENT)
    context = {
        "found": found, "rows": rows, "proposed": proposed, "since": since, "new_stances": fresh,
        "counts": _counts(rows), "legend": _legend(),
    }  # fmt: skip
    return shown(request, place, "matrix.html", context)


def _standing_badges(
    one: consolidating.Standing, parties: list[Party], own: set[uuid.UUID], since: datetime | None
) -> list[showing.Badge]:
    """Return the stances of all parties on an open amendment; what came after `since` is fresh."""
    found = []
    for party in parties:
        stance = one.by_party[party.pk]
        if stance is None and party.pk == one.amendment.party_id:
            found.append(showing.Badge(str(party), "author", _("proposes it"), "✎", own=party.pk in own))
            continue
        fresh = stance is not None and since is not None and stance.lodged_at > since
        found.append(showing.badge(party, stance, own=party.pk in own, fresh=fresh))
    return found


def _legend() -> list[dict[str, str]]:
    names = dict(StanceKind.choices) | {
        showing.SILENT: _("silent: nothing lodged yet"),
        showing.LAPSED: _("lapsed: the words have changed since"),
    }
    return [
        {"kind": str(kind), "mark": mark, "words": str(names[kind])} for kind, mark in showing.MARKS.items()
    ]


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many clauses all accept, some reject, and where somebody has yet to speak."""
    agreed = sum(entry["row"].is_agreed for entry in rows)
    against = sum(any(one.kind == StanceKind.REJECTS for one in entry["badges"]) for entry in rows)
    rest = len(rows) - agreed - against
    reserved = sum(entry["row"].is_agreed and entry["row"].is_reserved for entry in rows)
    return {
        "agreed": agreed,
        "reserved": reserved,
        "against": against,
        "open": rest,
        "all": len(rows),
        "bar": agreed + against,
    }


@require_POST
def stance(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Lodge the party's stance on a clause's words, or on an amendment's."""
    place = here(request, agreement_id)
    clause, wanted = request.POST.get("clause", ""), request.POST.get("amendment", "")
    row = amendment_at(place, id_in(wanted)) if wanted else None

    def work() -> str:
        revision = None
        if row is not None:
            rows = row.revisions.filter(pk=id_in(request.POST.get("revision", "")))
            revision = rows.select_related("amendment", "version").first()
            if revision is None:
                raise Problem(
                    _("These words have changed meanwhile: read them again, then lodge the stance.")
                )
        made = stances.lodge_stance(
            place.agreement, kind=request.POST.get("kind", ""), actor_id=request.user.pk, clause=clause,
            shown_hash=request.POST.get("hash", ""), revision=revision, text=request.POST.get("text", ""),
        )  # fmt: skip
        return str(made.pk)

    do(request, "stance", work, _("Your party's stance is lodged."))
    if row is not None:
        return redirect("agreements:amendment", place.agreement.pk, row.pk)
    if request.POST.get("mostra") == folding.OURS:
        return redirect(f"{showing.address(place.agreement)}?mostra={folding.OURS}#clausole")
    return redirect(showing.address(place.agreement, clause))


@require_POST
def comment(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Comment on a clause or an amendment, for everybody at the table."""
    place = here(request, agreement_id)
    clause, wanted = request.POST.get("clause", ""), request.POST.get("amendment", "")
    row = amendment_at(place, id_in(wanted)) if wanted else None
    do(
        request, "comment",
        lambda: str(
            notes.add_comment(
                place.agreement, text=request.POST.get("text", ""), actor_id=request.user.pk, clause=clause,
                amendment=row,
            ).pk
        ),
    )  # fmt: skip
    if row is not None:
        return redirect("agreements:amendment", place.agreement.pk, row.pk)
    return redirect(showing.address(place.agreement, clause))


@require_POST
def remark(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Leave a private remark on a clause, for one's own delegation."""
    place = here(request, agreement_id)
    clause = request.POST.get("clause", "")
    do(
        request, "remark",
        lambda: str(
            notes.add_remark(
                place.agreement, text=request.POST.get("text", ""), clause=clause, actor_id=request.user.pk
            ).pk
        ),
    )  # fmt: skip
    return redirect(showing.address(place.agreement, clause))


@require_POST
@removal
def remark_remove(
    request: HttpRequest, agreement_id: uuid.UUID, agreement_remark_id: uuid.UUID
) -> HttpResponse:
    """Delete a private remark of the own party."""
    place = here(request, agreement_id)
    do(
        request, "remark_remove",
        lambda: notes.remove_remark(place.agreement, agreement_remark_id, actor_id=request.user.pk),
        _("The remark has been deleted."),
    )  # fmt: skip
    return redirect(showing.address(place.agreement))


def works_at(account_id: uuid.UUID, agreement: Agreement) -> bool:
    """Say whether a person may write on an agreement: acting delegate of a contractor, or secretariat."""
    if agreement.table_id is None:
        return False
    return acting_party(account_id, agreement) is not None or seats.is_secretary(
        account_id, agreement.table_id
    )


def table_of(account_id: uuid.UUID, table_id: uuid.UUID) -> Table | None:
    """Return a table at which a person may begin an agreement."""
    found = seats.visible_tables(account_id).filter(pk=table_id).first()
    if found is None:
        return None
    works = seats.acting_party(account_id, table_id) is not None or seats.is_secretary(account_id, table_id)
    return found if works else None
