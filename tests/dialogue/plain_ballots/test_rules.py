"""Rules as dated data: exact thresholds, boundaries, sources and doubts; never a word about validity."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.plain_ballots.rules import words
from tavolo.dialogue.plain_ballots.rules.agreed import Terms, agreed_rule
from tavolo.dialogue.plain_ballots.rules.counting import Counts, needed, threshold
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import evaluate
from tavolo.dialogue.plain_ballots.rules.model import READINGS, Reference
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.plain_ballots.rules.requiring import Facts, required

LIBRARY = load()
DAY = date(2026, 4, 13)
TERMS = Terms("1/2", "more_than", "voters", "1/2", "at_least", "Verbale del 1 aprile 2026", date(2026, 4, 1))


def rule(key):
    return LIBRARY.rule_set(key)


def codes(found):
    return [warning.code for warning in found.warnings]


@pytest.mark.parametrize(
    ("reading", "of", "least"),
    [
        ("more_than", 0, 1), ("more_than", 1, 1), ("more_than", 2, 2), ("more_than", 9, 5),
        ("more_than", 10, 6), ("at_least", 0, 0), ("at_least", 9, 5), ("at_least", 10, 5),
        ("share_plus_one", 100, 51), ("share_plus_one", 101, 51), ("share_plus_one", 1, 1),
    ],
)  # fmt: skip
def test_half_of_even_and_odd_numbers(reading, of, least):
    assert needed(Fraction(1, 2), reading, of) == least


def test_plus_one_of_an_odd_number_is_reported_as_disputed_and_of_an_even_one_not():
    odd = threshold(Fraction(1, 2), "share_plus_one", "entitled", 101, 51, _reference())
    even = threshold(Fraction(1, 2), "share_plus_one", "entitled", 100, 51, _reference())
    assert (odd.needed, odd.literal, odd.reached, odd.disputed) == (51, 52, True, True)
    assert (even.needed, even.literal, even.reached, even.disputed) == (51, None, True, False)


def _reference():
    return Reference("atto", "", "parole", DAY, "verified")


CASES = [
    # rule set, counts, result
    ("company_rsu", Counts(yes=2, members=3), "approved"),
    ("company_rsu", Counts(yes=3, members=6), "not_approved"),
    ("company_rsu", Counts(yes=4, members=6), "approved"),
    ("company_rsu", Counts(yes=4), "missing"),
    ("company_rsa_vote", Counts(yes=10, no=40, entitled=100), "no_quorum"),
    ("company_rsa_vote", Counts(yes=11, no=40, entitled=100), "rejected"),
    ("company_rsa_vote", Counts(yes=26, no=26, entitled=100), "not_rejected"),
    ("company_rsa_vote", Counts(yes=20, no=26, blank=6, entitled=100), "not_rejected"),
    ("company_rsa_vote", Counts(entitled=100), "no_quorum"),
    ("national_consultation", Counts(yes=50, no=50), "not_approved"),
    ("national_consultation", Counts(yes=51, no=50), "approved"),
    ("national_consultation", Counts(), "not_approved"),
    ("national_consultation_confapi", Counts(yes=51, no=49), "approved"),
    ("territorial_own_bodies", Counts(yes=51, no=49), "no_rule"),
    ("rsu_election", Counts(options=(("A", 30), ("B", 20)), entitled=100), "no_quorum"),
    ("rsu_election", Counts(options=(("A", 31), ("B", 20)), entitled=100), "quorum_reached"),
    ("national_consultation", Counts(options=(("A", 3), ("B", 2))), "chosen"),
    ("national_consultation", Counts(options=(("A", 3), ("B", 3))), "tie"),
    ("national_consultation", Counts(options=(("A", 3), ("B", 2), ("C", 2))), "not_chosen"),
]


@pytest.mark.parametrize(("key", "counts", "result"), CASES)
def test_each_rule_computes_what_it_says(key, counts, result):
    found = evaluate(rule(key), DAY, counts)
    assert found.result == result
    assert found.sources
    for language in ("it", "en"):
        said = " ".join(words.steps(found, language) + words.rule_text(rule(key), DAY, language))
        said += " ".join(words.warning_text(warning, language) for warning in found.warnings)
        assert "{" not in said
        assert not any(word in said.lower() for word in ("è valido", "sono validi", "is valid"))
    assert "non dichiara la validità" in words.disclaimer("it")


def test_how_many_more_were_needed_and_by_how_many_it_is_above():
    short = evaluate(rule("national_consultation"), DAY, Counts(yes=40, no=60))
    over = evaluate(rule("national_consultation"), DAY, Counts(yes=60, no=40))
    assert (short.majority.missing, short.majority.margin) == (11, 0)
    assert (over.majority.missing, over.majority.margin) == (0, 9)


def test_a_rule_before_its_day_computes_nothing_and_says_so():
    found = evaluate(rule("company_rsu"), date(2000, 1, 1), Counts(yes=3, members=3))
    assert found.result == "no_rule_that_day"
    assert codes(found) == ["no_rule_that_day"]


def test_the_same_rule_cites_the_act_of_its_day():
    act = {
        day: evaluate(rule("company_rsu"), day, Counts(yes=3, members=3)).sources[0].act
        for day in (date(2012, 1, 1), date(2014, 1, 9), date(2014, 1, 10))
    }
    assert "2011" in act[date(2012, 1, 1)]
    assert "2011" in act[date(2014, 1, 9)]
    assert "2014" in act[date(2014, 1, 10)]


def test_what_was_written_from_memory_is_said():
    found = evaluate(rule("company_rsu_confapi"), DAY, Counts(yes=3, members=3))
    assert "from_memory" in codes(found)
    assert "a memoria" in words.source_text(found.sources[0], "it")


def test_what_was_read_in_a_text_about_the_act_is_said():
    found = evaluate(rule("company_rsu"), DAY, Counts(yes=3, members=3))
    assert "second_hand" in codes(found)
    assert "from_memory" not in codes(found)
    assert "atto non letto" in words.source_text(found.sources[0], "it")


def test_blank_votes_that_decide_are_warned_of():
    decided = evaluate(rule("national_consultation"), DAY, Counts(yes=50, no=45, blank=10))
    clear = evaluate(rule("national_consultation"), DAY, Counts(yes=80, no=15, blank=10))
    assert decided.result == "not_approved"
    assert "blank_matters" in codes(decided)
    assert "blank_matters" not in codes(clear)


def test_another_rule_of_the_same_day_that_decides_otherwise_is_warned_of():
    found = evaluate(rule("company_rsa_vote"), DAY, Counts(yes=1), [_other("company_rsa_vote")])
    assert "other_rule" in codes(found)
    same = evaluate(rule("company_rsu"), DAY, Counts(yes=1, members=3), LIBRARY.rule_sets.values())
    assert "other_rule" not in codes(same)


def _other(key):
    from dataclasses import replace

    return replace(rule("national_consultation"), key="other", subject="company")


@pytest.mark.parametrize(
    "bad",
    [
        {"yes": -1}, {"yes": 5, "voters": 4}, {"yes": 5, "entitled": 4}, {"yes": 1, "options": (("A", 1),)},
    ],
)  # fmt: skip
def test_impossible_counts_are_refused(bad):
    with pytest.raises(RuleError, match=r"check the figures|either"):
        Counts(**bad)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 100), st.integers(0, 300))
def test_turning_a_no_into_a_yes_never_loses_an_approval(yes, no, blank, absent):
    entitled = yes + no + blank + absent
    for key in ("national_consultation", "company_rsa_vote"):
        before = evaluate(rule(key), DAY, Counts(yes, no, blank, entitled=entitled))
        if no:
            after = evaluate(rule(key), DAY, Counts(yes + 1, no - 1, blank, entitled=entitled))
            good = {"approved", "not_rejected"}
            assert before.result not in good or after.result in good


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 20))
def test_more_yes_voters_never_lose_an_approval_once_there_is_a_quorum(yes, no, more):
    agreed = agreed_rule(TERMS)
    entitled = yes + no + more
    before = evaluate(agreed, DAY, Counts(yes, no, entitled=entitled))
    after = evaluate(agreed, DAY, Counts(yes + more, no, entitled=entitled))
    if before.quorum_reached and before.result == "approved":
        assert after.result == "approved"


def test_with_a_quorum_one_more_yes_can_make_a_rejection_count():
    """The known paradox: it is the rule's, and the words say so instead of hiding it."""
    without = evaluate(rule("company_rsa_vote"), DAY, Counts(yes=10, no=40, entitled=100))
    with_one = evaluate(rule("company_rsa_vote"), DAY, Counts(yes=11, no=40, entitled=100))
    assert (without.result, with_one.result) == ("no_quorum", "rejected")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 9))
