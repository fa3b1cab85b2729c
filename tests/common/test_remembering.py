"""Within one request that reads a question is asked once; a write, and the next request, ask anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from tavolo.common.models import Territory
from tavolo.common.remembering import RememberingMiddleware, foresee, remembered, unforeseen
from tavolo.common.territory import in_territory

pytestmark = pytest.mark.django_db


class Question:
    """A question that counts how often it was really asked."""

    def __init__(self, answer: Callable[..., Any] = lambda *asked: asked) -> None:
        self.asked: list[Any] = []

        @remembered
        def ask(*arguments: Any) -> Any:
            self.asked.append(arguments)
            return answer(*arguments)

        self.ask = ask


def during(work: Callable[[], Any], method: str = "GET") -> Any:
    """Do `work` as the view of one request."""
    found = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(work())
        return HttpResponse()

    RememberingMiddleware(view)(RequestFactory().generic(method, "/"))
    return found[0]


def test_a_reading_request_asks_once_and_the_next_one_asks_anew() -> None:
    question = Question()
    for _request in range(2):
        during(lambda: [question.ask(1), question.ask(1), question.ask(2)])
    assert question.asked == [(1,), (2,)] * 2


def test_what_was_read_for_many_is_not_asked_again_and_a_write_empties_it_too() -> None:
    question = Question()

    def work() -> list[Any]:
        foresee(question.ask, {(1,): "one", (2,): "two"})
        known = unforeseen(question.ask, [(1,), (2,), (3,)])
        said = [known, question.ask(1), question.ask(2), question.ask(3)]
        Session.objects.all().delete()
        return [*said, question.ask(1)]

    assert during(work) == [[(3,)], "one", "two", (3,), (1,)]
    assert question.asked == [(3,), (1,)]


def test_nothing_is_foreseen_outside_a_request_that_reads() -> None:
    question = Question()
    foresee(question.ask, {(1,): "one"})
    assert question.ask(1) == (1,)
    assert unforeseen(question.ask, [(1,)]) == []
    assert during(lambda: unforeseen(question.ask, [(1,)]), "POST") == []


def test_nothing_is_remembered_outside_a_request_or_in_one_that_acts() -> None:
    question = Question()
    question.ask(1), question.ask(1)
    during(lambda: [question.ask(1), question.ask(1)], "POST")
    assert len(question.asked) == 4


def test_a_write_a_lock_and_a_rollback_empty_the_memory_and_reading_does_not() -> None:
    question, rows = Question(), Session.objects.all()

    def rolled_back() -> None:
        with transaction.atomic():
            transaction.set_rollback(True)

    def kept() -> None:
        with transaction.atomic():
            list(rows), rows.count()

    def work() -> list[int]:
        counts = []
        for step in (kept, rows.delete, lambda: list(rows.select_for_update()), rolled_back):
            question.ask(1)
            step()
            question.ask(1)
            counts.append(len(question.asked))
        return counts

    assert during(work) == [1, 2, 3, 4]


def test_the_answer_belongs_to_language_and_territory() -> None:
    question, here, there = Question(), Territory(slug="here"), Territory(slug="there")

    def work() -> None:
        for language in ("it", "en", "it"):
            with override(language):
                question.ask(1)
        for territory in (here, there, here):
            with in_territory(territory):
                question.ask(1)

    during(work)
    assert len(question.asked) == 4


def test_who_asks_may_change_the_list_they_got_and_ask_about_what_cannot_be_a_key() -> None:
    question = Question(lambda *asked: [1, 2])

    def work() -> list[int]:
        question.ask("x").append(3)
        question.ask({"not": "hashable"}), question.ask({"not": "hashable"})
        return question.ask("x")

    assert during(work) == [1, 2]
    assert len(question.asked) == 3


def test_a_failure_is_not_remembered() -> None:
    def fail(*asked: Any) -> None:
        raise LookupError

    question = Question(fail)

    def work() -> None:
        for _time in range(2):
            with pytest.raises(LookupError):
                question.ask(1)

    during(work)
    assert len(question.asked) == 2
