# mypy: disable-error-code="var-annotated, assignment"
"""Accounts, organisations, memberships, roles, constituencies.

What must never happen is refused by the database itself: overlapping spans, a role that does not fit
the kind of its organisation, an employer that owns a constituency of workers (triggers of the first
migration). Union membership has a table of its own, which no employer's page ever joins.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tavolo.common.models import TerritoryRow
from tavolo.people.dated import dated_constraints, dated_manager, large_dated_constraints
from tavolo.people.names import folded


class AccountManager(BaseUserManager["Account"]):
    """Create accounts; an account without a password cannot sign in with one."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Account:
        """Create an account for an e-mail address."""
        account = self.model(email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who can sign in. No last sign-in time is kept: it would sit beside the ballots."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=8, default="it")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    last_login = None

    objects = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="people_account_email_ci"),)

    def __str__(self) -> str:
        return str(self.name or self.email)


class OrganisationKind(models.TextChoices):
    """What an organisation is; it decides which roles and constituencies it may have."""

    EMPLOYERS_ASSOCIATION = "employers_association", _("employers' association")
    UNION = "union", _("trade union")
    FIRM = "firm", _("firm")
    PUBLIC_BODY = "public_body", _("public body")
    TRAINING_BODY = "training_body", _("training body")
    OTHER = "other", _("other body")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, whose sort key is filled also when many are written at once."""

    def bulk_create(self, objs: Iterable[Organisation], *args: Any, **kwargs: Any) -> list[Organisation]:
        """Write many organisations with their sort keys."""
        rows = list(objs)
        for row in rows:
            row.fill_sort_key()
        return super().bulk_create(rows, *args, **kwargs)


class Organisation(TerritoryRow):
    """A firm, a union, an employers' association or another body of the territory."""

    kind = models.CharField(max_length=32, choices=OrganisationKind.choices)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    sort_key = models.CharField(max_length=280, editable=False, db_collation="C")
    partita_iva = models.CharField(max_length=11, blank=True)
    codice_fiscale = models.CharField(max_length=16, blank=True)
    ateco = models.CharField(max_length=10, blank=True)
    municipality = models.CharField(max_length=120, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(models.Manager.from_queryset(OrganisationQuerySet), territory="territory")

    class Meta(TerritoryRow.Meta):
        ordering = ("sort_key", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["territory", "partita_iva"],
                condition=~Q(partita_iva=""),
                name="people_organisation_partita_iva_once",
            ),
            models.CheckConstraint(
                condition=Q(partita_iva="") | Q(partita_iva__regex=r"^[0-9]{11}$"),
                name="people_organisation_partita_iva_digits",
            ),
            models.CheckConstraint(
                condition=Q(codice_fiscale="") | Q(codice_fiscale__regex=r"^([0-9]{11}|[A-Z0-9]{16})$"),
                name="people_organisation_codice_fiscale_form",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="people_organisation_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="people_organisation_named"),
        )
        indexes = (
            models.Index(fields=["territory", "kind", "sort_key"], name="people_org_by_kind"),
            GinIndex(fields=["sort_key"], opclasses=["gin_trgm_ops"], name="people_org_search"),
        )

    def __str__(self) -> str:
        return str(self.short_name or self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the organisation with its sort key."""
        self.fill_sort_key()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def fill_sort_key(self) -> None:
        """Set the key that lists sort and searches read: the name, then the short name, folded."""
        self.sort_key = folded(f"{self.name} {self.short_name}")[:280]


class Role(models.TextChoices):
    """What a person does in an organisation. Membership of a union is not here: see UnionMembership."""

    OWNER = "owner", _("owner or legal representative")
    HR = "hr", _("human resources")
    WORKER = "worker", _("worker")
    RSU = "rsu", _("workplace union representative (RSU/RSA)")
    OFFICER = "officer", _("officer")
    DELEGATE = "delegate", _("delegate")
    SECRETARY = "secretary", _("joint secretariat")
    MEMBER = "member", _("member")
    OPERATOR = "operator", _("operator of the platform")


class Membership(TerritoryRow):
    """A role a person holds in an organisation, from a day until, perhaps, another."""

    account_id: uuid.UUID
    organisation_id: uuid.UUID

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(role__in=Role.values), name="people_membership_role_known"),
            *large_dated_constraints("people_membership", "account", "organisation", "role"),
        )
        indexes = (models.Index(fields=["organisation", "role", "starts_on"], name="people_membership_role"),)


class Affiliation(TerritoryRow):
    """A firm belongs to an employers' association for a span of days."""

    firm_id: uuid.UUID
    association_id: uuid.UUID

    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    association = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliated_firms")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            *dated_constraints("people_affiliation", "firm", "association"),
        )


class UnionMembership(TerritoryRow):
    """A person belongs to a union: special-category data (GDPR art. 9).

    Only that union's officers and the person may read it; no page, export, search or count of another
    organisation ever joins this table.
    """

    account_id: uuid.UUID
    union_id: uuid.UUID

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="union_memberships")
    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="union_members")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            *large_dated_constraints("people_unionmembership", "account", "union"),
        )


