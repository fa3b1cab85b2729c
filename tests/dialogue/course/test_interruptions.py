"""What interrupts the talks is recorded in the parties' words; what it closes, and what it never closes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.models import Interruption
from tavolo.dialogue.course.services import interruptions, phases
from tavolo.ledger.services import acts_on
from tests.dialogue.course.conftest import Set

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def talks(at: Set) -> Set:
    """The table in the phase in which positions are lodged."""
    at.pass_to("positions")
    return at


def lodges(talks: Set, name: str) -> bool:
    return gate.allows(talks.table, "positions.lodge", talks.world.parties[name])


def test_the_talks_rest_and_resume_by_one_consent_of_each_side(talks: Set) -> None:
    decision = interruptions.propose_suspension(talks.table, actor_id=talks.who("CGIL"), reason="Fermi.")
    assert lodges(talks, "CGIL")
    assert talks.consent(decision, "Associazione")
    assert not lodges(talks, "CGIL")
    assert not lodges(talks, "Associazione")
    assert gate.allows(talks.table, "meetings.convene", "secretariat")
    assert gate.allows(talks.table, "consultations.open", talks.world.parties["CISL"])
    with pytest.raises(Problem, match="rest"):
        gate.require(talks.table, "positions.lodge", talks.world.parties["CGIL"])
    with pytest.raises(Problem, match="rest"):
        phases.propose_move(
            talks.table, actor_id=talks.who("CGIL"), phase=talks.phase("convergence"), reason="Avanti."
        )
    again = interruptions.propose_resumption(
        talks.table, actor_id=talks.who("Associazione"), text="Si riparte."
    )
    assert talks.consent(again, "CISL")
    assert lodges(talks, "CGIL")
    row = Interruption.objects.get()
    assert (row.party, row.text, row.end_text) == (talks.world.parties["CGIL"], "Fermi.", "Si riparte.")
    names = [act.act_name for act in acts_on("course.course", talks.course.pk)]
    assert names == ["course.suspended", "course.resumed"]


def test_the_register_holds_no_text_of_an_interruption(talks: Set) -> None:
    interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason="CANARINO-sosta")
    interruptions.record_dispute(
        talks.table, actor_id=talks.who("CGIL"), text="CANARINO-agitazione", on=standing.today()
    )
    acts = acts_on("course.course", talks.course.pk)
    assert len(acts) == 2
    assert "CANARINO" not in str([act.content for act in acts])
    assert "CANARINO" not in str(list(Notice.objects.values_list("context", flat=True)))


def test_what_is_suspended_is_not_suspended_again_and_what_goes_on_not_resumed(talks: Set) -> None:
    with pytest.raises(Problem, match="not suspended"):
        interruptions.propose_resumption(talks.table, actor_id=talks.who("CGIL"), text="x")
    talks.consent(
        interruptions.propose_suspension(talks.table, actor_id=talks.who("CGIL"), reason="x"), "Associazione"
    )
    with pytest.raises(Problem, match="already"):
        interruptions.propose_suspension(talks.table, actor_id=talks.who("CGIL"), reason="y")


def test_one_party_steps_out_and_in_by_itself_and_the_others_go_on(talks: Set) -> None:
    interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason="Aspettiamo i nostri organi.")
    assert not lodges(talks, "CISL")
    assert lodges(talks, "CGIL")
    with pytest.raises(Problem, match="Your party has suspended"):
        gate.require(talks.table, "positions.lodge", talks.world.parties["CISL"])
    with pytest.raises(Problem, match="already"):
        interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason="x")
    interruptions.step_in(talks.table, actor_id=talks.who("CISL"))
    interruptions.step_in(talks.table, actor_id=talks.who("CISL"))  # again: nothing more
    assert lodges(talks, "CISL")


def test_a_state_of_agitation_is_recorded_by_a_union_and_closes_nothing(talks: Set) -> None:
    before = gate.open_acts(talks.course, standing.today())
    interruptions.record_dispute(
        talks.table, actor_id=talks.who("CGIL"), text="Stato di agitazione dei reparti.", on=standing.today()
    )
    assert gate.open_acts(talks.course, standing.today()) == before
    interruptions.end_dispute(talks.table, actor_id=talks.who("CGIL"), text="Rientrato.")
    with pytest.raises(Problem, match="no state of agitation"):
        interruptions.end_dispute(talks.table, actor_id=talks.who("CISL"), text="x")


@pytest.mark.parametrize("who", ["Associazione", "secretary", "stranger"])
def test_nobody_but_a_union_records_a_state_of_agitation(talks: Set, who: str) -> None:
    with pytest.raises(Problem):
        interruptions.record_dispute(talks.table, actor_id=talks.who(who), text="x", on=standing.today())
    with pytest.raises(Problem), transaction.atomic():  # the database refuses it too
        interruptions.write(
            talks.course, "dispute", "x", standing.today(), party=talks.world.parties["Associazione"]
        )


def test_what_was_recorded_is_not_rewritten(talks: Set) -> None:
    row = interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason="Così.")
    for change in ({"text": "altro"}, {"starts_on": row.starts_on - DAY}, {"party": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Interruption.objects.filter(pk=row.pk).update(**change)


def cooling(talks: Set, first: int, last: int, pauses: bool = False):  # type: ignore[no-untyped-def]
    return interruptions.propose_cooling_off(
        talks.table, actor_id=talks.who("CGIL"), text="Nessuna iniziativa unilaterale.",
        starts_on=standing.today() + first * DAY, ends_on=standing.today() + last * DAY, pauses=pauses,
    )  # fmt: skip


def test_a_cooling_off_needs_every_party_and_holds_through_its_last_day(talks: Set) -> None:
    decision = cooling(talks, 0, 10, pauses=True)
    assert not talks.consent(decision, "Associazione")
    assert lodges(talks, "CGIL")
    assert talks.consent(decision, "CISL")
    assert not lodges(talks, "CGIL")
    party, last = talks.world.parties["CGIL"], standing.today() + 10 * DAY
    assert not gate.allows(talks.table, "positions.lodge", party, last)
    assert gate.allows(talks.table, "positions.lodge", party, last + DAY)
    with pytest.raises(Problem, match="Another cooling-off"):
        cooling(talks, 5, 20)


def test_a_cooling_off_without_a_pause_closes_nothing_and_stops_nobody(talks: Set) -> None:
    talks.consent(cooling(talks, 0, 10), "Associazione", "CISL")
    assert lodges(talks, "CGIL")
    # Tavolo records, it does not enforce: a union may still record what it declares.
    interruptions.record_dispute(talks.table, actor_id=talks.who("CGIL"), text="x", on=standing.today())


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-9, -2), (0, 900)])
def test_days_that_make_no_sense_are_refused(talks: Set, first: int, last: int) -> None:
    with pytest.raises(Problem):
        cooling(talks, first, last)


def test_empty_and_endless_texts_are_refused(talks: Set) -> None:
    for text in ("  ", "x" * 4001, "a\x00b", "\ud800"):
        with pytest.raises(Problem):
            interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason=text)


def test_the_state_is_read_from_rows_as_the_rules_know_it(talks: Set) -> None:
    assert gate.state_of(talks.course, standing.today()) == rules.State()
    interruptions.step_out(talks.table, actor_id=talks.who("CISL"), reason="x")
    state = gate.state_of(talks.course, standing.today())
    assert state == rules.State(stepped_out=frozenset({str(talks.world.parties["CISL"].pk)}))
