# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The final signature: on this site, by hand in the room, or with one's own card, on the exact text."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import outside, reading, states, telling
from tavolo.agreements.signing.models import Copy, Frozen, Naming, Signatory, Signature
from tavolo.agreements.signing.services import sheets
from tavolo.agreements.signing.services.shared import (
    acting,
    already,
    begin,
    exact,
    frozen_row,
    move,
    person_facts,
    record,
    words,
)
from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Delegate, Party
from tavolo.people.models import Account

COPY, OUTSIDE = "signing.copy", "signing.outside"
MOST_PEOPLE = 10


@dataclass(frozen=True)
class Proof:
    """How the person confirmed who they are, and when: (("password", at), ("totp", at), …)."""

    confirmed: tuple[tuple[str, datetime], ...] = ()

    @property
    def recent(self) -> tuple[str, ...]:
        """Return what was confirmed within the time after which it is asked anew."""
        since = timezone.now() - timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        return tuple(sorted({method for method, at in self.confirmed if at >= since}))


STRONG = frozenset({"totp", "webauthn", "recovery_codes"})


def people_of(party: Party) -> list[tuple[uuid.UUID, str, str]]:
    """Return who may sign for a party today: id, name, seat."""
    rows = Delegate.objects.active_on(standing.today()).filter(party=party, role__in=seats.ACTING)
    names = dict(Account.objects.filter(pk__in=rows.values("account_id")).values_list("pk", "name"))
    found = [(row.account_id, names.get(row.account_id) or "", str(row.get_role_display())) for row in rows]
    return [one for one in found if seats.may_act_for(one[0], party)]


@transaction.atomic
def name_signatories(
    agreement: Agreement, *, actor_id: uuid.UUID, people: Sequence[tuple[uuid.UUID, str]], needed: int
) -> Naming:
    """Say who signs for a party (account, office) and how many of them it takes; until one has signed."""
    agreement = begin(agreement, "name_signatories")
    party = acting(agreement, actor_id, "name_signatories")
    if Signature.objects.filter(agreement=agreement, party=party).exists():
        raise Problem(_("A person has signed for your party already: who signs no longer changes."))
    able = {account: name for account, name, _seat in people_of(party)}
    if not people or len(people) > MOST_PEOPLE or any(account not in able for account, _office in people):
        raise Problem(_("Choose among those who act for your party today."))
    if not 1 <= needed <= len({account for account, _office in people}):
        raise Problem(_("How many must sign lies between one and the number of people named."))
    row, _made = Naming.objects.update_or_create(
        agreement=agreement, party=party,
        defaults={"territory_id": agreement.territory_id, "needed": needed, "changed_by_id": actor_id,
                  "changed_at": timezone.now()},
    )  # fmt: skip
    row.people.all().delete()
    Signatory.objects.bulk_create(
        Signatory(territory_id=agreement.territory_id, naming=row, account_id=account, name=able[account],
                  office=office.strip()[:200])
        for account, office in dict(people).items()
    )  # fmt: skip
    record(agreement, "signatories", actor_id, {"party": str(party.pk), "needed": needed, "named": len(able)})
    telling.send([account for account, _office in people], "named", agreement)
    return row


@transaction.atomic
def sign(
    agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, proof: Proof, statement: str = ""
) -> Signature:
    """Sign for a party on this site. The agreement's row is locked: no other text than the one shown.

    Again by the same person: the signature that is there is returned.
    """
    online = Signature.objects.filter(kind=Signature.Kind.ONLINE)
    known = already(online, agreement, actor_id, shown_hash)
    if known is not None:
        return known
    agreement, party, frozen = _ready(agreement, "sign", actor_id)
    version = exact(frozen, shown_hash)
    known = Signature.objects.filter(agreement=agreement, party=party, account_id=actor_id).first()
    if known is not None:
        return known
    named = Signatory.objects.filter(
        naming__agreement=agreement, naming__party=party, account_id=actor_id
    ).first()  # fmt: skip
    if named is None:
        raise Problem(
            _("Your party has not named you to sign: it names its signatories on the agreement's page.")
        )
    facts = person_facts(agreement, party, actor_id, version)
    if named.office:
        facts["office"] = named.office
    made = Signature.objects.create(
        **facts, kind=Signature.Kind.ONLINE, facts={"level": level(proof), "confirmed": list(proof.recent)},
        statement=words(statement), signed_on=standing.today(),
    )  # fmt: skip
    _after(agreement, frozen, made, actor_id)
    return made


