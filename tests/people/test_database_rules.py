"""What must never happen is refused by the database itself, also to code that forgets the services."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from tavolo.common.models import Territory
from tavolo.people.models import (
    Account,
    Affiliation,
    ApiToken,
    Constituency,
    ConstituencyEntry,
    ConstituencyKind,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tests.people.conftest import Cast

SCOPED = [
    Organisation, Membership, Affiliation, UnionMembership,
    Constituency, ConstituencyEntry, Invitation, ApiToken,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED)
def test_a_query_outside_a_territory_raises(model: type) -> None:
    with pytest.raises((ScopeError, AttributeError)):
        list(model.objects.all())  # type: ignore[attr-defined]


def test_rows_of_another_territory_are_invisible(cast: Cast) -> None:
    with scopes_disabled():
        other = Territory.objects.create(slug="altrove", name="Altrove")
        Organisation.objects.create(territory=other, kind=OrganisationKind.FIRM, name="Altrove S.r.l.")
    assert not Organisation.objects.filter(name="Altrove S.r.l.").exists()


def test_a_role_cannot_join_two_territories(cast: Cast) -> None:
    with scopes_disabled():
        other = Territory.objects.create(slug="altrove", name="Altrove")
    with pytest.raises(IntegrityError, match="another territory"), transaction.atomic():
        Membership.objects.create(
            territory=other,
            account=cast.who["stranger"],
            organisation=cast.body["officina"],
            role=Role.WORKER,
            starts_on=cast.today,
        )


def test_a_role_is_held_once_at_a_time(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.give("worker", "officina", Role.WORKER)


@pytest.mark.parametrize(("first_ends", "second_ends"), [(None, 5), (5, None), (5, 9), (9, 5)])
def test_spans_with_an_end_do_not_overlap_either(
    cast: Cast, first_ends: int | None, second_ends: int | None
) -> None:
    def day(number: int | None) -> date | None:
        return cast.today + timedelta(days=number) if number else None

    cast.give("stranger", "officina", Role.WORKER, ends_on=day(first_ends))
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.give("stranger", "officina", Role.WORKER, ends_on=day(second_ends))


def test_union_memberships_do_not_overlap(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.enrol("worker", "cgil")
    UnionMembership.objects.filter(account=cast.who["worker"]).update(ends_on=cast.today + timedelta(days=3))
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.enrol("worker", "cgil")


def test_a_role_may_be_held_again_after_it_ended(cast: Cast) -> None:
    row = Membership.objects.get(account=cast.who["worker"], role=Role.WORKER)
    row.ends_on = cast.today
    row.save()
    Membership.objects.create(
        territory=cast.territory,
        account=cast.who["worker"],
        organisation=cast.body["officina"],
        role=Role.WORKER,
        starts_on=cast.today,
    )


@pytest.mark.parametrize(
    ("organisation", "role"),
    [
        ("cgil", Role.MEMBER),
        ("cgil", Role.OWNER),
        ("officina", Role.OFFICER),
        ("officina", Role.DELEGATE),
        ("officina", Role.OPERATOR),
        ("confindustria", Role.OPERATOR),
        ("city", Role.HR),
    ],
)
def test_a_role_fits_the_kind_of_its_organisation(cast: Cast, organisation: str, role: str) -> None:
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        cast.give("stranger", organisation, role)


def test_union_membership_needs_a_union(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.enrol("stranger", "confindustria")


def test_an_end_does_not_lie_before_its_start(cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        cast.give("stranger", "officina", Role.WORKER, ends_on=cast.today - timedelta(days=1000))


def test_the_kind_of_an_organisation_never_changes(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Organisation.objects.filter(pk=cast.body["cgil"].pk).update(kind=OrganisationKind.FIRM)


def test_a_partita_iva_is_registered_once(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.add_body("double", OrganisationKind.FIRM, partita_iva="00743110157")


@pytest.mark.parametrize(
    ("owner", "kind", "subject", "held_by_rsu"),
    [
        ("confindustria", ConstituencyKind.WORKERS_OF_MEMBER_FIRMS, "confindustria", False),
        ("confindustria", ConstituencyKind.WORKERS_OF_FIRM, "officina", False),
        ("officina", ConstituencyKind.WORKERS_OF_FIRM, "officina", False),
        ("officina", ConstituencyKind.LISTED, None, False),
        ("officina", ConstituencyKind.WORKERS_OF_FIRM, "tessitura", True),
        ("city", ConstituencyKind.WORKERS_OF_FIRM, "officina", False),
        ("cgil", ConstituencyKind.FIRMS_OF_ASSOCIATION, "cgil", False),
        ("cgil", ConstituencyKind.MEMBERS_OF_UNION, "cisl", False),
        ("confindustria", ConstituencyKind.LISTED, None, True),
    ],
)
def test_nobody_owns_the_constituency_of_another_side(
    cast: Cast, owner: str, kind: str, subject: str | None, held_by_rsu: bool
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Constituency.objects.create(
            territory=cast.territory,
            organisation=cast.body[owner],
            subject=cast.body[subject] if subject else None,
            kind=kind,
            name="platea",
            held_by_rsu=held_by_rsu,
        )


def test_accounts_keep_no_time_of_last_sign_in(cast: Cast) -> None:
    names = {field.name for field in Account._meta.get_fields()}
    assert "last_login" not in names
