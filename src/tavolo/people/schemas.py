"""What the API says about people and organisations."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema


class OrganisationOut(Schema):
    """An organisation as the directory shows it."""

    id: UUID
    kind: str
    name: str
    short_name: str
    partita_iva: str
    ateco: str
    municipality: str
    size: str


class OrganisationPage(Schema):
    """One page of a list; `next_page` is null on the last one."""

    items: list[OrganisationOut]
    total: int
    next_page: int | None


class RoleOut(Schema):
    """A role held in an organisation; it holds from `starts_on` up to, not including, `ends_on`."""

    id: UUID
    organisation_id: UUID
    organisation: str
    role: str
    starts_on: date
    ends_on: date | None


class MeOut(Schema):
    """The person behind the request."""

    id: UUID
    email: str
    name: str
    language: str
    roles: list[RoleOut]


class MembershipOut(Schema):
    """Somebody's role in an organisation."""

    id: UUID
    account_id: UUID
    name: str
    role: str
    starts_on: date
    ends_on: date | None


class MembershipPage(Schema):
    """One page of an organisation's people."""

    items: list[MembershipOut]
    total: int
    next_page: int | None


class ConstituencyOut(Schema):
    """A constituency and how many people it has today."""

    id: UUID
    kind: str
    name: str
    organisation_id: UUID
    subject_id: UUID | None
    size: int


class InvitationIn(Schema):
    """Whom to invite, and to which role."""

    email: str
    role: str


class InvitationOut(Schema):
    """An invitation that is open."""

    id: UUID
    email: str
    role: str
    expires_at: datetime


class Refusal(Schema):
    """Why nothing was done."""

    detail: str
