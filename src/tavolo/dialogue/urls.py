"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue import views, views_preparing, views_results, views_secrecy, views_voting

app_name = "dialogue"

TABLE = "<uuid:table_id>/"
ONE = "consultazioni/<uuid:consultation_id>/"
RESULTS = f"{ONE}esiti/"

urlpatterns = [
    path("", views.tables, name="tables"),
    path("segretezza/", views_secrecy.secrecy, name="secrecy"),
    path(TABLE, views.table, name="table"),
    path(f"{TABLE}consultazioni/nuova/", views_preparing.new, name="new"),
    path(f"{TABLE}importa/", views_preparing.import_consultation, name="import"),
    path(ONE, views.consultation, name="consultation"),
    path(f"{ONE}platea/", views_preparing.ask, name="ask"),
    path(f"{ONE}affermazioni/", views_preparing.statements, name="statements"),
    path(f"{ONE}apri/", views_preparing.open_consultation, name="open"),
    path(f"{ONE}chiudi/", views_preparing.close_consultation, name="close"),
    path("affermazioni/<uuid:statement_id>/modifica/", views_preparing.revise, name="revise"),
    path("affermazioni/<uuid:statement_id>/ritira/", views_preparing.withdraw, name="withdraw"),
    path("versioni/<uuid:version_id>/traduzioni/", views_preparing.translate, name="translate"),
    path(f"{ONE}voto/", views_voting.vote, name="vote"),
    path(f"{ONE}voto/registra/", views_voting.cast, name="cast"),
    path(RESULTS, views_results.results, name="results"),
    path(f"{RESULTS}rilascia/", views_results.release, name="release"),
    path(f"{RESULTS}pubblica/", views_results.publish, name="publish"),
    path(f"{RESULTS}convergenze.csv", views_results.results_csv, name="results_csv"),
    path(f"{RESULTS}convergenze.json", views_results.results_json, name="results_json"),
    path(f"{RESULTS}convergenze.pdf", views_results.results_pdf, name="results_pdf"),
    path(f"{RESULTS}polis.zip", views_results.results_polis, name="results_polis"),
    path(f"{RESULTS}propri.csv", views_results.own_csv, name="own_csv"),
]
