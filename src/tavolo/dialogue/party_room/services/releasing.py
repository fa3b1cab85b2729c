# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""Controlled release: an exact version, or a file, let out to chosen receivers, for good.

In a party's room whoever may act for the party lets out. A joint room speaks with one voice: every party
of the side has approved that exact version first. What is out can be superseded, to the same receivers,
never taken back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tavolo.common import files, notices
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, Table
from tavolo.dialogue.party_room.access import entered, members, receivers
from tavolo.dialogue.party_room.models import (
    Approval,
    Delivery,
    Draft,
    DraftVersion,
    Release,
    Room,
    RoomFile,
)
from tavolo.dialogue.party_room.services.texts import gone, neutral
from tavolo.ledger.services import record_act

RELEASED_KIND = "party_room.released"


@dataclass(frozen=True)
class Content:
    """What is let out: one version, or one file."""

    version: DraftVersion | None
    file: RoomFile | None

    @property
    def title(self) -> str:
        """Return the title receivers read."""
        return self.version.title if self.version else self.file.name

    @property
    def text(self) -> str:
        """Return the text receivers read."""
        return self.version.text if self.version else ""

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the text, or of the file's bytes."""
        return self.version.sha256 if self.version else self.file.stored.sha256

    @property
    def kind(self) -> str:
        """Say whether it is a platform."""
        return self.version.draft.kind if self.version else Draft.Kind.TEXT


def content_of(
    room: Room, *, version_id: uuid.UUID | None = None, file_id: uuid.UUID | None = None
) -> Content:
    """Return what is named, from an open room."""
    version = file = None
    if version_id is not None:
        version = DraftVersion.objects.filter(room=room, pk=version_id).select_related("draft").first()
    elif file_id is not None:
        file = RoomFile.objects.filter(room=room, pk=file_id).select_related("stored").first()
    if version is None and file is None:
        raise gone()
    return Content(version, file)


def approve(
    room: Room, *, actor_id: uuid.UUID, version_id: uuid.UUID | None = None, file_id: uuid.UUID | None = None
) -> Approval:
    """Give a party's yes to letting out exactly this, from a joint room. A second yes changes nothing."""
    with entered(room, actor_id) as party:
        content = content_of(room, version_id=version_id, file_id=file_id)
        if room.kind != Room.Kind.SIDE:
            raise Problem(_("Approvals are given in the joint room; here your party decides alone."))
        before = Approval.objects.filter(
            room=room, version=content.version, file=content.file, party=party
        ).first()
        if before is not None:
            return before
        act_id = record_act(
            actor_id=actor_id, role="delegate", act="party_room.version_approved",
            object_type="party_room.room", object_id=room.pk,
            content={"party": str(party.pk), "sha256": content.sha256},
        )  # fmt: skip
        return Approval.objects.create(
            territory_id=room.territory_id, room=room, version=content.version, file=content.file,
            party=party, author_id=actor_id, act_id=act_id,
        )  # fmt: skip


def withdraw_approval(
    room: Room, *, actor_id: uuid.UUID, version_id: uuid.UUID | None = None, file_id: uuid.UUID | None = None
) -> None:
    """Take a party's yes back while the text has not been let out."""
    with entered(room, actor_id) as party:
        content = content_of(room, version_id=version_id, file_id=file_id)
        if Release.objects.filter(room=room, version=content.version, file=content.file).exists():
            raise Problem(_("This text was released already: supersede it with another one."))
        found = Approval.objects.filter(room=room, version=content.version, file=content.file, party=party)
        if found.delete()[0]:
            record_act(
                actor_id=actor_id, role="delegate", act="party_room.approval_withdrawn",
                object_type="party_room.room", object_id=room.pk,
                content={"party": str(party.pk), "sha256": content.sha256},
            )  # fmt: skip


def missing_approvals(room: Room, content: Content) -> list[str]:
    """Return the parties of a joint room whose yes to exactly this is missing; the room must be open."""
    if room.kind != Room.Kind.SIDE:
        return []
    given = set(
        Approval.objects.filter(room=room, version=content.version, file=content.file).values_list(
            "party_id", flat=True
        )
    )
    # A party that has left the table is waited for no longer.
    seated = members(room).filter(standing.still_seated(standing.today()))
    return [str(party) for party in seated if party.pk not in given]


def release(
    room: Room, *, actor_id: uuid.UUID, to: Iterable[uuid.UUID], version_id: uuid.UUID | None = None,
    file_id: uuid.UUID | None = None,
) -> Release:  # fmt: skip
    """Let out exactly this version or file to the rooms named: an act that cannot be undone.

    The same again to the same receivers is the release that stands already.
    """
    chosen = _chosen(room, set(to))
    with entered(room, actor_id, also=chosen):
        content = content_of(room, version_id=version_id, file_id=file_id)
        return _let_out(room, content, chosen, actor_id, None)


