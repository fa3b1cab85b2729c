# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The demonstration's draft: grown from the first consultation's convergences, everybody at work on it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tavolo.agreements.models import Agreement, Amendment, StanceKind
from tavolo.agreements.services import amending, consolidating, notes, sources, stances, starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.operations import Gap, Insert, Operation, reworded
from tavolo.demo.course import pass_to
from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue.course import gate, rules

TITLE = "Intesa su lavoro, competenze e produttività condivisa"
PREAMBLE = """L'associazione delle imprese e CGIL, CISL e UIL, nel rispetto dei rispettivi ruoli e \
autonomie, convengono quanto segue per le imprese e le persone che lavorano nel territorio.

Il testo nasce dalle convergenze emerse nella consultazione e resta aperto fino alla sigla: **nulla è \
concordato finché non è concordato tutto**."""
# Key, title, body, topics, theme of the consultation it grew from, key of the article it lies under.
ARTICLES = (
    ("finalita", "Finalità",
     "Le parti vogliono far crescere insieme produttività e qualità del lavoro, anche nelle imprese più "
     "piccole, e si impegnano a misurarne i risultati ogni anno.", ("territory",), "", ""),
    ("formazione", "Formazione continua", "", ("training",), "formazione", ""),
    ("monte", "Monte ore",
     "Ogni persona ha diritto ad almeno otto ore di formazione l'anno, in orario di lavoro.",
     ("training",), "formazione", "formazione"),
    ("piano", "Piano concordato",
     "Il piano è definito ogni anno:\n\n- nell'impresa, con la rappresentanza sindacale;\n"
     "- dove non c'è, nel comitato bilaterale.", ("training", "bilateral"), "formazione", "formazione"),
    ("tecnologia", "Tecnologia trasparente", "", ("technology",), "tecnologia", ""),
    ("informazione", "Informazione preventiva",
     "L'impresa informa e consulta le rappresentanze prima di introdurre un sistema di intelligenza "
     "artificiale che incide sul lavoro.", ("technology", "information"), "tecnologia", "tecnologia"),
    ("criteri", "Criteri comprensibili",
     "Le persone possono conoscere i criteri con cui un sistema automatico incide su turni, valutazioni e "
     "premi, e chiedere che una persona riesamini l'esito.", ("technology",), "tecnologia", "tecnologia"),
    ("premio", "Premio di risultato",
     "Le imprese possono istituire un premio di risultato con indicatori verificabili di produttività, "
     "qualità, sicurezza e sostenibilità. Il premio è erogato entro sessanta giorni dalla verifica.",
     ("wages",), "produttività", ""),
    ("turni", "Preavviso sui turni",
     "I turni sono comunicati con almeno cinque giorni di anticipo.", ("hours",), "qualità", ""),
    ("disconnessione", "Diritto alla disconnessione",
     "Fuori dall'orario di lavoro nessuno è tenuto a rispondere a messaggi e chiamate. Le eccezioni sono "
     "concordate prima e compensate.", ("smart_work",), "qualità", ""),
    ("sicurezza", "Salute e sicurezza",
     "Le parti programmano ogni anno un'iniziativa comune di prevenzione, con priorità alle imprese fino a "
     "quindici addetti.", ("health_safety",), "qualità", ""),
    ("pari", "Pari opportunità",
     "I piani formativi e i premi sono verificati ogni anno rispetto al genere, all'età e alla tipologia di "
     "contratto.", ("equality",), "", ""),
    ("comitato", "Comitato bilaterale",
     "È istituito un comitato bilaterale di sei componenti, tre per parte. Il comitato segue l'applicazione "
     "dell'intesa e ne pubblica i risultati.", ("bilateral",), "partecipazione", ""),
    ("durata", "Durata e verifica",
     "L'intesa dura tre anni. Le parti la verificano ogni dodici mesi.", ("rules",), "", ""),
)  # fmt: skip
Said = tuple[str, tuple[str, ...], str, str]
YES, NO, WITH, ABSTAIN = StanceKind.ACCEPTS, StanceKind.REJECTS, StanceKind.RESERVATION, StanceKind.ABSTAINS
SECRETS = (
    "Accettiamo, con riserva di merito: i segreti industriali e il codice dei fornitori restano riservati."
)
# Before the last plenary: party, clauses, stance, text.
EARLIER: tuple[Said, ...] = (
    ("employers", ("finalita", "turni", "comitato", "durata"), YES, ""),
    ("cgil", ("finalita", "turni", "comitato"), YES, ""),
    ("cisl", ("finalita", "turni", "comitato", "durata"), YES, ""),
    ("uil", ("finalita", "comitato", "turni"), YES, ""),
)
LATER: tuple[Said, ...] = (
    ("employers", ("informazione",), WITH, SECRETS),
    ("employers", ("monte",), NO, "Otto ore uguali per tutti non tengono conto delle imprese più piccole."),
    ("cgil", ("monte", "informazione", "sicurezza"), YES, ""),
    ("cisl", ("monte", "informazione", "criteri", "sicurezza"), YES, ""),
    ("uil", ("informazione", "pari"), YES, ""),
    ("uil", ("monte",), ABSTAIN, ""),
)


