"""What changed from one version of minutes to the next, passage by passage."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Change:
    """A passage taken out, put in, or replaced; `place` says where it stands."""

    place: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def _sections(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a version's passages by the place they stand in."""
    sections = {_("Text"): content["text"].split("\n")}
    for number, item in enumerate(content.get("agenda", []), 1):
        sections[f"{number}. {item['title']}"] = item["text"].split("\n")
    sections[_("Decisions")] = [row["text"] for row in content.get("decisions", [])]
    sections[_("Who was there")] = [
        ", ".join(part for part in (row["name"], row["party"], row["role"], row["status"]) if part)
        for row in content.get("present", [])
    ]
    return {place: [line for line in lines if line.strip()] for place, lines in sections.items()}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two versions' contents, in the order of the newer one."""
    before, after = _sections(old), _sections(new)
    found = []
    for place in [*after, *[name for name in before if name not in after]]:
        was, now = before.get(place, []), after.get(place, [])
        matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
        found += [
            Change(place, tuple(was[a:b]), tuple(now[c:d]))
            for tag, a, b, c, d in matcher.get_opcodes()
            if tag != "equal"
        ]
    return found
