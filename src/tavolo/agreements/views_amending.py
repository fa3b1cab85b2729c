# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Amending: one clause at a time, in the open or in the party's private draft; rewriting; taking in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.agreements import forms, showing
from tavolo.agreements.frame import Here, amendment_at, do, draft_at, here, shown
from tavolo.agreements.models import Amendment, Draft, StanceKind
from tavolo.agreements.services import amending, consolidating, word, wording
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import contractors
from tavolo.agreements.text.canonical import read_canonical
from tavolo.agreements.text.deriving import derived
from tavolo.agreements.text.marking import marked
from tavolo.agreements.text.model import ROOT, Text
from tavolo.agreements.text.operations import operation_from
from tavolo.agreements.text.pictures import name_of, picture
from tavolo.common.errors import Problem


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Change one clause: other words, a new clause after it, out, elsewhere, in two."""
    place = here(request, agreement_id)
    action = request.GET.get("azione", "replace")
    action = action if action in wording.ACTIONS else "replace"
    draft = draft_at(place, request.GET["bozza"]) if request.GET.get("bozza") else None
    text = read_canonical(draft.canonical.encode()) if draft else text_of(current(place.agreement))
    clause = request.GET.get("clausola", ROOT)
    if clause not in text.clauses or (clause == ROOT and action in ("delete", "move", "split")):
        raise Http404
    form = _form(action, text, clause, request)
    why = forms.WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and why.is_valid():
        wish = _wish(action, clause, form.cleaned_data)
        answer = _done(request, place, draft, wish, why.cleaned_data["reason"])
        if answer is not None:
            return answer
    context = {
        "action": action, "clause": text.clause(clause), "label": showing.label_of(text, clause),
        "name": name_of(text, clause, showing.language()), "form": form, "why": why, "draft": draft,
        "version": draft.version if draft else current(place.agreement), "is_root": clause == ROOT,
        "html": showing.body_html(text.clause(clause).body), "heading": _heading(action),
        "actions": [(one, _heading(one)) for one in wording.ACTIONS
                    if clause != ROOT or one in ("replace", "insert")],
    }  # fmt: skip
    return shown(request, place, "amend.html", context, 422 if form.errors else 200)


def _heading(action: str) -> str:
    return {
        "replace": _("Change the words"), "insert": _("Add a clause"), "delete": _("Take the clause out"),
        "move": _("Move the clause"), "split": _("Split the clause in two"),
    }[action]  # fmt: skip


def _form(action: str, text: Text, clause: str, request: HttpRequest) -> Any:
    sent = request.POST if request.method == "POST" else None
    own = text.clause(clause)
    if action == "replace":
        start = {"title": own.title, "body": own.body, "topics": own.topics}
        return forms.ClauseForm(sent, initial=start)
    if action == "insert":
        made = forms.ClauseForm(sent)
        behind = f"{wording.BEHIND}:{clause}" if clause != ROOT else f"{wording.FIRST}:{clause}"
        made.fields["place"] = forms.PlaceForm(_places(text)).fields["place"]
        made.fields["place"].initial = behind
        return made
    if action == "move":
        return forms.PlaceForm(_places(text, clause), sent)
    if action == "split":
        cuts = [(at, f"{words} …") for at, words in wording.cuts(own.body)]
        return forms.SplitForm(cuts, sent)
    return _Nothing()


class _Nothing:
    """A form without fields: taking a clause out asks nothing more."""

    cleaned_data: dict[str, Any] = {}
    errors: dict[str, Any] = {}

    def is_valid(self) -> bool:
        """Say that there is nothing to check."""
        return True


def _places(text: Text, without: str = "") -> list[tuple[str, str]]:
    lang = showing.language()
    words = {
        wording.BEHIND: _("after %(clause)s"),
        wording.FIRST: _("as the first point below %(clause)s"),
    }
    return [
        (value, _("at the very beginning") if clause.id == ROOT
         else words[kind] % {"clause": name_of(text, clause.id, lang)})
        for value, clause, kind in wording.places(text, without)
    ]  # fmt: skip


def _wish(action: str, clause: str, data: dict[str, Any]) -> wording.Wish:
    return wording.Wish(
        action, clause, data.get("title", ""), data.get("body", ""), tuple(data.get("topics", ())),
        data.get("place", ""), data.get("at", 0) or 0,
    )  # fmt: skip


def _done(
    request: HttpRequest, place: Here, draft: Draft | None, wish: wording.Wish, reason: str
) -> HttpResponse | None:
    """Lodge a change, or keep it in the private draft; None where it was refused."""
    keep = draft is not None or "keep" in request.POST
    made: list[str] = []

    def work() -> str:
        if keep:
            made.append(str(_kept(request, place, draft, wish, reason).pk))
        else:
            base = current(place.agreement)
            asked = request.POST.get("version", "")
            if asked and asked != str(base.number):
                raise Problem(
                    _(
                        "The text has moved on to version %(number)s while you wrote: check your words on "
                        "the new text, then lodge them."
                    )
                    % {"number": base.number}
                )
            row = amending.lodge_amendment(
                place.agreement, base=base, operations=wording.operations(text_of(base), wish),
                actor_id=request.user.pk, reason=reason,
            )  # fmt: skip
            made.append(str(row.pk))
        return made[0]

    done = _("Kept in your party's private draft.") if keep else _("The amendment is lodged.")
    if not do(request, "amend", work, done):
        return None
    if not made:
        return redirect("agreements:text", place.agreement.pk)
    return redirect("agreements:draft" if keep else "agreements:amendment", place.agreement.pk, made[0])


def _kept(request: HttpRequest, place: Here, draft: Draft | None, wish: wording.Wish, reason: str) -> Draft:
    if place.party is None:
        raise Problem(_("Only a delegate of a contracting party keeps drafts."))
    text = read_canonical(draft.canonical.encode()) if draft else text_of(current(place.agreement))
    return amending.save_draft(
        place.agreement, party=place.party, text=wording.with_wish(text, wish), actor_id=request.user.pk,
        title=draft.title if draft else "", reason=reason or (draft.reason if draft else ""),
        draft_id=draft.pk if draft else None,
    )  # fmt: skip


@require_GET
def amendments(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show the open amendments, what collides among them, and those that are settled."""
    place = here(request, agreement_id)
    parties = contractors(place.agreement)
    comments = word.comments_on(place.agreement)
    standings = consolidating.open_amendments(place.agreement)
    open_ones = [
        showing.amendment_view(
            one.amendment, one.revision, by_party=one.by_party, parties=parties, own=place.own, standing=one,
            mine=_is_mine(place, one.amendment), comments=comments,
        )
        for one in standings
    ]  # fmt: skip
    settled = list(
        Amendment.objects.filter(agreement=place.agreement)
        .exclude(state=Amendment.State.OPEN)
        .select_related("party__organisation", "taken_into", "successor")
    )
    latest = consolidating.newest_revisions(settled)
    context = {
        "open": open_ones, **_collisions(place, standings),
        "settled": [
            showing.amendment_view(row, latest[row.pk], by_party={}, parties=[], own=[]) for row in settled
        ],
        "agreed": [one for one in open_ones if one.standing and one.standing.is_agreed],
        "kinds": StanceKind.choices,
    }  # fmt: skip
    return shown(request, place, "amendments.html", context)


