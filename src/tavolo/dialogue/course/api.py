# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of a table's course: phases, calendar, interruptions, the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import api_talks as _talks  # noqa: F401 - declares its operations
from tavolo.dialogue.course import blueprints, gate, reading, rules
from tavolo.dialogue.course import schemas as s
from tavolo.dialogue.course.api_shared import TABLE, api, doing, nothing, proposed, table_of
from tavolo.dialogue.course.policies import entry_at, invited_at
from tavolo.dialogue.course.services import admitting, beginning, ending, feed, phases
from tavolo.dialogue.course.services import calendar as dates
from tavolo.dialogue.course.services.common import must_have
from tavolo.dialogue.models import Table
from tavolo.people.models import Organisation
from tavolo.people.roles import person

router = api.router


def _phases(given: list[s.PhaseIn], blueprint: str, starts_on: Any) -> list[rules.Phase]:
    if blueprint == blueprints.FREE or given:
        return [_phase(one) for one in given]
    return blueprints.blueprints()[blueprint].phases(starts_on or standing.today(), "it")


def _phase(given: s.PhaseIn) -> rules.Phase:
    acts = None if given.acts is None else {act: tuple(roles) for act, roles in given.acts.items()}
    return rules.Phase(given.kind, given.title.strip(), given.planned_from, given.planned_to, acts)


@api.get("/blueprints", s.BlueprintList, "blueprints", "Ready compositions")
def blueprint_list(request: HttpRequest) -> dict[str, Any]:
    """Return the ready compositions of a course."""
    return {
        "items": [
            {"code": one.code, "title": one.title("it"), "text": one.text("it"),
             "kinds": [stage.phase.kind for stage in one.stages]}
            for one in blueprints.blueprints().values()
        ]
    }  # fmt: skip


@api.post("/tables", s.CourseOut, "begin", "Begin a table")
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


@api.post(
    "/invitations/{uuid:invited_id}/answer",
    s.InvitedOut,
    "invitation_answer",
    "Answer an invitation for my organisation",
)
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


@api.post(
    "/invitations/{uuid:invited_id}/withdrawal",
    s.InvitedOut,
    "invitation_withdraw",
    "Take an unanswered invitation back",
)
def withdraw_invitation(request: HttpRequest, invited_id: UUID) -> dict[str, Any]:
    """Take back an invitation nobody has answered, for the party that began the table."""
    found = invited_at(request, {"invited_id": invited_id})
    if found is None:
        raise Http404
    work = lambda: str(beginning.withdraw_invitation(found, actor_id=request.user.pk).pk)  # noqa: E731
    doing(request, "invitation_withdraw", None, work)
    found.refresh_from_db()
    return reading.invited(found)


@api.post(
    f"{TABLE}/admission", s.ProposalOut, "admit", "Propose to admit an organisation, or to take one back"
)
def admit(request: HttpRequest, table_id: UUID, payload: s.AdmitIn) -> Any:
    """Propose a party more at a table under way; every party must consent, then the organisation accepts."""
    table = table_of(request, table_id)
    found = Organisation.objects.filter(pk=payload.organisation_id).first()
    if found is None:
        raise Problem("An organisation named here is unknown: look its id up in the directory.")
    return proposed(
        request, "admit", {"table": str(table_id), **payload.model_dump(mode="json")},
        lambda: admitting.propose_admission(
            table, beginning.Guest(found, payload.as_rsu), actor_id=request.user.pk, reason=payload.reason
        ),
    )  # fmt: skip


@api.post(f"{TABLE}/confirmation", s.ProposalOut, "confirm", "Ask every party to confirm the table")
def confirm(request: HttpRequest, table_id: UUID) -> Any:
    """Ask every party to confirm the table, once nobody's answer is awaited."""
    table = table_of(request, table_id)
    work = lambda: beginning.ask_confirmation(table, actor_id=request.user.pk)  # noqa: E731
    return proposed(request, "confirm", str(table_id), work)


