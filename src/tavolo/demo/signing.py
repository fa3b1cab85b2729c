# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""Steps 8 and 9 of the walk: a text initialled under reservation, and a framework one union did not sign."""

from __future__ import annotations

import uuid
from datetime import timedelta

from tavolo.agreements.models import Agreement, Level
from tavolo.agreements.services import stances, starting, texts
from tavolo.agreements.signing import reading
from tavolo.agreements.signing.services import (
    depositing,
    initialling,
    sealing,
    signatures,
)
from tavolo.agreements.text.canonical import clause_hash
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.demo import course
from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.models import Course
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.delegations import decisions

TENTATIVE_TITLE = "Ipotesi di accordo territoriale su formazione, tecnologia e premio"
TENTATIVE = """Ipotesi di accordo territoriale su formazione, tecnologia e premio
Le parti, al termine del confronto, concordano quanto segue.
Art. 1 Formazione in orario di lavoro
Ogni lavoratrice e ogni lavoratore ha diritto a ventiquattro ore di formazione retribuita nel triennio.
Art. 2 Sistemi di intelligenza artificiale
L'impresa informa prima dell'uso le rappresentanze sui sistemi usati nell'organizzazione del lavoro.
Art. 3 Premio di risultato
Il premio è legato a non più di quattro indicatori misurabili, con criteri noti prima dell'inizio del periodo.
Art. 4 Verifica
Una commissione paritetica verifica ogni sei mesi l'applicazione dell'accordo.
"""
FRAMEWORK_TITLE = "Protocollo quadro sul metodo del confronto"
FRAMEWORK = """Protocollo quadro sul metodo del confronto
Le parti si riconoscono reciprocamente e convengono il metodo con cui si confrontano.
Art. 1 Incontri
Le parti si incontrano almeno una volta al mese.
Art. 2 Metodo
Nulla è concordato finché tutto non è concordato.
Art. 3 Mandato e voto
Ogni intesa è siglata con riserva e sottoposta al voto di chi la deve applicare.
Art. 4 Segreteria
Una segreteria tecnica paritetica, revocabile da ciascuna parte, cura convocazioni e verbali.
"""
EFFECT = (
    "Il protocollo vale fra le parti che lo firmano e per le imprese e le persone che esse "
    "rappresentano. La UIL partecipa al confronto senza esserne firmataria."
)
UIL_SAYS = (
    "La UIL condivide il metodo ma non firma: chiede che il protocollo preveda da subito un termine per gli "
    "incontri sulla conciliazione degli orari. Resta al tavolo."
)
CISL_SAYS = "La CISL firma e chiede che la partecipazione diventi materia della prossima sessione."
REASON = "Decidono le iscritte e gli iscritti con voto; si applica il regolamento comune sulla consultazione."
WEEKS = timedelta(days=35)


def build(seated: Seated, society: Society, step: Step) -> None:
    """Sign and deposit the framework without UIL, and initial the tentative agreement under reservation."""
    step("signatures: a framework one union did not sign, a tentative agreement under reservation")
    _open_phase(seated, society)
    _framework(seated, society)
    _tentative(seated, society)


def _head(society: Society, key: str) -> uuid.UUID:
    return society.people[SEATS[key][1]]


def _open_phase(seated: Seated, society: Society) -> None:
    """Bring the table to the phase of the tentative agreement; which opens signature and deposit too."""
    found = Course.objects.filter(table=seated.table).first()
    if found is None:
        return
    kinds = [row.kind for row in phases.rows_of(found)]
    here = gate.current_passage(found).phase.kind
    for kind in (rules.DRAFTING, rules.TENTATIVE):
        if kind in kinds and kinds.index(here) < kinds.index(kind):
            course.pass_to(seated, society, kind)
    rows = []
    for row in phases.rows_of(Course.objects.get(pk=found.pk)):
        rule = gate.as_rule(row)
        if row.kind == rules.TENTATIVE:
            wider = {
                **rule.table(), **{act: rules.ACTS[act] for act in
                (rules.PREPARE, rules.OPEN, rules.PROPOSE, rules.LIFT, rules.SIGN, rules.DEPOSIT,
                 rules.REPORT)},
            }  # fmt: skip
            rule = rules.Phase(rule.kind, rule.title, rule.planned_from, rule.planned_to, wider)
        rows.append((row.pk, rule))
    decision = phases.propose_composition(
        seated.table, actor_id=society.people["employer_delegate"], phases=rows
    )
    decisions.consent(decision, party=seated.parties["employers"], actor_id=_head(society, "employers"))
    decisions.consent(decision, party=seated.parties["cgil"], actor_id=_head(society, "cgil"))


