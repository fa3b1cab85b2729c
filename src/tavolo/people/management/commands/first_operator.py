"""`tavolo manage first_operator`: the territory, the body that runs the platform, and its first operator."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Membership, Organisation, OrganisationKind, Role


class Command(BaseCommand):
    """Everybody else comes by invitation; somebody has to be first."""

    help = "Set up a territory and the account of its first operator; asks for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="name and surname of the operator")
        parser.add_argument("--territory", required=True, help="name of the territory, for example Milano")
        parser.add_argument(
            "--body", default="Gestione della piattaforma", help="the body that runs the platform"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it once: where there is an operator already, the next ones come by invitation."""
        password = getpass("Password: ")
        try:
            validate_password(password, Account(email=options["email"], name=options["name"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            territory, _ = Territory.objects.get_or_create(
                slug=slugify(options["territory"]), defaults={"name": options["territory"]}
            )
            with in_territory(territory):
                self._open(territory, password, options)
        self.stdout.write(
            f"{options['email']} runs {territory.name}; a second factor is asked for at sign-in."
        )

    def _open(self, territory: Territory, password: str, options: dict[str, Any]) -> None:
        today = timezone.localdate()
        if Membership.objects.active_on(today).filter(role=Role.OPERATOR).exists():
            raise CommandError(f"{territory.name} has an operator already: let them send an invitation.")
        if Account.objects.filter(email__iexact=options["email"]).exists():
            raise CommandError("This address has an account already. Use another one.")
        account = Account.objects.create_user(options["email"], password, name=options["name"])
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
        body, _ = Organisation.objects.get_or_create(
            territory=territory, kind=OrganisationKind.OTHER, name=options["body"]
        )
        made = Membership.objects.create(
            territory=territory, account=account, organisation=body, role=Role.OPERATOR, starts_on=today
        )
        record_act(
            actor_id=None,
            role="",
            act="first_operator_named",
            object_type="membership",
            object_id=made.pk,
            content={"account": str(account.pk), "organisation": str(body.pk)},
        )
