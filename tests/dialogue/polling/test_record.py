"""The record of the count: facts anybody may read, remarks that stay, every member approves, fixed files."""

from __future__ import annotations

import hashlib
import io
import json
import uuid

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
from tavolo.dialogue.polling.services import declaring, members, record, slips
from tavolo.dialogue.services import closing, releasing, voting
from tavolo.dialogue.voices.models import Guarantor
from tavolo.ledger.models import ActContent
from tests.dialogue.polling.poll import Poll, build_poll, name
from tests.dialogue.polling.test_departures import browser, leave, told, vote
from tests.dialogue.world import START, close_one, everybody_votes, make_account

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


def guarantor(poll):
    account = make_account("garante")
    Guarantor.objects.create(
        territory=poll.world.territory, table=poll.world.table, account=account, decision_id=uuid.uuid4(),
        starts_on=START,
    )  # fmt: skip
    return account


def closed(territory):
    """Return a closed vote of two unions, one of which has left since, with the record begun."""
    poll = build_poll(territory, paper=0, unions=("CGIL", "CISL"))
    vote(poll, "CGIL", 12)
    close_one(poll.world, poll.consultation)
    leave(poll, "CISL")
    poll.consultation.refresh_from_db()
    return poll, record.draw_up(poll.consultation, "workers", actor_id=poll.member.pk)


def test_a_record_nobody_may_approve_any_more_is_closed_with_a_declaration(territory):
    poll, row = closed(territory)
    judge = guarantor(poll)
    record.add_remark(row, kind="statement", text="Tutto regolare.", actor_id=poll.member.pk)
    row = record.put_to_approval(row, actor_id=poll.member.pk)
    digest = row.digest
    record.approve(row, digest=digest, actor_id=poll.member.pk)
    warned = browser(poll.world.delegates["CGIL"]).get(
        reverse("delegations:leave_table", args=[poll.world.parties["CGIL"].pk])
    )
    assert "dichiarazione che lo dice" in warned.content.decode()
    leave(poll, "CGIL")
    row.refresh_from_db()
    assert (row.state, row.digest) == ("declared", digest)
    assert [party["party"] for party in row.declaration["parties"]] == ["CGIL", "CISL"]
    assert row.declaration["approved"] == ["commissaria CGIL 1"]
    assert row.declaration["not_approved"] == [
        f"commissaria {name}" for name in ("CGIL 2", "CISL 1", "CISL 2")
    ]
    assert "departures" not in row.facts, "both left after the close, not during the vote"
    act = ActContent.objects.get(act_name="polling.record_declared")
    assert (act.content["pdf_sha256"], act.content["approvals"]) == (row.pdf.sha256, 1)
    assert "commissaria" not in json.dumps(act.content)
    assert told("polling.record_declared") == {judge.pk}
    assert told("polling.record_left") == {one.pk for both in poll.members.values() for one in both}
    assert declaring.settle_all() == 0, "once"
    with pytest.raises(IntegrityError), transaction.atomic():
        CountRecord.objects.filter(pk=row.pk).update(state="draft")
    with pytest.raises(Problem):
        record.approve(row, digest=digest, actor_id=poll.members["CGIL"][1].pk)


def test_a_declared_record_is_read_by_the_guarantors_and_by_no_other_side(territory):
    poll, _row = closed(territory)
    judge = guarantor(poll)
    pk = poll.consultation.pk
    pages = [reverse("polling:record", args=[pk]), reverse("api-1.0.0:polling_records", args=[pk])]
    assert browser(judge).get(pages[0]).status_code == 404, "not before it is closed"
    leave(poll, "CGIL")
    row = CountRecord.objects.get(consultation=poll.consultation, side="workers")
    files = [reverse(f"polling:record_{kind}", args=[row.pk]) for kind in ("pdf", "docx")]
    outside = [poll.world.delegates["Associazione"], poll.world.delegates["CGIL"], poll.member,
               poll.world.secretary, poll.world.people["CGIL"][0]]  # fmt: skip
    for person in outside:
        assert all(browser(person).get(page).status_code == 404 for page in (*pages, *files))
    client = browser(judge)
    page = client.get(pages[0]).content.decode()
    assert "Chiuso con una dichiarazione" in page
    assert "Nessuno può più approvare" in page
    (item,) = client.get(pages[1]).json()["items"]
    assert (item["state"], item["waiting_for"]) == ("declared", [])
    assert item["declaration"]["parties"][0]["party"] == "CGIL"
    assert all(client.get(file).status_code == 200 for file in files)
    for way in ("roll", "slips"):
        assert client.get(reverse(f"polling:{way}", args=[poll.cgil.pk])).status_code == 404
    # Who comes back finds it closed: it is not written again.
    poll.world.parties["CGIL"].ends_on = None
    poll.world.parties["CGIL"].save()
    with pytest.raises(Problem):
        members.name_member(
            poll.consultation, party=poll.world.parties["CGIL"], email=poll.member.email,
            actor_id=poll.world.delegates["CGIL"].pk,
        )  # fmt: skip


def test_a_record_stays_open_while_a_promoter_of_its_side_remains(territory):
    poll = build_poll(territory, paper=0, unions=("CGIL", "CISL"))
    close_one(poll.world, poll.consultation)
    leave(poll, "CGIL")
    assert not CountRecord.objects.exists()
    made = record.draw_up(poll.consultation, "workers", actor_id=poll.members["CISL"][0].pk)
    made = record.put_to_approval(made, actor_id=poll.members["CISL"][0].pk)
    assert [record.approve(made, digest=made.digest, actor_id=one.pk) for one in poll.members["CISL"]] == [
        False, True,
    ]  # fmt: skip
    leave(poll, "CISL", "Associazione")
    # Approved before: it stays approved. The association named no committee: there is nothing to close.
    assert {(row.side, row.state) for row in CountRecord.objects.all()} == {("workers", "final")}
