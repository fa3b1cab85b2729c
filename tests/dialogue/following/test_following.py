"""What awaits a person, search in what they may see, and digests that go out once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.life.models import Terms
from tavolo.agreements.models import Agreement, Contractor, Version
from tavolo.common import notices
from tavolo.common.models import Notice
from tavolo.common.territory import in_territory
from tavolo.dialogue import hooks
from tavolo.dialogue.following.digests import choose_mail, send_digests
from tavolo.dialogue.following.tasks import digests as digests_task
from tavolo.dialogue.models import Consultation, Table
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db
TUESDAY, MONDAY = date(2026, 11, 24), date(2026, 11, 23)


@pytest.fixture
def place(world: World) -> Any:
    with in_territory(world.territory):
        yield world


@pytest.fixture
def told(place: World) -> Any:
    notices.kind("test.following", title="Titolo %(n)s", text="Testo %(n)s")
    return place.people["union_delegate"]


def test_each_role_opens_what_awaits_it(world: World) -> None:
    for role in ("union_delegate", "employer_delegate", "secretary", "worker", "stranger"):
        answer = world.client(role).get(reverse("following:waiting"))
        assert answer.status_code == 200


def test_what_awaits_is_sorted_by_its_day(place: World) -> None:
    items = hooks.awaiting(place.people["union_delegate"].pk)
    days = [item.due for item in items if item.due]
    assert days == sorted(days)
    assert items, "the demonstration leaves something to do"


def test_a_search_finds_by_stem_and_only_what_one_may_see(world: World) -> None:
    address = reverse("following:search")
    page = world.client("union_delegate").get(address, {"q": "consultazioni sulla tecnologia"})
    assert "Tecnologia al lavoro" in page.content.decode()
    nobody = world.client("anonymous").get(address, {"q": "consultazioni sulla tecnologia"})
    assert "Tecnologia al lavoro" not in nobody.content.decode()
    stranger = world.client("stranger").get(address, {"q": "premio"})
    assert stranger.status_code == 200


@pytest.mark.parametrize(
    "query", ["", "x" * 500, "\x00", "<script>alert(1)</script>", "' OR 1=1 --", "à è 日本"]
)
def test_a_strange_query_is_only_a_query(world: World, query: str) -> None:
    page = world.client("union_delegate").get(reverse("following:search"), {"q": query})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_activity_shows_a_tables_days(world: World) -> None:
    table = world.arguments["table_id"]
    for role in ("union_delegate", "secretary", "worker"):
        assert world.client(role).get(reverse("following:activity", args=[table])).status_code == 200
    assert world.client("stranger").get(reverse("following:activity", args=[table])).status_code == 404


def test_a_daily_digest_gathers_and_goes_out_once(place: World, told: Any) -> None:
    choose_mail(told.pk, place.territory, "daily")
    for number in (1, 2):
        notices.send([told.pk], "test.following", {"n": number})
    notices.deliver()
    assert [one for one in mail.outbox if told.email in one.to and "Testo" in one.body] == []
    assert send_digests(TUESDAY) == 1
    assert send_digests(TUESDAY) == 0
    [message] = [one for one in mail.outbox if told.email in one.to and "Testo" in one.body]
    assert "Testo 1" in message.body
    assert "Testo 2" in message.body


def test_a_weekly_digest_waits_for_monday(place: World, told: Any) -> None:
    choose_mail(told.pk, place.territory, "weekly")
    notices.send([told.pk], "test.following", {"n": 1})
    assert send_digests(TUESDAY) == 0
    assert send_digests(MONDAY) == 1


def test_who_wants_no_mail_still_has_the_notice(place: World, told: Any) -> None:
    choose_mail(told.pk, place.territory, "never")
    notices.send([told.pk], "test.following", {"n": 7})
    row = Notice.objects.get(account_id=told.pk, kind="test.following", context={"n": 7})
    assert row.mail == Notice.Mail.NONE


def test_a_choice_is_made_on_the_page(world: World) -> None:
    client = world.client("worker")
    client.post(reverse("following:tell"), {"mail": "weekly"})
    assert 'value="weekly" checked' in client.get(reverse("following:telling")).content.decode()
    client.post(reverse("following:tell"), {"mail": "hourly"})
    assert 'value="weekly" checked' in client.get(reverse("following:telling")).content.decode()


def test_the_table_leads_to_its_activity(place: World) -> None:
    table = Table.objects.get(pk=place.arguments["table_id"])
    page = place.client("union_delegate").get(reverse("dialogue:table", args=[table.pk])).content.decode()
    assert reverse("following:activity", args=[table.pk]) in page


def sent(words: str) -> list[Any]:
    """Return the mails that went out with these words."""
    return [one for one in mail.outbox if words in one.body]


def test_from_the_page_to_the_digest_and_off_again(place: World, told: Any) -> None:
    """A person chooses one message a day on the page, gets it in the morning, then wants no mail at all."""
    client = place.client("union_delegate")
    client.post(reverse("following:tell"), {"mail": "daily"})
    notices.send([told.pk], "test.following", {"n": 1})
    notices.deliver(5000)
    assert not sent("Testo 1")
    digests_task(0)
    [message] = sent("Testo 1")
    assert reverse("following:telling") in message.body, "every mail says where to turn mails off"
    client.post(reverse("following:tell"), {"mail": "never"})
    notices.send([told.pk], "test.following", {"n": 2})
    notices.deliver(5000)
    digests_task(0)
    assert not sent("Testo 2")
    assert "Testo 2" in client.get(reverse("common:notices")).content.decode()


def test_what_waited_for_a_digest_goes_the_new_way(place: World, told: Any) -> None:
    choose_mail(told.pk, place.territory, "weekly")
    notices.send([told.pk], "test.following", {"n": 1})
    choose_mail(told.pk, place.territory, "each")
    notices.deliver(5000)
    assert sent("Testo 1")
    notices.send([told.pk], "test.following", {"n": 2})
    choose_mail(told.pk, place.territory, "never")
    assert not Notice.objects.filter(account_id=told.pk, mail__in=["waiting", "digest"]).exists()


def test_a_program_reads_its_notices_and_chooses_its_mail(world: World) -> None:
    client = world.client("union_delegate")
    address = "/api/v1/following/mail"
    answer = client.put(address, {"mail": "daily"}, content_type="application/json")
    assert answer.json() == client.get(address).json() == {"mail": "daily"}
    assert client.put(address, {"mail": "hourly"}, content_type="application/json").status_code == 422
    mine = client.get("/api/v1/following/notices").json()
    assert mine["items"]
    assert client.post("/api/v1/following/notices").json()["new"] == 0


def _again(row: Any, **changed: Any) -> Any:
    """Write a row once more, with some of its values changed."""
    made = type(row)()
    for one in row._meta.concrete_fields:
        setattr(made, one.attname, getattr(row, one.attname))
    made.pk = uuid.uuid4()
    for name, value in changed.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made


def _grow(table_id: Any) -> None:
    """Give the table each of its agreements and open votes three times over, with what belongs to them."""
    parts = (Contractor, Version, Terms, Commitment)
    for row in list(Agreement.objects.filter(table_id=table_id)):
        for number in (1, 2):
            copy = _again(row, title=f"{row.title} ({number})")
            versions: dict[Any, Any] = {}
            for part in parts:
                for one in part.objects.filter(agreement=row):
                    more = {"version_id": versions[one.version_id]} if part is Commitment else {}
                    made = _again(one, agreement_id=copy.pk, **more)
                    versions[one.pk] = made.pk
    for poll in Consultation.objects.filter(table_id=table_id, state="draft"):
        for _number in (1, 2):
            copy = _again(poll)
            for asked in poll.groups.all():
                _again(asked, consultation_id=copy.pk)


@pytest.mark.parametrize("role", ["union_delegate", "employer_delegate", "secretary"])
def test_how_much_a_page_asks_does_not_grow_with_agreements_and_votes(place: Any, role: str) -> None:
    """What awaits, activity, course, agreements and signatures of a table: read for all at once."""
    table = place.arguments["table_id"]
    most = {
        reverse("following:waiting"): 75, reverse("following:activity", args=[table]): 60,
        reverse("course:path", args=[table]): 60, reverse("agreements:table", args=[table]): 40,
        reverse("signing:table", args=[table]): 30,
    }  # fmt: skip
    client = place.client(role)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        # A test runs in a transaction: its savepoints are transactions elsewhere, and no questions.
        return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in found)

    before = {address: (asked(address), asked(address))[1] for address in most}
    _grow(table)
    after = {address: asked(address) for address in most}
    assert after == before
    assert all(number < most[address] for address, number in after.items()), after
