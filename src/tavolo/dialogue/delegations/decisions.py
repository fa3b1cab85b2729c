# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Joint decisions: proposed by the secretariat or a party, in force when the consents it needs are there.

A part declares a kind where its application is made ready, and proposes through it:

    decisions.kind("course.table_closed", title=_lazy("Close the table"), apply=close, needs="each_party")
    decision = decisions.propose(table, "course.table_closed", {"reason": "..."}, actor_id=...)
    in_force = decisions.consent(decision, party=party, actor_id=...)   # `apply` ran if True

`apply(decision)` runs in the transaction of the last consent: if it raises, that consent is not recorded.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import telling
from tavolo.dialogue.delegations.models import Answer, JointDecision, Needs
from tavolo.dialogue.models import Party, Side, Table
from tavolo.ledger.services import record_act

State = JointDecision.State
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Kind:
    """What a kind of joint decision is called, whose consent it needs, and what it does once in force."""

    name: str
    title: Any
    apply: Callable[[JointDecision], object]
    needs: str
    describe: Callable[[JointDecision], str]
    check: Callable[[Table, Mapping[str, Any]], object]


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    title: Any,
    apply: Callable[[JointDecision], object],
    needs: str = Needs.EACH_SIDE,
    describe: Callable[[JointDecision], str] = lambda decision: "",
    check: Callable[[Table, Mapping[str, Any]], object] = lambda table, content: None,
) -> None:
    """Declare a kind. `describe` words the content for the parties; `check` refuses what cannot be proposed.

    `needs` is "each_side" (one consent from each side that has a party at the table) or "each_party".
    """
    KINDS[name] = Kind(name, title, apply, str(Needs(needs)), describe, check)


@transaction.atomic
def propose(
    table: Table, kind: str, content: Mapping[str, Any], *, actor_id: uuid.UUID,
    subject_id: uuid.UUID | None = None,
) -> JointDecision:  # fmt: skip
    """Propose a decision, as a member of the joint secretariat or for a party. It consents to nothing yet.

    With `subject_id`, a second open decision of the kind on the same subject is refused.
    """
    declared = KINDS[kind]
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not standing.is_secretary(actor_id, table.pk):
        raise Problem(
            _("Only the joint secretariat or a delegation of this table can propose a joint decision.")
        )
    declared.check(table, content)
    with translation.override("it"):
        title = str(declared.title)[:200]
    try:
        with transaction.atomic():
            made = JointDecision.objects.create(
                territory_id=table.territory_id, table=table, kind=kind, title=title, content=dict(content),
                subject_id=subject_id, needs=declared.needs, party=party, proposed_by_id=actor_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise Problem(
            _("A proposal on this is already open: answer that one, or withdraw it first.")
        ) from error
    _record(
        made, "delegations.decision_proposed", actor_id, party, {"kind": kind, "content": digest(content)}
    )
    telling.tell(telling.acting_accounts(missing(made)), "delegations.decision_awaits", made.table, made)
    return made


@transaction.atomic
def consent(decision: JointDecision, *, party: Party, actor_id: uuid.UUID) -> bool:
    """Give a party's consent; the last one needed puts the decision in force. Returns whether it is in force.

    The same party again: nothing more happens.
    """
    row = _locked(decision, party, actor_id)
    given = row.answers.filter(party=party).first()
    if given is not None and given.word == Answer.Word.CONSENT:
        return row.state == State.IN_FORCE
    _must_be_open(row)
    if given is not None:
        raise Problem(_("Your party refused this proposal: only a new proposal can be consented to."))
    _answer(row, party, actor_id, Answer.Word.CONSENT)
    if missing(row):
        return False
    _put_in_force(row)
    return True


@transaction.atomic
def refuse(decision: JointDecision, *, party: Party, actor_id: uuid.UUID, reason: str) -> JointDecision:
    """Refuse for a party, with a reason. It fails once the consents it needs cannot come any more."""
    row = _locked(decision, party, actor_id)
    given = row.answers.filter(party=party).first()
    if given is not None and given.word == Answer.Word.REFUSE:
        return row
    _must_be_open(row)
    if given is not None:
        raise Problem(_("Your party has consented already; a consent given is not taken back."))
    reason = reason.strip()
    if not reason:
        raise Problem(_("Say why your party refuses: the others read the reason."))
    if len(reason) > LONGEST_REASON:
        raise Problem(
            _("The reason is too long: use at most %(most)s characters.") % {"most": LONGEST_REASON}
        )
    _answer(row, party, actor_id, Answer.Word.REFUSE, reason)
    if _can_still_pass(row):
        return row
    _close(row, State.REFUSED)
    _record(row, "delegations.decision_failed", None, None, {})
    telling.tell(telling.everybody(row.table), "delegations.decision_refused", row.table, row)
    return row


@transaction.atomic
def withdraw(decision: JointDecision, *, actor_id: uuid.UUID) -> JointDecision:
    """Withdraw an open proposal: whoever acts for the party that made it, or the secretariat for its own."""
    row = JointDecision.objects.select_for_update(of=("self",)).select_related("table").get(pk=decision.pk)
    if not may_withdraw(row, actor_id):
        raise Problem(_("Only those who made this proposal can withdraw it."))
    if row.state == State.WITHDRAWN:
        return row
    _must_be_open(row)
    _close(row, State.WITHDRAWN)
    _record(row, "delegations.decision_withdrawn", actor_id, row.party, {})
    answered = Party.objects.filter(pk__in=row.answers.values("party_id"))
    told = telling.acting_accounts([*missing(row), *answered])
    telling.tell(told, "delegations.decision_withdrawn", row.table, row)
    return row


def may_withdraw(decision: JointDecision, actor_id: uuid.UUID) -> bool:
    """Say whether a person may withdraw a proposal."""
    if decision.party is not None:
        return standing.may_act_for(actor_id, decision.party)
    return standing.is_secretary(actor_id, decision.table_id)


def lapse(table: Table) -> int:
    """End all open proposals of a table whose circle of parties became smaller; return how many."""
    rows = list(JointDecision.objects.select_for_update().filter(table=table, state=State.OPEN))
    for row in rows:
        _close(row, State.LAPSED)
        _record(row, "delegations.decision_lapsed", None, None, {})
    return len(rows)


@remembered
def parties_at(table_id: uuid.UUID) -> list[Party]:
    """Return the parties that sit at a table today, in their order."""
    return list(standing.seated_parties(table_id).select_related("organisation"))


def missing(decision: JointDecision) -> list[Party]:
    """Return the parties whose consent is still awaited; of a side, all that have not answered yet."""
    if decision.state != State.OPEN:
        return []
    answers = {one.party_id: one.word for one in decision.answers.all()}
    parties = parties_at(decision.table_id)
    if decision.needs == Needs.EACH_PARTY:
        return [party for party in parties if answers.get(party.pk) != Answer.Word.CONSENT]
    content = {party.side for party in parties if answers.get(party.pk) == Answer.Word.CONSENT}
    return [party for party in parties if party.side not in content and party.pk not in answers]


def sides_missing(decision: JointDecision) -> list[str]:
    """Return the names of the sides whose consent is still awaited."""
    waited = {party.side for party in missing(decision)}
    return [str(side.label) for side in Side if side in waited]


def title_of(decision: JointDecision) -> str:
    """Return what a decision is called, in the active language."""
    declared = KINDS.get(decision.kind)
    return str(declared.title) if declared else decision.title


def description_of(decision: JointDecision) -> str:
    """Return what a decision says, worded by the part that declared its kind."""
    declared = KINDS.get(decision.kind)
    return declared.describe(decision) if declared else ""


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content, independent of the order of its fields."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(decision: JointDecision, party: Party, actor_id: uuid.UUID) -> JointDecision:
    row = JointDecision.objects.select_for_update(of=("self",)).select_related("table").get(pk=decision.pk)
    if party.table_id != row.table_id or not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))
    return row


