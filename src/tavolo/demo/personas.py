"""Whom one may step into in the demonstration, and what there is to see as that person."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tavolo.people.models import Account, Membership, Organisation, OrganisationKind, Role, UnionMembership
from tavolo.people.personas import Persona

# How the addresses of invented workers begin (demo/society.py).
WORKERS = "lavoro"


def _worker(in_union: bool) -> Account | None:
    """Return the first invented worker who is a member of CGIL, or the first who is in no union."""
    held = UnionMembership.objects.filter(account_id=OuterRef("pk"))
    if in_union:
        union = Organisation.objects.filter(kind=OrganisationKind.UNION, short_name="CGIL").first()
        wanted: Q | Exists = Exists(held.filter(union=union))
    else:
        works = Membership.objects.filter(account_id=OuterRef("pk"), role=Role.WORKER)
        wanted = Exists(works) & ~Exists(held)
    # Asked of one account after the other in the order of their addresses: the first ones answer.
    return Account.objects.filter(wanted, email__gte=WORKERS).order_by("email").first()


def _of(email: str) -> Account | None:
    return Account.objects.filter(email=email).first()


def personas() -> list[Persona]:
    """Return the people of the walk, in its order."""
    cast = [
        (_worker(True), _("worker, member of CGIL"), _("An open consultation waits for a vote; a published one shows what became of the statement she proposed.")),
        (_worker(False), _("worker, in no union"), _("Sees what is public, and a page of their own. Nobody at the firm can see more.")),
        (_of("impresa1@demo.example"), _("owner of a firm of 37"), _("Votes for her firm in the employers' constituency; sees no worker's list, count or vote.")),
        (_of("cgil.delegate@demo.example"), _("head of delegation, CGIL"), _("Sees CGIL's own figures, and the shared map after the release.")),
        (_of("cisl.delegate@demo.example"), _("head of delegation, CISL"), _("“Technology at work” is closed and CISL has not released its results: only its delegation can.")),
        (_of("uil.delegate@demo.example"), _("head of delegation, UIL"), _("The third union: releases take effect when nobody's figure could be found by subtraction.")),
        (_of("employer.delegate@demo.example"), _("head of delegation, employers"), _("Sees the employers' figures and the workers' side as a whole, never a union that has not released.")),
        (_of("secretary.a@demo.example"), _("joint secretariat"), _("Keeps the table; can import an earlier consultation; has no party's figures.")),
        (_of("cgil.officer@demo.example"), _("officer of CGIL"), _("Looks after the union's members and constituencies.")),
        (_of("association.officer@demo.example"), _("officer of the employers' association"), _("Looks after the member firms.")),
        (_of("city.officer@demo.example"), _("city officer"), _("Guarantor of the table: an appeal against a refused statement waits for her answer. Else reads what is public.")),
        (_of("operator@demo.example"), _("operator of the platform"), _("Runs the service: no party's room, no results, no lists of voters.")),
    ]  # fmt: skip
    return [Persona(account.pk, account.name, title, text) for account, title, text in cast if account]
