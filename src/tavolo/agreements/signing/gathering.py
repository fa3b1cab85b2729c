# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the pages that gather: doors, what awaits, the timeline, acts and their readers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import asking, at_once, reading, telling, voting  # noqa: F401 - telling: its notices
from tavolo.agreements.signing.models import Frozen, Initial, Signatory, Signature
from tavolo.agreements.signing.services import initialling
from tavolo.agreements.signing.services.shared import OBJECT
from tavolo.dialogue import hooks
from tavolo.dialogue import standing as seats
from tavolo.dialogue.delegations import decisions
from tavolo.ledger import readers

ACTS = {
    "signing.initialled": gettext_lazy("A party initialled an agreement"),
    "signing.withdrawn": gettext_lazy("A party took its initials back"),
    "signing.declined": gettext_lazy("A party recorded that it does not go along"),
    "signing.separate": gettext_lazy("The parties recorded that some go on without the others"),
    "signing.vote_linked": gettext_lazy("A vote was tied to a tentative agreement"),
    "signing.reservation": gettext_lazy("A party answered to its reservation"),
    "signing.signatories": gettext_lazy("A party named who signs for it"),
    "signing.signed": gettext_lazy("A signature was given"),
    "signing.copy": gettext_lazy("The scan of a signed sheet was filed"),
    "signing.state": gettext_lazy("An agreement passed to another state"),
    "signing.sealed": gettext_lazy("The signed agreement was stored with its proofs"),
    "signing.deposited": gettext_lazy("An agreement was deposited"),
}


def register() -> None:
    """Tell the gathering pages, the register and the joint decisions about this part."""
    hooks.door(door)
    hooks.waiting(waiting)
    hooks.event(events)
    readers.name_acts(ACTS)
    readers.readable(OBJECT, may_read)
    decisions.kind(
        initialling.KIND, title=gettext_lazy("Go on without the parties that do not go along"),
        apply=initialling.apply_separate, check=initialling.check_separate,
        describe=initialling.describe_separate,
    )  # fmt: skip


def may_read(request: HttpRequest, agreement_id: uuid.UUID) -> bool:
    """Say who reads the acts of an agreement's signature: who sees the agreement."""
    account = request.user.pk if request.user.is_authenticated else None
    return standing.visible(account).filter(pk=agreement_id).exists()


def door(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Give those who sit at the table the way to initials, reservations, signatures and deposits."""
    account = request.user.pk
    if account is None or not sits(account, table.pk):
        return None
    open_ones = Agreement.objects.filter(
        Q(state__in=[State.INITIALLED, State.VOTING, State.CLEARED, State.SIGNED])
        | Q(state=State.DRAFT, frozen__version__isnull=False),
        table=table,
    )
    return hooks.Door(
        _("Initials and signatures"), _("Where each agreement stands, what is missing and who must act."),
        reverse("signing:table", args=[table.pk]), order=64, badge=str(open_ones.count() or ""),
    )  # fmt: skip


def sits(account_id: uuid.UUID | None, table_id: Any) -> bool:
    """Say whether a person sits at a table: in a delegation or in the secretariat."""
    if account_id is None:
        return False
    return seats.parties_of(account_id, table_id).exists() or seats.is_secretary(account_id, table_id)


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Return the steps that wait for the party a person acts for, and deposits that wait for the table."""
    frozen = Frozen.objects.filter(
        version__isnull=False, agreement__in=standing.visible(account_id),
        agreement__state__in=[State.DRAFT, State.INITIALLED, State.VOTING, State.CLEARED, State.SIGNED],
    ).select_related("agreement__table", "version", "sheet")  # fmt: skip
    rows = list(frozen)
    at_once.parties(row.agreement for row in rows)
    asked = [row for row in rows if row.agreement.state != State.SIGNED]
    at_once.foresee_frozen(asked)
    at_once.read(row.agreement for row in asked)
    at_once.votes(row.agreement for row in asked if row.agreement.state in (State.INITIALLED, State.VOTING))
    return [one for row in rows for one in _waiting(account_id, row)]


def _waiting(account_id: uuid.UUID, frozen: Frozen) -> Iterable[hooks.Waiting]:
    agreement = frozen.agreement
    link = reverse("signing:agreement", args=[agreement.pk])
    party = standing.acting_party(account_id, agreement)
    if agreement.state == State.SIGNED:
        if party is not None or standing.is_secretary(account_id, agreement):
            yield hooks.Waiting(
                "deposit", _("To deposit: %(title)s") % {"title": agreement.title},
                _("Hand in the signed file and keep the receipt here."), link, frozen.deposit_due,
                agreement.table_id,
            )  # fmt: skip
        return
    now = reading.standing_of(agreement, frozen)
    if party is None or party.pk not in reading.awaited(agreement.state, now):
        return
    if agreement.state == State.DRAFT:
        title, text, due = (
            _("To initial: %(title)s"),
            _("Another party has initialled this exact text."),
            None,
        )
    elif agreement.state == State.CLEARED:
        title, text, due = _("To sign: %(title)s"), _sign_text(account_id, agreement, party), None
    else:
        asked = voting.own_vote(agreement, party) is not None
        title, text = (
            _("Reservation to answer: %(title)s"),
            (asking.caution(agreement, party) if asked else "")
            or _("Lift it, or record that your members said no."),
        )
        due = frozen.reserve_due
    yield hooks.Waiting("signing", title % {"title": agreement.title}, text, link, due, agreement.table_id)


def _sign_text(account_id: uuid.UUID, agreement: Agreement, party: Any) -> str:
    named = Signatory.objects.filter(naming__agreement=agreement, naming__party=party)
    if not named.exists():
        return _("Your party names who signs, then signs.")
    if named.filter(account_id=account_id).exists():
        return _("Your party has named you to sign.")
    return _("Your party's signature is still missing.")


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Return initials, signatures, signed and deposited agreements of a table, as a person may know them."""
    visible = standing.visible(account_id).filter(table=table)
    found = []
    for row in Initial.objects.filter(agreement__in=visible, withdrawal__isnull=True).select_related(
        "party__organisation", "agreement"
    ):
        found.append(_event(row, _("%(party)s initialled: %(title)s"), row.made_at))
    for one in Signature.objects.filter(agreement__in=visible).select_related(
        "party__organisation", "agreement"
    ):
        found.append(_event(one, _("%(party)s signed: %(title)s"), one.made_at))
    for frozen in Frozen.objects.filter(agreement__in=visible, reserve_due__isnull=False).select_related(
        "agreement"
    ):
        if frozen.agreement.state in (State.INITIALLED, State.VOTING):
            found.append(
                hooks.Event(
                    frozen.reserve_due, "signing",
                    _("Term of the reservation: %(title)s") % {"title": frozen.agreement.title},
                    reverse("signing:agreement", args=[frozen.agreement_id]),
                )
            )  # fmt: skip
    return found


def _event(row: Any, title: str, at: Any) -> hooks.Event:
    return hooks.Event(
        timezone.localtime(at).date(), "signing",
        title % {"party": row.party, "title": row.agreement.title},
        reverse("signing:agreement", args=[row.agreement_id]),
    )  # fmt: skip
