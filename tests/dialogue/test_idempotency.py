"""Every operation of the API that changes something may be sent twice without doing it twice.

The operations are found by asking the routers. One that reaches `Operations.doing` (or `once` itself) honours
the Idempotency-Key; another must stand in `BY_NATURE` with the reason why a second call changes nothing more.
A new operation that does neither makes the first test fail.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ninja import Router
from ninja.operation import Operation

from tavolo.common.idempotency import once
from tavolo.dialogue.answering import Operations
from tavolo.site.api import api

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
DEPTH = 4

# name of the address -> why a second call does nothing more; no key is kept where its row would tie a person
# to an hour beside a secret.
BY_NATURE = {
    "dialogue_vote": "request_id on the ballot: the row of a key would tie a person to a time",
    "plain_ballots_vote": "request_id on the ballot, as above",
    "polling_slip_vote": "request_id on the ballot; nobody is signed in",
    "polling_slip_sheet": "request_id on the ballot; nobody is signed in",
    "polling_slip_open": "reads; the same slip may come in again until the close",
    "voices_propose": "request_id sealed in the proposal: a key's row would name the author",
    "voices_appeal": "one appeal for a proposal; a key's row would name the author",
    "overlap_lodging": "what a party lodges replaces what it lodged; a key's row would tell when",
    "party_room_ballots": "one ballot a person; a second one changes nothing",
    "polling_key": "a reading of the same number replaces itself; a key's row would hold its digest",
    "polling_forget": "what is not there is not taken back again",
    "polling_return": "a voided slip is not voided again; a key's row would hold a digest of its code",
    "course_feed": "a new secret address ends the one before: two calls leave one that works",
    "following_notices": "what is read is read",
    "following_mail": "sets a choice to a value",
    "voices_readability": "reads: a text too long for an address",
    "voices_similar": "reads: a text too long for an address",
    "plain_ballots_evaluate": "computes: figures too many for an address",
    "plain_ballots_required": "computes: figures too many for an address",
}


def _with_children(router: Router) -> Iterator[Router]:
    yield router
    for _prefix, child, _tags in router._routers:
        yield from _with_children(child)


def operations() -> Iterator[tuple[str, Operation]]:
    """Yield every operation of the table's parts that may change something, with the name of its address."""
    routers = {id(one): one for _prefix, top in api._routers for one in _with_children(top)}
    for router in routers.values():
        for view in router.path_operations.values():
            for operation in view.operations:
                ours = operation.view_func.__module__.startswith("tavolo.dialogue")
                if ours and CHANGING & set(operation.methods):
                    yield str(view.url_name), operation


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _named_in(function: Callable[..., Any]) -> Iterator[Any]:
    """Yield what the names in a function's code stand for, one step into modules and objects too."""
    for code in _codes(function.__code__):
        for name in code.co_names:
            found = function.__globals__.get(name)
            yield found
            if isinstance(found, types.ModuleType | Operations):
                yield from (getattr(found, inner, None) for inner in code.co_names)


def honours_the_key(function: Callable[..., Any], depth: int = DEPTH) -> bool:
    """Say whether a view reaches what does something once, itself or through helpers of the room's API."""
    for found in _named_in(function):
        if found is once or getattr(found, "__func__", None) is Operations.doing:
            return True
        ours = isinstance(found, types.FunctionType) and found.__module__.startswith("tavolo.dialogue")
        helper = ours and any(part in found.__module__ for part in ("api", "answering", "acting"))
        if helper and depth and honours_the_key(found, depth - 1):
            return True
    return False


def test_every_changing_operation_honours_the_key_or_is_harmless_by_nature() -> None:
    found = dict.fromkeys(name for name, _operation in operations())
    assert len(found) > 100, "the routers were not found"
    neither = sorted(
        {
            f"{operation.methods[0]} {name}"
            for name, operation in operations()
            if name not in BY_NATURE and not honours_the_key(operation.view_func)
        }
    )
    assert not neither, f"neither an Idempotency-Key nor a reason: {neither}"


def test_no_reason_is_kept_for_what_is_gone_or_takes_a_key() -> None:
    known = dict(operations())
    assert not set(BY_NATURE) - set(known)
    both = [
        name for name, operation in operations() if name in BY_NATURE and honours_the_key(operation.view_func)
    ]
    assert not both


def test_the_search_would_find_an_operation_that_does_neither() -> None:
    def careless(request: Any) -> dict[str, Any]:
        return {"done": request}

    assert not honours_the_key(careless)


class Asked:
    """A request as `doing` sees it."""

    def __init__(self, key: str, path: str = "/api/v1/x") -> None:
        self.headers = {"Idempotency-Key": key} if key else {}
        self.POST: dict[str, str] = {}
        self.method, self.path = "POST", path
        self.user = types.SimpleNamespace(pk=None)


@pytest.mark.django_db
def test_a_key_counts_once_for_one_address_and_one_content(territory: Any) -> None:
    from tavolo.common.errors import Problem

    operation, done = Operations("probe"), []

    def work() -> int:
        done.append(1)
        return len(done)

    def call(key: str, path: str = "/a", asked: Any = "x") -> Any:
        return operation.doing(Asked(key, path), "act", asked, work)  # type: ignore[arg-type]

    assert call("k") == call("k") == 1
    assert call("") == 2
    assert call("") == 3, "without a key each call counts"
    for other in ({"path": "/b"}, {"asked": "y"}):
        with pytest.raises(Problem, match=r"other contents|altri contenuti|contenut"):
            call("k", **other)
    assert len(done) == 3


@pytest.mark.django_db
def test_what_was_asked_cannot_be_guessed_from_what_is_kept(territory: Any) -> None:
    """A short private word ("accept") has no plain hash in the table: the installation's secret is in it."""
    import hashlib
    import json

    from tavolo.common.models import IdempotentRequest

    Operations("probe").doing(Asked("k"), "act", "accept", lambda: 1)  # type: ignore[arg-type]
    kept = IdempotentRequest.objects.get().request_hash
    said = json.dumps(["POST", "/api/v1/x", "accept"], sort_keys=True)
    assert kept != hashlib.sha256(said.encode()).hexdigest()
