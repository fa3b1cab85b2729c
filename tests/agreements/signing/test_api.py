# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""A program walks an agreement from initials to deposit; each call may be sent again after a lost answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.agreements.models import State
from tavolo.agreements.signing import reading
from tavolo.agreements.signing.models import (
    Copy,
    Declined,
    Deposit,
    Initial,
    Naming,
    Reply,
    Signature,
    Withdrawal,
)
from tavolo.agreements.signing.services import sheets
from tavolo.agreements.standing import today
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.people.models import Account
from tests.agreements.signing.conftest import Room
from tests.agreements.signing.test_initials import ballot
from tests.agreements.signing.test_outside import pades, signer
from tests.agreements.signing.test_signatures import PAPER, stored

__all__ = ["signer"]


class Program:
    """A program that acts for one person, and sends each call twice under one key."""

    def __init__(self, room: Room, key: str) -> None:
        self.room, self.client = room, Client(headers={"accept-language": "en"})
        self.client.force_login(Account.objects.get(pk=room.people[key]))
        self.calls = 0

    def address(self, name: str) -> str:
        return reverse(f"api-1.0.0:signing_{name}", args=[self.room.agreement.pk])

    def once(self, name: str, data: Any, *, form: bool = False, key: str = "") -> Any:
        """Send one call and return the answer."""
        self.calls += 1
        headers = {"Idempotency-Key": key or f"{name}-{self.calls}-{id(self)}"}
        kind = {} if form else {"content_type": "application/json"}
        return self.client.post(self.address(name), data, headers=headers, **kind)

    def twice(self, name: str, data: Any = None, file: bytes = b"") -> str:
        """Send a call and the same again; both must have the same answer."""
        answers = []
        key = f"{name}-{self.room.agreement.pk}-{id(self)}"
        for _ in range(2):
            sent = {**(data or {}), "file": SimpleUploadedFile("file.pdf", file)} if file else data or {}
            answers.append(self.once(name, sent, form=bool(file), key=key))
        assert [one.status_code for one in answers] == [200, 200], answers[0].content
        assert answers[0].json() == answers[1].json()
        return str(answers[0].json()["id"])

    def state(self) -> dict[str, Any]:
        """Return where the agreement stands, as the program reads it."""
        return dict(self.client.get(self.address("agreement")).json())


@pytest.fixture
def programs(small: Room) -> dict[str, Program]:
    return {key: Program(small, key) for key in ("cgil", "cisl", "imprese", "segretaria", "estranea")}


def test_a_program_goes_from_initials_to_deposit_and_every_call_may_be_sent_again(
    small: Room, programs: dict[str, Program], signer: Any
) -> None:
    text = {"shown_hash": small.shown}
    cgil, cisl, firms = programs["cgil"], programs["cisl"], programs["imprese"]
    due = (today() + timedelta(days=20)).isoformat()
    pending = {**text, "reserve": True, "reserve_reason": "Decidono gli iscritti.", "reserve_due": due}
    cgil.twice("initial", pending)
    cgil.twice("withdraw")
    assert (Withdrawal.objects.count(), reading.is_frozen(small.agreement)) == (1, False)
    for program in (Program(small, "cgil"), firms, cisl):
        program.twice("initial", pending if program is not firms else text)
    assert Initial.objects.count() == 4, "one was taken back"
    assert cisl.state()["state"] == State.INITIALLED
    cgil.twice("vote", {"consultation": str(ballot(small, small.shown).pk)})
    for program in (cgil, cisl):
        program.twice("reservation", {**text, "lifts": True, "ground": "Verbale di scrutinio"})
    assert (Reply.objects.count(), small.state) == (2, State.CLEARED)
    for key in ("cgil", "cisl", "imprese"):
        people = [{"account": str(small.people[key]), "office": "Segretaria"}]
        programs[key].twice("signatories", {"people": people, "needed": 1})
    assert Naming.objects.count() == 3
    cgil.twice("sign", text)
    copy = programs["segretaria"].twice("copy", {**text, "signed_on": today().isoformat()}, PAPER)
    cisl.twice("confirm", {**text, "copy_id": copy, "name": "Segretario CISL"})
    sheet = stored(sheets.sheet(small.agreement).sheet)
    firms.twice("attach", text, pades(sheet, signer))
    assert (Copy.objects.count(), Signature.objects.count(), small.state) == (1, 3, State.SIGNED)
    found = cgil.state()
    assert found["missing"] == []
    assert found["deposit_due"] == (today() + timedelta(days=30)).isoformat()
    for part, begins in (("signed_pdf", b"%PDF-"), ("bundle", b"PK")):
        assert b"".join(cgil.client.get(found[part])).startswith(begins)
        answer = programs["estranea"].client.get(
            reverse(f"api-1.0.0:signing_{part}", args=[small.agreement.pk])
        )
        assert b"".join(answer).startswith(begins), "what is signed is public"
    filed = {"deposited_on": today().isoformat(), "office": "Portale", "reference": "DIM-9"}
    programs["segretaria"].twice("deposit", filed, PAPER)
    assert (Deposit.objects.count(), small.state) == (1, State.DEPOSITED)


def test_a_program_declines_and_proposes_the_separate_way_once(
    small: Room, programs: dict[str, Program]
) -> None:
    text = {"shown_hash": small.shown}
    for key in ("cgil", "imprese"):
        programs[key].twice("initial", text)
    programs["cisl"].twice("decline", {**text, "statement": "Non siamo d'accordo."})
    made = programs["cgil"].twice("separate", {"effect": "Per chi firma."})
    assert (Declined.objects.count(), str(JointDecision.objects.get().pk)) == (1, made)
    assert programs["cgil"].state()["missing"] == [str(small.parties["cisl"].pk)]


def test_a_key_used_for_something_else_and_strangers_are_refused(
    small: Room, programs: dict[str, Program]
) -> None:
    text = {"shown_hash": small.shown}
    program = programs["cgil"]
    assert program.once("initial", text, key="uno").status_code == 200
    other = program.once("initial", {**text, "statement": "Altro"}, key="uno")
    assert other.status_code == 422
    assert Initial.objects.count() == 1
    assert program.once("initial", {"shown_hash": "abc"}).status_code == 422
    assert program.once("reservation", {**text, "lifts": True, "ground": "x"}).status_code == 422
    stranger = programs["estranea"]
    for name in ("initial", "withdraw", "sign", "reservation", "decline"):
        assert stranger.once(name, text).status_code == 404
    assert stranger.client.get(stranger.address("agreement")).status_code == 404
    assert Client().get(program.address("agreement")).status_code == 401
    assert Client().post(program.address("initial"), text).status_code == 401
