# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Mandates: drafted and lodged by a delegation, superseded or revoked, never changed.

What a mandate says and its red lines are read here only, inside the party's opened room; everybody else
learns from `face` that a mandate exists and when it ends.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.delegations.models import (
    Mandate,
    MandateContent,
    PublicFace,
    Ratification,
    RedLine,
)
from tavolo.dialogue.models import Party, Theme
from tavolo.ledger.services import record_act

LONGEST = 5000
MOST_RED_LINES = 50
LAST_YEAR = 2200
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Terms:
    """What a mandate says: subject, who gave it and when, how long it holds, who must ratify."""

    scope: str
    organ: str
    given_on: date
    starts_on: date
    last_day: date | None = None
    ratification: str = Ratification.NONE
    ratified_by: str = ""
    theme_ids: Sequence[uuid.UUID] = ()


@dataclass(frozen=True)
class Reading:
    """A mandate with its private half, as its own party reads it."""

    mandate: Mandate
    content: MandateContent
    red_lines: tuple[RedLine, ...]
    themes: tuple[str, ...]


def current(party: Party, on: date | None = None) -> Mandate | None:
    """Return the mandate in force for a party on a day, today unless given; it must be lodged by then."""
    day = on or standing.today()
    found = Mandate.objects.active_on(day).exclude(state=Mandate.State.DRAFT)
    return found.filter(party=party, lodged_at__date__lte=day).order_by("-number").first()


def face(party: Party, on: date | None = None) -> PublicFace:
    """Return what others may know of a party's mandate on a day: that one exists, and its last day."""
    found = current(party, on)
    return found.public_face if found else PublicFace(exists=False)


def warning(party: Party, on: date | None = None) -> str:
    """Return what the party itself should know of its mandate, as a sentence; nothing if all is well."""
    day = on or standing.today()
    found = current(party, day)
    if found is None:
        ended = Mandate.objects.filter(party=party, ends_on__lte=day).exclude(state=Mandate.State.DRAFT)
        last = ended.order_by("-number").first()
        if last is None:
            return _("No mandate has been lodged: what the delegation agrees has nothing to rest on.")
        return _("The mandate ended on %(day)s and none has taken its place.") % {
            "day": formats.date_format(last.last_day)
        }
    if found.last_day and found.last_day - day <= SOON:
        return _("The mandate ends on %(day)s: have it renewed in time.") % {
            "day": formats.date_format(found.last_day)
        }
    return ""


def reads(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person reads a party's mandates: those who sit for it today, observers included."""
    return standing.seats_of(account_id).filter(party=party).exists()


def read(mandate: Mandate, account_id: uuid.UUID) -> Reading:
    """Return a mandate with its private half to somebody who sits for the party."""
    if not reads(account_id, mandate.party):
        raise Problem(_("A mandate is read by its own party alone."))
    return _read(mandate)


def _read(mandate: Mandate) -> Reading:
    with opened([mandate.party_id]):
        content = MandateContent.objects.select_related("document").get(mandate=mandate)
        red_lines = tuple(RedLine.objects.filter(mandate=mandate))
    themes = Theme.objects.filter(table_id=mandate.party.table_id, pk__in=content.theme_ids)
    return Reading(mandate, content, red_lines, tuple(theme.name for theme in themes))


def _require_acting(actor_id: uuid.UUID, party: Party) -> None:
    if not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))


def _require_head(actor_id: uuid.UUID, party: Party) -> None:
    if not (standing.heads(actor_id, party) and standing.may_act_for(actor_id, party)):
        raise Problem(_("Only the head of the delegation lodges or revokes its mandate."))


def _check(party: Party, terms: Terms) -> None:
    if not terms.scope.strip() or not terms.organ.strip():
        raise Problem(_("Say what the mandate covers and which body gave it."))
    if len(terms.scope) > LONGEST:
        raise Problem(_("The text is too long: use at most %(most)s characters.") % {"most": LONGEST})
    if terms.last_day is not None and terms.last_day < terms.starts_on:
        raise Problem(_("The last day lies before the first: correct one of them."))
    if terms.last_day is not None and terms.last_day.year > LAST_YEAR:
        raise Problem(_("The last day lies too far away: leave it empty for “until further notice”."))
    if terms.given_on > standing.today():
        raise Problem(_("The mandate cannot have been given on a day to come."))
    if terms.ratification not in Ratification.values:
        raise Problem(_("Choose who must ratify from the list."))
    known = set(Theme.objects.filter(table_id=party.table_id).values_list("pk", flat=True))
    if not set(terms.theme_ids) <= known:
        raise Problem(_("One of these themes is not of this table: choose from the list."))


