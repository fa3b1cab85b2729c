"""One form, one hash: what parties accept and sign is named by the SHA-256 of the canonical form.

The canonical form is the JSON of RFC 8785 (sorted keys, no spaces, UTF-8) over normalised words. Two hashes
matter: that of a whole text, and that of one clause's own words, to which stances are tied: a stance lapses
when the words change, not when a neighbour moves.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Clause, Origin, Text

FORM = "tavolo-text-1"


def as_data(clause: Clause) -> dict[str, Any]:
    """Return a clause as plain JSON data; empty fields are left out."""
    data: dict[str, Any] = {"id": clause.id}
    if clause.title:
        data["title"] = clause.title
    if clause.body:
        data["body"] = clause.body
    if clause.topics:
        data["topics"] = list(clause.topics)
    if clause.origin:
        data["origin"] = [{"kind": one.kind, "reference": one.reference} for one in clause.origin]
    if clause.children:
        data["children"] = [as_data(child) for child in clause.children]
    return data


def from_data(data: Any) -> Clause:
    """Return the clause that `as_data` wrote; raise TextError where the data are not one."""
    try:
        return Clause(
            data["id"],
            data.get("title", ""),
            data.get("body", ""),
            tuple(data.get("topics", ())),
            tuple(Origin(one["kind"], one["reference"]) for one in data.get("origin", ())),
            tuple(from_data(child) for child in data.get("children", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise TextError("unreadable", value=f"{type(error).__name__}: {error}") from error


def canonical(text: Text) -> bytes:
    """Return the canonical bytes of a text."""
    return rfc8785.dumps({"form": FORM, "text": as_data(text.root)})


def read_canonical(data: bytes) -> Text:
    """Return the text whose canonical bytes these are; raise TextError on anything else, also on other
    bytes that would mean the same text (another order of keys, spaces, other normal form)."""
    try:
        found = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TextError("unreadable", value=str(error)) from error
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise TextError("unreadable", value="form")
    text = Text(from_data(found.get("text")))
    if canonical(text) != data:
        raise TextError("unreadable", value="not in canonical form")
    return text


def text_hash(text: Text) -> str:
    """Return the SHA-256 of the canonical bytes, in hexadecimal; a text remembers its own."""
    known = text.__dict__.get("_hash")
    if known is None:
        known = text.__dict__["_hash"] = hashlib.sha256(canonical(text)).hexdigest()
    return str(known)


def clause_hash(clause: Clause) -> str:
    """Return the SHA-256 of a clause's own words (title and body), in hexadecimal."""
    own = rfc8785.dumps({"form": FORM, "title": clause.title, "body": clause.body})
    return hashlib.sha256(own).hexdigest()
