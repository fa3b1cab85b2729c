# mypy: disable-error-code="attr-defined, arg-type"
"""Two ballots of the demonstration: a members' vote that is over and published, one in preparation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from tavolo.demo.dialogue import SEATS, Seated
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots import layouts, services
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED, Terms
from tavolo.dialogue.services import closing, opening, releasing, voting
from tavolo.people.constituencies import account_ids
from tavolo.people.models import Constituency

UNIONS = ("cgil", "cisl", "uil")
FRAMEWORK = """Protocollo quadro sul metodo del confronto

1. Le parti si riconoscono reciprocamente e si incontrano almeno una volta al mese.
2. Nulla è concordato finché tutto non è concordato.
3. Ogni intesa è siglata con riserva e sottoposta al voto di chi la deve applicare.
4. Una segreteria tecnica paritetica, revocabile da ciascuna parte, cura convocazioni e verbali."""
TENTATIVE = """Ipotesi di accordo territoriale su formazione, tecnologia e premio (bozza di lavoro)

1. Ventiquattro ore di formazione retribuita per ciascun lavoratore nel triennio.
2. Informazione preventiva ai rappresentanti sui sistemi di intelligenza artificiale usati al lavoro.
3. Premio di risultato con indicatori verificabili e criteri noti prima dell'inizio del periodo."""
QUESTION = services.Wording(
    "Approvi il protocollo quadro sul metodo del confronto?",
    {
        "en": "Do you approve the framework protocol on the method of the dialogue?",
        "ar": "هل توافق على البروتوكول الإطاري بشأن منهج الحوار؟",
        "es": "¿Apruebas el protocolo marco sobre el método de diálogo?",
        "ro": "Aprobi protocolul-cadru privind metoda dialogului?",
    },
)
PRIORITIES = (
    "Formazione in orario di lavoro",
    "Orari e conciliazione",
    "Salute e sicurezza",
    "Premio e welfare",
)
TENTATIVE_QUESTION = services.Wording(
    "Approvi l'ipotesi di accordo territoriale?",
    {
        "en": "Do you approve the tentative territorial agreement?",
        "ar": "هل توافق على مشروع الاتفاق الإقليمي؟",
        "es": "¿Apruebas el principio de acuerdo territorial?",
        "ro": "Aprobi propunerea de acord teritorial?",
        "uk": "Чи схвалюєте ви попередню територіальну угоду?",
        "zh": "您是否赞成地区协议草案？",
    },
)


def build(seated: Seated, society: Society, step: Callable[[str], None]) -> None:
    """Hold the finished vote, and prepare the one on the tentative agreement."""
    step("ballots: the members' vote on the framework, and the next one in preparation")
    _finished(seated, society)
    _prepared(seated, society)


def _actor(society: Society, key: str) -> uuid.UUID:
    return society.people[SEATS[key][1]]


def _promoters(seated: Seated, society: Society) -> list[services.Promoter]:
    return [
        services.Promoter(
            seated.parties[key],
            Constituency.objects.get(pk=society.constituencies[key]),
            _actor(society, key),
        )
        for key in UNIONS
    ]


def _terms() -> Terms:
    where = "Regolamento comune di CGIL, CISL e UIL Milano sulla consultazione degli iscritti, punto 4"
    day = standing.today() - timedelta(days=60)
    return Terms("1/2", "more_than", "voters", "1/10", "at_least", where, day)


def _finished(seated: Seated, society: Society) -> None:
    actor = _actor(society, "cgil")
    ballot = services.create_ballot(
        table=seated.table, actor_id=actor, title="Voto sul protocollo quadro del confronto",
        introduction="Gli iscritti dei tre sindacati approvano o respingono il metodo con cui si tratterà, e "
        "indicano da quale tema cominciare.",
    )  # fmt: skip
    _ask(seated, society, ballot.consultation)
    services.set_text(
        ballot, actor_id=actor, title="Protocollo quadro sul metodo del confronto", text=FRAMEWORK
    )
    services.add_question(ballot, actor_id=actor, text=QUESTION)
    services.add_question(
        ballot, actor_id=actor, text="Da quale tema deve cominciare la trattativa?", kind="single",
        options=PRIORITIES,
    )  # fmt: skip
    services.choose_rule(ballot, actor_id=actor, rule_set=AGREED, day=standing.today(), terms=_terms())
    for promoter in _promoters(seated, society):
        opening.consent_to_open(ballot.consultation, party=promoter.party, actor_id=promoter.actor_id)
    found = Consultation.objects.get(pk=ballot.consultation_id)
    _vote(society, found)
    for promoter in _promoters(seated, society):
        closing.consent_to_close(found, party=promoter.party, actor_id=promoter.actor_id)
        found.refresh_from_db()
    for promoter in _promoters(seated, society):
        releasing.release_results(found, party=promoter.party, actor_id=promoter.actor_id)
    closing.publish(found, actor_id=actor)


def _ask(seated: Seated, society: Society, found: Consultation) -> None:
    from tavolo.dialogue.services import consultations

    for promoter in _promoters(seated, society):
        consultations.add_group(
            found, party=promoter.party, constituency=promoter.constituency, actor_id=promoter.actor_id
        )


def _vote(society: Society, found: Consultation) -> None:
    """Let about half of the members vote: mostly yes, each union with its own first theme."""
    layout = layouts.read(found.pk)
    yes_no, choice = layout.questions
    votes: dict[uuid.UUID, list[tuple[int, int]]] = {}
    for place, key in enumerate(UNIONS):
        constituency = Constituency.objects.get(pk=society.constituencies[key])
        members = account_ids(constituency, on=found.opened_on or standing.today())
        # A cap keeps the large demonstration quick; the shares are those of a believable vote.
        for number, member in enumerate(members[: max(min(len(members) * 11 // 20, 900), 12)]):
            answer = (
                voting.DISAGREE if number % 7 == 2 else (voting.PASS if number % 19 == 5 else voting.AGREE)
            )
            marks = [(yes_no.head, answer)]
            if number % 9 != 4:
                marks.append((choice.options[(number * 7 // 5 + place) % len(PRIORITIES)], voting.AGREE))
            votes[member] = marks
    voting.cast_many(found, votes)


def _prepared(seated: Seated, society: Society) -> None:
    actor = _actor(society, "cgil")
    ballot = services.create_ballot(
        table=seated.table, actor_id=actor, title="Voto sull'ipotesi di accordo",
        introduction="Quando l'ipotesi sarà siglata, gli iscritti decidono se sciogliere la riserva.",
        closes_on=standing.today() + timedelta(days=21),
    )  # fmt: skip
    _ask(seated, society, ballot.consultation)
    services.set_text(ballot, actor_id=actor, title="Ipotesi di accordo territoriale", text=TENTATIVE)
    services.add_question(ballot, actor_id=actor, text=TENTATIVE_QUESTION)
    services.choose_rule(ballot, actor_id=actor, rule_set="territorial_own_bodies", day=standing.today())
    for promoter in _promoters(seated, society)[:1]:
        opening.consent_to_open(ballot.consultation, party=promoter.party, actor_id=promoter.actor_id)
