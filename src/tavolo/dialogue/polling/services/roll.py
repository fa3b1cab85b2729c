# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The committee's list: people without an account, how each person votes, to whom something was handed.

Switching a person from one way to another takes away whatever ballot the old way had, voted on or not, and
answers the same: the committee never learns whether the person had voted, and one person has one ballot.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Group, Roll
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import ListedVoter, OtherWay, Paper, Slip, Way
from tavolo.dialogue.polling.services.members import require_handler
from tavolo.dialogue.sealing import Ballot
from tavolo.dialogue.services import ballot_box
from tavolo.ledger.services import record_act
from tavolo.people.constituencies import account_ids
from tavolo.people.models import Account

MOST_LISTED = 20_000


@dataclass(frozen=True)
class Person:
    """One line of a group's list, as its committee reads it. `key` is `listed:<id>` or `account:<id>`."""

    key: str
    name: str
    detail: str
    email: str
    way: str
    handed: bool
    mail: str = ""

    @property
    def pk(self) -> str:
        """The id behind the key."""
        return self.key.partition(":")[2]

    @property
    def is_listed(self) -> bool:
        """Whether the person has no account."""
        return self.key.startswith("listed:")

    @property
    def way_name(self) -> str:
        """The way in words."""
        return str(Way(self.way).label)


@transaction.atomic
def add_voters(group: Group, rows: Iterable[tuple[str, str, str, str, str]], *, actor_id: uuid.UUID) -> int:
    """Add people to a group's list, each (name, detail, e-mail, way, language); all or none."""
    require_handler(actor_id, group)
    consultation = Consultation.objects.select_for_update().get(pk=group.consultation_id)
    if consultation.state != Consultation.State.DRAFT:
        raise Problem(_("The list is frozen since the opening: nobody can be added."))
    made = [_listed(group, *row) for row in rows]
    if ListedVoter.objects.filter(group=group).count() + len(made) > MOST_LISTED:
        raise Problem(_("A list holds at most %(most)s people.") % {"most": MOST_LISTED})
    try:
        with transaction.atomic():
            ListedVoter.objects.bulk_create(made, batch_size=1000)
    except IntegrityError:
        raise Problem(
            _("Somebody is on the list already: tell namesakes apart in the second column.")
        ) from None
    _act(group, actor_id, "polling.list_extended", {"people": len(made)})
    return len(made)


def _listed(group: Group, name: str, detail: str, email: str, way: str, language: str) -> ListedVoter:
    words, address = " ".join(name.split()), email.strip().lower()
    way = way or (Way.MAIL if address else Way.SLIP)
    if not words:
        raise Problem(_("A person on the list needs a name."))
    if way not in (Way.MAIL, Way.SLIP, Way.PAPER):
        raise Problem(_("Choose how the person votes: mail, slip or paper."))
    if way == Way.MAIL and not address:
        raise Problem(_("%(name)s has no e-mail address: choose slip or paper.") % {"name": words})
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Problem(_("This is not an e-mail address: %(address)s") % {"address": address}) from None
    return ListedVoter(
        territory_id=group.territory_id, group=group, name=words[:150], detail=detail.strip()[:120],
        email=address, way=way, language=(language or "it")[:8],
    )  # fmt: skip


@transaction.atomic
def remove_voter(voter: ListedVoter, *, actor_id: uuid.UUID) -> None:
    """Take somebody off the list, before the opening."""
    require_handler(actor_id, voter.group)
    consultation = Consultation.objects.select_for_update().get(pk=voter.group.consultation_id)
    if consultation.state != Consultation.State.DRAFT:
        raise Problem(_("The list is frozen since the opening: nobody can be taken off."))
    group = voter.group
    voter.delete()
    _act(group, actor_id, "polling.list_shortened", {"people": 1})


def people_for(
    account_id: uuid.UUID, group: Group, query: str = "", ways: Iterable[str] = ()
) -> list[Person]:
    """Return a group's list as this member of the committee may read it.

    Who carries on the list of a party that left reads only whom they serve: by slip, on paper, by mailed
    code. Who votes with an account needs nothing from them, and stays unnamed.
    """
    found = people(group, query, ways)
    if committee.owns(account_id, group):
        return found
    return [one for one in found if one.way != Way.ACCOUNT]


