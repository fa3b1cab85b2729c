# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Rows of a room as plain values for the API; the room is open while these are called."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from tavolo.dialogue.models import Table
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.models import (
    Draft,
    DraftVersion,
    LodgedPosition,
    Note,
    Point,
    Question,
    Release,
    Room,
    RoomFile,
    VoteCast,
)
from tavolo.dialogue.party_room.services import voting


def room(row: Room, account_id: uuid.UUID) -> dict[str, Any]:
    """Return a room as one of those who may enter it sees it."""
    return {
        "id": row.pk, "table_id": row.table_id, "kind": row.kind, "name": str(row),
        "parties": [str(party) for party in access.members(row)],
        "may_work": access.acting_for(account_id, row) is not None,
    }  # fmt: skip


def note(row: Note) -> dict[str, Any]:
    """Return a note."""
    return {
        "id": row.pk, "text": row.text, "author": row.author.name, "created_at": row.created_at,
        "draft_id": row.draft_id,
    }  # fmt: skip


def draft(row: Draft) -> dict[str, Any]:
    """Return a draft without its texts."""
    return {
        "id": row.pk, "title": row.title, "kind": row.kind, "archived": row.archived,
        "changed_at": row.changed_at,
    }  # fmt: skip


def version(row: DraftVersion) -> dict[str, Any]:
    """Return a version with the parties that approved it."""
    return {
        "id": row.pk, "number": row.number, "title": row.title, "text": row.text, "remark": row.remark,
        "restored": row.restored, "author": row.author.name, "sha256": row.sha256,
        "created_at": row.created_at, "approved_by": [str(one.party) for one in row.approvals.all()],
    }  # fmt: skip


def file(found: Room, row: RoomFile) -> dict[str, Any]:
    """Return a file of a room."""
    return {
        "id": row.pk, "name": row.name, "size": row.stored.size, "media_type": row.stored.media_type,
        "sha256": row.stored.sha256, "author": row.author.name, "created_at": row.created_at,
        "url": reverse("party_room:file", args=[found.table_id, found.pk, row.pk]),
    }  # fmt: skip


def release(row: Release) -> dict[str, Any]:
    """Return a release of a room, as `reading.released` found it."""
    return {
        "id": row.pk, "kind": row.kind, "title": row.title, "text": row.text, "sha256": row.sha256,
        "to": row.receivers, "released_at": row.released_at, "supersedes": row.supersedes_id,
        "superseded": hasattr(row, "superseded_by"),
    }  # fmt: skip


def question(row: Question, account_id: uuid.UUID) -> dict[str, Any]:
    """Return a vote of a room, with figures where they may be shown."""
    counts = {one.option.pk: one for one in voting.result(row) or []}
    cast = VoteCast.objects.filter(question=row)
    return {
        "id": row.pk, "text": row.text, "secret": row.secret, "open": voting.is_open(row),
        "closes_on": row.closes_on, "voted": cast.filter(account_id=account_id).exists(),
        "votes_cast": cast.count(),
        "options": [
            {
                "id": one.pk, "text": one.text, "votes": counts[one.pk].votes if counts else None,
                "names": counts[one.pk].names if counts else [],
            }
            for one in row.options.order_by("position")
        ],
    }  # fmt: skip


def lodged(row: LodgedPosition) -> dict[str, Any]:
    """Return a lodged position."""
    return {
        "number": row.number, "kind": row.kind, "condition": row.condition, "lodged_at": row.lodged_at,
    }  # fmt: skip


def held(one: reading.Held) -> dict[str, Any]:
    """Return a point as the party's own room sees it."""
    own = one.position
    return {
        "point_id": one.point.pk, "title": str(one.point), "only_ours": one.point.room_id is not None,
        "kind": own.kind if own else None, "condition": own.condition if own else "",
        "motivation": own.motivation if own else "", "lodged": lodged(one.lodged) if one.lodged else None,
        "asked_on": one.asked.asked_on if one.asked else None,
        "due_on": one.asked.due_on if one.asked else None,
    }  # fmt: skip


def point(row: Point) -> dict[str, Any]:
    """Return a point."""
    return {"id": row.pk, "title": str(row), "description": row.description}


def row(one: reading.Row) -> dict[str, Any]:
    """Return a point with what each party told the table."""
    return {
        "point": point(one.point),
        "cells": [
            {
                "party_id": cell.party.pk, "party": str(cell.party), "state": cell.state,
                "lodged": lodged(cell.lodged) if cell.lodged else None,
                "asked_on": cell.asked.asked_on if cell.asked else None,
                "due_on": cell.asked.due_on if cell.asked else None,
            }
            for cell in one.cells
        ],
    }  # fmt: skip


def received(one: reading.Received, table: Table) -> dict[str, Any]:
    """Return a received text."""
    copy = one.delivery
    address = reverse("party_room:received_file", args=[table.pk, copy.pk]) if copy.stored_id else None
    return {
        "id": copy.pk, "sender": str(copy.sender), "kind": copy.kind, "title": copy.title, "text": copy.text,
        "file_url": address, "sha256": copy.sha256, "delivered_at": copy.delivered_at,
        "superseded_by": one.after.pk if one.after else None,
    }  # fmt: skip
