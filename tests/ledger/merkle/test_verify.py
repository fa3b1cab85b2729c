"""Checking an export offline: what is proved, and that nothing changed goes unnoticed."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.ledger.merkle import acts, words
from tavolo.ledger.merkle.notes import Checkpoint, read_checkpoint
from tavolo.ledger.merkle.verify import PROVED, TAMPERED, UNREADABLE, Report, verify
from tests.ledger.merkle.registers import Recorded, Register


def check(data: bytes, *held: Checkpoint, register: Register | None = None) -> Report:
    """Check an export, against held checkpoints and a register's key where given."""
    return verify(io.BytesIO(data), held, register.public if register else None)


@pytest.fixture
def register() -> Register:
    """Nine acts, the third erased with a tombstone; checkpoints after four, seven and nine."""
    made = Register()
    for _ in range(4):
        made.record()
    made.checkpoint()
    third = made.acts[2]
    made.record(acts.ERASED, about=third.id)
    made.acts[2] = third.erased()
    made.record()
    made.record()
    made.checkpoint()
    made.record()
    made.record()
    made.checkpoint()
    return made


def test_a_whole_export_is_proved_against_the_checkpoint_held(register: Register) -> None:
    held = read_checkpoint(register.notes[0])
    report = check(register.whole(), held, register=register)
    assert report.outcome == PROVED
    assert [finding.code for finding in report.proved] == ["whole", "statements", "held"]
    assert [finding.code for finding in report.not_proved] == ["after_held", "truth"]


def test_without_a_held_checkpoint_the_report_says_what_that_leaves_open(register: Register) -> None:
    report = check(register.whole())
    assert report.outcome == PROVED
    assert [finding.code for finding in report.not_proved] == ["nothing_held", "own_key", "truth"]


def test_an_extract_is_proved_against_a_checkpoint_it_contains(register: Register) -> None:
    held = read_checkpoint(register.notes[1])
    report = check(register.extract(0, 5, 8), held, register=register)
    assert report.outcome == PROVED, words.write(report, "en")


def test_an_extract_without_the_held_checkpoint_cannot_be_compared(register: Register) -> None:
    held = read_checkpoint(register.notes[0])
    register.notes.pop(0)
    report = check(register.extract(5), held)
    assert report.outcome == UNREADABLE
    assert [finding.code for finding in report.unreadable] == ["held_not_comparable"]


def test_an_export_of_hashes_alone_says_that_it_proves_no_words(register: Register) -> None:
    report = check(register.whole("none"))
    assert report.outcome == PROVED
    assert "no_statements" in [finding.code for finding in report.not_proved]


def test_an_erased_text_without_tombstone_is_found(register: Register) -> None:
    register.acts[5] = register.acts[5].erased()
    report = check(register.whole())
    assert [finding.code for finding in report.faults] == ["removed_without_tombstone"]


@pytest.fixture
def small() -> Register:
    """Three acts, the first erased; checkpoints after two and three. Short enough to change every byte."""
    made = Register()
    first = made.record()
    made.record()
    made.checkpoint()
    made.record(acts.ERASED, about=first.id)
    made.acts[0] = first.erased()
    made.checkpoint()
    return made


@pytest.mark.parametrize("export", ["whole", "extract"])
def test_every_changed_byte_is_found(small: Register, export: str) -> None:
    data = small.whole() if export == "whole" else small.extract(0, 1, 2)
    held = read_checkpoint(small.notes[0])
    assert check(data, held).outcome == PROVED
    noise = random.Random(7)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ noise.randrange(1, 256)]) + data[at + 1 :]
        assert check(changed, held).outcome != PROVED, f"byte {at}"


def test_every_cut_and_every_lost_doubled_or_swapped_line_is_found(register: Register) -> None:
    data = register.whole()
    lines = data.splitlines(keepends=True)
    for at in range(len(lines)):
        without = b"".join(lines[:at] + lines[at + 1 :])
        twice = b"".join([*lines[:at], lines[at], *lines[at:]])
        assert check(without).outcome != PROVED
        assert check(twice).outcome != PROVED
        assert check(b"".join(lines[:at])).outcome != PROVED
        for other in range(at):
            swapped = lines.copy()
            swapped[at], swapped[other] = swapped[other], swapped[at]
            assert check(b"".join(swapped)).outcome != PROVED
    for end in range(0, len(data), 11):
        assert check(data[:end]).outcome != PROVED


