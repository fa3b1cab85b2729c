# mypy: disable-error-code="attr-defined, arg-type"
"""Initials, reservations, the members' vote and what follows from it: every step, and every refusal."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.services import stances
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing import reading, voting
from tavolo.agreements.signing.models import Declined, Initial, Reply, Withdrawal
from tavolo.agreements.signing.services import answering, initialling
from tavolo.agreements.standing import today
from tavolo.agreements.text.canonical import clause_hash
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue.course import gate
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.services import consultations, tables
from tavolo.ledger.services import acts_on
from tavolo.people.models import Constituency
from tests.agreements.signing.conftest import Room

RULE = "territorial_own_bodies"


def acts(room: Room) -> list[str]:
    return [row.act_name.removeprefix("signing.") for row in acts_on("signing.agreement", room.agreement.pk)]


def ballot(room: Room, text_hash: str, table: object = None) -> Consultation:
    """Return a ballot at the table on a text with this hash."""
    from tavolo.dialogue.plain_ballots import services

    made = services.create_ballot(
        table=table or room.table, actor_id=room.people["cgil"], title="Voto", introduction=""
    )
    PlainBallot.objects.filter(pk=made.pk).update(text_hash=text_hash, text_title="Intesa")
    return made.consultation


# Initials


def test_the_first_initials_freeze_and_the_last_ones_clear_the_text(small: Room) -> None:
    small.initial("cgil")
    assert reading.is_frozen(small.agreement)
    assert small.state == State.DRAFT
    small.initial("cisl", "imprese")
    assert small.state == State.CLEARED
    assert acts(small) == ["initialled", "initialled", "initialled", "state"]


def test_initials_are_given_once(small: Room) -> None:
    first = initialling.initial(small.agreement, shown_hash=small.shown, actor_id=small.people["cgil"])
    again = initialling.initial(small.agreement, shown_hash=small.shown, actor_id=small.people["seconda"])
    assert first.pk == again.pk
    assert Initial.objects.count() == 1


@pytest.mark.parametrize("who", ["estranea", "osservatrice", "segretaria"])
def test_only_who_acts_for_a_contracting_party_takes_a_step(small: Room, who: str) -> None:
    actor = small.people[who]
    steps = (
        lambda: initialling.initial(small.agreement, shown_hash=small.shown, actor_id=actor),
        lambda: initialling.withdraw(small.agreement, actor_id=actor),
        lambda: initialling.decline(small.agreement, shown_hash=small.shown, actor_id=actor, statement="No."),
        lambda: initialling.propose_separate(small.agreement, actor_id=actor, effect="Tutti"),
    )
    for step in steps:
        with pytest.raises(Problem, match="acts for a contracting party"):
            step()
    assert acts(small) == []


def test_a_text_that_was_not_shown_is_not_initialled(small: Room) -> None:
    with pytest.raises(Problem, match="moved on"):
        initialling.initial(small.agreement, shown_hash="0" * 64, actor_id=small.people["cgil"])
    small.initial("cgil")
    with pytest.raises(Problem, match="not the one that lies before"):
        initialling.initial(small.agreement, shown_hash="0" * 64, actor_id=small.people["cisl"])
    assert Initial.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "days", "words"),
    [("", 10, "why the reservation"), ("x" * 501, 10, "why the reservation"), ("Voto", None, "term"),
     ("Voto", -1, "from today on"), ("Voto", 400, "more than a year")],
)  # fmt: skip
def test_a_reservation_has_a_reason_and_a_term(
    small: Room, reason: str, days: int | None, words: str
) -> None:
    due = None if days is None else today() + timedelta(days=days)
    with pytest.raises(Problem, match=words):
        small.initial("cgil", reserve=True, reserve_reason=reason, reserve_due=due)
    assert not reading.is_frozen(small.agreement)


def test_with_a_reservation_the_agreement_is_tentative_until_the_latest_term(small: Room) -> None:
    small.reserve("cgil", days=20)
    small.reserve("cisl", days=40)
    small.initial("imprese")
    assert small.state == State.INITIALLED
    frozen = reading.frozen_of(small.agreement)
    assert frozen is not None
    assert frozen.reserve_due == today() + timedelta(days=40)


def test_reservations_on_substance_go_along_word_by_word(small: Room) -> None:
    clause = text_of(current(small.agreement)).clause("c1")
    stances.lodge_stance(
        small.agreement, kind="reservation", actor_id=small.people["cisl"], clause="c1",
        shown_hash=clause_hash(clause), text="Se vale anche per chi è a termine.",
    )  # fmt: skip
    small.initial("cgil", "cisl")
    carried = {row.party.organisation.name: row.substance for row in Initial.objects.all()}
    assert carried["CGIL"] == []
    assert [one["text"] for one in carried["CISL"]] == ["Se vale anche per chi è a termine."]


def test_a_closed_phase_of_the_course_takes_no_initials(small: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def closed(_table: object, act: str, _party: object = None, _on: object = None) -> None:
        asked.append(act)
        raise Problem("closed")

    monkeypatch.setattr(gate, "require", closed)
    with pytest.raises(Problem, match="closed"):
        small.initial("cgil")
    assert asked == ["agreement.initial"]
    assert not Initial.objects.exists()


def test_the_last_word_whose_answer_was_lost_may_be_sent_again(small: Room) -> None:
    """The last initials, and the last answer, close their own step: the retry still returns what is there."""
    small.reserve("cgil")
    small.initial("cisl", "imprese")
    last = Initial.objects.get(account_id=small.people["imprese"])
    again = initialling.initial(small.agreement, shown_hash=small.shown, actor_id=small.people["imprese"])
    assert again.pk == last.pk
    assert answer(small, "cgil").pk == answer(small, "cgil").pk
    assert small.state == State.CLEARED
    with pytest.raises(Problem, match="not possible now"):
        answer(small, "cgil", lifts=False)


# Taking initials back


def test_the_last_initials_taken_back_open_the_text_for_another_round(small: Room) -> None:
    small.initial("cgil", "cisl")
    initialling.withdraw(small.agreement, actor_id=small.people["cgil"], reason="Manca un articolo.")
    assert reading.is_frozen(small.agreement), "CISL's initials still hold the text"
    initialling.withdraw(small.agreement, actor_id=small.people["cisl"])
    frozen = reading.frozen_of(small.agreement)
    assert frozen is not None
    assert (frozen.version_id, frozen.hash, frozen.round) == (None, "", 2)
    assert initialling.withdraw(small.agreement, actor_id=small.people["cisl"]) is None
    assert Withdrawal.objects.count() == 2
    small.initial()
    assert small.state == State.CLEARED


def test_initials_are_not_taken_back_once_all_are_there(small: Room) -> None:
    small.initial()
    with pytest.raises(Problem, match="not possible now"):
        initialling.withdraw(small.agreement, actor_id=small.people["cgil"])


# Not going along


def test_a_party_says_once_why_it_does_not_initial(small: Room) -> None:
    small.initial("cgil", "imprese")
    actor = small.people["cisl"]
    with pytest.raises(Problem, match="why"):
        initialling.decline(small.agreement, shown_hash=small.shown, actor_id=actor, statement=" ")
    with pytest.raises(Problem, match="not the one"):
        initialling.decline(small.agreement, shown_hash="0" * 64, actor_id=actor, statement="No.")
    said = initialling.decline(small.agreement, shown_hash=small.shown, actor_id=actor, statement="No.")
    again = initialling.decline(small.agreement, shown_hash=small.shown, actor_id=actor, statement="Altro.")
    assert (said.pk, said.step, said.statement) == (again.pk, "initial", "No.")
    assert small.state == State.DRAFT, "it keeps nobody from anything and moves nothing"
    with pytest.raises(Problem, match="given its word"):
        initialling.decline(
            small.agreement, shown_hash=small.shown, actor_id=small.people["cgil"], statement="No."
        )


def test_a_party_that_initialled_may_still_not_sign(small: Room) -> None:
    small.initial()
    small.name("cgil", "imprese")
    small.sign("cgil", "imprese")
    initialling.decline(
        small.agreement, shown_hash=small.shown, actor_id=small.people["cisl"], statement="Non firmiamo."
    )
    assert Declined.objects.get().step == "sign"
    assert small.state == State.CLEARED, "the others go on only where they record it together"


# The members' vote


def test_a_vote_on_the_exact_text_is_linked_once(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    asked = ballot(small, small.shown)
    for _ in range(2):
        answering.link_vote(small.agreement, consultation=asked, actor_id=small.people["cgil"])
    assert small.state == State.VOTING
    assert acts(small).count("vote_linked") == 1
    assert [one.consultation_id for one in answering.fitting_ballots(small.agreement)] == [asked.pk]
    told = Notice.objects.filter(kind="signing.vote").values_list("account_id", flat=True)
    assert set(told) >= {small.people[key] for key in ("cgil", "cisl", "imprese", "segretaria")}


def test_a_vote_on_another_text_or_of_another_table_is_refused(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    with pytest.raises(Problem, match="another text"):
        answering.link_vote(
            small.agreement, consultation=ballot(small, "0" * 64), actor_id=small.people["cgil"]
        )
    other = tables.create_table(title="Altro tavolo")
    party = tables.add_party(other, small.parties["cgil"].organisation, "workers")
    tables.seat_delegate(party, small.people["cgil"], role="head", starts_on=today())
    elsewhere = ballot(small, small.shown, other)
    talk = consultations.create_consultation(
        table=small.table, actor_id=small.people["cgil"], title="Idee", question="Che ne pensi?", capacity=10
    )
    for asked in (elsewhere, talk):
        with pytest.raises(Problem, match="ballot of this table"):
            answering.link_vote(small.agreement, consultation=asked, actor_id=small.people["cgil"])
    assert small.state == State.INITIALLED


def test_a_vote_in_preparation_may_be_replaced_by_another(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    first, second = ballot(small, small.shown), ballot(small, small.shown)
    for asked in (first, second):
        answering.link_vote(small.agreement, consultation=asked, actor_id=small.people["cgil"])
    assert [one.consultation_id for one in voting.votes(small.agreement)] == [second.pk]


def test_before_the_last_initials_there_is_nothing_to_vote_on(small: Room) -> None:
    members = small.constituency("cgil")
    with pytest.raises(Problem, match="No text is frozen"):
        answering.open_vote(
            small.agreement, actor_id=small.people["cgil"], constituency_id=members.pk, rule_set=RULE,
            closes_on=None,
        )  # fmt: skip
    small.reserve("cgil")
    with pytest.raises(Problem, match="not possible now"):
        answering.link_vote(
            small.agreement, consultation=ballot(small, small.shown), actor_id=small.people["cgil"]
        )


def test_a_union_opens_a_vote_of_its_own_members_on_the_frozen_text(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    members = small.constituency("cgil")
    assert answering.own_constituencies(small.people["cgil"], small.agreement) == [members]
    assert answering.own_constituencies(small.people["estranea"], small.agreement) == []
    options = {"rule_set": RULE, "closes_on": today() + timedelta(days=10)}
    for who, asked in (("cisl", members.pk), ("cgil", uuid.uuid4())):
        with pytest.raises(Problem, match="own party's constituencies"):
            answering.open_vote(small.agreement, actor_id=small.people[who], constituency_id=asked, **options)
    made = answering.open_vote(
        small.agreement, actor_id=small.people["cgil"], constituency_id=members.pk, **options
    )
    assert made.state == "open"
    assert PlainBallot.objects.get(consultation=made).text_hash == small.shown
    assert [one.consultation_id for one in voting.votes(small.agreement)] == [made.pk]
    assert small.state == State.VOTING
    with pytest.raises(Problem, match="has begun: it is not replaced"):
        answering.link_vote(
            small.agreement, consultation=ballot(small, small.shown), actor_id=small.people["cisl"]
        )


def test_a_refused_opening_leaves_no_vote_behind(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    members = Constituency.objects.create(
        territory=small.territory, kind="members_of_union", name="Nessuno",
        organisation=small.parties["cgil"].organisation, subject=small.parties["cgil"].organisation,
    )  # fmt: skip
    with pytest.raises(Problem):
        answering.open_vote(
            small.agreement, actor_id=small.people["cgil"], constituency_id=members.pk, rule_set=RULE,
            closes_on=None,
        )  # fmt: skip
    assert not Consultation.objects.filter(table=small.table).exists()
    assert small.state == State.INITIALLED


# The answer to one's own reservation


def answer(
    small: Room, key: str, *, lifts: bool = True, ground: str = "Verbale del voto", **more: str
) -> Reply:
    return answering.reply(
        small.agreement, shown_hash=more.pop("shown", small.shown), actor_id=small.people[key], lifts=lifts,
        ground=ground, **more,
    )  # fmt: skip


@pytest.fixture
def tentative(small: Room) -> Room:
    """A tentative agreement with the unions' reservations."""
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    return small


