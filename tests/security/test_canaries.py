"""No private word of a party reaches anybody else: every route, search, notice, mail, log and file name."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection

from tavolo.common import files, notices
from tavolo.common.models import Notice, StoredFile
from tavolo.common.territory import in_territory
from tests.security.canaries import Canary, Planter, crawl, leaks, plant_everywhere, recorded_logs
from tests.world import ROLES, World

# Imported here so that the routes exist when they are walked.
import tavolo.site.urls  # noqa: F401  isort:skip

pytestmark = pytest.mark.django_db
# One role of each kind of standing; the policy matrix asks every route as every role.
SEARCHED = (
    "anonymous", "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
    "worker", "stranger",
)  # fmt: skip
assert set(SEARCHED) <= set(ROLES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A private folder for stored files."""
    from tavolo.common import paths

    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "files", lambda: folder)
        yield


@pytest.fixture(scope="module")
def planted(store: None, world: World, django_db_blocker: pytest.FixtureRequest) -> list[Canary]:
    """The small world with a canary in every private field."""
    plant = Planter()
    with django_db_blocker.unblock(), in_territory(world.territory):  # type: ignore[attr-defined]
        plant_everywhere(world, plant)
    return plant.planted


def test_something_is_planted_and_its_readers_do_meet_it(world: World, planted: list[Canary]) -> None:
    """The search is worth something only if it finds what may be found."""
    assert len(planted) > 20
    content = b"".join(body for _place, body in crawl(world, "union_delegate")).lower()
    met = [one.field for one in planted if "union_delegate" in one.readers and one.word.encode() in content]
    assert len(met) >= 5, f"only {met}"


@pytest.mark.parametrize("role", SEARCHED)
def test_no_role_meets_what_is_not_its_to_read(world: World, planted: list[Canary], role: str) -> None:
    words = [one.word for one in planted[:3]]
    assert leaks(world, planted, [role], words) == []


def test_notices_mails_and_idempotency_notes_hold_none(world: World, planted: list[Canary]) -> None:
    with in_territory(world.territory):
        notices.deliver(limit=500)
        told = json.dumps([list(row) for row in Notice.objects.values_list("kind", "context")], default=str)
    told += "".join(message.subject + message.body for message in mail.outbox)
    assert [one.field for one in planted if one.word in told] == []


def test_rows_outside_the_rooms_hold_none(world: World, planted: list[Canary]) -> None:
    """Whole tables as the database gives them: stored files' names, jobs, the register's words, sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
            text = cursor.fetchone()[0] or ""
            found += [f"{table}: {one.field}" for one in planted if one.word in text]
    assert found == [], "a private word lies where no room guards it"


def test_stored_names_and_paths_hold_none(world: World, planted: list[Canary]) -> None:
    with in_territory(world.territory):
        names = [f"{row.name} {files.location(row.path)}" for row in StoredFile.objects.all()]
    assert [one.field for one in planted if any(one.word in name for name in names)] == []


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
