"""What every service of this room leans on: refusals, and the database's own rules as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem


def require(allowed: bool) -> None:
    """Stop where the policy does not allow what was asked."""
    if not allowed:
        raise PermissionDenied


@contextmanager
def database_rules() -> Iterator[None]:
    """Write inside; what the database's constraints refuse becomes a sentence a person can act on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        sentence = _sentences().get(rule)
        if sentence is None:
            raise
        raise Problem(sentence) from error


def _sentences() -> dict[str, str]:
    overlap = _("This is already recorded for these days. End the present entry first or choose a later day.")
    twice = _("This person already holds this role in these days.")
    return {
        "people_organisation_partita_iva_once": _(
            "An organisation with this partita IVA is already registered. Search for it by its number."
        ),
        "people_membership_no_overlap": twice,
        "people_membership_open_once": twice,
        "people_affiliation_no_overlap": overlap,
        "people_unionmembership_no_overlap": overlap,
        "people_unionmembership_open_once": overlap,
        "people_membership_role_fits": _(
            "This role does not exist in this kind of organisation. Choose another role."
        ),
        "people_constituency_owner_fits": _(
            "Only unions and workplace representatives ask workers; only an association asks its firms."
        ),
        "people_constituency_name_once": _("A constituency with this name exists already. Choose another."),
        "people_membership_ends_after_start": _("The end lies before the start. Choose a later day."),
    }
