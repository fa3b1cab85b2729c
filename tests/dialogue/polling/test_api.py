"""What a program can do in polling: committee, list, slips, tablet, paper, record; and vote by slip."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tavolo.common.models import IdempotentRequest
from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.polling import views_door
from tavolo.dialogue.polling.models import CommitteeMember, Keying, ListedVoter
from tests.dialogue.polling.poll import Poll, build_poll, officer
from tests.dialogue.polling.test_doors import total
from tests.dialogue.world import close_one

pytestmark = pytest.mark.django_db
API = "/api/v1/polling"


class Program:
    """A program with somebody's key; `nobody` has none."""

    def __init__(self, account: Any = None) -> None:
        self.client = Client(headers={"accept-language": "it"})
        if account is not None:
            self.client.force_login(account)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", status: int = 200) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.client.generic(
            method, API + path, _json(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == status, (answer.status_code, answer.content)
        return answer.json() if "json" in answer["Content-Type"] else answer

    def get(self, path: str, **options: Any) -> Any:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.send("POST", path, body, **options)


def _json(body: Any) -> str:
    import json

    from django.core.serializers.json import DjangoJSONEncoder

    return "" if body is None else json.dumps(body, cls=DjangoJSONEncoder)


def test_a_committee_is_named_and_ended_once_for_one_key(territory: Any) -> None:
    poll = build_poll(territory)
    person = officer(poll.world, "CGIL", "terza commissaria")
    program = Program(poll.world.delegates["CGIL"])
    address = f"/consultations/{poll.consultation.pk}/committee"
    sent = {"email": person.email, "role": "member"}
    made = [program.post(f"{address}/members", sent, key="una")["id"] for _again in range(2)]
    assert made[0] == made[1]
    program.post(f"{address}/members", sent | {"role": "scrutineer"}, key="una", status=422)
    for _again in range(2):
        program.post(f"/members/{made[0]}/end", key="fine")
    assert CommitteeMember.objects.get(pk=made[0]).ends_on is not None


def test_a_list_is_kept_before_the_opening(territory: Any) -> None:
    poll = build_poll(territory, opened=False)
    program = Program(poll.member)
    group = f"/groups/{poll.cgil.pk}"
    who = f"listed:{poll.listed[0].pk}"
    assert program.post(f"{group}/removals", {"person": who}, key="via")["done"]
    assert not ListedVoter.objects.filter(pk=poll.listed[0].pk).exists()
    program.post(f"{group}/removals", {"person": who}, status=404)
    program.post(f"{group}/removals", {"person": "listed:x"}, status=404)
    Program(poll.world.delegates["CISL"]).post(f"{group}/removals", {"person": who}, status=404)


def test_a_new_code_ends_the_one_before(territory: Any) -> None:
    poll = build_poll(territory, slip=0, paper=0, mail=1)
    program = Program(poll.member)
    voter = ListedVoter.objects.get(group=poll.cgil)
    for _again in range(2):
        program.post(f"/groups/{poll.cgil.pk}/codes", {"person": f"listed:{voter.pk}"}, key="una")
    assert IdempotentRequest.objects.filter(action="api.polling.send_code").count() == 1


def test_batches_are_listed_without_codes_and_made_once_for_one_key(territory: Any) -> None:
    poll = build_poll(territory)
    program = Program(poll.member)
    group = f"/groups/{poll.cgil.pk}/batches"
    made = program.post(group, {"kind": "slip", "number": 3}, key="una")
    program.post(group, {"kind": "slip", "number": 3}, key="una", status=422)
    listed = program.get(group)
    assert [row["size"] for row in listed["items"]] == [3]
    assert not any(code in str(listed) for code in made["codes"])
    program.post(f"/batches/{made['batch_id']}/void", {"reason": "Foglio perso."}, key="due")
    program.post(f"/batches/{made['batch_id']}/void", {"reason": "Foglio perso."}, key="due")
    assert program.get(group)["items"][0]["void"]


def test_a_tablet_is_opened_listed_and_closed(territory: Any) -> None:
    poll = build_poll(territory)
    program = Program(poll.member)
    address = f"/consultations/{poll.consultation.pk}/assemblies"
    asked = {"place": "Mensa", "until": (timezone.now() + timedelta(hours=2)).isoformat()}
    made = program.post(address, asked, key="una")
    program.post(address, asked, key="una", status=422)
    listed = program.get(address)["items"]
    assert [row["place"] for row in listed] == ["Mensa"]
    assert made["pairing_code"] not in str(listed)
    for _again in range(2):
        program.post(f"/assemblies/{made['id']}/end", key="fine")
    assert program.get(address)["items"] == []
    Program(poll.world.delegates["CGIL"]).get(address, status=404)


def test_paper_ballots_are_keyed_twice_compared_and_sealed(territory: Any) -> None:
    poll = build_poll(territory)
    first, second = Program(poll.member), Program(poll.members["CGIL"][1])
    group = f"/groups/{poll.cgil.pk}"
    numbers = first.post(f"{group}/batches", {"kind": "paper", "number": 2})["numbers"]
    poll.hand(2, "paper")
    lot = first.post(f"{group}/lots", {"found": 1}, key="urna")["id"]
    assert first.post(f"{group}/lots", {"found": 1}, key="urna")["id"] == lot
    first.send("PUT", f"/lots/{lot}/found", {"found": 2})
    version = StatementVersion.objects.filter(consultation=poll.consultation).first()
    assert version is not None
    for program in (first, second):
        for number in numbers:
            program.post(f"/lots/{lot}/ballots", {"number": number, "marks": {str(version.pk): "agree"}})
    first.send("DELETE", f"/lots/{lot}/ballots/{numbers[0]}")
    first.send("DELETE", f"/lots/{lot}/ballots/{numbers[0]}")
    assert Keying.objects.count() == 3
    first.post(f"/lots/{lot}/ballots", {"number": numbers[0], "marks": {str(version.pk): "agree"}})
    assert not first.post(f"/lots/{lot}/finish", key="a")["done"]
    assert second.post(f"/lots/{lot}/finish", key="b")["done"]
    sealed = [first.post(f"/lots/{lot}/seal", key="c")["count"] for _again in range(2)]
    assert sealed == [2, 2]
    assert first.get(f"{group}/lots")["items"][0]["state"] == "sealed"
    assert total(poll) == 2


def test_the_record_is_drawn_up_taken_back_approved_and_read(territory: Any) -> None:
    poll = build_poll(territory)
    close_one(poll.world, poll.consultation)
    program = Program(poll.member)
    address = f"/consultations/{poll.consultation.pk}/records"
    record = program.post(address, key="una")["id"]
    assert program.post(address, key="una")["id"] == record
    program.post(f"/records/{record}/propose", key="p1")
    assert program.post(f"/records/{record}/take-back", key="t")["state"] == "draft"
    digest = program.post(f"/records/{record}/propose", key="p2")["digest"]
    program.get(f"/records/{record}/pdf", status=404)
    people = [one for rows in poll.members.values() for one in rows]
    for one in people:
        done = Program(one).post(f"/records/{record}/approve", {"digest": digest}, key="ok")["done"]
    assert done
    assert program.get(f"/records/{record}/pdf")["Content-Type"] == "application/pdf"
    assert program.get(f"/records/{record}/docx").status_code == 200


# --- voting with a slip -------------------------------------------------------------------------------


def test_a_program_votes_with_a_slip_and_corrects(territory: Any) -> None:
    poll = build_poll(territory)
    code = poll.slips(12)[0]
    nobody = Program()
    opened = nobody.post("/slips/open", {"code": code})
    assert opened["kind"] == "statements"
    assert opened["questions"] == []
    version = opened["statements"][0]["version_id"]
    sent = {"code": code, "version_id": version, "choice": "agree", "request_id": "r1"}
    assert nobody.post("/slips/vote", sent) == {"registered": True, "choice": "agree"}
    assert nobody.post("/slips/vote", sent)["registered"], "a retry"
    assert total(poll) == 1
    nobody.post("/slips/vote", sent | {"choice": "disagree", "request_id": "r2"})
    assert total(poll) == 1
    nobody.post("/slips/sheet", {"code": code, "marks": {version: "agree"}, "request_id": "r3"}, status=422)
    assert not IdempotentRequest.objects.exists()


def test_a_program_fills_in_a_plain_ballot_with_a_slip(territory: Any) -> None:
    poll = build_poll(territory, plain=True)
    code = poll.slips(12)[0]
    nobody = Program()
    opened = nobody.post("/slips/open", {"code": code})
    [question] = opened["questions"]
    assert question["kind"] == "yes_no"
    sent = {"code": code, "marks": {question["id"]: "agree"}, "request_id": "r1"}
    assert nobody.post("/slips/sheet", sent)["registered"]
    assert total(poll) == 1
    assert "agree" not in str(nobody.post("/slips/open", {"code": code})), "never what was voted before"
    nobody.post("/slips/sheet", {"code": code, "take_back": True, "request_id": "r2"})
    assert total(poll) == 0


def test_every_code_that_opens_nothing_has_one_answer_and_guessing_stops(
    territory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = build_poll(territory)
    good, unhanded = poll.slips(12, handed=1)[:2]
    nobody = Program()
    nobody.post("/slips/open", {"code": good})
    answers = {
        nobody.post("/slips/open", {"code": code}, status=422)["detail"]
        for code in (unhanded, "ABCD", "x" * 99)
    }
    assert len(answers) == 1
    monkeypatch.setattr(views_door, "WRONG", 4)
    nobody.post("/slips/open", {"code": "ABCD"}, status=422)
    stopped = nobody.post("/slips/open", {"code": good}, status=422)["detail"]
    assert stopped not in answers
    nobody.post("/slips/vote", {"code": good, "version_id": str(uuid.uuid4()), "choice": "x"}, status=422)


def test_a_closed_consultation_takes_no_slip(territory: Any) -> None:
    poll: Poll = build_poll(territory)
    code = poll.slips(12)[0]
    close_one(poll.world, poll.consultation)
    Program().post("/slips/open", {"code": code}, status=422)
