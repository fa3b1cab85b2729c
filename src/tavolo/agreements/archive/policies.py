# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of the archive and of verification. Default is deny.

- The archive, its exports and the page where one drops a file: everybody. They read the index of public
  agreements alone.
- Verification of one agreement: everybody once it is signed; before, those who see it.
- Adding and correcting agreements made elsewhere: officers of associations, unions and public bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.agreements import standing
from tavolo.agreements.archive import adding
from tavolo.agreements.archive.models import Entry
from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import Predicate, anyone, declare
from tavolo.common.sniffing import DOCX, PDF

Arguments = Mapping[str, Any]
ALL = {"*": 200}
SIGNED_IN = dict.fromkeys(
    (
        "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
        "firm_owner", "worker", "plain_worker", "city_officer", "stranger",
    ),
    200,
)  # fmt: skip


def in_archive(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow everybody, where the address leads to a public agreement."""
    return Entry.objects.filter(key=arguments["entry_key"]).exists()


def seen(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the agreement: everybody once it is signed."""
    account = request.user.pk if request.user.is_authenticated else None
    return standing.visible(account).filter(pk=arguments["agreement_id"]).exists()


def adds(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow officers of associations, unions and public bodies."""
    return bool(request.user.is_authenticated) and adding.may_add(request.user)


def corrects(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow officers, on a record of an agreement made elsewhere that was not corrected yet."""
    row = Entry.objects.filter(key=arguments["entry_key"], elsewhere=True, corrected=False)
    return adds(request, arguments) and row.exists()


def signed_in_and(predicate: Predicate) -> Predicate:
    """Return the predicate for the API, which has no anonymous readers."""
    return lambda request, arguments: bool(request.user.is_authenticated) and predicate(request, arguments)


def may_read_original(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow everybody to read the original of an agreement that is in the archive."""
    return Entry.objects.filter(agreement_id=stored.subject_id).exists()


files.kind(adding.FILE, may_read=may_read_original, types={PDF, DOCX}, largest=20 * files.MIB)

declare("archive:search", anyone, says="everybody", answers=ALL)
declare("archive:agreement", in_archive, says="everybody", answers=ALL)
declare("archive:download", in_archive, says="everybody", answers=ALL)
declare("archive:export", anyone, says="everybody", answers=ALL)
declare("archive:verify", anyone, says="everybody", answers=ALL)
# The matrix points at a draft: whoever sits at its table sees that nothing is proved yet.
SEATED = dict.fromkeys(("secretary", "union_delegate", "other_union_delegate", "employer_delegate"), 200)
declare("archive:verify_agreement", seen, says="everybody, once signed", answers=SEATED)
declare("archive:add", adds, says="officers", answers={"city_officer": 200})
declare("archive:correct", corrects, says="officers", answers={"city_officer": 200})
declare("archive:amend", corrects, says="officers", answers={"city_officer": 200})

_API = "api-1.0.0:archive_"
declare(f"{_API}search", signed_in_and(anyone), says="as the page", answers=SIGNED_IN)
declare(f"{_API}one", signed_in_and(in_archive), says="as the page", answers=SIGNED_IN)
declare(f"{_API}text", signed_in_and(in_archive), says="as the page", answers=SIGNED_IN)
declare(f"{_API}export", signed_in_and(anyone), says="as the page", answers=SIGNED_IN)
declare(f"{_API}verify_agreement", signed_in_and(seen), says="as the page", answers=SEATED)
declare(f"{_API}verify", signed_in_and(anyone), says="as the page", answers=dict.fromkeys(SIGNED_IN, 405))
declare(f"{_API}add", adds, says="officers", answers={"city_officer": 405})
declare(f"{_API}correct", corrects, says="officers", answers={"city_officer": 405})
