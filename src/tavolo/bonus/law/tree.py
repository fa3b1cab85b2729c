"""Read the law files of this folder into a `LawTree`, refusing anything not understood.

Unknown keys, overlapping validities, a missing reference or a status other than `verified` and
`from memory` are errors that name the file and the parameter.
"""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tavolo.bonus.rules.parameters import (
    KEY_DATES,
    STATUSES,
    Conflict,
    LawTree,
    LawValue,
    Parameter,
    Reference,
)
from tavolo.bonus.yaml_text import read_yaml
from tavolo.common.errors import Problem

FOLDER = Path(__file__).resolve().parent
UNITS = ("ratio", "eur", "points", "days", "number", "choice", "date", "yes_no", "bands", "pieces", "list")
_NUMERIC = ("ratio", "eur", "points", "days", "number")
_PARAMETER_KEYS = {"description", "unit", "key_date", "values"}
_VALUE_KEYS = {"from", "to", "value", "reference", "conflicts"}
_REFERENCE_KEYS = {"act", "article", "link_text", "read_on", "status"}
_CONFLICT_KEYS = {"value", "note", "reference"}


@cache
def load_law(folder: Path | None = None) -> LawTree:
    """The law tree of `folder` (the packaged one by default); Problem names file and parameter."""
    folder = folder or FOLDER
    parameters: dict[str, Parameter] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        for key, node in _mapping(read_yaml(path), path.name).items():
            if key in parameters:
                raise Problem(f"the parameter '{key}' is also in another law file; keep one", file=path.name)
            parameters[key] = _parameter(key, node, path.name)
    return LawTree(parameters, digest.hexdigest())


def _mapping(node: Any, where: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise Problem("expected keys with their values here", file=where)
    return node


def _keys(node: Any, allowed: set[str], required: set[str], where: str, what: str) -> dict[str, Any]:
    mapping = _mapping(node, where)
    unknown = sorted(set(mapping) - allowed)
    missing = sorted(required - set(mapping))
    if unknown:
        raise Problem(
            f"{what}: unknown key '{unknown[0]}'; known keys are {', '.join(sorted(allowed))}", file=where
        )
    if missing:
        raise Problem(f"{what}: the key '{missing[0]}' is missing", file=where)
    return mapping


def _parameter(key: str, node: Any, file: str) -> Parameter:
    node = _keys(node, _PARAMETER_KEYS, _PARAMETER_KEYS, file, key)
    if node["unit"] not in UNITS:
        raise Problem(
            f"{key}: unit '{node['unit']}' is unknown; known units are {', '.join(UNITS)}", file=file
        )
    if node["key_date"] not in KEY_DATES:
        raise Problem(
            f"{key}: key_date '{node['key_date']}' must be one of {', '.join(KEY_DATES)}", file=file
        )
    _keys(node["description"], {"it", "en"}, {"it", "en"}, file, f"{key}, description")
    values = sorted((_value(key, node["unit"], item, file) for item in node["values"]), key=lambda v: v.start)
    for before, after in pairwise(values):
        if before.end is None or before.end >= after.start:
            raise Problem(f"{key}: the values from {before.start} and from {after.start} overlap", file=file)
    return Parameter(key, node["unit"], node["key_date"], node["description"], tuple(values))


def _value(key: str, unit: str, node: Any, file: str) -> LawValue:
    node = _keys(node, _VALUE_KEYS, {"from", "to", "value", "reference"}, file, key)
    conflicts = []
    for item in node.get("conflicts", []):
        item = _keys(item, _CONFLICT_KEYS, _CONFLICT_KEYS, file, f"{key}, conflicts")
        conflicts.append(
            Conflict(
                _typed(key, unit, item["value"], file), _reference(key, item["reference"], file), item["note"]
            )
        )
    start = _date(key, node["from"], file)
    end = None if node["to"] is None else _date(key, node["to"], file)
    if end is not None and end < start:
        raise Problem(f"{key}: the value from {start} ends before it begins", file=file)
    value = _typed(key, unit, node["value"], file)
    return LawValue(key, value, start, end, _reference(key, node["reference"], file), tuple(conflicts))


def _reference(key: str, node: Any, file: str) -> Reference:
    node = _keys(node, _REFERENCE_KEYS, _REFERENCE_KEYS, file, f"{key}, reference")
    if node["status"] not in STATUSES:
        raise Problem(f"{key}: status '{node['status']}' must be one of {', '.join(STATUSES)}", file=file)
    if not node["act"]:
        raise Problem(f"{key}: a value needs the act it comes from", file=file)
    _date(key, node["read_on"], file)
    return Reference(**node)


def _typed(key: str, unit: str, raw: Any, file: str) -> Any:
    if unit in _NUMERIC:
        return _decimal(key, raw, file)
    if unit == "date":
        return _date(key, raw, file)
    if unit == "yes_no":
        if not isinstance(raw, bool):
            raise Problem(f"{key}: the value must be true or false", file=file)
        return raw
    if unit in ("bands", "pieces"):
        wanted = {"from", "rate"} if unit == "bands" else {"from", "fixed", "share", "until", "width"}
        rows = [_keys(row, wanted, wanted, file, key) for row in raw]
        return tuple({name: _decimal(key, text, file) for name, text in row.items()} for row in rows)
    if unit == "list":
        wanted = {"kind", "it", "en", "act", "status"}
        return tuple(_keys(row, wanted, wanted, file, key) for row in raw)
    return str(raw)


def _decimal(key: str, raw: Any, file: str) -> Decimal:
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        raise Problem(f"{key}: '{raw}' is not a number", file=file) from None


def _date(key: str, raw: Any, file: str) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise Problem(f"{key}: '{raw}' is not a date as YYYY-MM-DD", file=file) from None
