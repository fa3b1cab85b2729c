"""A plain ballot on an assembly's tablet: acknowledged once, then nothing of the voter is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tavolo.dialogue import capability
from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.polling.models import Assembly
from tavolo.dialogue.polling.services import assemblies
from tests.dialogue.polling.poll import Poll, build_poll
from tests.dialogue.polling.test_doors import browser, enter, total

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll(territory) -> Poll:
    return build_poll(territory, plain=True)


def tablet(poll: Poll) -> tuple[Client, Assembly]:
    until = timezone.now() + timedelta(hours=3)
    made, code = assemblies.start(poll.consultation, place="Mensa", until=until, actor_id=poll.member.pk)
    client = browser()
    assert client.post(reverse("polling:pair"), {"code": code}).status_code == 302
    return client, made


def sheet(poll: Poll) -> str:
    return reverse("plain_ballots:vote", args=[poll.consultation.pk])


def mark(poll: Poll, choice: str = "agree") -> dict[str, str]:
    """Return the fields of a sheet with the question answered."""
    asked = StatementVersion.objects.get(consultation=poll.consultation)
    return {f"q-{asked.pk}": choice, "request": f"r-{choice}"}


def cast(poll: Poll) -> str:
    return reverse("plain_ballots:cast", args=[poll.consultation.pk])


def test_after_the_vote_the_tablet_is_back_at_its_start(poll: Poll) -> None:
    client, _assembly = tablet(poll)
    for code in poll.slips(12)[:3]:
        assert enter(client, code).status_code == 302
        shown = client.get(sheet(poll))
        assert shown.context["shared"]
        assert "checked" not in shown.content.decode(), "the voter before has left something"
        left = client.post(cast(poll), mark(poll))
        assert left["Location"] == reverse("polling:booth") + "?fatto=registrato"
        assert left["Clear-Site-Data"] == '"cache"'
        assert "no-store" in left["Cache-Control"]
        assert not left.cookies[capability.COOKIE].value
        start = client.get(left["Location"]).content.decode()
        assert "Il tuo voto è registrato" in start
        assert "Il tuo voto è registrato" not in client.get(reverse("polling:booth")).content.decode()
        # "Back" asks again and finds nothing; a second sending of the form casts nothing.
        assert client.get(sheet(poll)).status_code in (302, 404)
        assert client.post(cast(poll), mark(poll)).status_code in (302, 404)
    assert total(poll) == 3


def test_the_page_goes_back_by_itself_when_nobody_touches_it(poll: Poll) -> None:
    """The script that watches idle time finds what it needs: the root, the warning, the way out."""
    client, _assembly = tablet(poll)
    enter(client, poll.slips(12)[0])
    page = client.get(sheet(poll)).content.decode()
    assert "data-shared" in page
    assert "data-stay" in page
    assert "polling/tablet.js" in page
    assert reverse("polling:finish", args=[poll.consultation.pk]) in page.split("data-shared")[1]


def test_the_acknowledgement_is_in_the_voters_language_and_the_start_in_the_houses(poll: Poll) -> None:
    client, _assembly = tablet(poll)
    enter(client, poll.slips(12)[0])
    client.get(sheet(poll), {"lingua": "ar"})
    left = client.post(cast(poll), mark(poll))
    start = client.get(left["Location"])
    assert start.context["done_direction"] == "rtl"
    assert start.context["direction"] == "ltr"
    assert 'lang="ar" dir="rtl"' in start.content.decode()


def test_a_vote_taken_back_leaves_nothing_either(poll: Poll) -> None:
    client, _assembly = tablet(poll)
    code = poll.slips(12)[0]
    enter(client, code)
    client.post(cast(poll), mark(poll))
    enter(client, code)
    left = client.post(cast(poll), {"take_back": "1", "request": "via"})
    assert left["Location"].endswith("?fatto=ritirato")
    assert "ritirato" in client.get(left["Location"]).content.decode()
    assert not left.cookies[capability.COOKIE].value
    assert total(poll) == 0


def test_a_mistake_is_shown_without_what_was_marked(poll: Poll) -> None:
    client, _assembly = tablet(poll)
    enter(client, poll.slips(12)[0])
    wrong = client.post(cast(poll), mark(poll, "forse"))
    assert wrong.status_code == 422
    assert wrong.context["shared"]
    assert "checked" not in wrong.content.decode()


def test_a_tablet_that_was_switched_off_shows_no_sheet(poll: Poll) -> None:
    client, assembly = tablet(poll)
    enter(client, poll.slips(12)[0])
    assemblies.end(assembly, actor_id=poll.member.pk)
    away = client.get(sheet(poll))
    assert away["Location"] == reverse("polling:slip")
    assert not away.cookies[capability.COOKIE].value


def test_on_ones_own_phone_the_sheet_stays_and_can_be_changed(poll: Poll) -> None:
    client = browser()
    enter(client, poll.slips(12)[0])
    answer = client.post(cast(poll), mark(poll))
    assert answer["Location"] == sheet(poll) + "?fatto=registrato"
    page = client.get(answer["Location"])
    assert not page.context["shared"]
    assert client.post(cast(poll), mark(poll, "disagree")).status_code == 302
    assert total(poll) == 1, "one ballot, the last answer counts"
