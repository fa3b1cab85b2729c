"""Addresses of credentials, assemblies, paper ballots, the record of the count."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.polling import views, views_count, views_departures, views_door, views_list

app_name = "polling"

POLL = "consultazioni/<uuid:consultation_id>/"
GROUP = "gruppi/<uuid:group_id>/"
LOT = "spoglio/<uuid:lot_id>/"
RECORD = "verbali-scrutinio/<uuid:record_id>/"

urlpatterns = [
    path("<uuid:table_id>/commissioni/", views.committees, name="committees"),
    path(f"{POLL}commissione/", views.home, name="committee"),
    path(f"{POLL}commissione/nomina/", views.name_member, name="name"),
    path("commissione/<uuid:member_id>/termina/", views.end_member, name="end_member"),
    path(f"{GROUP}elenco/", views_list.roll, name="roll"),
    path(f"{GROUP}elenco/aggiungi/", views_list.add, name="add"),
    path("elenco/<uuid:voter_id>/togli/", views_list.remove, name="remove"),
    path("elenco/<uuid:voter_id>/codice/", views_list.send_code, name="send_code"),
    path(f"{GROUP}modo/", views_list.way, name="way"),
    path(f"{GROUP}consegna/", views_list.hand, name="hand"),
    path(f"{GROUP}inviti/", views_list.invite, name="invite"),
    path(f"{GROUP}schede/", views_list.slips, name="slips"),
    path(f"{GROUP}schede/stampa/", views_list.print_batch, name="print"),
    path(f"{GROUP}schede/rientrata/", views_list.return_slip, name="return_slip"),
    path("lotti/<uuid:batch_id>/annulla/", views_list.void_batch, name="void_batch"),
    path(f"{POLL}assemblee/", views.assemblies, name="assemblies"),
    path("assemblee/<uuid:assembly_id>/termina/", views.end_assembly, name="end_assembly"),
    path(f"{POLL}carta/", views_count.papers, name="papers"),
    path(f"{GROUP}carta/", views_count.begin_lot, name="begin_lot"),
    path(LOT, views_count.lot, name="lot"),
    path(f"{LOT}scheda/", views_count.key_paper, name="key_paper"),
    path(f"{LOT}fine/", views_count.finish_keying, name="finish_keying"),
    path(f"{LOT}sigilla/", views_count.seal_lot, name="seal_lot"),
    path(f"{POLL}verbale-scrutinio/", views_count.record, name="record"),
    path(f"{POLL}verbale-scrutinio/redigi/", views_count.draw_up, name="draw_up"),
    path(f"{RECORD}nota/", views_count.remark, name="remark"),
    path(f"{RECORD}approvazione/", views_count.propose, name="propose_record"),
    path(f"{RECORD}riprendi/", views_count.take_back, name="take_back_record"),
    path(f"{RECORD}approva/", views_count.approve, name="approve_record"),
    path(f"{RECORD}verbale.pdf", views_count.record_pdf, name="record_pdf"),
    path(f"{RECORD}verbale.docx", views_count.record_docx, name="record_docx"),
    path(f"{POLL}parti-uscite/", views_departures.page, name="departures"),
    path(f"{POLL}parti-uscite/<uuid:party_id>/", views_departures.propose, name="propose_succession"),
    path("subentri/<uuid:succession_id>/consenso/", views_departures.consent, name="consent_succession"),
    path("subentri/<uuid:succession_id>/ritiro/", views_departures.withdraw, name="withdraw_succession"),
    path(f"{POLL}senza-esito/", views_departures.no_result, name="no_result"),
    path("scheda/", views_door.slip, name="slip"),
    path("assemblea/", views_door.pair, name="pair"),
    path("assemblea/urna/", views_door.booth, name="booth"),
    path(f"{POLL}voto/qr/", views_door.vote, name="vote"),
    path(f"{POLL}voto/fine/", views_door.finish, name="finish"),
]
