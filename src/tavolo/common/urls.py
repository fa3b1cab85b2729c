"""Routes of the common services."""

from __future__ import annotations

from django.urls import path

from tavolo.common import views

app_name = "common"

urlpatterns = [
    path("<uuid:job_id>/", views.job, name="job"),
    path("<uuid:job_id>/annulla/", views.job_cancel, name="job_cancel"),
    path("file/<uuid:file_id>/", views.file, name="file"),
    path("importazioni/", views.imports, name="imports"),
    path("importazioni/nuova/", views.import_new, name="import_new"),
    path("importazioni/<uuid:import_id>/", views.import_run, name="import"),
    path("importazioni/<uuid:import_id>/conferma/", views.import_confirm, name="import_confirm"),
    path("importazioni/<uuid:import_id>/annulla/", views.import_cancel, name="import_cancel"),
    path("importazioni/<uuid:import_id>/problemi.csv", views.import_problems, name="import_problems"),
    path("avvisi/", views.notice_list, name="notices"),
    path("avvisi/letti/", views.notices_read, name="notices_read"),
    path("conservazione/", views.retention_table, name="retention"),
]