def _change_text(acts_: list[Recorded], at: int) -> None:
    said = acts_[at].said
    if said is not None:
        said["content"]["title"] = "Another title"


def _change_commitment(acts_: list[Recorded], at: int) -> None:
    old = acts_[at]
    said = {**(old.said or {}), "role": "officer"}
    acts_[at] = Recorded(old.id, old.salt, said, acts.commitment(old.salt, said))


def _swap(acts_: list[Recorded], at: int) -> None:
    acts_[at], acts_[(at + 1) % 4] = acts_[(at + 1) % 4], acts_[at]


def _delete(acts_: list[Recorded], at: int) -> None:
    del acts_[at]


def _insert(acts_: list[Recorded], at: int) -> None:
    acts_.insert(at, Register(seed=9).record())


@pytest.mark.parametrize("change", [_change_text, _change_commitment, _swap, _delete, _insert])
@pytest.mark.parametrize("at", range(4))
def test_whoever_holds_the_key_cannot_rewrite_what_stands_before_a_held_checkpoint(
    register: Register, change: Callable[[list[Recorded], int], None], at: int
) -> None:
    held = read_checkpoint(register.notes[0])
    before = register.whole()
    change(register.acts, at)
    register.resign()
    after = register.whole()
    report = check(after, held, register=register)
    if after != before:
        assert report.outcome == TAMPERED, words.write(report, "en")


def test_a_fork_after_the_held_checkpoint_is_found_by_whoever_holds_a_later_one() -> None:
    one, two = Register(), Register()
    for register in (one, two):
        for _ in range(4):
            register.record()
    early = one.checkpoint()
    two.checkpoint()
    two.random.seed(99)
    for register in (one, two):
        register.record()
        register.record()
    late = one.checkpoint()
    two.checkpoint()
    assert check(two.whole(), early).outcome == PROVED
    report = check(two.whole(), early, late)
    assert report.outcome == TAMPERED
    assert [finding.code for finding in report.faults] == ["fork"]


def test_an_export_that_stops_before_the_held_checkpoint_is_refused(register: Register) -> None:
    held = read_checkpoint(register.notes[-1])
    register.notes.pop()
    report = check(register.whole(), held)
    assert [finding.code for finding in report.faults] == ["shorter_than_held"]


def test_another_registers_checkpoint_or_key_does_not_pass(register: Register) -> None:
    other = Register(seed=5)
    other.record()
    foreign = other.checkpoint()
    codes = [finding.code for finding in check(register.whole(), foreign).faults]
    assert "held_not_signed" in codes
    assert [f.code for f in check(register.whole(), register=other).faults] == ["another_key"]


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n", b"PK\x03\x04", b"a,b\n1,2\n", b"[" * 5000 + b"\n"])
def test_a_file_that_is_no_export_is_called_unreadable(data: bytes) -> None:
    assert check(data).outcome == UNREADABLE


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=60)), max_size=3))
def test_whatever_stands_in_a_file_the_check_answers(changes: list[tuple[int, bytes]]) -> None:
    register = Register()
    register.record()
    register.checkpoint()
    lines = register.extract(0).split(b"\n")
    for at, junk in changes:
        lines.insert(at % len(lines), junk)
    assert (check(b"\n".join(lines)).outcome == PROVED) is (not changes)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_fields_of_another_type_are_damage_and_no_crash(data: st.DataObject) -> None:
    register = Register()
    register.record()
    register.checkpoint()
    register.record()
    register.checkpoint()
    lines = [json.loads(line) for line in register.extract(0, 1).splitlines()]
    line = lines[data.draw(st.integers(0, len(lines) - 1))]
    line[data.draw(st.sampled_from(sorted(line)))] = data.draw(JUNK)
    out = b"".join(json.dumps(entry).encode() + b"\n" for entry in lines)
    assert check(out).outcome != PROVED


def test_a_register_without_acts_can_be_exported() -> None:
    empty = Register()
    held = empty.checkpoint()
    assert check(empty.whole(), held).outcome == PROVED


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_finding_has_words_in_both_languages(register: Register, lang: str) -> None:
    held = read_checkpoint(register.notes[0])
    text = words.write(check(register.whole(), held), lang)
    assert {"it": "Rispetto al sigillo", "en": "Against the checkpoint"}[lang] in text
    assert "{" not in text
    for pair in (*words.SENTENCES.values(), *words.HEADINGS.values()):
        assert len(pair) == 2
        assert all(pair)
