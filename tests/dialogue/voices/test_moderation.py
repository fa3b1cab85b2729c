"""Participants' statements: proposed without a name, decided by rules and two people, appealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import IdempotentRequest, Notice
from tavolo.dialogue import standing
from tavolo.dialogue.models import Statement
from tavolo.dialogue.services import voting
from tavolo.dialogue.voices import (
    authorship,
    counting,
    gathering,
    moderating,
    offices,
    proposing,
    rulebook,
    telling,
)
from tavolo.dialogue.voices.models import Proposal, Review, Rule
from tavolo.dialogue.voices.tasks import remind as remind_task
from tests.dialogue.voices.conftest import Open, agree
from tests.dialogue.world import build_world, close_one, make_account, open_one

pytestmark = pytest.mark.django_db
CANARY = "Il canarino zefiro7391 canta nel reparto verniciatura."


def propose(voices: Open, text: str = CANARY, who=None, key: str = "k") -> Proposal:
    account = (who or voices.worker).pk
    return proposing.propose_statement(voices.consultation, text=text, account_id=account, key=key)


def rule(proposal: Proposal, code: str = "R1") -> Rule:
    return Rule.objects.get(book_id=proposal.book_id, code=code)


def refuse(proposal: Proposal, who, words: str = "Non risponde alla domanda.") -> Proposal:
    return moderating.decide(proposal, accepts=False, moderator_id=who.pk, rule=rule(proposal), words=words)


def refused(voices: Open) -> Proposal:
    proposal = propose(voices)
    refuse(proposal, voices.of_workers)
    return refuse(proposal, voices.of_firms)


def signed_in(account) -> Client:
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    return client


def dump() -> str:
    """Return every text and every byte of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        out = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            out += [row[0] for row in cursor.fetchall()]
    return "\n".join(out)


def test_a_proposal_leaves_neither_its_text_nor_its_author_in_the_database(voices: Open):
    proposal = propose(voices)
    everything = dump()
    assert "zefiro7391" not in everything
    assert b"zefiro7391".hex() not in everything
    row = next(line for line in everything.splitlines() if str(proposal.pk) in line)
    assert str(voices.worker.pk) not in row
    assert not IdempotentRequest.objects.filter(account_id=voices.worker.pk).exists()
    assert not Notice.objects.filter(account_id=voices.worker.pk).exists()


def test_the_same_form_sent_twice_proposes_once(voices: Open):
    assert propose(voices).pk == propose(voices).pk
    assert propose(voices, key="another", text="Un altro testo ancora.").number == 2


def test_who_may_propose_and_how_often(voices: Open):
    for outsider in (voices.world.stranger, voices.world.secretary, voices.of_workers):
        with pytest.raises(Problem):
            propose(voices, who=outsider)
    with pytest.raises(Problem):
        propose(voices, text="Due parole")
    for number in range(3):
        propose(voices, key=f"k{number}", text=f"Una proposta numero {number}.")
    with pytest.raises(Problem, match=r"Too many|Troppi"):
        propose(voices, key="k9", text="Una quarta proposta oggi.")


def test_without_rules_in_force_nobody_proposes(territory):
    world = build_world(territory, members=12, firms=10)
    consultation = open_one(world)
    with pytest.raises(Problem):
        proposing.propose_statement(consultation, text=CANARY, account_id=world.people["CGIL"][0].pk, key="k")


def test_one_moderator_accepts_and_the_statement_opens_to_votes(voices: Open):
    proposal = propose(voices)
    assert moderating.decide(proposal, accepts=True, moderator_id=voices.of_firms.pk).state == "accepted"
    statement = Statement.objects.get(proposal=proposal)
    version = statement.versions.get()
    assert version.open_to_votes
    assert (
        voting.cast_vote(voices.consultation.pk, voices.worker.pk, version.pk, "agree", "r").choice == "agree"
    )
    with pytest.raises(Problem):
        refuse(proposal, voices.of_workers)


def test_a_refusal_takes_two_people_of_different_sides(voices: Open):
    other = make_account("seconda moderatrice")
    cgil = voices.world
    offices.name_moderator(cgil.parties["CISL"], other.pk, actor_id=cgil.delegates["CISL"].pk)
    proposal = propose(voices)
    assert refuse(proposal, voices.of_workers).state == "doubted"
    assert refuse(proposal, voices.of_workers).state == "doubted"  # a double click
    with pytest.raises(Problem):
        refuse(proposal, other)  # the same side, while another side moderates
    with pytest.raises(Problem):
        refuse(proposal, voices.world.stranger)
    assert refuse(proposal, voices.world.secretary).state == "refused"
    assert Review.objects.filter(proposal=proposal).count() == 2