class ConstituencyKind(models.TextChoices):
    """How a constituency (platea) is made up."""

    WORKERS_OF_MEMBER_FIRMS = "workers_of_member_firms", _("workers of an association's member firms")
    FIRMS_OF_ASSOCIATION = "firms_of_association", _("member firms of an association")
    MEMBERS_OF_UNION = "members_of_union", _("members of a union")
    WORKERS_OF_FIRM = "workers_of_firm", _("workers of one firm")
    LISTED = "listed", _("people on a list")


# Constituencies made of the owner's own members.
OWN_MEMBERS = (ConstituencyKind.FIRMS_OF_ASSOCIATION, ConstituencyKind.MEMBERS_OF_UNION)


class Constituency(TerritoryRow):
    """Who is asked (platea). `organisation` owns it; `subject` is the firm, association or union it is about.

    `held_by_rsu`: the owner is the workplace union representation inside the firm `organisation`,
    which the firm's owners and offices never see.
    """

    organisation_id: uuid.UUID
    subject_id: uuid.UUID | None

    kind = models.CharField(max_length=32, choices=ConstituencyKind.choices)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="constituencies")
    subject = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    held_by_rsu = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=ConstituencyKind.values), name="people_constituency_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=ConstituencyKind.LISTED, subject__isnull=True)
                | (~Q(kind=ConstituencyKind.LISTED) & Q(subject__isnull=False)),
                name="people_constituency_subject_unless_listed",
            ),
            models.CheckConstraint(
                condition=~Q(
                    kind__in=[ConstituencyKind.FIRMS_OF_ASSOCIATION, ConstituencyKind.MEMBERS_OF_UNION]
                )
                | Q(subject=F("organisation")),
                name="people_constituency_own_members",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(retired_at__isnull=True),
                name="people_constituency_name_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.name)


class ConstituencyEntry(TerritoryRow):
    """One person on the list of a listed constituency."""

    constituency = models.ForeignKey(Constituency, on_delete=models.CASCADE, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["constituency", "account"], name="people_entry_once"),
        )


class Invitation(TerritoryRow):
    """An organisation asks a person, by mail, to take a role. The token is kept only as a hash.

    In a union the role `member` means membership of the union and becomes a UnionMembership.
    """

    organisation_id: uuid.UUID
    invited_by_id: uuid.UUID
    accepted_by_id: uuid.UUID | None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at__isnull=True),
                name="people_invitation_one_outcome",
            ),
        )


class ApiToken(TerritoryRow):
    """A key with which a person's programs use the API. No time of last use is kept."""

    account_id: uuid.UUID

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=8))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "write"]) & ~Q(scopes=[]),
                name="people_token_scopes_known",
            ),
        )
