"""Which groups a report speaks of, their names, and each group's answers to a statement.

Declared groups come first; without them the published found groups; without both, everyone as one group.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tavolo.dialogue.convergence.report.charts import Bar
from tavolo.dialogue.convergence.report.texts import Lang, number, percent, say
from tavolo.dialogue.convergence.result import Counts, Group, Result, Share, Statement

# Direction overrides and isolates can make a text look like another one.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Text without control, private-use, unassigned and direction-override characters; blanks collapsed."""
    kept = (
        " " if c.isspace() else c
        for c in text
        if c.isspace() or (unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") and c not in _OVERRIDES)
    )
    return " ".join("".join(kept).split())


def isolated(text: str) -> str:
    """A right-to-left name fenced off, so that the figures after it in a sentence keep their place."""
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return f"\u2068{text}\u2069"
    return text


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group's answers to one statement; ``size`` 0 where the group's size is unknown."""

    name: str
    counts: Counts
    size: int
    support: Share
    dissent: Share


@dataclass(frozen=True, slots=True)
class Cast:
    """The groups of a report, in order, with the names shown."""

    kind: str
    groups: tuple[Group, ...]
    names: dict[str, str]
    lang: Lang

    def name(self, group: str) -> str:
        """The name shown for a group's id."""
        return self.names.get(group, clean(group) or say("everyone", self.lang))

    def rows(self, statement: Statement) -> list[GroupRow]:
        """The statement's answers group by group, or of everyone where there are no groups."""
        if not self.groups:
            name = say("everyone", self.lang)
            return [GroupRow(name, statement.everyone, 0, statement.support, statement.dissent)]
        found = {g.group: g for g in statement.by_group if g.kind == self.kind}
        return [
            GroupRow(self.name(g.id), f.counts, f.size if g.census else 0, f.support, f.dissent)
            for g, f in ((g, found[g.id]) for g in self.groups if g.id in found)
        ]


def cast_of(result: Result, lang: Lang) -> Cast:
    """Choose the groups the report is about and name them."""
    groups, kind = result.declared, "declared"
    if not groups:
        groups, kind = result.found, "found"
    if not groups:
        kind = "everyone"
    names = {group.id: group_name(group, lang) for group in groups}
    return Cast(kind, groups, names, lang)


def group_name(group: Group, lang: Lang) -> str:
    """A declared group's own id; a found group's letter."""
    if group.kind == "declared":
        return isolated(clean(group.id)) or "–"
    return say("found_name", lang, letter=clean(group.id))


def bar_of(row: GroupRow, lang: Lang) -> Bar:
    """The row as a bar of the picture."""
    return Bar(
        row.name,
        row.counts.agree,
        row.counts.passed,
        row.counts.disagree,
        row.size,
        (row.support.low, row.support.high),
        (row.dissent.low, row.dissent.high),
        answered(row, lang),
    )


def answered(row: GroupRow, lang: Lang) -> str:
    """How many answered, of how many where the size is known."""
    seen = number(row.counts.seen, lang)
    if row.size:
        return say("of", lang, seen=seen, size=number(row.size, lang))
    return seen if row.counts.seen == 1 else say("answers", lang, seen=seen)


def cells(row: GroupRow, lang: Lang) -> tuple[str, ...]:
    """The row of the table under the picture."""
    counts = row.counts
    return (
        row.name,
        _share_text(counts.agree, row.support, lang),
        number(counts.passed, lang),
        _share_text(counts.disagree, row.dissent, lang),
        answered(row, lang) if row.size else number(counts.seen, lang),
    )


def _share_text(count: int, share: Share, lang: Lang) -> str:
    if share.value is None:
        return "–"
    told = f"{number(count, lang)} · {percent(share.value, lang)}"
    if share.high - share.low < 1e-9:  # everyone was heard: nothing is left open
        return told
    return f"{told} ({percent(share.low, lang).rstrip('%')}–{percent(share.high, lang)})"
