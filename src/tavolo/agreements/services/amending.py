# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Amendments: a party's draft in private, lodged as records of their own, withdrawn, replaced, rewritten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import gates
from tavolo.agreements.models import Agreement, Amendment, Draft, Revision, Version
from tavolo.agreements.services.telling import tell_table
from tavolo.agreements.services.texts import current, locked, require_draft, said, text_of
from tavolo.agreements.standing import acting_party, is_secretary
from tavolo.agreements.text import operations as ops
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import canonical, read_canonical, text_hash
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.operations import Operation, operation_data, operation_from
from tavolo.agreements.text.separating import separate
from tavolo.agreements.text.topics import check_topics
from tavolo.common.errors import Problem
from tavolo.common.row_security import opened
from tavolo.dialogue.models import Party
from tavolo.ledger.services import record_act


def amendment_of(revision: Revision) -> ops.Amendment:
    """Return a revision as the record the text package works on; its id is the amendment's number."""
    row = revision.amendment
    operations = tuple(operation_from(one) for one in revision.operations)
    author = str(row.party) if row.party_id else ""
    return ops.Amendment(f"{row.number:06d}", author, revision.version.hash, operations, row.reason)


def newest(amendment: Amendment) -> Revision:
    """Return the current wording of an amendment."""
    found = amendment.revisions.select_related("version", "amendment__party").order_by("-number").first()
    assert found is not None, "an amendment is lodged with a first revision"
    return found


def require_author(actor_id: uuid.UUID, agreement: Agreement) -> Party | None:
    """Return the party a person amends for (None: the joint secretariat); raise where there is none."""
    party = acting_party(actor_id, agreement)
    if party is None and not is_secretary(actor_id, agreement):
        raise Problem(_("Only a delegate of a contracting party or the joint secretariat may amend."))
    return party


@transaction.atomic
def save_draft(
    agreement: Agreement, *, party: Party, text: Text, actor_id: uuid.UUID, title: str = "",
    reason: str = "", draft_id: uuid.UUID | None = None, base: Version | None = None,
    found_in_file: dict[str, Any] | None = None,
) -> Draft:  # fmt: skip
    """Keep a party's edited copy for its own delegation; a new one starts from `base`, else the current
    version. The row lies behind the party's wall: it is read with the party's room open."""
    if acting_party(actor_id, agreement) != party:
        raise Problem(_("Only a delegate of this party may keep its drafts."))
    values: dict[str, Any] = {
        "canonical": canonical(text).decode(), "reason": reason, "author_id": actor_id,
        "changed_at": timezone.now(), "title": (title or _("Our changes"))[:200],
    }  # fmt: skip
    with opened([party.pk]):
        if draft_id is None:
            return Draft.objects.create(
                territory_id=agreement.territory_id, agreement=agreement, party=party,
                version=base or current(agreement), found=found_in_file or {}, **values,
            )  # fmt: skip
        rows = Draft.objects.select_for_update().filter(pk=draft_id, agreement=agreement, party=party)
        found = rows.first()
        if found is None:
            raise Problem(_("This draft is gone: it was lodged or thrown away."))
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
        return found


@transaction.atomic
def lodge_draft(draft: Draft, *, actor_id: uuid.UUID) -> list[Amendment]:
    """Lodge what a draft changes as amendments, one for each change that stands alone."""
    if acting_party(actor_id, draft.agreement) != draft.party:
        raise Problem(_("Only a delegate of this party may keep its drafts."))
    with opened([draft.party_id]):
        rows = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk)
        found = rows.select_related("version", "agreement").first()
        if found is None:
            raise Problem(_("This draft is gone: it was lodged or thrown away."))
        text = read_canonical(found.canonical.encode())
        made = lodge_text(
            found.agreement, base=found.version, text=text, actor_id=actor_id, reason=found.reason
        )
        found.delete()
    return made


@transaction.atomic
def discard_draft(draft: Draft, *, actor_id: uuid.UUID) -> None:
    """Throw a party's draft away."""
    if acting_party(actor_id, draft.agreement) != draft.party:
        raise Problem(_("Only a delegate of this party may keep its drafts."))
    with opened([draft.party_id]):
        Draft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def lodge_text(
    agreement: Agreement, *, base: Version, text: Text, actor_id: uuid.UUID, reason: str = ""
) -> list[Amendment]:
    """Lodge the difference between a version and an edited copy of it, taken apart change by change."""
    before = text_of(base)
    changes = separate(before, derive(before, text))
    if not changes:
        raise Problem(_("Nothing was changed: there is nothing to lodge."))
    return [
        lodge_amendment(agreement, base=base, operations=one, actor_id=actor_id, reason=reason)
        for one in changes
    ]


