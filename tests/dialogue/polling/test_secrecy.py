"""The attacker of the secret ballot, against slips, mailed codes and paper: the whole database, no key.

He sees the list with who signed for a slip, all slips and papers, sealed ballots, their order and writing
transactions, before and after each vote. What he must not get: who holds which slip, which slip voted, how.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid
from typing import Any

import numpy as np
import pytest

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.polling import telling
from tavolo.dialogue.polling.services import papers, roll, slips
from tavolo.dialogue.services import voting
from tests.dialogue.polling.poll import Poll, build_poll
from tests.dialogue.world import close_one
from tests.security.test_ballot_secrecy import CHOICES, chance, columns_of, dump, first_vote

pytestmark = pytest.mark.django_db
PEOPLE = 30


@pytest.fixture
def territory(db: None):
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        yield place


def vote_in_order(poll: Poll, seed: int = 5) -> dict[uuid.UUID, str]:
    """Let listed people draw a slip from the box, sign and vote at once, one after the other."""
    _batch, box = slips.print_slips(poll.cgil, PEOPLE, actor_id=poll.member.pk)
    draw = random.Random(seed)
    queue = [person for person in poll.listed if person.way == "slip"]
    draw.shuffle(queue)
    draw.shuffle(box)
    version = StatementVersion.objects.get(consultation=poll.consultation, slot=0)
    truth: dict[uuid.UUID, str] = {}
    for person in queue[: PEOPLE * 3 // 4]:
        roll.hand_over(poll.cgil, [f"listed:{person.pk}"], actor_id=poll.member.pk)
        entered = slips.enter(box.pop())
        assert entered is not None
        truth[person.pk] = draw.choice(CHOICES)
        voting.cast_vote(
            poll.consultation.pk, entered.voter_id, version.pk, truth[person.pk], uuid.uuid4().hex
        )
    return truth


def orders(found: dict[str, list[dict[str, Any]]], people: set[uuid.UUID]) -> dict[str, list[uuid.UUID]]:
    """Return every order of listed people the dump suggests: place, transaction, id, name, signing."""
    rows = [row for row in found["polling_listedvoter"] if row["id"] in people]
    out = {
        f"listed by {key}": [row["id"] for row in sorted(rows, key=lambda r, k=key: str(r[k]).zfill(30))]
        for key in ("ctid", "xmin", "id", "name")
    }
    signed = sorted((row for row in rows if row["handed"]), key=lambda row: row["xmin"])
    out["signed by xmin"] = [row["id"] for row in signed]
    return out


def test_after_close_the_order_of_signing_links_nobody_to_a_ballot(territory):
    poll = build_poll(territory, slip=PEOPLE, paper=0, members=12, firms=12)
    truth = vote_in_order(poll)
    before = dump()
    close_one(poll.world, poll.consultation)
    found = dump()
    group_of = {row["id"]: row["group_id"] for row in before["polling_listedvoter"]}
    ballots = found["dialogue_closedballot"]
    assert len(ballots) == len(truth)
    suggested = orders(before, set(group_of))
    assert len(suggested["signed by xmin"]) == len(truth)
    assert chance(suggested, ballots, truth, group_of, first_vote) > 0.005


def test_while_voting_no_slip_and_no_person_leads_to_a_ballot(territory):
    """Not even the code itself, without the key: whoever finds a printed slip and the dump learns nothing."""
    poll = build_poll(territory, slip=PEOPLE, paper=0)
    _batch, box = slips.print_slips(poll.cgil, PEOPLE, actor_id=poll.member.pk)
    poll.hand(PEOPLE)
    for code in box[:10]:
        slips.enter(code)
    found = dump()
    addresses = {bytes(row["address"]) for row in found["dialogue_ballot"]}
    digests = {bytes(row["code_hash"]) for row in found["polling_slip"]}
    known = [poll.consultation.pk.bytes, territory.pk.bytes, b"", b"\0"]
    for row in [*found["polling_slip"], *found["polling_listedvoter"]]:
        for secret in [*known, row["id"].bytes, row["group_id"].bytes]:
            for text in (row["id"].bytes, poll.consultation.pk.bytes + row["id"].bytes):
                assert hashlib.sha256(secret + text).digest() not in addresses
                assert hmac.digest(secret or b"\0", text, "sha256") not in addresses
    for code in box:
        for text in (code.encode(), code.lower().encode()):
            assert hashlib.sha256(text).digest() not in digests
            assert hmac.digest(poll.consultation.pk.bytes, text, "sha256") not in digests


def test_slips_entered_and_not_entered_look_alike_and_so_do_all_ballots(territory):
    poll = build_poll(territory, slip=PEOPLE, paper=0, mail=5)
    vote_in_order(poll)
    found = dump()
    assert len({len(bytes(row["sealed"])) for row in found["dialogue_ballot"]}) == 1
    slip_rows = found["polling_slip"]
    assert len({row["xmin"] for row in slip_rows}) == 1, "a slip was written to after its printing"
    assert {row["void"] for row in slip_rows} == {False}
    data = np.array([list(bytes(row["sealed"])) for row in found["dialogue_ballot"]])
    assert data.std(axis=0).min() > 30


def test_entering_and_voting_writes_only_to_the_box(territory):
    poll = build_poll(territory)
    secret = poll.slips(12)
    version = StatementVersion.objects.get(consultation=poll.consultation, slot=0)
    before = dump()
    entered = slips.enter(secret[0])
    middle = dump()
    assert {table for table in before if before[table] != middle[table]} == {
        "dialogue_ballot", "polling_entries",
    }  # fmt: skip
    voting.cast_vote(poll.consultation.pk, entered.voter_id, version.pk, "agree", "r1")
    after = dump()
    assert {table for table in middle if middle[table] != after[table]} == {
        "dialogue_ballot", "dialogue_change",
    }  # fmt: skip


def test_a_slip_that_comes_in_again_is_written_like_a_first_one(territory):
    poll = build_poll(territory)
    code = poll.slips(12)[0]
    changed = []
    for _ in range(2):
        before = dump()
        slips.enter(code)
        after = dump()
        changed.append({table for table in after if before[table] != after[table]})
    assert changed[0] == changed[1]


def test_printing_slips_rewrites_the_whole_box(territory):
    """New slips' ballots are not to be told from those of accounts by the transaction that wrote them."""
    poll = build_poll(territory)
    slips.print_slips(poll.cgil, 12, actor_id=poll.member.pk)
    assert len({row["xmin"] for row in dump()["dialogue_ballot"]}) == 1


