"""Addresses of what awaits me, search, activity, digests."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.following import views

app_name = "following"

urlpatterns = [
    path("cosa-mi-aspetta/", views.waiting, name="waiting"),
    path("cerca/", views.search, name="search"),
    path("avvisi/posta/", views.telling, name="telling"),
    path("avvisi/posta/scegli/", views.tell, name="tell"),
    path("tavoli/<uuid:table_id>/attivita/", views.activity, name="activity"),
]