def level(proof: Proof) -> str:
    """Return at which level a signature on this site is given; raise where nobody confirmed who they are."""
    methods = set(proof.recent)
    if not settings.SECOND_FACTOR_REQUIRED:
        return "simple_factor" if methods & STRONG else "demonstration"
    if not methods & STRONG:
        raise Problem(
            _("Confirm who you are with your second factor (authenticator app or passkey), then sign. A "
              "signature is only taken within five minutes of it.")
        )  # fmt: skip
    return "simple_factor"


def _ready(agreement: Agreement, step: str, actor_id: uuid.UUID) -> tuple[Agreement, Party, Frozen]:
    """Lock and return agreement, party and frozen text; raise where the party cannot sign."""
    agreement = begin(agreement, step)
    party = acting(agreement, actor_id, step)
    frozen = frozen_row(agreement)
    now = reading.standing_of(agreement, frozen)
    if party.pk not in now.expected:
        raise Problem(
            _("Your party did not initial this text, or its members said no: it does not sign it here.")
        )
    if party.pk in now.declined:
        raise Problem(_("Your party has recorded that it does not sign this text."))
    return agreement, party, frozen


def _after(agreement: Agreement, frozen: Frozen, made: Signature, actor_id: uuid.UUID) -> None:
    record(
        agreement, "signed", actor_id,
        {
            "party": str(made.party_id), "signature": str(made.pk), "kind": made.kind,
            "version": made.version.number, "hash": made.hash, "mandate": made.mandate,
            "level": made.facts.get("level", ""), "statement": bool(made.statement),
            "file": made.facts.get("sha256", ""),
        },
    )  # fmt: skip
    conclude(agreement, frozen, actor_id)


def conclude(agreement: Agreement, frozen: Frozen, actor_id: uuid.UUID | None) -> None:
    """Bring the locked agreement to "signed" if the last signature is there."""
    after = states.after_signatures(reading.standing_of(agreement, frozen))
    if after != states.SIGNED:
        return
    last = Signature.objects.filter(agreement=agreement).aggregate(day=Max("signed_on"))["day"]
    frozen.signed_on, frozen.deposit_due = last, states.deposit_due(last)
    frozen.save(update_fields=["signed_on", "deposit_due"])
    move(agreement, states.SIGNED, actor_id)


@transaction.atomic
def upload_copy(
    agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, source: BinaryIO | bytes, name: str,
    signed_on: date, place: str = "",
) -> Copy:  # fmt: skip
    """Keep the scan of the sheet signed in the room; each party then confirms it. Secretariat or a party."""
    agreement = begin(agreement, "upload_copy")
    if not standing.is_secretary(actor_id, agreement):
        acting(agreement, actor_id, "upload_copy")
    frozen = frozen_row(agreement)
    version = exact(frozen, shown_hash)
    if signed_on > standing.today():
        raise Problem(_("The day of signature lies in the future: correct it."))
    if frozen.frozen_at and signed_on < timezone.localtime(frozen.frozen_at).date():
        raise Problem(_("The text was frozen after that day: correct the day of signature."))
    stored = files.store(source, kind=COPY, name=name, owner_id=None, subject_id=agreement.pk)
    made = Copy.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, version=version, hash=version.hash,
        file=stored, signed_on=signed_on, place=place.strip()[:200], uploaded_by_id=actor_id,
        made_at=timezone.now(),
    )  # fmt: skip
    role = "secretariat" if standing.is_secretary(actor_id, agreement) else "delegate"
    record(agreement, "copy", actor_id, {"hash": version.hash, "file": stored.sha256}, role)
    now = reading.standing_of(agreement, frozen)
    waited = [one for one in standing.contractors(agreement) if one.pk in now.missing_signatures]
    telling.parties(waited, "copy", agreement)
    return made