def test_the_last_reservation_lifted_clears_the_text(tentative: Room) -> None:
    answer(tentative, "cgil", statement="Con soddisfazione.")
    assert tentative.state == State.INITIALLED
    answer(tentative, "cisl")
    assert tentative.state == State.CLEARED
    assert acts(tentative)[-3:] == ["reservation", "reservation", "state"]


def test_an_answer_is_given_once_and_never_turned(tentative: Room) -> None:
    first = answer(tentative, "cgil")
    assert answer(tentative, "cgil", ground="Altro").pk == first.pk
    with pytest.raises(Problem, match="not changed"):
        answer(tentative, "cgil", lifts=False)
    assert Reply.objects.count() == 1


def test_an_answer_names_its_ground_its_text_and_its_own_reservation(tentative: Room) -> None:
    with pytest.raises(Problem, match="rests on"):
        answer(tentative, "cgil", ground="  ")
    with pytest.raises(Problem, match="not the one"):
        answer(tentative, "cgil", shown="0" * 64)
    with pytest.raises(Problem, match="without a reservation"):
        answer(tentative, "imprese")
    with pytest.raises(Problem, match="too long"):
        answer(tentative, "cgil", statement="x" * 5001)
    assert not Reply.objects.exists()


def test_the_members_no_of_all_rejects_the_text(tentative: Room) -> None:
    answer(tentative, "cgil", lifts=False)
    answer(tentative, "cisl", lifts=False)
    assert tentative.state == State.REJECTED
    with pytest.raises(Problem, match="not possible now"):
        tentative.name("cgil")