def test_paper_in_the_box_is_not_to_be_told_from_the_rest(territory):
    poll = build_poll(territory)
    _batch, numbers = papers.print_papers(poll.cgil, 12, actor_id=poll.member.pk)
    poll.hand(12, "paper")
    lot = papers.begin_lot(poll.cgil, 12, actor_id=poll.member.pk)
    for who in poll.members["CGIL"]:
        for number in numbers:
            papers.key_paper(lot, number, {0: 1 + number % 3}, actor_id=who.pk)
        papers.finish_keying(lot, actor_id=who.pk)
    keyed = dump()["polling_keying"]
    assert len({len(bytes(row["sealed"])) for row in keyed}) == 1
    papers.seal_lot(lot, actor_id=poll.member.pk)
    found = dump()
    assert not found["polling_keying"]
    assert len({row["xmin"] for row in found["dialogue_ballot"]}) == 1
    addresses = {bytes(row["address"]) for row in found["dialogue_ballot"]}
    for row in found["polling_paper"]:
        assert hmac.digest(poll.consultation.pk.bytes, row["id"].bytes, "sha256") not in addresses


def test_tables_of_credentials_hold_no_times_no_marks_of_use_and_no_people(territory):
    with_people = {"polling_listedvoter", "polling_otherway"}
    for table in ("polling_slip", "polling_paper", "polling_entries", *with_people):
        names = {column: kind for _table, column, kind in columns_of(table)}
        assert not [kind for kind in names.values() if "time" in kind or kind == "date"], table
        assert not {"used", "entered", "voted", "opened"} & set(names), table
        if table not in with_people:
            assert not [name for name in names if "account" in name or "person" in name], table


def test_after_close_codes_are_noise_and_lists_go_in_time(territory, django_capture_on_commit_callbacks):
    from datetime import timedelta

    from django.utils import timezone

    from tavolo.common import retention

    poll = build_poll(territory)
    secret = poll.slips(12)
    with django_capture_on_commit_callbacks(execute=True):
        close_one(poll.world, poll.consultation)
    assert not keys.exists(poll.consultation.pk)
    assert all(slips.enter(code) is None for code in secret)
    later = timezone.now() + timedelta(days=telling.DAYS_KEPT + 2)
    retention.RULES["polling.lists"].delete(later - retention.RULES["polling.lists"].period)
    found = dump()
    for table in ("listedvoter", "otherway", "slip", "paper", "batch", "lot"):
        assert not found[f"polling_{table}"], table
