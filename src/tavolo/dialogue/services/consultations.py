# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Consultations before they open: who asks, who is asked, and which statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.models import (
    Consultation,
    Group,
    Party,
    PromoterKind,
    Side,
    Statement,
    StatementVersion,
    Table,
    Theme,
    Translation,
)
from tavolo.dialogue.voices import notes, seeds
from tavolo.ledger.services import record_act
from tavolo.people.models import Constituency, ConstituencyKind

WORKERS = (
    ConstituencyKind.WORKERS_OF_MEMBER_FIRMS,
    ConstituencyKind.MEMBERS_OF_UNION,
    ConstituencyKind.WORKERS_OF_FIRM,
)
LONGEST_STATEMENT = 600


def require_authority(actor_id: uuid.UUID, party: Party) -> None:
    """Raise unless the person may act for the party today."""
    if not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))


@transaction.atomic
def create_consultation(
    *, table: Table, actor_id: uuid.UUID, title: str, question: str, introduction: str = "",
    theme: Theme | None = None, closes_on: date | None = None, capacity: int = 1000,
) -> Consultation:  # fmt: skip
    """Prepare a consultation. Its creator is the party the person acts for, which must be able to promote."""
    party = standing.acting_party(actor_id, table.pk)
    if party is None or standing.promoter_kind(party) is None:
        raise Problem(
            _(
                "Only a union, an RSU/RSA, an employers' association or a public body "
                "can promote a consultation."
            )
        )
    gate.require(table, "consultations.prepare", party)
    if not title.strip() or not question.strip():
        raise Problem(_("Give the consultation a title and a question."))
    consultation = Consultation.objects.create(
        territory=table.territory, table=table, creator=party, title=title.strip(), question=question.strip(),
        introduction=introduction.strip(), theme=theme, closes_on=closes_on, capacity=capacity,
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="delegate", act="dialogue.consultation_prepared",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"title": consultation.title, "party": str(party.pk)},
    )  # fmt: skip
    return consultation


@transaction.atomic
def add_group(
    consultation: Consultation,
    *,
    party: Party,
    constituency: Constituency,
    actor_id: uuid.UUID,
    name: str = "",
) -> Group:
    """Ask a constituency: the party that promotes it adds it by its own act.

    Workers are asked only by a union or an RSU/RSA (art. 8 L. 300/1970), and only in a consultation that
    no employers' party created; firms only by their association.
    """
    consultation = _draft(consultation)
    require_authority(actor_id, party)
    _check_constituency(consultation, party, constituency)
    group = Group.objects.create(
        territory=consultation.territory, consultation=consultation, party=party, constituency=constituency,
        name=name.strip() or str(party), side=party.side, promoter_kind=standing.promoter_kind(party),
        number=consultation.groups.count(),
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="delegate", act="dialogue.constituency_asked",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"party": str(party.pk), "constituency": str(constituency.pk)},
    )  # fmt: skip
    return group


def _check_constituency(consultation: Consultation, party: Party, constituency: Constituency) -> None:
    kind = standing.promoter_kind(party)
    if party.table_id != consultation.table_id or kind is None:
        raise Problem(_("This party cannot promote a consultation at this table."))
    of_workers = party.side == Side.WORKERS
    if of_workers and consultation.creator is not None and consultation.creator.side == Side.EMPLOYERS:
        raise Problem(
            _(
                "Workers are not consulted through a consultation created by the employers' side: "
                "prepare your own."
            )
        )
    own = constituency.organisation_id == party.organisation_id and constituency.held_by_rsu == party.as_rsu
    asks_workers = constituency.kind in WORKERS or (
        constituency.kind == ConstituencyKind.LISTED and kind in (PromoterKind.UNION, PromoterKind.RSU)
    )
    if not own or asks_workers != of_workers:
        raise Problem(
            _(
                "This constituency is not this party's to ask: workers are asked by unions or RSU/RSA, "
                "firms by their association."
            )
        )


def require_promoter(consultation: Consultation, actor_id: uuid.UUID) -> Party:
    """Return the promoting party a person acts for; raise where there is none."""
    promoters = Party.objects.filter(pk__in=consultation.groups.values("party_id"))
    asked = list(promoters) or ([consultation.creator] if consultation.creator else [])
    for party in asked:
        if standing.may_act_for(actor_id, party):
            return party
    raise Problem(_("Only a delegate of a promoting party may do this."))


@transaction.atomic
def add_statement(
    consultation: Consultation, *, text: str, actor_id: uuid.UUID, theme: Theme | None = None,
    language: str = "it", translations: Mapping[str, str] | None = None, meta: bool = False,
) -> StatementVersion:  # fmt: skip
    """Add a statement with its first version, by a promoter.

    In preparation it makes consents to open lapse: they were given to another list. While voting is under
    way it waits for one promoter of each side that asks (`voices.seeds`).
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    _changeable(consultation)
    party = require_promoter(consultation, actor_id)
    statement = _new_statement(consultation, theme, meta)
    return _by_promoter(
        consultation, statement, 1, text, language, translations or {}, party=party, actor_id=actor_id
    )


@transaction.atomic
def add_accepted_statement(
    consultation: Consultation, *, text: str, language: str = "it", theme: Theme | None = None
) -> StatementVersion:
    """Add a participant's statement that moderation has accepted; it is open to votes at once.

    Only `voices` calls this, in the transaction of the decision.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("This consultation is not open."))
    statement = _new_statement(consultation, theme, False)
    return _add_version(consultation, statement, 1, text, language, {})


