"""The rules of the states, without database."""

from __future__ import annotations

from datetime import date

import pytest

from tavolo.agreements.signing import states
from tavolo.agreements.signing.states import Standing

ALL = frozenset({"imprese", "cgil", "cisl", "uil"})


def test_all_initials_without_reservation_clear_the_text() -> None:
    assert states.after_initials(Standing(ALL, initialled=ALL)) == states.CLEARED


def test_one_reservation_makes_a_tentative_agreement() -> None:
    found = Standing(ALL, initialled=ALL, reserve=frozenset({"cgil"}))
    assert states.after_initials(found) == states.INITIALLED


def test_a_missing_party_holds_the_step_unless_the_separate_way_is_recorded() -> None:
    some = ALL - {"uil"}
    assert states.after_initials(Standing(ALL, initialled=some)) == states.DRAFT
    apart = Standing(ALL, initialled=some, separate=frozenset({"initial"}))
    assert states.after_initials(apart) == states.CLEARED
    assert apart.expected == some


@pytest.mark.parametrize(
    ("lifted", "rejected", "separate", "after"),
    [
        ({"cgil"}, set(), False, states.VOTING),
        ({"cgil", "cisl"}, set(), False, states.CLEARED),
        (set(), {"cgil", "cisl"}, False, states.REJECTED),
        ({"cgil"}, {"cisl"}, False, states.VOTING),
        ({"cgil"}, {"cisl"}, True, states.CLEARED),
    ],
)
def test_answers_to_the_reservation(lifted: set[str], rejected: set[str], separate: bool, after: str) -> None:
    found = Standing(
        ALL, initialled=ALL, reserve=frozenset({"cgil", "cisl"}), lifted=frozenset(lifted),
        rejected=frozenset(rejected), separate=frozenset({"answer"} if separate else ()),
    )  # fmt: skip
    assert states.after_answers(found, states.VOTING) == after


def test_who_rejected_is_not_expected_to_sign() -> None:
    found = Standing(ALL, initialled=ALL, rejected=frozenset({"uil"}), signed=ALL - {"uil"})
    assert states.after_signatures(found) == states.SIGNED


def test_a_missing_signature_waits_unless_separate() -> None:
    found = Standing(ALL, initialled=ALL, signed=ALL - {"uil"}, declined=frozenset({"uil"}))
    assert states.after_signatures(found) == states.CLEARED
    apart = Standing(ALL, initialled=ALL, signed=ALL - {"uil"}, separate=frozenset({"sign"}))
    assert states.after_signatures(apart) == states.SIGNED


def test_nothing_leads_back_out_of_a_signature() -> None:
    after = {pair for pair in states.transitions() if pair[0] in (states.SIGNED, states.DEPOSITED)}
    assert after == {(states.SIGNED, states.DEPOSITED)}


def test_the_deposit_term_is_thirty_days() -> None:
    due = states.deposit_due(date(2026, 11, 22))
    assert due == date(2026, 12, 22)
    assert states.deposit_due(date(2028, 1, 31)) == date(2028, 3, 1), "2028 is a leap year"
    assert states.deposit_due(date(2026, 1, 31)) == date(2026, 3, 2)
    assert states.remind_on(due, date(2026, 12, 15))
    assert not states.remind_on(due, date(2026, 12, 14))
    assert states.remind_on(due, date(2026, 12, 29)), "a week past the term it reminds again"
