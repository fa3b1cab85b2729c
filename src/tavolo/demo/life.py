# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""The life of the demonstration's signed agreement: terms, joint bodies, firms that apply it, a notice."""

from __future__ import annotations

import uuid
from datetime import timedelta

from tavolo.agreements import standing
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Application, BodyKind
from tavolo.agreements.life.services import applying, joint, terms
from tavolo.agreements.models import Agreement, Level, State
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.model import ROOT, Clause, Origin, Text
from tavolo.demo import proposed, signing
from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.people.models import Account, Organisation

DAYS = timedelta(days=1)
TITLE = "Intesa territoriale su formazione, premi e partecipazione"
ARTICLES = (
    ("formazione", "Formazione", "Ogni persona ha 24 ore l'anno di formazione in orario di lavoro."),
    ("premio", "Premio di risultato", "Le imprese comunicano gli obiettivi entro 60 giorni dalla firma."),
    ("risposte", "Risposte alle proposte", "Alle proposte delle lavoratrici e dei lavoratori l'impresa "
     "risponde per iscritto entro trenta giorni."),
    ("osservatorio", "Osservatorio", "Le parti costituiscono un osservatorio paritetico che pubblica un "
     "rapporto ogni sei mesi."),
    ("comitato", "Comitato bilaterale", "Il comitato bilaterale verifica le imprese senza rappresentanza "
     "sindacale che recepiscono l'intesa."),
    ("tecnologia", "Tecnologia trasparente", "Prima di adottare sistemi che decidono sul lavoro l'impresa "
     "informa le rappresentanze."),
)  # fmt: skip
CONTINUED = "Alla scadenza l'intesa continua a produrre effetti fino alla firma di un nuovo testo."


def build(seated: Seated, society: Society, step: Step) -> None:
    """Record terms, set up bodies, answer a question, let firms apply, put an older text under notice."""
    step("life: terms, joint bodies, firms that apply the agreement")
    agreement = signed_agreement(seated, society)
    _terms(seated, society, agreement)
    committee = _bodies(society, agreement)
    _firms(society, agreement, committee)
    _older(seated, society)


def person(society: Society, key: str) -> uuid.UUID:
    """Return the head of a party's delegation."""
    return society.people[SEATS[key][1]]


def signed_agreement(seated: Seated, society: Society) -> Agreement:
    """Return the table's agreement that all contractors signed; an own one where there is none."""
    found = Agreement.objects.filter(
        table=seated.table, state__in=(State.SIGNED, State.DEPOSITED), amends__isnull=True
    ).exclude(title=OLDER)  # fmt: skip
    for one in found.order_by("created_on", "title"):
        if len(life.signatories(one)) == len(seated.parties) and len(text_of(current(one)).clauses) > 3:
            return one
    return _made(seated, society, TITLE, ARTICLES)


def _made(seated: Seated, society: Society, title: str, articles: object) -> Agreement:
    statement = proposed.statement(seated.table.pk)
    origin = (Origin("statement", str(statement.pk)),) if statement else ()
    clauses = tuple(
        Clause(key, name, body, origin=origin if key == "risposte" else ()) for key, name, body in articles
    )
    with signing.on_day(signing.past_day()):
        text = Text.of(title, clauses)
        return signing.sign_by_all(seated, society, title, text, Level.TERRITORIAL)


def clause(agreement: Agreement, *words: str) -> str:
    """Return the first clause that speaks of one of these words, else the first of all."""
    clauses = [one for one in text_of(current(agreement)).clauses.values() if one.id != ROOT]
    for word in words:
        for one in clauses:
            if word in f"{one.title} {one.body}".lower():
                return one.id
    return clauses[0].id


def _terms(seated: Seated, society: Society, agreement: Agreement) -> None:
    today = standing.today()
    row = terms.propose_terms(
        agreement,
        {"starts_on": signing.past_day(), "ends_on": today + 330 * DAYS, "renewal_months": 12,
         "notice_days": 90, "continued": "until_renewed", "continued_text": CONTINUED,
         "to_national": "adds", "to_national_text": "L'intesa si aggiunge ai contratti nazionali applicati.",
         "to_company": "yields", "to_company_text": "Gli accordi aziendali possono regolare diversamente le "
         "modalità, ferme le tutele minime.", "joining": "each_side", "opinion_days": 30},
        actor_id=person(society, "cgil"),
    )  # fmt: skip
    terms.assent_to_terms(row, actor_id=person(society, "employers"))
    city = Organisation.objects.get(pk=society.bodies["city"])
    asked = terms.ask_to_join(
        agreement, city, actor_id=society.people["city_officer"],
        text="Il Comune aderisce per la parte sulla formazione e mette a disposizione le proprie sale.",
    )  # fmt: skip
    terms.answer_accession(asked, actor_id=person(society, "cisl"), consents=True)


