"""A request sent twice is done once, and its first answer comes again."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connections, transaction
from django.test import RequestFactory

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.common.models import IdempotentRequest, Territory
from tavolo.common.territory import in_territory

ACCOUNT = uuid.uuid4()


def test_the_second_time_the_first_result_comes_again(territory: Territory) -> None:
    done: list[int] = []

    def work() -> str:
        done.append(1)
        return "first"

    assert once("key", account_id=ACCOUNT, action="open").run(work) == "first"
    assert once("key", account_id=ACCOUNT, action="open").run(lambda: "second") == "first"
    assert done == [1]


def test_as_a_block(territory: Territory) -> None:
    for again in (False, True):
        with once("key", account_id=None, action="open", request={"a": 1, "b": [2]}) as call:
            assert call.again is again
            if not call.again:
                call.result = {"id": "x"}
        assert call.result == {"id": "x"}


@pytest.mark.parametrize(
    "other",
    [{"key": "other"}, {"account_id": uuid.uuid4()}, {"action": "close"}],
)
def test_another_key_account_or_action_is_another_request(territory: Territory, other: dict) -> None:
    same = {"key": "key", "account_id": ACCOUNT, "action": "open"}
    once(**same).run(lambda: 1)
    assert once(**{**same, **other}).run(lambda: 2) == 2


def test_another_territory_is_another_request(territory: Territory) -> None:
    once("key", account_id=ACCOUNT, action="open").run(lambda: 1)
    with in_territory(Territory.objects.create(slug="torino", name="Torino")):
        assert once("key", account_id=ACCOUNT, action="open").run(lambda: 2) == 2


def test_the_same_key_with_other_contents_is_refused(territory: Territory) -> None:
    once("key", account_id=ACCOUNT, action="open", request={"title": "A"}).run(lambda: 1)
    with pytest.raises(Problem, match=r"altri contenuti|other contents"):
        once("key", account_id=ACCOUNT, action="open", request={"title": "B"}).run(lambda: 2)


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_missing_or_endless_key_is_refused(territory: Territory, key: str) -> None:
    with pytest.raises(Problem):
        once(key, account_id=ACCOUNT, action="open")


def test_work_that_failed_may_be_tried_again(territory: Territory) -> None:
    with pytest.raises(ZeroDivisionError):
        once("key", account_id=ACCOUNT, action="open").run(lambda: 1 / 0)
    assert not IdempotentRequest.objects.exists()
    assert once("key", account_id=ACCOUNT, action="open").run(lambda: "done") == "done"


def test_the_key_itself_is_not_stored(territory: Territory) -> None:
    once("a secret key", account_id=ACCOUNT, action="open").run(lambda: 1)
    row = IdempotentRequest.objects.get()
    assert "secret" not in str(vars(row))


def test_the_key_comes_from_the_header_or_the_hidden_field() -> None:
    key = new_key()
    assert key_from(RequestFactory().post("/", {"idempotency_key": key})) == key
    assert key_from(RequestFactory().post("/", headers={"Idempotency-Key": key})) == key
    assert key_from(RequestFactory().post("/")) == ""


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_do_it_once() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")
    answers: list[object] = []
    start = threading.Barrier(20)

    def send(number: int) -> None:
        try:
            with in_territory(territory):
                start.wait(20)
                answers.append(once("key", account_id=ACCOUNT, action="open").run(lambda: number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 20
    assert len(set(answers)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_request_waits_and_takes_over_when_the_first_fails() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")
    claimed, may_fail = threading.Event(), threading.Event()
    answers: list[object] = []

    def failing() -> None:
        try:
            with in_territory(territory), transaction.atomic():
                with once("key", account_id=ACCOUNT, action="open"):
                    claimed.set()
                    may_fail.wait(20)
                transaction.set_rollback(True)
        finally:
            connections.close_all()

    def second() -> None:
        try:
            with in_territory(territory):
                answers.append(once("key", account_id=ACCOUNT, action="open").run(lambda: "second"))
        finally:
            connections.close_all()

    first_thread, second_thread = threading.Thread(target=failing), threading.Thread(target=second)
    first_thread.start()
    claimed.wait(20)
    second_thread.start()
    second_thread.join(0.3)
    assert answers == [], "it waits for the first one's outcome"
    may_fail.set()
    first_thread.join(20)
    second_thread.join(20)
    assert answers == ["second"]