def test_the_no_of_one_waits_for_what_the_others_record(tentative: Room) -> None:
    from tavolo.dialogue.delegations import decisions

    answer(tentative, "cgil", lifts=False)
    answer(tentative, "cisl")
    assert tentative.state == State.INITIALLED
    made = initialling.propose_separate(
        tentative.agreement, actor_id=tentative.people["cisl"], effect="Per chi firma e chi rappresenta."
    )
    assert tentative.state == State.INITIALLED, "one side alone decides nothing"
    decisions.consent(made, party=tentative.parties["imprese"], actor_id=tentative.people["imprese"])
    assert tentative.state == State.CLEARED
    frozen = reading.frozen_of(tentative.agreement)
    assert frozen is not None
    assert frozen.effect == "Per chi firma e chi rappresenta."
    now = reading.standing_of(tentative.agreement, frozen)
    assert tentative.parties["cgil"].pk not in now.expected


def test_going_on_separately_needs_both_sides_a_text_and_somebody_left_out(small: Room) -> None:
    with pytest.raises(Problem, match="not the text that lies"):
        initialling.propose_separate(small.agreement, actor_id=small.people["cgil"], effect="Tutti")
    small.initial("cgil", "cisl")
    with pytest.raises(Problem, match="each side"):
        initialling.propose_separate(small.agreement, actor_id=small.people["cgil"], effect="Tutti")
    small.reserve("imprese")
    with pytest.raises(Problem, match="for whom"):
        initialling.propose_separate(small.agreement, actor_id=small.people["cgil"], effect=" ")
    with pytest.raises(Problem, match="Nobody is left out"):
        initialling.propose_separate(small.agreement, actor_id=small.people["cgil"], effect="Tutti")


def test_an_agreement_made_elsewhere_is_not_signed_here(small: Room) -> None:
    Agreement.objects.filter(pk=small.agreement.pk).update(table=None)
    with pytest.raises(Problem, match="made elsewhere"):
        initialling.initial(small.agreement, shown_hash=small.shown, actor_id=small.people["cgil"])