def test_multiplying_every_count_keeps_a_plain_majority(yes, no, factor):
    one = evaluate(rule("national_consultation"), DAY, Counts(yes, no)).result
    many = evaluate(rule("national_consultation"), DAY, Counts(yes * factor, no * factor)).result
    assert one == many


@settings(max_examples=100, deadline=None)
@given(st.fractions(0, 1, max_denominator=60), st.integers(0, 10_000), st.sampled_from(READINGS))
def test_the_needed_number_is_the_least_that_satisfies_the_share(part, of, reading):
    least = needed(part, reading, of)
    enough = (lambda n: n >= part * of) if reading == "at_least" else (lambda n: n > part * of)
    assert enough(least)
    assert least == 0 or not enough(least - 1)


def test_the_parties_own_rule_computes_and_cites_itself():
    found = evaluate(agreed_rule(TERMS), DAY, Counts(yes=30, no=20, entitled=100))
    assert (found.quorum.needed, found.quorum.reached, found.result) == (50, True, "approved")
    assert found.sources[0].status == "agreed by the parties"
    assert Terms.from_dict(TERMS.as_dict()) == TERMS


@pytest.mark.parametrize(
    "change",
    [
        {"majority_share": "0.5x"}, {"majority_share": "3/2"}, {"majority_share": "1e999999999"},
        {"majority_share": "0"},
        {"majority_base": "friends"}, {"quorum_reading": "about"}, {"where": " "},
    ],
)  # fmt: skip
def test_an_agreed_rule_that_cannot_be_used_is_refused(change):
    with pytest.raises(RuleError):
        agreed_rule(Terms.from_dict(TERMS.as_dict() | change))