def _locked_party(party: Party) -> Party:
    return Party.objects.select_for_update().get(pk=party.pk)


@transaction.atomic
def write_draft(
    party: Party, terms: Terms, *, actor_id: uuid.UUID, document: StoredFile | None = None,
    document_name: str = "",
) -> Mandate:  # fmt: skip
    """Write the party's next mandate as a draft, or change that draft. A new one takes over the red lines.

    Without `document` a draft keeps the file it has.
    """
    _require_acting(actor_id, party)
    _check(party, terms)
    party = _locked_party(party)
    ends_on = terms.last_day + timedelta(days=1) if terms.last_day else None
    draft = Mandate.objects.filter(party=party, state=Mandate.State.DRAFT).first()
    fields = {
        "scope": terms.scope.strip(), "theme_ids": list(terms.theme_ids), "organ": terms.organ.strip(),
        "given_on": terms.given_on, "ratification": terms.ratification,
        "ratified_by": terms.ratified_by.strip(),
    }  # fmt: skip
    if document is not None:
        fields |= {"document": document, "document_name": document_name or document.name}
    with opened([party.pk]):
        if draft is not None:
            draft.starts_on, draft.ends_on = terms.starts_on, ends_on
            draft.save(update_fields=["starts_on", "ends_on"])
            MandateContent.objects.filter(mandate=draft).update(**fields)
            return draft
        return _new_draft(party, terms.starts_on, ends_on, fields, actor_id)


def _new_draft(
    party: Party, starts_on: date, ends_on: date | None, fields: dict[str, Any], actor_id: uuid.UUID
) -> Mandate:
    former = Mandate.objects.filter(party=party).order_by("-number").first()
    territory = party.territory
    draft = Mandate.objects.create(
        territory=territory, party=party, number=former.number + 1 if former else 1, starts_on=starts_on,
        ends_on=ends_on, author_id=actor_id,
    )  # fmt: skip
    MandateContent.objects.create(
        territory=territory, mandate=draft, party=party, salt=secrets.token_hex(32), **fields
    )
    if former is not None:
        RedLine.objects.bulk_create(
            RedLine(territory=territory, mandate=draft, party=party, text=line.text, theme_id=line.theme_id,
                    position=line.position)
            for line in RedLine.objects.filter(mandate=former)
        )  # fmt: skip
    return draft


@transaction.atomic
def attach(mandate: Mandate, document: StoredFile, *, actor_id: uuid.UUID, name: str) -> Mandate:
    """Put the resolution itself to a draft, in the place of the file it has."""
    _require_acting(actor_id, mandate.party)
    draft = _locked_draft(mandate)
    with opened([draft.party_id]):
        MandateContent.objects.filter(mandate=draft).update(document=document, document_name=name)
    return draft


@transaction.atomic
def add_red_line(
    mandate: Mandate, text: str, *, actor_id: uuid.UUID, theme_id: uuid.UUID | None = None
) -> RedLine:
    """Add a point the party does not give up to a draft."""
    _require_acting(actor_id, mandate.party)
    draft = _locked_draft(mandate)
    text = text.strip()
    if not text:
        raise Problem(_("Write the point the party does not give up."))
    if len(text) > LONGEST:
        raise Problem(_("The text is too long: use at most %(most)s characters.") % {"most": LONGEST})
    if theme_id and not Theme.objects.filter(pk=theme_id, table_id=mandate.party.table_id).exists():
        raise Problem(_("One of these themes is not of this table: choose from the list."))
    with opened([draft.party_id]):
        last = RedLine.objects.filter(mandate=draft).order_by("-position").first()
        if last is not None and RedLine.objects.filter(mandate=draft).count() >= MOST_RED_LINES:
            raise Problem(
                _("A mandate holds at most %(most)s red lines: join some of them.") % {"most": MOST_RED_LINES}
            )
        return RedLine.objects.create(
            territory_id=draft.territory_id, mandate=draft, party_id=draft.party_id, text=text,
            theme_id=theme_id, position=last.position + 1 if last else 1,
        )  # fmt: skip