def _is_mine(place: Here, row: Amendment) -> bool:
    if row.party_id is None:
        return place.secretary and place.party is None
    return place.party is not None and place.party.pk == row.party_id


def _collisions(place: Here, standings: list[consolidating.Standing]) -> dict[str, Any]:
    text = text_of(current(place.agreement))
    found, near = consolidating.colliding(place.agreement)
    records = {amendment_of.id: amendment_of for one in standings
               if (amendment_of := amending.amendment_of(one.revision))}  # fmt: skip
    rows = {f"{one.amendment.number:06d}": one.amendment for one in standings}
    pictures = [
        {"one": picture(text, one, records, showing.language()), "label": showing.label_of(text, one.clause),
         "first": rows[one.first], "second": rows[one.second]}
        for one in found
    ]  # fmt: skip
    pairs = {(one.first, one.second) for one in found}
    close = [
        {"label": name_of(text, one.clause, showing.language()), "first": rows[one.first],
         "second": rows[one.second]}
        for one in near if (one.first, one.second) not in pairs
    ]  # fmt: skip
    return {"pictures": pictures, "neighbours": close}


@require_GET
def amendment(request: HttpRequest, agreement_id: uuid.UUID, amendment_id: uuid.UUID) -> HttpResponse:
    """Show one amendment with its stances and comments."""
    place = here(request, agreement_id)
    row = amendment_at(place, amendment_id)
    standings = consolidating.open_amendments(place.agreement)
    one = next((one for one in standings if one.amendment.pk == row.pk), None)
    revision = one.revision if one else amending.newest(row)
    view = showing.amendment_view(
        row, revision, by_party=one.by_party if one else {},
        parties=contractors(place.agreement) if one else [], own=place.own, standing=one,
        mine=_is_mine(place, row), comments=word.comments_on(place.agreement),
    )  # fmt: skip
    pictures = _collisions(place, standings)["pictures"] if one else []
    context = {
        "view": view, "pictures": [p for p in pictures if row in (p["first"], p["second"])],
        "kinds": StanceKind.choices, "revisions": list(row.revisions.select_related("version")),
    }  # fmt: skip
    return shown(request, place, "amendment.html", context)


