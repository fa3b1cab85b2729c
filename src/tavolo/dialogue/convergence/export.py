"""Results as JSON, tables, CSV and files. The JSON is documented in docs/schema/convergence.md."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.result import (
    SCHEMA_VERSION,
    Counts,
    Group,
    GroupStatement,
    Representative,
    Result,
    Share,
    Statement,
)

SUFFIXES = (".json", ".html", ".pdf", ".csv")
TABLES = ("statements", "by_group", "groups", "representative", "projection")


def to_dict(result: Result) -> dict[str, Any]:
    """Return the documented JSON document as plain dicts and lists, keys in a fixed order."""
    method = result.method
    return {
        "schema": SCHEMA_VERSION,
        "source": asdict(result.source),
        "participants": result.participants,
        "voters": result.voters,
        "votes": result.votes,
        "people_without_group": result.people_without_group,
        "statements": [_statement(statement) for statement in result.statements],
        "groups": [_group(group) for group in result.groups],
        "unheard": dict(result.unheard),
        "stability": _stability(result),
        "agreement_with_published": None if result.agreement is None else asdict(result.agreement),
        "consensus": [asdict(entry) for entry in result.consensus],
        "family_wise_error": asdict(result.family),
        "map": asdict(result.quality),
        "moderation": asdict(result.moderation),
        "method": {
            "library_version": method.library_version,
            "seed": method.seed,
            "z": method.z,
            "minimum_votes": method.minimum_votes,
            "level": method.level,
            "consensus_over": method.consensus_over,
            "clustering": method.clustering,
        },
        "notes": [{"code": code, **values} for code, values in result.notes],
        "projection": _projection(result),
    }


def to_json(result: Result, *, indent: int | None = None) -> str:
    """Return the JSON text; equal results give equal text, and nothing is ever NaN."""
    return json.dumps(to_dict(result), ensure_ascii=False, allow_nan=False, indent=indent)


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "agree": counts.agree,
        "disagree": counts.disagree,
        "pass": counts.passed,
        "seen": counts.seen,
    }


def _share(share: Share) -> dict[str, float | None]:
    return {"value": share.value, "low": share.low, "high": share.high}


def _statement(statement: Statement) -> dict[str, Any]:
    verdict = statement.verdict
    return {
        "id": statement.id,
        "text": statement.text,
        **_counts(statement.counts),
        "group_aware_consensus": statement.group_aware_consensus,
        "verdict": verdict.code,
        "probability": verdict.probability,
        "verdict_detail": {
            "side": verdict.side,
            "leading": verdict.leading,
            "reason": verdict.reason,
            "supporting": list(verdict.supporting),
            "rejecting": list(verdict.rejecting),
            "missing": list(verdict.missing),
            "table_wide": verdict.table_wide,
            "table_wide_probability": verdict.table_wide_probability,
        },
        "support": _share(statement.support),
        "dissent": _share(statement.dissent),
        "everyone": _counts(statement.everyone),
        "moderated": statement.moderated,
        "meta": statement.meta,
        "excluded": statement.excluded,
        "extremity": statement.extremity,
        "priority": statement.priority,
        "position": list(statement.position),
        "by_group": [_group_statement(entry) for entry in statement.by_group],
    }


def _group_statement(entry: GroupStatement) -> dict[str, Any]:
    return {
        "group": entry.group,
        "kind": entry.kind,
        **_counts(entry.counts),
        "pa": entry.pa,
        "pat": entry.pat,
        "pd": entry.pd,
        "pdt": entry.pdt,
        "ra": entry.ra,
        "rat": entry.rat,
        "rd": entry.rd,
        "rdt": entry.rdt,
        "size": entry.size,
        "unheard": entry.unheard,
        "support": _share(entry.support),
        "dissent": _share(entry.dissent),
        "state": entry.state,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "kind": group.kind,
        "size": group.size,
        "voters": group.voters,
        "census": group.census,
        "centre": None if group.centre is None else list(group.centre),
        "representative": [_representative(entry) for entry in group.representative],
        "representative_polis": [_representative(entry) for entry in group.representative_polis],
    }


def _representative(entry: Representative) -> dict[str, Any]:
    return asdict(entry)


def _stability(result: Result) -> dict[str, Any]:
    values = asdict(result.stability)
    values["silhouettes"] = {str(k): score for k, score in sorted(values["silhouettes"].items())}
    return values


def _projection(result: Result) -> list[dict[str, Any]]:
    points = result.projection
    declared = [group.id for group in result.declared]
    found = [group.id for group in result.found]
    return [
        {
            "participant": name,
            "x": x,
            "y": y,
            "votes": votes,
            "declared": declared[d] if d >= 0 else None,
            "found": found[f] if f >= 0 else None,
        }
        for name, x, y, votes, d, f in zip(
            points.participants,
            points.x.tolist(),
            points.y.tolist(),
            points.votes.tolist(),
            points.declared.tolist(),
            points.found.tolist(),
            strict=True,
        )
    ]


def to_rows(result: Result, table: str) -> list[dict[str, Any]]:
    """Return one table (see `TABLES`) as flat rows, all with the same keys."""
    if table == "statements":
        return [_flat_statement(statement) for statement in result.statements]
    if table == "by_group":
        return [
            {"statement": statement.id, "text": statement.text, **_flat(_group_statement(entry))}
            for statement in result.statements
            for entry in statement.by_group
        ]
    if table == "groups":
        return [
            {key: getattr(group, key) for key in ("id", "kind", "size", "voters", "census")}
            for group in result.groups
        ]
    if table == "representative":
        return [
            {"group": group.id, "kind": group.kind, **asdict(entry)}
            for group in result.groups
            for entry in group.representative
        ]
    if table == "projection":
        return _projection(result)
    raise ValueError(f"there is no table {table!r}: choose one of {', '.join(TABLES)}")


def _flat_statement(statement: Statement) -> dict[str, Any]:
    row = _statement(statement)
    detail = row.pop("verdict_detail")
    for key in ("by_group", "everyone", "position"):
        del row[key]
    row["missing"] = " ".join(detail["missing"])
    return _flat(row)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat.update({f"{key}_{part}": number for part, number in value.items()})
        else:
            flat[key] = value
    return flat


def to_frame(result: Result, table: str = "by_group") -> dict[str, list[Any]]:
    """Return one table as equally long columns; pyarrow.table, pandas and polars accept it."""
    rows = to_rows(result, table)
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else {})}


def to_csv(result: Result, table: str | None = None) -> str:
    """Return one table as CSV (CRLF, UTF-8); by default by_group, or statements if there are no groups.

    Text that a spreadsheet would take for a formula is prefixed with an apostrophe.
    """
    chosen = table or ("by_group" if result.groups else "statements")
    rows = to_rows(result, chosen)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if rows:
        writer.writerow([safe_cell(key) for key in rows[0]])
        writer.writerows([safe_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


# Blanks and characters without a picture, which a spreadsheet may drop before it looks for a formula.
_HIDDEN = re.compile(r"^[\s\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def safe_cell(value: Any) -> str:
    """Return a cell that no spreadsheet runs: text beginning with = + - @ or a control gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    bare = _HIDDEN.sub("", text)
    formula = bare[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    if formula or text[:1] in ("\t", "\r", "\n"):
        return "'" + text
    return text


def write(result: Result, path: Path, *, lang: str = "it") -> None:
    """Write .json, .csv, .html or .pdf by suffix, whole or not at all; DataError on any other suffix."""
    write_whole(path, render(result, check_suffix(path), lang))


def check_suffix(path: Path) -> str:
    """Return the suffix in lower case, or raise DataError."""
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        raise DataError(
            f"results cannot be written as {path.suffix or 'a file without ending'}",
            file=path,
            advice=f"end the name with {', '.join(SUFFIXES)}",
        )
    return suffix


def render(result: Result, suffix: str, lang: str) -> bytes:
    """Return the bytes of one output."""
    if suffix == ".json":
        return (to_json(result, indent=1) + "\n").encode("utf-8")
    if suffix == ".csv":
        return ("\ufeff" + to_csv(result)).encode("utf-8")
    language: Literal["it", "en"] = "en" if lang == "en" else "it"
    if suffix == ".html":
        from tavolo.dialogue.convergence.report import html

        return html.render(result, language).encode("utf-8")
    from tavolo.dialogue.convergence.report import pdf

    return bytes(pdf.render(result, language))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, never meets half of it; DataError if it cannot be."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError(f"the file cannot be written ({error.strerror})", file=path) from error
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise DataError(f"the file cannot be written ({error.strerror})", file=path) from error