def supersede(
    room: Room, former_id: uuid.UUID, *, actor_id: uuid.UUID, version_id: uuid.UUID | None = None,
    file_id: uuid.UUID | None = None,
) -> Release:  # fmt: skip
    """Let out another text in the place of an earlier one, to the same receivers; both stay readable."""
    with entered(room, actor_id):
        former = Release.objects.filter(room=room, pk=former_id).first()
        if former is None:
            raise gone()
        chosen = list(Room.objects.filter(table_id=room.table_id, pk__in=former.to_rooms))
    with entered(room, actor_id, also=chosen):
        content = content_of(room, version_id=version_id, file_id=file_id)
        after = Release.objects.filter(room=room, supersedes=former).first()
        if after is not None:
            if (after.version_id, after.file_id) == (version_id, file_id):
                return after
            raise Problem(
                _("This release was superseded already: supersede the newer one, “%(title)s”.")
                % {"title": after.title}
            )
        if (former.version_id, former.file_id) == (version_id, file_id):
            raise Problem(_("This is the very text that was released: choose another version."))
        return _let_out(room, content, chosen, actor_id, former)


def _chosen(room: Room, to: set[uuid.UUID]) -> list[Room]:
    """Return the receiving rooms; what goes to all needs no other receiver beside."""
    possible = receivers(room)
    chosen = [one for one in possible if one.pk in to]
    if not chosen or to - {one.pk for one in possible}:
        raise Problem(_("Choose who receives the text: a party of this table, a side, or all."))
    tray = [one for one in chosen if one.kind == Room.Kind.TABLE]
    return tray or chosen


def _let_out(
    room: Room, content: Content, chosen: Sequence[Room], actor_id: uuid.UUID, former: Release | None
) -> Release:
    to = sorted(str(one.pk) for one in chosen)
    before = Release.objects.filter(
        room=room, version=content.version, file=content.file, to_rooms=to
    ).first()
    if before is not None and (former is None or before.supersedes_id == former.pk):
        return before
    if before is not None:
        raise Problem(_("This very text was released to the same receivers before: choose another version."))
    missing = missing_approvals(room, content)
    if missing:
        raise Problem(
            _("A joint room releases what all its parties approved. Still missing: %(parties)s.")
            % {"parties": ", ".join(missing)}
        )
    if not content.text and content.file is None:
        raise Problem(_("This version is empty: there is nothing to release."))
    ref = uuid.uuid4()
    act_id = record_act(
        actor_id=actor_id, role="delegate", act="party_room.released", object_type="party_room.room",
        object_id=room.pk,
        content={
            "release": str(ref), "sha256": content.sha256, "to": to,
            "supersedes": str(former.pk) if former else None,
        },
    )  # fmt: skip
    made = Release.objects.create(
        id=ref, territory_id=room.territory_id, room=room, version=content.version, file=content.file,
        kind=content.kind, title=content.title, text=content.text, sha256=content.sha256, to_rooms=to,
        supersedes=former, author_id=actor_id, act_id=act_id,
    )  # fmt: skip
    copy = _copy_of(content.file, ref) if content.file else None
    for one in chosen:
        _deliver(made, one, copy)
    return made


def _copy_of(file: RoomFile, ref: uuid.UUID) -> StoredFile:
    """Store the frozen copy of a file: what the sender does with the original no longer matters."""
    with files.open_stored(file.stored) as source:
        return files.store(source, kind=RELEASED_KIND, name=neutral(file.name), owner_id=None, subject_id=ref)


def _deliver(made: Release, receiver: Room, copy: StoredFile | None) -> None:
    act_id = record_act(
        actor_id=None, role="delegate", act="party_room.delivered", object_type="party_room.delivery",
        object_id=receiver.pk,
        content={
            "release": str(made.pk), "sha256": made.sha256, "from": str(made.room_id), "kind": made.kind,
        },
    )  # fmt: skip
    Delivery.objects.create(
        territory_id=made.territory_id, room=receiver, release_ref=made.pk, sender_id=made.room_id,
        kind=made.kind, title=made.title, text=made.text, stored=copy, sha256=made.sha256,
        supersedes_ref=made.supersedes_id, act_id=act_id,
    )  # fmt: skip
    table = Table.objects.get(pk=made.room.table_id)
    notices.send(
        _readers(receiver, made.room), "party_room.received",
        {"sender": str(made.room), "table": table.title, "table_id": str(table.pk)},
    )  # fmt: skip


def _readers(receiver: Room, sender: Room) -> list[uuid.UUID]:
    """Return who is told: the receivers' delegations of today, not the sender's own."""
    parties = members(receiver)
    own = {party.pk for party in members(sender)}
    seats = Delegate.objects.active_on(standing.today()).filter(party__in=parties).exclude(party_id__in=own)
    told = set(seats.values_list("account_id", flat=True))
    if receiver.kind == Room.Kind.TABLE:
        desk = receiver.table.secretaries.active_on(standing.today())
        told |= set(desk.values_list("account_id", flat=True))
    return sorted(told, key=str)
