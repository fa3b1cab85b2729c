# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Convening a meeting, changing it, calling it off, naming more people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.meetings import access
from tavolo.dialogue.meetings.models import Kind, Meeting, MeetingParty, Minutes, Named, Point
from tavolo.dialogue.meetings.services import telling
from tavolo.dialogue.meetings.services.searching import remember
from tavolo.dialogue.models import Delegate, Party, Table
from tavolo.ledger.services import record_act

LONGEST = 24 * 60
FIELDS = ("title", "starts_at", "minutes_long", "place", "link", "note", "wants_minutes")


def notice_days(table: Table, kind: str) -> int:
    """Return the days between notice and meeting at a table, unless a reason for haste is given.

    The parties set them together, as a rule of the table; a party calls its own people when it likes.
    """
    return {Kind.PLENARY: table.notice_plenary, Kind.RESTRICTED: table.notice_restricted}.get(Kind(kind), 0)


@transaction.atomic
def convene(
    table: Table, *, actor_id: uuid.UUID, kind: str, title: str, starts_at: datetime,
    minutes_long: int = 120, place: str = "", link: str = "", note: str = "", urgent_reason: str = "",
    wants_minutes: bool = True, people: Iterable[uuid.UUID] = (), parties: Iterable[uuid.UUID] = (),
    agenda: Iterable[str] = (), open_points: Iterable[uuid.UUID] = (),
) -> Meeting:  # fmt: skip
    """Convene a meeting and tell those it is for.

    `people` are the accounts of a restricted meeting, whoever convenes it among them; `parties` the
    parties of a party meeting, one's own or several of one's own side. The agenda begins with the table's
    `open_points` named and goes on with the free points of `agenda`: those invited read it with the notice.
    """
    kind = _kind(kind)
    _open_now(table, kind, actor_id)
    called, named = _circle(table, kind, actor_id, set(people), set(parties))
    facts = {
        "title": title, "starts_at": starts_at, "minutes_long": minutes_long, "place": place, "link": link,
        "note": note, "wants_minutes": wants_minutes or kind == Kind.PLENARY,
    }  # fmt: skip
    facts = _checked(facts)
    _enough_notice(table, kind, starts_at, urgent_reason)
    now = timezone.now()
    meeting = Meeting.objects.create(
        territory=table.territory, table=table, kind=kind, number=_number(table, kind),
        urgent_reason=urgent_reason.strip(), keeper_id=None if kind == Kind.PLENARY else actor_id,
        convener_id=actor_id, convened_at=now, changed_at=now, **facts,
    )  # fmt: skip
    for party in called:
        MeetingParty.objects.create(territory=table.territory, meeting=meeting, party=party)
    for account_id, party_id in named.items():
        Named.objects.create(
            territory=table.territory, meeting=meeting, account_id=account_id, party_id=party_id
        )
    _first_agenda(meeting, agenda, open_points)
    _act(meeting, actor_id, "meetings.convened", {"starts_at": meeting.starts_at.isoformat()})
    telling.tell(access.people_of(meeting) - {actor_id}, "convened", meeting)
    index(meeting)
    return meeting


def index(meeting: Meeting) -> None:
    """Bring what the search knows of a meeting up to date."""
    items = " ".join(f"{item.title} {item.text}" for item in meeting.agenda.all())
    remember(meeting.table, "meeting", meeting.pk, meeting.title, f"{meeting.note} {items}".strip())


def _open_now(table: Table, kind: Kind, actor_id: uuid.UUID) -> None:
    """Raise where the table's phase does not open meetings; a party's own meeting is its own affair."""
    if kind == Kind.PARTY:
        return
    secretary = standing.is_secretary(actor_id, table.pk)
    if kind == Kind.PLENARY and secretary:
        gate.require(table, rules.MEET, rules.SECRETARIAT)
    elif (party := standing.acting_party(actor_id, table.pk)) is not None:
        gate.require(table, rules.MEET, party)