def _must_be_open(row: JointDecision) -> None:
    if row.state != State.OPEN:
        raise Problem(
            _("This proposal is closed (%(state)s): nothing can be answered any more.")
            % {"state": row.get_state_display()}
        )


def _can_still_pass(row: JointDecision) -> bool:
    parties = parties_at(row.table_id)
    refused = set(row.answers.filter(word=Answer.Word.REFUSE).values_list("party_id", flat=True))
    if row.needs == Needs.EACH_PARTY:
        return not any(party.pk in refused for party in parties)
    able = {party.side for party in parties if party.pk not in refused}
    return able == {party.side for party in parties}


def _answer(row: JointDecision, party: Party, actor_id: uuid.UUID, word: str, reason: str = "") -> None:
    act = "delegations.decision_consented" if word == Answer.Word.CONSENT else "delegations.decision_refused"
    facts = {"party": str(party.pk), "kind": row.kind, "content": digest(row.content)}
    act_id = _record(row, act, actor_id, party, facts)
    Answer.objects.create(
        territory_id=row.territory_id, decision=row, party=party, word=word, reason=reason,
        account_id=actor_id, act_id=act_id,
    )  # fmt: skip


def _put_in_force(row: JointDecision) -> None:
    if row.kind not in KINDS:
        raise Problem(_("This kind of decision is no longer known here: withdraw the proposal."))
    _close(row, State.IN_FORCE)
    KINDS[row.kind].apply(row)
    _record(row, "delegations.decision_in_force", None, None, {"kind": row.kind})
    telling.tell(telling.everybody(row.table), "delegations.decision_in_force", row.table, row)


def _close(row: JointDecision, state: str) -> None:
    row.state, row.closed_at = state, timezone.now()
    row.save(update_fields=["state", "closed_at"])


def _record(
    row: JointDecision, act: str, actor_id: uuid.UUID | None, party: Party | None, facts: Mapping[str, Any]
) -> uuid.UUID:
    role = "system" if actor_id is None else ("delegate" if party else "secretariat")
    return record_act(
        actor_id=actor_id, role=role, act=act, object_type="delegations.decision", object_id=row.pk,
        content={"table": str(row.table_id), **facts},
    )  # fmt: skip


def visible_to(account_id: uuid.UUID | None) -> Any:
    """Return the decisions a person sees: those who sit at the table, observers and secretariat included."""
    if account_id is None:
        return JointDecision.objects.none()
    return JointDecision.objects.filter(table__in=standing.tables_sat_at(account_id))


def awaited_of(account_id: uuid.UUID) -> Iterable[tuple[JointDecision, Party]]:
    """Yield the open decisions that wait for a party this person acts for, with that party."""
    rows = visible_to(account_id).filter(state=State.OPEN).select_related("table")
    for decision in rows.prefetch_related("answers"):
        for party in missing(decision):
            if standing.may_act_for(account_id, party):
                yield decision, party
                break
