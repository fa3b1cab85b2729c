# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of a group's list, its slips and paper ballots, invitations and codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.polling import codes, schemas
from tavolo.dialogue.polling.answering import GROUP, api, doing, group_of
from tavolo.dialogue.polling.models import Batch, ListedVoter
from tavolo.dialogue.polling.services import mailing, papers, roll, slips


@api.get(f"{GROUP}/list", schemas.ListOut, "list", "A group's list, for its committee", refuses=True)
def get_list(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Return the list to the members its party named, and to nobody else."""
    group = group_of(group_id)
    items = [
        {
            "key": one.key, "name": one.name, "detail": one.detail, "email": one.email, "way": one.way,
            "handed": one.handed,
        }
        for one in roll.people_for(request.user.pk, group)
    ]  # fmt: skip
    return {"group_id": group.pk, "numbers": roll.number_by_way(group), "items": items}


@api.post(f"{GROUP}/list", schemas.Done, "list", "Add people without an account")
def add_voters(request: HttpRequest, group_id: UUID, voters: schemas.VotersIn) -> dict[str, Any]:
    """Add people before the opening, all or none."""
    group = group_of(group_id)
    rows = [(row.name, row.detail, row.email, row.way, row.language) for row in voters.items]
    done = doing(
        request, "add", voters.dict(), lambda: roll.add_voters(group, rows, actor_id=request.user.pk)
    )
    return {"count": done}


def listed(group_id: UUID, key: str) -> ListedVoter:
    """Return the person without an account whom the list calls by this key, or 404."""
    kind, _separator, pk = key.partition(":")
    try:
        found = ListedVoter.objects.filter(group=group_of(group_id), pk=UUID(pk)).first()
    except ValueError:
        found = None
    if found is None or kind != "listed":
        raise Http404
    return found


@api.post(
    f"{GROUP}/removals",
    schemas.Done,
    "remove",
    "Take somebody without an account off the list",
    removes=True,
)
def remove_voter(request: HttpRequest, group_id: UUID, who: schemas.PersonIn) -> dict[str, Any]:
    """Take off a listed person, before the opening; again: there is nobody to take off."""
    found = listed(group_id, who.person)
    doing(request, "remove", who.dict(), lambda: roll.remove_voter(found, actor_id=request.user.pk))
    return {}


@api.post(f"{GROUP}/way", schemas.Done, "way", "Change a person's way of voting")
def choose_way(request: HttpRequest, group_id: UUID, chosen: schemas.WayIn) -> dict[str, Any]:
    """Change the way; the answer is the same whether or not the person had voted."""
    group = group_of(group_id)
    doing(
        request, "way", chosen.dict(),
        lambda: roll.choose_way(group, chosen.person, chosen.way, actor_id=request.user.pk),
    )  # fmt: skip
    return {}


@api.post(f"{GROUP}/handed", schemas.Done, "hand", "Note who signed for a slip or a paper ballot")
def hand_over(request: HttpRequest, group_id: UUID, handed: schemas.HandIn) -> dict[str, Any]:
    """Note hand-overs; a repeated call notes nothing twice."""
    group = group_of(group_id)
    work = lambda: roll.hand_over(group, handed.people, actor_id=request.user.pk)  # noqa: E731
    return {"count": doing(request, "hand", handed.dict(), work)}


@api.post(f"{GROUP}/invite", schemas.Done, "invite", "Send invitations and codes")
def invite(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Ask everybody who votes with an account or a mailed code."""
    group = group_of(group_id)
    told = doing(request, "invite", None, lambda: sum(mailing.invite(group, actor_id=request.user.pk)))
    return {"count": told}


@api.post(f"{GROUP}/codes", schemas.Done, "send_code", "Send a person a new code")
def send_code(request: HttpRequest, group_id: UUID, who: schemas.PersonIn) -> dict[str, Any]:
    """Send a fresh code by mail to a listed person; the one before stops."""
    found = listed(group_id, who.person)
    doing(request, "send_code", who.dict(), lambda: mailing.send_again(found, actor_id=request.user.pk))
    return {}


@api.get(f"{GROUP}/batches", schemas.BatchList, "print", "Batches of slips and paper ballots", refuses=True)
def list_batches(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Return the batches made for a group, never their codes."""
    rows = Batch.objects.filter(group=group_of(group_id)).order_by("kind", "number")
    return {
        "items": [
            {
                "id": row.pk, "kind": row.kind, "number": row.number, "size": row.size, "void": row.void,
                "language": row.language, "printed_on": row.printed_on, "reason": row.reason,
            }
            for row in rows
        ]
    }  # fmt: skip


@api.post(f"{GROUP}/batches", schemas.PrintOut, "print", "Make slips or paper ballots")
def print_batch(request: HttpRequest, group_id: UUID, wanted: schemas.PrintIn) -> dict[str, Any]:
    """Make a batch. A repeated Idempotency-Key is refused: the codes are kept nowhere to be given again."""
    group = group_of(group_id)
    made: dict[str, Any] = {}

    def work() -> str:
        options = {"language": wanted.language, "actor_id": request.user.pk}
        secret: list[str] = []
        numbers: list[int] = []
        if wanted.kind == Batch.Kind.SLIP:
            batch, secret = slips.print_slips(group, wanted.number, **options)
        else:
            batch, numbers = papers.print_papers(group, wanted.number, **options)
        made.update(
            batch_id=batch.pk, codes=[codes.shown(code) for code in secret], numbers=numbers,
            address=mailing.entrance(),
        )  # fmt: skip
        return str(batch.pk)

    doing(request, "print", wanted.dict(), work)
    if not made:
        raise Problem(_("This batch was made already; its codes are kept nowhere. Void it and make another."))
    return made


@api.post("/batches/{uuid:batch_id}/void", schemas.Done, "void", "Void a batch")
def void_batch(request: HttpRequest, batch_id: UUID, why: schemas.ReasonIn) -> dict[str, Any]:
    """Void a batch; ballots cast with it leave the box."""
    batch = get_object_or_404(Batch.objects.select_related("group__consultation"), pk=batch_id)
    work = lambda: slips.void_batch(batch, reason=why.reason, actor_id=request.user.pk)  # noqa: E731
    doing(request, "void", why.dict(), work)
    return {}


@api.post(f"{GROUP}/returned", schemas.Done, "return", "Void a slip that came back")
def return_slip(request: HttpRequest, group_id: UUID, back: schemas.ReturnIn) -> dict[str, Any]:
    """Void one slip by its code."""
    slips.return_slip(group_of(group_id), back.code, person=back.person, actor_id=request.user.pk)
    return {}
