"""Who may know of what: a canary in every private field, looked for in all that others can obtain."""

from __future__ import annotations

import io
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as read_docx
from docx.document import Document as Word

from tavolo.common.errors import Problem
from tavolo.common.models import Notice, StoredFile
from tavolo.dialogue.meetings import access, agenda, gathering, policies
from tavolo.dialogue.meetings.models import Kind, Meeting, Minutes
from tavolo.dialogue.meetings.services import documents, drafting, running
from tavolo.dialogue.services import tables
from tavolo.ledger import readers
from tavolo.ledger.models import ActContent
from tests.dialogue.meetings.conftest import Scene
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db
CANARY = "CANARINO"


def browser(account: Any) -> Client:
    client = Client(headers={"accept-language": "it"})
    if account is not None:
        client.force_login(account)
    return client


def people(scene: Scene) -> dict[str, Any]:
    """Everybody who must be asked, by a telling name."""
    everybody = {f"head {name}": person for name, person in scene.world.delegates.items()}
    return everybody | {
        "secretary": scene.world.secretary, "substitute CISL": scene.substitute,
        "observer CISL": scene.observer, "stranger": scene.world.stranger,
        "worker": scene.world.people["CGIL"][0], "anonymous": None,
    }  # fmt: skip


def secret_meeting(scene: Scene, kind: str) -> tuple[Meeting, Minutes]:
    """A meeting of CGIL (and, restricted, of CISL's and the association's heads), full of canaries."""
    keeper = scene.head("CGIL")
    circle = [scene.head("CISL"), scene.head("Associazione")] if kind == Kind.RESTRICTED else []
    meeting = scene.convene(
        kind, keeper, people=circle, title=f"{CANARY}-titolo", place=f"{CANARY}-luogo",
        link="https://canarino.example/", note=f"{CANARY}-nota", agenda=[f"{CANARY}-voce"],
        urgent_reason=f"{CANARY}-urgenza",
    )  # fmt: skip
    documents.add_document(
        scene.table, actor_id=keeper, source=f"{CANARY}-byte".encode(), name=f"{CANARY}.txt",
        title=f"{CANARY}-documento", audience="meeting", meeting=meeting, note=f"{CANARY}-nota-file",
    )  # fmt: skip
    scene.hold(meeting, keeper)
    running.add_decision(meeting, actor_id=keeper, text=f"{CANARY}-decisione")
    minutes = scene.send(meeting, f"{CANARY}-testo", keeper=keeper)
    for name in [str(party) for party in access.parties_called(meeting)]:
        scene.answer(minutes, name, "declare", f"{CANARY}-dichiarazione {name}")
    minutes.refresh_from_db()
    assert minutes.state == "closed"
    return meeting, minutes


def addresses(scene: Scene, meeting: Meeting, minutes: Minutes) -> list[str]:
    """Every address of this part that could tell of the meeting, in pages and API, and its files."""
    table, names = scene.table.pk, ("table", "points", "documents", "communiques", "new", "document_new")
    file = meeting.documents.get().versions.get().file_id
    found = [reverse(f"meetings:{name}", args=[table]) for name in names]
    found += [reverse("dialogue:table", args=[table]), reverse("dialogue:tables"), reverse("home")]
    for name in ("meeting", "change", "calendar", "people", "agenda", "attendance", "decide", "write"):
        found.append(reverse(f"meetings:{name}", args=[meeting.pk]))
    for name in ("minutes", "copy", "correct"):
        found.append(reverse(f"meetings:{name}", args=[minutes.pk]))
    found.append(reverse("meetings:version", args=[minutes.pk, 1]))
    found += [reverse("common:file", args=[pk]) for pk in (minutes.pdf_id, minutes.docx_id, file)]
    found.append(reverse("meetings:document", args=[meeting.documents.get().pk]))
    found += [reverse("common:notices"), "/registro/", "/openapi.json"]
    api = "/api/v1/meetings"
    found += [
        f"{api}/tables/{table}/{name}" for name in ("meetings", "documents", "points", "agenda-sources")
    ]
    found += [f"{api}/meetings/{meeting.pk}", f"{api}/meetings/{meeting.pk}/calendar"]
    found += [f"{api}/minutes/{minutes.pk}{end}" for end in ("", "/pdf", "/docx")]
    document = meeting.documents.get().pk
    return [*found, f"{api}/documents/{document}", f"{api}/documents/{document}/file"]


def body(answer: Any) -> bytes:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data + str(dict(answer.headers)).encode()


INSIDE = {
    Kind.RESTRICTED: {"head CGIL", "head CISL", "head Associazione"},
    Kind.PARTY: {"head CGIL"},
}


