"""What must hold for every text and every amendment."""

from __future__ import annotations

import random
import re
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.agreements.text.applying import amend, apply
from tavolo.agreements.text.canonical import canonical, read_canonical, text_hash
from tavolo.agreements.text.collisions import collisions
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.diff import edits, patch, spans
from tavolo.agreements.text.markdown import blocks, escaped, normal_body, normal_line
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.operations import (
    Amendment,
    Insert,
    Replace,
    amendment_data,
    amendment_from,
)
from tavolo.agreements.text.rebasing import consolidate, rebase, rebase_onto
from tests.agreements.text.invent import amendment, invented

seeds = st.integers(0, 2**32)
loose = st.text(alphabet="ab *-\\1.)\n \t•+è’,;(", max_size=60)


def fresh(seed: int, size: int = 4) -> tuple[random.Random, Text]:
    source = random.Random(seed)
    return source, invented(source, size)


def apart(source: random.Random, text: Text, wanted: int) -> list[Amendment]:
    """Return amendments none of which collides with another."""
    chosen: list[Amendment] = []
    for number in range(40):
        one = amendment(source, text, f"{source.choice('mnz')}{number}")
        if not collisions(text, [*chosen, one]):
            chosen.append(one)
        if len(chosen) == wanted:
            break
    return chosen


@given(loose)
def test_the_normal_form_of_a_normal_form_is_itself(words: str) -> None:
    assert normal_body(normal_body(words)) == normal_body(words)


@given(loose)
def test_escaped_words_read_exactly_as_they_were(words: str) -> None:
    plain = normal_line(words)
    found = blocks(normal_body(escaped(plain)))
    assert [one.text for one in found] == ([plain] if plain else [])
    assert all(one.kind == "paragraph" for one in found)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "di.", "\n\n", ","]), max_size=14),
    st.lists(st.sampled_from(["a", "b", "c", "di.", "\n\n", ","]), max_size=14),
)
def test_diff_then_patch_returns_the_other_words(one: list[str], other: list[str]) -> None:
    old, new = " ".join(one), " ".join(other)
    found = edits(old, new)
    assert patch(old, found) == new
    assert "".join(span.text for span in spans(old, found) if span.kind != "inserted") == old
    assert "".join(span.text for span in spans(old, found) if span.kind != "deleted") == new
    assert all(first.end < second.start for first, second in pairwise(found))


@given(seeds)
def test_the_canonical_form_reads_back(seed: int) -> None:
    _source, text = fresh(seed)
    assert read_canonical(canonical(text)) == text


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_what_is_derived_from_two_texts_turns_one_into_the_other(seed: int) -> None:
    source, old = fresh(seed)
    new = old
    for number in range(source.randint(1, 6)):
        new = apply(new, [amendment(source, new, f"k{number}")])
    assert amend(old, derive(old, new)) == new
    assert amend(new, derive(new, old)) == old


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_amendments_that_do_not_collide_give_one_text_in_any_order(seed: int) -> None:
    source, text = fresh(seed, 5)
    chosen = apart(source, text, 3)
    together = apply(text, chosen)
    for order in permutations(chosen):
        at, carried = text, list(order)
        while carried:
            first, *rest = carried
            moved = [rebase(at, one, [first]) for one in rest]
            assert all(one.is_clean for one in moved)
            at = apply(at, [first])
            carried = [one.amendment for one in moved]
        assert at == together


def new_words(text: Text, one: Amendment) -> set[str]:
    """Return the words an amendment brings."""
    found: set[str] = set()
    for operation in one.operations:
        if isinstance(operation, Replace):
            for edit in (*operation.title, *operation.body):
                found |= set(re.findall(r"nuovo\d+", edit.text))
        elif isinstance(operation, Insert):
            for clause in operation.clauses:
                found |= set(re.findall(r"\w+", clause.body))
    return found


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_rebase_never_loses_a_word_silently(seed: int) -> None:
    source, text = fresh(seed)
    mine, other = amendment(source, text, "mine"), amendment(source, text, "other")
    moved = rebase(text, mine, [other])
    new = apply(text, [other])
    shown = apply(new, [moved.amendment])
    in_text = set(re.findall(r"\w+", " ".join(f"{c.title} {c.body}" for c in shown.clauses.values())))
    held = Amendment("held", "", text_hash(text), moved.held)
    assert new_words(text, mine) <= in_text | new_words(text, held)
    assert bool(moved.held) == bool(moved.collisions)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_rebasing_onto_a_text_agrees_with_rebasing_through_its_amendments(seed: int) -> None:
    source, text = fresh(seed)
    mine, other = apart(source, text, 2) or [None, None]  # type: ignore[list-item]
    new = apply(text, [other])
    moved = rebase_onto(text, mine, new)
    if moved.is_clean:
        assert apply(new, [moved.amendment]) == apply(text, [mine, other])


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_agreed_amendments_go_in_first_and_the_rest_follows(seed: int) -> None:
    source, text = fresh(seed, 5)
    chosen = apart(source, text, 2)
    still_open = [amendment(source, text, f"open{number}") for number in range(3)]
    done = consolidate(text, chosen, still_open)
    assert done.text == apply(text, chosen)
    for one in done.open.values():
        apply(done.text, [one.amendment])


@given(seeds)
def test_an_amendment_reads_back_from_its_data(seed: int) -> None:
    source, text = fresh(seed)
    one = amendment(source, text, "k")
    assert amendment_from(amendment_data(one)) == one
