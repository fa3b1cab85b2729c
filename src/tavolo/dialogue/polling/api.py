# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of credentials, assemblies, paper ballots, the record of the count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, once
from tavolo.dialogue.models import Consultation, Group, StatementVersion
from tavolo.dialogue.polling import codes, committee, policies, schemas
from tavolo.dialogue.polling.models import Assembly, Batch, CommitteeMember, CountRecord, Lot
from tavolo.dialogue.polling.services import assemblies, mailing, members, papers, roll, slips
from tavolo.dialogue.polling.services import record as records
from tavolo.dialogue.services import voting
from tavolo.people.tokens import key_or_session

router = Router(tags=["polling"], auth=key_or_session)
REFUSED = {401: schemas.Refusal, 403: schemas.Refusal, 404: schemas.Refusal, 422: schemas.Refusal}
POLL, GROUP, LOT = "/consultations/{uuid:consultation_id}", "/groups/{uuid:group_id}", "/lots/{uuid:lot_id}"
RECORD = "/records/{uuid:record_id}"


def _once(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once per Idempotency-Key, or straight where the request carries none."""
    key = key_from(request)
    if not key:
        return work()
    account = request.user.pk
    return once(key, account_id=account, action=f"api.polling.{action}", request=asked).run(work)


def _poll(consultation_id: UUID) -> Consultation:
    return get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)


def _group(group_id: UUID) -> Group:
    rows = Group.objects.select_related("consultation__table", "party__organisation", "constituency")
    return get_object_or_404(rows, pk=group_id)


@router.get(
    f"{POLL}/committee", response={200: schemas.CommitteeOut, **REFUSED}, url_name="polling_committee",
    summary="The electoral committee of my side",
)  # fmt: skip
def get_committee(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return who serves, and the groups whose list one handles."""
    poll, account = _poll(consultation_id), request.user.pk
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


@router.post(
    f"{POLL}/committee/members", response={200: schemas.Done, **REFUSED}, url_name="polling_name",
    summary="Name somebody for my party",
)  # fmt: skip
def name_member(request: HttpRequest, consultation_id: UUID, member: schemas.MemberIn) -> dict[str, Any]:
    """Name one of the party's own people."""
    poll = _poll(consultation_id)
    party = committee.naming_party(request.user.pk, poll)
    if party is None:
        raise Http404
    made = _once(
        request, "name", member.dict(),
        lambda: str(
            members.name_member(poll, party=party, actor_id=request.user.pk, **member.dict()).pk
        ),
    )  # fmt: skip
    return {"id": made}


@router.post(
    "/members/{uuid:member_id}/end", response={200: schemas.Done, **REFUSED}, url_name="polling_end_member",
    summary="End a place in the committee",
)  # fmt: skip
def end_member(request: HttpRequest, member_id: UUID) -> dict[str, Any]:
    """End a place one's party gave; access ends at once."""
    members.end_member(get_object_or_404(CommitteeMember, pk=member_id), actor_id=request.user.pk)
    return {}


@router.get(
    f"{GROUP}/list", response={200: schemas.ListOut, **REFUSED}, url_name="polling_list",
    summary="A group's list, for its committee",
)  # fmt: skip
def get_list(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Return the list to the members its party named, and to nobody else."""
    group = _group(group_id)
    items = [
        {
            "key": one.key, "name": one.name, "detail": one.detail, "email": one.email, "way": one.way,
            "handed": one.handed,
        }
        for one in roll.people(group)
    ]  # fmt: skip
    return {"group_id": group.pk, "numbers": roll.number_by_way(group), "items": items}


@router.post(
    f"{GROUP}/list", response={200: schemas.Done, **REFUSED}, url_name="polling_list",
    summary="Add people without an account",
)  # fmt: skip
def add_voters(request: HttpRequest, group_id: UUID, voters: schemas.VotersIn) -> dict[str, Any]:
    """Add people before the opening, all or none."""
    group = _group(group_id)
    rows = [(row.name, row.detail, row.email, row.way, row.language) for row in voters.items]
    done = _once(
        request, "add", voters.dict(), lambda: roll.add_voters(group, rows, actor_id=request.user.pk)
    )
    return {"count": done}


@router.post(
    f"{GROUP}/way", response={200: schemas.Done, **REFUSED}, url_name="polling_way",
    summary="Change a person's way of voting",
)  # fmt: skip
def choose_way(request: HttpRequest, group_id: UUID, chosen: schemas.WayIn) -> dict[str, Any]:
    """Change the way; the answer is the same whether or not the person had voted."""
    group = _group(group_id)
    roll.choose_way(group, chosen.person, chosen.way, actor_id=request.user.pk)
    return {}


@router.post(
    f"{GROUP}/handed", response={200: schemas.Done, **REFUSED}, url_name="polling_hand",
    summary="Note who signed for a slip or a paper ballot",
)  # fmt: skip
def hand_over(request: HttpRequest, group_id: UUID, handed: schemas.HandIn) -> dict[str, Any]:
    """Note hand-overs; a repeated call notes nothing twice."""
    return {"count": roll.hand_over(_group(group_id), handed.people, actor_id=request.user.pk)}


@router.post(
    f"{GROUP}/invite", response={200: schemas.Done, **REFUSED}, url_name="polling_invite",
    summary="Send invitations and codes",
)  # fmt: skip
def invite(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Ask everybody who votes with an account or a mailed code."""
    group = _group(group_id)
    told = _once(request, "invite", None, lambda: sum(mailing.invite(group, actor_id=request.user.pk)))
    return {"count": told}


@router.post(
    f"{GROUP}/batches", response={200: schemas.PrintOut, **REFUSED}, url_name="polling_print",
    summary="Make slips or paper ballots",
)  # fmt: skip
def print_batch(request: HttpRequest, group_id: UUID, wanted: schemas.PrintIn) -> dict[str, Any]:
    """Make a batch. A repeated Idempotency-Key is refused: the codes are kept nowhere to be given again."""
    group = _group(group_id)
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

    _once(request, "print", wanted.dict(), work)
    if not made:
        raise Problem("This batch was made already; its codes are kept nowhere. Void it and make another.")
    return made


@router.post(
    "/batches/{uuid:batch_id}/void", response={200: schemas.Done, **REFUSED}, url_name="polling_void",
    summary="Void a batch",
)  # fmt: skip
def void_batch(request: HttpRequest, batch_id: UUID, why: schemas.ReasonIn) -> dict[str, Any]:
    """Void a batch; ballots cast with it leave the box."""
    batch = get_object_or_404(Batch.objects.select_related("group__consultation"), pk=batch_id)
    slips.void_batch(batch, reason=why.reason, actor_id=request.user.pk)
    return {}


@router.post(
    f"{GROUP}/returned", response={200: schemas.Done, **REFUSED}, url_name="polling_return",
    summary="Void a slip that came back",
)  # fmt: skip
def return_slip(request: HttpRequest, group_id: UUID, back: schemas.ReturnIn) -> dict[str, Any]:
    """Void one slip by its code."""
    slips.return_slip(_group(group_id), back.code, person=back.person, actor_id=request.user.pk)
    return {}


@router.post(
    f"{POLL}/assemblies", response={200: schemas.AssemblyOut, **REFUSED}, url_name="polling_assemblies",
    summary="Start a tablet at an assembly",
)  # fmt: skip
def start_assembly(request: HttpRequest, consultation_id: UUID, asked: schemas.AssemblyIn) -> dict[str, Any]:
    """Start one and return its pairing code, once."""
    made, code = assemblies.start(
        _poll(consultation_id), place=asked.place, until=_aware(asked.until), actor_id=request.user.pk
    )
    return {"id": made.pk, "pairing_code": code, "expires_at": made.expires_at}


def _aware(moment: Any) -> Any:
    from django.utils import timezone

    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


@router.post(
    "/assemblies/{uuid:assembly_id}/end", response={200: schemas.Done, **REFUSED},
    url_name="polling_end_assembly", summary="Switch a tablet off",
)  # fmt: skip
def end_assembly(request: HttpRequest, assembly_id: UUID) -> dict[str, Any]:
    """Switch a tablet off."""
    assemblies.end(get_object_or_404(Assembly, pk=assembly_id), actor_id=request.user.pk)
    return {}


@router.post(
    f"{GROUP}/lots", response={200: schemas.LotOut, **REFUSED}, url_name="polling_lots",
    summary="Begin keying the paper ballots of an urn",
)  # fmt: skip
def begin_lot(request: HttpRequest, group_id: UUID, asked: schemas.LotIn) -> dict[str, Any]:
    """Begin with the number of ballots found."""
    group = _group(group_id)
    made = _once(
        request, "lot", asked.dict(),
        lambda: str(papers.begin_lot(group, asked.found, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return _lot(request, made)


@router.get(LOT, response={200: schemas.LotOut, **REFUSED}, url_name="polling_lot", summary="An urn")
def get_lot(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Return how far the keying has come."""
    return _lot(request, lot_id)


def _lot(request: HttpRequest, lot_id: Any) -> dict[str, Any]:
    found = get_object_or_404(Lot.objects.select_related("group__consultation"), pk=lot_id)
    return {
        "id": found.pk, "number": found.number, "found": found.found, "state": found.state,
        "keyed_by_me": papers.own_numbers(found, request.user.pk), "spoiled": found.spoiled,
        "differences": [one.number for one in papers.differences(found)]
        if found.state == Lot.State.KEYING else [],
    }  # fmt: skip


@router.post(
    f"{LOT}/ballots", response={200: schemas.Done, **REFUSED}, url_name="polling_key",
    summary="Key one paper ballot",
)  # fmt: skip
def key_paper(request: HttpRequest, lot_id: UUID, ballot: schemas.KeyIn) -> dict[str, Any]:
    """Key or correct one's own reading of a ballot."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    versions = StatementVersion.objects.filter(consultation_id=lot.group.consultation_id, pk__in=ballot.marks)
    slots = dict(versions.values_list("pk", "slot"))
    if len(slots) != len(ballot.marks):
        raise Problem("A mark stands beside no question of this ballot.")
    read = {slots[version]: voting.CHOICES[choice] for version, choice in ballot.marks.items()}
    marks = None if ballot.spoiled else read
    papers.key_paper(lot, ballot.number, marks, actor_id=request.user.pk)
    return {}


@router.post(
    f"{LOT}/finish", response={200: schemas.Done, **REFUSED}, url_name="polling_finish_keying",
    summary="Say that I have keyed all ballots",
)  # fmt: skip
def finish_keying(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Return whether both have finished and agree."""
    return {"done": papers.finish_keying(get_object_or_404(Lot, pk=lot_id), actor_id=request.user.pk)}


@router.post(
    f"{LOT}/seal", response={200: schemas.Done, **REFUSED}, url_name="polling_seal",
    summary="Put an urn's ballots into the box",
)  # fmt: skip
def seal_lot(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Put equal readings into the box."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    return {"count": papers.seal_lot(lot, actor_id=request.user.pk)}


@router.get(
    f"{POLL}/records", response={200: schemas.RecordList, **REFUSED}, url_name="polling_records",
    summary="Records of the count",
)  # fmt: skip
def get_records(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the records one may read."""
    return {"items": [_record(row) for row in policies.records_at(request, consultation_id)]}


def _record(row: CountRecord) -> dict[str, Any]:
    final = row.state == CountRecord.State.FINAL
    waiting = records.waiting_for(row) if row.state == CountRecord.State.APPROVAL else []
    return {
        "id": row.pk, "side": row.side, "state": row.state, "digest": row.digest,
        "approved_on": row.approved_on, "facts": row.facts,
        "waiting_for": [str(one.account) for one in waiting],
        "pdf_sha256": row.pdf.sha256 if final else None, "docx_sha256": row.docx.sha256 if final else None,
    }  # fmt: skip


@router.post(
    f"{POLL}/records", response={200: schemas.RecordOut, **REFUSED}, url_name="polling_records",
    summary="Draw up my side's record",
)  # fmt: skip
def draw_up(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Begin the record, or bring its facts up to date."""
    own = committee.membership(request.user.pk, consultation_id)
    if own is None:
        raise Http404
    return _record(records.draw_up(_poll(consultation_id), own.side, actor_id=request.user.pk))


def _found(record_id: UUID) -> CountRecord:
    return get_object_or_404(CountRecord.objects.select_related("consultation__table"), pk=record_id)


@router.post(
    f"{RECORD}/remarks", response={200: schemas.Done, **REFUSED}, url_name="polling_remarks",
    summary="Put something on record",
)  # fmt: skip
def add_remark(request: HttpRequest, record_id: UUID, said: schemas.RemarkIn) -> dict[str, Any]:
    """Add a remark under one's own name."""
    found = _found(record_id)
    made = _once(
        request, "remark", said.dict(),
        lambda: str(
            records.add_remark(found, kind=said.kind, text=said.text, actor_id=request.user.pk).pk
        ),
    )  # fmt: skip
    return {"id": made}


@router.post(
    f"{RECORD}/propose", response={200: schemas.RecordOut, **REFUSED}, url_name="polling_propose",
    summary="Put the record to approval",
)  # fmt: skip
def propose(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
    """Fix it under one digest."""
    return _record(records.put_to_approval(_found(record_id), actor_id=request.user.pk))


@router.post(
    f"{RECORD}/approve", response={200: schemas.Done, **REFUSED}, url_name="polling_approve",
    summary="Approve the record as read",
)  # fmt: skip
def approve(request: HttpRequest, record_id: UUID, read: schemas.DigestIn) -> dict[str, Any]:
    """Approve under the digest; return whether the record is final now."""
    return {"done": records.approve(_found(record_id), digest=read.digest, actor_id=request.user.pk)}