@pytest.mark.parametrize("kind", [Kind.RESTRICTED, Kind.PARTY])
def test_nobody_outside_finds_a_trace(scene: Scene, kind: Kind) -> None:
    meeting, minutes = secret_meeting(scene, kind)
    ids = [str(meeting.pk).encode(), str(minutes.pk).encode(), str(minutes.pdf_id).encode()]
    for name, person in people(scene).items():
        if name in INSIDE[kind]:
            continue
        client = browser(person)
        for address in addresses(scene, meeting, minutes):
            answer = client.get(address)
            # The address one typed oneself comes back in the page's language form and the login redirect.
            seen = body(answer).replace(address.encode(), b"") if answer.status_code != 302 else b""
            assert CANARY.encode() not in seen.upper(), f"{name} reads a canary at {address}"
            assert not [pk for pk in ids if pk in seen], f"{name} finds an id at {address}"


@pytest.mark.parametrize("kind", [Kind.RESTRICTED, Kind.PARTY])
def test_those_inside_read_everything(scene: Scene, kind: Kind) -> None:
    _meeting, minutes = secret_meeting(scene, kind)
    for name in INSIDE[kind]:
        client = browser(people(scene)[name])
        page = client.get(reverse("meetings:minutes", args=[minutes.pk])).content.decode()
        for word in ("testo", "voce", "decisione", "luogo", "dichiarazione CGIL"):
            assert f"{CANARY}-{word}" in page
        assert CANARY in client.get(reverse("meetings:table", args=[scene.table.pk])).content.decode()
        assert client.get(reverse("common:file", args=[minutes.pdf_id])).status_code == 200


@pytest.mark.parametrize("kind", [Kind.RESTRICTED, Kind.PARTY])
def test_gathering_pages_and_the_register_tell_nothing(scene: Scene, kind: Kind) -> None:
    plain = make_account("capo nuova")
    tables.seat_delegate(scene.world.parties["UIL"], plain.pk, role="member", starts_on=START)
    quiet = {name: gathered(scene, person) for name, person in people(scene).items()}
    meeting, _minutes = secret_meeting(scene, kind)
    for name, person in people(scene).items():
        if name not in INSIDE[kind] and not (kind == Kind.PARTY and name.endswith("CGIL")):
            assert gathered(scene, person) == quiet[name], f"{name} notices a difference"
            assert not readable_acts(person, meeting), f"{name} reads an act"
    assert gathered(scene, scene.world.delegates["CGIL"]) != quiet["head CGIL"]
    outside = Notice.objects.exclude(account_id__in=access.people_of(meeting))
    assert not outside.exists()
    assert CANARY not in "".join(str(notice.context) for notice in Notice.objects.all())
    acts = ActContent.objects.filter(object_id=meeting.pk)
    assert CANARY not in "".join(str(act.content) for act in acts)


def gathered(scene: Scene, person: Any) -> str:
    """All that the gathering pages would show a person."""
    account = person.pk if person else None
    request: Any = SimpleNamespace(user=person or AnonymousUser())
    found: list[Any] = [
        list(gathering.events(account, scene.table)),
        list(gathering.find(account, f"{CANARY} testo documento")),
    ]
    if account:
        found += [list(gathering.waiting(account)), gathering.door(request, scene.table)]
        found.append(agenda.offered(account, scene.table))
    return str(found)


def readable_acts(person: Any, meeting: Meeting) -> list[ActContent]:
    request: Any = SimpleNamespace(user=person or AnonymousUser())
    acts = ActContent.objects.filter(object_id=meeting.pk)
    return [act for act in acts if readers.may_read(request, act)]


def test_a_forbidden_meeting_answers_as_one_that_is_not_there(scene: Scene) -> None:
    meeting, _minutes = secret_meeting(scene, Kind.RESTRICTED)
    for name in ("secretary", "observer CISL", "stranger"):
        client = browser(people(scene)[name])
        there = client.get(reverse("meetings:meeting", args=[meeting.pk]))
        nowhere = client.get(reverse("meetings:meeting", args=[uuid.uuid4()]))
        assert there.status_code == nowhere.status_code == 404


def test_plenaries_are_numbered_without_gaps(scene: Scene) -> None:
    first = scene.convene()
    scene.restricted("CISL")
    scene.convene(Kind.PARTY, scene.head("CGIL"))
    assert [first.number, scene.convene().number] == [1, 2]


def test_whoever_leaves_the_delegation_loses_the_restricted_meeting_the_same_day(scene: Scene) -> None:
    meeting, minutes = secret_meeting(scene, Kind.RESTRICTED)
    seat = scene.world.parties["CISL"].delegates.get(account_id=scene.head("CISL"))
    seat.ends_on = timezone.localdate()
    seat.save()
    client = browser(scene.world.delegates["CISL"])
    for address in addresses(scene, meeting, minutes):
        answer = client.get(address)
        assert CANARY.encode() not in body(answer).upper(), address
    assert not access.sees(scene.head("CISL"), meeting.pk)