def _start(seated: Seated, society: Society, title: str, words: str, level: str) -> Agreement:
    return starting.start_agreement(
        seated.table, title=title, text=starting.text_from_plain("", words), level=level,
        system="confindustria", actor_id=society.people["secretary_a"],
        contractors=list(seated.parties.values()),
    )  # fmt: skip


def _framework(seated: Seated, society: Society) -> None:
    found = _start(seated, society, FRAMEWORK_TITLE, FRAMEWORK, Level.PROTOCOL)
    shown = texts.current(found).hash
    for key in ("cgil", "cisl", "employers", "uil"):
        initialling.initial(found, shown_hash=shown, actor_id=_head(society, key))
    initialling.decline(found, shown_hash=shown, actor_id=_head(society, "uil"), statement=UIL_SAYS)
    # Two sign on line, CISL on the paper sheet.
    for key, office in (("cgil", "Segretaria generale"), ("employers", "Presidente")):
        actor = _head(society, key)
        signatures.name_signatories(found, actor_id=actor, people=[(actor, office)], needed=1)
        signatures.sign(found, shown_hash=shown, actor_id=actor, proof=signatures.Proof())
    copy = signatures.upload_copy(
        found, shown_hash=shown, actor_id=society.people["secretary_a"], source=_scan("Foglio firmato"),
        name="protocollo-firmato.pdf", signed_on=standing.today(), place="Milano",
    )  # fmt: skip
    signatures.confirm_copy(
        found, copy_id=copy.pk, shown_hash=shown, actor_id=_head(society, "cisl"),
        name="Segretario generale CISL (persona inventata)", office="Segretario generale",
        statement=CISL_SAYS,
    )  # fmt: skip
    decision = initialling.propose_separate(found, actor_id=_head(society, "cgil"), effect=EFFECT)
    decisions.consent(decision, party=seated.parties["employers"], actor_id=_head(society, "employers"))
    found.refresh_from_db()
    sealing.seal(found)
    depositing.record_deposit(
        found, actor_id=society.people["secretary_a"], deposited_on=standing.today(),
        office="Portale del Ministero del lavoro (prova)", reference="DIM-2026-000123",
        source=_scan("Ricevuta di deposito DIM-2026-000123"), name="ricevuta.pdf",
    )  # fmt: skip


def _scan(words: str) -> bytes:
    return pdf(model.Document(words, "it", (model.Paragraph("Copia inventata per la dimostrazione."),)))


def _tentative(seated: Seated, society: Society) -> None:
    found = _start(seated, society, TENTATIVE_TITLE, TENTATIVE, Level.TERRITORIAL)
    version = texts.current(found)
    prize = next(c for c in texts.text_of(version).clauses.values() if c.title == "Premio di risultato")
    stances.lodge_stance(
        found, kind="reservation", actor_id=_head(society, "uil"), clause=prize.id,
        shown_hash=clause_hash(prize),
        text="La UIL accetta gli indicatori se uno di essi misura la conciliazione degli orari.",
    )  # fmt: skip
    due = standing.today() + WEEKS
    for key in ("cgil", "cisl", "uil"):
        initialling.initial(
            found, shown_hash=version.hash, actor_id=_head(society, key), reserve=True, reserve_reason=REASON,
            reserve_due=due,
        )  # fmt: skip
    initialling.initial(
        found, shown_hash=version.hash, actor_id=_head(society, "employers"), reserve=True,
        reserve_reason="Decide il Consiglio generale dell'associazione.", reserve_due=due,
    )  # fmt: skip
    assert reading.is_frozen(found)
