# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What became of each statement ("che fine ha fatto"): results, what took it up, or why it was not.

The secretariat and the promoters write; other rooms add what they know of themselves:

    outcomes.source(lambda consultation: [Link(statement_id=..., kind="clause", text=..., link=...)])
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Roll, Statement, StatementVersion
from tavolo.dialogue.services.analysing import statement_id, text_in
from tavolo.dialogue.services.consultations import require_promoter
from tavolo.dialogue.services.picturing import picture_of
from tavolo.dialogue.services.results import view_for
from tavolo.dialogue.voices import proposing
from tavolo.dialogue.voices.models import Outcome, Proposal, Told
from tavolo.ledger.services import record_act

LONGEST = 1000


@dataclass(frozen=True)
class Link:
    """One thing that became of a statement, as another room knows it; only what everybody may read."""

    statement_id: uuid.UUID
    kind: str
    text: str
    link: str = ""
    on: date | None = None


Source = Callable[[Consultation], Iterable[Link]]
_sources: list[Source] = []


def source(function: Source) -> None:
    """Register a room that knows what became of statements."""
    if function not in _sources:
        _sources.append(function)


def may_write(consultation: Consultation, account_id: uuid.UUID) -> bool:
    """Say whether a person may write outcomes: the joint secretariat, and promoters."""
    if standing.is_secretary(account_id, consultation.table_id):
        return True
    try:
        require_promoter(consultation, account_id)
    except Problem:
        return False
    return True


@transaction.atomic
def write_outcome(
    statement: Statement, *, kind: str, text: str, actor_id: uuid.UUID, link: str = ""
) -> Outcome:
    """Write what became of a statement of a published consultation; a formal act."""
    consultation = statement.consultation
    if not may_write(consultation, actor_id):
        raise Problem(_("Only the joint secretariat or a promoter may write this."))
    if consultation.state != Consultation.State.PUBLISHED:
        raise Problem(_("Publish the results first: what became of a statement begins with them."))
    if kind not in Outcome.Kind.values:
        raise Problem(_("Choose what became of the statement."))
    if not text.strip() or len(text) > LONGEST:
        raise Problem(_("Give a text of at most %(most)s characters.") % {"most": LONGEST})
    made = Outcome.objects.create(
        territory_id=consultation.territory_id, consultation=consultation, statement=statement, kind=kind,
        text=text.strip(), link=checked_link(link), author_id=actor_id, written_on=standing.today(),
    )  # fmt: skip
    role = "secretariat" if standing.is_secretary(actor_id, consultation.table_id) else "delegate"
    record_act(
        actor_id=actor_id, role=role, act="voices.outcome_written", object_type="dialogue.consultation",
        object_id=consultation.pk,
        content={"statement": str(statement.pk), "kind": kind, "text": made.text, "link": made.link},
    )  # fmt: skip
    return made


@transaction.atomic
def take_back(outcome: Outcome, *, actor_id: uuid.UUID) -> None:
    """Remove an outcome written by mistake; the acts keep that it was there."""
    if not may_write(outcome.consultation, actor_id):
        raise Problem(_("Only the joint secretariat or a promoter may write this."))
    if not Outcome.objects.filter(pk=outcome.pk).delete()[0]:
        return
    record_act(
        actor_id=actor_id, role="secretariat", act="voices.outcome_removed",
        object_type="dialogue.consultation", object_id=outcome.consultation_id,
        content={"statement": str(outcome.statement_id), "kind": outcome.kind},
    )  # fmt: skip


def checked_link(link: str) -> str:
    """Return an address inside this site or on the web; raise Problem on any other."""
    link = link.strip()
    if not link:
        return ""
    parts = urlsplit(link)
    inside = link.startswith("/") and not link.startswith("//") and "\\" not in link
    if len(link) > 500 or not (inside or (parts.scheme == "https" and parts.netloc)):
        raise Problem(_("Give an address that begins with / or https://."))
    return link


