# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Taking in what is agreed while the rest stays open: a new version, the open amendments brought to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import gates
from tavolo.agreements.models import Agreement, Amendment, Revision, Stance, StanceKind, Version
from tavolo.agreements.services.amending import amendment_of
from tavolo.agreements.services.telling import tell_table
from tavolo.agreements.services.texts import add_version, current, locked, require_draft, said, text_of
from tavolo.agreements.standing import contractors, is_secretary
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.collisions import Collision, Neighbours, collisions, neighbours
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.operations import operation_data
from tavolo.agreements.text.rebasing import Rebased, consolidate, rebase_onto
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Party
from tavolo.ledger.services import record_act

AGREES = (StanceKind.ACCEPTS, StanceKind.RESERVATION, StanceKind.ABSTAINS)


@dataclass(frozen=True)
class Standing:
    """An open amendment with what the parties lodged on its current wording."""

    amendment: Amendment
    revision: Revision
    by_party: dict[uuid.UUID, Stance | None]
    missing: list[Party]
    against: list[Party]

    @property
    def is_agreed(self) -> bool:
        """Say whether every other contractor accepts it, or abstains, on its exact wording."""
        return not self.missing and not self.against and not self.revision.held


def open_amendments(agreement: Agreement) -> list[Standing]:
    """Return the open amendments with the parties' stances on their current wording."""
    return open_amendments_of([agreement])[agreement.pk]


def open_amendments_of(agreements: Iterable[Agreement]) -> dict[uuid.UUID, list[Standing]]:
    """Return the open amendments of many agreements, by the agreement's id."""
    parties = {one.pk: contractors(one) for one in agreements}
    rows = list(
        Amendment.objects.filter(agreement__in=list(parties), state=Amendment.State.OPEN)
        .select_related("party__organisation", "agreement")
        .order_by("number")
    )
    latest = newest_revisions(rows)
    lodged: dict[tuple[uuid.UUID, uuid.UUID], Stance] = {}
    for stance in Stance.objects.filter(revision_id__in=[one.pk for one in latest.values()]):
        lodged[stance.revision_id, stance.party_id] = stance  # in order: the newest stands
    found: dict[uuid.UUID, list[Standing]] = {key: [] for key in parties}
    for row in rows:
        found[row.agreement_id].append(_standing(row, latest[row.pk], parties[row.agreement_id], lodged))
    return found


def newest_revisions(rows: Iterable[Amendment]) -> dict[uuid.UUID, Revision]:
    """Return the current wording of many amendments, by the amendment's id."""
    found: dict[uuid.UUID, Revision] = {}
    wanted = Revision.objects.filter(amendment__in=list(rows)).select_related(
        "version", "amendment__party__organisation"
    )
    for revision in wanted.order_by("number"):
        found[revision.amendment_id] = revision
    return found


def _standing(
    row: Amendment, revision: Revision, parties: list[Party],
    lodged: dict[tuple[uuid.UUID, uuid.UUID], Stance],
) -> Standing:  # fmt: skip
    by_party = {party.pk: lodged.get((revision.pk, party.pk)) for party in parties}
    missing, against = [], []
    for party in parties:
        stance = by_party[party.pk]
        if stance is None:
            if party.pk != row.party_id:
                missing.append(party)
        elif stance.kind not in AGREES:
            against.append(party)
    return Standing(row, revision, by_party, missing, against)


def colliding(agreement: Agreement) -> tuple[list[Collision], list[Neighbours]]:
    """Return what collides among the open amendments of the current version, and what stands close."""
    now = current(agreement)
    found = [
        amendment_of(one.revision) for one in open_amendments(agreement) if one.revision.version_id == now.pk
    ]
    text = text_of(now)
    return collisions(text, found), neighbours(text, found)


