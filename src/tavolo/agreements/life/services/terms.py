# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Terms of an agreement, notice of termination, later parties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.life import rules
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import (
    Accession,
    AccessionAnswer,
    Continued,
    Joining,
    NoticeEnds,
    Termination,
    Terms,
    TermsAssent,
    Yields,
)
from tavolo.agreements.life.telling import delegates, record, tell
from tavolo.agreements.models import Agreement
from tavolo.agreements.standing import today
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Party, Side
from tavolo.people.models import Membership, Organisation, OrganisationKind, Role

LONGEST = 4000
CHOICES = {
    "continued": Continued, "notice_ends": NoticeEnds, "to_national": Yields, "to_company": Yields,
    "joining": Joining,
}  # fmt: skip
# What a firm declares and the committee finds, unless the terms name other points.
CHECKLIST = (
    "Applica un contratto collettivo nazionale firmato da organizzazioni rappresentative",
    "Ha informato per iscritto tutte le persone che ci lavorano",
    "È in regola con i contributi (DURC)",
    "Applica l'accordo per intero, allegati compresi",
)


@transaction.atomic
def propose_terms(agreement: Agreement, said: Mapping[str, Any], *, actor_id: uuid.UUID) -> Terms:
    """Enter the terms the text sets; they hold once a party of each side has said so."""
    party = standing.acting_party(actor_id, agreement)
    if party is None and not standing.is_secretary(actor_id, agreement):
        raise Problem(_("Only a delegate of a contracting party or the joint secretariat may do this."))
    _signed(agreement)
    _check(said)
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    last = Terms.objects.filter(agreement=agreement).aggregate(top=Max("number"))["top"] or 0
    row = Terms.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, number=last + 1, proposed_by_id=actor_id,
        proposed_on=today(), **{"checklist": list(CHECKLIST), **said},
    )  # fmt: skip
    role = "delegate" if party else "secretariat"
    record(agreement, "terms_proposed", actor_id, role, {"number": row.number})
    if party is not None:
        _assent(row, party, actor_id)
    if row.holds_from is None:
        tell(delegates(agreement, but=party), "terms_proposed", agreement)
    return row


def _signed(agreement: Agreement) -> None:
    if agreement.state not in standing.PUBLIC:
        raise Problem(_("The life of an agreement begins with its signature: it is not signed yet."))


def _check(said: Mapping[str, Any]) -> None:
    starts, ends = said.get("starts_on"), said.get("ends_on")
    if starts is None:
        raise Problem(_("Say from which day the agreement holds."))
    if ends is not None and ends < starts:
        raise Problem(_("The end lies before the start: correct one of the two days."))
    if said.get("renewal_months") and ends is None:
        raise Problem(_("Only an agreement with an end renews itself: give the end, or no renewal."))
    if said.get("continued") == Continued.MONTHS and not said.get("continued_months"):
        raise Problem(_("Say for how many months its rules go on."))
    for name, choices in CHOICES.items():
        if said.get(name, choices.values[0]) not in choices.values:
            raise Problem(_("One of the options chosen does not exist: choose again."))