@transaction.atomic
def remove_red_line(mandate: Mandate, red_line_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Take a red line out of a draft; again: nothing more happens."""
    _require_acting(actor_id, mandate.party)
    draft = _locked_draft(mandate)
    with opened([draft.party_id]):
        RedLine.objects.filter(mandate=draft, pk=red_line_id).delete()


def _locked_draft(mandate: Mandate) -> Mandate:
    draft = Mandate.objects.select_for_update(of=("self",)).select_related("party").get(pk=mandate.pk)
    if draft.state != Mandate.State.DRAFT:
        raise Problem(_("A mandate that was lodged is not changed: write the next one."))
    return draft


@transaction.atomic
def lodge(mandate: Mandate, *, actor_id: uuid.UUID) -> Mandate:
    """Lodge a draft: from now on it stays as it is, and it takes the place of the one before."""
    _require_head(actor_id, mandate.party)
    party = _locked_party(mandate.party)
    row = Mandate.objects.select_for_update(of=("self",)).select_related("party").get(pk=mandate.pk)
    if row.state == Mandate.State.LODGED:
        return row
    row = _locked_draft(row)
    today = standing.today()
    if row.ends_on is not None and row.ends_on <= today:
        raise Problem(_("This mandate has ended already: give it a later last day."))
    former = Mandate.objects.filter(party=party, state=Mandate.State.LODGED).first()
    if former is not None:
        _end(former, Mandate.State.SUPERSEDED, max(row.starts_on, today))
    row.digest = digest(_read(row))
    row.state, row.lodged_at = Mandate.State.LODGED, timezone.now()
    row.save(update_fields=["digest", "state", "lodged_at"])
    _record(row, "delegations.mandate_lodged", actor_id)
    return row


@transaction.atomic
def revoke(mandate: Mandate, *, actor_id: uuid.UUID) -> Mandate:
    """End a lodged mandate today without another in its place; again: nothing more happens."""
    _require_head(actor_id, mandate.party)
    row = Mandate.objects.select_for_update(of=("self",)).select_related("party").get(pk=mandate.pk)
    if row.state == Mandate.State.REVOKED:
        return row
    if row.state != Mandate.State.LODGED:
        raise Problem(_("Only the lodged mandate can be revoked."))
    _end(row, Mandate.State.REVOKED, standing.today())
    _record(row, "delegations.mandate_revoked", actor_id)
    return row


@transaction.atomic
def discard_draft(mandate: Mandate, *, actor_id: uuid.UUID) -> None:
    """Throw a draft away."""
    _require_acting(actor_id, mandate.party)
    draft = _locked_draft(mandate)
    with opened([draft.party_id]):
        RedLine.objects.filter(mandate=draft).delete()
        MandateContent.objects.filter(mandate=draft).delete()
        Mandate.objects.filter(pk=draft.pk).delete()


def _end(row: Mandate, state: str, day: date) -> None:
    day = max(day, row.starts_on)
    row.state, row.ends_on = state, day if row.ends_on is None else min(day, row.ends_on)
    row.save(update_fields=["state", "ends_on"])


def digest(reading: Reading) -> str:
    """Return the salted SHA-256 of what a mandate says, which the party can repeat and nobody can guess."""
    content = reading.content
    said = {
        "party": str(content.party_id), "number": reading.mandate.number, "scope": content.scope,
        "themes": sorted(str(theme) for theme in content.theme_ids), "organ": content.organ,
        "given_on": content.given_on.isoformat(), "starts_on": reading.mandate.starts_on.isoformat(),
        "ratification": content.ratification, "ratified_by": content.ratified_by,
        "document": content.document.sha256 if content.document else "",
        "red_lines": [line.text for line in reading.red_lines],
    }  # fmt: skip
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256((content.salt + text).encode()).hexdigest()


def _record(row: Mandate, act: str, actor_id: uuid.UUID) -> None:
    """Record the act: dates and the salted digest, nothing of what the mandate says."""
    record_act(
        actor_id=actor_id, role="delegate", act=act, object_type="delegations.mandate", object_id=row.pk,
        content={
            "party": str(row.party_id), "number": row.number, "digest": row.digest,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        },
    )  # fmt: skip
