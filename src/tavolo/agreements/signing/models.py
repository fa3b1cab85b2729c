# mypy: disable-error-code="var-annotated, assignment"
"""Tables of initialling, reservation, signature and deposit.

`Frozen` says which exact version lies before the parties; everything a party does on it (initials, answers
of its members, signatures, confirmations) is a row of its own that is only ever added, with the hash of the
text it speaks of. The database refuses another hash (migration 0002).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import HASH, Agreement, Version
from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.models import Consultation, Party


class Frozen(TerritoryRow):
    """The version of an agreement that no longer changes, and what is asked of the parties on it.

    `round` counts how often a text was frozen: it goes up when all initials were taken back. `sheet` is the
    printable PDF of the frozen text, made once: what is signed by hand or with one's own card is this file.
    """

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="frozen")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    hash = models.CharField(max_length=64, blank=True)
    round = models.PositiveIntegerField(default=1)
    frozen_at = models.DateTimeField(null=True)
    # Steps ("initial", "answer", "sign") at which the parties recorded that some go on without the others.
    separate = models.JSONField(default=list)
    # For whom the text declares effect: the parties' own words, nothing Tavolo concludes.
    effect = models.TextField(blank=True)
    reserve_due = models.DateField(null=True, blank=True)
    sheet = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_on = models.DateField(null=True, blank=True)
    deposit_due = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(version__isnull=True, hash="")
                | Q(version__isnull=False, hash__regex=r"^[0-9a-f]{64}$"),
                name="signing_frozen_has_hash",
            ),
        )


class Vote(TerritoryRow):
    """A vote tied to the frozen text: of one union's members, or of several unions that ask theirs together.

    Each union that asks separately has a vote of its own on the same text. A vote in preparation may be
    replaced; once it has begun it stays. The database refuses one on another text, and a second vote that
    asks the members of a party whose vote has begun (migration 0003).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="votes")
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="tied_to")
    hash = models.CharField(max_length=64, validators=[HASH])
    linked_by_id = models.UUIDField(null=True, blank=True)
    linked_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("linked_at", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="signing_vote_has_hash"),
        )


class Act(TerritoryRow):
    """What a party does on the frozen text, by a person, under the mandate of that day. Only ever added.

    `mandate` is the digest of the mandate in force ("" where there was none), `warning` the sentence the
    party was shown about it: it never stops the act.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64, validators=[HASH])
    account_id = models.UUIDField()
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=200, blank=True)
    mandate = models.CharField(max_length=64, blank=True)
    warning = models.CharField(max_length=300, blank=True)
    statement = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        abstract = True
        ordering = ("made_at",)


class Initial(Act):
    """A party's initials (sigla). `substance` carries over its reservations on clauses, word by word."""

    round = models.PositiveIntegerField()
    reserve = models.BooleanField(default=False)
    reserve_reason = models.CharField(max_length=500, blank=True)
    reserve_due = models.DateField(null=True, blank=True)
    substance = models.JSONField(default=list)

    class Meta(Act.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(reserve=False) | (Q(reserve_due__isnull=False) & ~Q(reserve_reason="")),
                name="signing_reserve_has_term_and_reason",
            ),
        )


class Withdrawal(TerritoryRow):
    """Initials taken back while not all had initialled. Only ever added."""

    initial = models.OneToOneField(Initial, on_delete=models.PROTECT, related_name="withdrawal")
    account_id = models.UUIDField()
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()


class Reply(Act):
    """What a party with a reservation says after its members' vote: lifted (scioglimento), or their no."""

    class Word(models.TextChoices):
        LIFTED = "lifted", _("lifts the reservation")
        REJECTED = "rejected", _("does not lift it: its members said no")

    word = models.CharField(max_length=10, choices=Word.choices)
    ballot = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(max_length=500)

    class Meta(Act.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "party"], name="signing_reply_once"),
            models.CheckConstraint(condition=Q(word__in=["lifted", "rejected"]), name="signing_reply_known"),
            models.CheckConstraint(condition=~Q(ground=""), name="signing_reply_has_ground"),
        )


class Naming(TerritoryRow):
    """Who signs for a party, and how many of them it takes. May change until the first of them signed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    needed = models.PositiveSmallIntegerField(default=1)
    changed_by_id = models.UUIDField()
    changed_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "party"], name="signing_naming_once"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="signing_naming_needs_one"),
        )


class Signatory(TerritoryRow):
    """A person a party has named to sign."""

    naming = models.ForeignKey(Naming, on_delete=models.CASCADE, related_name="people")
    account_id = models.UUIDField()
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=200, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("name",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["naming", "account_id"], name="signing_signatory_once"),
        )


class Copy(TerritoryRow):
    """A scan of the sheet signed in the room. Only ever added; a better scan is another row."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64, validators=[HASH])
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    uploaded_by_id = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("made_at",)


class Signature(Act):
    """One person's signature for a party, with the level at which it was given. Only ever added."""

    class Kind(models.TextChoices):
        ONLINE = "online", _("on this site")
        PAPER = "paper", _("by hand, on the printed sheet")
        PADES = "pades", _("with one's own signature on the PDF (PAdES)")
        CADES = "cades", _("with one's own signature in an envelope (CAdES, .p7m)")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    # How sure it is that this person signed: facts, such as the factors confirmed or the certificate.
    facts = models.JSONField(default=dict)
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_on = models.DateField()

    class Meta(Act.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "party", "name"], name="signing_signature_once"),
            models.CheckConstraint(
                condition=Q(kind="online", file__isnull=True, copy__isnull=True)
                | Q(kind="paper", copy__isnull=False)
                | Q(kind__in=["pades", "cades"], file__isnull=False),
                name="signing_signature_kind",
            ),
        )


class Declined(Act):
    """A party that says it does not initial, or does not sign. Only ever added."""

    step = models.CharField(max_length=8)
    round = models.PositiveIntegerField()

    class Meta(Act.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["agreement", "party", "step", "round"], name="signing_declined_once"
            ),
            models.CheckConstraint(condition=Q(step__in=["initial", "sign"]), name="signing_declined_step"),
        )


class Sealed(TerritoryRow):
    """The signed PDF and the bundle with the register's proof, made once after the last signature."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="sealed")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64, validators=[HASH])
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    bundle = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField()
    made_at = models.DateTimeField()


class Deposit(TerritoryRow):
    """The deposit of the signed agreement, with the receipt. Only ever added."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="deposit")
    deposited_on = models.DateField()
    office = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    receipt = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    recorded_by_id = models.UUIDField()
    made_at = models.DateTimeField()
