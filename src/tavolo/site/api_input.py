"""What the API reads: JSON, forms and addresses whose texts the database and the documents can hold."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from tavolo.common.errors import Problem

# NUL cannot be stored, the other controls stand in no document, half a surrogate pair in no UTF-8 text.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LARGEST = 2**63


class CleanParser(Parser):
    """Ninja's parser; what could be stored nowhere is refused with a sentence that says where it stands."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the JSON of a request; ValueError where it is none, Problem for an unfit text or number."""
        found = json.loads(request.body, parse_constant=_no_constant)
        check(found, "body")
        return found

    def parse_querydict(
        self, data: MultiValueDict, list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return the fields of a query or a form, and files; Problem for an unfit text."""
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        check({name: value for name, value in found.items() if isinstance(value, str | list)}, "request")
        return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def check(value: Any, place: str) -> None:
    """Refuse with a Problem the first text or whole number in `value` that no column could hold.

    Walks lists and objects without recursion, so that depth does no harm.
    """
    rest: list[tuple[Any, str]] = [(value, place)]
    while rest:
        one, at = rest.pop()
        if isinstance(one, str):
            _check_text(one, at)
        elif isinstance(one, int) and not -LARGEST <= one < LARGEST:
            raise Problem(_("The number at %(place)s is too large. Send a smaller one.") % {"place": at})
        elif isinstance(one, dict):
            for name in one:
                _check_text(name, at)
            rest += [(inner, f"{at}.{name}") for name, inner in one.items()]
        elif isinstance(one, list):
            rest += [(inner, f"{at}.{number}") for number, inner in enumerate(one)]


def _check_text(text: str, place: str) -> None:
    found = UNFIT.search(text)
    if found:
        raise Problem(
            _("The text at %(place)s holds the character U+%(code)s, which cannot be kept. Take it out.")
            % {"place": place, "code": f"{ord(found.group()):04X}"}
        )
