"""Set the demonstration table: parties, consultations, votes, releases, all through the real services."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from tavolo.demo import opinion, proposed
from tavolo.demo.society import FOUNDED, Society
from tavolo.dialogue.models import Consultation, Party, Side, StatementVersion, Table, Theme
from tavolo.dialogue.services import closing, consultations, opening, tables, voting
from tavolo.people.constituencies import account_ids
from tavolo.people.models import Constituency, Organisation

TITLE = "Impresa e lavoro: costruire valore insieme"
DESCRIPTION = (
    "Un percorso strutturato di confronto fra l'associazione delle imprese e CGIL, CISL e UIL, nel rispetto "
    "dei ruoli e delle reciproche autonomie, verso un'intesa su produttività, qualità del lavoro, tecnologia "
    "trasparente, formazione continua e partecipazione."
)
# Party of the opinion model -> body of the society, its delegate, its side.
SEATS = {
    "employers": ("assolombarda", "employer_delegate", Side.EMPLOYERS),
    "cgil": ("cgil", "cgil_delegate", Side.WORKERS),
    "cisl": ("cisl", "cisl_delegate", Side.WORKERS),
    "uil": ("uil", "uil_delegate", Side.WORKERS),
}
# Of ten voters: so many by party. The real sizes of the roll bound them.
SHARES = {"employers": 0.14, "cgil": 0.36, "cisl": 0.29, "uil": 0.21}
VALUES = {1: voting.AGREE, 0: voting.PASS, -1: voting.DISAGREE}
Step = Callable[[str], None]


@dataclass
class Seated:
    """The demonstration table with what the consultations need."""

    table: Table
    parties: dict[str, Party]
    themes: dict[str, Theme]


def seat(society: Society) -> Seated:
    """Open the table with its four parties, their heads of delegation and the joint secretariat."""
    asked = opinion.statements()
    names = list(dict.fromkeys(statement.theme for statement in asked))
    actor = society.people["secretary_a"]
    table = tables.create_table(title=TITLE, description=DESCRIPTION, themes=names, actor_id=actor)
    parties = {}
    for key, (body, delegate, side) in SEATS.items():
        organisation = Organisation.objects.get(pk=society.bodies[body])
        parties[key] = tables.add_party(table, organisation, side, actor_id=actor)
        tables.seat_delegate(parties[key], society.people[delegate], role="head", starts_on=FOUNDED)
    for person in ("secretary_a", "secretary_b"):
        tables.appoint_secretary(table, society.people[person], starts_on=FOUNDED)
    return Seated(table, parties, {theme.name: theme for theme in Theme.objects.filter(table=table)})


def prepare(
    seated: Seated, society: Society, title: str, question: str, asked: Iterable[opinion.Statement]
) -> tuple[Consultation, list[StatementVersion]]:
    """Prepare a consultation of all four constituencies, promoted by each party for its own."""
    author = society.people["cgil_delegate"]
    consultation = consultations.create_consultation(
        table=seated.table, actor_id=author, title=title, question=question, capacity=80
    )
    for key, party in seated.parties.items():
        constituency = Constituency.objects.get(pk=society.constituencies[key])
        actor = society.people[SEATS[key][1]]
        consultations.add_group(consultation, party=party, constituency=constituency, actor_id=actor)
    versions = [
        consultations.add_statement(
            consultation, text=statement.text["it"], actor_id=author, theme=seated.themes[statement.theme],
            translations={"en": statement.text["en"]},
        )
        for statement in asked
    ]  # fmt: skip
    return consultation, versions


def open_it(seated: Seated, society: Society, consultation: Consultation) -> None:
    """Give every promoter's yes to opening."""
    for key, party in seated.parties.items():
        opening.consent_to_open(consultation, party=party, actor_id=society.people[SEATS[key][1]])
    consultation.refresh_from_db()


def close_it(seated: Seated, society: Society, consultation: Consultation) -> None:
    """Give every promoter's yes to closing."""
    for key, party in seated.parties.items():
        closing.consent_to_close(consultation, party=party, actor_id=society.people[SEATS[key][1]])
        consultation.refresh_from_db()


