# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who is told when a party leaves an open vote: those who decide, those who carry on, those who voted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common import notices
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.models import Consultation, Delegate, Group, Party, Roll, Table
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import CommitteeMember, CountRecord, Ending, OtherWay, Succession
from tavolo.dialogue.polling.services import departures, mailing
from tavolo.dialogue.voices import offices
from tavolo.ledger import readers


def _page(context: Mapping[str, Any]) -> str:
    return reverse("polling:departures", args=[context["consultation_id"]])


def _committee(context: Mapping[str, Any]) -> str:
    return reverse("polling:committee", args=[context["consultation_id"]])


def _reason(context: Mapping[str, Any]) -> str:
    return reverse("polling:no_result", args=[context["consultation_id"]])


notices.kind(
    "polling.promoter_left",
    title=gettext_lazy("A party that promotes an open vote has left"),
    text=gettext_lazy(
        "“%(consultation)s”: %(party)s has left the table. Those who remain decide together whether to carry "
        "on its list or to end the vote without result."
    ),
    link=_page,
)
notices.kind(
    "polling.succession_awaits",
    title=gettext_lazy("Your party's consent is awaited about an open vote"),
    text=gettext_lazy(
        "“%(consultation)s”: another party has proposed what becomes of the list of %(party)s. Read it and "
        "say yes, or propose otherwise."
    ),
    link=_page,
)
notices.kind(
    "polling.list_carried_on",
    title=gettext_lazy("Your committee carries on a list"),
    text=gettext_lazy(
        "“%(consultation)s”: the parties that remain have decided together that your committee also handles "
        "the list of %(party)s: who votes by slip, on paper or by mailed code."
    ),
    link=_committee,
)
notices.kind(
    "polling.served_by_others",
    title=gettext_lazy("Another committee gives you your slip"),
    text=gettext_lazy(
        "“%(consultation)s”: %(party)s has left the table. The electoral committee of the parties that "
        "remain now hands out slips and paper ballots, so it reads your name on the "
        "list. How you vote stays secret."
    ),
    link=lambda context: "",
)
notices.kind(
    "polling.list_passed_on",
    title=gettext_lazy("Your place in an electoral committee has ended"),
    text=gettext_lazy(
        "“%(consultation)s”: %(party)s has left the table, and with it your access to its list has ended. "
        "Those who remain carry it on. Destroy printed lists and slips that were not handed out."
    ),
    link=lambda context: "",
)
notices.kind(
    "polling.ended_without_result",
    title=gettext_lazy("A vote has ended without result"),
    text=gettext_lazy(
        "“%(consultation)s” has ended without result: no vote is counted, the ballots were destroyed unread."
    ),
    link=_reason,
)
notices.kind(
    "polling.record_declared",
    title=gettext_lazy("A record of the count was closed with a declaration"),
    text=gettext_lazy(
        "“%(consultation)s”: no party that promoted this vote on its side sits at the table any more. Its "
        "record of the count was closed as it stood, with a declaration that says who had approved it."
    ),
    link=lambda context: reverse("polling:record", args=[context["consultation_id"]]),
)
notices.kind(
    "polling.record_left",
    title=gettext_lazy("The record of the count was closed without you"),
    text=gettext_lazy(
        "“%(consultation)s”: the parties you counted for have left the table, and with them the electoral "
        "committee has ended. Its record of the count was closed as it stood, with a declaration that says "
        "so."
    ),
    link=lambda context: "",
)

readers.name_acts(
    {
        "polling.succession_proposed": gettext_lazy(
            "It was proposed what becomes of the list of a party that left"
        ),
        "polling.succession_consented": gettext_lazy(
            "A party consented to what becomes of the list of a party that left"
        ),
        "polling.succession_withdrawn": gettext_lazy("A proposal about the list of a party that left lapsed"),
        "polling.list_carried_on": gettext_lazy("The parties that remain carry on the list of one that left"),
        "polling.ended_without_result": gettext_lazy("A vote ended without result"),
        "polling.keying_begun_anew": gettext_lazy(
            "Keying of paper ballots began anew after somebody left the committee"
        ),
    }
)


def _reads_successions(request: HttpRequest, consultation_id: uuid.UUID) -> bool:
    """The promoters of the side and their committee read what was proposed and decided."""
    poll = Consultation.objects.filter(pk=consultation_id).first()
    if poll is None or not request.user.is_authenticated:
        return False
    account = request.user.pk
    sides = {party.side for party in committee.departed(poll)}
    own = committee.membership(account, poll.pk)
    return (own is not None and own.side in sides) or any(
        departures.acting_for(account, poll, side) is not None for side in sides
    )


readers.readable("polling.succession", _reads_successions)
readers.readable("polling.ending", lambda request, pk: Ending.objects.filter(consultation_id=pk).exists())


