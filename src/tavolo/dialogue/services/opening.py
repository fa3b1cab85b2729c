# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Opening a consultation: consents, the frozen roll, and one sealed ballot for every eligible person."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import keys, standing, ways
from tavolo.dialogue.course import gate
from tavolo.dialogue.models import Consent, Consultation, Group, Party, StatementVersion
from tavolo.dialogue.sealing import Ballot
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.consultations import require_authority
from tavolo.dialogue.voices import seeds
from tavolo.ledger.services import record_act
from tavolo.people.constituencies import account_ids


def promoters(consultation: Consultation) -> list[Party]:
    """Return the parties that ask a constituency in this consultation."""
    return list(
        Party.objects.filter(pk__in=consultation.groups.values("party_id")).select_related("organisation")
    )


def missing_consents(consultation: Consultation, action: str) -> list[Party]:
    """Return the promoters whose yes to opening or closing is still missing.

    Who has left the table is not waited for to close: nobody acts for it any more.
    """
    given = set(consultation.consents.filter(action=action).values_list("party_id", flat=True))
    asked = promoters(consultation)
    if action == Consent.Action.CLOSE:
        seated = set(standing.seated_parties(consultation.table_id).values_list("pk", flat=True))
        asked = [party for party in asked if party.pk in seated]
    return [party for party in asked if party.pk not in given]


def record_consent(consultation: Consultation, party: Party, actor_id: uuid.UUID, action: str) -> None:
    """Record a promoter's yes as a formal act; a second one changes nothing."""
    require_authority(actor_id, party)
    if party.pk not in {promoter.pk for promoter in promoters(consultation)}:
        raise Problem(_("Only a party that promotes this consultation can consent to it."))
    if consultation.consents.filter(party=party, action=action).exists():
        return
    facts = {"party": str(party.pk)}
    if action == Consent.Action.OPEN:
        facts["statements"] = seeds.digest_of(consultation)
    act_id = record_act(
        actor_id=actor_id, role="delegate", act=f"dialogue.consent_to_{action}",
        object_type="dialogue.consultation", object_id=consultation.pk, content=facts,
    )  # fmt: skip
    Consent.objects.create(
        territory_id=consultation.territory_id, consultation=consultation, party=party, action=action,
        act_id=act_id,
    )  # fmt: skip


@transaction.atomic
def consent_to_open(consultation: Consultation, *, party: Party, actor_id: uuid.UUID) -> bool:
    """Give a promoter's yes; the last one opens the consultation. Returns whether it is open now."""
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.state != Consultation.State.DRAFT:
        raise Problem(_("This consultation is not in preparation any more."))
    gate.require(consultation.table, "consultations.open", party)
    _check_ready(consultation)
    record_consent(consultation, party, actor_id, Consent.Action.OPEN)
    if missing_consents(consultation, Consent.Action.OPEN):
        return False
    _open(consultation)
    return True


def _check_ready(consultation: Consultation) -> None:
    if consultation.kind == Consultation.Kind.BALLOT:
        from tavolo.dialogue.plain_ballots.services import check_ready

        check_ready(consultation)
    if not consultation.groups.exists():
        raise Problem(_("Say first who is asked: no constituency has been added."))
    if not StatementVersion.objects.filter(consultation=consultation, open_to_votes=True).exists():
        raise Problem(_("Add at least one statement before opening."))


def _open(consultation: Consultation) -> None:
    groups = list(consultation.groups.select_related("constituency").order_by("number"))
    roll = _roll(groups)
    others = ways.opening(consultation, roll)
    least, people = consultation.table.minimum_group, len(roll) + sum(others.eligible.values())
    if people < least:
        raise Problem(
            _("Only %(found)s people could vote; below %(least)s nothing could ever be shown.")
            % {"found": people, "least": least}
        )
    with connection.cursor() as cursor:
        ballot_box.lock_exclusive(cursor, consultation.pk)
        # The key is stored, outside the database, before anything is sealed with it. If this transaction
        # fails after all, the next opening replaces it.
        seals = keys.create(consultation.pk)
        _freeze_roll(cursor, consultation, groups, roll)
        _add_people_without_account(groups, others)
        voters = {account: number for account, number in roll.items() if account not in others.without}
        ballot_box.write_ballots(
            cursor, consultation, seals,
            ((seals.address(voter), Ballot.empty(number, consultation.capacity))
             for voter, number in (voters | dict(others.ballots)).items()),
        )  # fmt: skip
    ballot_box.new_sheet(consultation, seals, len(groups))
    consultation.state = Consultation.State.OPEN
    consultation.opened_on = standing.today()
    consultation.save(update_fields=["state", "opened_on"])
    record_act(
        actor_id=None, role="promoters", act="dialogue.consultation_opened",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"groups": len(groups), "statements": consultation.statements.count()},
    )  # fmt: skip


def _roll(groups: list[Group]) -> dict[uuid.UUID, int]:
    """Return account -> number of its group; who belongs to several is asked in the first of them."""
    roll: dict[uuid.UUID, int] = {}
    for group in groups:
        for account in account_ids(group.constituency, on=standing.today()):
            roll.setdefault(account, group.number)
    return roll


def _freeze_roll(
    cursor: Any, consultation: Consultation, groups: list[Group], roll: dict[uuid.UUID, int]
) -> None:
    ids = {group.number: group.pk for group in groups}
    columns = "id, territory_id, consultation_id, account_id, group_id"
    with cursor.copy(f"COPY dialogue_roll ({columns}) FROM STDIN") as copy:
        for account, number in ballot_box.shuffled(roll.items()):
            copy.write_row((uuid.uuid4(), consultation.territory_id, consultation.pk, account, ids[number]))
    for group in groups:
        group.eligible = sum(1 for number in roll.values() if number == group.number)
        group.save(update_fields=["eligible"])


def _add_people_without_account(groups: list[Group], others: ways.Opening) -> None:
    for group in groups:
        if others.eligible.get(group.number):
            group.eligible = (group.eligible or 0) + others.eligible[group.number]
            group.save(update_fields=["eligible"])