def test_the_second_person_may_accept(voices: Open):
    proposal = propose(voices)
    refuse(proposal, voices.of_workers)
    assert moderating.decide(proposal, accepts=True, moderator_id=voices.of_firms.pk).state == "accepted"


def test_the_database_refuses_a_refusal_by_one_person(voices: Open):
    proposal = propose(voices)
    refuse(proposal, voices.of_workers)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state="refused", rule=rule(proposal), decided_on=standing.today()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(sealed=b"another")


def test_a_refusal_names_a_rule_of_its_edition_and_gives_words(voices: Open):
    proposal = propose(voices)
    with pytest.raises(Problem):
        refuse(proposal, voices.of_workers, words=" ")
    with pytest.raises(Problem):
        moderating.decide(proposal, accepts=False, moderator_id=voices.of_workers.pk, words="No.")


def test_an_employers_moderator_reads_nothing_of_a_consultation_of_workers_alone(voices: Open):
    world = voices.world
    consultation = open_one(world, asked=["CGIL", "CISL"])
    proposing.propose_statement(consultation, text=CANARY, account_id=voices.worker.pk, key="k")
    assert moderating.queue(consultation, voices.of_firms.pk) == []
    address = reverse("voices:queue", args=[consultation.pk])
    assert signed_in(voices.of_firms).get(address).status_code == 404
    assert "zefiro7391" in signed_in(voices.of_workers).get(address).content.decode()


def everything_others_get(voices: Open, accounts) -> dict[str, str]:
    """Return all bytes that people other than the author and the guarantors can fetch."""
    pages = ["voices:propose", "voices:queue", "voices:counts", "voices:outcomes", "dialogue:statements",
             "dialogue:consultation", "dialogue:vote", "voices:guarantee", "voices:translations"]  # fmt: skip
    api = ["proposals", "queue", "refused", "moderation", "outcomes", "statements", "translations"]
    found = {}
    for account in accounts:
        client = signed_in(account)
        addresses = [reverse(name, args=[voices.consultation.pk]) for name in pages]
        addresses += [f"/api/v1/voices/consultations/{voices.consultation.pk}/{name}" for name in api]
        addresses += [reverse("voices:rules", args=[voices.world.table.pk]), "/tavoli/"]
        found[account.name] = "\n".join(client.get(path).content.decode() for path in addresses)
    return found


def test_a_refused_text_is_read_by_its_author_and_the_guarantors_alone(voices: Open):
    proposal = refused(voices)
    moderating.appeal(proposal, words="Il canarino merita ascolto.", account_id=voices.worker.pk)
    world = voices.world
    others = [
        voices.of_workers, voices.of_firms, world.secretary, world.people["CGIL"][1], world.people["CISL"][0],
        world.stranger, *world.delegates.values(),
    ]  # fmt: skip
    for name, text in everything_others_get(voices, others).items():
        assert "zefiro7391" not in text, name
        assert "merita ascolto" not in text, name
    own = signed_in(voices.worker).get(reverse("voices:propose", args=[voices.consultation.pk]))
    assert "zefiro7391" in own.content.decode()
    assert "Non risponde alla domanda." in own.content.decode()
    theirs = signed_in(voices.guarantor).get(reverse("voices:guarantee", args=[voices.consultation.pk]))
    assert "zefiro7391" in theirs.content.decode()
    assert "zefiro7391" not in dump()


def test_acts_hold_no_text_and_no_author(voices: Open):
    refused(voices)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act_name, actor_id, content::text FROM ledger_actcontent WHERE act_name LIKE 'voices.%'"
        )
        acts = cursor.fetchall()
    assert {name for name, _actor, _content in acts} >= {
        "voices.proposal_reviewed",
        "voices.proposal_refused",
    }
    for _name, actor, content in acts:
        assert actor != voices.worker.pk
        assert "zefiro" not in content
        assert str(voices.worker.pk) not in content


def test_an_appeal_is_the_authors_and_a_guarantor_reinstates(voices: Open):
    proposal = refused(voices)
    with pytest.raises(Problem):
        moderating.appeal(proposal, words="Anch'io.", account_id=voices.world.people["CGIL"][1].pk)
    moderating.appeal(proposal, words="Guardate meglio.", account_id=voices.worker.pk)
    with pytest.raises(Problem):
        moderating.rule_on(proposal, reinstates=True, words="Sì.", guarantor_id=voices.of_workers.pk)
    done = moderating.rule_on(proposal, reinstates=True, words="È in tema.", guarantor_id=voices.guarantor.pk)
    assert done.state == "reinstated"
    own = proposing.own_proposals(voices.consultation, voices.worker.pk)[0]
    assert own.answer == "È in tema."
    assert own.proposal.statement is not None
    with pytest.raises(Problem):
        moderating.rule_on(proposal, reinstates=False, words="No.", guarantor_id=voices.guarantor.pk)


