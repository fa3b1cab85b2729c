# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The demonstration table's course: from the unions' platform to the search for convergences, with its
calendar, a suspension that was resumed, and a second table the city is just beginning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from tavolo.demo.dialogue import Seated
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.course import rules
from tavolo.dialogue.course.blueprints import blueprints
from tavolo.dialogue.course.models import Course, Entry, Interruption, Invited
from tavolo.dialogue.course.services import beginning, calendar, interruptions, phases
from tavolo.dialogue.delegations import decisions
from tavolo.people.models import Organisation

# So many days ago the table entered each phase; the last one is where it stands.
ENTERED = ((rules.PREPARATION, 170), (rules.LISTENING, 148), (rules.POSITIONS, 95), (rules.CONVERGENCE, 24))
LASTS = {
    rules.PREPARATION: 22, rules.LISTENING: 53, rules.POSITIONS: 71, rules.CONVERGENCE: 45,
    rules.FOLLOW_UP: 365,
}  # fmt: skip
REASONS = {
    rules.LISTENING: "I temi e il calendario sono condivisi: ogni parte può ascoltare la propria platea.",
    rules.POSITIONS: "Le prime due consultazioni sono chiuse e gli esiti sono sul tavolo.",
    rules.CONVERGENCE: "Le posizioni sono depositate: cerchiamo che cosa ci accomuna.",
}


def build(seated: Seated, society: Society, step: Callable[[str], None]) -> None:
    """Give the demonstration table its course, and let the city begin another table."""
    step("the table's course: phases, calendar, a suspension resumed")
    today = standing.today()
    course = _course(seated, today)
    _suspension(course, seated, today)
    _calendar(seated, society, today)
    _second_table(society, today)


def pass_to(seated: Seated, society: Society, kind: str, reason: str = "") -> None:
    """Let the parties pass to the nearest phase of a kind: proposed by the employers, consented by CGIL.

    For later parts of the demonstration that act in another phase.
    """
    course = Course.objects.get(table=seated.table)
    phase = next(one for one in phases.choices(course) if one.kind == kind)
    decision = phases.propose_move(
        seated.table, actor_id=society.people["employer_delegate"], phase=phase,
        reason=reason or "Il lavoro di questa fase è concluso.",
    )  # fmt: skip
    decisions.consent(decision, party=seated.parties["cgil"], actor_id=society.people["cgil_delegate"])


def _course(seated: Seated, today: date) -> Course:
    """Write the past half year as it went: the platform, three phases done, the fourth under way."""
    began = today - timedelta(days=ENTERED[0][1])
    course = phases.write_course(
        seated.table, blueprint="territorial", origin="platform", party_id=seated.parties["cgil"].pk,
        phases=_planned(today), on=began,
        reference="Piattaforma unitaria CGIL, CISL e UIL «Lavoro, competenze, produttività condivisa»",
    )  # fmt: skip
    rows = {phase.kind: phase for phase in phases.rows_of(course)}
    for kind, ago in ENTERED[1:]:
        phases.enter(course, rows[kind], reason=REASONS[kind], on=today - timedelta(days=ago))
    return course


def _planned(today: date) -> list[rules.Phase]:
    """Return the blueprint with planned days that fit what happened, and what is still to come."""
    begins, went, found = today, dict(ENTERED), []
    for phase in blueprints()["territorial"].phases(today, "it"):
        begins = today - timedelta(days=went[phase.kind]) if phase.kind in went else begins
        ends = begins + timedelta(days=LASTS.get(phase.kind, 30) - 1)
        found.append(rules.Phase(phase.kind, phase.title, begins, ends, phase.acts))
        begins = ends + timedelta(days=1)
    return found


def _suspension(course: Course, seated: Seated, today: date) -> None:
    began = today - timedelta(days=120)
    interruptions.write(
        course, Interruption.Kind.SUSPENSION,
        "Pausa per il confronto interno delle parti dopo la chiusura della prima consultazione.", began,
        party=seated.parties["employers"], recorded_on=began, ends_on=began + timedelta(days=13),
        end_text="Le parti riprendono dal punto in cui si erano fermate, con il calendario aggiornato.",
    )  # fmt: skip


def _calendar(seated: Seated, society: Society, today: date) -> None:
    secretary = society.people["secretary_a"]
    for ahead, at, kind, title, place, text, audience in (
        (-31, time(15), Entry.Kind.APPOINTMENT, "Presentazione delle posizioni depositate",
         "Sala del Consiglio", "", Entry.Audience.TABLE),
        (5, None, Entry.Kind.DEADLINE, "Ultimo giorno per depositare le priorità per la verifica riservata",
         "", "Chi non deposita non blocca le altre parti: la verifica semplicemente non parte.",
         Entry.Audience.TABLE),
        (9, time(10), Entry.Kind.APPOINTMENT, "Plenaria: che cosa ci unisce, tema per tema",
         "Camera del Lavoro, sala grande", "Portare le osservazioni sulla mappa delle convergenze.",
         Entry.Audience.TABLE),
        (16, time(18), Entry.Kind.APPOINTMENT, "Assemblea aperta: che fine ha fatto la consultazione",
         "Auditorium del Museo della Scienza", "Aperta a chi ha votato. C'è l'interprete LIS.",
         Entry.Audience.ASKED),
        (30, None, Entry.Kind.DEADLINE, "Prima stesura del capitolo formazione", "", "",
         Entry.Audience.TABLE),
    ):  # fmt: skip
        said = calendar.Dated(kind, title, today + timedelta(days=ahead), at, text, place, audience)
        calendar.add_entry(seated.table, said, actor_id=secretary)


def _second_table(society: Society, today: date) -> None:
    """Let the city invite the same parties to another table; the employers have answered already."""
    bodies = {key: Organisation.objects.get(pk=society.bodies[key]) for key in
              ("city", "assolombarda", "cgil", "cisl", "uil")}  # fmt: skip
    said = beginning.Beginning(
        title="Appalti e lavoro di qualità nei servizi della città", origin="invitation",
        reference="Invito del Comune di Milano al confronto sugli appalti di servizi",
        blueprint="consultation", phases=blueprints()["consultation"].phases(today, "it"),
        guests=[beginning.Guest(bodies[key]) for key in ("assolombarda", "cgil", "cisl", "uil")],
        secretaries=[society.people["secretary_a"], society.people["secretary_b"]],
        description="Come chi lavora negli appalti di pulizia, mensa e vigilanza può contare di più.",
        themes=["clausole sociali", "orari", "sicurezza"],
    )  # fmt: skip
    course = beginning.begin_table(said, organisation=bodies["city"], actor_id=society.people["city_officer"])
    invited = Invited.objects.get(course=course, organisation=bodies["assolombarda"])
    beginning.accept(invited, actor_id=society.people["employer_delegate"])
