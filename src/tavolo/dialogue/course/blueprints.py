"""Ready compositions of a course, read from `data/blueprints.yaml`. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tavolo.dialogue.course.rules import Phase, problems

FREE = "free"


@dataclass(frozen=True)
class Stage:
    """One phase of a blueprint: the phase itself, its title by language, and its usual length in weeks."""

    phase: Phase
    weeks: int
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Blueprint:
    """A ready composition with its title and text by language.

    `notice_plenary`, `notice_restricted`: days between the notice of a meeting and the meeting.
    """

    code: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    stages: tuple[Stage, ...]
    notice_plenary: int
    notice_restricted: int

    def title(self, language: str) -> str:
        """Return the title in a language, English where there is none."""
        return _in(self.titles, language)

    def text(self, language: str) -> str:
        """Return what it is for, in a language, English where there is none."""
        return _in(self.texts, language)

    def phases(self, start: date, language: str) -> list[Phase]:
        """Return the phases with planned days counted from `start`, titles in a language."""
        found, begins = [], start
        for stage in self.stages:
            ends = begins + timedelta(weeks=stage.weeks) - timedelta(days=1)
            title = _in(stage.titles, language)
            found.append(Phase(stage.phase.kind, title, begins, ends, stage.phase.acts))
            begins = ends + timedelta(days=1)
        return found


@cache
def blueprints() -> dict[str, Blueprint]:
    """Return the ready blueprints by code, in the order of the file.

    Raises ValueError where one of them is not a valid composition.
    """
    text = files("tavolo.dialogue.course").joinpath("data/blueprints.yaml").read_text(encoding="utf-8")
    found = {one["code"]: _blueprint(one) for one in yaml.safe_load(text)}
    for blueprint in found.values():
        wrong = problems([stage.phase for stage in blueprint.stages])
        if wrong:
            raise ValueError(f"blueprint {blueprint.code}: {wrong}")
    return found


def _blueprint(read: Mapping[str, Any]) -> Blueprint:
    stages = tuple(_stage(one) for one in read["phases"])
    days = read["notice"]
    return Blueprint(
        read["code"], read["title"], read["text"], stages, int(days["plenary"]), int(days["restricted"])
    )


def notice_of(code: str) -> tuple[int, int] | None:
    """Return (plenary, restricted) days of notice of a blueprint; None for a composition of one's own."""
    found = blueprints().get(code)
    return (found.notice_plenary, found.notice_restricted) if found else None


def _stage(read: Mapping[str, Any]) -> Stage:
    acts = read.get("acts")
    table = None if acts is None else {act: tuple(roles) for act, roles in acts.items()}
    return Stage(Phase(read["kind"], acts=table), int(read["weeks"]), read.get("title", {}))


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language, words.get("en", ""))
