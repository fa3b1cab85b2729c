"""Names on a union's list, searched in every byte that others can obtain: none is ever found."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

import tavolo.site.urls  # noqa: F401
from tavolo.common.models import Notice
from tavolo.dialogue.polling.models import Assembly, Batch, CommitteeMember, ListedVoter, Lot
from tavolo.dialogue.polling.services import mailing, papers, record, roll
from tavolo.dialogue.services import closing, releasing
from tavolo.ledger.models import ActContent
from tavolo.people.models import Membership, Organisation
from tests.dialogue.polling.poll import Poll, build_poll
from tests.dialogue.world import START, close_one, everybody_votes, make_account
from tests.routes import walk

pytestmark = pytest.mark.django_db
CANARY = "Zenobia Canarina"
ADDRESS = "canarina@prova.example"
ROOMS = ("polling", "dialogue", "ledger", "common", "home", "api-1.0.0:polling", "api-1.0.0:dialogue")


def operator(poll: Poll):
    account = make_account("operatore")
    host = Organisation.objects.create(territory=poll.world.territory, kind="other", name="Host")
    Membership.objects.create(
        territory=poll.world.territory,
        account=account,
        organisation=host,
        role="operator",
        starts_on=START,
    )
    return account


def listed(territory) -> Poll:
    poll = build_poll(territory, slip=12, paper=12, opened=False)
    rows = [(CANARY, "forno", ADDRESS, "mail", "it"), (f"{CANARY} due", "", "", "slip", "it")]
    roll.add_voters(poll.cgil, rows, actor_id=poll.member.pk)
    poll.open()
    poll.slips(13)
    papers.print_papers(poll.cgil, 12, actor_id=poll.member.pk)
    poll.hand(1, "paper")
    mailing.invite(poll.cgil, actor_id=poll.member.pk)
    mailing.deliver()
    return poll


def arguments(poll: Poll) -> dict[str, object]:
    def first(model, **rows):
        found = model.objects.filter(**rows).first()
        return found.pk if found else uuid.uuid4()

    return {
        "table_id": poll.world.table.pk, "consultation_id": poll.consultation.pk, "group_id": poll.cgil.pk,
        "voter_id": ListedVoter.objects.get(email=ADDRESS).pk, "batch_id": first(Batch),
        "lot_id": first(Lot), "member_id": first(CommitteeMember), "assembly_id": first(Assembly),
        "party_id": poll.world.parties["CGIL"].pk, "act_id": first(ActContent),
        "record_id": poll.record().pk if poll.consultation.has_results else uuid.uuid4(),
    }  # fmt: skip


def test_no_employer_secretary_operator_or_other_union_ever_reads_a_listed_name(territory, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    poll = listed(territory)
    others = {
        "employer": poll.world.delegates["Associazione"], "secretary": poll.world.secretary,
        "operator": operator(poll), "cisl": poll.members["CISL"][0], "nobody": None,
        "owner": poll.world.people["Associazione"][0],
    }  # fmt: skip
    seen = _look(poll, others)
    everybody_votes(poll.world, poll.consultation)
    close_one(poll.world, poll.consultation)
    row = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    for accounts in poll.members.values():
        for account in accounts:
            record.approve(row, digest=row.digest, actor_id=account.pk)
    for party in ("CGIL", "CISL", "UIL"):
        releasing.release_results(
            poll.consultation, party=poll.world.parties[party], actor_id=poll.world.delegates[party].pk
        )
    closing.publish(poll.consultation, actor_id=poll.world.delegates["CGIL"].pk)
    poll.consultation.refresh_from_db()
    seen += _look(poll, others)
    assert seen > 60, "the sweep looked at too few pages"


def _look(poll: Poll, others: dict[str, object]) -> int:
    known, pages = arguments(poll), 0
    routes = [
        found
        for found in walk()
        if (found.name or "").startswith(ROOMS) and set(found.arguments) <= set(known)
    ]
    for account in others.values():
        client = Client(headers={"accept-language": "it"})
        if account is not None:
            client.force_login(account)
        for found in routes:
            path = reverse(found.name, kwargs={name: known[name] for name in found.arguments})
            # Lists and searches are asked for the name as well.
            asked = (
                [path, f"{path}?q={CANARY[:7]}"] if "list" in found.name or "roll" in found.name else [path]
            )
            for address in asked:
                answer = client.get(address)
                text = b"".join(answer) if answer.streaming else answer.content
                pages += answer.status_code == 200
                assert CANARY.split()[1].encode() not in text, (address, answer.status_code)
                assert ADDRESS.encode() not in text, address
    return pages


def test_no_name_is_in_an_act_a_notice_or_anothers_mail(territory):
    listed(territory)
    for act in ActContent.objects.all():
        assert "anarina" not in json.dumps(act.content, default=str)
    for notice in Notice.objects.all():
        assert "anarina" not in json.dumps(notice.context)
    for message in mail.outbox:
        if message.to != [ADDRESS]:
            assert "anarina" not in message.body + message.subject