def vote(
    society: Society, consultation: Consultation, versions: list[StatementVersion], voters: int, seed: int,
    columns: list[int] | None = None,
) -> int:  # fmt: skip
    """Let about `voters` people of the four constituencies vote as the opinion model says."""
    random = np.random.default_rng(seed)
    chosen: list[uuid.UUID] = []
    sizes = []
    for key in opinion.PARTIES:
        constituency = Constituency.objects.get(pk=society.constituencies[key])
        eligible = sorted(account_ids(constituency, on=consultation.opened_on or FOUNDED))
        wanted = min(len(eligible), round(voters * SHARES[key]))
        sizes.append(wanted)
        chosen += [eligible[index] for index in random.permutation(len(eligible))[:wanted]]
    _party, answers = opinion.votes(tuple(sizes), seed)
    answers = answers if columns is None else answers[:, columns]
    slots = [version.slot for version in versions]
    # What matters a lot to whom: more often what one agrees with, and some statements more than others.
    weight = random.beta(1.2, 6, size=len(slots))
    matters = random.random(answers.shape) < np.where(answers == 1, weight, weight / 3)
    ballots = {
        person: [
            (slot, VALUES[int(answer)] + voting.IMPORTANT * int(important))
            for slot, answer, important in zip(slots, row, marks, strict=True)
            if answer != opinion.NOT_SEEN
        ]
        for person, row, marks in zip(chosen, answers, matters, strict=True)
    }
    return voting.cast_many(consultation, ballots)


def hold(society: Society, voters: int, seed: int, step: Step) -> Seated:
    """Set the table and hold three consultations: one published, one waiting for a release, one open."""
    seated = seat(society)
    asked = opinion.statements()
    _first(seated, society, asked, voters, seed, step)
    # Even in a small demonstration every group must be large enough to be shown.
    _second(seated, society, asked, max(voters // 4, 120), seed + 1, step)
    _third(seated, society, asked, max(voters // 10, 120), seed + 2, step)
    return seated


def _first(
    seated: Seated, society: Society, asked: list[opinion.Statement], voters: int, seed: int, step: Step
) -> None:
    step("first consultation: sixty statements, the last one proposed by a worker")
    hers = proposed.place_of(asked)
    columns = [*(place for place in range(len(asked)) if place != hers), hers]
    consultation, versions = prepare(
        seated,
        society,
        "Che cosa ci unisce",
        "Su che cosa può poggiare l'intesa fra imprese e lavoro?",
        [asked[place] for place in columns[:-1]],
    )
    proposed.agree_on_rules(seated, society)
    step("first consultation: opening, one sealed ballot for every eligible person")
    open_it(seated, society, consultation)
    step("first consultation: a worker's statement, moderated; votes")
    versions.append(proposed.propose(seated, society, consultation, asked[hers]))
    vote(society, consultation, versions, voters, seed, columns)
    step("first consultation: closing and mixing of the ballots")
    close_it(seated, society, consultation)
    release(seated, society, consultation, ("employers", "cgil", "cisl", "uil"))
    closing.publish(consultation, actor_id=society.people["cgil_delegate"])


def _second(
    seated: Seated, society: Society, asked: list[opinion.Statement], voters: int, seed: int, step: Step
) -> None:
    step("second consultation: closed, one party has not released yet")
    columns = [index for index, statement in enumerate(asked) if statement.theme == "tecnologia"]
    consultation, versions = prepare(
        seated,
        society,
        "Tecnologia al lavoro",
        "Come usare l'intelligenza artificiale senza lasciare indietro nessuno?",
        [asked[index] for index in columns],
    )
    open_it(seated, society, consultation)
    vote(society, consultation, versions, voters, seed, columns)
    close_it(seated, society, consultation)
    release(seated, society, consultation, ("employers", "cgil"))


def _third(
    seated: Seated, society: Society, asked: list[opinion.Statement], voters: int, seed: int, step: Step
) -> None:
    step("third consultation: open, waiting for your vote")
    columns = [
        index
        for index, statement in enumerate(asked)
        if statement.theme in ("formazione", "qualità del lavoro")
    ]
    consultation, versions = prepare(
        seated,
        society,
        "Formazione e qualità del lavoro",
        "Che cosa deve garantire l'intesa a chi lavora e a chi assume?",
        [asked[index] for index in columns],
    )
    open_it(seated, society, consultation)
    vote(society, consultation, versions, voters, seed, columns)


def release(seated: Seated, society: Society, consultation: Consultation, keys: Iterable[str]) -> None:
    """Let parties release their own results to the shared map."""
    from tavolo.dialogue.services.releasing import release_results

    for key in keys:
        release_results(consultation, party=seated.parties[key], actor_id=society.people[SEATS[key][1]])