def _first_agenda(meeting: Meeting, titles: Iterable[str], points: Iterable[uuid.UUID]) -> None:
    from tavolo.dialogue.meetings.services.running import append_item

    wanted = set(points)
    rows = Point.objects.filter(pk__in=wanted, table=meeting.table, state=Point.State.OPEN).order_by("number")
    if len(rows) != len(wanted):
        raise Problem(_("This is not an open point of the table: choose it from the list."))
    for point in rows:
        append_item(meeting, title=point.title, point=point)
    for title in titles:
        if title.strip():
            append_item(meeting, title=title)


def _kind(kind: str) -> Kind:
    if kind not in Kind.values:
        raise Problem(_("Choose the kind of meeting: plenary, restricted or party meeting."))
    return Kind(kind)


def _number(table: Table, kind: Kind) -> int | None:
    if kind != Kind.PLENARY:
        return None
    Table.objects.select_for_update().get(pk=table.pk)
    return (table.meetings.aggregate(top=Max("number"))["top"] or 0) + 1


def _circle(
    table: Table, kind: Kind, actor_id: uuid.UUID, people: set[uuid.UUID], parties: set[uuid.UUID]
) -> tuple[list[Party], dict[uuid.UUID, uuid.UUID]]:
    """Return the parties called and, for a restricted meeting, the people with the party each sits for."""
    if kind == Kind.PLENARY:
        if not standing.is_secretary(actor_id, table.pk):
            raise Problem(_("Only the joint secretariat convenes a plenary: ask it to."))
        return list(standing.seated_parties(table.pk)), {}
    own = standing.acting_party(actor_id, table.pk)
    if own is None:
        raise Problem(_("Only a delegate who may act for a party can convene this kind of meeting."))
    if kind == Kind.PARTY:
        return _of_one_side(table, own, parties), {}
    named = seats_of(table, people | {actor_id})
    called = [party for party in standing.seated_parties(table.pk) if party.pk in set(named.values())]
    if len(called) < 2:
        raise Problem(
            _("Name people of at least two parties; for your own party alone choose a party meeting.")
        )
    return called, named


def _of_one_side(table: Table, own: Party, parties: set[uuid.UUID]) -> list[Party]:
    called = list(standing.seated_parties(table.pk).filter(pk__in=parties | {own.pk}))
    if len(called) != len(parties | {own.pk}) or any(party.side != own.side for party in called):
        raise Problem(_("A party meeting is for your own party, or for parties of your own side."))
    return called


