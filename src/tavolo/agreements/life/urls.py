"""Addresses of an agreement's life: terms, text in force, joint bodies, firms that apply it."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.agreements.life import views, views_bodies, views_firms

app_name = "life"

OF = "<uuid:signed_agreement_id>/vita/"
BODY = "organismi/<uuid:joint_body_id>/"
QUESTION = "interpretazioni/<uuid:interpretation_id>/"
FIRM = "recepimenti/<uuid:application_id>/"

urlpatterns: list[URLPattern] = [
    path(OF, views.life_page, name="life"),
    path(f"{OF}testo/", views.text, name="text"),
    path(f"{OF}articoli/<str:clause_ref>/", views.clause, name="clause"),
    path(f"{OF}modifica/", views.amend, name="amend"),
    path(f"{OF}termini/", views.terms, name="terms"),
    path("termini/<uuid:life_terms_id>/conferma/", views.terms_assent, name="terms_assent"),
    path(f"{OF}disdetta/", views.notice, name="notice"),
    path(f"{OF}adesione/", views.join, name="join"),
    path("adesioni/<uuid:accession_id>/risposta/", views.accession_answer, name="accession_answer"),
    path(f"{OF}organismi/nuovo/", views_bodies.body_new, name="body_new"),
    path(BODY, views_bodies.body, name="body"),
    path(f"{BODY}componenti/", views_bodies.member, name="member"),
    path("componenti/<uuid:body_member_id>/fine/", views_bodies.member_end, name="member_end"),
    path(f"{BODY}date/", views_bodies.sitting, name="sitting"),
    path(f"{BODY}quesiti/", views_bodies.ask, name="ask"),
    path(f"{BODY}pareri/", views_bodies.joint_text, name="joint_text"),
    path("testi-comuni/<uuid:joint_text_id>/conferma/", views_bodies.confirm_text, name="confirm_text"),
    path(QUESTION, views_bodies.interpretation, name="interpretation"),
    path(f"{QUESTION}lato/", views_bodies.side_answer, name="side_answer"),
    path(f"{OF}recepisci/", views_firms.apply, name="apply"),
    path("nella-mia-azienda/", views_firms.mine, name="mine"),
    path(FIRM, views_firms.application, name="application"),
    path(f"{FIRM}verifica/", views_firms.check, name="check"),
    path(f"{FIRM}parere/", views_firms.opinion, name="opinion"),
    path(f"{FIRM}ritira/", views_firms.withdraw, name="withdraw"),
    path(f"{FIRM}rsu/", views_firms.rsu, name="rsu"),
]
