# mypy: disable-error-code="attr-defined, arg-type"
"""What the page says of rules and states: computed, cited, never declared; no vote that never was."""

from __future__ import annotations

import re
from datetime import date

from django.utils import translation

from tavolo.agreements.models import Agreement, Level
from tavolo.agreements.signing import asking, showing
from tavolo.agreements.signing.services import answering
from tavolo.agreements.standing import today
from tavolo.dialogue.plain_ballots.rules.reading import load
from tests.agreements.signing.conftest import Room
from tests.agreements.signing.test_initials import answer, ballot, tentative

__all__ = ["tentative"]


def test_every_interconfederal_system_is_computed_cited_and_never_declared_met(small: Room) -> None:
    """Each system, kind of agreement and day: requirements with source, warnings where unsure, no verdict."""
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    verdict = re.compile(r"(?i)\b(is|are) valid|è valid|sono valid|validly|validamente|legally binding")
    for language in ("it", "en"):
        with translation.override(language):
            for system in load().systems:
                for level in Level.values:
                    small.agreement.system, small.agreement.level = system, level
                    for day in (today(), date(2015, 6, 1)):
                        asked = asking.asked_of(small.agreement, day)
                        assert asked is not None
                        assert asked["rows"] or asked.get("problem"), (system, level, day)
                        if day == today():
                            assert any(one["sources"] for one in asked["rows"]), (system, level)
                        for one in asked["rows"]:
                            assert one["sources"] or one["warnings"], (system, level, day, one["text"])
                            assert one["warnings"] or one["met"] is not None, one["text"]
                            said = " ".join([one["text"], *one["sources"], *one["warnings"]])
                            assert not verdict.search(said), said
                        if asked["rows"]:
                            assert asked["disclaimer"]
                            assert re.search("non dichiara|does not declare", asked["disclaimer"])


def test_an_agreement_of_no_system_says_nothing_of_rules(small: Room) -> None:
    small.agreement.system = ""
    assert asking.asked_of(small.agreement, today()) is None


def test_a_company_agreement_is_told_what_is_asked_with_an_rsu_and_with_rsas(small: Room) -> None:
    small.agreement.system, small.agreement.level = "confindustria", Level.COMPANY
    asked = asking.asked_of(small.agreement, today())
    assert asked is not None
    texts = [one["text"] for one in asked["rows"]]
    assert any("has an RSU" in text and "RSU's members" in text for text in texts)
    assert any("has RSAs" in text and "delegations" in text for text in texts)


def labels(room: Room) -> list[str]:
    return [one["label"] for one in showing.path(Agreement.objects.get(pk=room.agreement.pk))]


def test_the_line_of_states_shows_no_vote_and_no_reservation_that_never_were(small: Room) -> None:
    assert "Vote" in labels(small), "it may still come"
    small.signed()
    assert labels(small) == ["Draft", "Initialled", "To be signed", "Signed", "Deposited"]


def test_the_line_of_states_keeps_the_vote_and_the_reservation_that_were(tentative: Room) -> None:
    asked = ballot(tentative, tentative.shown)
    answering.link_vote(tentative.agreement, consultation=asked, actor_id=tentative.people["cgil"])
    answer(tentative, "cgil")
    answer(tentative, "cisl")
    assert labels(tentative) == ["Draft", "Initialled", "Vote", "Reservation lifted", "Signed", "Deposited"]
