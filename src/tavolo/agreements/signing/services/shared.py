# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What all steps share: the locked agreement, who acts under which mandate, the hash that was shown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services.texts import locked
from tavolo.agreements.signing import reading, states, telling
from tavolo.agreements.signing.models import Frozen
from tavolo.common.errors import Problem
from tavolo.dialogue.course import gate
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.models import Delegate, Party
from tavolo.ledger.services import record_act
from tavolo.people.models import Account

OBJECT = "signing.agreement"
LONGEST = 5000
Row = TypeVar("Row", bound=Model)


def begin(agreement: Agreement, step: str) -> Agreement:
    """Lock an agreement and raise unless its state allows a step: from here on nobody else moves it."""
    found = locked(agreement)
    if found.table_id is None:
        raise Problem(_("This agreement was made elsewhere: it is kept here, not signed here."))
    if not states.allowed(step, found.state):
        raise Problem(
            _(
                "This is not possible now: the agreement is “%(state)s”. "
                "Reload the page to see where it stands."
            )
            % {"state": found.get_state_display()}
        )
    return found


def already(rows: QuerySet[Row], agreement: Agreement, actor_id: uuid.UUID, shown_hash: str) -> Row | None:
    """Return what this person has done on this exact text: an answer that was lost is asked for again.

    Asked before `begin`, because the last word of all moves the agreement on and closes the step.
    """
    return rows.filter(agreement=agreement, account_id=actor_id, hash=shown_hash).order_by("made_at").last()


def acting(agreement: Agreement, actor_id: uuid.UUID, step: str) -> Party:
    """Return the contracting party a person acts for today; raise if none, or if the course is closed."""
    party = standing.acting_party(actor_id, agreement)
    if party is None:
        raise Problem(_("Only who acts for a contracting party today may do this."))
    if states.RULES[step].act:
        gate.require(agreement.table, states.RULES[step].act, party)
    return party


def frozen_row(agreement: Agreement) -> Frozen:
    """Return the frozen text's row, locked; made where there is none yet."""
    Frozen.objects.get_or_create(agreement=agreement, defaults={"territory_id": agreement.territory_id})
    return Frozen.objects.select_for_update(of=("self",)).select_related("version").get(agreement=agreement)


def exact(frozen: Frozen, shown_hash: str) -> Version:
    """Return the frozen version if it is the text that was shown; raise for any other."""
    if frozen.version is None:
        raise Problem(_("No text is frozen any more: the initials were taken back. Reload the page."))
    if frozen.hash != shown_hash:
        raise Problem(
            _("The text you were shown is not the one that lies before the parties now. Nothing was "
              "recorded: "
              "reload the page and read it again.")
        )  # fmt: skip
    return frozen.version


def words(text: str) -> str:
    """Return what a person typed, trimmed; raise where it is too long."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Problem(_("The text is too long: use at most %(most)s characters.") % {"most": LONGEST})
    return text


def person_facts(agreement: Agreement, party: Party, actor_id: uuid.UUID, version: Version) -> dict[str, Any]:
    """Return the fields every act carries: who, for which party, under which mandate, on which text."""
    account = Account.objects.get(pk=actor_id)
    seat = Delegate.objects.active_on(standing.today()).filter(party=party, account_id=actor_id).first()
    mandate = mandates.current(party)
    return {
        "territory_id": agreement.territory_id, "agreement": agreement, "party": party, "version": version,
        "hash": version.hash, "account_id": actor_id, "name": (account.name or account.email)[:200],
        "office": str(seat.get_role_display()) if seat else "",
        "mandate": mandate.digest if mandate else "",
        "warning": mandates.warning(party)[:300], "made_at": timezone.now(),
    }  # fmt: skip


def record(
    agreement: Agreement, act: str, actor_id: uuid.UUID | None, content: Mapping[str, Any],
    role: str = "delegate",
) -> uuid.UUID:  # fmt: skip
    """Record a formal act on the agreement."""
    return record_act(
        actor_id=actor_id, role=role, act=f"signing.{act}", object_type=OBJECT, object_id=agreement.pk,
        content=content,
    )  # fmt: skip


def move(agreement: Agreement, state: str, actor_id: uuid.UUID | None) -> bool:
    """Bring the locked agreement into a state, recorded and told; return whether it moved."""
    if agreement.state == state:
        return False
    before, agreement.state = agreement.state, state
    agreement.save(update_fields=["state"])
    frozen = reading.frozen_of(agreement)
    record(agreement, "state", actor_id, {"from": before, "to": state, "hash": frozen.hash if frozen else ""})
    telling.state(agreement)
    return True
