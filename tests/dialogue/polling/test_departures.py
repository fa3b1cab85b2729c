"""A party leaves during a vote it promotes: those who remain carry on or end it; no employer has a say."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import keys
from tavolo.dialogue.delegations import seats
from tavolo.dialogue.models import ClosedBallot, Consultation, StatementVersion, Tally
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import (
    Ending,
    Keying,
    ListedVoter,
    Lot,
    Succession,
    SuccessionConsent,
)
from tavolo.dialogue.polling.services import (
    departures,
    mailing,
    papers,
    record,
    roll,
    slips,
)
from tavolo.dialogue.services import closing, results, voting
from tavolo.ledger.models import ActContent
from tests.dialogue.polling.poll import build_poll

pytestmark = pytest.mark.django_db


def leave(poll, *names):
    for name in names:
        seats.leave_table(poll.world.parties[name], actor_id=poll.world.delegates[name].pk)
        poll.world.parties[name].refresh_from_db()


def propose(poll, by, choice="carry_on", reason="", left="CGIL"):
    return departures.propose(
        poll.consultation, left=poll.world.parties[left], choice=choice, reason=reason,
        actor_id=poll.world.delegates[by].pk,
    )  # fmt: skip


def consent(poll, found, by):
    return departures.consent(found, actor_id=poll.world.delegates[by].pk)


def browser(account):
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    return client


def sealed(poll):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM dialogue_ballot WHERE consultation_id = %s", [poll.consultation.pk]
        )
        return cursor.fetchone()[0]


def vote(poll, name, count):
    version = StatementVersion.objects.filter(consultation=poll.consultation).order_by("slot")[0]
    for person in poll.world.people[name][:count]:
        voting.cast_vote(poll.consultation.pk, person.pk, version.pk, "agree", str(person.pk))


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("account_id", flat=True))


def test_without_a_decision_nobody_hands_out_for_the_list_and_each_who_remains_must_consent(territory):
    poll = build_poll(territory)
    helper = poll.members["CISL"][0]
    leave(poll, "CGIL")
    assert told("polling.promoter_left") == {poll.world.delegates[name].pk for name in ("CISL", "UIL")}
    for actor in (poll.member, helper):
        with pytest.raises(Problem):
            slips.print_slips(poll.cgil, 3, actor_id=actor.pk)
    found = propose(poll, "CISL")
    assert found.state == Succession.State.OPEN
    assert not committee.handles(helper.pk, poll.cgil)
    assert told("polling.succession_awaits") == {poll.world.delegates["UIL"].pk}
    assert consent(poll, found, "UIL")
    assert consent(poll, found, "UIL"), "a second click says the same"
    assert SuccessionConsent.objects.filter(succession=found).count() == 2
    assert committee.handles(helper.pk, poll.cgil)
    slips.print_slips(poll.cgil, 3, actor_id=helper.pk)
    assert roll.hand_over(poll.cgil, poll.keys(3), actor_id=helper.pk) == 3
    # Whoever was named by the party that left is out: also as a plain officer of its organisation.
    assert not committee.handles(poll.member.pk, poll.cgil)
    assert told("polling.list_passed_on") >= {poll.member.pk}


def test_who_carries_on_reads_only_whom_they_serve(territory):
    poll = build_poll(territory)
    with_account, by_slip = poll.world.people["CGIL"][:2]
    roll.choose_way(poll.cgil, f"account:{by_slip.pk}", "slip", actor_id=poll.member.pk)
    helper = poll.members["CISL"][0]
    leave(poll, "CGIL")
    consent(poll, propose(poll, "CISL"), "UIL")
    named = {one.key for one in roll.people_for(helper.pk, poll.cgil)}
    assert f"account:{by_slip.pk}" in named
    assert len(named) == len(poll.listed) + 1
    assert told("polling.served_by_others") == {by_slip.pk}
    with pytest.raises(Problem, match="not on the list"):
        roll.choose_way(poll.cgil, f"account:{with_account.pk}", "slip", actor_id=helper.pk)
    roll.choose_way(poll.cgil, poll.keys(1, "paper")[0], "slip", actor_id=helper.pk)
    client = browser(helper)
    for address in (
        reverse("polling:roll", args=[poll.cgil.pk]),
        reverse("api-1.0.0:polling_list", args=[poll.cgil.pk]),
    ):
        for page in (1, 2):
            text = client.get(address, {"pagina": page}).content.decode()
            assert with_account.email not in text


def test_no_employer_no_secretary_and_nobody_who_left_has_a_say(territory):
    poll = build_poll(territory)
    with pytest.raises(Problem, match="sits at the table"):
        propose(poll, "CISL")
    leave(poll, "CGIL")
    found = propose(poll, "CISL")
    outsiders = [poll.world.delegates["CGIL"], poll.world.delegates["Associazione"], poll.world.secretary,
                 poll.member, poll.world.people["UIL"][0]]  # fmt: skip
    for person in outsiders:
        with pytest.raises(Problem):
            departures.propose(
                poll.consultation, left=poll.world.parties["CGIL"], choice="carry_on", actor_id=person.pk
            )
        with pytest.raises(Problem):
            departures.consent(found, actor_id=person.pk)
        with pytest.raises(Problem):
            departures.withdraw(found, actor_id=person.pk)
        client = browser(person)
        assert client.get(reverse("polling:departures", args=[poll.consultation.pk])).status_code == 404
        for name in ("consent_succession", "withdraw_succession"):
            assert client.post(reverse(f"polling:{name}", args=[found.pk])).status_code == 404
    with pytest.raises(Problem):
        departures.withdraw(found, actor_id=poll.world.delegates["UIL"].pk)
    association = poll.world.parties["Associazione"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SuccessionConsent.objects.create(
            territory=territory, succession=found, party=association, act_id=found.pk
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.create(
            territory=territory, consultation=poll.consultation, party=poll.world.parties["CGIL"],
            proposer=association, choice="carry_on", left_on=found.left_on, act_id=found.pk,
        )  # fmt: skip


def test_a_promoter_withdraws_and_another_way_is_taken(territory):
    poll = build_poll(territory)
    leave(poll, "CGIL")
    found = propose(poll, "CISL")
    departures.withdraw(found, actor_id=poll.world.delegates["CISL"].pk)
    with pytest.raises(Problem, match="does not stand"):
        consent(poll, found, "UIL")
    with pytest.raises(Problem, match="everybody will read"):
        propose(poll, "UIL", "annul")
    ending = propose(poll, "UIL", "annul", "Il seggio non c'è più.")
    with pytest.raises(Problem, match="another reason"):
        propose(poll, "CISL", "annul", "Altro motivo.")
    assert consent(poll, ending, "CISL")
    poll.consultation.refresh_from_db()
    # The employers' association asked its firms too: their vote goes on, the workers' is gone.
    assert poll.consultation.state == Consultation.State.OPEN
    assert Ending.objects.get().side == "workers"
    assert sealed(poll) == len(poll.world.people["Associazione"])
    with pytest.raises(Problem, match="not open any more"):
        propose(poll, "CISL")


def test_the_last_promoter_of_a_side_leaves_and_its_ballots_are_destroyed_unread(territory):
    poll = build_poll(territory)
    for name in ("CGIL", "Associazione"):
        vote(poll, name, 12)
    worker = poll.world.people["CGIL"][0]
    leave(poll, "CGIL", "CISL")
    assert not Ending.objects.exists()
    leave(poll, "UIL")
    ending = Ending.objects.get()
    assert (ending.side, ending.cause) == ("workers", "nobody_left")
    assert sealed(poll) == 15
    assert told("polling.ended_without_result") >= {person.pk for person in poll.world.people["CGIL"]}
    page = browser(worker).get(reverse("dialogue:vote", args=[poll.consultation.pk]))
    assert "finita senza risultato" in page.content.decode()
    # The association closes its own part; of the workers nothing is ever counted.
    association = poll.world.parties["Associazione"]
    assert closing.consent_to_close(
        poll.consultation, party=association, actor_id=poll.world.delegates["Associazione"].pk
    )
    poll.consultation.refresh_from_db()
    assert {row.side for row in Tally.objects.filter(consultation=poll.consultation)} == {"employers"}
    assert not ClosedBallot.objects.filter(side="workers").exists()
    view = results.view_for(poll.consultation, association)
    assert {column.label.side for column in view.columns} <= {"employers"}


def test_nobody_remains_at_all_and_everybody_may_read_why(territory):
    poll = build_poll(territory)
    vote(poll, "CGIL", 12)
    poll.slips(3)
    pk = poll.consultation.pk
    public = reverse("polling:no_result", args=[pk])
    assert Client().get(public).status_code in (302, 404)
    leave(poll, "Associazione", "CGIL", "CISL", "UIL")
    poll.consultation.refresh_from_db()
    assert poll.consultation.state == Consultation.State.VOID
    assert not poll.consultation.has_results
    assert sealed(poll) == 0
    assert closing.finish_closings() in (0, 1)
    assert not keys.exists(pk)
    page = Client(headers={"accept-language": "it"}).get(public)
    assert page.status_code == 200
    assert "Finita senza risultato" in page.content.decode()
    assert Client().get(reverse("dialogue:results", args=[pk])).status_code in (302, 404)
    worker = browser(poll.world.people["CGIL"][0])
    assert worker.get(reverse("dialogue:results", args=[pk])).url == public
    assert worker.get(reverse("dialogue:consultation", args=[pk])).status_code == 200
    assert "نتيجة" in worker.get(reverse("dialogue:vote", args=[pk]), {"lingua": "ar"}).content.decode()
    assert worker.get(reverse("polling:record", args=[pk])).status_code == 404
    answer = worker.get(reverse("api-1.0.0:polling_no_result", args=[pk])).json()
    assert answer["state"] == "void"
    assert {row["side"] for row in answer["items"]} == {"employers", "workers"}
    act = ActContent.objects.filter(act_name="polling.ended_without_result").order_by("recorded_at").last()
    assert act.content["whole"] is True
    for call in (closing.publish,):
        with pytest.raises(Problem):
            call(poll.consultation, actor_id=poll.world.delegates["CGIL"].pk)


def test_paper_begun_by_who_left_is_keyed_anew_and_the_record_is_closed_by_who_remains(territory):
    poll = build_poll(territory)
    _batch, numbers = papers.print_papers(poll.cgil, 10, actor_id=poll.member.pk)
    poll.hand(10, "paper")
    lot = papers.begin_lot(poll.cgil, 10, actor_id=poll.member.pk)
    for number in numbers:
        papers.key_paper(lot, number, {0: 1}, actor_id=poll.member.pk)
    first, second = poll.members["CISL"]
    papers.key_paper(lot, numbers[0], {0: 1}, actor_id=first.pk)
    with pytest.raises(Problem, match="Two others"):
        papers.key_paper(lot, numbers[0], {0: 1}, actor_id=second.pk)
    leave(poll, "CGIL")
    for actor in (first, second):
        for number in numbers:
            papers.key_paper(lot, number, {0: 1}, actor_id=actor.pk)
        papers.finish_keying(lot, actor_id=actor.pk)
    assert not Keying.objects.filter(lot=lot, account=poll.member).exists()
    assert papers.seal_lot(Lot.objects.get(pk=lot.pk), actor_id=second.pk) == 10
    consent(poll, propose(poll, "UIL"), "CISL")
    for name in ("CISL", "UIL", "Associazione"):
        closing.consent_to_close(
            poll.consultation, party=poll.world.parties[name], actor_id=poll.world.delegates[name].pk
        )
    poll.consultation.refresh_from_db()
    assert poll.consultation.state == Consultation.State.CLOSED
    made = record.draw_up(poll.consultation, "workers", actor_id=first.pk)
    assert made.facts["departures"][0]["party"] == "CGIL"
    assert made.facts["departures"][0]["carried_on"]
    made = record.put_to_approval(made, actor_id=first.pk)
    assert not record.approve(made, digest=made.digest, actor_id=first.pk)
    assert record.approve(made, digest=made.digest, actor_id=second.pk)
    text = browser(first).get(reverse("polling:record", args=[poll.consultation.pk])).content.decode()
    assert "ha lasciato il tavolo" in text


def test_a_reading_finished_before_leaving_stands_and_a_colleague_seals_it(territory):
    poll = build_poll(territory)
    _batch, numbers = papers.print_papers(poll.cgil, 2, actor_id=poll.member.pk)
    poll.hand(2, "paper")
    lot = papers.begin_lot(poll.cgil, 2, actor_id=poll.member.pk)
    for actor in poll.members["CGIL"]:
        for number in numbers:
            papers.key_paper(lot, number, {0: 1}, actor_id=actor.pk)
        papers.finish_keying(lot, actor_id=actor.pk)
    other = poll.members["CISL"][0]
    with pytest.raises(Problem, match="Two others"):
        papers.seal_lot(lot, actor_id=other.pk)
    leave(poll, "CGIL")
    text = browser(other).get(reverse("polling:lot", args=[lot.pk])).content.decode()
    assert reverse("polling:seal_lot", args=[lot.pk]) in text
    assert papers.seal_lot(lot, actor_id=other.pk) == 2


def test_the_page_the_api_and_what_waits_say_what_is_missing(territory):
    poll = build_poll(territory)
    cisl, uil = (browser(poll.world.delegates[name]) for name in ("CISL", "UIL"))
    leaving = browser(poll.world.delegates["CGIL"]).get(
        reverse("delegations:leave_table", args=[poll.world.parties["CGIL"].pk])
    )
    assert "il tuo elenco" in leaving.content.decode()
    leave(poll, "CGIL")
    pk, left = poll.consultation.pk, str(poll.world.parties["CGIL"].pk)
    assert "CGIL ha lasciato il tavolo" in uil.get("/").content.decode() + "".join(
        str(item.title) for item in departures_waiting(poll.world.delegates["UIL"])
    )
    page = reverse("polling:departures", args=[pk])
    assert "Proponi di portare avanti il suo elenco" in cisl.get(page).content.decode()
    api = reverse("api-1.0.0:polling_departures", args=[pk])
    asked = json.dumps({"party_id": left, "choice": "annul"})
    assert cisl.post(api, asked, content_type="application/json").status_code == 422
    asked = json.dumps({"party_id": left, "choice": "carry_on"})
    made = cisl.post(api, asked, content_type="application/json").json()["id"]
    (item,) = cisl.get(api).json()["items"]
    assert item["proposals"][0]["missing"] == ["UIL"]
    text = uil.get(page).content.decode()
    assert reverse("polling:consent_succession", args=[made]) in text
    uil.post(reverse("polling:consent_succession", args=[made]))
    assert cisl.get(api).json()["items"][0]["carried_on_since"]
    about = cisl.get(reverse("dialogue:consultation", args=[pk])).content.decode()
    assert "portato avanti dalla commissione elettorale di CISL, UIL" in about
    home = browser(poll.members["CISL"][0]).get(reverse("polling:committee", args=[pk])).content.decode()
    assert reverse("polling:slips", args=[poll.cgil.pk]) in home


def departures_waiting(account):
    from tavolo.dialogue.polling.telling_departures import waiting

    return list(waiting(account.pk))


def test_listed_people_without_an_account_are_told_once_by_mail_who_carries_on(territory):
    poll = build_poll(territory, slip=3, paper=0, mail=3)
    leave(poll, "CGIL")
    assert mailing.deliver_news() == 0, "nothing is decided yet"
    consent(poll, propose(poll, "CISL"), "UIL")
    mail.outbox.clear()
    assert mailing.deliver_news() == 3
    assert mailing.deliver_news() == 0, "once"
    assert {tuple(message.to) for message in mail.outbox} == {(f"posta{n}@prova.example",) for n in range(3)}
    for message in mail.outbox:
        assert not message.cc
        assert not message.bcc
        assert "CISL, UIL" in message.body
        assert "CGIL" not in message.subject + message.body, "a mailbox is often read by others"
        assert message.body.count("Impiegata Postale") == 1
        assert poll.consultation.title in message.body
    assert set(ListedVoter.objects.values_list("news", flat=True)) == {"none", "sent"}


def test_a_party_that_comes_back_before_the_mail_goes_out_keeps_its_people_to_itself(territory):
    poll = build_poll(territory, slip=0, paper=0, mail=2)
    leave(poll, "CGIL")
    consent(poll, propose(poll, "CISL"), "UIL")
    poll.world.parties["CGIL"].ends_on = None
    poll.world.parties["CGIL"].save()
    mail.outbox.clear()
    assert mailing.deliver_news() == 0
    assert not mail.outbox
    assert set(ListedVoter.objects.values_list("news", flat=True)) == {"none"}
