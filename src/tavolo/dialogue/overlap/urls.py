"""Addresses of blind overlap: lodged in secret, shown only where all accept."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.overlap import views

app_name = "overlap"

TABLE = "<uuid:table_id>/verifica-riservata/"
ONE = "verifica-riservata/<uuid:exercise_id>/"

urlpatterns = [
    path(TABLE, views.exercises, name="exercises"),
    path(f"{TABLE}chiedi/", views.ask, name="ask"),
    path(ONE, views.exercise, name="exercise"),
    path(f"{ONE}chiedi/", views.join, name="join"),
    path(f"{ONE}elenco/", views.write_list, name="list"),
    path(f"{ONE}elenco/accetta/", views.consent, name="consent"),
    path(f"{ONE}deposito/", views.lodge, name="lodge"),
    path(f"{ONE}guarda/", views.look, name="look"),
    path(f"{ONE}pacchetti/", views.packages, name="packages"),
    path(f"{ONE}rinuncia/", views.decline, name="decline"),
    path(f"{ONE}ferma/", views.stop, name="stop"),
]
