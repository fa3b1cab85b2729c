# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Communiqués: joint ones need every party's approval of the exact text; a party's own needs its head."""

from __future__ import annotations

import hashlib
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access, papers
from tavolo.dialogue.meetings.models import (
    Communique,
    CommuniqueApproval,
    CommuniqueVersion,
    Kind,
    Meeting,
)
from tavolo.dialogue.meetings.services import telling
from tavolo.dialogue.meetings.services.searching import remember
from tavolo.dialogue.models import Delegate, Party, Secretariat, Table
from tavolo.ledger.services import record_act
from tavolo.people.models import Account

LONGEST_TEXT = 20_000


def may_write(account_id: uuid.UUID, row: Communique) -> bool:
    """Say whether a person may change a draft: a joint one the secretariat and whoever acts for a party."""
    if row.party is not None:
        return standing.may_act_for(account_id, row.party)
    return (
        standing.is_secretary(account_id, row.table_id)
        or standing.acting_party(account_id, row.table_id) is not None
    )


@transaction.atomic
def draft(
    table: Table, *, actor_id: uuid.UUID, title: str, text: str, joint: bool, meeting: Meeting | None = None
) -> Communique:
    """Draft a communiqué, joint or of one's own party."""
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not (joint and standing.is_secretary(actor_id, table.pk)):
        raise Problem(_("Only delegates who may act for a party, or the secretariat for a joint one, draft."))
    if meeting is not None and (meeting.kind != Kind.PLENARY or meeting.table_id != table.pk):
        raise Problem(_("A communiqué can name a plenary of this table and no other meeting."))
    row = Communique.objects.create(
        territory=table.territory, table=table, party=None if joint else party, meeting=meeting
    )
    return _write(row, title, text, actor_id)


@transaction.atomic
def revise(row: Communique, *, actor_id: uuid.UUID, title: str, text: str) -> Communique:
    """Write a new wording; approvals of the old one do not count for it."""
    row = _locked(row)
    if not may_write(actor_id, row):
        raise Problem(_("Only those who draft this communiqué may change it."))
    return _write(row, title, text, actor_id)


def _locked(row: Communique) -> Communique:
    found = Communique.objects.select_for_update(of=("self",)).select_related("table").get(pk=row.pk)
    if found.state == Communique.State.PUBLISHED:
        raise Problem(_("This communiqué has been published: it no longer changes."))
    return found


def _write(row: Communique, title: str, text: str, actor_id: uuid.UUID) -> Communique:
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise Problem(_("Give the communiqué a title and a text."))
    if len(title) > 200 or len(text) > LONGEST_TEXT:
        raise Problem(
            _("Shorten the title to 200 and the text to %(most)s characters.") % {"most": LONGEST_TEXT}
        )
    last = row.versions.last()
    if last is not None and (last.title, last.text) == (title, text):
        return row
    row.current = CommuniqueVersion.objects.create(
        territory=row.territory, communique=row, number=last.number + 1 if last else 1, title=title,
        text=text, sha256=hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest(), author_id=actor_id,
    )  # fmt: skip
    row.save(update_fields=["current"])
    remember(row.table, "communique", row.pk, title, text)
    if row.party_id is None:
        telling.tell_communique(_acting(row.table) - {actor_id}, "to_approve", row)
    return row


def _acting(table: Table) -> set[uuid.UUID]:
    seats = Delegate.objects.active_on(standing.today())
    found = seats.filter(party__table=table, role__in=standing.ACTING)
    return set(found.values_list("account_id", flat=True))


@transaction.atomic
def approve(row: Communique, version_id: uuid.UUID, *, actor_id: uuid.UUID) -> CommuniqueApproval:
    """Approve the exact text for one's party; with the last party's approval it is published."""
    row = _locked(row)
    party = standing.acting_party(actor_id, row.table_id)
    if row.party_id is not None or party is None:
        raise Problem(_("Only a delegate who may act for a party approves a joint communiqué."))
    if row.current_id != version_id:
        raise Problem(_("The text has changed meanwhile: read it before you approve."))
    given, made = CommuniqueApproval.objects.get_or_create(
        version_id=version_id, party=party,
        defaults={
            "territory": row.territory, "account_id": actor_id,
            "name": Account.objects.get(pk=actor_id).name,
        },
    )  # fmt: skip
    if made:
        _act(row, actor_id, "meetings.communique_approved", {"party": str(party.pk)})
    if not missing(row):
        _publish(row, actor_id)
    return given


def missing(row: Communique) -> list[Party]:
    """Return the parties that have not approved the current text of a joint communiqué."""
    given = set(row.current.approvals.values_list("party_id", flat=True))
    called = standing.seated_parties(row.table_id).select_related("organisation")
    return [party for party in called if party.pk not in given]


@transaction.atomic
def publish_own(row: Communique, version_id: uuid.UUID, *, actor_id: uuid.UUID) -> Communique:
    """Publish a party's own communiqué: its head of delegation alone may."""
    row = _locked(row)
    if row.party is None:
        raise Problem(_("A joint communiqué is published by the approval of all parties."))
    if not (access.is_head(actor_id, row.party) and standing.may_act_for(actor_id, row.party)):
        raise Problem(_("Only the head of the delegation publishes the party's communiqué."))
    if row.current_id != version_id:
        raise Problem(_("The text has changed meanwhile: read it before you publish."))
    _publish(row, actor_id)
    return row


def _publish(row: Communique, actor_id: uuid.UUID) -> None:
    row.state, row.published_at = Communique.State.PUBLISHED, timezone.now()
    row.pdf = files.store(
        pdf(papers.communique_paper(row, row.current)), kind=papers.FROZEN,
        name=f"comunicato-{timezone.localtime(row.published_at).date().isoformat()}.pdf",
        owner_id=None, subject_id=row.pk,
    )  # fmt: skip
    row.save(update_fields=["state", "published_at", "pdf"])
    _act(row, actor_id, "meetings.communique_published", {"pdf_sha256": row.pdf.sha256})
    desks = Secretariat.objects.active_on(standing.today()).filter(table=row.table)
    told = _acting(row.table) | set(desks.values_list("account_id", flat=True))
    telling.tell_communique(told - {actor_id}, "published", row)


def _act(row: Communique, actor_id: uuid.UUID, act: str, content: dict[str, str]) -> None:
    record_act(
        actor_id=actor_id, role="delegate", act=act, object_type="meetings.communique", object_id=row.pk,
        content={"sha256": row.current.sha256, **content},
    )  # fmt: skip