class Drafter:
    """Who writes on the draft: people by the demonstration's keys, clauses by the keys above."""

    def __init__(self, seated: Seated, society: Society) -> None:
        self.seated = seated
        self.actors = {key: society.people[SEATS[key][1]] for key in SEATS}
        self.secretary = society.people["secretary_a"]
        self.agreement = self._begin()

    def _begin(self) -> Agreement:
        grown: dict[str, list[sources.Convergence]] = {}
        for one in sources.convergences(self.seated.table):
            grown.setdefault(one.theme.lower(), []).append(one)
        points: dict[str, list[Clause]] = {}
        articles: list[Clause] = []
        for key, title, body, topics, theme, above in ARTICLES:
            found = next((rows for name, rows in grown.items() if theme and theme in name), [])
            origin = tuple(Origin("statement", str(one.version.statement_id)) for one in found[:2])
            clause = Clause(key, title, body, topics, origin)
            if above:
                points.setdefault(above, []).append(clause)
            else:
                articles.append(clause)
        whole = tuple(
            Clause(one.id, one.title, one.body, one.topics, one.origin, tuple(points.get(one.id, ())))
            for one in articles
        )
        text = Text.of(TITLE, whole, PREAMBLE)
        return starting.start_agreement(
            self.seated.table, title=TITLE, text=text, actor_id=self.secretary, system="confindustria"
        )

    def lodge(self, key: str, operations: list[Operation], reason: str) -> Amendment:
        """Let a party lodge an amendment on the current text."""
        return amending.lodge_amendment(
            self.agreement, base=current(self.agreement), operations=operations, actor_id=self.actors[key],
            reason=reason,
        )  # fmt: skip

    def words(self, clause: str, body: str) -> list[Operation]:
        """Return other words for a clause of the current text."""
        return [reworded(text_of(current(self.agreement)), clause, body=body)]

    def say(self, key: str, clause: str, kind: str, text: str = "", days_ago: int = 0) -> None:
        """Let a party lodge its stance on a clause's present words."""
        own = clause_hash(text_of(current(self.agreement)).clause(clause))
        at = timezone.now() - timedelta(days=days_ago) if days_ago else None
        stances.lodge_stance(
            self.agreement,
            kind=kind,
            actor_id=self.actors[key],
            clause=clause,
            shown_hash=own,
            text=text,
            at=at,
        )

    def answer(self, key: str, row: Amendment, kind: str, text: str = "") -> None:
        """Let a party lodge its stance on an amendment."""
        revision = amending.newest(row)
        stances.lodge_stance(
            self.agreement, kind=kind, actor_id=self.actors[key], revision=revision, text=text
        )


def build(seated: Seated, society: Society, step: Step) -> None:
    """Write the draft of the walk's seventh step."""
    step("the draft: clauses, amendments, a collision, stances")
    if not gate.allows(seated.table, rules.AMEND):
        pass_to(seated, society, rules.DRAFTING, "Le convergenze sono chiare: scriviamo il testo.")
    drafter = Drafter(seated, society)
    for key, clauses, kind, text in EARLIER:
        for clause in clauses:
            drafter.say(key, clause, kind, text, days_ago=60)
    _first_consolidation(drafter)
    _under_way(drafter)
    for key, own, kind, text in LATER:
        for clause in own:
            drafter.say(key, clause, kind, text)
    _private(drafter)


