# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Initials (sigla): the first ones freeze the text; with the last ones the tentative agreement stands."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, Stance, StanceKind, Version
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.signing import reading, states, telling
from tavolo.agreements.signing.models import Declined, Frozen, Initial, Withdrawal
from tavolo.agreements.signing.services.shared import (
    acting,
    already,
    begin,
    exact,
    frozen_row,
    move,
    person_facts,
    record,
    words,
)
from tavolo.agreements.text.canonical import clause_hash
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Party, Side, Table

LONGEST_REASON = 500


@transaction.atomic
def initial(
    agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, reserve: bool = False,
    reserve_reason: str = "", reserve_due: date | None = None, statement: str = "",
) -> Initial:  # fmt: skip
    """Put a party's initials under the exact text it was shown; the first ones freeze that text.

    With `reserve` the party initials pending its members' vote, with a reason and a term. Its reservations
    on substance, lodged as stances on clauses, are carried over. Again, on the same text: nothing more.
    """
    again = already(Initial.objects.filter(withdrawal__isnull=True), agreement, actor_id, shown_hash)
    if again is not None:
        return again
    agreement = begin(agreement, "initial")
    party = acting(agreement, actor_id, "initial")
    frozen = frozen_row(agreement)
    if frozen.version is None:
        _freeze(frozen, current(agreement), shown_hash)
    version = exact(frozen, shown_hash)
    done = reading.initials(agreement, frozen).get(party.pk)
    if done is not None:
        return done
    _check_reserve(reserve, reserve_reason, reserve_due)
    made = Initial.objects.create(
        **person_facts(agreement, party, actor_id, version), round=frozen.round, reserve=reserve,
        reserve_reason=reserve_reason.strip() if reserve else "",
        reserve_due=reserve_due if reserve else None,
        substance=substance(agreement, party, version), statement=words(statement),
    )  # fmt: skip
    if made.reserve and (frozen.reserve_due is None or made.reserve_due > frozen.reserve_due):
        frozen.reserve_due = made.reserve_due
        frozen.save(update_fields=["reserve_due"])
    record(
        agreement, "initialled", actor_id,
        {
            "party": str(party.pk), "version": version.number, "hash": version.hash, "reserve": made.reserve,
            "reserve_due": made.reserve_due.isoformat() if made.reserve_due else None,
            "mandate": made.mandate, "substance": len(made.substance), "statement": bool(made.statement),
        },
    )  # fmt: skip
    telling.table(agreement, "initialled", party=str(party))
    move(agreement, states.after_initials(reading.standing_of(agreement, frozen)), actor_id)
    return made


def _freeze(frozen: Frozen, version: Version, shown_hash: str) -> None:
    if version.hash != shown_hash:
        raise Problem(
            _("The text has moved on since it was shown to you. Nothing was recorded: reload the page, read "
              "the current version, then initial.")
        )  # fmt: skip
    frozen.version, frozen.hash, frozen.frozen_at = version, version.hash, timezone.now()
    frozen.save(update_fields=["version", "hash", "frozen_at"])


def _check_reserve(reserve: bool, reason: str, due: date | None) -> None:
    if not reserve:
        return
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Problem(_("Say in a few words why the reservation is made: who decides, by which rule."))
    if due is None or due < standing.today():
        raise Problem(_("Give the reservation a term: a day from today on."))
    if (due - standing.today()).days > 366:
        raise Problem(_("The term of the reservation lies more than a year away: choose an earlier day."))


def substance(agreement: Agreement, party: Party, version: Version) -> list[dict[str, str]]:
    """Return a party's standing reservations on clauses of a text, word by word."""
    text, newest = text_of(version), {}
    rows = Stance.objects.filter(agreement=agreement, party=party, revision__isnull=True)
    for row in rows.order_by("number"):
        newest[row.clause] = row
    found = []
    for clause in text.root.walk():
        row = newest.get(clause.id)
        if row and row.kind == StanceKind.RESERVATION and row.clause_hash == clause_hash(clause):
            number = text.numbers.get(clause.id, "")
            found.append({"clause": clause.id, "number": number, "title": clause.title, "text": row.text})
    return found


@transaction.atomic
def withdraw(agreement: Agreement, *, actor_id: uuid.UUID, reason: str = "") -> Withdrawal | None:
    """Take a party's initials back while not all are there; with the last gone the text is open again."""
    agreement = begin(agreement, "withdraw_initial")
    party = acting(agreement, actor_id, "withdraw_initial")
    frozen = frozen_row(agreement)
    own = reading.initials(agreement, frozen)
    row = own.get(party.pk)
    if row is None:
        return None
    made = Withdrawal.objects.create(
        territory_id=agreement.territory_id, initial=row, account_id=actor_id,
        reason=words(reason)[:LONGEST_REASON], made_at=timezone.now(),
    )  # fmt: skip
    record(agreement, "withdrawn", actor_id, {"party": str(party.pk), "hash": frozen.hash})
    if len(own) == 1:
        Frozen.objects.filter(pk=frozen.pk).update(
            version=None, hash="", frozen_at=None, sheet=None, round=frozen.round + 1, reserve_due=None,
            separate=[],
        )  # fmt: skip
    telling.table(agreement, "withdrawn", party=str(party))
    return made


