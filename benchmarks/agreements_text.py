"""The agreements' text beside a general diff library (diff-match-patch) and the standard library's difflib.

Work: an agreement of 400 clauses, 2,000 amendments on it. Compared: (1) the word differences of the 2,000
reworded clauses, the results checked by patching; (2) finding what collides, beside comparing every pair;
(3) taking in what is agreed and bringing the rest along, beside diff-match-patch's fuzzy patches, counted by
what each loses silently. The physical limit printed with (1) is one pass over the same words (hashing them).

Option: --quick (60 clauses, 200 amendments).
"""

from __future__ import annotations

import difflib
import random
import re
import time
from collections.abc import Callable
from itertools import combinations
from typing import Any

from diff_match_patch import diff_match_patch

from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.collisions import Collision, collisions
from tavolo.agreements.text.diff import edits, patch
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import Amendment, Delete, Gap, Insert, Move, Operation, reworded
from tavolo.agreements.text.rebasing import agreeing, consolidate

STEMS = ("premi", "lavor", "impres", "formazion", "verific", "parti", "accord")
WORDS = [f"{stem}{end}" for stem in STEMS for end in "oaie"]


def main(arguments: list[str]) -> int:
    """Run the three comparisons; return 1 where a result is wrong."""
    clauses, wanted = (60, 200) if "--quick" in arguments else (400, 2_000)
    source = random.Random(11)
    text = invented(source, clauses)
    asked = amendments(source, text, wanted)
    words = sum(len(clause.body.split()) for clause in text.clauses.values())
    print(f"{len(text.clauses) - 1} clauses, {words:,} words, {len(asked)} amendments; processor seconds")
    return int(differences(text, asked) + colliding(text, asked) + moving_along(text, asked))


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` returns and its processor seconds, the best of three."""
    best, result = float("inf"), None
    for _ in range(3):
        started = time.process_time()
        result = work()
        best = min(best, time.process_time() - started)
    return result, best


def invented(source: random.Random, count: int) -> Text:
    """Return a text of articles with about four points each, 60 to 140 words a clause."""

    def clause(key: str, points: int) -> Clause:
        body = "\n\n".join(
            " ".join(source.choice(WORDS) for _ in range(source.randint(30, 70))) + "." for _ in range(2)
        )
        return Clause(
            key, f"Titolo {key}", body, children=tuple(clause(f"{key}-{i}", 0) for i in range(points))
        )

    return Text.of("Intesa", tuple(clause(f"c{i}", 4) for i in range(count // 5)))


def amendments(source: random.Random, text: Text, count: int) -> list[Amendment]:
    """Return amendments: nine in ten reword a clause in one to four places."""
    ids = [key for key in text.clauses if key != ROOT]
    base = text_hash(text)
    return [
        Amendment(f"{number:05d}", f"p{number % 4}", base, (operation(source, text, ids, number),))
        for number in range(count)
    ]


def operation(source: random.Random, text: Text, ids: list[str], number: int) -> Operation:
    """Return one operation on a text."""
    chosen, clause = source.random(), source.choice(ids)
    if chosen < 0.03:
        return Delete(clause)
    if chosen < 0.05:
        return Move(clause, Gap(ROOT, source.choice([c.id for c in text.root.children if c.id != clause])))
    if chosen < 0.1:
        return Insert(Gap(text.parents[clause], clause), (Clause(f"n{number}", "Nuovo", "Parole nuove."),))
    words = text.clause(clause).body.split(" ")
    for _ in range(source.randint(1, 4)):
        place = source.randrange(len(words))
        words[place : place + source.randint(0, 2)] = [f"nuovo{source.randrange(10**6)}"]
    return reworded(text, clause, body=" ".join(words))


def pairs_of(text: Text, asked: list[Amendment]) -> list[tuple[str, str]]:
    """Return old and new body of every reworded clause."""
    found = []
    for one in asked:
        op = one.operations[0]
        if hasattr(op, "body") and not isinstance(op, Insert):
            old = text.clause(op.clause).body  # type: ignore[union-attr]
            found.append((old, patch(old, op.body)))  # type: ignore[union-attr]
    return found


def differences(text: Text, asked: list[Amendment]) -> int:
    """Compare word differences; return how many results are wrong."""
    pairs = pairs_of(text, asked)
    ours, our_time = timed(lambda: [edits(old, new) for old, new in pairs])
    library, library_time = timed(lambda: [by_words(old, new) for old, new in pairs])
    standard, standard_time = timed(lambda: [by_difflib(old, new) for old, new in pairs])
    _limit, limit = timed(
        lambda: [hash((tuple(old.split(" ")), tuple(new.split(" ")))) for old, new in pairs]
    )
    wrong = sum(patch(old, found) != new for (old, new), found in zip(pairs, ours, strict=True))
    rebuilt = ["".join(words for kind, words in found if kind >= 0) for found in library]
    wrong += sum(one != new for one, (_, new) in zip(rebuilt, pairs, strict=True))
    wrong += sum("".join(one) != new for one, (_, new) in zip(standard, pairs, strict=True))
    print(f"word differences of {len(pairs)} clauses: {wrong} wrong")
    for name, seconds in (
        ("ours", our_time), ("diff-match-patch, words", library_time), ("difflib, words", standard_time),
        ("one pass over the words", limit),
    ):  # fmt: skip
        print(f"  {name:26}{seconds * 1000:9.1f} ms {seconds / our_time:8.2f} x ours")
    changed = [sum(len(e.text) + e.end - e.start for e in found) for found in ours]
    theirs = [sum(len(words) for kind, words in found if kind) for found in library]
    print(f"  characters marked as changed: ours {sum(changed):,}, diff-match-patch {sum(theirs):,}")
    return wrong


def by_words(old: str, new: str) -> list[tuple[int, str]]:
    """Return diff-match-patch's differences in its mode of lines, with words as the lines."""
    tool = diff_match_patch()
    tool.Diff_Timeout = 0
    split = re.compile(r"\w+|\s+|[^\w\s]")
    one, other = (
        "\n".join(split.findall(old.replace("\n", "¶"))),
        "\n".join(split.findall(new.replace("\n", "¶"))),
    )
    first, second, lines = tool.diff_linesToChars(f"{one}\n", f"{other}\n")
    found = tool.diff_main(first, second, False)
    tool.diff_charsToLines(found, lines)
    return [(kind, words.replace("\n", "").replace("¶", "\n")) for kind, words in found]


def by_difflib(old: str, new: str) -> list[str]:
    """Return the new words as difflib rebuilds them."""
    split = re.compile(r"\w+|\s+|[^\w\s]")
    one, other = split.findall(old), split.findall(new)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return ["".join(other[c:d]) for _kind, _a, _b, c, d in matcher.get_opcodes()]


def colliding(text: Text, asked: list[Amendment]) -> int:
    """Compare finding collisions at once with comparing every pair; return 1 where they differ."""
    found, seconds = timed(lambda: collisions(text, asked))
    few = asked[: max(60, len(asked) // 10)]
    slow_started = time.process_time()
    slow: set[Collision] = set()
    for one, other in combinations(few, 2):
        slow.update(collisions(text, [one, other]))
    slow_time = time.process_time() - slow_started
    whole = slow_time * (len(asked) / len(few)) ** 2
    same = slow == set(collisions(text, few))
    print(f"collisions among {len(asked)}: {len(found)} in {seconds * 1000:.1f} ms")
    print(f"  every pair of {len(few)}: {slow_time:.2f} s, the same collisions: {same}; "
          f"all pairs would take {whole:.0f} s, {whole / seconds:,.0f} x ours")  # fmt: skip
    return int(not same)


def moving_along(text: Text, asked: list[Amendment]) -> int:
    """Take in what is agreed, bring the rest along; count what is lost silently."""
    # A third of them is agreed: those that collide with no other of that third.
    chosen, _found = agreeing(text, asked[::3])
    ids = {one.id for one in chosen}
    rest = [one for one in asked if one.id not in ids]
    done, seconds = timed(lambda: consolidate(text, chosen, rest))
    held = sum(bool(one.held) for one in done.open.values())
    lost = sum(lost_words(one, done.open[one.id], done.text) for one in rest[::8])
    print(f"taking in {len(chosen)}, bringing {len(rest)} along: {seconds:.2f} s, {held} shown as colliding, "
          f"{lost} of {len(rest[::8])} looked at lose a word")  # fmt: skip
    peer(text, done.text, rest)
    return int(lost > 0)


def lost_words(one: Amendment, moved: Any, new: Text) -> bool:
    """Say whether an amendment brought along lost one of its new words without being shown as colliding."""
    if moved.held:
        return False
    shown = apply(new, [moved.amendment])
    there = " ".join(clause.body for clause in shown.clauses.values())
    wanted = {word for op in one.operations for edit in getattr(op, "body", ()) for word in edit.text.split()}
    return any(word not in there for word in wanted if word.startswith("nuovo"))


def peer(text: Text, new: Text, rest: list[Amendment]) -> None:
    """Bring the reworded clauses along with diff-match-patch's patches."""
    tool = diff_match_patch()
    cases = []
    for one in rest:
        op = one.operations[0]
        if not isinstance(op, Insert) and getattr(op, "body", ()) and op.clause in new.clauses:
            old = text.clause(op.clause).body
            cases.append((old, patch(old, op.body), new.clause(op.clause).body, op.body))

    def work() -> list[tuple[str, list[bool]]]:
        return [tool.patch_apply(tool.patch_make(old, mine), now) for old, mine, now, _ in cases]

    started = time.process_time()
    results = work()
    seconds = time.process_time() - started
    silent = overwritten = 0
    for (merged, good), (old, _mine, now, own) in zip(results, cases, strict=True):
        wanted = [word for edit in own for word in edit.text.split() if word.startswith("nuovo")]
        silent += all(good) and any(word not in merged for word in wanted)
        others = [word for edit in edits(old, now) for word in edit.text.split() if word.startswith("nuovo")]
        overwritten += all(good) and any(word not in merged for word in others)
    print(f"  diff-match-patch on the {len(cases)} reworded ones alone: {seconds:.2f} s, said to fit, but")
    print(f"    lost own words: {silent}, lost agreed words: {overwritten}")


if __name__ == "__main__":
    raise SystemExit(main([]))