def test_a_person_named_for_one_party_who_now_sits_for_another_is_out(scene: Scene) -> None:
    meeting = scene.restricted("CISL")
    seat = scene.world.parties["CISL"].delegates.get(account_id=scene.head("CISL"))
    seat.ends_on = timezone.localdate()
    seat.save()
    tables.seat_delegate(scene.world.parties["UIL"], scene.head("CISL"), starts_on=timezone.localdate())
    assert not access.sees(scene.head("CISL"), meeting.pk)


def test_a_draft_is_read_by_its_keepers_alone(scene: Scene) -> None:
    meeting = scene.hold(scene.convene())
    minutes = drafting.write(meeting, actor_id=scene.secretary, text=f"{CANARY}-bozza")
    for name, person in people(scene).items():
        client = browser(person)
        addresses = [reverse(f"meetings:{one}", args=[minutes.pk]) for one in ("minutes", "copy")]
        addresses += [
            reverse("meetings:meeting", args=[meeting.pk]),
            *(f"/api/v1/meetings/minutes/{minutes.pk}{what}" for what in ("", "/versions", "/copy")),
        ]
        for address in addresses:
            seen = body(client.get(address))
            assert name == "secretary" or CANARY.encode() not in seen, f"{name} at {address}"
    sent = drafting.send(minutes, actor_id=scene.secretary)
    drafting.take_back(sent, actor_id=scene.secretary)
    drafting.write(meeting, actor_id=scene.secretary, text="CORREZIONE-SEGRETA")
    client = browser(scene.world.delegates["UIL"])
    page = client.get(reverse("meetings:minutes", args=[minutes.pk])).content.decode()
    assert f"{CANARY}-bozza" in page
    assert "CORREZIONE-SEGRETA" not in page
    assert client.get(reverse("meetings:version", args=[minutes.pk, 2])).status_code == 404
    program = f"/api/v1/meetings/minutes/{minutes.pk}"
    for address in (reverse("meetings:copy", args=[minutes.pk]), f"{program}/copy"):
        copy = client.get(address)
        text: Word = read_docx(io.BytesIO(b"".join(copy) if copy.streaming else copy.content))
        assert "CORREZIONE" not in " ".join(p.text for p in text.paragraphs)
    versions = f"{program}/versions"
    assert [one["number"] for one in client.get(versions).json()["items"]] == [1]
    kept = browser(scene.world.secretary).get(versions).json()["items"]
    assert [one["number"] for one in kept] == [1, 2]
    assert kept[1]["changes"] == [
        {"place": "Testo", "before": [f"{CANARY}-bozza"], "after": ["CORREZIONE-SEGRETA"]}
    ]


@pytest.mark.parametrize(
    ("audience", "inside"),
    [
        ("table", {"head CGIL", "head CISL", "head UIL", "head Associazione", "secretary", "substitute CISL",
                   "observer CISL"}),
        ("side", {"head CGIL", "head CISL", "head UIL", "substitute CISL", "observer CISL"}),
        ("parties", {"head CGIL", "head UIL"}),
    ],
)  # fmt: skip
def test_a_document_is_for_those_it_names(scene: Scene, audience: str, inside: set[str]) -> None:
    row = documents.add_document(
        scene.table, actor_id=scene.head("CGIL"), source=b"x", name="x.txt", audience=audience,
        parties=[scene.world.parties["UIL"].pk] if audience == "parties" else [],
    )  # fmt: skip
    stored = row.versions.get().file
    for name, person in people(scene).items():
        answer = browser(person).get(reverse("common:file", args=[stored.pk]))
        assert (answer.status_code == 200) == (name in inside), name


def test_file_kinds_refuse_what_belongs_to_nobody(scene: Scene) -> None:
    request: Any = SimpleNamespace(user=scene.world.secretary)
    assert not policies.may_read_document(request, StoredFile(id=uuid.uuid4()))
    assert not policies.may_read_frozen(request, StoredFile(id=uuid.uuid4()))


def test_a_document_of_a_discreet_meeting_cannot_be_shown_to_the_table(scene: Scene) -> None:
    meeting = scene.restricted("CISL")
    for audience in ("table", "side", "parties"):
        with pytest.raises(Problem):
            documents.add_document(
                scene.table, actor_id=scene.head("CGIL"), source=b"x", name="x.txt", audience=audience,
                meeting=meeting,
            )  # fmt: skip
    with pytest.raises(Problem):
        documents.add_document(
            scene.table, actor_id=scene.head("UIL"), source=b"x", name="x.txt", audience="meeting",
            meeting=meeting,
        )  # fmt: skip
