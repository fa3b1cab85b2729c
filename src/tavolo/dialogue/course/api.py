# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of a table's course: phases, calendar, interruptions, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue import standing
from tavolo.dialogue.course import blueprints, gate, reading, rules
from tavolo.dialogue.course import schemas as s
from tavolo.dialogue.course.models import NoAgreement
from tavolo.dialogue.course.policies import entry_at, invited_at
from tavolo.dialogue.course.services import beginning, ending, feed, interruptions, phases
from tavolo.dialogue.course.services import calendar as dates
from tavolo.dialogue.course.services.common import must_have
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table
from tavolo.dialogue.schemas import Refusal
from tavolo.people.models import Organisation
from tavolo.people.roles import person
from tavolo.people.tokens import key_or_session

router = Router(tags=["course"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}
TABLE = "/tables/{uuid:table_id}"


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key, each request counts."""
    call = once(
        key_from(request) or new_key(), account_id=request.user.pk, action=f"course.{action}", request=asked
    )
    return call.run(work)


def _table(request: HttpRequest, table_id: UUID) -> Table:
    found = standing.visible_tables(request.user.pk).filter(pk=table_id).first()
    if found is None:
        raise Http404
    return found


def _proposed(request: HttpRequest, action: str, asked: Any, work: Callable[[], JointDecision]) -> Any:
    pk = doing(request, action, asked, lambda: str(work().pk))
    return reading.proposal(JointDecision.objects.get(pk=pk))


def _recorded(
    request: HttpRequest, table: Table, action: str, asked: Any, work: Callable[[], Any]
) -> dict[str, Any]:
    doing(request, action, asked, lambda: _nothing(work()))
    return reading.course(table, request.user.pk)


def _nothing(result: Any) -> None:
    return None


def _phases(given: list[s.PhaseIn], blueprint: str, starts_on: Any) -> list[rules.Phase]:
    if blueprint == blueprints.FREE or given:
        return [_phase(one) for one in given]
    return blueprints.blueprints()[blueprint].phases(starts_on or standing.today(), "it")


def _phase(given: s.PhaseIn) -> rules.Phase:
    acts = None if given.acts is None else {act: tuple(roles) for act, roles in given.acts.items()}
    return rules.Phase(given.kind, given.title.strip(), given.planned_from, given.planned_to, acts)


@router.get(
    "/blueprints", response={200: s.BlueprintList, **REFUSED}, url_name="course_blueprints",
    summary="Ready compositions",
)  # fmt: skip
def blueprint_list(request: HttpRequest) -> dict[str, Any]:
    """Return the ready compositions of a course."""
    return {
        "items": [
            {"code": one.code, "title": one.title("it"), "text": one.text("it"),
             "kinds": [stage.phase.kind for stage in one.stages]}
            for one in blueprints.blueprints().values()
        ]
    }  # fmt: skip


@router.post(
    "/tables", response={200: s.CourseOut, **CHANGED}, url_name="course_begin", summary="Begin a table"
)
def begin(request: HttpRequest, payload: s.BeginIn) -> dict[str, Any]:
    """Begin a table for an organisation one speaks for, and invite others to it."""
    wanted = {*payload.guests, *payload.rsu_of, payload.organisation_id}
    known = {one.pk: one for one in Organisation.objects.filter(pk__in=wanted)}
    if wanted - set(known):
        raise Problem("An organisation named here is unknown: look its id up in the directory.")
    said = beginning.Beginning(
        title=payload.title, origin=payload.origin, reference=payload.reference,
        blueprint=payload.blueprint, phases=_phases(payload.phases, payload.blueprint, payload.starts_on),
        guests=[beginning.Guest(known[pk]) for pk in payload.guests]
        + [beginning.Guest(known[pk], as_rsu=True) for pk in payload.rsu_of],
        secretaries=payload.secretaries, description=payload.description, themes=payload.themes,
    )  # fmt: skip
    own = known[payload.organisation_id]

    def work() -> str:
        made = beginning.begin_table(said, organisation=own, actor_id=request.user.pk)
        return str(made.table_id)

    pk = doing(request, "begin", payload.model_dump(mode="json"), work)
    return reading.course(Table.objects.get(pk=pk), request.user.pk)


@router.post(
    "/invitations/{uuid:invited_id}/answer", response={200: s.InvitedOut, **CHANGED},
    url_name="course_invitation_answer", summary="Answer an invitation for my organisation",
)  # fmt: skip
def answer_invitation(request: HttpRequest, invited_id: UUID, payload: s.AnswerIn) -> dict[str, Any]:
    """Accept, and head the delegation; or decline with a reason."""
    found = invited_at(request, {"invited_id": invited_id})
    if found is None:
        raise Http404
    asked = {"invited": str(invited_id), **payload.model_dump(mode="json")}

    def work() -> str:
        if payload.accept:
            return str(beginning.accept(found, actor_id=request.user.pk).pk)
        return str(beginning.decline(found, actor_id=request.user.pk, reason=payload.reason).pk)

    doing(request, "invitation", asked, work)
    found.refresh_from_db()
    return reading.invited(found)


@router.post(
    f"{TABLE}/confirmation", response={200: s.ProposalOut, **CHANGED}, url_name="course_confirm",
    summary="Ask every party to confirm the table",
)  # fmt: skip
def confirm(request: HttpRequest, table_id: UUID) -> Any:
    """Ask every party to confirm the table, once nobody's answer is awaited."""
    table = _table(request, table_id)
    work = lambda: beginning.ask_confirmation(table, actor_id=request.user.pk)  # noqa: E731
    return _proposed(request, "confirm", str(table_id), work)


@router.get(
    TABLE, response={200: s.CourseOut, **REFUSED}, url_name="course_course", summary="A table's course"
)
def course(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return where a table is, its phases, calendar and interruptions; 404 without a course."""
    return reading.course(_table(request, table_id), request.user.pk)


@router.get(
    f"{TABLE}/allowed", response={200: s.AllowedOut, **CHANGED}, url_name="course_allowed",
    summary="Is an act open today?",
)  # fmt: skip
def allowed(
    request: HttpRequest, table_id: UUID, act: str = Query(..., max_length=60, examples=["positions.lodge"])
) -> dict[str, Any]:
    """Say whether an act is open at a table today to the party one acts for, else to anybody."""
    table = _table(request, table_id)
    if act not in rules.ACTS:
        raise Problem(f"No such act. Acts: {', '.join(rules.ACTS)}.")
    party = standing.acting_party(request.user.pk, table.pk)
    secretary = "secretariat" if standing.is_secretary(request.user.pk, table.pk) else None
    who = party or secretary
    yes = gate.allows(table, act, who)
    return {"act": act, "allowed": yes, "why_not": "" if yes else gate.why_not(table, act, who)}


@router.post(
    f"{TABLE}/adoption", response={200: s.ProposalOut, **CHANGED}, url_name="course_adopt",
    summary="Propose a course for a table without one",
)  # fmt: skip
def adopt(request: HttpRequest, table_id: UUID, payload: s.AdoptIn) -> Any:
    """Propose a course; in force by one consent of each side."""
    table = _table(request, table_id)
    chosen = _phases(payload.phases, payload.blueprint, payload.starts_on)
    return _proposed(
        request, "adopt", payload.model_dump(mode="json"),
        lambda: phases.propose_adoption(
            table, actor_id=request.user.pk, blueprint=payload.blueprint, origin=payload.origin,
            reference=payload.reference, phases=chosen,
        ),
    )  # fmt: skip


@router.post(
    f"{TABLE}/composition", response={200: s.ProposalOut, **CHANGED}, url_name="course_compose",
    summary="Propose other phases",
)  # fmt: skip
def compose(request: HttpRequest, table_id: UUID, payload: s.CompositionIn) -> Any:
    """Propose phases added, dropped, moved, with other days or acts; one consent of each side."""
    table = _table(request, table_id)
    wanted = [(one.id, _phase(one)) for one in payload.phases]
    return _proposed(
        request, "compose", {"table": str(table_id), **payload.model_dump(mode="json")},
        lambda: phases.propose_composition(table, actor_id=request.user.pk, phases=wanted),
    )  # fmt: skip


@router.post(
    f"{TABLE}/move", response={200: s.ProposalOut, **CHANGED}, url_name="course_move",
    summary="Propose to pass to another phase",
)  # fmt: skip
def move(request: HttpRequest, table_id: UUID, payload: s.MoveIn) -> Any:
    """Propose to pass to another phase; one consent of each side."""
    table = _table(request, table_id)
    found = must_have(table).phases.filter(pk=payload.phase_id, dropped=False).first()
    if found is None:
        raise Problem("This phase is not one of this table's.")
    return _proposed(
        request, "move", payload.model_dump(mode="json"),
        lambda: phases.propose_move(table, actor_id=request.user.pk, phase=found, reason=payload.reason),
    )  # fmt: skip


@router.post(
    f"{TABLE}/conclusion", response={200: s.ProposalOut, **CHANGED}, url_name="course_conclude",
    summary="Propose to conclude the table",
)  # fmt: skip
def conclude(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose to conclude the table; one consent of each side."""
    table = _table(request, table_id)
    return _proposed(
        request, "conclude", payload.model_dump(mode="json"),
        lambda: ending.propose_conclusion(table, actor_id=request.user.pk, text=payload.text),
    )  # fmt: skip


# --- The calendar -----------------------------------------------------------------------------------


@router.post(
    f"{TABLE}/calendar", response={200: s.EntryOut, **CHANGED}, url_name="course_entry_new",
    summary="Write a date into the calendar",
)  # fmt: skip
def entry_new(request: HttpRequest, table_id: UUID, payload: s.EntryIn) -> dict[str, Any]:
    """Write a date, as the secretariat."""
    table, said = _table(request, table_id), dates.Dated(**payload.model_dump())
    pk = doing(
        request, "entry_new", {"table": str(table_id), **payload.model_dump(mode="json")},
        lambda: str(dates.add_entry(table, said, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return reading.entry(must_have(table).entries.get(pk=pk))


@router.put(
    "/calendar/{uuid:entry_id}", response={200: s.EntryOut, **CHANGED}, url_name="course_entry",
    summary="Correct or move a date",
)  # fmt: skip
def entry_change(request: HttpRequest, entry_id: UUID, payload: s.EntryIn) -> dict[str, Any]:
    """Correct or move a date, as the secretariat."""
    found = entry_at(request, {"entry_id": entry_id})
    if found is None:
        raise Http404
    said = dates.Dated(**payload.model_dump())
    return reading.entry(dates.change_entry(found, said, actor_id=request.user.pk))


@router.delete(
    "/calendar/{uuid:entry_id}", response={200: s.EntryOut, **CHANGED}, url_name="course_entry",
    summary="Withdraw a date",
)  # fmt: skip
def entry_withdraw(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """Take a date out of the calendar."""
    found = entry_at(request, {"entry_id": entry_id})
    if found is None:
        raise Http404
    dates.withdraw_entry(found, actor_id=request.user.pk)
    found.refresh_from_db()
    return reading.entry(found)


@router.get(
    "/feed", response={200: s.FeedOut, **REFUSED}, url_name="course_feed", summary="My calendar address"
)
def feed_state(request: HttpRequest) -> dict[str, Any]:
    """Say whether one has a calendar address in use; its secret is never given again."""
    return reading.feed_key(feed.key_in_use(request.user.pk))


@router.post(
    "/feed", response={200: s.FeedOut, **CHANGED}, url_name="course_feed", summary="Make my calendar address"
)
def feed_make(request: HttpRequest) -> dict[str, Any]:
    """Make a new calendar address; the one before stops. Its secret is given only here."""
    token = feed.make_key(person(request), request.territory.pk)
    address = request.build_absolute_uri(reverse("course:feed", args=[token]))
    return reading.feed_key(feed.key_in_use(request.user.pk)) | {"address": address}


@router.delete(
    "/feed",
    response={200: s.FeedOut, **REFUSED},
    url_name="course_feed",
    summary="Revoke my calendar address",
)
def feed_revoke(request: HttpRequest) -> dict[str, Any]:
    """Revoke one's calendar address."""
    feed.revoke_key(person(request))
    return reading.feed_key(None)


# --- What interrupts the talks ----------------------------------------------------------------------


@router.post(
    f"{TABLE}/suspension", response={200: s.ProposalOut, **CHANGED}, url_name="course_suspend",
    summary="Propose to suspend the talks",
)  # fmt: skip
def suspend(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose that the talks rest for all; one consent of each side."""
    table = _table(request, table_id)
    return _proposed(
        request, "suspend", payload.model_dump(mode="json"),
        lambda: interruptions.propose_suspension(table, actor_id=request.user.pk, reason=payload.text),
    )  # fmt: skip


@router.post(
    f"{TABLE}/resumption", response={200: s.ProposalOut, **CHANGED}, url_name="course_resume",
    summary="Propose to resume the talks",
)  # fmt: skip
def resume(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose to resume the talks; one consent of each side."""
    table = _table(request, table_id)
    return _proposed(
        request, "resume", payload.model_dump(mode="json"),
        lambda: interruptions.propose_resumption(table, actor_id=request.user.pk, text=payload.text),
    )  # fmt: skip


@router.post(
    f"{TABLE}/cooling-off", response={200: s.ProposalOut, **CHANGED}, url_name="course_cooling_off",
    summary="Propose a cooling-off period",
)  # fmt: skip
def cooling_off(request: HttpRequest, table_id: UUID, payload: s.CoolingOffIn) -> Any:
    """Propose a cooling-off period; every party must consent."""
    table = _table(request, table_id)
    return _proposed(
        request, "cooling_off", payload.model_dump(mode="json"),
        lambda: interruptions.propose_cooling_off(
            table, actor_id=request.user.pk, **payload.model_dump()
        ),
    )  # fmt: skip


@router.post(
    f"{TABLE}/participation/suspension", response={200: s.CourseOut, **CHANGED}, url_name="course_step_out",
    summary="Suspend my party's participation",
)  # fmt: skip
def step_out(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Suspend one's own party's participation, at once."""
    table = _table(request, table_id)
    work = lambda: interruptions.step_out(table, actor_id=request.user.pk, reason=payload.text)  # noqa: E731
    return _recorded(request, table, "step_out", payload.model_dump(mode="json"), work)


@router.post(
    f"{TABLE}/participation/resumption", response={200: s.CourseOut, **CHANGED}, url_name="course_step_in",
    summary="Take my party's place again",
)  # fmt: skip
def step_in(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Take up one's own party's participation again."""
    table = _table(request, table_id)
    work = lambda: interruptions.step_in(table, actor_id=request.user.pk)  # noqa: E731
    return _recorded(request, table, "step_in", str(table_id), work)


@router.post(
    f"{TABLE}/disputes", response={200: s.CourseOut, **CHANGED}, url_name="course_dispute",
    summary="Record my union's state of agitation",
)  # fmt: skip
def dispute(request: HttpRequest, table_id: UUID, payload: s.DisputeIn) -> dict[str, Any]:
    """Record that one's union declares a state of agitation. Nothing closes because of it."""
    table = _table(request, table_id)
    work = lambda: interruptions.record_dispute(  # noqa: E731
        table, actor_id=request.user.pk, text=payload.text, on=payload.on
    )
    return _recorded(request, table, "dispute", payload.model_dump(mode="json"), work)


@router.post(
    f"{TABLE}/disputes/end", response={200: s.CourseOut, **CHANGED}, url_name="course_dispute_end",
    summary="Record the end of my union's state of agitation",
)  # fmt: skip
def dispute_end(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Record that one's union has ended its state of agitation."""
    table = _table(request, table_id)
    work = lambda: interruptions.end_dispute(table, actor_id=request.user.pk, text=payload.text)  # noqa: E731
    return _recorded(request, table, "dispute_end", payload.model_dump(mode="json"), work)


# --- The record of no agreement ---------------------------------------------------------------------


def _record_of(table: Table) -> dict[str, Any]:
    found = NoAgreement.objects.filter(course__table=table).select_related("pdf", "docx", "course").first()
    if found is None:
        raise Http404
    return reading.record(found)


@router.get(
    f"{TABLE}/no-agreement", response={200: s.RecordOut, **REFUSED}, url_name="course_no_agreement",
    summary="The record of no agreement",
)  # fmt: skip
def no_agreement(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the record of no agreement; 404 where there is none."""
    return _record_of(_table(request, table_id))


@router.post(
    f"{TABLE}/no-agreement", response={200: s.RecordOut, **CHANGED}, url_name="course_no_agreement",
    summary="Open the record of no agreement",
)  # fmt: skip
def no_agreement_open(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Open a record of no agreement with the points on which the talks failed."""
    table = _table(request, table_id)
    work = lambda: _nothing(  # noqa: E731
        ending.open_no_agreement(table, actor_id=request.user.pk, points=payload.text)
    )
    doing(request, "no_agreement_open", payload.model_dump(mode="json"), work)
    return _record_of(table)


@router.delete(
    f"{TABLE}/no-agreement", response={200: s.CourseOut, **CHANGED}, url_name="course_no_agreement",
    summary="Take the open record back",
)  # fmt: skip
def no_agreement_withdraw(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Take the open record back, because the talks go on."""
    table = _table(request, table_id)
    ending.withdraw_no_agreement(table, actor_id=request.user.pk)
    return reading.course(table, request.user.pk)


@router.put(
    f"{TABLE}/no-agreement/statement", response={200: s.RecordOut, **CHANGED}, url_name="course_statement",
    summary="Lodge my party's statement",
)  # fmt: skip
def statement(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Write one's party's statement into the open record, or replace it."""
    table = _table(request, table_id)
    ending.lodge_statement(table, actor_id=request.user.pk, text=payload.text)
    return _record_of(table)


@router.post(
    f"{TABLE}/no-agreement/close", response={200: s.ProposalOut, **CHANGED},
    url_name="course_no_agreement_close", summary="Propose to close the record",
)  # fmt: skip
def no_agreement_close(request: HttpRequest, table_id: UUID) -> Any:
    """Propose to close the record, and with it the table; one consent of each side."""
    table = _table(request, table_id)
    work = lambda: ending.propose_no_agreement(table, actor_id=request.user.pk)  # noqa: E731
    return _proposed(request, "no_agreement_close", str(table_id), work)
