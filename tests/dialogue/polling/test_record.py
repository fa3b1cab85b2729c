"""The record of the count: facts anybody may read, remarks that stay, every member approves, fixed files."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.polling.models import CountRecord, Remark, WayCount
from tavolo.dialogue.polling.services import members, record, slips
from tavolo.dialogue.services import closing, releasing, voting
from tavolo.ledger.models import ActContent
from tests.dialogue.polling.poll import Poll, build_poll, name
from tests.dialogue.world import close_one, everybody_votes

pytestmark = pytest.mark.django_db
CANARY = "Zenobia Canarina-Rossi"


def finished(territory, *, by_slip: int = 12, release: bool = True) -> Poll:
    """Return a poll that is over: everybody voted, some by slip."""
    poll = build_poll(territory, slip=12, paper=0)
    everybody_votes(poll.world, poll.consultation)
    version = StatementVersion.objects.get(consultation=poll.consultation, slot=0)
    for number, code in enumerate(poll.slips(12)[:by_slip]):
        voter = slips.enter(code).voter_id
        voting.cast_vote(poll.consultation.pk, voter, version.pk, "agree", f"r{number}")
    close_one(poll.world, poll.consultation)
    if release:
        for party in ("CGIL", "CISL", "UIL"):
            releasing.release_results(
                poll.consultation, party=poll.world.parties[party],
                actor_id=poll.world.delegates[party].pk,
            )  # fmt: skip
    return poll


def approved(poll: Poll) -> CountRecord:
    row = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    for accounts in poll.members.values():
        for account in accounts:
            record.approve(row, digest=row.digest, actor_id=account.pk)
    row.refresh_from_db()
    return row


def test_every_members_approval_makes_it_final_with_files_in_the_register(territory):
    poll = finished(territory)
    row = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)
    record.add_remark(row, kind="irregularity", text="Rete assente mezz'ora.", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    people = [account for accounts in poll.members.values() for account in accounts]
    outcomes = [record.approve(row, digest=row.digest, actor_id=one.pk) for one in people]
    assert outcomes == [False, False, False, True]
    row.refresh_from_db()
    act = ActContent.objects.get(act_name="polling.record_final")
    said = act.content if isinstance(act.content, dict) else json.loads(act.content)
    for kind, stored in (("pdf", row.pdf), ("docx", row.docx)):
        data = files.open_stored(stored).read()
        assert hashlib.sha256(data).hexdigest() == stored.sha256 == said[f"{kind}_sha256"]
    text = "".join(page.extract_text() for page in PdfReader(files.open_stored(row.pdf)).pages)
    word = "\n".join(p.text for p in Document(io.BytesIO(files.open_stored(row.docx).read())).paragraphs)
    for found in (text, word):
        assert "Rete assente" in found
        assert "Verbale di scrutinio" in found


def test_the_facts_say_who_could_vote_and_who_did_by_way(territory):
    poll = finished(territory)
    facts = approved(poll).facts
    assert facts["eligible"] == 3 * 20 + 12
    assert facts["voters"] == {"total": 72, "by_way": {"account": 60, "slip": 12}}
    assert facts["slips"]["printed"] == facts["slips"]["handed"] == 12
    assert facts["people_by_way"] == {"account": 60, "mail": 0, "slip": 12, "paper": 0}
    assert [table["label"] for table in facts["results"]] == ["CGIL", "CISL", "UIL"]


def test_a_way_few_voted_hides_the_figures_of_all_ways(territory):
    poll = finished(territory, by_slip=4)
    assert not WayCount.objects.filter(side="workers").exists()
    facts = approved(poll).facts
    assert facts["voters"] == {"total": 64, "by_way": None}


def test_before_the_parties_release_the_record_holds_no_figure_of_a_union(territory):
    poll = build_poll(territory, slip=0, paper=0, unions=("CGIL", "CISL"))
    everybody_votes(poll.world, poll.consultation)
    close_one(poll.world, poll.consultation)
    facts = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk).facts
    assert facts["results"] == []
    assert facts["voters"] == {"total": None, "by_way": None}


def test_a_remark_stays_and_nothing_is_added_once_put_to_approval(territory):
    poll = finished(territory)
    row = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)
    remark = record.add_remark(row, kind="statement", text="Dichiaro.", actor_id=poll.member.pk)
    for change in (remark.delete, lambda: Remark.objects.filter(pk=remark.pk).update(text="Altro")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    record.put_to_approval(row, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="put to approval"):
        record.add_remark(row, kind="statement", text="Tardi.", actor_id=poll.member.pk)


def test_taking_it_back_makes_earlier_approvals_count_for_nothing(territory):
    poll = finished(territory)
    row = record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    first = row.digest
    record.approve(row, digest=first, actor_id=poll.member.pk)
    record.take_back(row, actor_id=poll.members["CISL"][0].pk)
    record.add_remark(row, kind="contested", text="Scheda contestata, valida.", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    assert row.digest != first
    assert len(record.waiting_for(row)) == 4
    with pytest.raises(Problem, match="has changed"):
        record.approve(row, digest=first, actor_id=poll.member.pk)


def test_a_final_record_never_changes_in_the_database(territory):
    poll = finished(territory)
    row = approved(poll)
    for sql in ("UPDATE polling_countrecord SET digest = 'x'", "DELETE FROM polling_countrecord"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(Problem, match="work is done"):
        members.name_member(
            poll.consultation, party=poll.world.parties["CGIL"], email=poll.member.email,
            actor_id=poll.world.delegates["CGIL"].pk,
        )  # fmt: skip
    assert row.state == "final"


def test_a_scrutineer_remarks_but_does_not_sign_and_nobody_else_does_either(territory):
    poll = finished(territory)
    scrutineer = poll.world.people["UIL"][0]
    name(poll, "UIL", scrutineer, "scrutineer")
    row = record.draw_up(poll.consultation, "workers", actor_id=scrutineer.pk)
    record.add_remark(row, kind="statement", text="Tutto regolare.", actor_id=scrutineer.pk)
    for who in (scrutineer, poll.world.secretary, poll.world.delegates["Associazione"]):
        with pytest.raises(Problem, match="Only the electoral committee"):
            record.put_to_approval(row, actor_id=who.pk)
    assert scrutineer.pk not in {one.account_id for one in record.signers(row)}


def test_everybody_reads_it_once_published_and_before_only_committee_and_promoters(territory):
    poll = finished(territory)
    approved(poll)
    address = reverse("polling:record", args=[poll.consultation.pk])
    people = {
        "visitor": None, "member": poll.member, "promoter": poll.world.delegates["UIL"],
        "employer": poll.world.delegates["Associazione"], "secretary": poll.world.secretary,
    }  # fmt: skip

    def readers() -> set[str]:
        seen = set()
        for role, account in people.items():
            client = Client(headers={"accept-language": "it"})
            if account is not None:
                client.force_login(account)
            if client.get(address).status_code == 200:
                seen.add(role)
                for route in ("record_pdf", "record_docx"):
                    path = reverse(f"polling:{route}", args=[poll.record().pk])
                    assert client.get(path).status_code == 200
        return seen

    assert readers() == {"member", "promoter"}
    closing.publish(poll.consultation, actor_id=poll.world.delegates["CGIL"].pk)
    assert readers() == set(people)
