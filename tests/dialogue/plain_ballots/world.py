"""A small table with plain ballots in it, for tests."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.plain_ballots import services
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED, Terms
from tavolo.dialogue.services import closing, consultations, opening, voting
from tests.dialogue.world import START, World

TERMS = Terms("1/2", "more_than", "voters", "", "more_than", "Verbale di riunione", START)
UNIONS = ("CGIL", "CISL", "UIL")


def draft(
    world: World, asked: Sequence[str] = UNIONS, *, options: Sequence[str] = (), most: int = 1,
    rule: bool = True, text: bool = True,
) -> PlainBallot:  # fmt: skip
    """Prepare a ballot: yes or no on a text, and, with options, a choice as its second question."""
    actor = world.delegates[asked[0]].pk
    ballot = services.create_ballot(table=world.table, actor_id=actor, title="Voto sull'ipotesi")
    for name in asked:
        consultations.add_group(
            ballot.consultation, party=world.parties[name], constituency=world.constituencies[name],
            actor_id=world.delegates[name].pk,
        )  # fmt: skip
    if text:
        services.set_text(ballot, actor_id=actor, title="Ipotesi", text="Articolo 1.")
    services.add_question(ballot, actor_id=actor, text=services.Wording("Approvi?", {"ar": "هل توافق؟"}))
    if options:
        kind = "single" if most == 1 else "approval"
        services.add_question(ballot, actor_id=actor, text="Quale?", kind=kind, options=options, most=most)
    if rule:
        services.choose_rule(ballot, actor_id=actor, rule_set=AGREED, day=START, terms=TERMS)
    return PlainBallot.objects.get(pk=ballot.pk)


def open_one(world: World, asked: Sequence[str] = UNIONS, **options: object) -> Consultation:
    """Prepare and open a ballot."""
    ballot = draft(world, asked, **options)  # type: ignore[arg-type]
    for name in asked:
        opening.consent_to_open(
            ballot.consultation, party=world.parties[name], actor_id=world.delegates[name].pk
        )
    return Consultation.objects.get(pk=ballot.consultation_id)


def close_one(world: World, consultation: Consultation) -> Consultation:
    """Close a ballot with every promoter's consent."""
    for party in opening.promoters(consultation):
        actor = world.delegates[str(party)].pk
        closing.consent_to_close(consultation, party=party, actor_id=actor)
        consultation.refresh_from_db()
    return consultation


def versions(consultation: Consultation) -> dict[str, uuid.UUID]:
    """Return the version of each question and option by its wording."""
    found = StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
    return {row.text: row.pk for row in found}


def sheet(consultation: Consultation, person: object, marks: dict[str, str], request: str = "") -> bool:
    """Fill in a sheet by wordings."""
    at = versions(consultation)
    return voting.cast_whole(
        consultation.pk, person.pk, {at[name]: choice for name, choice in marks.items()},  # type: ignore[attr-defined]
        request or uuid.uuid4().hex,
    )  # fmt: skip


def marked(consultation: Consultation, person: object) -> dict[str, int]:
    """Return what stands on a person's ballot, by wordings."""
    ballot = voting.own_votes(consultation.pk, person.pk)  # type: ignore[attr-defined]
    assert ballot is not None
    found = StatementVersion.objects.filter(consultation=consultation)
    return {row.text: ballot.vote(row.slot) for row in found if ballot.vote(row.slot)}


def first(consultation: Consultation) -> Question:
    """Return the first question."""
    return Question.objects.filter(ballot__consultation=consultation).order_by("number")[0]
