"""What this room reads from files: firms of an association, workers of a firm, members of a union, lists.

Each is checked row by row first; the policy is asked at the door and again when the rows are saved.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.common.imports import parsers
from tavolo.common.imports.declare import Column, Importer, Part, Work, register
from tavolo.people import policies
from tavolo.people.identifiers import (
    clean_ateco,
    clean_codice_fiscale,
    clean_municipality,
    clean_partita_iva,
)
from tavolo.people.models import Account, Constituency, ConstituencyKind, Organisation, OrganisationKind, Role
from tavolo.people.roles import active_roles, in_organisation
from tavolo.people.services import lists
from tavolo.people.services.constituencies import set_list


def cell(clean: Callable[[str], str]) -> Callable[[str], str]:
    """Turn a field's check into a cell's."""

    def parse(text: str) -> str:
        try:
            return clean(text)
        except ValidationError as error:
            raise ValueError(error.messages[0]) from None

    return parse


PERSON = (
    Column("email", parsers.email, aliases=("e-mail", "mail"), says=gettext_lazy("e-mail address")),
    Column(
        "name",
        parsers.text(150),
        aliases=("nome", "nominativo", "nome e cognome"),
        says=gettext_lazy("name and surname"),
    ),
)
SINCE = Column(
    "starts_on",
    parsers.day,
    required=False,
    aliases=("dal", "data inizio"),
    says=gettext_lazy("first day, as 2026-01-31; today where empty"),
)
FIRM = (
    Column(
        "name",
        parsers.text(200),
        aliases=("ragione sociale", "denominazione"),
        says=gettext_lazy("name of the firm"),
    ),
    Column(
        "partita_iva", cell(clean_partita_iva), aliases=("partita iva", "p.iva", "piva"), says="partita IVA"
    ),
    Column(
        "codice_fiscale",
        cell(clean_codice_fiscale),
        required=False,
        aliases=("codice fiscale",),
        says="codice fiscale",
    ),
    Column("ateco", cell(clean_ateco), required=False, aliases=("codice ateco",), says="ATECO 2025"),
    Column(
        "municipality",
        cell(clean_municipality),
        required=False,
        aliases=("comune",),
        says=gettext_lazy("municipality"),
    ),
    Column(
        "employees",
        parsers.integer(0, 1_000_000),
        required=False,
        aliases=("addetti", "dipendenti"),
        says=gettext_lazy("number of employees"),
    ),
)


def _at(request: HttpRequest, subject_id: uuid.UUID | None, kind: str, roles: set[str]) -> bool:
    """Tell whether the person holds one of `roles` in the organisation, and it is of that kind."""
    if subject_id is None or not request.user.is_authenticated:
        return False
    held = active_roles(request.user, timezone.localdate())
    fits = any(one.organisation_id == subject_id and one.kind == kind for one in held)
    return fits and bool(in_organisation(held, subject_id) & roles)


def _actor(work: Work) -> Account:
    return Account.objects.get(pk=work.owner_id)


def _organisation(work: Work) -> Organisation:
    found: Organisation = Organisation.objects.get(pk=work.subject_id)
    return found


def _entries(work: Work) -> list[lists.Entry]:
    """Return the people of the list; addresses in lower case, as accounts are found by them."""
    return [
        lists.Entry(row["email"].lower(), row["name"], row.values.get("starts_on"))
        for row in work.rows("people")
    ]


def _check_firms(work: Work) -> Iterator[Problem]:
    """Find firms whose number belongs to a body that is not a firm."""
    others = dict(
        Organisation.objects.exclude(kind=OrganisationKind.FIRM)
        .exclude(partita_iva="")
        .values_list("partita_iva", "name")
    )
    for row in work.rows("firms"):
        if row["partita_iva"] in others:
            yield row.problem(_("This partita IVA belongs to a body that is not a firm."), "partita_iva")


def _save_firms(work: Work) -> Mapping[str, int]:
    rows = [dict(row.values) for row in work.rows("firms")]
    today = timezone.localdate()
    return {"firms": lists.bring_in_firms(_actor(work), _organisation(work), rows, today)}


def _save_workers(work: Work) -> Mapping[str, int]:
    entries = _entries(work)
    today = timezone.localdate()
    return {"people": lists.bring_in_workers(_actor(work), _organisation(work), entries, today)}


def _save_members(work: Work) -> Mapping[str, int]:
    entries = _entries(work)
    today = timezone.localdate()
    return {"people": lists.bring_in_union_members(_actor(work), _organisation(work), entries, today)}


def _listed(request: HttpRequest, subject_id: uuid.UUID | None) -> bool:
    found = policies.constituencies_visible_to(request.user, timezone.localdate())
    return subject_id is not None and bool(
        found.filter(pk=subject_id, kind=ConstituencyKind.LISTED, retired_at=None).exists()
    )


def _save_list(work: Work) -> Mapping[str, int]:
    found: Constituency = Constituency.objects.select_related("organisation").get(pk=work.subject_id)
    asks_workers = found.held_by_rsu or found.organisation.kind == OrganisationKind.UNION
    entries = _entries(work)
    if asks_workers:
        ids = lists.accounts_for(entries)
    else:
        ids = lists.known_accounts(entry.email for entry in entries)
        unknown = [entry.email for entry in entries if entry.email not in ids]
        if unknown:
            raise Problem(
                _("%(count)s people on the list do not belong to this organisation or its member firms.")
                % {"count": len(unknown)}
            )
    return {"people": set_list(_actor(work), found, set(ids.values()), timezone.localdate())}


def _page(name: str, argument: str) -> Callable[[uuid.UUID | None], str]:
    return lambda subject_id: reverse(name, kwargs={argument: subject_id})


register(
    Importer(
        name="people.firms",
        title=gettext_lazy("Member firms of the association"),
        says=gettext_lazy("Firms not yet registered are registered; all of them join the association today."),
        parts=(Part("firms", gettext_lazy("Firms"), FIRM, unique=("partita_iva",)),),
        may_use=lambda request, subject_id: _at(
            request, subject_id, OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER}
        ),
        check=_check_firms,
        save=_save_firms,
        link=_page("people:firms", "organisation_id"),
    )
)
register(
    Importer(
        name="people.workers",
        title=gettext_lazy("Workers of the firm"),
        says=gettext_lazy(
            "Each gets the role of worker in this firm. Nobody is asked anything by this list."
        ),
        parts=(Part("people", gettext_lazy("Workers"), (*PERSON, SINCE), unique=("email",)),),
        may_use=lambda request, subject_id: _at(
            request, subject_id, OrganisationKind.FIRM, {Role.OWNER, Role.HR}
        ),
        save=_save_workers,
        link=_page("people:members", "organisation_id"),
    )
)
register(
    Importer(
        name="people.union_members",
        title=gettext_lazy("Members of the union"),
        says=gettext_lazy(
            "A special category of personal data: only the union's officers and each member see it."
        ),
        parts=(Part("people", gettext_lazy("Members"), (*PERSON, SINCE), unique=("email",)),),
        may_use=lambda request, subject_id: _at(request, subject_id, OrganisationKind.UNION, {Role.OFFICER}),
        save=_save_members,
        link=_page("people:union_members", "organisation_id"),
    )
)
register(
    Importer(
        name="people.list",
        title=gettext_lazy("People of a constituency"),
        says=gettext_lazy("The list replaces the present one whole."),
        parts=(Part("people", gettext_lazy("People"), PERSON, unique=("email",)),),
        may_use=_listed,
        save=_save_list,
        link=_page("people:constituency", "constituency_id"),
    )
)
