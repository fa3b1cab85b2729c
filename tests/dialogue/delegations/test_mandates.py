"""Mandates: the party's alone; lodged once, superseded, never changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tavolo.common.errors import Problem
from tavolo.common.row_security import opened
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.delegations.models import Mandate, MandateContent, RedLine
from tavolo.dialogue.models import DelegateRole
from tavolo.dialogue.services import tables
from tavolo.ledger.services import acts_on
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
CANARY = "canarino-7f3a"


def terms(**changes):
    today = standing.today()
    given = {
        "scope": f"Trattare la formazione. {CANARY}", "organ": "Direttivo", "given_on": today - DAY,
        "starts_on": today, "last_day": today + 100 * DAY, "ratification": "members",
    }  # fmt: skip
    return mandates.Terms(**(given | changes))


def lodged(world, name="CGIL", **changes):
    party, head = world.parties[name], world.delegates[name].pk
    draft = mandates.write_draft(party, terms(**changes), actor_id=head)
    mandates.add_red_line(draft, f"Mai senza {CANARY}", actor_id=head)
    return mandates.lodge(draft, actor_id=head)


def test_a_lodged_mandate_is_in_force_until_its_last_day(world):
    party, today = world.parties["CGIL"], standing.today()
    found = lodged(world)
    assert mandates.current(party) == found
    assert mandates.current(party, today + 100 * DAY) == found
    assert mandates.current(party, today + 101 * DAY) is None
    assert mandates.current(party, today - DAY) is None, "nobody had it before it was lodged"


def test_others_learn_that_it_exists_and_when_it_ends_and_nothing_else(world):
    found = lodged(world)
    face = mandates.face(world.parties["CGIL"])
    assert (face.exists, face.last_day) == (True, standing.today() + 100 * DAY)
    assert found.public_face == face
    assert mandates.face(world.parties["CISL"]).exists is False


def test_a_draft_is_known_to_nobody_else(world):
    mandates.write_draft(world.parties["CGIL"], terms(), actor_id=world.delegates["CGIL"].pk)
    assert mandates.face(world.parties["CGIL"]).exists is False
    assert mandates.current(world.parties["CGIL"]) is None


def test_only_those_who_sit_for_the_party_read_it_observers_included(world):
    found = lodged(world)
    observer = make_account("osservatrice")
    tables.seat_delegate(world.parties["CGIL"], observer.pk, role=DelegateRole.OBSERVER, starts_on=START)
    for reader in (world.delegates["CGIL"], observer):
        assert CANARY in mandates.read(found, reader.pk).red_lines[0].text
    for other in (world.delegates["CISL"], world.delegates["Associazione"], world.secretary, world.stranger):
        with pytest.raises(Problem):
            mandates.read(found, other.pk)


def test_without_the_partys_room_opened_the_database_has_no_such_rows(world):
    lodged(world)
    assert not RedLine.objects.exists()
    assert not MandateContent.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delegations_redline")
        assert cursor.fetchone() == (0,)
    with opened([world.parties["CISL"].pk]):
        assert not RedLine.objects.exists()
    with opened([world.parties["CGIL"].pk]):
        assert RedLine.objects.count() == 1


def test_observers_and_others_write_nothing_and_members_do_not_lodge(world):
    party, head = world.parties["CGIL"], world.delegates["CGIL"]
    observer, member = make_account("osservatrice"), make_account("componente")
    tables.seat_delegate(party, observer.pk, role=DelegateRole.OBSERVER, starts_on=START)
    tables.seat_delegate(party, member.pk, role=DelegateRole.MEMBER, starts_on=START)
    for actor in (observer, world.secretary, world.delegates["CISL"], world.stranger):
        with pytest.raises(Problem):
            mandates.write_draft(party, terms(), actor_id=actor.pk)
    draft = mandates.write_draft(party, terms(), actor_id=member.pk)
    with pytest.raises(Problem, match="head"):
        mandates.lodge(draft, actor_id=member.pk)
    mandates.lodge(draft, actor_id=head.pk)


def test_a_lodged_mandate_is_never_edited_by_services_or_by_the_database(world):
    found, head = lodged(world), world.delegates["CGIL"].pk
    with pytest.raises(Problem):
        mandates.add_red_line(found, "Ancora una.", actor_id=head)
    with opened([world.parties["CGIL"].pk]):
        line = RedLine.objects.get()
        for change in (
            lambda: RedLine.objects.filter(pk=line.pk).update(text="altro"),
            lambda: RedLine.objects.filter(pk=line.pk).delete(),
            lambda: MandateContent.objects.filter(mandate=found).update(scope="altro"),
            lambda: Mandate.objects.filter(pk=found.pk).update(ends_on=None),
            lambda: Mandate.objects.filter(pk=found.pk).update(starts_on=START),
            lambda: Mandate.objects.filter(pk=found.pk).update(state="draft", lodged_at=None, digest=""),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_the_next_version_takes_over_the_red_lines_and_supersedes_from_its_first_day(world):
    first, head, party = lodged(world), world.delegates["CGIL"].pk, world.parties["CGIL"]
    today = standing.today()
    begins = today + 10 * DAY
    draft = mandates.write_draft(party, terms(starts_on=begins, last_day=None), actor_id=head)
    assert [line.text for line in mandates.read(draft, head).red_lines] == [f"Mai senza {CANARY}"]
    second = mandates.lodge(draft, actor_id=head)
    assert mandates.current(party, today) == first
    assert mandates.current(party, begins) == second
    first.refresh_from_db()
    assert (first.state, first.last_day) == ("superseded", begins - DAY)


def test_writing_again_changes_the_same_draft_and_lodging_twice_is_harmless(world):
    party, head = world.parties["CGIL"], world.delegates["CGIL"].pk
    one = mandates.write_draft(party, terms(), actor_id=head)
    two = mandates.write_draft(party, terms(scope="Altro"), actor_id=head)
    assert one.pk == two.pk
    assert mandates.lodge(two, actor_id=head).lodged_at == mandates.lodge(two, actor_id=head).lodged_at
    assert Mandate.objects.filter(party=party).count() == 1


def test_a_revoked_mandate_ends_today(world):
    found, head = lodged(world), world.delegates["CGIL"].pk
    mandates.revoke(found, actor_id=head)
    mandates.revoke(found, actor_id=head)
    assert mandates.current(world.parties["CGIL"]) is None
    assert "none has taken its place" in mandates.warning(world.parties["CGIL"])


def test_a_draft_can_be_thrown_away(world):
    party, head = world.parties["CGIL"], world.delegates["CGIL"].pk
    draft = mandates.write_draft(party, terms(), actor_id=head)
    line = mandates.add_red_line(draft, "Una.", actor_id=head)
    mandates.remove_red_line(draft, line.pk, actor_id=head)
    mandates.discard_draft(draft, actor_id=head)
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "  "},
        {"organ": ""},
        {"last_day": START},
        {"given_on": START.replace(year=2199)},
        {"ratification": "nessuna"},
        {"theme_ids": ["5d2ec8a8-5c7e-4bd3-9f7b-0e8a5a6f4a11"]},
    ],
)
def test_what_cannot_be_a_mandate_is_refused(world, changes):
    with pytest.raises(Problem):
        mandates.write_draft(world.parties["CGIL"], terms(**changes), actor_id=world.delegates["CGIL"].pk)


def test_a_mandate_that_is_over_cannot_be_lodged(world):
    head = world.delegates["CGIL"].pk
    past = terms(starts_on=START, last_day=standing.today() - DAY)
    draft = mandates.write_draft(world.parties["CGIL"], past, actor_id=head)
    with pytest.raises(Problem, match="ended"):
        mandates.lodge(draft, actor_id=head)


def test_the_head_is_warned_of_a_missing_and_of_an_ending_mandate(world):
    def waits():
        return [w for w in hooks.awaiting(world.delegates["CGIL"].pk) if w.kind == "delegations.mandate"]

    assert len(waits()) == 1
    lodged(world)
    assert waits() == []
    draft = mandates.write_draft(
        world.parties["CGIL"], terms(last_day=standing.today() + 3 * DAY),
        actor_id=world.delegates["CGIL"].pk,
    )  # fmt: skip
    mandates.lodge(draft, actor_id=world.delegates["CGIL"].pk)
    assert waits()[0].due == standing.today() + 3 * DAY


def test_the_act_binds_the_text_without_telling_it(world):
    found = lodged(world)
    act = acts_on("delegations.mandate", found.pk)[0]
    assert CANARY not in str(act.content)
    reading = mandates.read(found, world.delegates["CGIL"].pk)
    assert mandates.digest(reading) == found.digest == act.content["digest"]
    reading.content.scope += "."
    assert mandates.digest(reading) != found.digest


def test_search_finds_a_mandate_for_its_own_party_alone(world):
    lodged(world)

    def found(person):
        return [m for m in hooks.found(person.pk, CANARY) if m.kind == "delegations.mandates"]

    assert len(found(world.delegates["CGIL"])) == 1
    for other in (world.delegates["CISL"], world.secretary, world.stranger):
        assert found(other) == []


@pytest.mark.parametrize(("left", "told"), [(14, 1), (13, 0), (3, 1)])
def test_the_delegation_is_told_once_of_an_ending_mandate(world, left, told):
    from tavolo.common.models import Notice
    from tavolo.dialogue.delegations.tasks import tell_of_endings

    lodged(world, last_day=standing.today() + (left - 1) * DAY)
    assert tell_of_endings() == told
    assert tell_of_endings() == 0
    notices = Notice.objects.filter(kind="delegations.mandate_ending")
    assert [row.account_id for row in notices] == [world.delegates["CGIL"].pk] * told


def test_a_program_puts_the_resolution_to_the_draft(world, client):
    """The same file for the same key once; nobody else's delegate reaches it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    party, head = world.parties["CGIL"], world.delegates["CGIL"]
    today = standing.today()
    terms = mandates.Terms(scope="Tutto", organ="Direttivo", given_on=today, starts_on=today)
    draft = mandates.write_draft(party, terms, actor_id=head.pk)
    address = f"/api/v1/delegations/mandates/{draft.pk}/document"

    def send(account):
        upload = SimpleUploadedFile(
            "delibera.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf"
        )
        client.force_login(account)
        return client.post(address, {"file": upload}, headers={"Idempotency-Key": "una"})

    answers = [send(head) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    content = mandates.read(draft, head.pk).content
    assert content.document_name == "delibera.pdf"
    assert send(world.delegates["CISL"]).status_code == 404
    mandates.lodge(draft, actor_id=head.pk)
    client.force_login(head)
    late = client.post(address, {"file": SimpleUploadedFile("b.pdf", b"%PDF-1.4\n%%EOF\n")})
    assert late.status_code == 422