@transaction.atomic
def assent_to_terms(row: Terms, *, actor_id: uuid.UUID) -> bool:
    """Say for one's party that the terms are those of the text; return whether they hold now."""
    row = Terms.objects.select_for_update(of=("self",)).select_related("agreement__table").get(pk=row.pk)
    party = standing.acting_party(actor_id, row.agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party may do this."))
    if row.holds_from is not None or row.assents.filter(party=party).exists():
        raise Problem(_("Your party's word is not needed here: it was given already, or both sides agree."))
    newest = Terms.objects.filter(agreement=row.agreement).order_by("-number")[0]
    if newest.pk != row.pk:
        raise Problem(_("Newer terms were entered meanwhile: read the page again."))
    _assent(row, party, actor_id)
    return row.holds_from is not None


def _assent(row: Terms, party: Party, actor_id: uuid.UUID) -> None:
    TermsAssent.objects.create(
        territory_id=row.territory_id, terms=row, party=party, given_by_id=actor_id, given_on=today()
    )
    said = {one.party.side for one in row.assents.select_related("party")}
    record(
        row.agreement, "terms_assented", actor_id, "delegate", {"number": row.number, "party": str(party.pk)}
    )
    if {one.side for one in life.signatories(row.agreement)} <= said:
        row.holds_from = today()
        row.save(update_fields=["holds_from"])
        record(row.agreement, "terms_hold", actor_id, "delegate", {"number": row.number})
        tell(delegates(row.agreement), "terms_hold", row.agreement)


@transaction.atomic
def give_notice(
    agreement: Agreement, *, actor_id: uuid.UUID, text: str, given_on: date | None = None
) -> Termination:
    """Give notice of termination for one's party, a signatory; its effect follows from the terms."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    party = life.acting_signatory(actor_id, agreement)
    if party is None:
        raise Problem(_("Notice of termination is given by a signatory, through who acts for it."))
    terms = life.terms_of(agreement)
    if terms is None:
        raise Problem(_("Enter the terms first: the day of effect follows from them."))
    if not text.strip() or len(text) > LONGEST:
        raise Problem(_("Write the text of the notice, at most 4,000 characters."))
    day = given_on or today()
    if day > today():
        raise Problem(_("The day of the notice lies in the future."))
    found = life.force(agreement, day)
    if found is None or found.phase not in ("in_force", "renewed", "under_notice"):
        raise Problem(_("This agreement is not in force on that day: there is nothing to end."))
    if Termination.objects.filter(agreement=agreement, party=party).exists():
        raise Problem(_("Your party has already given notice."))
    row = Termination.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, party=party, text=text.strip(),
        given_on=day, effect_on=max(rules.effect_of_notice(life.term_of(terms), day), day),
        given_by_id=actor_id,
    )  # fmt: skip
    record(
        agreement, "notice_given", actor_id, "delegate",
        {"party": str(party.pk), "given_on": day.isoformat(), "effect_on": row.effect_on.isoformat()},
    )  # fmt: skip
    tell(delegates(agreement, but=party), "terminated", agreement)
    return row


def may_join_for(account_id: uuid.UUID | None, agreement: Agreement) -> list[Organisation]:
    """Return the unions and associations a person speaks for that are not bound yet."""
    if account_id is None:
        return []
    held = Membership.objects.active_on(today()).filter(
        account_id=account_id, role__in=(Role.OFFICER, Role.DELEGATE),
        organisation__kind__in=(
            OrganisationKind.UNION, OrganisationKind.EMPLOYERS_ASSOCIATION, OrganisationKind.PUBLIC_BODY
        ),
    )  # fmt: skip
    bound = {one.organisation_id for one in life.signatories(agreement)}
    asked = Accession.objects.filter(agreement=agreement).exclude(state=Accession.State.REFUSED)
    bound |= set(asked.values_list("organisation_id", flat=True))
    return [
        one.organisation for one in held.select_related("organisation") if one.organisation_id not in bound
    ]


SIDE_OF = {
    OrganisationKind.UNION: Side.WORKERS, OrganisationKind.EMPLOYERS_ASSOCIATION: Side.EMPLOYERS,
    OrganisationKind.PUBLIC_BODY: Side.PUBLIC,
}  # fmt: skip


@transaction.atomic
def ask_to_join(
    agreement: Agreement, organisation: Organisation, *, actor_id: uuid.UUID, text: str = ""
) -> Accession:
    """Declare that an organisation joins; the terms say who must consent."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    _signed(agreement)
    if organisation.pk not in {one.pk for one in may_join_for(actor_id, agreement)}:
        raise Problem(_("You do not speak for this organisation, or it is bound or has asked already."))
    terms = life.terms_of(agreement)
    if terms is None:
        raise Problem(_("The terms of this agreement are not recorded yet: they say who must consent."))
    if len(text) > LONGEST:
        raise Problem(_("This is too long: at most %(most)s characters.") % {"most": LONGEST})
    row = Accession.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, organisation=organisation,
        side=SIDE_OF[OrganisationKind(organisation.kind)], text=text.strip(), asked_by_id=actor_id,
        asked_on=today(),
    )  # fmt: skip
    record(agreement, "accession_asked", actor_id, "officer", {"organisation": str(organisation.pk)}, row,
           "life.accession")  # fmt: skip
    _decide(row, terms, actor_id)
    if row.state == Accession.State.ASKED:
        tell(delegates(agreement), "accession", agreement)
    return row


@transaction.atomic
def answer_accession(row: Accession, *, actor_id: uuid.UUID, consents: bool, text: str = "") -> Accession:
    """Give a signatory's word on a later party; a refusal says why."""
    row = Accession.objects.select_for_update(of=("self",)).select_related("agreement__table").get(pk=row.pk)
    party, terms = life.acting_signatory(actor_id, row.agreement), life.terms_of(row.agreement)
    if party is None or terms is None:
        raise Problem(_("Signatories answer, through who acts for them."))
    if row.state != Accession.State.ASKED or row.answers.filter(party=party).exists():
        raise Problem(_("This was decided, or your party has answered already."))
    if (not consents and not text.strip()) or len(text) > LONGEST:
        raise Problem(_("Say why your party refuses, in at most 4,000 characters."))
    AccessionAnswer.objects.create(
        territory_id=row.territory_id, accession=row, party=party, consents=consents, text=text.strip(),
        given_by_id=actor_id, given_on=today(),
    )  # fmt: skip
    record(row.agreement, "accession_answered", actor_id, "delegate",
           {"party": str(party.pk), "consents": consents}, row, "life.accession")  # fmt: skip
    _decide(row, terms, actor_id)
    return row


def _decide(row: Accession, terms: Terms, actor_id: uuid.UUID) -> None:
    signed = {str(one.pk): one.side for one in life.signatories(row.agreement)}
    answers = list(row.answers.all())
    outcome = rules.joined(
        terms.joining, signed, [str(one.party_id) for one in answers if one.consents],
        [str(one.party_id) for one in answers if not one.consents],
    )  # fmt: skip
    if outcome == row.state:
        return
    row.state, row.closed_on = outcome, today()
    row.save(update_fields=["state", "closed_on"])
    record(row.agreement, f"accession_{outcome}", actor_id, "delegate",
           {"organisation": str(row.organisation_id)}, row, "life.accession")  # fmt: skip
    tell({*delegates(row.agreement), row.asked_by_id}, "accession_closed", row.agreement)
