"""The subjects of second-level bargaining, after the observatory of CISL (OCSEL) that sorts agreements.

The headings are those the observatory's reports use; carried over from memory on 2026-11-22 and to be
compared with its next report. A clause may have several.
"""

from __future__ import annotations

from tavolo.agreements.text.errors import TextError

_LIST = (
    ("union_relations", "Diritti sindacali e relazioni industriali", "Union rights and industrial relations"),
    ("information", "Informazione e partecipazione", "Information and participation"),
    ("wages", "Salario e premio di risultato", "Pay and productivity bonus"),
    ("welfare", "Welfare integrativo", "Supplementary welfare"),
    ("hours", "Orario di lavoro", "Working time"),
    ("organisation", "Organizzazione del lavoro", "Organisation of work"),
    ("smart_work", "Lavoro agile e conciliazione", "Remote work and work–life balance"),
    ("training", "Formazione e competenze", "Training and skills"),
    ("classification", "Inquadramento e professionalità", "Grading and professional growth"),
    ("employment", "Occupazione e mercato del lavoro", "Employment and labour market"),
    ("restructuring", "Crisi, ristrutturazioni e ammortizzatori", "Crises, restructuring and income support"),
    ("technology", "Tecnologia e intelligenza artificiale", "Technology and artificial intelligence"),
    ("health_safety", "Ambiente, salute e sicurezza", "Environment, health and safety"),
    ("equality", "Pari opportunità e non discriminazione", "Equal opportunity and non-discrimination"),
    ("procurement", "Appalti e filiera", "Contracting and supply chain"),
    ("territory", "Territorio, sviluppo e rete", "Territory, development and network"),
    ("bilateral", "Bilateralità e organismi paritetici", "Joint bodies"),
    ("rules", "Durata, procedure e clausole generali", "Term, procedures and general clauses"),
)  # fmt: skip
TOPICS: dict[str, dict[str, str]] = {key: {"it": italian, "en": english} for key, italian, english in _LIST}


def check_topics(topics: tuple[str, ...]) -> None:
    """Raise TextError at the first topic that is not in the list."""
    for topic in topics:
        if topic not in TOPICS:
            raise TextError("unknown_topic", value=topic)


def topic_name(topic: str, language: str = "it") -> str:
    """Return what a topic is called."""
    words = TOPICS.get(topic, {})
    return words.get(language, words.get("en", topic))
