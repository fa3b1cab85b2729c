"""Addresses of meetings, minutes, communiqués and documents."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.dialogue.meetings import views, views_minutes, views_papers, views_running

app_name = "meetings"

TABLE = "<uuid:table_id>/"
ONE = "incontri/<uuid:meeting_id>/"
MINUTES = "verbali/<uuid:minutes_id>/"
COMMUNIQUE = "comunicati/<uuid:communique_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{TABLE}incontri/", views.table, name="table"),
    path(f"{TABLE}incontri/nuovo/", views.new, name="new"),
    path(f"{TABLE}punti/", views.points, name="points"),
    path("punti/<uuid:point_id>/stato/", views.point_state, name="point_state"),
    path(ONE, views.meeting, name="meeting"),
    path(f"{ONE}modifica/", views.change, name="change"),
    path(f"{ONE}annulla/", views.cancel, name="cancel"),
    path(f"{ONE}calendario.ics", views.calendar, name="calendar"),
    path(f"{ONE}persone/", views_running.people, name="people"),
    path(f"{ONE}ordine-del-giorno/", views_running.agenda_page, name="agenda"),
    path("voci/<uuid:item_id>/togli/", views_running.item_remove, name="item_remove"),
    path("voci/<uuid:item_id>/sposta/", views_running.item_move, name="item_move"),
    path(f"{ONE}presenze/", views_running.attendance, name="attendance"),
    path(f"{ONE}decisioni/", views_running.decide, name="decide"),
    path(
        "decisioni/<uuid:meeting_decision_id>/togli/", views_running.decision_remove, name="decision_remove"
    ),
    path(f"{ONE}verbale/", views_minutes.write, name="write"),
    path(MINUTES, views_minutes.minutes, name="minutes"),
    path(f"{MINUTES}versioni/<int:version_number>/", views_minutes.version, name="version"),
    path(f"{MINUTES}copia.docx", views_minutes.copy, name="copy"),
    path(f"{MINUTES}invia/", views_minutes.send, name="send"),
    path(f"{MINUTES}riprendi/", views_minutes.take_back, name="take_back"),
    path(f"{MINUTES}risposta/", views_minutes.answer, name="answer"),
    path(f"{MINUTES}rettifica/", views_minutes.correct, name="correct"),
    path(f"{TABLE}documenti/", views_papers.documents, name="documents"),
    path(f"{TABLE}documenti/nuovo/", views_papers.document_new, name="document_new"),
    path("documenti/<uuid:document_id>/", views_papers.document, name="document"),
    path("comunicati/", views_papers.published, name="published"),
    path(f"{TABLE}comunicati/", views_papers.communiques, name="communiques"),
    path(f"{TABLE}comunicati/nuovo/", views_papers.communique_new, name="communique_new"),
    path(COMMUNIQUE, views_papers.communique, name="communique"),
    path(f"{COMMUNIQUE}comunicato.pdf", views_papers.communique_pdf, name="communique_pdf"),
    path(f"{COMMUNIQUE}modifica/", views_papers.communique_edit, name="communique_edit"),
    path(f"{COMMUNIQUE}approva/", views_papers.communique_approve, name="communique_approve"),
    path(f"{COMMUNIQUE}pubblica/", views_papers.communique_publish, name="communique_publish"),
]