GOOD = """
one:
  name: {it: "Uno", en: "One"}
  description: {it: "d", en: "d"}
  system: any
  subject: any
  vote: any
  rules:
    majority_share:
      unit: ratio
      values:
        - {from: 2020-01-01, to: null, value: 1/2, reference: {act: A, article: "1", text: t, read_on: 2026-01-01, status: verified}}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("unit: ratio", "unit: days", "unit"),
        ("value: 1/2", "value: 3/2", "between 0 and 1"),
        ("value: 1/2", "value: half", "not a share"),
        ("status: verified", "status: sure", "must be one of"),
        ("status: verified", "status: verified, page: 3", "unknown key 'page'"),
        ("majority_share", "majority_shares", "unknown rule"),
        ("from: 2020-01-01", "from: 2020-13-01", "not a date"),
        ("to: null", "to: 2019-01-01", "ends before"),
        ("system: any", "system: mine", "must be one of"),
        ("act: A, ", "", "'act' is missing"),
        ("  vote: any", "  vote: any\n  vote: any", "written twice"),
        ("one:", "- one:", "YAML|expected"),
    ],
)
def test_a_rule_file_with_anything_not_understood_is_refused(tmp_path, old, new, says):
    (tmp_path / "a.yaml").write_text(GOOD)
    assert load(tmp_path).rule_set("one").fraction("majority_share", DAY)[0] == Fraction(1, 2)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.yaml").write_text(GOOD.replace(old, new))
    with pytest.raises(RuleError, match=says):
        load(other)


def test_every_value_on_file_has_its_source_and_both_languages():
    for held in LIBRARY.rule_sets.values():
        assert held.name["it"]
        assert held.name["en"]
        for values in held.rules.values():
            for value in values:
                assert value.reference.text
                assert value.reference.read_on <= date(2026, 12, 31)


def test_both_languages_have_the_same_sentences():
    from tavolo.dialogue.plain_ballots.rules import texts

    for name in ("BASES", "READINGS", "PARTS", "RESULTS", "STATUSES", "WARNINGS", "REQUIREMENTS", "CLOSING"):
        held = getattr(texts, name)
        if name != "CLOSING":
            assert held["it"].keys() == held["en"].keys()


FIRM = Counts(yes=11, no=40, entitled=100)
NEEDS = [
    ("confindustria", "company", Facts("rsu", 6, 4), [("members", True)]),
    ("confindustria", "company", Facts("rsu", 6, 3), [("members", False)]),
    ("confindustria", "company", Facts("rsu"), [("members", None)]),
    ("confindustria", "company",
     Facts("rsa", delegations_share=Fraction(51, 100), vote_requested=False),
     [("delegations", True), ("vote_on_request", True)]),
    ("confindustria", "company",
     Facts("rsa", delegations_share=Fraction(1, 2), vote_requested=True, vote=FIRM),
     [("delegations", False), ("vote_on_request", False)]),
    ("confindustria", "company", Facts(""), [("nothing_on_file", None)]),
    ("confindustria", "territorial", Facts(), [("own_rule", None)]),
    ("confindustria", "national",
     Facts(signatories_share=Fraction(501, 1000), least_signatory_share=Fraction(1, 20),
           consultation=Counts(yes=60, no=40)),
     [("admission", True), ("representation", True), ("vote", True)]),
    ("confindustria", "national",
     Facts(signatories_share=Fraction(1, 2), least_signatory_share=Fraction(49, 1000)),
     [("admission", False), ("representation", False), ("vote", None)]),
    ("confapi", "company", Facts("rsu", 3, 2), [("members", True)]),
    ("confapi", "company", Facts("rsa"), [("nothing_on_file", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("system", "kind", "facts", "wanted"), NEEDS)
def test_what_a_system_asks_for_an_agreement(system, kind, facts, wanted):
    found = required(LIBRARY, system, kind, DAY, facts)
    assert [(one.code, one.met) for one in found] == wanted
    for one in found:
        assert words.requirement_text(one, "it")
        assert words.requirement_text(one, "en")
        assert one.sources or one.code == "nothing_on_file"
        if one.met is None:
            assert one.warnings


def test_representation_a_hair_above_half_counts_as_above():
    facts = Facts(signatories_share=Fraction(1, 2) + Fraction(1, 10**9), least_signatory_share=Fraction(1, 5))
    found = required(LIBRARY, "confindustria", "national", DAY, facts)
    assert found[1].met is True


def test_an_unknown_system_or_rule_is_refused():
    with pytest.raises(RuleError):
        required(LIBRARY, "nobody", "company", DAY, Facts())
    with pytest.raises(RuleError):
        LIBRARY.rule_set("nothing")
