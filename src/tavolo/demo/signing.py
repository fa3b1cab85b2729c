# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""Steps 8 and 9 of the walk: a text under reservation with its members' vote, and texts that were signed.

The framework is separate: one union did not sign it. What all signed, months ago, is deposited and lives on
in the demonstration's commitments and terms (`demo.life`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest import mock

from django.urls import reverse
from django.utils import timezone

from tavolo.agreements.models import Agreement, Level
from tavolo.agreements.services import stances, starting, texts
from tavolo.agreements.signing import reading
from tavolo.agreements.signing.services import (
    answering,
    depositing,
    initialling,
    sealing,
    signatures,
)
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Text
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.demo import course
from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import FOUNDED, Society
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.models import Course
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.plain_ballots import services as ballots
from tavolo.people.models import Constituency

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
QUESTION = ballots.Wording(
    "Approvi l'ipotesi di accordo territoriale su formazione, tecnologia e premio?",
    {"en": "Do you approve the tentative territorial agreement on training, technology and bonus?"},
)
ASKED = (
    "Le parti hanno siglato l'ipotesi con riserva di consultazione. Gli iscritti dei tre sindacati decidono "
    "se la riserva si scioglie: si vota sul testo esatto che è stato siglato."
)
MONTHS = timedelta(days=260)
OFFICES = {
    "employers": "Presidente", "cgil": "Segretaria generale", "cisl": "Segretario generale",
    "uil": "Segretario generale",
}  # fmt: skip


def build(seated: Seated, society: Society, step: Step) -> None:
    """Sign and deposit the framework without UIL, and let the members vote on the tentative agreement."""
    step("signatures: a framework one union did not sign, a tentative agreement and its members' vote")
    _open_phase(seated, society)
    _framework(seated, society)
    _vote(seated, society, _tentative(seated, society))


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Let what the demonstration tells of an earlier day happen on it: the services ask Django's clock."""
    gone = timedelta(days=max((standing.today() - day).days, 0))
    clock = timezone.now
    with mock.patch.object(timezone, "now", side_effect=lambda: clock() - gone):
        yield


def past_day() -> date:
    """Return the day on which the signed agreements were signed: months ago, when all had their seats."""
    return max(standing.today() - MONTHS, FOUNDED)


def sign_by_all(seated: Seated, society: Society, title: str, text: Text, level: str) -> Agreement:
    """Let all four parties initial, sign and deposit a text: two on line, two on the paper sheet."""
    found = _start(seated, society, title, text, level)
    shown = texts.current(found).hash
    for key in SEATS:
        initialling.initial(found, shown_hash=shown, actor_id=_head(society, key))
    for key in ("cgil", "employers"):
        _sign_online(found, society, key, shown)
    _sign_on_paper(found, society, ("cisl", "uil"), shown, {})
    found.refresh_from_db()
    _file(found, society, f"DIM-2026-{int(found.pk) % 10**6:06d}")
    return found


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


def _start(seated: Seated, society: Society, title: str, text: Text, level: str) -> Agreement:
    return starting.start_agreement(
        seated.table, title=title, text=text, level=level,
        system="confindustria", actor_id=society.people["secretary_a"],
        contractors=list(seated.parties.values()),
    )  # fmt: skip


def _framework(seated: Seated, society: Society) -> None:
    text = starting.text_from_plain("", FRAMEWORK)
    found = _start(seated, society, FRAMEWORK_TITLE, text, Level.PROTOCOL)
    shown = texts.current(found).hash
    for key in ("cgil", "cisl", "employers", "uil"):
        initialling.initial(found, shown_hash=shown, actor_id=_head(society, key))
    initialling.decline(found, shown_hash=shown, actor_id=_head(society, "uil"), statement=UIL_SAYS)
    # Two sign on line, CISL on the paper sheet.
    for key in ("cgil", "employers"):
        _sign_online(found, society, key, shown)
    _sign_on_paper(found, society, ("cisl",), shown, {"cisl": CISL_SAYS})
    decision = initialling.propose_separate(found, actor_id=_head(society, "cgil"), effect=EFFECT)
    decisions.consent(decision, party=seated.parties["employers"], actor_id=_head(society, "employers"))
    found.refresh_from_db()
    _file(found, society, "DIM-2026-000123")


def _sign_online(found: Agreement, society: Society, key: str, shown: str) -> None:
    actor = _head(society, key)
    signatures.name_signatories(found, actor_id=actor, people=[(actor, OFFICES[key])], needed=1)
    signatures.sign(found, shown_hash=shown, actor_id=actor, proof=signatures.Proof())


def _sign_on_paper(
    found: Agreement, society: Society, keys: tuple[str, ...], shown: str, said: dict[str, str]
) -> None:
    copy = signatures.upload_copy(
        found, shown_hash=shown, actor_id=society.people["secretary_a"], source=_scan("Foglio firmato"),
        name="foglio-firmato.pdf", signed_on=standing.today(), place="Milano",
    )  # fmt: skip
    for key in keys:
        signatures.confirm_copy(
            found, copy_id=copy.pk, shown_hash=shown, actor_id=_head(society, key),
            name=f"{OFFICES[key]} {key.upper()} (persona inventata)", office=OFFICES[key],
            statement=said.get(key, ""),
        )  # fmt: skip


def _file(found: Agreement, society: Society, reference: str) -> None:
    """Make the signed files and deposit them."""
    sealing.seal(found)
    depositing.record_deposit(
        found, actor_id=society.people["secretary_a"], deposited_on=standing.today(),
        office="Portale del Ministero del lavoro (prova)", reference=reference,
        source=_scan(f"Ricevuta di deposito {reference}"), name="ricevuta.pdf",
    )  # fmt: skip


def _scan(words: str) -> bytes:
    return pdf(model.Document(words, "it", (model.Paragraph("Copia inventata per la dimostrazione."),)))


def _tentative(seated: Seated, society: Society) -> Agreement:
    text = starting.text_from_plain("", TENTATIVE)
    found = _start(seated, society, TENTATIVE_TITLE, text, Level.TERRITORIAL)
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
    return found


def _vote(seated: Seated, society: Society, found: Agreement) -> None:
    """Ask the members of the three unions about the exact text, in one vote, and tie it to the text."""
    promoters = [
        ballots.Promoter(
            seated.parties[key], Constituency.objects.get(pk=society.constituencies[key]), _head(society, key)
        )
        for key in ("cgil", "cisl", "uil")
    ]
    frozen = reading.frozen_of(found)
    asked = ballots.open_members_vote(
        seated.table, frozen.hash, TENTATIVE_TITLE, promoters, "territorial_own_bodies",
        standing.today() + WEEKS - timedelta(days=7), question=QUESTION, introduction=ASKED,
        text_link=reverse("signing:text", args=[found.pk]),
    )  # fmt: skip
    answering.link_vote(found, consultation=asked, actor_id=_head(society, "cgil"))
