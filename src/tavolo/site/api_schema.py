"""The API's schema: what the doors declare for every operation, and its picture in docs/schema/openapi.json.

`python -m tavolo.site.api_schema` writes the picture, with `--check` it only compares and answers 1 where the
API has changed without it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).resolve().parents[3] / "docs" / "schema" / "openapi.json"
WRITING = ("post", "put", "patch", "delete")
TEXT_OR_NOTHING = {"anyOf": [{"type": "string"}, {"type": "null"}]}
REFUSAL: dict[str, Any] = {
    "title": "Refusal",
    "type": "object",
    "description": "Why a request was not carried out, in a sentence; the file, row and column, or the "
    "places in the request, where they are known.",
    "properties": {
        "detail": {"title": "Detail", "type": "string"},
        "file": {"title": "File", **TEXT_OR_NOTHING},
        "row": {"title": "Row", "anyOf": [{"type": "integer"}, {"type": "null"}]},
        "column": {"title": "Column", **TEXT_OR_NOTHING},
        "errors": {
            "title": "Errors",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"place": {"type": "string"}, "message": {"type": "string"}},
                "required": ["place", "message"],
            },
        },
    },
    "required": ["detail"],
    "examples": [{"detail": "The consultation is not open."}],
}
# What each door before an operation may answer, whatever the operation is.
DOORS = {
    "400": ("Unreadable", "The request cannot be read: no JSON, or too large"),
    "401": ("Unknown", "No key, or one that is unknown, expired or revoked"),
    "403": ("Barred", "A key that may only read, a session without its CSRF token, a missing second factor"),
    "404": ("Hidden", "It does not exist, or is not for this person"),
    "422": ("Refused", "The request does not fit the schema, or what it asks is not possible now"),
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A random text of one's own. A retry with the same key does the work once; "
    "the same key with other contents is refused with 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
PARAMETER = "#/components/parameters/IdempotencyKey"
# A time of the day here is the territory's own, without an offset; the format "time" would demand one.
CLOCK = {"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", "examples": ["10:30:00"]}


def complete(schema: Any) -> Any:
    """Declare in `schema` (changed in place) what holds for all operations, and return it."""
    _tell_clocks(schema)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Refusal"] = REFUSAL
    parts["responses"] = {name: _refusal(meaning) for name, meaning in DOORS.values()}
    parts["parameters"] = {"IdempotencyKey": KEY}
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            responses = {str(status): answer for status, answer in operation["responses"].items()}
            for status, (name, _meaning) in DOORS.items():
                responses[status] = {"$ref": f"#/components/responses/{name}"}
            operation["responses"] = dict(sorted(responses.items()))
            if method in WRITING and {"$ref": PARAMETER} not in operation.get("parameters", []):
                operation["parameters"] = [*operation.get("parameters", []), {"$ref": PARAMETER}]
    return schema


def _tell_clocks(value: Any) -> None:
    """Put what a time of the day looks like in the place of the format "time", in place."""
    if isinstance(value, dict):
        if value.get("format") == "time":
            del value["format"]
            value.update(CLOCK)
        for inner in value.values():
            _tell_clocks(inner)
    elif isinstance(value, list):
        for inner in value:
            _tell_clocks(inner)


def _refusal(meaning: str) -> dict[str, Any]:
    held = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    return {"description": meaning, "content": {"application/json": held}}


def written() -> str:
    """Return the schema as the picture holds it: sorted, so that a change shows as what it is."""
    from tavolo.site.api import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write the picture, or compare it; return 0, or 1 where it is out of date."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tavolo.site.settings")
    django.setup()
    text = written()
    if "--check" in arguments:
        same = SNAPSHOT.exists() and SNAPSHOT.read_text(encoding="utf-8") == text
        if not same:
            sys.stderr.write(
                "docs/schema/openapi.json is out of date: run python -m tavolo.site.api_schema\n"
            )
        return 0 if same else 1
    SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
    SNAPSHOT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
