# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Step 6 of the walk: a plenary with approved minutes, a restricted meeting without trace, one to come."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.meetings.models import Decision, Meeting, Minutes
from tavolo.dialogue.meetings.services import (
    approving,
    communiques,
    convening,
    documents,
    drafting,
    points,
    running,
)
from tavolo.dialogue.models import Consultation

POINTS = (
    ("cgil", "Diritto alla formazione in orario di lavoro", "Quante ore, per chi, e chi decide i contenuti."),
    ("employers", "Indicatori del premio di risultato", "Pochi, misurabili, uguali per le imprese piccole."),
    ("cisl", "Informazione sui sistemi di intelligenza artificiale", "Prima dell'uso, non dopo."),
    ("uil", "Orari e conciliazione nelle piccole imprese", "Flessibilità che valga per entrambe le parti."),
)
COURSE = (
    "La riunione si apre alle 10 con la lettura delle convergenze della consultazione «Che cosa ci "
    "unisce».\n\n"
    "Le parti concordano di procedere per temi e di non anticipare posizioni all'esterno: nulla è concordato "
    "finché tutto non è concordato."
)
NOTES = (
    "L'associazione ricorda che nelle imprese sotto i cinquanta addetti le ore di formazione vanno "
    "programmate con anticipo. Le organizzazioni sindacali chiedono che il diritto valga anche per chi "
    "lavora su turni.",
    "Si conviene di lavorare su non più di quattro indicatori, con una prova su dati reali di tre imprese.",
    "La segreteria prepara un elenco dei sistemi in uso che le imprese sono disposte a descrivere.",
)
DECISIONS = (
    "Un gruppo di lavoro misto prepara entro trenta giorni una proposta di clausola sulla formazione in "
    "orario di lavoro.",
    "Gli indicatori del premio di risultato sono provati su dati anonimi di tre imprese prima della stesura.",
)
STATEMENT = (
    "La UIL ribadisce che la disponibilità a misurare la produttività presuppone un impegno scritto sulla "
    "conciliazione degli orari. L'approvazione del presente verbale non vale come adesione alla decisione 2."
)
COMMUNIQUE = (
    "Assolombarda, CGIL Milano, CISL Milano Metropoli e UIL Milano e Lombardia si sono incontrate per la "
    "prima plenaria del percorso «Impresa e lavoro: costruire valore insieme».\n\n"
    "Le parti hanno esaminato le convergenze emerse dalla consultazione di lavoratrici, lavoratori e imprese "
    "e hanno avviato il lavoro su formazione, premio di risultato e tecnologia. Nel rispetto dei ruoli e "
    "delle reciproche autonomie, il confronto prosegue con una seconda plenaria."
)


def build(seated: Seated, society: Society, step: Step) -> None:
    """Write the open points, the meetings with their minutes, a document and a joint communiqué."""
    step("meetings: points, a plenary with approved minutes, a restricted meeting, one to come")
    numbered = _points(seated, society)
    held = _plenary(seated, society, numbered)
    _restricted(seated, society)
    _united(seated, society)
    _coming(seated, society, numbered)
    _papers(seated, society, held)


def _head(society: Society, key: str) -> uuid.UUID:
    return society.people[SEATS[key][1]]


def _at(days: int, hour: int) -> datetime:
    """Return an hour of the working day that lies about so many days from today."""
    day = standing.today() + timedelta(days=days)
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _points(seated: Seated, society: Society) -> list[uuid.UUID]:
    source = Consultation.objects.filter(table=seated.table, state=Consultation.State.PUBLISHED).first()
    origin = {"origin_kind": "convergence", "origin_id": source.pk} if source else {}
    return [
        points.add_point(
            seated.table, actor_id=_head(society, key), title=title, text=text,
            **(origin if key != "employers" else {}),
        ).pk
        for key, title, text in POINTS
    ]  # fmt: skip


def _past(meeting: Meeting, days: int, hour: int) -> None:
    """Move a meeting into the past: it was convened in good time, and has been held since."""
    starts = _at(-days, hour)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=starts, convened_at=starts - timedelta(days=12), changed_at=starts - timedelta(days=12)
    )
    meeting.refresh_from_db()