def _context(poll: Consultation, party: Party | None = None) -> dict[str, str]:
    said = {"consultation": poll.title, "consultation_id": str(poll.pk)}
    return said | ({"party": str(party)} if party is not None else {})


def _delegates(parties: Iterable[Party]) -> set[uuid.UUID]:
    rows = Delegate.objects.active_on(standing.today()).filter(
        party__in=[party.pk for party in parties], role__in=standing.ACTING
    )
    return set(rows.values_list("account_id", flat=True))


def _serving(poll: Consultation, side: str) -> set[uuid.UUID]:
    rows = committee.serving(poll, side).select_related("party")
    return {row.account_id for row in rows if committee.may_hold(row)}


def tell_left(poll: Consultation, side: str) -> None:
    """Tell the promoters that remain that they have to decide."""
    people = _delegates(committee.remaining(poll, side))
    for left in departures.undecided(poll, side):
        notices.send(people, "polling.promoter_left", _context(poll, left))


def tell_proposed(found: Succession, missing: Iterable[Party]) -> None:
    """Tell the promoters whose consent is missing."""
    notices.send(
        _delegates(missing), "polling.succession_awaits", _context(found.consultation, found.party)
    )  # fmt: skip


def tell_carried_on(found: Succession) -> None:
    """Tell the committee that carries on, the people it will meet by name, and who no longer does.

    People without an account are told by mail, at the address the list holds.
    """
    poll, left = found.consultation, found.party
    context = _context(poll, left)
    serving = _serving(poll, left.side)
    notices.send(serving, "polling.list_carried_on", context)
    named = OtherWay.objects.filter(group__consultation=poll, group__party=left)
    notices.send(named.values_list("account_id", flat=True), "polling.served_by_others", context)
    mailing.announce(found)
    before = CommitteeMember.objects.filter(consultation=poll, party=left)
    gone = set(before.values_list("account_id", flat=True)) - serving
    notices.send(gone, "polling.list_passed_on", context)


def tell_ended(made: Ending) -> None:
    """Tell those on the roll of the side, its committee and its promoters, all alike."""
    poll = made.consultation
    people = set(Roll.objects.filter(group__consultation=poll, group__side=made.side)
                 .values_list("account_id", flat=True))  # fmt: skip
    members = CommitteeMember.objects.filter(consultation=poll, side=made.side)
    people |= set(members.values_list("account_id", flat=True))
    people |= _delegates(committee.remaining(poll, made.side))
    notices.send(people, "polling.ended_without_result", _context(poll))


def tell_declared(found: CountRecord) -> None:
    """Tell the guarantors, who read the record, and those who served in the committee that ended."""
    context = _context(found.consultation)
    guarantors = set(offices.guarantors(found.consultation.table_id).values_list("account_id", flat=True))
    notices.send(guarantors, "polling.record_declared", context)
    served = CommitteeMember.objects.filter(consultation=found.consultation, side=found.side)
    people = set(served.values_list("account_id", flat=True)) - guarantors
    notices.send(people, "polling.record_left", context)


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Return the open votes about which a remaining promoter has still to say something."""
    parties = standing.own_parties(account_id)
    # Only where a promoter has left is there anything to say: mostly one question to the database.
    left = Group.objects.filter(
        consultation_id=OuterRef("pk"), party__ends_on__lte=standing.today(),
        party__side__in={party.side for party in parties},
    )  # fmt: skip
    polls = Consultation.objects.filter(
        Exists(left), groups__party__in=parties, state=Consultation.State.OPEN, imported=False
    ).distinct()
    for poll in polls if parties else ():
        for party in parties:
            if party.table_id != poll.table_id or not standing.may_act_for(account_id, party):
                continue
            left = [one for one in departures.undecided(poll, party.side) if _owes(poll, one, party)]
            for one in left:
                yield hooks.Waiting(
                    "departure", _("%(party)s has left: %(title)s") % {"party": one, "title": poll.title},
                    _("Decide with the other promoters what becomes of its list."),
                    _page({"consultation_id": poll.pk}), poll.closes_on, poll.table_id,
                )  # fmt: skip


def _owes(poll: Consultation, left: Party, party: Party) -> bool:
    """Say whether a party has neither proposed nor consented to anything about one that left."""
    rows = Succession.objects.filter(consultation=poll, party=left, state=Succession.State.OPEN)
    return party in committee.remaining(poll, left.side) and not rows.filter(consents__party=party).exists()


def events(account_id: uuid.UUID | None, table: Table) -> Iterable[hooks.Event]:
    """Return the votes of a table that ended without result."""
    rows = Ending.objects.filter(consultation__table=table).select_related("consultation")
    for row in rows:
        yield hooks.Event(
            row.ended_on, "record", _("Ended without result: %(title)s") % {"title": row.consultation.title},
            reverse("polling:no_result", args=[row.consultation_id]),
        )  # fmt: skip


hooks.waiting(waiting)
hooks.event(events)
