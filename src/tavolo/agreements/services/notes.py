# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Comments everybody reads, and a party's private remarks and drafts, read behind its own wall."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement, Amendment, Comment, Draft, Remark
from tavolo.agreements.services.amending import require_author
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import acting_party
from tavolo.common.errors import Problem
from tavolo.common.row_security import opened
from tavolo.dialogue.models import Party

LONGEST_NOTE = 5_000


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Problem(_("Write something first."))
    if len(words) > LONGEST_NOTE:
        raise Problem(_("This is too long: at most 5,000 characters."))
    return words


@transaction.atomic
def add_comment(
    agreement: Agreement, *, text: str, actor_id: uuid.UUID, clause: str = "",
    amendment: Amendment | None = None,
) -> Comment:  # fmt: skip
    """Comment on a clause of the current text, or on an amendment, for everybody at the table."""
    party = require_author(actor_id, agreement)
    version = current(agreement)
    if amendment is not None and amendment.agreement_id != agreement.pk:
        raise Problem(_("This amendment belongs to another agreement."))
    if amendment is None and clause not in text_of(version).clauses:
        raise Problem(_("The text has no such clause any more: reload the page."))
    return Comment.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, version=version, amendment=amendment,
        clause="" if amendment is not None else clause, party=party, text=_words(text), author_id=actor_id,
        made_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def add_remark(agreement: Agreement, *, text: str, clause: str, actor_id: uuid.UUID) -> Remark:
    """Leave a private remark on a clause: the own delegation alone reads it."""
    party = acting_party(actor_id, agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party keeps private remarks."))
    if clause not in text_of(current(agreement)).clauses:
        raise Problem(_("The text has no such clause any more: reload the page."))
    with opened([party.pk]):
        return Remark.objects.create(
            territory_id=agreement.territory_id, agreement=agreement, party=party, clause=clause,
            text=_words(text), author_id=actor_id, made_at=timezone.now(),
        )  # fmt: skip


@transaction.atomic
def remove_remark(agreement: Agreement, remark_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Delete a private remark of the own party."""
    party = acting_party(actor_id, agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party keeps private remarks."))
    with opened([party.pk]):
        gone, _by_model = Remark.objects.filter(pk=remark_id, agreement=agreement, party=party).delete()
    if not gone:
        raise Problem(_("This remark is gone already."))


def remarks_of(agreement: Agreement, parties: Iterable[Party]) -> list[Remark]:
    """Return the private remarks of these parties; the caller has asked whose delegation it is."""
    asked = list(parties)
    with opened([party.pk for party in asked]):
        return list(Remark.objects.filter(agreement=agreement, party__in=asked))


def drafts_of(agreement: Agreement, parties: Iterable[Party]) -> list[Draft]:
    """Return the private drafts of these parties, the newest first."""
    asked = list(parties)
    with opened([party.pk for party in asked]):
        rows = Draft.objects.filter(agreement=agreement, party__in=asked)
        return list(
            rows.select_related("version", "agreement__table", "party__organisation").order_by("-changed_at")
        )


def draft_at(agreement: Agreement, parties: Iterable[Party], draft_id: object) -> Draft | None:
    """Return one private draft of these parties."""
    return next((one for one in drafts_of(agreement, parties) if str(one.pk) == str(draft_id)), None)
