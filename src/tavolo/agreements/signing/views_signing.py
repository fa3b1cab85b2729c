# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Signing: who signs, on this site, by hand with a confirmed scan, with one's own card; files; deposit."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import forms, policies, reading
from tavolo.agreements.signing.doing import act, after_signature, proof_of
from tavolo.agreements.signing.services import depositing, signatures
from tavolo.agreements.signing.services.signatures import STRONG
from tavolo.agreements.signing.views import agreement_of, form_page, shown
from tavolo.common.serving import csv_file, stored_file


def _done(found: Agreement) -> HttpResponse:
    return redirect("signing:agreement", found.pk)


def signatories(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Name who signs for the party, and how many of them it takes."""
    found = agreement_of(request, initialled_id)
    party = standing.acting_party(request.user.pk, found)
    if party is None:
        raise Http404
    form = forms.SignatoriesForm(party, request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = lambda: signatures.name_signatories(  # noqa: E731
            found, actor_id=request.user.pk, people=form.named(), needed=form.cleaned_data["needed"]
        )
        if act(request, "signatories", work, _("It is recorded who signs for your party.")):
            return _done(found)
    return form_page(
        request, found, _("Who signs for your party"), form, button=_("Record"),
        lead=_("They may be changed until the first of them has signed."),
    )  # fmt: skip


def sign(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Sign the exact text that is shown, after confirming who one is."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    form = forms.SignForm(request.POST or None, initial={"shown_hash": version.hash})
    proof = proof_of(request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        work = lambda: signatures.sign(  # noqa: E731
            found, actor_id=request.user.pk, shown_hash=data["shown_hash"], statement=data["statement"],
            proof=proof,
        )  # fmt: skip
        if act(request, "sign", work, _("Your signature is given.")):
            after_signature(found)
            return _done(found)
    required = settings.SECOND_FACTOR_REQUIRED
    confirmed = bool(set(proof.recent) & STRONG)
    lead = _("Simple electronic signature: your account and your second factor, confirmed now.")
    if not required:
        lead = _("In the demonstration a plain confirmation is enough. In use, an authenticator app or a "
                 "passkey is asked for here, not more than five minutes before.")  # fmt: skip
    return form_page(
        request, found, _("Sign"), form, lead=lead, button=_("Sign this exact text"), version=version,
        confirm_first=ways_to_confirm(request) if required and not confirmed else [],
    )  # fmt: skip


def ways_to_confirm(request: HttpRequest) -> list[tuple[str, str]]:
    """Return where this person confirms who they are: address and words, for each factor they have."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    back = urlencode({"next": request.path})
    found = []
    if Authenticator.Type.WEBAUTHN in kinds:
        found.append((f"{reverse('mfa_reauthenticate_webauthn')}?{back}", _("Confirm with the passkey")))
    if Authenticator.Type.TOTP in kinds:
        found.append((f"{reverse('mfa_reauthenticate')}?{back}", _("Confirm with the authenticator app")))
    return found or [(reverse("mfa_index"), _("Set up a second factor"))]


def copy(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """File the scan of the sheet signed in the room."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    form = forms.CopyForm(request.POST or None, request.FILES or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        work = lambda: signatures.upload_copy(  # noqa: E731
            found, actor_id=request.user.pk, source=file, name=file.name, **data
        )
        if act(request, "copy", work, _("The scan is filed: each party now confirms it.")):
            return _done(found)
    return form_page(
        request, found, _("Scan of the signed sheet"), form, button=_("File the scan"), upload=True,
        lead=_("Print the sheet from the agreement's page, initial each page, sign, scan all pages into "
               "one file."),
    )  # fmt: skip


def confirm(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Confirm for the party that a scan is what it signed."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    copies = [one for one in reading.copies(found) if one.hash == version.hash]
    form = forms.ConfirmForm(copies, request.POST or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("sure")
        work = lambda: signatures.confirm_copy(  # noqa: E731
            found, actor_id=request.user.pk, copy_id=uuid.UUID(data.pop("copy")), **data
        )
        if act(request, "confirm", work, _("Your party's confirmation is recorded.")):
            after_signature(found)
            return _done(found)
    return form_page(
        request, found, _("Confirm the signed copy"), form, button=_("Confirm for our party"), copies=copies,
        lead=_("Open the scan, compare it with the text, then confirm who signed it for your party."),
    )  # fmt: skip


def attach(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Attach a signature made outside."""
    found = agreement_of(request, initialled_id)
    version = shown(found, reading.frozen_of(found))
    form = forms.AttachForm(request.POST or None, request.FILES or None, initial={"shown_hash": version.hash})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        work = lambda: signatures.attach(  # noqa: E731
            found, actor_id=request.user.pk, data=file.read(), name=file.name, **data
        )
        if act(request, "attach", work, _("The signature holds over the frozen sheet and is recorded.")):
            after_signature(found)
            return _done(found)
    return form_page(
        request, found, _("A signature made with your own card"), form, button=_("Check and attach"),
        upload=True,
        lead=_("It is checked here that the signature holds and that what was signed is the frozen sheet. "
               "The certificate's issuer and revocation are not checked."),
    )  # fmt: skip


def deposit(request: HttpRequest, initialled_id: uuid.UUID) -> HttpResponse:
    """Record the deposit and keep its receipt."""
    found = agreement_of(request, initialled_id)
    form = forms.DepositForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        work = lambda: depositing.record_deposit(  # noqa: E731
            found, actor_id=request.user.pk, source=file, name=file.name, **data
        )
        if act(request, "deposit", work, _("The deposit is recorded and its receipt kept.")):
            return _done(found)
    return form_page(
        request, found, _("Record the deposit"), form, button=_("Record"), upload=True,
        sheet_rows=depositing.data_sheet(found), sealed=reading.sealed_of(found),
        lead=_("Hand in the signed file with these data within the term, then keep the receipt here."),
    )  # fmt: skip


def _signed(request: HttpRequest, signed_id: uuid.UUID) -> tuple[Agreement, Any]:
    found = policies.agreement_at(request, {"signed_id": signed_id})
    sealed = reading.sealed_of(found) if found else None
    if found is None or sealed is None:
        raise Http404
    return found, sealed


@require_safe
def signed_pdf(request: HttpRequest, signed_id: uuid.UUID) -> HttpResponseBase:
    """Send the signed PDF, as it was stored."""
    return stored_file(_signed(request, signed_id)[1].pdf)


@require_safe
def bundle(request: HttpRequest, signed_id: uuid.UUID) -> HttpResponseBase:
    """Send the bundle with the register's proofs, as it was stored."""
    return stored_file(_signed(request, signed_id)[1].bundle)


@require_safe
def data_sheet(request: HttpRequest, signed_id: uuid.UUID) -> HttpResponseBase:
    """Send the data asked for at the deposit as a table."""
    found, _sealed = _signed(request, signed_id)
    return csv_file([(_("Data"), _("Value")), *depositing.data_sheet(found)], "scheda-deposito.csv")
