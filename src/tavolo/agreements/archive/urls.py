"""Addresses of the public archive and verification."""

from __future__ import annotations

from django.urls import path

from tavolo.agreements.archive import views, views_adding, views_verifying

app_name = "archive"

urlpatterns = [
    path("archivio/", views.search_page, name="search"),
    path("archivio/aggiungi/", views_adding.add, name="add"),
    path("archivio/dati/<str:export_format>/", views.export, name="export"),
    path("archivio/<slug:entry_key>/", views.agreement, name="agreement"),
    path("archivio/<slug:entry_key>/correggi/", views_adding.correct, name="correct"),
    path("archivio/<slug:entry_key>/modifica/", views_adding.amend, name="amend"),
    path("archivio/<slug:entry_key>/scarica/<str:text_format>/", views.download, name="download"),
    path("verifica/", views_verifying.verify, name="verify"),
    path("<uuid:agreement_id>/verifica/", views_verifying.verify_agreement, name="verify_agreement"),
]
