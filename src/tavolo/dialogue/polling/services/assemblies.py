# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Assembly mode: one tablet, many voters. The tablet is paired once and forgets each voter."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.polling import codes, committee
from tavolo.dialogue.polling.models import Assembly
from tavolo.ledger.services import record_act

LONGEST = timedelta(hours=16)
MOST_AT_ONCE = 40


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def start(
    consultation: Consultation, *, place: str, until: datetime, actor_id: uuid.UUID, language: str = "it"
) -> tuple[Assembly, str]:
    """Begin an assembly and return it with the one-time code that pairs one tablet."""
    member = committee.membership(actor_id, consultation.pk)
    if member is None or not committee.presides(actor_id, consultation.pk):
        raise Problem(_("Only members of the electoral committee start an assembly."))
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("An assembly votes while the consultation is open."))
    now = timezone.now()
    if not place.strip():
        raise Problem(_("Say where the assembly is held."))
    if not now < until <= now + LONGEST:
        raise Problem(_("Choose an end from now to at most 16 hours ahead."))
    if running(consultation, member.side).count() >= MOST_AT_ONCE:
        raise Problem(_("Too many tablets are in use: end one first."))
    code = codes.make(codes.PAIRING_LENGTH)
    assembly = Assembly.objects.create(
        territory_id=consultation.territory_id, consultation=consultation, side=member.side,
        place=place.strip()[:120], language=language[:8], pairing_hash=_hash(code), expires_at=until,
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="member", act="polling.assembly_started", object_type="polling.committee",
        object_id=consultation.pk, content={"assembly": str(assembly.pk), "side": assembly.side},
    )  # fmt: skip
    return assembly, code


def running(consultation: Consultation, side: str) -> object:
    """Return the assemblies of a side that have not ended."""
    return Assembly.objects.filter(
        consultation=consultation, side=side, ended=False, expires_at__gt=timezone.now()
    )


@transaction.atomic
def pair(typed: str) -> tuple[Assembly, str] | None:
    """Pair this device by its one-time code; return the assembly and the device's secret, or None."""
    code = codes.read(typed, codes.PAIRING_LENGTH)
    if code is None:
        return None
    assembly = Assembly.objects.select_for_update().filter(pairing_hash=_hash(code)).first()
    if assembly is None or not _lives(assembly):
        return None
    secret = secrets.token_urlsafe(32)
    assembly.pairing_hash, assembly.device_hash = "", _hash(secret)
    assembly.save(update_fields=["pairing_hash", "device_hash"])
    return assembly, secret


def of_device(assembly_id: uuid.UUID, secret: str) -> Assembly | None:
    """Return the running assembly a device belongs to."""
    found = (
        Assembly.objects.filter(pk=assembly_id, device_hash=_hash(secret))
        .select_related("consultation")
        .first()
    )
    return found if found is not None and _lives(found) else None


def _lives(assembly: Assembly) -> bool:
    return (
        not assembly.ended
        and assembly.expires_at > timezone.now()
        and assembly.consultation.state == Consultation.State.OPEN
    )


@transaction.atomic
def end(assembly: Assembly, *, actor_id: uuid.UUID) -> None:
    """End an assembly; its tablet opens nothing from then on."""
    member = committee.membership(actor_id, assembly.consultation_id)
    if member is None or member.side != assembly.side:
        raise Problem(_("Only members of the electoral committee end an assembly."))
    assembly = Assembly.objects.select_for_update().get(pk=assembly.pk)
    if assembly.ended:
        return
    assembly.ended, assembly.pairing_hash, assembly.device_hash = True, "", ""
    assembly.save(update_fields=["ended", "pairing_hash", "device_hash"])
    record_act(
        actor_id=actor_id, role="member", act="polling.assembly_ended", object_type="polling.committee",
        object_id=assembly.consultation_id, content={"assembly": str(assembly.pk)},
    )  # fmt: skip