@transaction.atomic
def lodge_amendment(
    agreement: Agreement, *, base: Version, operations: Sequence[Operation], actor_id: uuid.UUID,
    reason: str = "", replaces: Amendment | None = None,
) -> Amendment:  # fmt: skip
    """Lodge an amendment: from now on the whole table reads it, and it can only be withdrawn or replaced.

    It is written on `base`; where the text has moved on since, it is brought to the current version.
    """
    agreement = locked(agreement)
    require_draft(agreement)
    party = require_author(actor_id, agreement)
    gates.require_amending(agreement, party)
    if base.agreement_id != agreement.pk:
        raise Problem(_("This version belongs to another agreement."))
    _check(base, operations)
    top = Amendment.objects.filter(agreement=agreement).aggregate(top=Max("number"))["top"] or 0
    row = Amendment.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, number=top + 1, party=party,
        reason=reason.strip(), lodged_by_id=actor_id, lodged_at=timezone.now(),
    )  # fmt: skip
    _first_revision(row, base, operations)
    if replaces is not None:
        _replace(replaces, row, party)
    record_act(
        actor_id=actor_id, role="delegate" if party else "secretariat", act="agreements.amendment_lodged",
        object_type="agreements.agreement", object_id=agreement.pk,
        content={"amendment": str(row.pk), "number": row.number, "party": str(party.pk) if party else ""},
    )  # fmt: skip
    tell_table(
        agreement, "agreements.amendment_lodged", but=actor_id, party=str(party) if party else "",
        number=str(row.number),
    )  # fmt: skip
    return row


def _check(base: Version, operations: Sequence[Operation]) -> None:
    text = text_of(base)
    try:
        changed = apply(text, [ops.Amendment("new", "", text_hash(text), tuple(operations))])
        for clause in changed.clauses.values():
            check_topics(clause.topics)
    except TextError as error:
        raise said(error) from error
    if changed == text:
        raise Problem(_("Nothing was changed: there is nothing to lodge."))


def _first_revision(row: Amendment, base: Version, operations: Sequence[Operation]) -> None:
    from tavolo.agreements.services.consolidating import carry_to

    revision = Revision.objects.create(
        territory_id=row.territory_id, amendment=row, version=base, number=1,
        operations=[operation_data(one) for one in operations], made_at=timezone.now(),
    )  # fmt: skip
    now = current(row.agreement)
    if now.pk != base.pk:
        carry_to(revision, base, now)


def _replace(old: Amendment, new: Amendment, party: Party | None) -> None:
    found = Amendment.objects.select_for_update().get(pk=old.pk)
    if found.agreement_id != new.agreement_id or found.party_id != (party.pk if party else None):
        raise Problem(_("Only the party that lodged an amendment can replace it."))
    if found.state != Amendment.State.OPEN:
        raise Problem(_("This amendment is no longer open."))
    found.state, found.successor = Amendment.State.SUPERSEDED, new
    found.save(update_fields=["state", "successor"])


@transaction.atomic
def rewrite_amendment(
    amendment: Amendment, *, operations: Sequence[Operation], actor_id: uuid.UUID
) -> Revision:
    """Give an open amendment other words on the current version, for instance after a collision.

    Stances on its former wording lapse.
    """
    agreement = locked(amendment.agreement)
    require_draft(agreement)
    row = Amendment.objects.select_for_update().get(pk=amendment.pk)
    gates.require_amending(agreement, _require_own(row, agreement, actor_id))
    base = current(agreement)
    _check(base, operations)
    last = newest(row)
    return Revision.objects.create(
        territory_id=row.territory_id, amendment=row, version=base, number=last.number + 1,
        operations=[operation_data(one) for one in operations], made_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def withdraw_amendment(amendment: Amendment, *, actor_id: uuid.UUID) -> None:
    """Withdraw an open amendment; it stays readable, marked so."""
    row = Amendment.objects.select_for_update().get(pk=amendment.pk)
    _require_own(row, row.agreement, actor_id)
    row.state = Amendment.State.WITHDRAWN
    row.save(update_fields=["state"])
    record_act(
        actor_id=actor_id, role="delegate" if row.party_id else "secretariat",
        act="agreements.amendment_withdrawn", object_type="agreements.agreement",
        object_id=row.agreement_id, content={"amendment": str(row.pk), "number": row.number},
    )  # fmt: skip


def _require_own(row: Amendment, agreement: Agreement, actor_id: uuid.UUID) -> Party | None:
    party = require_author(actor_id, agreement)
    if row.party_id != (party.pk if party else None):
        raise Problem(_("Only the party that lodged an amendment can change or withdraw it."))
    if row.state != Amendment.State.OPEN:
        raise Problem(_("This amendment is no longer open."))
    return party