@transaction.atomic
def take_in(
    agreement: Agreement, chosen: Iterable[Amendment], *, actor_id: uuid.UUID, note: str = ""
) -> Version:
    """Take agreed amendments into a new version, by the joint secretariat; the open ones are brought along.

    Each must be accepted by every contractor on its exact wording. Amendments that collide among themselves
    are refused together: nothing is taken in then.
    """
    agreement = locked(agreement)
    require_draft(agreement)
    if not is_secretary(actor_id, agreement):
        raise Problem(_("Only the joint secretariat takes agreed amendments into the text."))
    gates.require_amending(agreement, None)
    ids = {one.pk for one in chosen}
    if not ids:
        raise Problem(_("Choose at least one amendment."))
    before = current(agreement)
    every = open_amendments(agreement)
    agreed = [one for one in every if one.amendment.pk in ids]
    for one in agreed:
        _require_agreed(one, before)
    if len(agreed) != len(ids):
        raise Problem(_("One of these amendments is no longer open: reload the page."))
    rest = [one for one in every if one.amendment.pk not in ids and one.revision.version_id == before.pk]
    try:
        done = consolidate(
            text_of(before),
            [amendment_of(one.revision) for one in agreed],
            [amendment_of(one.revision) for one in rest],
        )
    except TextError as error:
        raise said(error) from error
    version = add_version(agreement, done.text, made=Version.Made.CONSOLIDATED, actor_id=actor_id, note=note)
    for one in agreed:
        row = one.amendment
        row.state, row.taken_into = Amendment.State.TAKEN_IN, version
        row.save(update_fields=["state", "taken_into"])
    for one in rest:
        keep(one.revision, done.open[amendment_of(one.revision).id], before, version)
    record_act(
        actor_id=actor_id, role="secretariat", act="agreements.version_made",
        object_type="agreements.agreement", object_id=agreement.pk,
        content={
            "version": version.number, "hash": version.hash,
            "amendments": sorted(one.amendment.number for one in agreed),
        },
    )  # fmt: skip
    tell_table(agreement, "agreements.version_made", but=actor_id, number=str(version.number))
    return version


def preview(agreement: Agreement, chosen: Iterable[Amendment]) -> Text:
    """Return the text that taking these amendments in would give; raise where they cannot go together."""
    ids = {one.pk for one in chosen}
    now = current(agreement)
    asked = [one for one in open_amendments(agreement) if one.amendment.pk in ids]
    if any(one.revision.version_id != now.pk or one.revision.held for one in asked):
        raise Problem(_("One of these collides with the present text: its party must rewrite it first."))
    try:
        return apply(text_of(now), [amendment_of(one.revision) for one in asked])
    except TextError as error:
        raise said(error) from error


def _require_agreed(one: Standing, before: Version) -> None:
    number = one.amendment.number
    if one.revision.version_id != before.pk or one.revision.held:
        raise Problem(
            _("Amendment %(number)s collides with the present text: its party must rewrite it first.")
            % {"number": number}
        )
    if one.against or one.missing:
        names = ", ".join(str(party) for party in [*one.against, *one.missing])
        raise Problem(
            _("Amendment %(number)s is not agreed yet: %(names)s.") % {"number": number, "names": names}
        )


def carry_to(revision: Revision, old: Version, new: Version) -> Revision | None:
    """Bring one revision from the version it was written on to a newer one."""
    moved = rebase_onto(text_of(old), amendment_of(revision), text_of(new))
    return keep(revision, moved, old, new)


def keep(revision: Revision, moved: Rebased, old: Version, new: Version) -> Revision | None:
    """Write down an amendment that was brought along: a new revision, or the end of one with nothing left.

    A revision whose words did not change keeps its stances: they are lodged again on the new wording, since
    it is the same. What collides is kept as it was, with the version it can be read on.
    """
    row = revision.amendment
    if moved.amendment.is_empty and not moved.held:
        row.state = Amendment.State.OBSOLETE
        row.save(update_fields=["state"])
        return None
    made = Revision.objects.create(
        territory_id=row.territory_id, amendment=row, version=new, number=revision.number + 1,
        operations=[operation_data(one) for one in moved.amendment.operations],
        held=[operation_data(one) for one in moved.held], held_on=old if moved.held else None,
        by_hand=False, made_at=timezone.now(),
    )  # fmt: skip
    if moved.is_clean and not moved.already:
        _carry_stances(revision, made)
    return made


def _carry_stances(old: Revision, new: Revision) -> None:
    """Lodge the standing stances again on a wording that says the same on the newer text."""
    from tavolo.agreements.services.stances import next_number

    newest_of: dict[uuid.UUID, Stance] = {}
    for stance in Stance.objects.filter(revision=old).order_by("number"):
        newest_of[stance.party_id] = stance
    number = next_number(new.amendment.agreement)
    for offset, stance in enumerate(newest_of.values()):
        stance.pk = uuid.uuid4()
        stance.revision, stance.version, stance.number = new, new.version, number + offset
        stance.save(force_insert=True)
