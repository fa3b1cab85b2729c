# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of what interrupts the talks, and of the record of no agreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue.course import reading
from tavolo.dialogue.course import schemas as s
from tavolo.dialogue.course.api_shared import (
    CHANGED,
    REFUSED,
    TABLE,
    doing,
    nothing,
    proposed,
    recorded,
    router,
    table_of,
)
from tavolo.dialogue.course.models import NoAgreement
from tavolo.dialogue.course.services import ending, interruptions
from tavolo.dialogue.models import Table


@router.post(
    f"{TABLE}/suspension", response={200: s.ProposalOut, **CHANGED}, url_name="course_suspend",
    summary="Propose to suspend the talks",
)  # fmt: skip
def suspend(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose that the talks rest for all; one consent of each side."""
    table = table_of(request, table_id)
    return proposed(
        request, "suspend", payload.model_dump(mode="json"),
        lambda: interruptions.propose_suspension(table, actor_id=request.user.pk, reason=payload.text),
    )  # fmt: skip


@router.post(
    f"{TABLE}/resumption", response={200: s.ProposalOut, **CHANGED}, url_name="course_resume",
    summary="Propose to resume the talks",
)  # fmt: skip
def resume(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose to resume the talks; one consent of each side."""
    table = table_of(request, table_id)
    return proposed(
        request, "resume", payload.model_dump(mode="json"),
        lambda: interruptions.propose_resumption(table, actor_id=request.user.pk, text=payload.text),
    )  # fmt: skip


@router.post(
    f"{TABLE}/cooling-off", response={200: s.ProposalOut, **CHANGED}, url_name="course_cooling_off",
    summary="Propose a cooling-off period",
)  # fmt: skip
def cooling_off(request: HttpRequest, table_id: UUID, payload: s.CoolingOffIn) -> Any:
    """Propose a cooling-off period; every party must consent."""
    table = table_of(request, table_id)
    return proposed(
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
    table = table_of(request, table_id)
    work = lambda: interruptions.step_out(table, actor_id=request.user.pk, reason=payload.text)  # noqa: E731
    return recorded(request, table, "step_out", payload.model_dump(mode="json"), work)


@router.post(
    f"{TABLE}/participation/resumption", response={200: s.CourseOut, **CHANGED}, url_name="course_step_in",
    summary="Take my party's place again",
)  # fmt: skip
def step_in(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Take up one's own party's participation again."""
    table = table_of(request, table_id)
    work = lambda: interruptions.step_in(table, actor_id=request.user.pk)  # noqa: E731
    return recorded(request, table, "step_in", str(table_id), work)


@router.post(
    f"{TABLE}/disputes", response={200: s.CourseOut, **CHANGED}, url_name="course_dispute",
    summary="Record my union's state of agitation",
)  # fmt: skip
def dispute(request: HttpRequest, table_id: UUID, payload: s.DisputeIn) -> dict[str, Any]:
    """Record that one's union declares a state of agitation. Nothing closes because of it."""
    table = table_of(request, table_id)
    work = lambda: interruptions.record_dispute(  # noqa: E731
        table, actor_id=request.user.pk, text=payload.text, on=payload.on
    )
    return recorded(request, table, "dispute", payload.model_dump(mode="json"), work)


@router.post(
    f"{TABLE}/disputes/end", response={200: s.CourseOut, **CHANGED}, url_name="course_dispute_end",
    summary="Record the end of my union's state of agitation",
)  # fmt: skip
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


@router.get(
    f"{TABLE}/no-agreement", response={200: s.RecordOut, **REFUSED}, url_name="course_no_agreement",
    summary="The record of no agreement",
)  # fmt: skip
def no_agreement(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the record of no agreement; 404 where there is none."""
    return _record_of(table_of(request, table_id))


@router.post(
    f"{TABLE}/no-agreement", response={200: s.RecordOut, **CHANGED}, url_name="course_no_agreement",
    summary="Open the record of no agreement",
)  # fmt: skip
def no_agreement_open(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Open a record of no agreement with the points on which the talks failed."""
    table = table_of(request, table_id)
    work = lambda: nothing(  # noqa: E731
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
    table = table_of(request, table_id)
    ending.withdraw_no_agreement(table, actor_id=request.user.pk)
    return reading.course(table, request.user.pk)


@router.put(
    f"{TABLE}/no-agreement/statement", response={200: s.RecordOut, **CHANGED}, url_name="course_statement",
    summary="Lodge my party's statement",
)  # fmt: skip
def statement(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> dict[str, Any]:
    """Write one's party's statement into the open record, or replace it."""
    table = table_of(request, table_id)
    ending.lodge_statement(table, actor_id=request.user.pk, text=payload.text)
    return _record_of(table)


@router.post(
    f"{TABLE}/no-agreement/close", response={200: s.ProposalOut, **CHANGED},
    url_name="course_no_agreement_close", summary="Propose to close the record",
)  # fmt: skip
def no_agreement_close(request: HttpRequest, table_id: UUID) -> Any:
    """Propose to close the record, and with it the table; one consent of each side."""
    table = table_of(request, table_id)
    work = lambda: ending.propose_no_agreement(table, actor_id=request.user.pk)  # noqa: E731
    return proposed(request, "no_agreement_close", str(table_id), work)
