# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the other ways of voting bring to an opening, and what they check and write before a count."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.disclosure import places
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling.models import Ending, ListedVoter, Lot, OtherWay, Paper, Slip, Way, WayCount
from tavolo.dialogue.sealing import Ballot, Seals
from tavolo.dialogue.ways import Opening
from tavolo.people.models import Account


def at_opening(consultation: Consultation, roll: Mapping[uuid.UUID, int]) -> Opening:
    """Return listed people and the accounts that vote another way; drop choices of accounts not asked.

    Refused where somebody stands on a list and also has an account on the roll: one person, one way.
    """
    numbers = {group.pk: group.number for group in consultation.groups.all()}
    listed = list(ListedVoter.objects.filter(group__consultation=consultation))
    _refuse_doubles(listed, roll)
    without: set[uuid.UUID] = set()
    for row in OtherWay.objects.filter(group__consultation=consultation):
        if roll.get(row.account_id) == numbers[row.group_id]:
            without.add(row.account_id)
        else:
            row.delete()
    eligible: dict[int, int] = {}
    for voter in listed:
        number = numbers[voter.group_id]
        eligible[number] = eligible.get(number, 0) + 1
    by_mail = {voter.pk: numbers[voter.group_id] for voter in listed if voter.way == Way.MAIL}
    return Opening(eligible, frozenset(without), by_mail)


def _refuse_doubles(listed: list[ListedVoter], roll: Mapping[uuid.UUID, int]) -> None:
    addresses = {voter.email.lower() for voter in listed if voter.email}
    if not addresses:
        return
    by_address = Account.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    known = by_address.values_list("pk", flat=True)
    doubled = sum(1 for account in known if account in roll)
    if doubled:
        raise Problem(
            _(
                "%(count)s people on the committee's lists also vote with an account: the committee takes "
                "them off the list first."
            )
            % {"count": doubled}
        )


def before_count(consultation: Consultation, seals: Seals, box: Mapping[bytes, Ballot]) -> None:
    """Refuse to count while paper waits to be sealed, and note voters by way where it may be shown."""
    gone = Ending.objects.filter(consultation=consultation).values("side")
    waiting = Lot.objects.filter(group__consultation=consultation, state=Lot.State.KEYING)
    waiting = waiting.exclude(group__side__in=gone)
    if waiting.exists():
        raise Problem(
            _("Paper ballots are still being keyed: the electoral committee seals them into the box first.")
        )
    groups = list(consultation.groups.order_by("number"))
    least = consultation.table.minimum_group
    way_of = _way_of_addresses(consultation, seals)
    counts: dict[int, dict[str, int]] = {group.number: {} for group in groups}
    for address, ballot in box.items():
        if ballot.voted:
            way = way_of.get(address, Way.ACCOUNT)
            counts[ballot.group][way] = counts[ballot.group].get(way, 0) + 1
    WayCount.objects.bulk_create(
        WayCount(
            territory_id=consultation.territory_id, consultation=consultation, side=side, way=way, voters=n
        )
        for side, ways in _showable(groups, counts, least).items()
        for way, n in ways.items()
    )


def _way_of_addresses(consultation: Consultation, seals: Seals) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    rows = (
        (Way.SLIP, Slip.objects.filter(void=False)),
        (Way.PAPER, Paper.objects.filter(lot__isnull=False)),
        (Way.MAIL, ListedVoter.objects.filter(way=Way.MAIL)),
    )
    for way, query in rows:
        for pk in query.filter(group__consultation=consultation).values_list("pk", flat=True):
            found[seals.address(pk)] = way
    return found


def _showable(
    groups: list[Group], counts: Mapping[int, Mapping[str, int]], least: int
) -> dict[str, dict[str, int]]:
    """Return voters of each side by way, only where every way that was used has at least `least` voters.

    One small figure hides all of the side: else it would follow from the total. Groups too small to be
    counted at all are left out, as they are left out of the count.
    """
    voters = [sum(counts[group.number].values()) for group in groups]
    where = places([group.side for group in groups], voters, least)
    sides: dict[str, dict[str, int]] = {}
    for group, place in zip(groups, where, strict=True):
        if place != "dropped":
            side = sides.setdefault(group.side, {})
            for way, n in counts[group.number].items():
                side[way] = side.get(way, 0) + n
    return {side: ways for side, ways in sides.items() if ways and min(ways.values()) >= least}
