# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of agreements: texts, amendments, stances. Default is deny.

- A text under way is the table's: delegations and joint secretariat. What is signed everybody reads.
- Amendments, stances, comments and former versions are the table's, always.
- Those who act for a contracting party, and the joint secretariat, write; observers read.
- A party's private draft and remarks are its delegation's of today.
- Taking agreed amendments in is the joint secretariat's.

`answers` are the matrix's, for the demonstration's draft and a private draft of CGIL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.agreements import views
from tavolo.agreements.services import notes
from tavolo.agreements.standing import acting_party, agreement_at, is_secretary, own_parties, sits_at
from tavolo.common.policy import declare

Arguments = Mapping[str, Any]


def sees_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the table's delegations and its joint secretariat."""
    from tavolo.dialogue import standing as seats

    if not request.user.is_authenticated:
        return False
    account, table = request.user.pk, arguments["table_id"]
    return seats.parties_of(account, table).exists() or seats.is_secretary(account, table)


def starts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow acting delegates and the joint secretariat."""
    return (
        request.user.is_authenticated and views.table_of(request.user.pk, arguments["table_id"]) is not None
    )


def reads(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the text: the table, and everybody once it is signed."""
    return agreement_at(request.user.pk, arguments) is not None


def sits(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the table's delegations, observers included, and the joint secretariat."""
    found = agreement_at(request.user.pk, arguments)
    return found is not None and sits_at(request.user.pk, found)


def works(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow acting delegates of a contracting party and the joint secretariat."""
    found = agreement_at(request.user.pk, arguments)
    return found is not None and request.user.is_authenticated and views.works_at(request.user.pk, found)


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow acting delegates of a contracting party: stances and remarks are a party's."""
    found = agreement_at(request.user.pk, arguments)
    return found is not None and acting_party(request.user.pk, found) is not None


def keeps_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the joint secretariat."""
    found = agreement_at(request.user.pk, arguments)
    return found is not None and is_secretary(request.user.pk, found)


def holds_draft(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the delegation whose private draft it is."""
    found = agreement_at(request.user.pk, arguments)
    if found is None or not request.user.is_authenticated:
        return False
    own = own_parties(request.user.pk, found)
    return notes.draft_at(found, own, arguments["agreement_draft_id"]) is not None


def lodges_draft(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow acting delegates of a contracting party; a draft that is gone is no longer asked for."""
    return acts(request, arguments)


CGIL = "union_delegate"
PARTIES = (CGIL, "other_union_delegate", "employer_delegate")
TABLE = (*PARTIES, "secretary")


def _pages(names: str, who: Any, says: str, roles: tuple[str, ...], status: int = 200) -> None:
    for name in names.split():
        declare(f"agreements:{name}", who, says=says, answers=dict.fromkeys(roles, status))


_pages("table", sees_table, "delegations and joint secretariat", TABLE)
_pages("start", starts, "acting delegates and joint secretariat", TABLE)
_pages("text download", reads, "the table; everybody once it is signed", TABLE)
_pages("amendments amendment matrix marked compare", sits, "delegations and joint secretariat", TABLE)
_pages("amend word", works, "acting delegates and joint secretariat", TABLE)
_pages("comment", works, "acting delegates and joint secretariat", TABLE, 405)
# The matrix's amendment is CGIL's; the others are led back to it with a word.
declare(
    "agreements:rewrite", works, says="acting delegates and joint secretariat; the service asks whose it is",
    answers={CGIL: 200} | dict.fromkeys(("other_union_delegate", "employer_delegate", "secretary"), 302),
)  # fmt: skip
_pages("withdraw", works, "acting delegates and joint secretariat", TABLE, 405)
_pages("stance remark remark_remove", acts, "acting delegates of contracting parties", PARTIES, 405)
_pages("take_in", keeps_table, "the joint secretariat", ("secretary",))
_pages("draft", holds_draft, "the delegation whose draft it is", (CGIL,))
_pages("draft_discard", holds_draft, "the delegation whose draft it is", (CGIL,), 405)
_pages(
    "draft_lodge",
    lodges_draft,
    "acting delegates of contracting parties; the page asks whose it is",
    PARTIES,
    405,
)


def _api(names: str, who: Any, says: str, roles: tuple[str, ...], status: int = 200) -> None:
    for name in names.split():
        declare(f"api-1.0.0:agreements_{name}", who, says=says, answers=dict.fromkeys(roles, status))


_api("table", sees_table, "delegations and joint secretariat", TABLE)
_api("convergences", starts, "acting delegates and joint secretariat", TABLE)
_api("agreement text", reads, "the table; everybody once it is signed", TABLE)
# The matrix asks for a file by a format the page knows: "pdf".
_api("file", reads, "the table; everybody once it is signed", TABLE)
# Reading and writing share these addresses; the services refuse an observer who would write.
_api("amendments amendment stances comments remarks drafts", sits, "delegations and joint secretariat", TABLE)
_api("rewrite withdraw", works, "acting delegates and joint secretariat; the service asks whose", TABLE, 405)
_api("versions", keeps_table, "the joint secretariat", ("secretary",), 405)
_api("remark word", acts, "acting delegates of contracting parties", PARTIES, 405)
_api("draft", holds_draft, "the delegation whose draft it is", (CGIL,))
_api("draft_lodge", lodges_draft, "acting delegates; the draft's own party alone finds it", PARTIES, 405)
