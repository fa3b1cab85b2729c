"""Addresses of a table's course: phases, calendar, interruptions, the end."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.dialogue.course import views, views_beginning, views_calendar, views_interruptions

app_name = "course"

PATH = "<uuid:table_id>/percorso/"
PAUSE = f"{PATH}interruzioni/"
END = f"{PATH}mancato-accordo/"
INVITED = "inviti/<uuid:invited_id>/"
ENTRY = "calendario/date/<uuid:entry_id>/"

urlpatterns: list[URLPattern] = [
    path("nuovo/", views_beginning.begin, name="begin"),
    path(INVITED, views_beginning.invitation, name="invitation"),
    path(f"{INVITED}ritira/", views_beginning.withdraw, name="invitation_withdraw"),
    path(f"{PATH}conferma/", views_beginning.confirm, name="confirm"),
    path(f"{PATH}ammissione/", views_beginning.admit, name="admit"),
    path(f"{PATH}avvia/", views_beginning.adopt, name="adopt"),
    path(PATH, views.path, name="path"),
    path(f"{PATH}fasi/", views.compose, name="compose"),
    path(f"{PATH}passaggio/", views.move, name="move"),
    path(f"{PATH}conclusione/", views.conclude, name="conclude"),
    path(f"{PATH}calendario/nuova/", views_calendar.entry_new, name="entry_new"),
    path(ENTRY, views_calendar.entry, name="entry"),
    path(f"{ENTRY}ritira/", views_calendar.entry_withdraw, name="entry_withdraw"),
    path("calendario/", views_calendar.calendar, name="calendar"),
    path("calendario/<str:token>.ics", views_calendar.feed, name="feed"),
    path(f"{PAUSE}sospensione/", views_interruptions.suspend, name="suspend"),
    path(f"{PAUSE}ripresa/", views_interruptions.resume, name="resume"),
    path(f"{PAUSE}partecipazione/", views_interruptions.step_out, name="step_out"),
    path(f"{PAUSE}rientro/", views_interruptions.step_in, name="step_in"),
    path(f"{PAUSE}stato-di-agitazione/", views_interruptions.dispute, name="dispute"),
    path(f"{PAUSE}stato-di-agitazione/fine/", views_interruptions.dispute_end, name="dispute_end"),
    path(f"{PAUSE}raffreddamento/", views_interruptions.cooling_off, name="cooling_off"),
    path(END, views_interruptions.no_agreement, name="no_agreement"),
    path(f"{END}dichiarazione/", views_interruptions.statement, name="statement"),
    path(f"{END}chiudi/", views_interruptions.no_agreement_close, name="no_agreement_close"),
    path(f"{END}ritira/", views_interruptions.no_agreement_withdraw, name="no_agreement_withdraw"),
]
