"""Routes of the register."""

from __future__ import annotations

from django.urls import path

from tavolo.ledger import views

app_name = "ledger"

urlpatterns = [
    path("", views.register, name="register"),
    path("sigilli/<uuid:checkpoint_id>.txt", views.checkpoint, name="checkpoint"),
    path("sigilli/<uuid:checkpoint_id>/conserva/", views.hold, name="hold"),
    path("atti/<uuid:act_id>/", views.act, name="act"),
    path("atti/<uuid:act_id>/estratto.jsonl", views.extract, name="extract"),
    path("impronte.jsonl", views.hashes, name="hashes"),
]