def _first_consolidation(drafter: Drafter) -> None:
    """CISL's longer notice of shifts is accepted by all: what was said of the old words lapses."""
    row = drafter.lodge(
        "cisl", drafter.words("turni", "I turni sono comunicati con almeno sette giorni di anticipo."),
        "Cinque giorni non bastano a chi ha figli o assiste un familiare.",
    )  # fmt: skip
    for key in ("employers", "cgil", "uil"):
        drafter.answer(key, row, YES)
    consolidating.take_in(
        drafter.agreement, [row], actor_id=drafter.secretary, note="Preavviso sui turni: sette giorni"
    )
    drafter.say("cisl", "turni", YES)
    drafter.say("cgil", "turni", YES)


def _under_way(drafter: Drafter) -> None:
    """Open amendments: two that collide on the hours of training, three that stand by themselves."""
    more = drafter.lodge(
        "cgil", drafter.words(
            "monte", "Ogni persona ha diritto ad almeno dodici ore di formazione l'anno, in orario di lavoro."
        ),
        "Chi cambia mansione con otto ore non ce la fa: lo chiedono le assemblee della logistica.",
    )  # fmt: skip
    less = drafter.lodge(
        "employers", drafter.words(
            "monte", "Ogni persona ha diritto ad almeno sei ore di formazione l'anno, in orario di lavoro, "
            "programmate nei periodi di minore attività.",
        ),
        "Nelle imprese sotto i dieci addetti servono ore sostenibili e programmabili.",
    )  # fmt: skip
    room = Clause(
        "sportello", "Sportello territoriale",
        "Il comitato bilaterale apre uno sportello che aiuta le imprese fino a quindici addetti a "
        "introdurre nuove tecnologie informando le persone.", ("technology", "bilateral"),
    )  # fmt: skip
    desk = drafter.lodge(
        "cisl",
        [Insert(Gap("tecnologia", "criteri"), (room,))],
        "Le imprese piccole non hanno un ufficio legale.",
    )
    term = drafter.lodge(
        "employers", drafter.words(
            "durata", "L'intesa dura quattro anni. Le parti la verificano ogni dodici mesi e al secondo anno "
            "valutano se modificarla.",
        ),
        "Quattro anni danno il tempo di vedere i risultati.",
    )  # fmt: skip
    drafter.answer("cisl", more, ABSTAIN)
    drafter.answer("employers", more, NO, "Dodici ore per tutti non sono sostenibili.")
    drafter.answer("cgil", less, NO, "Meno di otto ore vuol dire tornare indietro.")
    drafter.answer("cgil", desk, YES)
    drafter.answer("uil", desk, YES)
    drafter.answer("employers", desk, WITH, "Se lo sportello è finanziato dall'ente bilaterale esistente.")
    drafter.answer("uil", term, NO, "Tre anni sono la durata del contratto nazionale.")
    notes.add_comment(
        drafter.agreement, amendment=more, actor_id=drafter.actors["uil"],
        text="Si può distinguere: otto ore per tutti, dodici per chi cambia mansione?",
    )  # fmt: skip
    notes.add_comment(
        drafter.agreement, clause="premio", actor_id=drafter.actors["employers"],
        text="Verifichiamo insieme che gli indicatori rispettino le regole per la tassazione agevolata.",
    )  # fmt: skip


def _private(drafter: Drafter) -> None:
    """UIL prepares changes nobody else knows of; CGIL keeps a remark for itself."""
    text = text_of(current(drafter.agreement))
    old = text.clause("disconnessione")
    body = (
        "Fuori dall'orario di lavoro, nei riposi e nelle ferie nessuno è tenuto a rispondere a messaggi e "
        "chiamate. Le eccezioni sono concordate prima, per iscritto, e compensate."
    )
    copy = text.with_clause(Clause(old.id, old.title, body, old.topics, old.origin))
    amending.save_draft(
        drafter.agreement, party=drafter.seated.parties["uil"], text=copy, actor_id=drafter.actors["uil"],
        title="Disconnessione: la nostra proposta", reason="Da depositare dopo l'esecutivo di giovedì.",
    )  # fmt: skip
    notes.add_remark(
        drafter.agreement, clause="monte", actor_id=drafter.actors["cgil"],
        text="Sotto le otto ore l'assemblea della logistica non approva.",
    )  # fmt: skip
