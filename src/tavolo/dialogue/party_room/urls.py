"""Addresses of party rooms: notes, drafts, positions, controlled release."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.party_room import views, views_positions, views_releases, views_votes

app_name = "party_room"

TABLE = "<uuid:table_id>/"
ROOM = f"{TABLE}stanza/<uuid:room_id>/"
DRAFT = f"{ROOM}bozze/<uuid:room_draft_id>/"
FILE = f"{ROOM}file/<uuid:room_file_id>/"
VOTE = f"{ROOM}votazioni/<uuid:room_vote_id>/"
POINT = "<uuid:position_point_id>/"
OWN = f"{ROOM}posizioni/"
RECEIVED = f"{TABLE}ricevuti/<uuid:received_id>/"

urlpatterns = [
    path(ROOM, views.room, name="room"),
    path(f"{ROOM}note/", views.note, name="note"),
    path(f"{ROOM}note/<uuid:room_note_id>/elimina/", views.note_remove, name="note_remove"),
    path(f"{ROOM}bozze/nuova/", views.new_draft, name="new_draft"),
    path(DRAFT, views.draft, name="draft"),
    path(f"{DRAFT}modifica/", views.edit_draft, name="edit_draft"),
    path(f"{DRAFT}confronto/", views.compare, name="compare"),
    path(f"{DRAFT}ripristina/", views.restore, name="restore"),
    path(f"{DRAFT}archivia/", views.archive, name="archive"),
    path(f"{DRAFT}elimina/", views.discard, name="discard"),
    path(f"{DRAFT}approva/", views_releases.approve, name="approve"),
    path(f"{DRAFT}ritira-approvazione/", views_releases.withdraw, name="withdraw"),
    path(f"{DRAFT}rilascia/", views_releases.release, name="release"),
    path(f"{ROOM}file/", views.upload, name="upload"),
    path(FILE, views.file, name="file"),
    path(f"{FILE}elimina/", views.file_remove, name="file_remove"),
    path(f"{FILE}approva/", views_releases.approve_file, name="approve_file"),
    path(f"{FILE}ritira-approvazione/", views_releases.withdraw_file, name="withdraw_file"),
    path(f"{FILE}rilascia/", views_releases.release_file, name="release_file"),
    path(f"{ROOM}votazioni/nuova/", views_votes.new_vote, name="new_vote"),
    path(VOTE, views_votes.vote, name="vote"),
    path(f"{VOTE}vota/", views_votes.cast, name="cast"),
    path(f"{VOTE}chiudi/", views_votes.close_vote, name="close_vote"),
    path(OWN, views_positions.own_positions, name="own_positions"),
    path(f"{OWN}nuovo-punto/", views_positions.new_private_point, name="new_private_point"),
    path(f"{OWN}{POINT}", views_positions.hold, name="hold"),
    path(f"{OWN}{POINT}deposita/", views_positions.lodge, name="lodge"),
    path(f"{OWN}{POINT}porta-al-tavolo/", views_positions.bring_point, name="bring_point"),
    path(f"{ROOM}rilasciati/", views_releases.released, name="released"),
    path(f"{ROOM}rilasciati/<uuid:room_release_id>/sostituisci/", views_releases.supersede, name="supersede"),
    path(f"{TABLE}posizioni/", views_positions.positions, name="positions"),
    path(f"{TABLE}posizioni/nuovo-punto/", views_positions.new_point, name="new_point"),
    path(f"{TABLE}posizioni/chiedi/", views_positions.ask, name="ask"),
    path(f"{TABLE}posizioni/{POINT}", views_positions.point, name="point"),
    path(f"{TABLE}ricevuti/", views_releases.received, name="received"),
    path(RECEIVED, views_releases.received_one, name="received_one"),
    path(f"{RECEIVED}file/", views_releases.received_file, name="received_file"),
]