@transaction.atomic
def decline(agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, statement: str) -> Declined:
    """Record that a party does not initial, or does not sign, this exact text, with what it says of it."""
    again = already(Declined.objects.all(), agreement, actor_id, shown_hash)
    if again is not None and again.step == states.step_of(agreement.state):
        return again
    agreement = begin(agreement, "decline")
    party = acting(agreement, actor_id, "decline")
    frozen = frozen_row(agreement)
    version = exact(frozen, shown_hash)
    step = states.step_of(agreement.state)
    now = reading.standing_of(agreement, frozen)
    if party.pk in (now.initialled if step == "initial" else now.signed):
        raise Problem(_("Your party has given its word on this text already."))
    known = reading.declined(agreement, frozen, step).get(party.pk)
    if known is not None:
        return known
    if not statement.strip():
        raise Problem(_("Say in a few words why: the others, and who reads the agreement, will see it."))
    made = Declined.objects.create(
        **person_facts(agreement, party, actor_id, version), step=step, round=frozen.round,
        statement=words(statement),
    )  # fmt: skip
    record(agreement, "declined", actor_id, {"party": str(party.pk), "step": step, "hash": version.hash})
    return made


def propose_separate(agreement: Agreement, *, actor_id: uuid.UUID, effect: str) -> JointDecision:
    """Propose that those who go along go on without the others; in force by one consent of each side.

    `effect` are the parties' own words on whom the text then binds. The proposer's party consents at once.
    """
    agreement = Agreement.objects.select_related("table").get(pk=agreement.pk)
    frozen = reading.frozen_of(agreement)
    content = {
        "agreement": str(agreement.pk), "step": states.step_of(agreement.state),
        "hash": frozen.hash if frozen else "", "effect": words(effect),
    }  # fmt: skip
    with transaction.atomic():
        party = standing.acting_party(actor_id, agreement)
        if party is None:
            raise Problem(_("Only who acts for a contracting party today may do this."))
        made = decisions.propose(agreement.table, KIND, content, actor_id=actor_id, subject_id=agreement.pk)
        decisions.consent(made, party=party, actor_id=actor_id)
    made.refresh_from_db()
    return made


KIND = "signing.separate"


def check_separate(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to go on separately where no side's party goes along, or where nobody is left out."""
    agreement = Agreement.objects.filter(pk=content["agreement"], table=table).first()
    frozen = reading.frozen_of(agreement) if agreement else None
    if agreement is None or frozen is None or frozen.version_id is None or frozen.hash != content["hash"]:
        raise Problem(_("This is not the text that lies before the parties now: propose again."))
    if not content["effect"]:
        raise Problem(_("Say for whom the text declares effect, in the parties' own words."))
    now = reading.standing_of(agreement, frozen)
    step = states.step_of(agreement.state)
    if step != content["step"] or not states.allowed("go_separate", agreement.state):
        raise Problem(_("The agreement has moved on since: look at where it stands and propose again."))
    along = {"initial": now.initialled, "answer": now.initialled - now.rejected, "sign": now.signed}[step]
    sides = set(Party.objects.filter(pk__in=along).values_list("side", flat=True))
    if not {Side.WORKERS, Side.EMPLOYERS} <= sides:
        raise Problem(
            _("Going on separately takes at least one party of each side that has done this step itself.")
        )
    if along >= (now.expected if step == "sign" else now.contractors):
        raise Problem(_("Nobody is left out: there is nothing to record."))


def apply_separate(decision: JointDecision) -> None:
    """Record the separate way and bring the agreement on."""
    found = Agreement.objects.get(pk=decision.content["agreement"])
    agreement = begin(found, "go_separate")
    check_separate(decision.table, decision.content)
    frozen = frozen_row(agreement)
    step = decision.content["step"]
    frozen.separate = sorted({*frozen.separate, step})
    frozen.effect = decision.content["effect"]
    frozen.save(update_fields=["separate", "effect"])
    record(agreement, "separate", None, {"step": step, "hash": frozen.hash, "decision": str(decision.pk)})
    now = reading.standing_of(agreement, frozen)
    if step == "sign":
        from tavolo.agreements.signing.services.signatures import conclude

        conclude(agreement, frozen, None)
        transaction.on_commit(lambda: _files(agreement), robust=True)
        return
    after = states.after_initials(now) if step == "initial" else states.after_answers(now, agreement.state)
    move(agreement, after, None)


def _files(agreement: Agreement) -> None:
    """Make the signed files at once; where that fails the worker makes them within minutes."""
    from tavolo.agreements.signing.services.sealing import seal

    with in_territory(agreement.territory):
        seal(agreement)


def describe_separate(decision: JointDecision) -> str:
    """Word the proposal for the parties."""
    found = Agreement.objects.filter(pk=decision.content["agreement"]).first()
    return _("“%(title)s” (text %(hash)s…): who goes along goes on; the others stay named as they are. "
             "Effect, in the parties' words: %(effect)s") % {
        "title": found.title if found else "", "hash": decision.content["hash"][:12],
        "effect": decision.content["effect"],
    }  # fmt: skip


def require_not_frozen(agreement: Agreement) -> None:
    """Refuse changes of a draft under which a party has put its initials. Registered with the texts."""
    if reading.is_frozen(agreement):
        raise Problem(
            _("A party has initialled this text: it no longer changes unless all initials are taken back.")
        )
