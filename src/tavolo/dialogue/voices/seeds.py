# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Seed statements: each side that asks a constituency says yes to the exact wordings people will vote on.

Before the opening the yes is part of the consent to open, which names the digest of the exact list: any
change of the list makes the consents given so far lapse. While voting is under way a new wording of a
promoter waits until one promoter of each asking side has said yes to it; the old wording stays open.
"""

from __future__ import annotations

import hashlib
import json
import uuid

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consent, Consultation, Party, StatementVersion
from tavolo.dialogue.voices.models import SeedYes, WaitingSeed
from tavolo.ledger.services import record_act


def digest_of(consultation: Consultation) -> str:
    """Return the SHA-256 of the exact wordings open to votes, in their order."""
    rows = (
        StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
        .order_by("statement__number")
        .values_list("statement__number", "number", "language", "text")
    )
    return hashlib.sha256(json.dumps(list(rows), ensure_ascii=False).encode()).hexdigest()


def text_digest(version: StatementVersion) -> str:
    """Return the SHA-256 of one wording."""
    return hashlib.sha256(f"{version.language}\n{version.text}".encode()).hexdigest()


def lapse_consents(consultation: Consultation) -> int:
    """Let consents to open lapse because the list changed, with an act; return how many there were."""
    given = list(consultation.consents.filter(action=Consent.Action.OPEN).values_list("party_id", flat=True))
    if not given:
        return 0
    consultation.consents.filter(action=Consent.Action.OPEN).delete()
    record_act(
        actor_id=None, role="system", act="voices.consents_lapsed", object_type="dialogue.consultation",
        object_id=consultation.pk, content={"parties": sorted(str(pk) for pk in given)},
    )  # fmt: skip
    return len(given)


def asking_sides(consultation: Consultation) -> set[str]:
    """Return the sides that ask a constituency in a consultation."""
    return set(consultation.groups.values_list("side", flat=True))


def put_to_the_sides(version: StatementVersion, *, party: Party, actor_id: uuid.UUID) -> bool:
    """Let a new wording wait for the other asking sides; the author's own side has said yes by writing it.

    In the caller's transaction. Returns whether it is open now (nobody else asks).
    """
    seed = WaitingSeed.objects.create(
        territory_id=version.territory_id, version=version, party=party, digest=text_digest(version)
    )
    return _say_yes(seed, party, actor_id)


@transaction.atomic
def consent_to_seed(version: StatementVersion, *, party: Party, actor_id: uuid.UUID) -> bool:
    """Give a promoter's yes to a waiting wording; the last side's opens it. Returns whether it is open."""
    consultation = Consultation.objects.select_for_update().get(pk=version.consultation_id)
    seed = WaitingSeed.objects.filter(version=version).select_related("version__statement").first()
    if seed is None:
        version.refresh_from_db()
        if version.open_to_votes:
            return True
        raise Problem(_("This wording waits for nobody: it was opened, replaced or withdrawn."))
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("This consultation is not open."))
    if not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))
    if not consultation.groups.filter(party=party).exists():
        raise Problem(_("Only a delegate of a promoting party may do this."))
    return _say_yes(seed, party, actor_id)


def sides_missing(seed: WaitingSeed) -> set[str]:
    """Return the asking sides whose yes a waiting wording still needs."""
    given = {one.party.side for one in seed.answers.all()}
    return {group.side for group in seed.version.consultation.groups.all()} - given


def _say_yes(seed: WaitingSeed, party: Party, actor_id: uuid.UUID) -> bool:
    if not seed.answers.filter(party=party).exists():
        act_id = record_act(
            actor_id=actor_id, role="delegate", act="voices.consent_to_seed",
            object_type="dialogue.consultation", object_id=seed.version.consultation_id,
            content={"party": str(party.pk), "version": str(seed.version_id), "digest": seed.digest},
        )  # fmt: skip
        SeedYes.objects.create(territory_id=seed.territory_id, seed=seed, party=party, act_id=act_id)
    if sides_missing(seed):
        return False
    _open(seed)
    return True


def _open(seed: WaitingSeed) -> None:
    version = seed.version
    version.statement.versions.filter(open_to_votes=True).update(open_to_votes=False)
    StatementVersion.objects.filter(pk=version.pk).update(open_to_votes=True)
    version.open_to_votes = True
    record_act(
        actor_id=None, role="promoters", act="voices.seed_opened", object_type="dialogue.consultation",
        object_id=version.consultation_id, content={"version": str(version.pk), "digest": seed.digest},
    )  # fmt: skip
    seed.delete()


def drop_waiting(statement_id: uuid.UUID) -> None:
    """Forget waiting wordings of a statement that is withdrawn or worded anew."""
    WaitingSeed.objects.filter(version__statement_id=statement_id).delete()


def waiting_in(consultation_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the versions that wait for consents: nobody but promoters reads them."""
    rows = WaitingSeed.objects.filter(version__consultation_id=consultation_id)
    return set(rows.values_list("version_id", flat=True))


def awaiting(account_id: uuid.UUID) -> list[tuple[WaitingSeed, Party]]:
    """Return the waiting wordings that miss the side of a party this person acts for."""
    parties = [p for p in standing.own_parties(account_id) if standing.may_act_for(account_id, p)]
    found: list[tuple[WaitingSeed, Party]] = []
    if not parties:
        return found
    rows = WaitingSeed.objects.filter(
        version__consultation__table__in=[p.table_id for p in parties], version__consultation__state="open"
    ).select_related("version__statement", "version__consultation")
    said = Prefetch("answers", queryset=SeedYes.objects.select_related("party"))
    for seed in rows.prefetch_related("version__consultation__groups", said):
        consultation = seed.version.consultation
        asking = {group.party_id for group in consultation.groups.all()}
        missing = sides_missing(seed)
        own = next((p for p in parties if p.pk in asking and p.side in missing), None)
        if own is not None:
            found.append((seed, own))
    return found
