"""Addresses of plain ballots. The voting page lies under the room's own, where its cookie is valid."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.plain_ballots import views, views_preparing, views_voting

app_name = "plain_ballots"

ONE = "votazioni/<uuid:ballot_id>/"
VOTE = "consultazioni/<uuid:ballot_id>/voto/votazione/"

urlpatterns = [
    path("votazioni/regole/", views.rules, name="rules"),
    path("votazioni/regole/<slug:rule_key>/", views.rule, name="rule"),
    path("<uuid:table_id>/votazioni/", views.ballots, name="ballots"),
    path("<uuid:table_id>/votazioni/nuova/", views_preparing.new, name="new"),
    path(ONE, views.ballot, name="ballot"),
    path(f"{ONE}regola/", views_preparing.choose_rule, name="choose_rule"),
    path(f"{ONE}testo/", views_preparing.text, name="text"),
    path(f"{ONE}quesiti/", views_preparing.questions, name="questions"),
    path("votazioni/quesiti/<uuid:question_id>/togli/", views_preparing.remove_question,
         name="remove_question"),
    path("votazioni/quesiti/<uuid:question_id>/traduzioni/", views_preparing.translate, name="translate"),
    path(f"{ONE}apri/", views_preparing.open_ballot, name="open"),
    path(f"{ONE}chiudi/", views_preparing.close_ballot, name="close"),
    path(f"{ONE}esito/", views.results, name="results"),
    path(f"{ONE}esito.csv", views.results_csv, name="results_csv"),
    path(f"{ONE}esito.pdf", views.results_pdf, name="results_pdf"),
    path(f"{ONE}esito.docx", views.results_docx, name="results_docx"),
    path(VOTE, views_voting.vote, name="vote"),
    path(f"{VOTE}testo/", views_voting.vote_text, name="vote_text"),
    path(f"{VOTE}registra/", views_voting.cast, name="cast"),
]  # fmt: skip
