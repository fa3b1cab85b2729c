"""The mail of an invitation, written by the worker with a token made at that moment."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tavolo.common import jobs
from tavolo.people.models import Account, Invitation
from tavolo.people.services.invitations import renew_token


@jobs.kind("people.invitation_mail")
def send_invitation(job: jobs.Running) -> None:
    """Send one invitation; a retry after a crash sends a fresh token, which the last mail carries."""
    renewed = renew_token(job.subject_id, timezone.now())
    if renewed is None:
        return
    invitation, token = renewed
    known = Account.objects.filter(email__iexact=invitation.email).values_list("language", flat=True).first()
    with translation.override(known or settings.LANGUAGE_CODE):
        invitation_message(invitation, token).send()


def invitation_message(invitation: Invitation, token: str) -> EmailMessage:
    """Return the mail that carries an invitation's address.

    The subject names neither organisation nor role: an invitation to a union is nobody else's business.
    """
    address = site_address() + reverse("people:open_invitation", kwargs={"token": token})
    context = {"invitation": invitation, "address": address}
    body = render_to_string("people/mail/invitation.txt", context)
    return EmailMessage(_("You are invited to Tavolo"), body, to=[invitation.email])


def site_address() -> str:
    """Return scheme and host under which people reach this installation."""
    configured = os.environ.get("TAVOLO_URL", "")
    if configured:
        return configured.rstrip("/")
    scheme = "https" if settings.PRODUCTION else "http"
    return f"{scheme}://{settings.ALLOWED_HOSTS[0]}"
