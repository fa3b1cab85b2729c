"""What became of it: read by everybody, with one's own proposals marked and never a vote."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue.models import Statement
from tavolo.dialogue.services import closing, releasing
from tavolo.dialogue.voices import moderating, outcomes, proposing
from tests.dialogue.voices.conftest import Open
from tests.dialogue.world import close_one, everybody_votes

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(voices: Open) -> Open:
    proposal = proposing.propose_statement(
        voices.consultation, text="La mensa deve restare aperta la sera.", account_id=voices.worker.pk,
        key="k",
    )  # fmt: skip
    moderating.decide(proposal, accepts=True, moderator_id=voices.of_firms.pk)
    everybody_votes(voices.world, voices.consultation)
    close_one(voices.world, voices.consultation)
    for name, party in voices.world.parties.items():
        releasing.release_results(voices.consultation, party=party, actor_id=voices.world.delegates[name].pk)
    closing.publish(voices.consultation, actor_id=voices.world.delegates["CGIL"].pk)
    voices.consultation.refresh_from_db()
    return voices


def test_everybody_reads_what_became_and_the_author_sees_what_was_hers(published: Open):
    statement = Statement.objects.select_related("consultation").get(
        consultation=published.consultation, number=5
    )
    secretary = published.world.secretary.pk
    with pytest.raises(Problem):
        outcomes.write_outcome(statement, kind="clause", text="x", actor_id=published.worker.pk)
    with pytest.raises(Problem):
        outcomes.write_outcome(
            statement, kind="clause", text="x", link="javascript:alert(1)", actor_id=secretary
        )
    outcomes.write_outcome(
        statement, kind="clause", text="È al punto 7 della bozza.", link="/accordi/", actor_id=secretary
    )
    address = reverse("voices:outcomes", args=[published.consultation.pk])
    text = Client(headers={"accept-language": "it"}).get(address).content.decode()
    assert "È al punto 7 della bozza." in text
    assert "proposta da te" not in text
    client = Client(headers={"accept-language": "it"})
    client.force_login(published.worker)
    text = client.get(address).content.decode()
    assert "proposta da te" in text
    assert "nessuno può più saperlo" in text
    client.force_login(published.world.people["CGIL"][1])
    assert "proposta da te" not in client.get(address).content.decode()
    client.force_login(published.world.secretary)
    form = {
        "statement": str(statement.pk),
        "kind": "later",
        "text": "Rimandata.",
        "link": "",
        "idempotency_key": "k",
    }
    for _ in range(2):
        client.post(reverse("voices:write", args=[published.consultation.pk]), form)
    assert statement.outcomes.count() == 2


def test_another_room_adds_what_it_knows(published: Open, monkeypatch):
    statement = Statement.objects.get(consultation=published.consultation, number=1)
    monkeypatch.setattr(outcomes, "_sources", [])
    outcomes.source(lambda consultation: [outcomes.Link(statement.pk, "clause", "Punto 3 firmato.")])
    entries = outcomes.page_of(published.consultation, "it", None)
    told = [entry for entry in entries if entry["outcomes"]]
    assert [entry["number"] for entry in told] == ["1"]
    assert entries[0]["result"]["verdict"]


def test_participants_are_told_once(published: Open):
    secretary = published.world.secretary.pk
    with pytest.raises(Problem):
        outcomes.tell_participants(published.consultation, actor_id=secretary)
    statement = Statement.objects.select_related("consultation").get(
        consultation=published.consultation, number=1
    )
    outcomes.write_outcome(statement, kind="later", text="Rimandata.", actor_id=secretary)
    assert outcomes.tell_participants(published.consultation, actor_id=secretary) == 46
    assert outcomes.tell_participants(published.consultation, actor_id=secretary) == 0
    assert Notice.objects.filter(kind="voices.outcomes").count() == 46


def signed_in(account) -> Client:
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    return client


def test_a_device_may_remember_where_one_voted_and_the_server_never_learns(voices: Open):
    """The pages offer it to voters alone; nothing of it is sent: no field has a name, no address takes it."""
    address = reverse("dialogue:consultation", args=[voices.consultation.pk])
    page = signed_in(voices.worker).get(address).content.decode()
    assert f'data-remember-choice="{voices.consultation.pk}"' in page
    assert 'name="remember"' not in page
    other = signed_in(voices.world.secretary).get(address).content.decode()
    assert "data-remember-choice" not in other
    vote = signed_in(voices.worker).get(reverse("dialogue:vote", args=[voices.consultation.pk]))
    assert f'data-remember-votes="{voices.consultation.pk}"' in vote.content.decode()
    assert "data-number=" in vote.content.decode()


def test_what_became_marks_what_a_device_remembers(published: Open):
    page = signed_in(published.worker).get(reverse("voices:outcomes", args=[published.consultation.pk]))
    text = page.content.decode()
    assert f'data-remember-fates="{published.consultation.pk}"' in text
    assert "data-remember-only hidden" in text
