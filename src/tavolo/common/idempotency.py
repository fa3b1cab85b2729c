"""A click twice, a retry after a lost answer: the work is done once and the first answer comes again.

A form carries a random key in a hidden field (`{% idempotency_key %}`), the API in the header
`Idempotency-Key`. The service wraps its work:

    with once(key, account_id=..., action="dialogue.open_table", request=form.cleaned_data) as call:
        if not call.again:
            call.result = str(open_table(...).pk)
    return redirect("dialogue:table", call.result)

or shorter `once(...).run(lambda: str(open_table(...).pk))`. Not for votes: the row would tie a person
to a time.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.common.models import IdempotentRequest

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
NOBODY = uuid.UUID(int=0)
LONGEST_KEY = 200


def new_key() -> str:
    """Return a fresh random key for a form."""
    return str(uuid.uuid4())


def key_from(request: HttpRequest) -> str:
    """Return the key a request carries in its header or its hidden field, else nothing."""
    return request.headers.get(HEADER, "") or request.POST.get(FIELD, "")


class once:
    """Do something once per account, action and key, in one transaction with the note that it was done.

    The row is inserted first; a second request with the same key waits for the first one's outcome. If
    the first succeeded, `again` is true and `result` (plain JSON) is its result; if it failed, the second
    does the work. The same key with another `request` is refused.
    """

    def __init__(self, key: str, *, account_id: uuid.UUID | None, action: str, request: Any = None) -> None:
        if not key:
            raise Problem(
                _("The request carries no key against double sending. Reload the page and send it again.")
            )
        if len(key) > LONGEST_KEY:
            raise Problem(_("The key against double sending is too long: use at most 200 characters."))
        self.again = False
        self.result: Any = None
        self._key_hash = hashlib.sha256(key.encode()).hexdigest()
        self._account_id = account_id or NOBODY
        self._action = action
        self._request_hash = digest_of(request)
        self._atomic = transaction.atomic()
        self._row_id = uuid.uuid4()

    def __enter__(self) -> once:
        self._atomic.__enter__()
        try:
            self._claim()
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not self.again:
            try:
                IdempotentRequest.objects.filter(pk=self._row_id).update(result=self.result)
            except BaseException as failure:
                self._atomic.__exit__(type(failure), failure, failure.__traceback__)
                raise
        self._atomic.__exit__(kind, error, trace)

    def run(self, work: Callable[[], Any]) -> Any:
        """Do `work` unless it was done, and return its result (plain JSON) either way."""
        with self as call:
            if not call.again:
                call.result = work()
        return self.result

    def _claim(self) -> None:
        row = IdempotentRequest(
            id=self._row_id,
            territory=get_scope()["territory"],
            account_id=self._account_id,
            action=self._action,
            key_hash=self._key_hash,
            request_hash=self._request_hash,
        )
        # ON CONFLICT DO NOTHING waits for a concurrent holder of the same key to commit or roll back.
        IdempotentRequest.objects.bulk_create([row], ignore_conflicts=True)
        first = IdempotentRequest.objects.get(
            account_id=self._account_id, action=self._action, key_hash=self._key_hash
        )
        if first.pk == self._row_id:
            return
        if first.request_hash != self._request_hash:
            raise Problem(
                _("This form was already sent with other contents. Reload the page before changing it.")
            )
        self.again = True
        self.result = first.result


def digest_of(request: Any) -> str:
    """Return a hash of what was asked, independent of the order of fields.

    Under the installation's secret: what was asked may be a short private word, and a plain hash of it would
    tell it to whoever reads the table.
    """
    text = json.dumps(request, cls=DjangoJSONEncoder, sort_keys=True, default=str)
    return salted_hmac("tavolo.common.idempotency", text, algorithm="sha256").hexdigest()