def people(group: Group, query: str = "", ways: Iterable[str] = ()) -> list[Person]:
    """Return a group's whole list, by name. The caller has asked whether this reader handles it."""
    listed = ListedVoter.objects.filter(group=group)
    accounts = _accounts(group)
    if query:
        listed = listed.filter(
            Q(name__icontains=query) | Q(detail__icontains=query) | Q(email__icontains=query)
        )
        accounts = accounts.filter(Q(name__icontains=query) | Q(email__icontains=query))
    others = {row.account_id: row for row in OtherWay.objects.filter(group=group)}
    found = [
        Person(f"listed:{row.pk}", row.name, row.detail, row.email, row.way, row.handed, row.mail)
        for row in listed
    ]
    for pk, name, email in accounts.values_list("pk", "name", "email"):
        other = others.get(pk)
        found.append(
            Person(f"account:{pk}", name or email, "", email, other.way if other else Way.ACCOUNT,
                   bool(other and other.handed))
        )  # fmt: skip
    wanted = set(ways)
    return sorted(
        (one for one in found if not wanted or one.way in wanted),
        key=lambda one: (one.name.casefold(), one.key),
    )


def _accounts(group: Group) -> object:
    if group.consultation.state == Consultation.State.DRAFT:
        return Account.objects.filter(pk__in=account_ids(group.constituency, on=standing.today()))
    return Account.objects.filter(pk__in=Roll.objects.filter(group=group).values("account_id"))


def number_by_way(group: Group) -> dict[str, int]:
    """Return how many people vote which way, and how many were handed a slip or a paper; no names."""
    out = dict.fromkeys([*Way.values, "slip_handed", "paper_handed"], 0)
    for model in (ListedVoter, OtherWay):
        for way, handed in model.objects.filter(group=group).values_list("way", "handed"):
            out[way] += 1
            if handed:
                out[f"{way}_handed"] += 1
    total = group.eligible if group.eligible is not None else len(people(group))
    out[Way.ACCOUNT] = total - out[Way.MAIL] - out[Way.SLIP] - out[Way.PAPER]
    return out


def _find(group: Group, key: str) -> ListedVoter | uuid.UUID:
    """Return the listed person or the account a key names in this group, locked."""
    kind, _colon, text = key.partition(":")
    try:
        pk = uuid.UUID(text)
    except ValueError:
        pk = uuid.UUID(int=0)
    if kind == "listed":
        found = ListedVoter.objects.select_for_update().filter(group=group, pk=pk).first()
        if found is not None:
            return found
    elif kind == "account" and _accounts(group).filter(pk=pk).exists():
        return pk
    raise Problem(_("This person is not on the list of this group."))


def choose_way(group: Group, key: str, way: str, *, actor_id: uuid.UUID) -> None:
    """Let a person vote another way: see `choose_ways`."""
    choose_ways(group, [key], way, actor_id=actor_id)


@transaction.atomic
def choose_ways(group: Group, keys: Iterable[str], way: str, *, actor_id: uuid.UUID) -> None:
    """Let people vote another way. Whatever ballot the old way had is taken away, voted on or not.

    A slip or paper ballot already handed over comes back first: else two ways would be open. The box is
    rewritten once for all of them.
    """
    require_handler(actor_id, group)
    keys = list(keys)
    _refuse_unserved(group, keys, actor_id)
    consultation = ballot_box.lock_box(group.consultation_id)
    if consultation.state not in (Consultation.State.DRAFT, Consultation.State.OPEN):
        raise Problem(_("This consultation is closed."))
    gone: list[uuid.UUID] = []
    come: list[uuid.UUID] = []
    accounts: list[uuid.UUID] = []
    for key in keys:
        found = _find(group, key)
        if isinstance(found, ListedVoter):
            voter, (had, has) = found.pk, _change_listed(found, way)
        else:
            voter, (had, has) = found, _change_account(group, found, way)
        if had != has:
            (come if has else gone).append(voter)
            if not isinstance(found, ListedVoter):
                accounts.append(voter)
    if consultation.state == Consultation.State.OPEN and (gone or come):
        empty = Ballot.empty(group.number, consultation.capacity)
        ballot_box.change_box(consultation, add=dict.fromkeys(come, empty), remove=gone)
        # Told to the person: a ballot cannot be taken from them in silence.
        notices.send(accounts, "polling.way_changed", {"consultation": consultation.title})
    _act(group, actor_id, "polling.way_changed", {"way": way})


def _refuse_unserved(group: Group, keys: list[str], actor_id: uuid.UUID) -> None:
    """Refuse an account that votes with itself to who carries on another party's list: see `people_for`."""
    accounts = {key for key in keys if key.startswith("account:")}
    if not accounts or committee.owns(actor_id, group):
        return
    if accounts - {one.key for one in people_for(actor_id, group)}:
        raise Problem(_("This person is not on the list of this group."))


