"""Addresses of participants' statements, moderation, languages, what became of it."""

from __future__ import annotations

from django.urls import path

from tavolo.dialogue.voices import (
    views_moderating,
    views_outcomes,
    views_proposing,
    views_rules,
    views_translating,
)

app_name = "voices"

TABLE = "<uuid:table_id>/"
ONE = "consultazioni/<uuid:consultation_id>/"
PROPOSAL = "proposte/<uuid:proposal_id>/"

urlpatterns = [
    path(f"{TABLE}moderazione/regole/", views_rules.rules, name="rules"),
    path(f"{TABLE}moderazione/regole/proponi/", views_rules.propose_rules, name="propose_rules"),
    path(f"{TABLE}moderazione/persone/", views_rules.offices_page, name="offices"),
    path("moderatori/<uuid:moderator_id>/termina/", views_rules.dismiss, name="dismiss"),
    path("garanti/<uuid:guarantor_id>/termina/", views_rules.propose_end, name="propose_end"),
    path(f"{ONE}proposte/", views_proposing.propose, name="propose"),
    path(f"{ONE}proposte/simili/", views_proposing.similar, name="similar"),
    path(f"{ONE}suggerimenti/", views_proposing.hints, name="hints"),
    path(f"{PROPOSAL}ricorso/", views_proposing.appeal, name="appeal"),
    path(f"{ONE}moderazione/", views_moderating.queue, name="queue"),
    path(f"{ONE}moderazione/conti/", views_moderating.counts, name="counts"),
    path(f"{PROPOSAL}decidi/", views_moderating.decide, name="decide"),
    path(f"{ONE}garanti/", views_moderating.guarantee, name="guarantee"),
    path(f"{PROPOSAL}garanti/", views_moderating.rule_on, name="rule_on"),
    path(f"{ONE}che-fine-ha-fatto/", views_outcomes.outcomes_page, name="outcomes"),
    path(f"{ONE}che-fine-ha-fatto/scrivi/", views_outcomes.write, name="write"),
    path(f"{ONE}che-fine-ha-fatto/avvisa/", views_outcomes.tell, name="tell"),
    path("che-fine-ha-fatto/<uuid:outcome_id>/togli/", views_outcomes.take_back, name="take_back"),
    path(f"{ONE}traduzioni/", views_translating.translations, name="translations"),
    path(f"{ONE}traduzioni/scrivi/", views_translating.translate, name="translate"),
    path(f"{ONE}traduzioni/foglio.xlsx", views_translating.sheet, name="sheet"),
    path(f"{ONE}traduzioni/controlla/", views_translating.check_all, name="check_all"),
    path("traduzioni/<uuid:translation_id>/controlla/", views_translating.check, name="check"),
    # Below the voting page, where the cookie of a slip is sent too.
    path(f"{ONE}voto/audio/<uuid:version_id>/<str:language>/", views_translating.sound, name="sound"),
    path("versioni/<uuid:version_id>/audio/", views_translating.audio, name="audio"),
    path(
        "versioni/<uuid:version_id>/audio/<str:language>/togli/",
        views_translating.audio_remove,
        name="audio_remove",
    ),
    path("versioni/<uuid:version_id>/consenso/", views_proposing.consent_seed, name="consent_seed"),
]
