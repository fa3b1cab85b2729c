# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The printable sheet of the frozen text: made once: what is signed by hand or card is one file."""

from __future__ import annotations

import os
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.signing import attaching
from tavolo.agreements.signing.models import Frozen
from tavolo.common import files
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem

SHEET = "signing.sheet"


def verify_address(agreement: Agreement) -> str:
    """Return the public address at which anybody verifies the agreement."""
    try:
        path = reverse("archive:verify_agreement", args=[agreement.pk])
    except NoReverseMatch:
        path = f"/accordi/{agreement.pk}/verifica/"
    return site_address() + path


def site_address() -> str:
    """Return scheme and host under which people reach this installation."""
    configured = os.environ.get("TAVOLO_URL", "")
    if configured:
        return configured.rstrip("/")
    scheme = "https" if settings.PRODUCTION else "http"
    return f"{scheme}://{(settings.ALLOWED_HOSTS or ['localhost'])[0]}"


def sheet_bytes(agreement: Agreement) -> bytes:
    """Return the sheet of the frozen text, as it was made the first time it was asked for."""
    with files.open_stored(sheet(agreement).sheet) as source:
        return source.read()


@transaction.atomic
def sheet(agreement: Agreement) -> Frozen:
    """Make the sheet of the frozen text if there is none yet, and return the frozen text's row with it."""
    frozen = (
        Frozen.objects.select_for_update(of=("self",))
        .select_related("version", "sheet").filter(agreement=agreement).first()
    )  # fmt: skip
    if frozen is None or frozen.version is None:
        raise Problem(_("No text is frozen yet: the parties initial it first."))
    if frozen.sheet is None:
        data = write_sheet(agreement, frozen)
        frozen.sheet = files.store(
            data, kind=SHEET, name=f"foglio-{frozen.hash[:12]}.pdf", owner_id=None, subject_id=agreement.pk
        )
        frozen.save(update_fields=["sheet"])
    return frozen


def write_sheet(agreement: Agreement, frozen: Frozen) -> bytes:
    """Typeset the sheet: full text, places to sign, hash, code to the verification page, initials below."""
    with translation.override(agreement.language or "it"):
        parties = standing.contractors(agreement)
        day = timezone.localtime(frozen.frozen_at).date()
        before = (
            model.Facts((
                (_("Frozen on"), day.strftime("%d/%m/%Y")),
                (_("Between"), ", ".join(str(party) for party in parties)),
                (_("Text (SHA-256)"), frozen.hash),
            )),
        )  # fmt: skip
        after = (
            model.Heading(1, _("Signatures")),
            model.Signatures(tuple((str(party), _("name, office, signature")) for party in parties)),
            model.Facts(((_("Place and day"), "_" * 40),)),
            model.Qr(verify_address(agreement), _("Verify this text: compare the sum above with the page.")),
            model.Paragraph(verify_address(agreement), small=True),
        )  # fmt: skip
        boxes = "   ".join(f"{_short(str(party))} ______" for party in parties)
        text = text_of(frozen.version)
        document = paper(
            text, language=agreement.language,
            subtitle="" if agreement.title == text.root.title else agreement.title,
            footer=_("Initials: %(boxes)s") % {"boxes": boxes}, before=before, after=after,
        )  # fmt: skip
        data = pdf(document)
    return attaching.with_files(data, canonical_of(frozen))


def canonical_of(frozen: Frozen) -> Mapping[str, tuple[bytes, str]]:
    """Return the canonical text as the file every document of the agreement carries."""
    return {"canonical.json": (frozen.version.canonical.encode(), _("The exact text, in its canonical form"))}


def _short(name: str) -> str:
    return name if len(name) <= 18 else name.split()[0][:18]