def _refuse_while_handed(handed: bool) -> None:
    if handed:
        raise Problem(
            _("This person holds a slip or a paper ballot: take it back first, then change the way.")
        )


def _change_listed(voter: ListedVoter, way: str) -> tuple[bool, bool]:
    """Change a listed person's way; return whether they had a ballot of their own, and have one now."""
    if way not in (Way.MAIL, Way.SLIP, Way.PAPER):
        raise Problem(_("Without an account a person votes by mailed code, by slip or on paper."))
    if way == Way.MAIL and not voter.email:
        raise Problem(_("%(name)s has no e-mail address: choose slip or paper.") % {"name": voter.name})
    if way == voter.way:
        return False, False
    _refuse_while_handed(voter.handed)
    was, voter.way, voter.code_hash, voter.mail = voter.way, way, b"", ListedVoter.Mail.NONE
    _save_bounded(lambda: voter.save(update_fields=["way", "code_hash", "mail"]))
    return was == Way.MAIL, way == Way.MAIL


def _change_account(group: Group, account_id: uuid.UUID, way: str) -> tuple[bool, bool]:
    """Change an account's way; return whether it had a ballot of its own before, and has one now."""
    if way not in (Way.ACCOUNT, Way.SLIP, Way.PAPER):
        raise Problem(_("With an account a person votes with it, by slip or on paper."))
    row = OtherWay.objects.select_for_update().filter(group=group, account_id=account_id).first()
    if way == (row.way if row else Way.ACCOUNT):
        return False, False
    _refuse_while_handed(bool(row and row.handed))
    if row is None:
        OtherWay.objects.create(territory_id=group.territory_id, group=group, account_id=account_id, way=way)
    elif way == Way.ACCOUNT:
        _save_bounded(row.delete)
    else:
        row.way = way
        _save_bounded(lambda: row.save(update_fields=["way"]))
    return row is None, way == Way.ACCOUNT


def _save_bounded(save: Callable[[], object]) -> None:
    """Save, and word the database's refusal where valid slips or papers would outnumber their people."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        raise Problem(
            _("There are as many slips or paper ballots as people who vote that way: void one first.")
        ) from None


@transaction.atomic
def hand_over(group: Group, keys: Iterable[str], *, actor_id: uuid.UUID) -> int:
    """Note that people signed for a slip or a paper ballot; return how many were not noted before.

    Only as many slips open the voting page as were handed over.
    """
    require_handler(actor_id, group)
    consultation = Consultation.objects.select_for_update().get(pk=group.consultation_id)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("Slips and paper ballots are handed out while the consultation is open."))
    listed, accounts = _split(keys)
    done = ListedVoter.objects.filter(
        group=group, pk__in=listed, handed=False, way__in=[Way.SLIP, Way.PAPER]
    ).update(handed=True)
    done += OtherWay.objects.filter(group=group, account_id__in=accounts, handed=False).update(handed=True)
    now = number_by_way(group)
    valid = Slip.objects.filter(group=group, void=False).count()
    papers = Paper.objects.filter(group=group, void=False).count()
    if now["slip_handed"] > valid or now["paper_handed"] > papers:
        raise Problem(_("More would be handed out than has been printed: print first."))
    if done:
        _act(group, actor_id, "polling.handed_over", {"people": done})
    return done


def _split(keys: Iterable[str]) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    listed, accounts = [], []
    for key in keys:
        kind, _colon, text = key.partition(":")
        try:
            (listed if kind == "listed" else accounts).append(uuid.UUID(text))
        except ValueError:
            raise Problem(_("This person is not on the list of this group.")) from None
    return listed, accounts


def note_returned(group: Group, key: str) -> None:
    """Note that a person gave their slip or paper ballot back, in the caller's transaction."""
    found = _find(group, key)
    rows = (
        ListedVoter.objects.filter(pk=found.pk)
        if isinstance(found, ListedVoter)
        else OtherWay.objects.filter(group=group, account_id=found)
    )
    if not rows.filter(handed=True).exists():
        raise Problem(_("Nothing was handed to this person."))
    try:
        with transaction.atomic():
            rows.update(handed=False)
    except IntegrityError:
        raise Problem(_("More paper ballots are in the box than would then be handed out.")) from None


def _act(group: Group, actor_id: uuid.UUID, act: str, facts: dict[str, object]) -> None:
    """Record an act about a list: numbers, never a name nor which person."""
    record_act(
        actor_id=actor_id, role="member", act=act, object_type="polling.committee",
        object_id=group.consultation_id, content={"group": str(group.pk), **facts},
    )  # fmt: skip
