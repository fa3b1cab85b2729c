# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the APIs of all parts of the room share: how an operation is declared, and doing something once.

    api = Operations("meetings")
    router = api.router

    @api.post("/tables/{uuid:table_id}/points", PointOut, "add_point", "Add an open point")
    def add_point(request, table_id, payload): ...
        return point_out(api.doing(request, "add_point", [table_id, payload.dict()], lambda: ...))

Each operation declares the refusals any of them may answer; what changes something may also answer 422, and
so may a reading with `refuses=True`. Its address is named `<part>_<name>`, under which policies declare it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Router
from ninja.decorators import decorate_view

from tavolo.common.idempotency import key_from, once
from tavolo.common.removals import removal
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}

View = TypeVar("View", bound=Callable[..., Any])
Declare = Callable[[View], View]


class Operations:
    """The operations of one part of the room, on one router. `open_to_all`: also without an account."""

    def __init__(self, part: str, *, open_to_all: bool = False) -> None:
        self.part = part
        self.router = Router(tags=[part], auth=None if open_to_all else key_or_session)

    def get(
        self, path: str, out: Any, name: str, summary: str, *, refuses: bool = False,
        extra: dict[str, Any] | None = None,
    ) -> Declare[Any]:  # fmt: skip
        """Declare a reading. `extra` goes into the schema as it is: what a file's answer holds."""
        return self._declare("GET", path, out, name, summary, CHANGED if refuses else REFUSED, extra)

    def post(
        self, path: str, out: Any, name: str, summary: str, *, removes: bool = False,
        extra: dict[str, Any] | None = None,
    ) -> Declare[Any]:  # fmt: skip
        """Declare an act, or a question too long for an address.

        `removes`: it takes away the row its address names, or the seat from which one acts. Its answer is
        kept for a retry, so it holds ids and states, never words.
        """
        declare = self._declare("POST", path, out, name, summary, CHANGED, extra)
        return _answering_again(declare) if removes else declare

    def put(self, path: str, out: Any, name: str, summary: str) -> Declare[Any]:
        """Declare the setting of something to a value."""
        return self._declare("PUT", path, out, name, summary, CHANGED)

    def patch(self, path: str, out: Any, name: str, summary: str) -> Declare[Any]:
        """Declare a change of some of something's values."""
        return self._declare("PATCH", path, out, name, summary, CHANGED)

    def delete(self, path: str, out: Any, name: str, summary: str, *, removes: bool = True) -> Declare[Any]:
        """Declare a removal: a retry with the same key gets the first answer, though the row is gone.

        Without `removes`: what its address names stays, and its answer may hold more than ids.
        """
        declare = self._declare("DELETE", path, out, name, summary, CHANGED)
        return _answering_again(declare) if removes else declare

    def _declare(
        self, method: str, path: str, out: Any, name: str, summary: str, refused: dict[int, Any],
        extra: dict[str, Any] | None = None,
    ) -> Declare[Any]:  # fmt: skip
        return self.router.api_operation(
            [method], path, response={200: out, **refused}, url_name=f"{self.part}_{name}", summary=summary,
            openapi_extra=extra,
        )  # fmt: skip

    def doing(self, request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
        """Do `work` once for the Idempotency-Key a request carries; without a key, each time.

        `work` returns plain JSON, which comes again to a retry. The same key for another address, or with
        something else `asked`, is refused.
        """
        key = key_from(request)
        if not key:
            return work()
        said = [request.method, request.path, asked]
        call = once(key, account_id=request.user.pk, action=f"api.{self.part}.{action}", request=said)
        return call.run(work)


def _answering_again(declare: Declare[Any]) -> Declare[Any]:
    """Return `declare` for an operation after which its own policy finds nothing any more."""
    return lambda view: declare(decorate_view(removal)(view))
