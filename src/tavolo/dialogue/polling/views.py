# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""The committee's pages: who it is, what it does, its tablets."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.models import Consultation, Table
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.forms import AssemblyForm, MemberForm, first_error
from tavolo.dialogue.polling.models import Assembly, CommitteeMember, CommitteeRole, CountRecord
from tavolo.dialogue.polling.services import assemblies as tablets
from tavolo.dialogue.polling.services import departures, members, roll
from tavolo.dialogue.polling.services.mailing import site_address


def poll_of(consultation_id: uuid.UUID) -> Consultation:
    """Return the consultation the policy has let this visitor come to."""
    return get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)


def crumbs(request: HttpRequest, poll: Consultation) -> dict[str, Any]:
    """Return what the way back needs: only places this person may open."""
    account = request.user.pk if request.user.is_authenticated else None
    sees_table = account is not None and standing.visible_tables(account).filter(pk=poll.table_id).exists()
    sees_poll = standing.visible_consultations(account).filter(pk=poll.pk).exists()
    near = account is not None and (
        committee.membership(account, poll.pk) is not None
        or (not poll.imported and committee.naming_party(account, poll) is not None)
    )
    return {"poll": poll, "sees_table": sees_table, "sees_poll": sees_poll, "near": near, "key": new_key()}


def committees(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the consultations whose committee a person serves in or names."""
    table = get_object_or_404(Table, pk=table_id)
    rows = []
    for poll in Consultation.objects.filter(table=table, imported=False).order_by("-created_at"):
        own = committee.membership(request.user.pk, poll.pk)
        if own is not None or committee.naming_party(request.user.pk, poll) is not None:
            rows.append({"poll": poll, "own": own})
    return render(request, "polling/committees.html", {"table": table, "rows": rows})


def home(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the committee of one's side, and what its members do."""
    return _home(request, poll_of(consultation_id), MemberForm())


def _home(request: HttpRequest, poll: Consultation, form: MemberForm, status: int = 200) -> HttpResponse:
    account = request.user.pk
    own = committee.membership(account, poll.pk)
    naming = committee.naming_party(account, poll)
    side = own.side if own is not None else naming.side
    rows = list(
        CommitteeMember.objects.filter(consultation=poll, side=side)
        .select_related("account", "party__organisation")
        .order_by("party__position", "account__name")
    )
    day = standing.today()
    held = set(committee.serving(poll, side).values_list("pk", flat=True))
    serving = [row for row in rows if row.pk in held and committee.may_hold(row)]
    own_groups = [
        {"row": group, "ways": roll.number_by_way(group)}
        for group in poll.groups.select_related("party__organisation", "constituency")
        if committee.handles(account, group)
    ]
    context = crumbs(request, poll) | {
        "own": own, "naming": naming, "rows": rows, "serving": serving, "form": form, "today": day,
        "groups": own_groups, "presides": own is not None and own.role == CommitteeRole.MEMBER,
        "few": len([row for row in serving if row.role == CommitteeRole.MEMBER]) < 2,
        "left": {group.party_id for group in poll.groups.all() if committee.carried_on(group)},
        "decides": naming is not None and bool(departures.undecided(poll, naming.side)),
        "has_record": CountRecord.objects.filter(consultation=poll, side=side).exists(),
    }  # fmt: skip
    return render(request, "polling/committee.html", context, status=status)


@require_POST
def name_member(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Name a person into the committee."""
    poll = poll_of(consultation_id)
    party = committee.naming_party(request.user.pk, poll)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _home(request, poll, form, status=422)
    data = form.cleaned_data
    return carry_out(
        request,
        "polling.name_member",
        lambda: str(members.name_member(poll, party=party, actor_id=request.user.pk, **data).pk),
        _("Named; they find the committee's page under their notices."),
        to=("polling:committee", poll.pk),
    )


@require_POST
def end_member(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """End a place in the committee."""
    member = get_object_or_404(CommitteeMember, pk=member_id)
    attempt(
        request,
        "polling.end_member",
        lambda: members.end_member(member, actor_id=request.user.pk),
        _("The place has ended; access ends with it."),
    )
    if committee.membership(request.user.pk, member.consultation_id) or committee.naming_party(
        request.user.pk, member.consultation
    ):
        return redirect("polling:committee", member.consultation_id)
    return redirect("dialogue:tables")


@never_cache
def assemblies(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """List a side's tablets, and start one: its pairing code is shown once."""
    poll = poll_of(consultation_id)
    own = committee.membership(request.user.pk, poll.pk)
    form = AssemblyForm(request.POST or None)
    started, code = None, ""
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Problem(first_error(form))
            started, code = tablets.start(
                poll, place=form.cleaned_data["place"], until=form.until(), actor_id=request.user.pk
            )
            form = AssemblyForm()
        except Problem as problem:
            messages.error(request, str(problem))
    rows = Assembly.objects.filter(consultation=poll, side=own.side).order_by("ended", "-expires_at")
    context = crumbs(request, poll) | {
        "rows": rows, "running": set(tablets.running(poll, own.side).values_list("pk", flat=True)),
        "form": form, "started": started, "code": code[:4] + "-" + code[4:] if code else "",
        "address": site_address() + reverse("polling:pair"),
    }  # fmt: skip
    return render(request, "polling/assemblies.html", context)


@require_POST
def end_assembly(request: HttpRequest, assembly_id: uuid.UUID) -> HttpResponse:
    """Switch a tablet off."""
    assembly = get_object_or_404(Assembly, pk=assembly_id)
    attempt(
        request,
        "polling.end_assembly",
        lambda: tablets.end(assembly, actor_id=request.user.pk),
        _("The tablet opens nothing any more."),
    )
    if committee.presides(request.user.pk, assembly.consultation_id):
        return redirect("polling:assemblies", assembly.consultation_id)
    return redirect("polling:committee", assembly.consultation_id)