def _bodies(society: Society, agreement: Agreement) -> object:
    today, secretary = standing.today(), society.people["secretary_a"]
    made = []
    for kind, name, tasks in (
        (BodyKind.COMMITTEE, "Comitato bilaterale territoriale",
         "Verifica le imprese senza rappresentanza sindacale che recepiscono l'intesa."),
        (BodyKind.INTERPRETATION, "Commissione paritetica",
         "Risponde insieme alle domande su come leggere un articolo."),
    ):  # fmt: skip
        body = joint.set_up(
            agreement, actor_id=secretary, kind=kind, name=name, tasks=tasks,
            clause=clause(agreement, "comitato", "partecip"),
        )  # fmt: skip
        for key in ("cgil", "employers"):
            email = Account.objects.values_list("email", flat=True).get(pk=person(society, key))
            joint.name_member(body, actor_id=person(society, key), email=email, starts_on=today)
        made.append(body)
    committee, readers = made
    joint.add_sitting(
        committee, actor_id=person(society, "cgil"), on=today + 12 * DAYS, title="Verifica dei recepimenti",
        place="Sede dell'ente bilaterale",
    )  # fmt: skip
    _questions(society, agreement, readers)
    return committee


def _questions(society: Society, agreement: Agreement, readers: object) -> None:
    """A question answered together, and one that waits for the other side."""
    question = joint.ask(
        readers, actor_id=person(society, "cgil"), clause=clause(agreement, "formazione"),
        text="Le 24 ore di formazione comprendono i corsi obbligatori sulla sicurezza?",
    )  # fmt: skip
    joint.answer_for_side(
        question, actor_id=person(society, "cgil"), text="No: quelli sono già dovuti per legge."
    )
    joint.answer_for_side(
        question, actor_id=person(society, "employers"), text="Sì per la parte che supera il minimo di legge."
    )
    answer = joint.propose_text(
        readers, actor_id=person(society, "cgil"), question=question,
        text="I corsi obbligatori sulla sicurezza non contano; contano le ore oltre il minimo di legge.",
    )  # fmt: skip
    joint.confirm_text(answer, actor_id=person(society, "employers"))
    second = joint.ask(
        readers, actor_id=person(society, "employers"), clause=clause(agreement, "premio", "produttiv"),
        text="Il termine per comunicare gli obiettivi decorre dalla firma o dal recepimento?",
    )  # fmt: skip
    joint.propose_text(
        readers, actor_id=person(society, "employers"), question=second,
        text="Per le imprese che recepiscono dopo la firma decorre dal recepimento.",
    )  # fmt: skip


def _firms(society: Society, agreement: Agreement, committee: object) -> None:
    """The firm of 37 applies with the committee's opinion; a second one waits for it."""
    today = standing.today()
    terms = life.terms_of(agreement)
    points = terms.checklist if terms else []
    rows: list[Application] = []
    for place in (0, 1):
        firm = Organisation.objects.get(pk=society.firms[place])
        rows.append(
            applying.apply(
                agreement, firm, actor_id=society.owners[place], starts_on=today,
                employees=firm.employees or 37, declared=points if place == 0 else points[:2],
                note="Chiediamo il parere del comitato: in azienda non c'è una rappresentanza sindacale.",
            )
        )  # fmt: skip
    applying.check(rows[0], actor_id=person(society, "cgil"), found=points)
    opinion = joint.propose_text(
        committee, actor_id=person(society, "cgil"), application=rows[0], outcome="positive",
        text="Tutti i punti sono in regola; l'informazione alle persone è stata data per iscritto.",
    )  # fmt: skip
    joint.confirm_text(opinion, actor_id=person(society, "employers"))


OLDER = "Protocollo sulla formazione continua (testo precedente)"


def _older(seated: Seated, society: Society) -> None:
    """An older text under notice of termination, whose rules go on for a year after its end."""
    today = standing.today()
    older = _made(seated, society, OLDER, ARTICLES[:1])
    row = terms.propose_terms(
        older,
        {"starts_on": signing.past_day(), "notice_days": 120, "continued": "months", "continued_months": 12,
         "continued_text": "Le parti ne osservano le regole per dodici mesi dopo la fine."},
        actor_id=person(society, "employers"),
    )  # fmt: skip
    terms.assent_to_terms(row, actor_id=person(society, "uil"))
    terms.give_notice(
        older, actor_id=person(society, "employers"), given_on=today - 20 * DAYS,
        text="Diamo disdetta del protocollo, superato dall'intesa territoriale firmata quest'anno.",
    )  # fmt: skip
