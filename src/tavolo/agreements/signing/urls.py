"""Addresses of states, initialling and signature."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.agreements.signing import views, views_signing

app_name = "signing"

ONE = "<uuid:initialled_id>/firma/"
DONE = "<uuid:signed_id>/firmato/"

urlpatterns: list[URLPattern] = [
    path("tavoli/<uuid:table_id>/firme/", views.table, name="table"),
    path(ONE, views.agreement, name="agreement"),
    path(f"{ONE}testo/", views.text, name="text"),
    path(f"{ONE}foglio.pdf", views.sheet, name="sheet"),
    path(f"{ONE}siglare/", views.initial, name="initial"),
    path(f"{ONE}ritira-sigla/", views.withdraw, name="withdraw"),
    path(f"{ONE}non-aderisce/", views.decline, name="decline"),
    path(f"{ONE}separata/", views.separate, name="separate"),
    path(f"{ONE}voto/", views.vote, name="vote"),
    path(f"{ONE}riserva/", views.reservation, name="reservation"),
    path(f"{ONE}firmatari/", views_signing.signatories, name="signatories"),
    path(f"{ONE}firmare/", views_signing.sign, name="sign"),
    path(f"{ONE}scansione/", views_signing.copy, name="copy"),
    path(f"{ONE}conferma-copia/", views_signing.confirm, name="confirm"),
    path(f"{ONE}firma-esterna/", views_signing.attach, name="attach"),
    path(f"{ONE}deposito/", views_signing.deposit, name="deposit"),
    path(f"{DONE}accordo.pdf", views_signing.signed_pdf, name="signed_pdf"),
    path(f"{DONE}fascicolo.zip", views_signing.bundle, name="bundle"),
    path(f"{DONE}scheda-deposito.csv", views_signing.data_sheet, name="data_sheet"),
]
