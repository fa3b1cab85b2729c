# mypy: disable-error-code="attr-defined, arg-type, no-untyped-call"
"""Signatures on this site, by hand, with one's own card; the files; the deposit and its reminders."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tavolo.agreements import standing
from tavolo.agreements.models import State
from tavolo.agreements.services.texts import current
from tavolo.agreements.signing import reading
from tavolo.agreements.signing.models import Copy, Deposit, Frozen, Sealed, Signature
from tavolo.agreements.signing.services import depositing, initialling, sealing, sheets, signatures
from tavolo.agreements.standing import today
from tavolo.common import files
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.ledger.services import acts_on
from tests.agreements.signing.conftest import Room
from tests.agreements.signing.test_outside import cades, pades, signer

__all__ = ["signer"]
PAPER = b"%PDF-1.7\n% scan of the signed sheet\n%%EOF\n"
DAY = timedelta(days=1)


@pytest.fixture
def cleared(small: Room) -> Room:
    """A text all parties initialled without reservation."""
    small.initial()
    return small


def stored(row: object) -> bytes:
    with files.open_stored(row) as source:
        return source.read()


# Who signs


def test_a_party_names_who_signs_and_how_many_it_takes(cleared: Room) -> None:
    people = [(cleared.people["cgil"], " Segretaria generale "), (cleared.people["seconda"], "")]
    named = signatures.name_signatories(
        cleared.agreement, actor_id=cleared.people["cgil"], people=people, needed=2
    )
    assert sorted(one.office for one in named.people.all()) == ["", "Segretaria generale"]
    cleared.sign("cgil")
    assert cleared.parties["cgil"].pk not in reading.standing_of(cleared.agreement).signed, "one of two"
    cleared.sign("seconda")
    assert cleared.parties["cgil"].pk in reading.standing_of(cleared.agreement).signed
    with pytest.raises(Problem, match="signed for your party already"):
        cleared.name("cgil")
    told = Notice.objects.filter(kind="signing.named").values_list("account_id", flat=True)
    assert set(told) == {cleared.people["cgil"], cleared.people["seconda"]}


def test_who_signs_is_chosen_among_those_who_act_for_the_party_today(cleared: Room) -> None:
    own = cleared.people["cgil"]
    for people, needed, words in (
        ([], 1, "Choose among"),
        ([(cleared.people["cisl"], "")], 1, "Choose among"),
        ([(cleared.people["osservatrice"], "")], 1, "Choose among"),
        ([(own, "")], 2, "between one and"),
        ([(own, ""), (own, "")], 2, "between one and"),
        ([(own, "")], 0, "between one and"),
    ):
        with pytest.raises(Problem, match=words):
            signatures.name_signatories(cleared.agreement, actor_id=own, people=people, needed=needed)


# On this site


def sign(room: Room, key: str, shown: str = "", **more: str) -> Signature:
    return signatures.sign(
        room.agreement, shown_hash=shown or room.shown, actor_id=room.people[key], proof=signatures.Proof(),
        **more,
    )  # fmt: skip


def test_the_last_signature_signs_the_agreement_and_starts_the_thirty_days(cleared: Room) -> None:
    cleared.name()
    cleared.sign("cgil", "cisl")
    assert cleared.state == State.CLEARED
    cleared.sign("imprese")
    assert cleared.state == State.SIGNED
    frozen = reading.frozen_of(cleared.agreement)
    assert frozen is not None
    assert (frozen.signed_on, frozen.deposit_due) == (today(), today() + timedelta(days=30))


def test_the_last_signature_whose_answer_was_lost_may_be_sent_again(cleared: Room, signer: object) -> None:
    cleared.name()
    cleared.sign("cgil")
    copy = copied(cleared)
    sheet = pades(stored(sheets.sheet(cleared.agreement).sheet), signer)
    card = attach(cleared, "cisl", sheet)
    last = confirmed(cleared, copy, "imprese")
    assert cleared.state == State.SIGNED
    assert confirmed(cleared, copy, "imprese").pk == last.pk
    assert [row.pk for row in attach(cleared, "cisl", sheet)] == [row.pk for row in card]
    assert sign(cleared, "cgil").kind == "online"
    assert Signature.objects.count() == 3
    with pytest.raises(Problem, match="not possible now"):
        confirmed(cleared, copy, "imprese", name="Un altro nome")


def test_a_signature_names_the_exact_text_the_mandate_and_the_level(cleared: Room) -> None:
    cleared.name("cgil")
    made = sign(cleared, "cgil", statement="  Con favore.  ")
    assert (made.hash, made.version.hash) == (cleared.shown, cleared.shown)
    assert (made.mandate, made.statement, made.facts["level"]) == ("", "Con favore.", "demonstration")
    act = next(
        row for row in acts_on("signing.agreement", cleared.agreement.pk) if row.act_name == "signing.signed"
    )
    assert act.content["hash"] == cleared.shown
    assert "Con favore" not in str(act.content), "the register keeps that something was said, not what"
    assert sign(cleared, "cgil").pk == made.pk, "again: the signature that is there"


def test_nobody_signs_unnamed_another_text_or_for_a_party_that_is_out(cleared: Room) -> None:
    with pytest.raises(Problem, match="not named you"):
        sign(cleared, "cgil")
    cleared.name("cgil", "cisl")
    with pytest.raises(Problem, match="not the one"):
        sign(cleared, "cgil", "0" * 64)
    with pytest.raises(Problem, match="not named you"):
        sign(cleared, "seconda")
    initialling.decline(
        cleared.agreement, shown_hash=cleared.shown, actor_id=cleared.people["cisl"], statement="No."
    )
    with pytest.raises(Problem, match="does not sign this text"):
        sign(cleared, "cisl")
    assert not Signature.objects.exists()


def test_nothing_is_signed_before_the_reservations_are_lifted(small: Room) -> None:
    small.reserve("cgil")
    small.initial("cisl", "imprese")
    small.name("cisl")
    with pytest.raises(Problem, match="not possible now"):
        sign(small, "cisl")


# By hand, in the room


def copied(room: Room, key: str = "segretaria", **more: object) -> Copy:
    facts = {"shown_hash": room.shown, "source": PAPER, "name": "foglio.pdf", "signed_on": today(), **more}
    return signatures.upload_copy(room.agreement, actor_id=room.people[key], **facts)


def confirmed(room: Room, copy: Copy, key: str, **more: object) -> Signature:
    facts = {"shown_hash": room.shown, "copy_id": copy.pk, "name": f"Nome di {key}", **more}
    return signatures.confirm_copy(room.agreement, actor_id=room.people[key], **facts)


def test_a_scan_counts_for_a_party_once_it_confirms_it(cleared: Room) -> None:
    copy = copied(cleared, place=" Milano ")
    assert copy.place == "Milano"
    told = Notice.objects.filter(kind="signing.copy").values_list("account_id", flat=True)
    assert set(told) >= {cleared.people[key] for key in ("cgil", "cisl", "imprese")}
    made = confirmed(cleared, copy, "cgil", office="Segretaria generale")
    assert (made.kind, made.name, made.office) == ("paper", "Nome di cgil", "Segretaria generale")
    assert made.facts["sha256"] == copy.file.sha256
    assert confirmed(cleared, copy, "cgil").pk == made.pk
    for key in ("cisl", "imprese"):
        assert cleared.state == State.CLEARED
        confirmed(cleared, copy, key)
    assert cleared.state == State.SIGNED


def test_the_day_of_the_whole_is_that_of_the_last_signature(cleared: Room) -> None:
    Frozen.objects.filter(agreement=cleared.agreement).update(frozen_at=timezone.now() - timedelta(days=9))
    early, late = copied(cleared, signed_on=today() - 6 * DAY), copied(cleared, signed_on=today() - 2 * DAY)
    confirmed(cleared, early, "cgil")
    confirmed(cleared, late, "cisl")
    confirmed(cleared, early, "imprese")
    frozen = reading.frozen_of(cleared.agreement)
    assert frozen is not None
    assert frozen.signed_on == today() - 2 * DAY


def test_a_scan_that_cannot_be_is_refused(cleared: Room) -> None:
    with pytest.raises(Problem, match="future"):
        copied(cleared, signed_on=today() + DAY)
    with pytest.raises(Problem, match="frozen after that day"):
        copied(cleared, signed_on=today() - DAY)
    with pytest.raises(Problem, match="not the one"):
        copied(cleared, shown_hash="0" * 64)
    with pytest.raises(Problem, match="acts for a contracting party"):
        copied(cleared, "estranea")
    with pytest.raises(Problem):
        copied(cleared, source=b"GIF89a no scan", name="foglio.gif")
    assert not Copy.objects.exists()


def test_a_confirmation_says_who_signed_on_which_scan(cleared: Room) -> None:
    copy = copied(cleared)
    with pytest.raises(Problem, match="not of the frozen text"):
        confirmed(cleared, copy, "cgil", copy_id=uuid.uuid4())
    with pytest.raises(Problem, match="who signed"):
        confirmed(cleared, copy, "cgil", name=" ")
    with pytest.raises(Problem, match="not the one"):
        confirmed(cleared, copy, "cgil", shown_hash="0" * 64)
    with pytest.raises(Problem, match="acts for a contracting party"):
        confirmed(cleared, copy, "segretaria")
    assert not Signature.objects.exists()


# With one's own card


def attach(room: Room, key: str, data: bytes, shown: str = "") -> list[Signature]:
    return signatures.attach(
        room.agreement, shown_hash=shown or room.shown, actor_id=room.people[key], data=data, name="f.pdf",
        statement="Con la mia carta.",
    )  # fmt: skip


def test_a_pdf_signed_outside_is_taken_once_with_what_its_certificate_says(
    cleared: Room, signer: object
) -> None:
    sheet = stored(sheets.sheet(cleared.agreement).sheet)
    made = attach(cleared, "cgil", pades(sheet, signer))
    assert [(row.kind, row.name, row.office) for row in made] == [
        ("pades", "Anna Verdi", "Sindacato di prova")
    ]
    facts = made[0].facts
    assert (facts["level"], facts["content"], facts["qualified_statement"]) == ("outside", "sheet", False)
    assert stored(made[0].file).startswith(sheet), "our sheet, and after it nothing but the signature"
    assert attach(cleared, "cgil", pades(sheet, signer))[0].pk == made[0].pk
    assert cleared.parties["cgil"].pk in reading.standing_of(cleared.agreement).signed


def test_an_envelope_around_the_sheet_or_the_exact_text_is_taken(cleared: Room, signer: object) -> None:
    sheet = stored(sheets.sheet(cleared.agreement).sheet)
    exact = current(cleared.agreement).canonical.encode()
    assert attach(cleared, "cgil", cades(sheet, signer))[0].kind == "cades"
    assert attach(cleared, "cisl", cades(exact, signer))[0].facts["content"] == "text"


def test_a_pdf_that_goes_from_party_to_party_gives_each_its_own_signature(
    cleared: Room, signer: object
) -> None:
    first = pades(stored(sheets.sheet(cleared.agreement).sheet), signer)
    own = attach(cleared, "cgil", first)
    [theirs] = attach(cleared, "cisl", pades(first, signer, "Firma2"))
    assert theirs.facts["signature_sha256"] != own[0].facts["signature_sha256"]


def test_what_was_not_signed_over_the_frozen_sheet_is_refused(cleared: Room, signer: object) -> None:
    sheet = stored(sheets.sheet(cleared.agreement).sheet)
    other = pdf(model.Document("Altro", "it", (model.Paragraph("Altro testo."),)))
    for data, words in (
        (sheet, "carries no signature"),
        (pades(other, signer), "not the frozen sheet"),
        (cades(b"altro", signer), "not the frozen sheet"),
        (b"niente", "neither a signed PDF"),
        (b"x" * (30 * files.MIB + 1), "larger than 30 MB"),
    ):
        with pytest.raises(Problem, match=words):
            attach(cleared, "cgil", data)
    with pytest.raises(Problem, match="not the one"):
        attach(cleared, "cgil", pades(sheet, signer), "0" * 64)
    assert not Signature.objects.exists()


# Files and deposit


@pytest.fixture
def signed(small: Room) -> Room:
    """An agreement all parties signed today."""
    small.signed()
    return small


def filed(room: Room, key: str = "segretaria", **more: object) -> Deposit:
    facts = {"deposited_on": today(), "office": "Portale", "reference": "DIM-1", "source": PAPER,
             "name": "ricevuta.pdf", **more}  # fmt: skip
    return depositing.record_deposit(room.agreement, actor_id=room.people[key], **facts)


def test_the_files_are_made_once_and_only_after_the_last_signature(cleared: Room) -> None:
    assert sealing.seal(cleared.agreement) is None
    cleared.name()
    cleared.sign()
    first = sealing.seal(cleared.agreement)
    again = sealing.seal(cleared.agreement)
    assert first is not None
    assert again is not None
    assert first.pk == again.pk
    assert Sealed.objects.count() == 1
    assert stored(first.pdf).startswith(b"%PDF-")


def test_the_deposit_is_recorded_once_and_its_receipt_kept(signed: Room) -> None:
    made = filed(signed)
    assert signed.state == State.DEPOSITED
    assert stored(made.receipt) == PAPER
    assert filed(signed, reference="DIM-2").pk == made.pk
    act = list(acts_on("signing.agreement", signed.agreement.pk))[-2]
    assert (act.act_name, act.role) == ("signing.deposited", "secretariat")
    assert act.content["receipt"] == made.receipt.sha256


def test_a_party_may_deposit_and_nobody_else(signed: Room) -> None:
    with pytest.raises(Problem, match="acts for a contracting party"):
        filed(signed, "estranea")
    assert filed(signed, "cisl").recorded_by_id == signed.people["cisl"]


@pytest.mark.parametrize(
    ("more", "words"),
    [({"office": " "}, "where it was deposited"), ({"reference": ""}, "where it was deposited"),
     ({"deposited_on": date(2999, 1, 1)}, "between the signature and today"),
     ({"deposited_on": date(2020, 1, 1)}, "between the signature and today"),
     ({"source": b"MZ program", "name": "ricevuta.exe"}, "type|kind|file")],
)  # fmt: skip
def test_a_deposit_that_cannot_be_is_refused(signed: Room, more: dict[str, object], words: str) -> None:
    with pytest.raises(Problem, match=words):
        filed(signed, **more)
    assert signed.state == State.SIGNED
    assert not Deposit.objects.exists()


def test_what_is_not_signed_is_not_deposited(cleared: Room) -> None:
    with pytest.raises(Problem, match="not possible now"):
        filed(cleared)


def test_the_data_to_hand_in_name_who_signed_and_who_did_not(signed: Room) -> None:
    sealing.seal(signed.agreement)
    said = dict(depositing.data_sheet(signed.agreement))
    assert said["Signed by"] == "IMPRESE; CGIL; CISL"
    assert said["Not signed by"] == ""
    assert said["Deposit by"] == (today() + timedelta(days=30)).isoformat()
    assert said["Text (SHA-256)"] == signed.shown
    assert said["File to deposit (SHA-256)"] == Sealed.objects.get().pdf.sha256


def reminded(monkeypatch: pytest.MonkeyPatch, day: date, kind: str) -> set[uuid.UUID]:
    """Return who is reminded on a day."""
    monkeypatch.setattr(standing, "today", lambda: day)
    Notice.objects.all().delete()
    depositing.remind()
    return set(Notice.objects.filter(kind=f"signing.{kind}").values_list("account_id", flat=True))


def test_the_table_is_reminded_of_the_thirty_days(signed: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    day = today()
    table = {signed.people[key] for key in ("cgil", "cisl", "imprese", "segretaria", "seconda")}
    told = {after for after in range(46) if reminded(monkeypatch, day + after * DAY, "deposit_due") >= table}
    assert told == {16, 23, 27, 29, 30, 37, 44}, "14, 7, 3, 1 days before, on the day, each week after"
    monkeypatch.setattr(standing, "today", lambda: day)
    filed(signed)
    assert not reminded(monkeypatch, day + 30 * DAY, "deposit_due"), "nothing more once it is deposited"


def test_only_who_has_not_answered_is_reminded_of_the_reservation(
    small: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tavolo.agreements.signing.services import answering

    day = today()
    small.reserve("cgil", days=20)
    small.reserve("cisl", days=24)
    small.initial("imprese")
    acting = {small.people["cgil"], small.people["seconda"]}
    assert reminded(monkeypatch, day + 13 * DAY, "reserve_due") == acting
    assert reminded(monkeypatch, day + 17 * DAY, "reserve_due") == acting | {small.people["cisl"]}
    monkeypatch.setattr(standing, "today", lambda: day)
    answering.reply(
        small.agreement, shown_hash=small.shown, actor_id=small.people["cgil"], lifts=True, ground="Verbale"
    )
    assert reminded(monkeypatch, day + 17 * DAY, "reserve_due") == {small.people["cisl"]}
    assert not reminded(monkeypatch, day + 18 * DAY, "reserve_due")


def test_a_receipt_is_read_by_the_table_alone(signed: Room) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from tavolo.agreements.signing import policies
    from tavolo.people.models import Account

    made = filed(signed)
    request = RequestFactory().get("/")
    for key, allowed in (("cgil", True), ("segretaria", True), ("estranea", False), ("", False)):
        request.user = Account.objects.get(pk=signed.people[key]) if key else AnonymousUser()
        assert policies.may_read_receipt(request, made.receipt) is allowed, key
    assert io.BytesIO(stored(made.receipt)).read() == PAPER