def _new_statement(consultation: Consultation, theme: Theme | None, meta: bool) -> Statement:
    number = (consultation.statements.aggregate(top=Max("number"))["top"] or 0) + 1
    return Statement.objects.create(
        territory=consultation.territory, consultation=consultation, theme=theme, number=number, meta=meta
    )


@transaction.atomic
def revise_statement(
    statement: Statement, *, text: str, actor_id: uuid.UUID, translations: Mapping[str, str] | None = None
) -> StatementVersion:
    """Write a new version. Votes stay with the exact version they were given to.

    While voting is under way the old wording stays open until each asking side has said yes to the new one.
    """
    consultation = Consultation.objects.select_for_update().get(pk=statement.consultation_id)
    _changeable(consultation)
    party = require_promoter(consultation, actor_id)
    last = statement.versions.order_by("-number").first()
    if last is None or Statement.objects.filter(pk=statement.pk, withdrawn=True).exists():
        raise Problem(_("This statement was withdrawn: add a new one."))
    seeds.drop_waiting(statement.pk)
    if consultation.state == Consultation.State.DRAFT:
        statement.versions.filter(open_to_votes=True).update(open_to_votes=False)
    return _by_promoter(
        consultation, statement, last.number + 1, text, last.language, translations or {}, party=party,
        actor_id=actor_id,
    )  # fmt: skip


def _by_promoter(
    consultation: Consultation, statement: Statement, number: int, text: str, language: str,
    translations: Mapping[str, str], *, party: Party, actor_id: uuid.UUID,
) -> StatementVersion:  # fmt: skip
    under_way = consultation.state == Consultation.State.OPEN
    version = _add_version(
        consultation, statement, number, text, language, translations, open_to_votes=not under_way
    )
    if under_way:
        seeds.put_to_the_sides(version, party=party, actor_id=actor_id)
    else:
        seeds.lapse_consents(consultation)
    return version


@transaction.atomic
def translate_version(
    version: StatementVersion, *, language: str, text: str, actor_id: uuid.UUID, translated_by: str = ""
) -> Translation:
    """Add or correct the translation of a version; the version itself does not change.

    A corrected translation is a draft again until a second person has checked it.
    """
    consultation = Consultation.objects.get(pk=version.consultation_id)
    _changeable(consultation)
    require_promoter(consultation, actor_id)
    row, _created = Translation.objects.update_or_create(
        territory=version.territory, version=version, language=language, defaults={"text": _clean(text)}
    )
    notes.note_entered(row, actor_id=actor_id, translated_by=translated_by)
    return row


@transaction.atomic
def withdraw_statement(statement: Statement, *, actor_id: uuid.UUID) -> None:
    """Take a statement out of the vote; votes already given stay counted with its version.

    The act names the statement, never its words; its number stays in the list as withdrawn.
    """
    consultation = Consultation.objects.select_for_update().get(pk=statement.consultation_id)
    _changeable(consultation)
    party = require_promoter(consultation, actor_id)
    if not Statement.objects.filter(pk=statement.pk, withdrawn=False).update(withdrawn=True):
        return
    seeds.drop_waiting(statement.pk)
    statement.versions.update(open_to_votes=False)
    if consultation.state == Consultation.State.DRAFT:
        seeds.lapse_consents(consultation)
    record_act(
        actor_id=actor_id, role="delegate", act="dialogue.statement_withdrawn",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"statement": str(statement.pk), "number": statement.number, "party": str(party.pk)},
    )  # fmt: skip


def _add_version(
    consultation: Consultation, statement: Statement, number: int, text: str, language: str,
    translations: Mapping[str, str], *, open_to_votes: bool = True,
) -> StatementVersion:  # fmt: skip
    top = StatementVersion.objects.filter(consultation=consultation).aggregate(top=Max("slot"))["top"]
    slot = 0 if top is None else top + 1
    if slot >= consultation.capacity:
        raise Problem(_("The ballots of this consultation have no room for another statement or version."))
    version = StatementVersion.objects.create(
        territory=consultation.territory, consultation=consultation, statement=statement, number=number,
        language=language, text=_clean(text), slot=slot, open_to_votes=open_to_votes,
    )  # fmt: skip
    Translation.objects.bulk_create(
        Translation(territory=consultation.territory, version=version, language=code, text=_clean(words))
        for code, words in translations.items()
    )
    return version


def _clean(text: str) -> str:
    words = text.strip()
    if not words:
        raise Problem(_("A statement needs a text."))
    if len(words) > LONGEST_STATEMENT:
        raise Problem(_("Shorten the statement to %(most)s characters.") % {"most": LONGEST_STATEMENT})
    return words


def _changeable(consultation: Consultation) -> None:
    if consultation.kind == Consultation.Kind.BALLOT:
        raise Problem(_("A ballot is prepared on a page of its own, and fixed when it opens."))
    if consultation.state not in (Consultation.State.DRAFT, Consultation.State.OPEN):
        raise Problem(_("This consultation is closed: its statements can no longer change."))


def _draft(consultation: Consultation) -> Consultation:
    found = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if found.state != Consultation.State.DRAFT:
        raise Problem(_("This consultation is already open: who is asked can no longer change."))
    return found
