# mypy: disable-error-code="attr-defined"
"""Party rooms of the demonstration: the platform transmitted, CGIL at work, some positions lodged."""

from __future__ import annotations

import uuid
from datetime import timedelta

from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.party_room import access
from tavolo.dialogue.party_room.models import Draft, Point, Room
from tavolo.dialogue.party_room.services import positions, releasing, texts, voting

PLATFORM_TITLE = "Piattaforma unitaria per un'intesa su lavoro e produttività"
PLATFORM = """CGIL Milano, CISL Milano Metropoli e UIL Milano e Lombardia propongono cinque punti.

1. Formazione continua: almeno otto ore l'anno per ogni persona, in orario di lavoro, con un piano concordato.
2. Tecnologia: informazione e consultazione preventive quando un sistema di IA tocca il lavoro.
3. Produttività: premi di risultato con indicatori verificabili, aperti anche alle imprese più piccole.
4. Qualità del lavoro: preavviso sui turni, diritto alla disconnessione, salute e sicurezza.
5. Partecipazione: un comitato bilaterale che segua l'intesa e ne renda conto ogni anno."""
FIRST_PLATFORM = """Bozza di lavoro.

1. Formazione continua: almeno dieci ore l'anno per ogni persona.
2. Tecnologia: informazione preventiva.
3. Produttività: premi di risultato con indicatori verificabili."""

FIRST_DRAFT = """Proposta sulla formazione

Otto ore l'anno per ogni persona, in orario di lavoro.
Il fondo interprofessionale copre i costi.
Verifica dopo due anni."""
SECOND_DRAFT = """Proposta sulla formazione

Otto ore l'anno per ogni persona, in orario di lavoro, dodici per chi cambia mansione.
Il fondo interprofessionale copre i costi; nelle imprese sotto i dieci addetti li anticipa l'ente bilaterale.
Verifica dopo un anno, con i dati pubblicati."""

# Party, point (theme or title), kind, condition: what the table has been told.
LODGED = (
    ("employers", "formazione", "accept_if", "se le ore si possono programmare nei periodi di minor lavoro"),
    ("cisl", "formazione", "accept", ""),
    ("uil", "formazione", "accept", ""),
    ("employers", "tecnologia", "accept_if", "se i segreti industriali restano riservati"),
    ("cisl", "tecnologia", "accept_if", "se la consultazione avviene prima dell'acquisto"),
    ("employers", "produttività", "open", ""),
    ("cisl", "produttività", "accept", ""),
)
DISCONNECTION = "Diritto alla disconnessione"


class Writer:
    """Who writes where: rooms and people by the demonstration's keys."""

    def __init__(self, seated: Seated, society: Society) -> None:
        self.seated = seated
        rooms = Room.objects.filter(table=seated.table).select_related("table", "party__organisation")
        by_party = {room.party_id: room for room in rooms}
        self.rooms = {key: by_party[party.pk] for key, party in seated.parties.items()}
        self.joint = rooms.get(kind=Room.Kind.SIDE, side="workers")
        self.actors: dict[str, uuid.UUID] = {key: society.people[SEATS[key][1]] for key in SEATS}
        self.points = {str(point).lower(): point for point in Point.objects.filter(table=seated.table)}


def build(seated: Seated, society: Society, step: Step) -> None:
    """Write what the walk's second step needs, and a room at work."""
    step("party rooms: platform, positions, a room at work")
    writer = Writer(seated, society)
    _platform(writer)
    _points(writer)
    _own_room(writer)
    _vote(writer)


def _platform(writer: Writer) -> None:
    """The unions write the platform in the joint room, approve one version each, transmit it."""
    joint, actors = writer.joint, writer.actors
    draft = texts.create_draft(
        joint, actor_id=actors["cgil"], title=PLATFORM_TITLE, text=FIRST_PLATFORM, kind=Draft.Kind.PLATFORM
    )
    texts.add_note(
        joint, actor_id=actors["cisl"],
        text="Su formazione partirei da otto ore: dieci non le regge nessuno.", draft_id=draft.pk,
    )  # fmt: skip
    version = texts.write_version(
        joint, draft.pk, actor_id=actors["uil"], title=PLATFORM_TITLE, text=PLATFORM, based_on=1,
        remark="otto ore, preavviso sui turni, comitato bilaterale",
    )  # fmt: skip
    for key in ("cgil", "cisl", "uil"):
        releasing.approve(joint, actor_id=actors[key], version_id=version.pk)
    employers = writer.rooms["employers"].pk
    releasing.release(joint, actor_id=actors["cgil"], to=[employers], version_id=version.pk)


