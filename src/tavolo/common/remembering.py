"""What a page has asked once is not asked again while that page is made.

A page gathers from many parts, and all of them ask the same few questions: which party does this person act
for, who negotiates this agreement, who has signed. Functions marked with `remembered` answer from memory for
the rest of one GET or HEAD request, never longer: the next request asks anew. Anything but plain reading
in between (a write, a lock, a rollback) empties the memory, so an answer is never older than what the
request itself has done. Requests that act (POST and the like), jobs and commands remember nothing.

    @remembered
    def contractors(agreement: Agreement) -> list[Party]: ...

What a list of things will be asked one by one may be read for all of them first, and foreseen:

    foresee(contractors, {(agreement,): parties_of_it, ...})

`unforeseen` says which are not known yet. Outside a request that reads both do nothing, and each is asked.

Not for rows behind the second wall (`row_security`): what they answer depends on which rooms are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_scopes import get_scope

Function = TypeVar("Function", bound=Callable[..., Any])
# None outside a request that reads.
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("remembered", default=None)
READING = ("SELECT", "DECLARE", "SAVEPOINT", "RELEASE")
LOCKING = (" FOR UPDATE", " FOR NO KEY UPDATE", " FOR SHARE", " FOR KEY SHARE")
COPIED = (list, dict, set)


def remembered(function: Function) -> Function:
    """Let a question be answered once in a request that reads.

    Arguments must be hashable (ids, words, stored rows); with others the question is simply asked. Lists,
    dictionaries and sets are handed out as copies, so that who asks may sort or fill them.
    """

    @wraps(function)
    def ask(*args: Any, **kwargs: Any) -> Any:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        key = _key(function, args, kwargs)
        try:
            found = memory.get(key, memory)  # the memory itself stands for "not asked yet"
        except TypeError:
            return function(*args, **kwargs)
        if found is memory:
            found = memory[key] = function(*args, **kwargs)
        return found.copy() if isinstance(found, COPIED) else found

    return ask  # type: ignore[return-value]


def _key(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
    return function, args, tuple(sorted(kwargs.items())), get_language(), get_scope().get("territory")


def is_reading() -> bool:
    """Say whether answers are remembered now: within a request that reads."""
    return _memory.get() is not None


def unforeseen(function: Callable[..., Any], asked: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the arguments (positional) whose answer is not in memory yet; none where nothing is remembered.

    Who reads for many at once asks this first, so that the same is not read twice.
    """
    memory = _memory.get()
    if memory is None:
        return []
    inner = function.__wrapped__  # type: ignore[attr-defined]
    return [args for args in asked if _key(inner, args, {}) not in memory]


def foresee(function: Callable[..., Any], answers: Mapping[tuple[Any, ...], Any]) -> None:
    """Put answers that were read for many at once into the memory, by positional arguments.

    They must be what the function itself would answer. A later write empties them like all others.
    """
    memory = _memory.get()
    if memory is not None:
        inner = function.__wrapped__  # type: ignore[attr-defined]
        memory.update({_key(inner, args, {}): found for args, found in answers.items()})


def _watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Empty the memory at every statement that does more than read."""
    try:
        return execute(sql, params, many, context)
    finally:
        memory = _memory.get()
        if memory and not _only_reads(sql):
            memory.clear()


def _only_reads(sql: Any) -> bool:
    return isinstance(sql, str) and sql.startswith(READING) and not any(lock in sql for lock in LOCKING)


@contextmanager
def reading() -> Iterator[None]:
    """Remember within this block, as a request that reads does."""
    token = _memory.set({})
    try:
        with connection.execute_wrapper(_watch):
            yield
    finally:
        _memory.reset(token)


class RememberingMiddleware:
    """Give every request that reads a memory of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading():
            return self.get_response(request)
