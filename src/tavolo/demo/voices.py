# mypy: disable-error-code="attr-defined"
"""Languages, participants' statements and what became of it, as the demonstration shows them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from importlib import resources
from typing import Any

import yaml

from tavolo.demo import proposed
from tavolo.demo.dialogue import Seated
from tavolo.demo.society import Society
from tavolo.dialogue.models import Consultation, Roll, Statement
from tavolo.dialogue.services import consultations
from tavolo.dialogue.voices import moderating, outcomes, proposing, translating
from tavolo.dialogue.voices.models import Proposal, Rule

Step = Callable[[str], None]
CHECKED = ("en", "ar", "es", "zh")
SEED = "Ai colloqui sulla formazione deve poter assistere una persona scelta dal lavoratore."
# What people propose, and what becomes of it: accepted, waiting, or the rule by which it is refused.
PROPOSALS = (
    ("Chi lavora di notte deve avere una visita medica ogni anno, pagata dall'azienda.", "accept"),
    ("Chi fa formazione fuori orario deve essere pagato come al lavoro.", "accept"),
    ("Il caporeparto Bianchi deve smettere di cambiare i turni all'ultimo momento.", "R2"),
    ("I buoni pasto vanno dati anche a chi lavora da casa.", "accept"),
    ("Serve un corso di italiano in orario di lavoro per chi è arrivato da poco.", "accept"),
    ("La squadra del mio paese merita di salire in serie A.", "R1"),
    ("I turni vanno comunicati due settimane prima.", "doubt"),
    ("Le ferie di agosto vanno decise insieme entro marzo.", "wait"),
    ("Chi ha figli piccoli deve poter scegliere il turno.", "wait"),
    ("Perché nessuno ci dice quanto guadagna l'azienda?", "R5"),
    ("Gli spogliatoi e le docce devono essere puliti a ogni turno.", "wait"),
    ("Chi forma i colleghi più giovani deve avere un'indennità.", "accept"),
)
REASONS = {
    "R1": "Non riguarda né la formazione né la qualità del lavoro.",
    "R2": "Nomina una persona: la stessa idea si può scrivere senza il nome.",
    "R5": "È una domanda: scritta come affermazione si potrebbe votare.",
}
CONFIRMED = {
    "R1": "Anche per me è fuori dal tema.",
    "R2": "Il nome va tolto: chi lo legge sa di chi si parla.",
    "R5": "Non si può essere d'accordo o contrari a una domanda.",
}
OUTCOMES = (
    (2, "clause", "È nella bozza: al massimo quattro indicatori, con il calcolo a disposizione."),
    (5, "not_taken", "Non ripresa: i pareri sono divisi dentro ogni lato. Resta ai contratti aziendali."),
    (17, "clause", "È entrata nella bozza: ogni impegno ha responsabile, scadenza e indicatore."),
    (20, "theme", "È un punto del tema «tecnologia»: le delegazioni ne discutono alla prossima plenaria."),
    (30, "later", "Rimandata: prima si raccolgono i costi per le imprese più piccole."),
)  # fmt: skip


def build(seated: Seated, society: Society, step: Step) -> None:
    """Translate; propose and decide; write what became of it."""
    opened = Consultation.objects.filter(
        table=seated.table, state="open", kind=Consultation.Kind.STATEMENTS
    ).order_by("created_at")[0]
    step("voices: a dozen statements in five languages")
    _translate(society, opened)
    step("voices: participants' statements, decisions, an appeal")
    _propose(society, opened)
    consultations.add_statement(
        opened, text=SEED, actor_id=society.people["cgil_delegate"], theme=seated.themes["formazione"]
    )
    step("voices: what became of it")
    _outcomes(seated, society)


def _translate(society: Society, opened: Consultation) -> None:
    source = resources.files("tavolo.demo").joinpath("data/voices.yaml")
    data: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    entries = []
    for line in translating.lines(opened):
        words = data["places"].get(line.place) or data["statements"].get(line.original) or {}
        entries += [
            translating.Entry(line, code, text, data["translators"][code]) for code, text in words.items()
        ]
    translating.translate_many(opened, entries, actor_id=society.people["cgil_delegate"])
    for code in CHECKED:
        translating.check_language(opened, code, actor_id=society.people["secretary_b"])


def _propose(society: Society, opened: Consultation) -> None:
    worker = proposed.author()
    people = Roll.objects.filter(consultation=opened).exclude(account_id=worker).order_by("account__email")
    others = list(people.values_list("account_id", flat=True)[40:60])
    made: list[tuple[Proposal, str]] = []
    for place, (text, fate) in enumerate(PROPOSALS):
        who = worker if fate == "R5" else others[place]
        proposal = proposing.propose_statement(opened, text=text, account_id=who, key=f"demo-{place}")
        made.append((proposal, fate))
    first, second = society.people["secretary_a"], society.people["cgil_delegate"]
    for proposal, fate in made:
        if fate == "accept":
            moderating.decide(proposal, accepts=True, moderator_id=first)
        elif fate == "doubt":
            _refuse(proposal, "R4", "Dice quasi lo stesso dell'affermazione sui turni.", first)
        elif fate != "wait":
            _refuse(proposal, fate, REASONS[fate], first)
            _refuse(proposal, fate, CONFIRMED[fate], second)
    appealed, who = made[2][0], others[2]
    words = "Il nome si può togliere: il problema dei turni cambiati all'ultimo momento è vero."
    moderating.appeal(appealed, words=words, account_id=who)


def _refuse(proposal: Proposal, code: str, words: str, moderator_id: uuid.UUID) -> None:
    rule = Rule.objects.get(book_id=proposal.book_id, code=code)
    moderating.decide(proposal, accepts=False, moderator_id=moderator_id, rule=rule, words=words)


def _outcomes(seated: Seated, society: Society) -> None:
    published = Consultation.objects.filter(table=seated.table, state="published").order_by("created_at")[0]
    for number, kind, text in OUTCOMES:
        statement = Statement.objects.select_related("consultation").get(
            consultation=published, number=number
        )
        outcomes.write_outcome(statement, kind=kind, text=text, actor_id=society.people["secretary_a"])
    proposed.tell(seated, society)
