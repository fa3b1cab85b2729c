"""Read the rule files of this folder, refusing anything not understood.

Unknown keys, a key written twice, overlapping days, a missing reference or an unknown status are errors that
name the file and the rule. Figures stay text until they become exact fractions: `1/2` never passes a float.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.model import (
    CATALOGUE,
    STATUSES,
    SUBJECTS,
    SYSTEMS,
    VOTES,
    Library,
    Need,
    Other,
    Reference,
    RuleSet,
    RuleValue,
    System,
    Value,
)

FOLDER = Path(__file__).resolve().parent
SYSTEMS_FILE = "systems.yaml"
TESTS = ("members", "delegations", "vote_on_request", "vote", "representation", "admission", "own_rule")
CONDITIONS = ("always", "rsu", "rsa")
_SHARE = re.compile(r"[0-9]{1,12}(?:/[0-9]{1,12}|\.[0-9]{1,12})?")
_SET_KEYS = {"name", "description", "system", "subject", "vote", "rules"}
_RULE_KEYS = {"unit", "values"}
_VALUE_KEYS = {"from", "to", "value", "reference", "others"}
_REFERENCE_KEYS = {"act", "article", "text", "read_on", "status"}


class _Loader(yaml.BaseLoader):
    """All scalars stay text; a key written twice is an error."""

    def construct_mapping(self, node: yaml.nodes.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise RuleError(f"the key '{key}' is written twice (row {key_node.start_mark.line + 1})")
            seen.add(key)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


@cache
def load(folder: Path | None = None) -> Library:
    """Return the rule sets and systems of `folder` (the packaged ones by default)."""
    folder = folder or FOLDER
    rule_sets: dict[str, RuleSet] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        if path.name == SYSTEMS_FILE:
            continue
        for key, node in parse(content.decode(), path.name).items():
            if key in rule_sets:
                raise RuleError(f"{path.name}: the rule set '{key}' is also in another file; keep one")
            rule_sets[key] = _rule_set(key, node, path.name)
    return Library(rule_sets, _systems(folder / SYSTEMS_FILE, rule_sets), digest.hexdigest())


def parse(text: str, name: str) -> dict[str, Any]:
    """Return the mapping a rule file holds."""
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - BaseLoader makes text, lists and mappings only
    except yaml.YAMLError as error:
        raise RuleError(f"{name}: not well-formed YAML: {error}") from error
    if not isinstance(found, dict):
        raise RuleError(f"{name}: expected rule sets by name")
    return found


def _keys(node: Any, allowed: set[str], required: set[str], where: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise RuleError(f"{where}: expected keys with their values")
    unknown, missing = sorted(set(node) - allowed), sorted(required - set(node))
    if unknown:
        raise RuleError(f"{where}: unknown key '{unknown[0]}'; known are {', '.join(sorted(allowed))}")
    if missing:
        raise RuleError(f"{where}: the key '{missing[0]}' is missing")
    return node


def _one_of(value: str, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise RuleError(f"{where}: '{value}' must be one of {', '.join(known)}")
    return value


def _rule_set(key: str, node: Any, file: str) -> RuleSet:
    where = f"{file}, {key}"
    node = _keys(node, _SET_KEYS, _SET_KEYS, where)
    rules = {}
    for name, rule in node["rules"].items():
        if name not in CATALOGUE:
            raise RuleError(f"{where}: unknown rule '{name}'; known are {', '.join(CATALOGUE)}")
        rules[name] = _rule(name, rule, f"{where}, {name}")
    return RuleSet(
        key, _texts(node["name"], f"{where}, name"), _texts(node["description"], f"{where}, description"),
        _one_of(node["system"], SYSTEMS, where), _one_of(node["subject"], SUBJECTS, where),
        _one_of(node["vote"], VOTES, where), rules,
    )  # fmt: skip


def _texts(node: Any, where: str) -> dict[str, str]:
    found = _keys(node, {"it", "en"}, {"it", "en"}, where)
    return {language: str(text) for language, text in found.items()}


def _rule(name: str, node: Any, where: str) -> tuple[RuleValue, ...]:
    node = _keys(node, _RULE_KEYS, _RULE_KEYS, where)
    unit, choices = CATALOGUE[name]
    if node["unit"] != unit:
        raise RuleError(f"{where}: the unit of this rule is '{unit}', not '{node['unit']}'")
    values = sorted((_value(name, unit, choices, item, where) for item in node["values"]),
                    key=lambda value: value.start)  # fmt: skip
    for before, after in pairwise(values):
        if before.end is None or before.end >= after.start:
            raise RuleError(f"{where}: the values from {before.start} and from {after.start} overlap")
    return tuple(values)


def _value(name: str, unit: str, choices: tuple[str, ...], node: Any, where: str) -> RuleValue:
    node = _keys(node, _VALUE_KEYS, _VALUE_KEYS - {"others"}, where)
    start = _date(node["from"], where)
    end = None if node["to"] in ("", "null", "~") else _date(node["to"], where)
    if end is not None and end < start:
        raise RuleError(f"{where}: the value from {start} ends before it begins")
    others = []
    for item in node.get("others", []):
        item = _keys(item, {"value", "note", "reference"}, {"value", "note", "reference"}, f"{where}, others")
        others.append(
            Other(
                _typed(unit, choices, item["value"], where), _texts(item["note"], where),
                _reference(item["reference"], where),
            )
        )  # fmt: skip
    return RuleValue(
        name, unit, _typed(unit, choices, node["value"], where), start, end,
        _reference(node["reference"], where), tuple(others),
    )  # fmt: skip


def _reference(node: Any, where: str) -> Reference:
    where = f"{where}, reference"
    node = _keys(node, _REFERENCE_KEYS, _REFERENCE_KEYS, where)
    if not node["act"] or not node["text"]:
        raise RuleError(f"{where}: name the act, and say its words or their sense")
    return Reference(
        node["act"], node["article"], " ".join(node["text"].split()), _date(node["read_on"], where),
        _one_of(node["status"], STATUSES, where),
    )  # fmt: skip


def _typed(unit: str, choices: tuple[str, ...], raw: str, where: str) -> Value:
    if unit == "choice":
        return _one_of(raw, choices, where)
    if unit == "yes_no":
        return _one_of(raw, ("true", "false"), where) == "true"
    if unit in ("days", "number"):
        if not raw.isdigit():
            raise RuleError(f"{where}: '{raw}' is not a whole number")
        return int(raw)
    if unit == "ratio":
        return share(raw, where)
    return " ".join(raw.split())


def share(raw: str, where: str) -> Fraction:
    """Return an exact share from text such as `1/2`; RuleError unless it lies between 0 and 1."""
    # Only short plain figures: an exponent could unfold into a number of millions of digits.
    if not _SHARE.fullmatch(raw):
        raise RuleError(f"{where}: '{raw}' is not a share; write it as 1/2 or 3/10")
    try:
        found = Fraction(raw)
    except ZeroDivisionError:
        raise RuleError(f"{where}: '{raw}' divides by nothing; write it as 1/2 or 3/10") from None
    if not 0 <= found <= 1:
        raise RuleError(f"{where}: the share {raw} must lie between 0 and 1")
    return found


def _date(raw: str, where: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise RuleError(f"{where}: '{raw}' is not a date as YYYY-MM-DD") from None


def _systems(path: Path, rule_sets: dict[str, RuleSet]) -> dict[str, System]:
    if not path.exists():
        return {}
    found = {}
    for key, node in parse(path.read_text(encoding="utf-8"), path.name).items():
        where = f"{path.name}, {key}"
        node = _keys(node, {"name", "note", "needs"}, {"name", "note", "needs"}, where)
        needs = {}
        for kind, items in node["needs"].items():
            _one_of(kind, SUBJECTS, where)
            needs[kind] = tuple(_need(item, rule_sets, f"{where}, {kind}") for item in items)
        found[key] = System(key, _texts(node["name"], where), needs, _texts(node["note"], where))
    return found


def _need(node: Any, rule_sets: dict[str, RuleSet], where: str) -> Need:
    node = _keys(node, {"rule_set", "test", "when"}, {"rule_set", "test", "when"}, where)
    _one_of(node["rule_set"], tuple(rule_sets), where)
    return Need(
        node["rule_set"], _one_of(node["test"], TESTS, where), _one_of(node["when"], CONDITIONS, where)
    )
