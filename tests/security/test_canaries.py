"""No private word of a party reaches anybody else: every route, search, notice, mail, log and file name.

The rounds of every address are made by two files, so that two processes share them: here those who sit at
the table, in `test_canaries_outside.py` everybody else.
"""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from tavolo.common import files, notices
from tavolo.common.models import Notice, StoredFile
from tavolo.common.territory import in_territory
from tavolo.people.models import Account
from tests.security.canaries import Canary, Leak, Planter, echoes, fresh_word, recorded_logs
from tests.security.decisions import DECIDED
from tests.security.rounds import SITTING, Rounds, find_nothing, met_nothing, planter, rounds
from tests.world import ROLES, World

# Imported here so that the routes exist when they are walked.
import tavolo.site.urls  # noqa: F401  isort:skip

pytestmark = pytest.mark.django_db
__all__ = ["planter", "rounds"]
# Fields of one's own room that the room's own pages must show, or the search would prove nothing.
SHOWN_TO_CGIL = {
    "room: note", "room: draft title", "joint room: note", "room: file name", "motivation",
    "mandate: red line", "mandate: scope",
    "restricted meeting: title", "restricted meeting: minutes", "party meeting: title", "name on a list",
    "proposal that waits", "document for two parties", "agreement draft: title", "agreement draft: text",
    "agreement: private remark", "agreement under way: text", "agreement under way: amendment",
    "agreement under way: reservation", "initialling: reason of the reserve",
    "initialling: statement of who declines", "initialling: effect", "life: question",
    "life: a side's answer", "life: opinion proposed", "life: a firm's note", "commitment: claim",
    "commitment: dispute", "commitment: evidence", "commitment: content of a file",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(planter: Planter) -> list[Canary]:
    """The canaries."""
    return planter.planted


def test_a_canary_stands_in_every_field_decided_to_be_private(planted: list[Canary]) -> None:
    says = [line for lines in DECIDED.values() for line in lines.values()]
    wanted = {line.removeprefix("private ") for line in says if line.startswith("private ")}
    assert sorted(wanted - {one.field for one in planted}) == []


@pytest.mark.parametrize("role", SITTING)
def test_no_role_meets_what_is_not_its_to_read(rounds: Rounds, role: str) -> None:
    met_nothing(rounds, role)


def test_readers_do_meet_what_is_theirs(rounds: Rounds, planted: list[Canary]) -> None:
    """The search is worth something only if it finds what may be found."""
    words = rounds.of("union_delegate").met
    met = {one.field for one in planted if one.word in words}
    assert sorted(SHOWN_TO_CGIL - met) == []


@pytest.mark.parametrize("role", SITTING)
def test_a_search_for_a_private_word_finds_nothing(rounds: Rounds, role: str) -> None:
    find_nothing(rounds, role)


def test_every_role_of_the_matrix_goes_round() -> None:
    from tests.security.rounds import OUTSIDE

    assert {*SITTING, *OUTSIDE} == set(ROLES)


def test_a_reader_does_find_it(world: World, planted: list[Canary]) -> None:
    named = {"room: note", "mandate: red line", "restricted meeting: title"}
    wanted = [one for one in planted if one.field in named]
    blind = [Canary(one.field, one.word) for one in wanted]
    found = {leak.canary for leak in echoes(world, "union_delegate", blind)}
    assert found == named


@pytest.mark.parametrize("role", ["firm_owner", "other_union_delegate"])
def test_suggestions_while_typing_know_no_proposal_of_others(
    world: World, planted: list[Canary], role: str
) -> None:
    with in_territory(world.territory):
        from tavolo.dialogue.voices.models import Proposal

        opened = Proposal.objects.get(pk=world.arguments["proposal_id"]).consultation_id
    path = reverse("voices:similar", args=[opened])
    for one in planted:
        if "proposal" in one.field:
            said, other = (
                world.client(role).post(path, {"text": f"Ogni reparto deve avere un {word} nuovo."})
                for word in (one.word, fresh_word())
            )
            assert said.status_code == other.status_code
            assert one.word not in said.content.decode().lower()


def test_what_is_forbidden_answers_as_what_is_missing(world: World, planter: Planter) -> None:
    """Status and page are the same for a thing of others and for an id of nothing."""
    names = ("meetings:meeting", "meetings:minutes", "meetings:document", "delegations:mandate_version")
    keys = {"meetings:meeting": "meeting_id", "meetings:minutes": "minutes_id",
            "meetings:document": "document_id", "delegations:mandate_version": "mandate_id"}  # fmt: skip
    for name in names:
        there = next(place[keys[name]] for place in planter.places if keys[name] in place)
        for role in ("secretary", "other_union_delegate", "operator", "anonymous"):
            pages = []
            for value in (there, uuid.uuid4()):
                given = {**world.arguments, keys[name]: value}
                path = reverse(name, kwargs={key: given[key] for key in _arguments_of(name)})
                answer = world.client(role).get(path)
                page = answer.content.decode().replace(str(value), "ID") + answer.get("Location", "")
                pages.append((answer.status_code, _plain(page).replace(str(value), "ID")))
            assert pages[0] == pages[1], f"{name} as {role}"


def _arguments_of(name: str) -> tuple[str, ...]:
    from tests.routes import walk

    return next(found.arguments for found in walk() if found.name == name)


def _plain(page: str) -> str:
    """Return a page without what changes from one answer to the next."""
    return re.sub(r'(nonce|csrfmiddlewaretoken|value|content)="[^"]*"', "", page)


def test_notices_and_mails_go_to_readers_alone(world: World, planted: list[Canary]) -> None:
    with in_territory(world.territory):
        rows = [(row.account_id, json.dumps(row.context)) for row in Notice.objects.all()]
        notices.deliver(limit=2000)
    addresses = dict(Account.objects.values_list("email", "pk"))
    rows += [(addresses[one.to[0]], one.subject + one.body) for one in mail.outbox]
    found = [
        Leak(one.field, str(account), "notice or mail")
        for one in planted
        for account, text in rows
        if one.word in text.lower() and account not in _may_be_told(world, one)
    ]
    assert found == []


def _may_be_told(world: World, one: Canary) -> set[object]:
    return {world.people[role].pk for role in one.readers} | set(one.also)


def test_rows_outside_the_rooms_hold_none(world: World, planted: list[Canary]) -> None:
    """Whole tables as the database gives them: stored files' names, jobs, the register's words, sessions."""
    guarded = [one for one in planted if one.guarded]
    assert len(guarded) > 20
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
            text = cursor.fetchone()[0] or ""
            found += [f"{table}: {one.field}" for one in guarded if one.word in text]
    assert found == [], "a private word lies where no room guards it"


def test_the_register_of_acts_and_the_notes_of_retries_hold_none(planted: list[Canary]) -> None:
    """Guarded or not: what is formal or technical repeats no private word.

    The title of an agreement or of a commitment is named by the act that begins it, which only those who
    see the thing can read (the rounds ask for acts too).
    """
    unnamed = [one for one in planted if not one.in_acts]
    with connection.cursor() as cursor:
        found = []
        for table in ("ledger_actcontent", "common_idempotentrequest", "common_job", "procrastinate_jobs"):
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
            text = cursor.fetchone()[0] or ""
            watched = unnamed if table == "ledger_actcontent" else planted
            found += [f"{table}: {one.field}" for one in watched if one.word in text]
    assert found == []


def test_stored_names_and_paths_hold_none(world: World, planted: list[Canary]) -> None:
    with in_territory(world.territory):
        rows = list(StoredFile.objects.all())
        paths = [str(files.location(row.path)) for row in rows]
    guarded = [one for one in planted if one.guarded]
    names = [row.name for row in rows]
    assert [one.field for one in planted if any(one.word in path for path in paths)] == []
    assert [one.field for one in guarded if any(one.word in name for name in names)] == []


def test_logs_hold_none_even_where_something_breaks(
    world: World, planted: list[Canary], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tavolo.dialogue.party_room import views

    def broken(*_args: object) -> None:
        raise RuntimeError(" ".join(one.word for one in planted))

    monkeypatch.setattr(views, "_contents", broken)
    client = world.client("union_delegate")
    client.raise_request_exception = False
    path = f"/tavoli/{world.arguments['table_id']}/stanza/{world.arguments['room_id']}/"
    with recorded_logs() as lines:
        answer = client.get(path)
    assert answer.status_code == 500
    said = "\n".join(lines) + answer.content.decode()
    assert lines
    assert [one.field for one in planted if one.word in said] == []