@api.get(TABLE, s.CourseOut, "course", "A table's course")
def course(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return where a table is, its phases, calendar and interruptions; 404 without a course."""
    return reading.course(table_of(request, table_id), request.user.pk)


@api.get(f"{TABLE}/allowed", s.AllowedOut, "allowed", "Is an act open today?", refuses=True)
def allowed(
    request: HttpRequest, table_id: UUID, act: str = Query(..., max_length=60, examples=["positions.lodge"])
) -> dict[str, Any]:
    """Say whether an act is open at a table today to the party one acts for, else to anybody."""
    table = table_of(request, table_id)
    if act not in rules.ACTS:
        raise Problem(f"No such act. Acts: {', '.join(rules.ACTS)}.")
    party = standing.acting_party(request.user.pk, table.pk)
    secretary = "secretariat" if standing.is_secretary(request.user.pk, table.pk) else None
    who = party or secretary
    yes = gate.allows(table, act, who)
    return {"act": act, "allowed": yes, "why_not": "" if yes else gate.why_not(table, act, who)}


@api.post(f"{TABLE}/adoption", s.ProposalOut, "adopt", "Propose a course for a table without one")
def adopt(request: HttpRequest, table_id: UUID, payload: s.AdoptIn) -> Any:
    """Propose a course; in force by one consent of each side."""
    table = table_of(request, table_id)
    chosen = _phases(payload.phases, payload.blueprint, payload.starts_on)
    return proposed(
        request, "adopt", payload.model_dump(mode="json"),
        lambda: phases.propose_adoption(
            table, actor_id=request.user.pk, blueprint=payload.blueprint, origin=payload.origin,
            reference=payload.reference, phases=chosen,
        ),
    )  # fmt: skip


@api.post(f"{TABLE}/composition", s.ProposalOut, "compose", "Propose other phases")
def compose(request: HttpRequest, table_id: UUID, payload: s.CompositionIn) -> Any:
    """Propose phases added, dropped, moved, with other days or acts; one consent of each side."""
    table = table_of(request, table_id)
    wanted = [(one.id, _phase(one)) for one in payload.phases]
    return proposed(
        request, "compose", {"table": str(table_id), **payload.model_dump(mode="json")},
        lambda: phases.propose_composition(table, actor_id=request.user.pk, phases=wanted),
    )  # fmt: skip


@api.post(f"{TABLE}/move", s.ProposalOut, "move", "Propose to pass to another phase")
def move(request: HttpRequest, table_id: UUID, payload: s.MoveIn) -> Any:
    """Propose to pass to another phase; one consent of each side."""
    table = table_of(request, table_id)
    found = must_have(table).phases.filter(pk=payload.phase_id, dropped=False).first()
    if found is None:
        raise Problem("This phase is not one of this table's.")
    return proposed(
        request, "move", payload.model_dump(mode="json"),
        lambda: phases.propose_move(table, actor_id=request.user.pk, phase=found, reason=payload.reason),
    )  # fmt: skip


@api.post(f"{TABLE}/conclusion", s.ProposalOut, "conclude", "Propose to conclude the table")
def conclude(request: HttpRequest, table_id: UUID, payload: s.TextIn) -> Any:
    """Propose to conclude the table; one consent of each side."""
    table = table_of(request, table_id)
    return proposed(
        request, "conclude", payload.model_dump(mode="json"),
        lambda: ending.propose_conclusion(table, actor_id=request.user.pk, text=payload.text),
    )  # fmt: skip


# --- The calendar -----------------------------------------------------------------------------------


@api.post(f"{TABLE}/calendar", s.EntryOut, "entry_new", "Write a date into the calendar")
def entry_new(request: HttpRequest, table_id: UUID, payload: s.EntryIn) -> dict[str, Any]:
    """Write a date, as the secretariat."""
    table, said = table_of(request, table_id), dates.Dated(**payload.model_dump())
    pk = doing(
        request, "entry_new", {"table": str(table_id), **payload.model_dump(mode="json")},
        lambda: str(dates.add_entry(table, said, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return reading.entry(must_have(table).entries.get(pk=pk))


@api.put("/calendar/{uuid:entry_id}", s.EntryOut, "entry", "Correct or move a date")
def entry_change(request: HttpRequest, entry_id: UUID, payload: s.EntryIn) -> dict[str, Any]:
    """Correct or move a date, as the secretariat."""
    found = entry_at(request, {"entry_id": entry_id})
    if found is None:
        raise Http404
    said = dates.Dated(**payload.model_dump())
    pk = doing(
        request, "entry", [str(entry_id), payload.model_dump(mode="json")],
        lambda: str(dates.change_entry(found, said, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return reading.entry(must_have(found.course.table).entries.get(pk=pk))


@api.delete("/calendar/{uuid:entry_id}", s.EntryOut, "entry", "Withdraw a date", removes=False)
def entry_withdraw(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """Take a date out of the calendar."""
    found = entry_at(request, {"entry_id": entry_id})
    if found is None:
        raise Http404
    doing(
        request, "entry_withdraw", str(entry_id),
        lambda: nothing(dates.withdraw_entry(found, actor_id=request.user.pk)),
    )  # fmt: skip
    found.refresh_from_db()
    return reading.entry(found)


@api.get("/feed", s.FeedOut, "feed", "My calendar address")
def feed_state(request: HttpRequest) -> dict[str, Any]:
    """Say whether one has a calendar address in use; its secret is never given again."""
    return reading.feed_key(feed.key_in_use(request.user.pk))


@api.post("/feed", s.FeedOut, "feed", "Make my calendar address")
def feed_make(request: HttpRequest) -> dict[str, Any]:
    """Make a new calendar address; the one before stops. Its secret is given only here."""
    token = feed.make_key(person(request), request.territory.pk)
    address = request.build_absolute_uri(reverse("course:feed", args=[token]))
    return reading.feed_key(feed.key_in_use(request.user.pk)) | {"address": address}


@api.delete("/feed", s.FeedOut, "feed", "Revoke my calendar address", removes=False)
def feed_revoke(request: HttpRequest) -> dict[str, Any]:
    """Revoke one's calendar address."""
    feed.revoke_key(person(request))
    return reading.feed_key(None)