def test_an_appeal_comes_within_the_days_of_the_rules(voices: Open, monkeypatch):
    proposal = refused(voices)
    later = standing.today() + timedelta(days=11)
    monkeypatch.setattr("tavolo.dialogue.voices.proposing.standing.today", lambda: later)
    with pytest.raises(Problem, match=r"over|passati"):
        moderating.appeal(proposal, words="Tardi.", account_id=voices.worker.pk)


def test_a_guarantor_who_enters_a_delegation_is_none_any_more(voices: Open):
    from tavolo.dialogue.services import tables

    assert offices.guarantees(voices.guarantor.pk, voices.world.table.pk)
    tables.seat_delegate(voices.world.parties["UIL"], voices.guarantor.pk, role="observer")
    assert not offices.guarantees(voices.guarantor.pk, voices.world.table.pk)
    with pytest.raises(Problem):
        offices.propose_guarantor(
            voices.world.table, voices.world.delegates["CGIL"].pk, actor_id=voices.world.secretary.pk
        )


def test_rules_change_by_a_joint_decision_and_old_editions_stay(voices: Open):
    world = voices.world
    edition = dict(rulebook.default_edition()) | {"days_to_decide": 2}
    decision = rulebook.propose_rules(world.table, edition, actor_id=world.delegates["UIL"].pk)
    assert rulebook.in_force(world.table.pk).number == 1
    agree(world, decision)
    book = rulebook.in_force(world.table.pk)
    assert (book.number, book.days_to_decide) == (2, 2)
    text = Client(headers={"accept-language": "it"}).get(reverse("voices:rules", args=[world.table.pk]))
    assert "edizione 1" in text.content.decode()
    with pytest.raises(Problem):
        rulebook.propose_rules(world.table, {"rules": []}, actor_id=world.secretary.pk)


def test_counts_are_public_only_above_the_tables_threshold(voices: Open):
    people = voices.world.people["CGIL"]
    for number in range(9):
        propose(voices, who=people[number], key="k", text=f"Una proposta numero {number}.")
    refused_one = Proposal.objects.order_by("number").first()
    refuse(refused_one, voices.of_workers)
    refuse(refused_one, voices.of_firms)
    found = counting.public_counts(voices.consultation)
    assert found == {"shown": False, "least": 10, "any": True}
    propose(voices, who=people[9], key="k", text="La decima proposta arriva.")
    found = counting.public_counts(voices.consultation)
    assert (found["proposed"], found["refused"], found["by_rule"][0]["code"]) == (10, 1, "R1")
    page = signed_in(people[3]).get(reverse("voices:counts", args=[voices.consultation.pk]))
    assert "Fuori tema" in page.content.decode()
    assert "proposta numero 0" not in page.content.decode()


def test_what_is_alike_is_shown_before_sending_also_without_script(voices: Open):
    client = signed_in(voices.worker)
    address = reverse("voices:propose", args=[voices.consultation.pk])
    form = {"text": "Affermazione numero 2, ecco.", "language": "it", "step": "look", "idempotency_key": "k"}
    page = client.post(address, form)
    assert "Affermazione numero 2." in page.content.decode()
    assert not Proposal.objects.exists()
    client.post(address, form | {"step": "send"})
    client.post(address, form | {"step": "send"})
    assert Proposal.objects.count() == 1
    piece = client.post(reverse("voices:similar", args=[voices.consultation.pk]), {"text": form["text"]})
    assert "Affermazione numero 2." in piece.content.decode()
    named = client.post(
        reverse("voices:similar", args=[voices.consultation.pk]), {"text": "Il direttore Ferri urla sempre."}
    )
    assert "Ferri" in named.content.decode()


def test_each_is_told_what_waits_and_the_author_only_where_they_look(voices: Open):
    proposal = propose(voices)
    kinds = lambda account: {item.kind for item in gathering.waiting(account.pk)}  # noqa: E731
    assert "voices.queue" in kinds(voices.of_workers)
    assert "voices.queue" in kinds(voices.world.secretary)
    refuse(proposal, voices.of_workers)
    assert "voices.queue" not in kinds(voices.of_workers)
    refuse(proposal, voices.of_firms)
    assert kinds(voices.worker) == {"voices.refused"}
    assert kinds(voices.world.people["CGIL"][1]) == set()
    moderating.appeal(proposal, words="Guardate meglio.", account_id=voices.worker.pk)
    assert kinds(voices.guarantor) == {"voices.appeal"}
    # The guarantor reads the text, what each of the two decided and from which side, and the author's answer.
    address = reverse("voices:guarantee", args=[voices.consultation.pk])
    page = signed_in(voices.guarantor).get(address).content.decode()
    for words in ("zefiro7391", "Guardate meglio.", "Prima persona", "Seconda persona", "1 ricorso a cui"):
        assert words in page
    assert str(voices.of_workers) not in page


