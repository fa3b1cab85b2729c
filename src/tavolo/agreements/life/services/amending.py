# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""An agreement that amends a signed one: it begins as a copy of the text in force, with the same clauses."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.telling import record
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.starting import start_agreement
from tavolo.agreements.services.texts import current, text_of
from tavolo.common.errors import Problem


@transaction.atomic
def begin_amending(agreement: Agreement, *, actor_id: uuid.UUID, title: str) -> Agreement:
    """Begin the draft of an agreement that amends a signed one, by one of its parties or the secretariat.

    Clauses keep their ids: what the new agreement words differently replaces the old words from the day it
    comes into force, what it leaves out falls, what it adds is added. Everything else goes on as it was.
    """
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.state not in standing.PUBLIC or agreement.table is None:
        raise Problem(_("Only an agreement signed at a table of this site is amended here."))
    if standing.acting_party(actor_id, agreement) is None and not standing.is_secretary(actor_id, agreement):
        raise Problem(_("Only a delegate of a contracting party or the joint secretariat may do this."))
    found = life.in_force(agreement, standing.today()).text or text_of(current(agreement))
    root = replace(found.root, title=title.strip()) if title.strip() else found.root
    made = start_agreement(
        agreement.table, title=title, text=replace(found, root=root), actor_id=actor_id,
        level=agreement.level, system=agreement.system, contractors=standing.contractors(agreement),
        amends=agreement,
    )  # fmt: skip
    role = "secretariat" if standing.acting_party(actor_id, agreement) is None else "delegate"
    record(agreement, "amending_begun", actor_id, role, {"amending": str(made.pk)})
    return made