@transaction.atomic
def confirm_copy(
    agreement: Agreement, *, copy_id: uuid.UUID, shown_hash: str, actor_id: uuid.UUID, name: str,
    office: str = "", statement: str = "",
) -> Signature:  # fmt: skip
    """Confirm for a party that the scan is what it signed by hand; `name` is who signed on the paper."""
    by_name = Signature.objects.filter(copy=copy_id, name=name.strip()[:200])
    known = already(by_name, agreement, actor_id, shown_hash)
    if known is not None:
        return known
    agreement, party, frozen = _ready(agreement, "confirm_copy", actor_id)
    version = exact(frozen, shown_hash)
    copy = (
        Copy.objects.filter(agreement=agreement, pk=copy_id, hash=version.hash).select_related("file").first()
    )
    if copy is None:
        raise Problem(_("This scan is not of the frozen text: choose one from the list."))
    if not name.strip():
        raise Problem(_("Write who signed the sheet for your party."))
    known = Signature.objects.filter(agreement=agreement, party=party, name=name.strip()[:200]).first()
    if known is not None:
        return known
    facts = person_facts(agreement, party, actor_id, version) | {"name": name.strip()[:200]}
    if office.strip():
        facts["office"] = office.strip()[:200]
    made = Signature.objects.create(
        **facts, kind=Signature.Kind.PAPER, copy=copy, statement=words(statement), signed_on=copy.signed_on,
        facts={"level": "handwritten_confirmed", "sha256": copy.file.sha256, "confirmed_by": str(actor_id)},
    )  # fmt: skip
    _after(agreement, frozen, made, actor_id)
    return made


@transaction.atomic
def attach(
    agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, data: bytes, name: str, statement: str = ""
) -> list[Signature]:
    """Attach a file signed outside (PAdES or CAdES): its signatures are checked, and that it is our sheet."""
    given = Signature.objects.filter(file__sha256=hashlib.sha256(data).hexdigest())
    if already(given, agreement, actor_id, shown_hash) is not None:
        return list(given.filter(agreement=agreement, account_id=actor_id))
    agreement, party, frozen = _ready(agreement, "attach_signature", actor_id)
    version = exact(frozen, shown_hash)
    if len(data) > outside.LARGEST:
        raise Problem(_("The file is larger than 30 MB."))
    found = outside.check(data, sheets.sheet_bytes(agreement), version.canonical.encode())
    if not found.accepted:
        raise Problem(refusal(found))
    stored = files.store(data, kind=OUTSIDE, name=name, owner_id=None, subject_id=agreement.pk)
    made = []
    for one in _own(found.signers, agreement, party):
        who = one.name[:200] or _("name not in the certificate")
        known = Signature.objects.filter(agreement=agreement, party=party, name=who).first()
        if known is not None:
            made.append(known)
            continue
        facts = person_facts(agreement, party, actor_id, version) | {
            "name": who,
            "office": one.organisation[:200],
        }
        row = Signature.objects.create(
            **facts, kind=found.kind, file=stored, statement=words(statement) if not made else "",
            signed_on=standing.today(),
            facts={"level": "outside", "sha256": stored.sha256, "content": found.content, **one.as_dict()},
        )  # fmt: skip
        _after(agreement, frozen, row, actor_id)
        made.append(row)
    return made


def _own(signers: Iterable[Any], agreement: Agreement, party: Party) -> list[Any]:
    """Return the signatures of a file that are new: those another party attached before stay that party's.

    A PDF goes from one party to the next and holds the signatures of all who signed it already.
    """
    given = Signature.objects.filter(agreement=agreement).exclude(party=party)
    marks = {row.facts.get("signature_sha256") for row in given} - {None, ""}
    found = list(signers)
    return [one for one in found if one.mark not in marks] or found


def refusal(found: Any) -> str:
    """Say why a file signed outside is not taken, and what to do."""
    return {
        "unreadable": _("This file is neither a signed PDF nor a .p7m envelope that can be read here."),
        "unsigned": _("This file carries no signature: sign the printed sheet's PDF, then attach it."),
        "broken": _("A signature in this file does not hold: the file was changed after it was signed, or "
                    "the "
                    "signature is damaged. Ask for the original file."),
        "weak": _("A signature in this file uses MD5 or SHA-1, which can be forged today: sign the sheet "
                  "again with SHA-256."),
        "no_certificate": _("The envelope lacks the certificate of who signed: sign again and include it."),
        "other_text": _("What was signed is not the frozen sheet of this agreement. Download the sheet from "
                        "this page, sign that very file, and attach it."),
        "changed": _("The PDF was changed beyond what a signature adds: the sheet of this agreement must be "
                     "signed as it is."),
    }[found.problem]  # fmt: skip