def _plenary(seated: Seated, society: Society, numbered: list[uuid.UUID]) -> Meeting:
    secretary = society.people["secretary_a"]
    meeting = convening.convene(
        seated.table, actor_id=secretary, kind="plenary", title="Prima plenaria: dalle convergenze ai temi",
        starts_at=_at(8, 10), minutes_long=180, place="Sala Biagi, via Pantano 9, Milano",
        note="All'ingresso basta un documento. Chi non può venire lo dica alla segreteria.",
    )  # fmt: skip
    for point_id in numbered[:3]:
        running.add_item(meeting, actor_id=secretary, point_id=point_id)
    _past(meeting, 21, 10)
    came = {row.account_id: "present" for row in running.expected(meeting)}
    came[society.people["secretary_b"]] = "remote"
    guests = [("Prof.ssa Marta Lodi", "esperta di formazione, invitata dalle parti")]
    running.record_attendance(meeting, came, actor_id=secretary, guests=guests)
    for text in DECISIONS:
        running.add_decision(meeting, actor_id=secretary, text=text)
    items = list(meeting.agenda.all())
    notes = {item.pk: note for item, note in zip(items, NOTES, strict=True)}
    minutes = drafting.write(meeting, actor_id=secretary, text=COURSE, notes=notes)
    _approved(seated, society, minutes, secretary)
    return meeting


def _approved(seated: Seated, society: Society, minutes: Minutes, secretary: uuid.UUID) -> None:
    minutes = drafting.send(minutes, actor_id=secretary)
    for key in ("employers", "cgil", "cisl"):
        approving.answer(minutes, minutes.current_id, "approve", actor_id=_head(society, key))
    approving.answer(minutes, minutes.current_id, "declare", actor_id=_head(society, "uil"), text=STATEMENT)


def _restricted(seated: Seated, society: Society) -> None:
    """Three heads of delegation meet; nobody else at the table learns of it."""
    keeper = _head(society, "employers")
    meeting = convening.convene(
        seated.table, actor_id=keeper, kind="restricted", title="Soglia delle ore di formazione",
        starts_at=_at(3, 18), minutes_long=60, place="Studio Bianchi, via Torino 2, Milano",
        people=[_head(society, "cgil"), _head(society, "cisl")], wants_minutes=False,
        agenda=["Se ventiquattro ore in tre anni possono essere il punto d'incontro"],
    )  # fmt: skip
    _past(meeting, 6, 18)
    came = {row.account_id: "present" for row in running.expected(meeting)}
    running.record_attendance(meeting, came, actor_id=keeper)


def _united(seated: Seated, society: Society) -> None:
    """The three unions prepare the next plenary among themselves."""
    convening.convene(
        seated.table, actor_id=_head(society, "cgil"), kind="party", title="Preparazione unitaria",
        starts_at=_at(5, 15), minutes_long=90, place="Camera del Lavoro, corso di Porta Vittoria 43",
        parties=[seated.parties["cisl"].pk, seated.parties["uil"].pk], wants_minutes=False,
        agenda=["Priorità comuni sulla formazione", "Chi interviene su che cosa"],
    )  # fmt: skip


def _coming(seated: Seated, society: Society, numbered: list[uuid.UUID]) -> None:
    secretary = society.people["secretary_a"]
    meeting = convening.convene(
        seated.table, actor_id=secretary, kind="plenary", title="Seconda plenaria: formazione e premio",
        starts_at=_at(9, 10), minutes_long=180, place="Sala Biagi, via Pantano 9, Milano",
        link="https://video.tavolo.example/plenaria-2",
    )  # fmt: skip
    running.add_item(meeting, actor_id=secretary, title="Relazione del gruppo di lavoro sulla formazione")
    decision = Decision.objects.filter(meeting__table=seated.table, number=2).first()
    if decision is not None:
        running.add_item(meeting, actor_id=secretary, source_kind="decision", source_id=decision.pk)
    running.add_item(meeting, actor_id=secretary, point_id=numbered[3])


def _papers(seated: Seated, society: Society, held: Meeting) -> None:
    documents.add_document(
        seated.table, actor_id=society.people["secretary_a"], title="Regole di lavoro del tavolo",
        source=b"Ogni riunione comincia in orario. Gli interventi sono riassunti, non trascritti.\n",
        name="regole.txt", meeting=held, audience="meeting",
    )  # fmt: skip
    row = communiques.draft(
        seated.table, actor_id=society.people["secretary_a"], joint=True, meeting=held,
        title="Impresa e lavoro: avviato il confronto", text=COMMUNIQUE,
    )  # fmt: skip
    for key in seated.parties:
        communiques.approve(row, row.current_id, actor_id=_head(society, key))