def seats_of(table: Table, people: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return for each person the party they sit for at the table today; raise where one sits for none."""
    day = standing.today()
    seats = Delegate.objects.active_on(day).filter(party__table=table, account_id__in=people)
    seats = seats.filter(standing.still_seated(day, "party__"))
    found = dict(seats.order_by("pk").values_list("account_id", "party_id"))
    if len(found) != len(people):
        raise Problem(_("Name only people who sit at this table today for one of its parties."))
    return found


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    facts = {key: value.strip() if isinstance(value, str) else value for key, value in facts.items()}
    if not facts["title"]:
        raise Problem(_("Say in a few words what the meeting is about."))
    if not facts["place"] and not facts["link"]:
        raise Problem(_("Say where to meet: a place, a link, or both."))
    if not 15 <= facts["minutes_long"] <= LONGEST:
        raise Problem(_("A meeting lasts between 15 minutes and one day."))
    if facts["link"]:
        try:
            URLValidator(schemes=["https", "http"])(facts["link"])
        except ValidationError:
            raise Problem(_("The link must be a web address that begins with https://.")) from None
    if len(facts["title"]) > 200 or len(facts["place"]) > 300 or len(facts["link"]) > 500:
        raise Problem(_("Shorten the title to 200 characters, the place to 300, the link to 500."))
    return facts


def _enough_notice(table: Table, kind: Kind, starts_at: datetime, urgent_reason: str) -> None:
    if starts_at <= timezone.now():
        raise Problem(_("The meeting must begin in the future: choose another day or hour."))
    days = (timezone.localtime(starts_at).date() - standing.today()).days
    asked = notice_days(table, kind)
    if days < asked and not urgent_reason.strip():
        raise Problem(
            _("The notice must reach people at least %(days)s days before; if it cannot, write the reason.")
            % {"days": asked}
        )


def locked(meeting: Meeting, actor_id: uuid.UUID) -> Meeting:
    """Return the meeting locked for a change by somebody who runs it; raise where they do not."""
    found = Meeting.objects.select_for_update(of=("self",)).select_related("table").get(pk=meeting.pk)
    if not access.keeps(actor_id, found):
        raise Problem(_("Only the secretariat (or the person who keeps this meeting) may do this."))
    return found


def _still_to_come(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.CONVENED:
        raise Problem(_("This meeting has been held or called off: it can no longer change."))


@transaction.atomic
def change(meeting: Meeting, *, actor_id: uuid.UUID, urgent_reason: str = "", **changes: Any) -> Meeting:
    """Change time, place or words of a meeting to come, and tell those it is for."""
    meeting = locked(meeting, actor_id)
    _still_to_come(meeting)
    facts = {name: getattr(meeting, name) for name in FIELDS} | changes
    facts = _checked({name: facts[name] for name in FIELDS})
    if meeting.kind == Kind.PLENARY:
        facts["wants_minutes"] = True
    if facts["starts_at"] != meeting.starts_at:
        _enough_notice(meeting.table, Kind(meeting.kind), facts["starts_at"], urgent_reason)
        meeting.urgent_reason = urgent_reason.strip()
    moved = sorted(name for name in FIELDS if facts[name] != getattr(meeting, name))
    if not moved:
        return meeting
    for name in moved:
        setattr(meeting, name, facts[name])
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=[*moved, "sequence", "changed_at", "urgent_reason"])
    _act(meeting, actor_id, "meetings.changed", {"changed": moved})
    telling.tell(access.people_of(meeting) - {actor_id}, "changed", meeting)
    index(meeting)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, actor_id: uuid.UUID, reason: str) -> Meeting:
    """Call a meeting off, with the reason everybody it was for will read."""
    meeting = locked(meeting, actor_id)
    _still_to_come(meeting)
    if not reason.strip():
        raise Problem(_("Write why the meeting does not take place."))
    if Minutes.objects.filter(meeting=meeting).exists():
        raise Problem(_("Minutes have been begun: a meeting that was held cannot be called off."))
    meeting.state, meeting.cancel_reason = Meeting.State.CANCELLED, reason.strip()[:300]
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=["state", "cancel_reason", "sequence", "changed_at"])
    _act(meeting, actor_id, "meetings.cancelled", {})
    telling.tell(access.people_of(meeting) - {actor_id}, "cancelled", meeting)
    return meeting


@transaction.atomic
def name_person(meeting: Meeting, account_id: uuid.UUID, *, actor_id: uuid.UUID) -> Named:
    """Name one more person for a restricted meeting; they see all of it from now on."""
    meeting = locked(meeting, actor_id)
    if meeting.kind != Kind.RESTRICTED:
        raise Problem(_("Only a restricted meeting is for named people."))
    _nothing_sent(meeting)
    party_id = seats_of(meeting.table, {account_id})[account_id]
    if meeting.named.filter(account_id=account_id).exists():
        raise Problem(_("This person is already named for the meeting."))
    named = Named.objects.create(
        territory=meeting.territory, meeting=meeting, account_id=account_id, party_id=party_id
    )
    MeetingParty.objects.get_or_create(
        meeting=meeting, party_id=party_id, defaults={"territory": meeting.territory}
    )
    telling.tell({account_id}, "convened", meeting)
    return named


def _nothing_sent(meeting: Meeting) -> None:
    """Raise once minutes are out for approval: who must approve them no longer changes."""
    if Minutes.objects.filter(meeting=meeting).exclude(state=Minutes.State.DRAFT).exists():
        raise Problem(_("The minutes are out for approval or closed: this can no longer change."))


def _act(meeting: Meeting, actor_id: uuid.UUID, act: str, content: dict[str, Any]) -> None:
    """Record an act on a plenary. Of discreet meetings only closed minutes are acts (see closing)."""
    if meeting.kind == Kind.PLENARY:
        record_act(
            actor_id=actor_id, role="secretariat", act=act, object_type="meetings.meeting",
            object_id=meeting.pk, content={"number": meeting.number, **content},
        )  # fmt: skip
