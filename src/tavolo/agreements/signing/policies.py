# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of states, initialling and signature. Default is deny.

`initialled_id` and `signed_id` are an agreement's id: the matrix asks the first of a tentative agreement,
which only the table sees, and the second of a signed one, which everybody reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import gathering, reading, voting
from tavolo.agreements.signing.models import Copy, Deposit, Frozen, Sealed, Signature
from tavolo.agreements.signing.services import depositing, sealing, sheets, signatures
from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import declare
from tavolo.common.sniffing import BINARY, JPEG, PDF, PNG, TEXT, ZIP

Arguments = Mapping[str, Any]


def account_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of whoever is signed in."""
    return request.user.pk if request.user.is_authenticated else None


def agreement_at(request: HttpRequest, arguments: Arguments) -> Agreement | None:
    """Return the agreement an address names if the visitor sees it and it is made at a table."""
    pk = arguments.get("initialled_id") or arguments.get("signed_id")
    found = standing.visible(account_of(request)).filter(pk=pk, table__isnull=False)
    return found.select_related("table").first()


def sees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those at the table; everybody once the agreement is signed."""
    return agreement_at(request, arguments) is not None


def works(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party, and the joint secretariat."""
    found = agreement_at(request, arguments)
    account = account_of(request)
    return found is not None and (
        standing.acting_party(account, found) is not None or standing.is_secretary(account, found)
    )


def acts(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow who acts for a contracting party."""
    found = agreement_at(request, arguments)
    return found is not None and standing.acting_party(account_of(request), found) is not None


def seals(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever sees the agreement, once its files are made."""
    found = agreement_at(request, arguments)
    return found is not None and reading.sealed_of(found) is not None


def has_text(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever sees the agreement, and those asked in the vote on it, while a text is frozen."""
    found = agreement_at(request, arguments)
    if found is None:
        found = voted_on(account_of(request), arguments.get("initialled_id"))
    return found is not None and reading.is_frozen(found)


def voted_on(account_id: uuid.UUID | None, agreement_id: Any) -> Agreement | None:
    """Return the agreement if a person is on the roll of a vote linked to it."""
    return voting.on_roll(account_id, agreement_id)


def sits_at_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who sit at the table."""
    return gathering.sits(account_of(request), arguments.get("table_id"))


def _of(request: HttpRequest, stored: StoredFile) -> bool:
    return standing.visible(account_of(request)).filter(pk=stored.subject_id).exists()


def _of_table(request: HttpRequest, stored: StoredFile) -> bool:
    """Scans and files signed outside carry handwriting and certificates: for the table, also once signed."""
    found = Agreement.objects.filter(pk=stored.subject_id).select_related("table").first()
    return found is not None and standing.sits_at(account_of(request), found)


def may_read_sheet(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who fetches the printable sheet."""
    return Frozen.objects.filter(sheet_id=stored.pk).exists() and _of(request, stored)


def may_read_copy(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who fetches a scan."""
    return Copy.objects.filter(file_id=stored.pk).exists() and _of_table(request, stored)


def may_read_outside(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who fetches a file signed outside."""
    return Signature.objects.filter(file_id=stored.pk).exists() and _of_table(request, stored)


def may_read_sealed(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who fetches the signed files."""
    known = Sealed.objects.filter(pdf_id=stored.pk) | Sealed.objects.filter(bundle_id=stored.pk)
    return known.exists() and _of(request, stored)


def may_read_receipt(request: HttpRequest, stored: StoredFile) -> bool:
    """Tell the file route who fetches the receipt of a deposit."""
    return Deposit.objects.filter(receipt_id=stored.pk).exists() and _of_table(request, stored)


PAPER = {PDF, JPEG, PNG}
files.kind(sheets.SHEET, may_read=may_read_sheet, types={PDF}, largest=50 * files.MIB)
files.kind(signatures.COPY, may_read=may_read_copy, types=PAPER, largest=30 * files.MIB)
files.kind(signatures.OUTSIDE, may_read=may_read_outside, types={PDF, BINARY, TEXT}, largest=30 * files.MIB)
files.kind(sealing.SEALED, may_read=may_read_sealed, types={PDF, ZIP}, largest=200 * files.MIB)
files.kind(depositing.RECEIPT, may_read=may_read_receipt, types=PAPER, largest=20 * files.MIB)

DELEGATES = dict.fromkeys(("union_delegate", "other_union_delegate", "employer_delegate"), 200)
TABLE = DELEGATES | {"secretary": 200}
_SEES = "delegations and joint secretariat of the table; everybody once signed"
_ACTS = "who acts for a contracting party"
_WORKS = "who acts for a contracting party, and the joint secretariat"


def _posts(roles: Mapping[str, int]) -> dict[str, int]:
    return dict.fromkeys(roles, 405)


declare("signing:table", sits_at_table, says="delegations and joint secretariat", answers=TABLE)
declare("signing:agreement", sees, says=_SEES, answers=TABLE)
# The matrix's worker, a member of CGIL, is asked in the vote on the tentative agreement.
declare(
    "signing:text", has_text, says=f"{_SEES}; those asked in the vote on it", answers=TABLE | {"worker": 200}
)
declare("signing:sheet", sees, says=_SEES, answers=TABLE)
for name in (
    "initial",
    "decline",
    "separate",
    "vote",
    "reservation",
    "signatories",
    "sign",
    "attach",
    "confirm",
):
    declare(f"signing:{name}", acts, says=_ACTS, answers=DELEGATES)
declare("signing:withdraw", acts, says=_ACTS, answers=_posts(DELEGATES))
for name in ("copy", "deposit"):
    declare(f"signing:{name}", works, says=_WORKS, answers=TABLE)
for name in ("signed_pdf", "bundle", "data_sheet"):
    declare(f"signing:{name}", seals, says="everybody once signed", answers={"*": 200})

_API = "api-1.0.0:signing_"
SIGNED_IN = dict.fromkeys(
    (*TABLE, "operator", "firm_owner", "worker", "plain_worker", "city_officer", "stranger"), 200
)


def sees_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people who see the agreement."""
    return bool(request.user.is_authenticated) and sees(request, arguments)


def seals_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people who see the agreement, once its files are made."""
    return bool(request.user.is_authenticated) and seals(request, arguments)


declare(f"{_API}table", sits_at_table, says="delegations and joint secretariat", answers=TABLE)
declare(f"{_API}agreement", sees_signed_in, says=_SEES, answers=TABLE)
declare(f"{_API}sheet", sees_signed_in, says=_SEES, answers=TABLE)
for name in (
    "initial", "withdraw", "decline", "separate", "vote", "reservation", "signatories", "sign", "attach",
    "confirm",
):  # fmt: skip
    declare(f"{_API}{name}", acts, says=_ACTS, answers=_posts(DELEGATES))
for name in ("copy", "deposit"):
    declare(f"{_API}{name}", works, says=_WORKS, answers=_posts(TABLE))
for name in ("signed_pdf", "bundle"):
    declare(f"{_API}{name}", seals_signed_in, says="everybody signed in, once signed", answers=SIGNED_IN)
