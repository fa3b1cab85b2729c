"""How a person looks at a table: services, gathering hooks, search, addresses. All text in one string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tavolo.common.row_security import opened as opened
from tavolo.dialogue import hooks as gathered
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.delegations.models import Mandate
from tavolo.dialogue.meetings import access as meetings
from tavolo.dialogue.models import Party, Table
from tavolo.dialogue.overlap import seats as overlap
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.models import DraftVersion, Note


def services(account_id: Any, table: Table) -> str:
    """Return everything the parts' own questions give a person."""
    found: list[Any] = []
    for room in access.rooms_of(account_id, table.pk):
        with access.reading([room]):
            found += Note.objects.filter(room=room).values_list("text", flat=True)
            found += DraftVersion.objects.filter(room=room).values_list("title", "text")
            if room.party is not None:
                for held in reading.held(room, room.party):
                    found.append((held.position.condition, held.position.motivation) if held.position else "")
    found += [(one.delivery.title, one.delivery.text) for one in reading.received(account_id, table)]
    if access.reads_positions(account_id, table.pk):
        cells = [cell for row in reading.matrix(table) for cell in row.cells]
        found += [cell.lodged.condition for cell in cells if cell.lodged]
    found += meetings.visible_meetings(account_id).values_list("title", "pk")
    found += overlap.visible(account_id).values_list("title", flat=True)
    for party in Party.objects.filter(table=table):
        if mandates.reads(account_id, party):
            for mandate in Mandate.objects.filter(party=party):
                found += [line.text for line in mandates.read(mandate, account_id).red_lines]
    return " ".join(str(one) for one in found)


def hooks(account_id: Any, table: Table, query: str) -> str:
    """Return what awaits a person, a table's events as they may know them, and a search's matches."""
    found: list[Any] = [*gathered.awaiting(account_id), *gathered.found(account_id, query)]
    if standing.visible_tables(account_id).filter(pk=table.pk).exists():
        found += gathered.events_of(account_id, table)
    return " ".join(str(one) for one in found)


def addresses(table: Table, sitting: set[str], words: Iterable[str]) -> Iterator[tuple[str, set[str] | None]]:
    """Yield addresses of the whole table with those who may open them (None: anybody may try)."""
    pages = ("posizioni/", "ricevuti/", "incontri/", "documenti/", "punti/", "delegazioni/", "decisioni/")
    for page in pages:
        yield f"/tavoli/{table.pk}/{page}", sitting
    for page in ("", "attivita/", "segreteria/"):
        yield f"/tavoli/{table.pk}/{page}", None
    yield "/cosa-mi-aspetta/", None
    yield "/api/v1/following/waiting", None
    for part in ("rooms", "positions", "received"):
        yield f"/api/v1/party-room/tables/{table.pk}/{part}", sitting
    for word in words:
        yield f"/api/v1/following/search?q={word}", None


def of_a_party(table: Table, room_id: Any, party_id: Any) -> Iterator[str]:
    """Yield addresses of one party's own."""
    room = f"/tavoli/{table.pk}/stanza/{room_id}/"
    yield from (room, f"{room}posizioni/", f"{room}rilasciati/", f"/tavoli/parti/{party_id}/mandato/")
