"""The doors without an account: one answer for every wrong code, a tablet that forgets each voter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tavolo.common.errors import Problem
from tavolo.dialogue import capability, keys
from tavolo.dialogue.polling import codes, views_door
from tavolo.dialogue.polling.models import Assembly, ListedVoter
from tavolo.dialogue.polling.services import assemblies, mailing, slips
from tavolo.dialogue.services import ballot_box
from tests.dialogue.polling.poll import build_poll
from tests.dialogue.world import close_one

pytestmark = pytest.mark.django_db
DOOR = "/tavoli/scheda/"


def browser() -> Client:
    return Client(headers={"accept-language": "it"})


def enter(client: Client, code: str):
    return client.post(DOOR, {"code": code})


def without_tokens(page: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())


def total(poll) -> int:
    ballot_box.drain(poll.consultation)
    sheet = ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))
    return int(sheet.votes.sum())


def test_a_worker_without_an_account_votes_and_corrects_and_reads_registered(territory):
    poll = build_poll(territory)
    client = browser()
    answer = enter(client, codes.shown(poll.slips(12)[0]).lower())
    vote_page = reverse("polling:vote", args=[poll.consultation.pk])
    assert answer.status_code == 302
    assert answer["Location"] == vote_page
    page = client.get(vote_page)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    card = page.context["cards"][0]
    cast = reverse("dialogue:cast", args=[poll.consultation.pk])
    for choice in ("agree", "disagree"):
        sent = {"version": card["id"], "request": f"r-{choice}", "choice": choice}
        said = client.post(cast, sent, headers={"accept": "application/json"})
        assert said.json() == {"registered": True, "choice": choice}
    # Without script the page itself says so, and comes back to the slip's page.
    sent = {"version": card["id"], "request": "r-3", "choice": "pass"}
    page = client.post(cast, sent, follow=True)
    assert "Registrato" in page.content.decode()
    assert total(poll) == 1
    # Nothing leads to the voter: no session, and only the capability, the language and Django's own tokens.
    assert set(client.cookies) <= {capability.COOKIE, "csrftoken", "messages", "tavolo_voto_lingua"}
    assert client.cookies[capability.COOKIE]["httponly"]


def test_every_wrong_code_gets_the_same_answer(territory):
    poll = build_poll(territory)
    secret = poll.slips(12, handed=11)
    slips.return_slip(poll.cgil, secret[0], actor_id=poll.member.pk)
    for code in secret[1:12]:
        slips.enter(code)
    pages = {}
    for name, code in {
        "unknown": codes.make(), "malformed": "ciao", "empty": "", "void": secret[0],
    }.items():  # fmt: skip
        answer = enter(browser(), code)
        pages[name] = (answer.status_code, without_tokens(answer.content))
    early = build_poll(territory, opened=True)
    unhanded = early.slips(12, handed=0)[0]
    answer = enter(browser(), unhanded)
    pages["not handed out"] = (answer.status_code, without_tokens(answer.content))
    close_one(poll.world, poll.consultation)
    answer = enter(browser(), secret[3])
    pages["closed"] = (answer.status_code, without_tokens(answer.content))
    assert len(set(pages.values())) == 1, {name: status for name, (status, _text) in pages.items()}
    assert pages["unknown"][0] == 422


def test_guessing_is_stopped_and_the_codes_are_in_no_address(territory, monkeypatch):
    poll = build_poll(territory)
    good = poll.slips(12)[0]
    monkeypatch.setattr(views_door, "WRONG", 3)
    client = browser()
    answers = [enter(client, codes.make()).status_code for _ in range(6)]
    assert answers == [422, 422, 422, 429, 429, 429]
    assert enter(client, good).status_code == 429
    assert Client(REMOTE_ADDR="10.9.8.7").post(DOOR, {"code": good}).status_code == 302
    assert mailing.entrance(good).endswith(f"/tavoli/scheda/#{good}")


def test_a_capability_by_slip_opens_no_other_consultation_and_no_other_page(territory):
    poll = build_poll(territory)
    other = build_poll(territory, slip=0, paper=0)
    client = browser()
    enter(client, poll.slips(12)[0])
    assert client.get(reverse("polling:vote", args=[other.consultation.pk])).status_code == 302
    text = client.cookies[capability.COOKIE].value
    client.cookies.clear()
    client.cookies[capability.COOKIE] = text  # sent everywhere now, as if somebody had copied it
    assert client.get(reverse("polling:vote", args=[other.consultation.pk])).status_code == 302
    sent = {"version": "x", "request": "r", "choice": "agree"}
    assert client.post(reverse("dialogue:cast", args=[other.consultation.pk]), sent).status_code == 302
    assert client.get(reverse("polling:roll", args=[poll.cgil.pk])).status_code == 302


def paired(poll, **options) -> tuple[Client, Assembly]:
    until = timezone.now() + timedelta(hours=3)
    made, code = assemblies.start(
        poll.consultation, place="Mensa", until=until, actor_id=poll.member.pk, **options
    )
    client = browser()
    answer = client.post(reverse("polling:pair"), {"code": code.lower()})
    assert answer.status_code == 302
    return client, made


def test_a_tablet_is_paired_once_serves_many_and_forgets_each(territory):
    poll = build_poll(territory)
    secret = poll.slips(12)
    client, _assembly = paired(poll)
    booth, page = reverse("polling:booth"), reverse("polling:vote", args=[poll.consultation.pk])
    cast = reverse("dialogue:cast", args=[poll.consultation.pk])
    for number, code in enumerate(secret[:3]):
        start = client.get(booth)
        assert start.status_code == 200
        assert "no-store" in start["Cache-Control"]
        assert enter(client, code).status_code == 302
        shown = client.get(page)
        assert shown.context["shared"]
        assert shown.context["done"] == 0, "the voter before has left something"
        secrecy = client.get(reverse("dialogue:secrecy"), {"lingua": "ar", "voto": poll.consultation.pk})
        assert secrecy.context["finish"] == reverse("polling:finish", args=[poll.consultation.pk])
        assert "data-shared" in secrecy.content.decode()
        card = shown.context["cards"][0]
        sent = {"version": card["id"], "request": f"r{number}", "choice": "agree"}
        assert client.post(cast, sent, headers={"accept": "application/json"}).json()["registered"]
        left = client.post(reverse("polling:finish", args=[poll.consultation.pk]))
        assert left["Location"].startswith(booth)
        assert left["Clear-Site-Data"] == '"cache"'
        assert not left.cookies[capability.COOKIE].value
        # "Back" asks again and finds nothing.
        assert client.get(page)["Location"] == reverse("polling:slip")
        assert client.post(cast, sent, headers={"accept": "application/json"}).status_code in (302, 404)
    assert total(poll) == 3
    again = browser().post(reverse("polling:pair"), {"code": "A" * 8})
    assert again.status_code == 422


def test_a_pairing_code_works_once_and_an_ended_tablet_opens_nothing(territory):
    poll = build_poll(territory)
    code = poll.slips(12)[0]
    client, assembly = paired(poll)
    enter(client, code)
    assemblies.end(assembly, actor_id=poll.members["CISL"][0].pk)
    assert client.get(reverse("polling:booth"))["Location"] == reverse("polling:pair")
    assert client.get(reverse("polling:vote", args=[poll.consultation.pk])).status_code == 302
    assembly.refresh_from_db()
    assert not assembly.pairing_hash
    assert not assembly.device_hash


def test_a_tablet_stops_at_its_hour(territory):
    poll = build_poll(territory)
    client, assembly = paired(poll)
    Assembly.objects.filter(pk=assembly.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("polling:booth"))["Location"] == reverse("polling:pair")


def test_a_tablet_takes_only_its_own_consultations_slips(territory):
    poll = build_poll(territory)
    other = build_poll(territory)
    client, _assembly = paired(poll)
    assert enter(client, other.slips(12)[0]).status_code == 422


def test_only_members_start_a_tablet_and_for_a_day_at_most(territory):
    poll = build_poll(territory)
    soon = timezone.now() + timedelta(hours=1)
    for who in (poll.world.delegates["Associazione"], poll.world.secretary, poll.world.delegates["CGIL"]):
        with pytest.raises(Problem, match="Only members"):
            assemblies.start(poll.consultation, place="Mensa", until=soon, actor_id=who.pk)
    with pytest.raises(Problem, match="16 hours"):
        assemblies.start(
            poll.consultation, place="Mensa", until=soon + timedelta(days=1), actor_id=poll.member.pk
        )


def test_a_mailed_code_is_the_persons_own_and_a_new_one_ends_the_old(territory):
    poll = build_poll(territory, slip=0, paper=0, mail=2)
    told, mails = mailing.invite(poll.cgil, actor_id=poll.member.pk)
    assert (told, mails) == (20, 2)
    assert mailing.deliver() == 2
    assert {m.to[0] for m in mail.outbox} == {"posta0@prova.example", "posta1@prova.example"}
    assert "CGIL" not in mail.outbox[0].subject
    found = [re.search(r"#([0-9A-Z]{16})", m.body)[1] for m in mail.outbox]
    client = browser()
    assert enter(client, found[0]).status_code == 302
    page = client.get(reverse("polling:vote", args=[poll.consultation.pk]))
    card = page.context["cards"][0]
    sent = {"version": card["id"], "request": "r", "choice": "agree"}
    client.post(reverse("dialogue:cast", args=[poll.consultation.pk]), sent)
    assert total(poll) == 1
    voter = ListedVoter.objects.get(email=mail.outbox[0].to[0])
    assert found[0].encode() not in bytes(voter.code_hash)
    mailing.send_again(voter, actor_id=poll.member.pk)
    mailing.deliver()
    fresh = re.search(r"#([0-9A-Z]{16})", mail.outbox[-1].body)[1]
    assert slips.enter(found[0]) is None
    entered = slips.enter(fresh)
    assert entered is not None
    assert entered.voter_id == voter.pk  # the same ballot: one person, one vote
    assert total(poll) == 1


def test_votes_by_slip_take_the_short_way_with_as_few_statements(territory):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    poll = build_poll(territory)
    client = browser()
    enter(client, poll.slips(12)[0])
    card = client.get(reverse("polling:vote", args=[poll.consultation.pk])).context["cards"][0]
    cast = reverse("dialogue:cast", args=[poll.consultation.pk])

    def once(request: str) -> list[str]:
        sent = {"version": card["id"], "request": request, "choice": "agree"}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.post(cast, sent, headers={"accept": "application/json"})
        return [query["sql"] for query in queries]

    once("warm")
    found = [sql for sql in once("r2") if "SAVEPOINT" not in sql]
    assert len(found) == 2, found
