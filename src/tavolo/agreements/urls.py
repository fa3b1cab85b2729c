"""Addresses of agreements: texts, amendments, stances."""

from __future__ import annotations

from django.urls import path

from tavolo.agreements import views, views_amending, views_comparing, views_drafts, views_starting

app_name = "agreements"

TEXT = "<uuid:agreement_id>/"
ONE = f"{TEXT}emendamenti/<uuid:amendment_id>/"
DRAFT = f"{TEXT}bozze/<uuid:agreement_draft_id>/"

urlpatterns = [
    path("tavolo/<uuid:table_id>/", views.table, name="table"),
    path("tavolo/<uuid:table_id>/nuovo/", views_starting.start, name="start"),
    path(TEXT, views.text, name="text"),
    path(f"{TEXT}emenda/", views_amending.amend, name="amend"),
    path(f"{TEXT}emendamenti/", views_amending.amendments, name="amendments"),
    path(ONE, views_amending.amendment, name="amendment"),
    path(f"{ONE}riscrivi/", views_amending.rewrite, name="rewrite"),
    path(f"{ONE}ritira/", views_amending.withdraw, name="withdraw"),
    path(f"{TEXT}accogli/", views_amending.take_in, name="take_in"),
    path(f"{TEXT}posizione/", views.stance, name="stance"),
    path(f"{TEXT}commenta/", views.comment, name="comment"),
    path(f"{TEXT}annota/", views.remark, name="remark"),
    path(f"{TEXT}annota/<uuid:agreement_remark_id>/elimina/", views.remark_remove, name="remark_remove"),
    path(f"{TEXT}posizioni/", views.matrix, name="matrix"),
    path(f"{TEXT}modifiche/", views_comparing.marked_view, name="marked"),
    path(f"{TEXT}confronto/", views_comparing.compare, name="compare"),
    path(f"{TEXT}word/", views_drafts.word_page, name="word"),
    path(f"{TEXT}scarica/<str:text_format>/", views_comparing.download, name="download"),
    path(DRAFT, views_drafts.draft, name="draft"),
    path(f"{DRAFT}deposita/", views_drafts.draft_lodge, name="draft_lodge"),
    path(f"{DRAFT}elimina/", views_drafts.draft_discard, name="draft_discard"),
]
