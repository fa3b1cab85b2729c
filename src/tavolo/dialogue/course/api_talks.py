# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of what interrupts the talks, and of the record of no agreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue.course import reading
from tavolo.dialogue.course import schemas as s
from tavolo.dialogue.course.api_shared import (
    TABLE,
    api,
    doing,
    nothing,
    proposed,
    recorded,
    table_of,
)
from tavolo.dialogue.course.models import NoAgreement
from tavolo.dialogue.course.services import ending, interruptions
from tavolo.dialogue.models import Table


@api.post(f"{TABLE}/suspension", s.ProposalOut, "suspend", "Propose to suspend the talks")
def suspend(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose that the talks rest for all; one consent of each side."""
    table = table_of(request, table_id)
    return proposed(
        request, "suspend", payload.model_dump(mode="json"),
        lambda: interruptions.propose_suspension(table, actor_id=request.user.pk, reason=payload.text),
    )  # fmt: skip


@api.post(f"{TABLE}/resumption", s.ProposalOut, "resume", "Propose to resume the talks")
def resume(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose to resume the talks; one consent of each side."""
    table = table_of(request, table_id)
    return proposed(
        request, "resume", payload.model_dump(mode="json"),
        lambda: interruptions.propose_resumption(table, actor_id=request.user.pk, text=payload.text),
    )  # fmt: skip


@api.post(f"{TABLE}/cooling-off", s.ProposalOut, "cooling_off", "Propose a cooling-off period")
def cooling_off(request: HttpRequest, table_id: UUID, payload: s.CoolingOffIn) -> Any:
    """Propose a cooling-off period; every party must consent."""
    table = table_of(request, table_id)
    return proposed(
        request, "cooling_off", payload.model_dump(mode="json"),
        lambda: interruptions.propose_cooling_off(
            table, actor_id=request.user.pk, **payload.model_dump()
        ),
    )  # fmt: skip


@api.post(f"{TABLE}/participation/suspension", s.CourseOut, "step_out", "Suspend my party's participation")
def step_out(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Suspend one's own party's participation, at once."""
    table = table_of(request, table_id)
    work = lambda: interruptions.step_out(table, actor_id=request.user.pk, reason=payload.text)  # noqa: E731
    return recorded(request, table, "step_out", payload.model_dump(mode="json"), work)


@api.post(f"{TABLE}/participation/resumption", s.CourseOut, "step_in", "Take my party's place again")
def step_in(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Take up one's own party's participation again."""
    table = table_of(request, table_id)
    work = lambda: interruptions.step_in(table, actor_id=request.user.pk)  # noqa: E731
    return recorded(request, table, "step_in", str(table_id), work)


@api.post(f"{TABLE}/disputes", s.CourseOut, "dispute", "Record my union's state of agitation")
def dispute(request: HttpRequest, table_id: UUID, payload: s.DisputeIn) -> dict[str, Any]:
    """Record that one's union declares a state of agitation. Nothing closes because of it."""
    table = table_of(request, table_id)
    work = lambda: interruptions.record_dispute(  # noqa: E731
        table, actor_id=request.user.pk, text=payload.text, on=payload.on
    )
    return recorded(request, table, "dispute", payload.model_dump(mode="json"), work)


@api.post(
    f"{TABLE}/disputes/end", s.CourseOut, "dispute_end", "Record the end of my union's state of agitation"
)
def dispute_end(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Record that one's union has ended its state of agitation."""
    table = table_of(request, table_id)
    work = lambda: interruptions.end_dispute(table, actor_id=request.user.pk, text=payload.text)  # noqa: E731
    return recorded(request, table, "dispute_end", payload.model_dump(mode="json"), work)


# --- The record of no agreement ---------------------------------------------------------------------


def _record_of(table: Table) -> dict[str, Any]:
    found = NoAgreement.objects.filter(course__table=table).select_related("pdf", "docx", "course").first()
    if found is None:
        raise Http404
    return reading.record(found)


@api.get(f"{TABLE}/no-agreement", s.RecordOut, "no_agreement", "The record of no agreement")
def no_agreement(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the record of no agreement; 404 where there is none."""
    return _record_of(table_of(request, table_id))


@api.post(f"{TABLE}/no-agreement", s.RecordOut, "no_agreement", "Open the record of no agreement")
def no_agreement_open(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Open a record of no agreement with the points on which the talks failed."""
    table = table_of(request, table_id)
    work = lambda: nothing(  # noqa: E731
        ending.open_no_agreement(table, actor_id=request.user.pk, points=payload.text)
    )
    doing(request, "no_agreement_open", payload.model_dump(mode="json"), work)
    return _record_of(table)


@api.delete(f"{TABLE}/no-agreement", s.CourseOut, "no_agreement", "Take the open record back", removes=False)
def no_agreement_withdraw(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Take the open record back, because the talks go on."""
    table = table_of(request, table_id)
    doing(
        request, "no_agreement_withdraw", str(table_id),
        lambda: nothing(ending.withdraw_no_agreement(table, actor_id=request.user.pk)),
    )  # fmt: skip
    return reading.course(table, request.user.pk)


@api.put(f"{TABLE}/no-agreement/statement", s.RecordOut, "statement", "Lodge my party's statement")
def statement(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Write one's party's statement into the open record, or replace it."""
    table = table_of(request, table_id)
    doing(
        request, "statement", payload.text,
        lambda: nothing(ending.lodge_statement(table, actor_id=request.user.pk, text=payload.text)),
    )  # fmt: skip
    return _record_of(table)


@api.post(f"{TABLE}/no-agreement/close", s.ProposalOut, "no_agreement_close", "Propose to close the record")
def no_agreement_close(request: HttpRequest, table_id: UUID) -> Any:
    """Propose to close the record, and with it the table; one consent of each side."""
    table = table_of(request, table_id)
    work = lambda: ending.propose_no_agreement(table, actor_id=request.user.pk)  # noqa: E731
    return proposed(request, "no_agreement_close", str(table_id), work)