@transaction.atomic
def tell_participants(consultation: Consultation, *, actor_id: uuid.UUID) -> int:
    """Tell everybody on the roll, once, that what became of the consultation can be read."""
    if not may_write(consultation, actor_id):
        raise Problem(_("Only the joint secretariat or a promoter may write this."))
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if not Outcome.objects.filter(consultation=consultation).exists():
        raise Problem(_("Write first what became of at least one statement."))
    _row, made = Told.objects.get_or_create(
        territory_id=consultation.territory_id, consultation=consultation,
        defaults={"told_on": standing.today()},
    )  # fmt: skip
    if not made:
        return 0
    people = Roll.objects.filter(consultation=consultation).values_list("account_id", flat=True)
    return notices.send(
        people, "voices.outcomes", {"title": consultation.title, "consultation_id": str(consultation.pk)}
    )


def page_of(consultation: Consultation, language: str, account_id: uuid.UUID | None) -> list[dict[str, Any]]:
    """Return statement by statement: the text, the result as far as it may be shown, what became of it.

    `mine` marks the statements a signed-in person proposed. Votes are not there: nobody can know them.
    """
    verdicts = _verdicts(consultation, language)
    added: dict[uuid.UUID, list[Any]] = {}
    for row in Outcome.objects.filter(consultation=consultation):
        added.setdefault(row.statement_id, []).append(row)
    for function in _sources:
        for item in function(consultation):
            added.setdefault(item.statement_id, []).append(item)
    mine = _own(consultation, account_id)
    proposed = set(
        Proposal.objects.filter(consultation=consultation, statement__isnull=False).values_list(
            "statement_id", flat=True
        )
    )
    out = []
    for version in _versions(consultation):
        out.append(
            {
                "statement": version.statement,
                "number": statement_id(version),
                "text": text_in(version, language),
                "result": verdicts.get(statement_id(version)),
                "outcomes": [_told(item) for item in added.get(version.statement_id, [])],
                "proposed": version.statement_id in proposed,
                "mine": version.statement_id in mine,
            }
        )
    return out


def newest(consultation: Consultation) -> dict[uuid.UUID, date]:
    """Return, for statements of which something is known, the day of the newest that has a day."""
    found: dict[uuid.UUID, date] = {}
    rows = Outcome.objects.filter(consultation=consultation).values_list("statement_id", "written_on")
    told = [*rows, *((one.statement_id, one.on) for read in _sources for one in read(consultation))]
    for statement, on in told:
        if on is not None:
            found[statement] = max(found.get(statement, on), on)
    return found


def _told(item: Any) -> dict[str, str]:
    known = dict(Outcome.Kind.choices)
    return {
        "id": str(getattr(item, "pk", "") or ""), "kind": item.kind,
        "name": str(known.get(item.kind, item.kind)), "text": item.text, "link": item.link,
    }  # fmt: skip


def _own(consultation: Consultation, account_id: uuid.UUID | None) -> set[uuid.UUID]:
    if account_id is None:
        return set()
    own = proposing.own_proposals(consultation, account_id)
    return {one.proposal.statement_id for one in own if one.proposal.statement_id}


def _versions(consultation: Consultation) -> list[StatementVersion]:
    """Return the last wording of each statement people could vote on."""
    rows = (
        StatementVersion.objects.filter(consultation=consultation)
        .select_related("statement")
        .prefetch_related("translations")
        .order_by("statement__number", "number")
    )
    newest: dict[uuid.UUID, StatementVersion] = {}
    for row in rows:
        if row.open_to_votes or row.statement.withdrawn:
            newest[row.statement_id] = row
    return list(newest.values())


def _verdicts(consultation: Consultation, language: str) -> dict[str, dict[str, Any]]:
    if not consultation.has_results or not view_for(consultation).columns:
        return {}
    wanted = "en" if language == "en" else "it"
    return {entry["id"]: entry for entry in picture_of(consultation, wanted)["statements"]}


notices.kind(
    "voices.outcomes",
    title=gettext_lazy("What became of the consultation"),
    text=gettext_lazy("For “%(title)s” you can now read, statement by statement, what became of it."),
    link=lambda context: reverse("voices:outcomes", args=[context["consultation_id"]]),
)