def _points(writer: Writer) -> None:
    """A point of the table's own, a call for positions, and what has been lodged on it so far."""
    table, actors = writer.seated.table, writer.actors
    added = positions.add_point(
        table, actor_id=actors["uil"], title=DISCONNECTION,
        description="Quando si può non rispondere a messaggi e chiamate, e chi lo garantisce.",
    )  # fmt: skip
    writer.points[DISCONNECTION.lower()] = added
    asked = [writer.points[name].pk for name in ("formazione", "tecnologia") if name in writer.points]
    positions.ask_positions(
        table, actor_id=table.secretaries.first().account_id, point_ids=[*asked, added.pk],
        party_ids=[party.pk for party in writer.seated.parties.values()],
        due_on=standing.today() + timedelta(days=10),
    )  # fmt: skip
    for key, name, kind, condition in LODGED:
        point, party = writer.points.get(name), writer.seated.parties[key]
        if point is not None and gate.allows(table, positions.LODGE, party):
            positions.lodge(
                writer.rooms[key], point.pk, actor_id=actors[key], kind=kind, condition=condition, after=0
            )


def _own_room(writer: Writer) -> None:
    """CGIL prepares: notes, a draft with two versions, a file, positions nobody has been told."""
    room, actor = writer.rooms["cgil"], writer.actors["cgil"]
    draft = texts.create_draft(room, actor_id=actor, title="Formazione: la nostra proposta", text=FIRST_DRAFT)
    texts.write_version(
        room, draft.pk, actor_id=actor, title="Formazione: la nostra proposta", text=SECOND_DRAFT, based_on=1,
        remark="dopo il confronto con le categorie",
    )  # fmt: skip
    texts.add_note(room, actor_id=actor, text="Sentire le categorie della logistica prima della plenaria.")
    texts.add_note(
        room, actor_id=actor, text="Dodici ore per chi cambia mansione: fin dove possiamo scendere?",
        draft_id=draft.pk,
    )  # fmt: skip
    texts.store_file(
        room, b"impresa;ore\nMeccanica;6\nLogistica;4\nServizi;9\n", name="ore-di-formazione-2025.csv",
        actor_id=actor, remark="rilevazione delle categorie",
    )  # fmt: skip
    own = positions.add_private_point(
        room, actor_id=actor, title="Clausola sociale negli appalti",
        description="Da portare al tavolo solo se si chiude sulla formazione.",
    )  # fmt: skip
    held = (
        (writer.points.get("formazione"), "accept_if", "dodici ore per chi cambia mansione",
         "Otto ore sono il minimo: sotto, l'assemblea della logistica non approva."),
        (writer.points.get("tecnologia"), "accept_if", "un comitato che veda i criteri, non solo i risultati",
         "Possiamo cedere sui tempi della consultazione, non sui criteri."),
        (own, "open", "", "Serve il mandato della segreteria prima di parlarne."),
    )  # fmt: skip
    for point, kind, condition, motivation in held:
        if point is not None:
            positions.hold(
                room, point.pk, actor_id=actor, kind=kind, condition=condition, motivation=motivation
            )


def _vote(writer: Writer) -> None:
    """The unions ask one another something in the joint room; one has voted."""
    question = voting.put_question(
        writer.joint, actor_id=writer.actors["cisl"], text="Chiediamo una plenaria entro fine mese?",
        options=["Sì", "Sì, ma dopo le assemblee", "No"], secret=False,
        closes_on=standing.today() + timedelta(days=7),
    )  # fmt: skip
    with access.reading([writer.joint]):
        first = question.options.order_by("position").first()
    voting.cast(writer.joint, question.pk, first.pk, actor_id=writer.actors["cisl"])