@require_http_methods(["GET", "POST"])
def rewrite(request: HttpRequest, agreement_id: uuid.UUID, amendment_id: uuid.UUID) -> HttpResponse:
    """Give an amendment other words on the current text, for instance after a collision."""
    place = here(request, agreement_id)
    row = amendment_at(place, amendment_id)
    if row.state != Amendment.State.OPEN or not _is_mine(place, row):
        messages.error(request, _("Only the party that lodged an open amendment rewrites it."))
        return redirect("agreements:amendment", place.agreement.pk, row.pk)
    revision = amending.newest(row)
    text = text_of(current(place.agreement))
    held, carried = ([operation_from(one) for one in ops] for ops in (revision.held, revision.operations))
    copy, ids = wording.editable(text, held, carried)
    typed = {one: (request.POST.get(f"title-{one}", ""), request.POST.get(f"body-{one}", "")) for one in ids}
    if request.method == "POST":

        def work() -> str:
            done = wording.rewritten(text, copy, typed)
            return str(amending.rewrite_amendment(row, operations=done, actor_id=request.user.pk).pk)

        if do(request, "rewrite", work, _("The amendment has new words; stances on the old ones lapse.")):
            return redirect("agreements:amendment", place.agreement.pk, row.pk)
    view = showing.amendment_view(row, revision, by_party={}, parties=[], own=[])
    fields = [
        {"id": one, "name": name_of(copy, one, showing.language()),
         "title": typed[one][0] if request.method == "POST" else copy.clause(one).title,
         "body": typed[one][1] if request.method == "POST" else copy.clause(one).body}
        for one in ids
    ]  # fmt: skip
    return shown(request, place, "rewrite.html", {"view": view, "fields": fields})


@require_POST
def withdraw(request: HttpRequest, agreement_id: uuid.UUID, amendment_id: uuid.UUID) -> HttpResponse:
    """Withdraw an amendment of one's own."""
    place = here(request, agreement_id)
    row = amendment_at(place, amendment_id)
    do(
        request, "withdraw", lambda: amending.withdraw_amendment(row, actor_id=request.user.pk),
        _("The amendment is withdrawn; it stays readable, marked so."),
    )  # fmt: skip
    return redirect("agreements:amendment", place.agreement.pk, row.pk)


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Preview the text with the agreed amendments in it, and make it the new version."""
    place = here(request, agreement_id)
    agreed = [one for one in consolidating.open_amendments(place.agreement) if one.is_agreed]
    asked = (
        request.POST.getlist("amendment") if request.method == "POST" else request.GET.getlist("amendment")
    )
    chosen = [one for one in agreed if not asked or str(one.amendment.pk) in asked]
    if request.method == "POST":
        made: list[str] = []

        def work() -> str:
            if len(chosen) != len(asked):
                raise Problem(_("One of these amendments is no longer agreed: look at the preview again."))
            version = consolidating.take_in(
                place.agreement, [one.amendment for one in chosen], actor_id=request.user.pk,
                note=request.POST.get("note", ""),
            )  # fmt: skip
            made.append(str(version.number))
            return made[0]

        if do(request, "take_in", work, _("The agreed amendments are in the text: a new version is made.")):
            return redirect("agreements:text", place.agreement.pk)
    context: dict[str, Any] = {
        "agreed": agreed,
        "chosen": [one.amendment.pk for one in chosen],
        "clauses": [],
    }
    before = text_of(current(place.agreement))
    try:
        after = consolidating.preview(place.agreement, [one.amendment for one in chosen])
        changed = marked(before, [derived(before, after, id="1", author="")])
        context["clauses"] = [one for one in changed if one.is_changed]
    except Problem as problem:
        context["trouble"] = str(problem)
    return shown(request, place, "take_in.html", context)
