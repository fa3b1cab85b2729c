# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the part's formal acts are called and who reads them, and how long authorship is kept."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tavolo.common import retention
from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices import authorship, policies
from tavolo.ledger import readers

KEPT = timedelta(days=365)
NAMES = {
    "dialogue.statement_withdrawn": _("A statement was withdrawn"),
    "voices.consents_lapsed": _("Consents to open lapsed: the statements changed"),
    "voices.consent_to_seed": _("A promoter consented to a wording"),
    "voices.seed_opened": _("A wording opened to votes"),
    "voices.proposal_reviewed": _("A moderator decided on a proposal"),
    "voices.proposal_accepted": _("A participant's statement was accepted"),
    "voices.proposal_refused": _("A participant's statement was refused"),
    "voices.appeal_lodged": _("A refusal was appealed"),
    "voices.appeal_answered": _("The guarantors answered an appeal"),
    "voices.moderator_named": _("A moderator was named"),
    "voices.moderator_dismissed": _("A moderator's office ended"),
    "voices.translation_checked": _("A translation was checked"),
    "voices.outcome_written": _("What became of a statement was written"),
    "voices.outcome_removed": _("Something written about a statement was removed"),
}


def _reads_proposal(request: HttpRequest, proposal_id: uuid.UUID) -> bool:
    """Acts on proposals hold no text: moderators and guarantors read who decided by which rule."""
    arguments = {"proposal_id": proposal_id}
    return policies.moderates(request, arguments) or policies.guarantees(request, arguments)


def _forget(before: datetime) -> int:
    """Destroy the keys of consultations closed long ago: who wrote and what was refused become noise."""
    rows = Consultation.objects.filter(closed_on__lt=before.date(), proposals__isnull=False)
    return sum(int(authorship.forget(pk)) for pk in set(rows.values_list("pk", flat=True)))


def declare() -> None:
    """Tell register and retention; called when the application is ready."""
    readers.name_acts(NAMES)
    readers.ROLES.setdefault("moderator", _("moderator"))
    readers.readable("voices.proposal", _reads_proposal)
    readers.readable("voices.table", lambda request, pk: policies.sits_at_table(request, {"table_id": pk}))
    if "dialogue.consultation" not in readers.READERS:
        readers.readable(
            "dialogue.consultation",
            lambda request, pk: dialogue_policies.sits_at_its_table(request, {"consultation_id": pk}),
        )
    retention.register(
        "voices.authorship", period=KEPT,
        reason=_("Who proposed a statement, and what was refused, is forgotten a year after the close."),
        delete=_forget,
    )  # fmt: skip
