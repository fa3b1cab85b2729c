# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of the electoral committee and its tablets."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.polling import committee, schemas
from tavolo.dialogue.polling.answering import POLL, api, doing, poll_of
from tavolo.dialogue.polling.models import Assembly, CommitteeMember
from tavolo.dialogue.polling.services import assemblies, members


@api.get(
    f"{POLL}/committee", schemas.CommitteeOut, "committee", "The electoral committee of my side", refuses=True
)
def get_committee(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return who serves, and the groups whose list one handles."""
    poll, account = poll_of(consultation_id), request.user.pk
    own = committee.membership(account, poll.pk)
    naming = committee.naming_party(account, poll)
    named_for = own or naming
    if named_for is None:
        raise Http404
    side = named_for.side
    rows = CommitteeMember.objects.filter(consultation=poll, side=side)
    groups = [group.pk for group in poll.groups.all() if committee.handles(account, group)]
    return {
        "side": side,
        "groups": groups,
        "members": [
            {
                "id": row.pk, "name": str(row.account), "party": str(row.party), "role": row.role,
                "starts_on": row.starts_on, "ends_on": row.ends_on,
            }
            for row in rows.select_related("account", "party__organisation")
        ],
    }  # fmt: skip


@api.post(f"{POLL}/committee/members", schemas.Done, "name", "Name somebody for my party")
def name_member(request: HttpRequest, consultation_id: UUID, member: schemas.MemberIn) -> dict[str, Any]:
    """Name one of the party's own people."""
    poll = poll_of(consultation_id)
    party = committee.naming_party(request.user.pk, poll)
    if party is None:
        raise Http404
    made = doing(
        request, "name", member.dict(),
        lambda: str(
            members.name_member(poll, party=party, actor_id=request.user.pk, **member.dict()).pk
        ),
    )  # fmt: skip
    return {"id": made}


@api.post("/members/{uuid:member_id}/end", schemas.Done, "end_member", "End a place in the committee")
def end_member(request: HttpRequest, member_id: UUID) -> dict[str, Any]:
    """End a place one's party gave; access ends at once."""
    found = get_object_or_404(CommitteeMember, pk=member_id)
    doing(request, "end_member", None, lambda: members.end_member(found, actor_id=request.user.pk))
    return {}


@api.get(f"{POLL}/assemblies", schemas.AssemblyList, "assemblies", "My side's tablets", refuses=True)
def list_assemblies(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the tablets in use on one's side; a pairing code is given only where one is started."""
    poll = poll_of(consultation_id)
    own = committee.membership(request.user.pk, poll.pk)
    if own is None:
        raise Http404
    return {
        "items": [
            {"id": row.pk, "place": row.place, "expires_at": row.expires_at}
            for row in assemblies.running(poll, own.side)
        ]
    }


@api.post(f"{POLL}/assemblies", schemas.AssemblyOut, "assemblies", "Start a tablet at an assembly")
def start_assembly(request: HttpRequest, consultation_id: UUID, asked: schemas.AssemblyIn) -> dict[str, Any]:
    """Start one; its pairing code is kept nowhere, so a repeated Idempotency-Key is refused."""
    poll, until = poll_of(consultation_id), _aware(asked.until)
    made: dict[str, Any] = {}

    def work() -> str:
        started, code = assemblies.start(poll, place=asked.place, until=until, actor_id=request.user.pk)
        made.update(id=started.pk, pairing_code=code, expires_at=started.expires_at)
        return str(started.pk)

    doing(request, "assembly", asked.dict(), work)
    if not made:
        raise Problem(_("This tablet was started already; its code is kept nowhere. End it, start another."))
    return made


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


@api.post("/assemblies/{uuid:assembly_id}/end", schemas.Done, "end_assembly", "Switch a tablet off")
def end_assembly(request: HttpRequest, assembly_id: UUID) -> dict[str, Any]:
    """Switch a tablet off."""
    found = get_object_or_404(Assembly, pk=assembly_id)
    doing(request, "end_assembly", None, lambda: assemblies.end(found, actor_id=request.user.pk))
    return {}