def told(kind: str) -> set:
    return set(Notice.objects.filter(kind=f"voices.{kind}").values_list("account_id", flat=True))


def test_moderators_are_told_in_the_morning_of_what_waits_and_once(voices: Open):
    propose(voices)
    assert not Notice.objects.filter(kind__startswith="voices").exists(), "its hour would tell when"
    moderators = {voices.of_workers.pk, voices.of_firms.pk, voices.world.secretary.pk}
    remind_task(0)
    remind_task(0)
    assert told("to_decide") == moderators
    assert Notice.objects.filter(kind="voices.to_decide").count() == 3
    propose(voices, key="altra", text="Un'altra proposta che arriva dopo.")
    telling.remind(standing.today())
    assert Notice.objects.filter(kind="voices.to_decide").count() == 6
    assert not told("due")
    telling.remind(standing.today() + timedelta(days=5))
    assert told("due") == moderators
    assert "zefiro7391" not in str(list(Notice.objects.values_list("context", flat=True)))


def test_the_second_person_is_told_at_once_of_another_side(voices: Open):
    same_side = make_account("seconda moderatrice")
    offices.name_moderator(
        voices.world.parties["CISL"], same_side.pk, actor_id=voices.world.delegates["CISL"].pk
    )
    refuse(propose(voices), voices.of_workers)
    assert told("second_awaits") == {voices.of_firms.pk, voices.world.secretary.pk}


def test_who_wrote_the_proposal_is_told_like_the_others(voices: Open):
    """A moderator who is on the roll and proposed: leaving them out would name them."""
    offices.name_moderator(
        voices.world.parties["CISL"], voices.worker.pk, actor_id=voices.world.delegates["CISL"].pk
    )
    proposal = propose(voices)
    telling.remind(standing.today())
    assert voices.worker.pk in told("to_decide")
    refuse(proposal, voices.of_firms)
    assert voices.worker.pk in told("second_awaits")


def test_guarantors_are_told_of_an_appeal_and_nobody_else(voices: Open):
    proposal = refused(voices)
    moderating.appeal(proposal, words="Guardate meglio.", account_id=voices.worker.pk)
    assert told("appeal_awaits") == {voices.guarantor.pk}
    notice = Notice.objects.get(kind="voices.appeal_awaits")
    assert "Guardate" not in str(notice.context)
    assert not Notice.objects.filter(account_id=voices.worker.pk).exists()


def test_an_author_reads_every_decision_where_they_look_for_some_days(voices: Open, monkeypatch):
    kinds = lambda: {item.kind for item in gathering.waiting(voices.worker.pk)}  # noqa: E731
    accepted = propose(voices)
    moderating.decide(accepted, accepts=True, moderator_id=voices.of_firms.pk)
    assert kinds() == {"voices.accepted"}
    proposal = propose(voices, key="due", text="Una seconda proposta, che si rifiuta.")
    refuse(refuse(proposal, voices.of_workers), voices.of_firms)
    moderating.appeal(proposal, words="Guardate meglio.", account_id=voices.worker.pk)
    moderating.rule_on(proposal, reinstates=False, words="No.", guarantor_id=voices.guarantor.pk)
    assert kinds() == {"voices.accepted", "voices.upheld"}
    page = signed_in(voices.worker).get(reverse("following:waiting")).content.decode()
    assert page.count(reverse("voices:propose", args=[voices.consultation.pk])) == 2
    later = standing.today() + timedelta(days=14)
    monkeypatch.setattr(standing, "today", lambda: later)
    assert kinds() == set()
    assert not Notice.objects.filter(account_id=voices.worker.pk).exists()


def test_authorship_is_forgotten_with_its_key(voices: Open):
    proposal = refused(voices)
    assert proposing.text_of(proposal) == CANARY
    assert authorship.forget(voices.consultation.pk)
    assert proposing.text_of(proposal) == ""
    assert proposing.own_proposals(voices.consultation, voices.worker.pk) == []
    assert not authorship.forget(voices.consultation.pk)


def test_nothing_is_proposed_after_the_close(voices: Open):
    close_one(voices.world, voices.consultation)
    with pytest.raises(Problem):
        propose(voices)


def test_no_migration_is_missing():
    call_command("makemigrations", "voices", check=True, dry_run=True, skip_checks=True)
