"""A table lived through at random, held against a model: nobody ever sees what the model forbids.

Each step is a use case through the real services: people join and leave, parties leave, notes, drafts,
releases, positions, mandates, meetings, phases, a blind overlap. After each step some people look: through
the services (which must show exactly what the model promises), through the gathering hooks, the search, the
pages and the API (which must show nothing the model forbids), and at the notices sent meanwhile.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.common.models import Notice, Territory
from tavolo.common.remembering import reading
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.course.models import Course, Passage, Phase
from tavolo.dialogue.delegations import mandates, seats, secretariat
from tavolo.dialogue.meetings.services import convening, running
from tavolo.dialogue.models import Delegate, Secretariat
from tavolo.dialogue.overlap.models import Outcome
from tavolo.dialogue.overlap.services import asking, listing, lodging, looking
from tavolo.dialogue.party_room.models import Delivery, DraftVersion, Note, Point, Position, Room
from tavolo.dialogue.party_room.services import positions, releasing, texts
from tavolo.dialogue.services import tables
from tavolo.people.models import Membership, Organisation, Role
from tests.dialogue.world import START, World, build_world, make_account
from tests.security import table_eyes as eyes
from tests.security.table_model import LODGING, SIDES, Model, Secret

PHASES = ("listening", "positions", "convergence")
N = st.integers(0, 719)


@dataclass
class Base:
    """The table before anything happens; each example begins here."""

    world: World
    people: dict[str, Any] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    phases: dict[str, Phase] = field(default_factory=dict)

    def name_of(self, account_id: Any) -> str:
        """Return who an account is ("?" for somebody the model does not follow)."""
        return next((name for name, one in self.people.items() if one.pk == account_id), "?")


def build(territory: Territory) -> Base:
    """Seat three parties with a head each, and people who may join later; begin with positions."""
    world = build_world(territory, unions=("CGIL", "CISL"), members=1, firms=1)
    base = Base(world)
    for party, head in world.delegates.items():
        base.people[f"{party} head"] = head
        for name in ("one", "two"):
            person = base.people[f"{party} {name}"] = make_account(f"{party}{name}")
            Membership.objects.create(
                territory=territory, account=person, organisation=world.parties[party].organisation,
                role=Role.DELEGATE, starts_on=START,
            )  # fmt: skip
    operator = base.people["operator"] = make_account("operatore")
    host = Organisation.objects.create(territory=territory, kind="other", name="Chi ospita")
    Membership.objects.create(
        territory=territory, account=operator, organisation=host, role=Role.OPERATOR, starts_on=START
    )
    base.people |= {"secretary": world.secretary, "stranger": world.stranger}
    base.people |= {"member": world.people["CGIL"][0], "firm": world.people["Associazione"][0]}
    for room in Room.objects.filter(table=world.table).select_related("party__organisation", "table"):
        base.rooms[str(room.party) if room.party else room.side or "all"] = room
    _course(base, territory)
    for who, person in base.people.items():
        base.clients[who] = Client(headers={"accept-language": "it"})
        base.clients[who].force_login(person)
    return base


def _course(base: Base, territory: Territory) -> None:
    course = Course.objects.create(
        territory=territory, table=base.world.table, blueprint="free", origin="platform", reference="x",
        begun_on=START,
    )  # fmt: skip
    for position, kind in enumerate(PHASES):
        base.phases[kind] = Phase.objects.create(
            territory=territory, course=course, kind=kind, position=position
        )
    Passage.objects.create(
        territory=territory, course=course, phase=base.phases["positions"], number=1, entered_on=START
    )


class TableMachine(RuleBasedStateMachine):
    """The table's life. `base` is set by the test; what an example does is rolled back."""

    base: Base

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.table = self.base.world.table
        self.model = Model({f"{party} head": (party, "head") for party in SIDES})
        self.drafts: list[tuple[str, Any, int, Secret]] = []
        self.meetings: list[tuple[Any, Secret]] = []
        self.exercise: Any = None
        self.done: dict[str, set[str]] = {}
        self.told = {row.pk for row in Notice.objects.all()}
        self.count = 0

    def teardown(self) -> None:
        """Undo everything: the next example starts from the base."""
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        """Take the source of the small choices."""
        self.rng = random.Random(seed)

    # --- small helpers -------------------------------------------------------------------------------

    def secret(self, kind: str, **audience: Any) -> Secret:
        """Return a fresh word with its audience; it counts from the moment it is written."""
        self.count += 1
        return Secret(f"segreto{self.count:04d}z", kind, **audience)

    def keep(self, secret: Secret) -> Secret:
        """Note that a word has been written."""
        self.model.secrets.append(secret)
        return secret

    def pk(self, who: str) -> Any:
        """Return a person's account id."""
        return self.base.people[who].pk

    def actor(self, *parties: str) -> str | None:
        """Return somebody who may act for one of these parties."""
        people = self.model.acting(parties)
        return self.rng.choice(people) if people else None

    def refused(self, act: Callable[[], Any]) -> bool:
        """Say whether a service refused; used where the model says it must."""
        try:
            with transaction.atomic():
                act()
        except Problem:
            return True
        return False

    # --- who sits where ------------------------------------------------------------------------------

    @rule(n=N, role=st.sampled_from(["member", "observer", "substitute"]))
    def join(self, n: int, role: str) -> None:
        """Somebody is given a seat by the head of the delegation."""
        party = list(SIDES)[n % 3]
        who = f"{party} {'one' if n % 2 else 'two'}"
        if party in self.model.left or who in self.model.seats:
            return
        place = self.pk(f"{party} head") if role == "substitute" else None
        seats.add_delegate(
            self.base.world.parties[party], email=self.base.people[who].email, role=role,
            actor_id=self.pk(f"{party} head"), in_place_of=place,
        )  # fmt: skip
        self.model.seats[who] = (party, role)

    @rule(n=N)
    def leave(self, n: int) -> None:
        """Somebody's seat ends today, by the head or by themselves: access ends at once."""
        sitting = sorted(who for who, (_party, role) in self.model.seats.items() if role != "head")
        if not sitting:
            return
        who = sitting[n % len(sitting)]
        party = self.model.seats.pop(who)[0]
        row = Delegate.objects.active_on(standing.today()).get(account_id=self.pk(who))
        seats.end_seat(row, actor_id=self.pk(who if n % 2 else f"{party} head"))

    @precondition(lambda self: not self.model.left and self.count > 5)
    @rule()
    def party_leaves(self) -> None:
        """CISL leaves the table: its whole delegation's access ends, what it wrote stays its own."""
        seats.leave_table(self.base.world.parties["CISL"], actor_id=self.pk("CISL head"))
        self.model.left.add("CISL")
        for who in self.model.delegation("CISL"):
            del self.model.seats[who]

    @rule()
    def secretary_changes(self) -> None:
        """The secretary resigns, or is appointed anew."""
        if self.model.secretary:
            row = Secretariat.objects.active_on(standing.today()).get(table=self.table)
            secretariat.resign(row, actor_id=self.pk("secretary"))
        else:
            tables.appoint_secretary(self.table, self.pk("secretary"))
        self.model.secretary = not self.model.secretary

    @rule(phase=st.sampled_from(PHASES))
    def pass_to(self, phase: str) -> None:
        """The table passes to another phase."""
        course = self.base.phases[phase].course
        last = course.passages.get(left_on=None)
        Passage.objects.filter(pk=last.pk).update(left_on=standing.today())
        Passage.objects.create(
            territory=course.territory, course=course, phase=self.base.phases[phase],
            number=last.number + 1, entered_on=standing.today(),
        )  # fmt: skip
        self.model.phase = phase

    # --- rooms ---------------------------------------------------------------------------------------

    def place(self, n: int) -> tuple[str, dict[str, set[str]], list[str]]:
        """Return a room, the audience of what is written there, and the parties that work in it."""
        party = list(SIDES)[n % 3]
        if n % 5 == 0:
            return "workers", {"sides": {"workers"}}, self.model.side("workers")
        return party, {"parties": {party}}, [] if party in self.model.left else [party]

    @rule(n=N)
    def note(self, n: int) -> None:
        """Somebody leaves a note in the own room or in the joint room."""
        name, audience, parties = self.place(n)
        who = self.actor(*parties)
        if who:
            said = self.secret("note", **audience)
            texts.add_note(self.base.rooms[name], actor_id=self.pk(who), text=f"Nota {said.word}")
            self.keep(said)

    @rule(n=N)
    def draft(self, n: int) -> None:
        """Somebody writes a draft, or the next version of one."""
        name, audience, parties = self.place(n)
        who = self.actor(*parties)
        if who is None:
            return
        said, room = self.secret("draft", **audience), self.base.rooms[name]
        own = [entry for entry in self.drafts if entry[0] == name]
        if own and n % 2:
            draft, number = own[-1][1], own[-1][2] + 1
            texts.write_version(
                room, draft.pk, actor_id=self.pk(who), title=f"T {said.word}", text=said.word,
                based_on=number - 1,
            )  # fmt: skip
        else:
            draft, number = (
                texts.create_draft(room, actor_id=self.pk(who), title=f"T {said.word}", text=said.word),
                1,
            )
        self.drafts.append((name, draft, number, self.keep(said)))

    @precondition(lambda self: self.drafts)
    @rule(n=N, to=st.sets(st.sampled_from(["Associazione", "CGIL", "CISL", "workers", "all"]), min_size=1))
    def release(self, n: int, to: set[str]) -> None:
        """A version is let out to some parties, to a side, or to all; it cannot be called back."""
        name, draft, number, said = self.drafts[n % len(self.drafts)]
        parties = self.model.side("workers") if name == "workers" else [name]
        who = self.actor(*parties)
        chosen = {"all"} if "all" in to else to - {name} - self.model.left
        if len(self.model.side("workers")) < 2:
            chosen -= {"workers"}
        if who is None or not chosen or name in self.model.left:
            return
        room = self.base.rooms[name]
        with eyes.opened([room.pk]):
            version = DraftVersion.objects.get(draft=draft, number=number)
        if name == "workers":
            for party in parties:
                releasing.approve(room, actor_id=self.pk(f"{party} head"), version_id=version.pk)
        releasing.release(
            room, actor_id=self.pk(who), to=[self.base.rooms[one].pk for one in chosen],
            version_id=version.pk,
        )  # fmt: skip
        said.table |= "all" in chosen
        said.sides |= chosen & {"workers"}
        said.parties |= chosen & set(SIDES)

    @rule(n=N)
    def hold(self, n: int) -> None:
        """A party writes down for itself what it holds on a point."""
        party, who = self._speaker(n)
        if who is None:
            return
        for former in self.model.secrets:
            if former.kind == f"held by {party}":
                former.listed = False
        said = self.secret(f"held by {party}", parties={party})
        positions.hold(
            self.base.rooms[party], self.point().pk, actor_id=self.pk(who), kind="accept_if",
            condition=f"se {said.word}", motivation=f"perché {said.word}",
        )  # fmt: skip
        self.keep(said)

    @rule(n=N)
    def lodge(self, n: int) -> None:
        """A party tells the table; only where the phase opens it."""
        party, who = self._speaker(n)
        if who is None:
            return
        said = self.secret(f"lodged by {party}", table=True)

        def act() -> None:
            positions.lodge(
                self.base.rooms[party], self.point().pk, actor_id=self.pk(who), kind="accept_if",
                condition=f"se {said.word}",
            )  # fmt: skip

        if self.model.phase not in LODGING:
            assert self.refused(act), "this phase does not open it"
            self.keep(Secret(said.word, "refused", listed=False))
            return
        act()
        for former in self.model.secrets:
            if former.kind == said.kind:
                former.listed = False
        self.keep(said)

    def _speaker(self, n: int) -> tuple[str, str | None]:
        party = list(SIDES)[n % 3]
        return party, None if party in self.model.left else self.actor(party)

    def point(self) -> Point:
        """Return the point of the table's theme."""
        return Point.objects.get(table=self.table, theme__isnull=False)

    @rule(n=N)
    def red_line(self, n: int) -> None:
        """A party writes what it will not give up into the draft of its mandate."""
        party, who = self._speaker(n)
        if who is None:
            return
        said, day = self.secret("red line", parties={party}), standing.today()
        terms = mandates.Terms(scope="Tutto", organ="Direttivo", given_on=day, starts_on=day)
        draft = mandates.write_draft(self.base.world.parties[party], terms, actor_id=self.pk(who))
        mandates.add_red_line(draft, f"Mai {said.word}", actor_id=self.pk(who))
        self.keep(said)

    @rule(n=N)
    def try_another_room(self, n: int) -> None:
        """Somebody without a seat, or an observer, tries to write: refused, and nothing is there."""
        name = [*SIDES, "workers"][n % 4]
        parties = self.model.side("workers") if name == "workers" else [name]
        able = set(self.model.acting(parties))
        who = sorted(set(self.base.people) - able)[n % (len(self.base.people) - len(able))]
        word = self.keep(self.secret("refused", listed=False)).word
        room = self.base.rooms[name]
        assert self.refused(lambda: texts.add_note(room, actor_id=self.pk(who), text=word))
        assert self.refused(
            lambda: positions.hold(room, self.point().pk, actor_id=self.pk(who), kind="open", motivation=word)
        )

    # --- meetings ------------------------------------------------------------------------------------

    @rule(n=N, kind=st.sampled_from(["plenary", "restricted", "party"]))
    def convene(self, n: int, kind: str) -> None:
        """A meeting is convened by whom it belongs to."""
        said = self.secret(f"{kind} meeting")
        people: list[str] = []
        if kind == "plenary":
            who = "secretary" if self.model.secretary else None
            said.table = True
        else:
            who = self.actor(self.model.seated()[n % len(self.model.seated())])
        if who is None:
            return
        if kind == "party":
            said.parties = {self.model.seats[who][0]}
        if kind == "restricted":
            others = sorted(w for w, (p, _r) in self.model.seats.items() if p != self.model.seats[who][0])
            people = others[: 1 + n % 2]
            said.named = {(w, self.model.seats[w][0]) for w in (who, *people)}
        meeting = convening.convene(
            self.table, actor_id=self.pk(who), kind=kind, title=f"Incontro {said.word}", place="Qui",
            starts_at=timezone.now() + timedelta(days=20), people=[self.pk(w) for w in people],
        )  # fmt: skip
        said.ids = (str(meeting.pk),)
        self.meetings.append((meeting, self.keep(said)))

    @precondition(lambda self: self.meetings)
    @rule(n=N)
    def agenda(self, n: int) -> None:
        """Whoever keeps a meeting adds to its agenda."""
        meeting, about = self.meetings[n % len(self.meetings)]
        keeper = self.base.name_of(meeting.keeper_id) if meeting.keeper_id else "secretary"
        if keeper not in self.model.audience(about) or (
            keeper != "secretary" and keeper not in self.model.acting(SIDES)
        ):
            return
        said = Secret(
            self.secret("").word, "agenda", set(about.parties), set(), about.table, set(about.named)
        )
        said.listed = False
        running.add_item(meeting, actor_id=self.pk(keeper), title=f"Voce {said.word}")
        self.keep(said)

    # --- blind overlap -------------------------------------------------------------------------------

    @precondition(lambda self: not self.model.left)
    @rule(n=N)
    def overlap(self, n: int) -> None:
        """The blind overlap goes one step on; nothing is shown before everybody agreed to look."""
        if self.exercise is None:
            self._ask_overlap(n)
            return
        self.exercise.refresh_from_db()
        act = {
            "asked": self._join, "listing": self._list, "lodging": self._lodge_secretly, "ready": self._look,
        }.get(self.exercise.state)  # fmt: skip
        if act:
            act()
        shown = Outcome.objects.filter(exercise=self.exercise).exists()
        assert shown == (self.done.get("look") == set(SIDES)), "shown before all agreed to look"

    def _ask_overlap(self, n: int) -> None:
        said, party = self.secret("overlap", table=True), list(SIDES)[n % 3]

        def act() -> None:
            self.exercise = asking.ask(
                self.table, title=f"Verifica {said.word}", actor_id=self.pk(f"{party} head")
            )

        if self.model.phase != "convergence":
            assert self.refused(act)
            self.exercise = None
            return
        act()
        self.done["ask"] = {party}
        self.keep(said)

    def _next(self, step: str) -> str | None:
        waiting = sorted(set(SIDES) - self.done.setdefault(step, set()))
        if not waiting:
            return None
        party = self.rng.choice(waiting)
        self.done[step].add(party)
        return party

    def _join(self) -> None:
        if party := self._next("ask"):
            asking.join(self.exercise, actor_id=self.pk(f"{party} head"))

    def _list(self) -> None:
        if "list" not in self.done:
            if self.model.secretary:
                self.done["list"] = listing.write_list(  # type: ignore[assignment]
                    self.exercise, [("Ore", ("16", "24"))], closes_on=standing.today() + timedelta(days=9),
                    actor_id=self.pk("secretary"),
                )  # fmt: skip
            return
        if party := self._next("consent"):
            version: Any = self.done["list"]
            listing.consent_to_list(self.exercise, version=version, actor_id=self.pk(f"{party} head"))

    def _lodge_secretly(self) -> None:
        if party := self._next("lodge"):
            lodging.lodge(self.exercise, accepts=[[True, False]], actor_id=self.pk(f"{party} head"))

    def _look(self) -> None:
        if party := self._next("look"):
            looking.agree_to_look(self.exercise, actor_id=self.pk(f"{party} head"))

    # --- what people see -----------------------------------------------------------------------------

    @invariant()
    def rooms_are_closed_when_nobody_works(self) -> None:
        """The second wall: outside a service no row of a room is there, whoever asks."""
        for model in (Note, DraftVersion, Position, Delivery):
            assert not model.objects.exists(), f"{model.__name__} without an open room"

    @invariant()
    def notices_tell_only_what_their_reader_may_know(self) -> None:
        """Every notice of this step, as data and as words."""
        for row in Notice.objects.exclude(pk__in=self.told):
            self.told.add(row.pk)
            words = notices.shown(row)
            text = json.dumps(row.context) + (f"{words.title} {words.text}" if words else "")
            who = self.base.name_of(row.account_id)
            assert list(self.model.forbidden(who, text)) == [], f"notice {row.kind} to {who}"

    @invariant()
    def people_see_what_they_may_and_no_more(self) -> None:
        """Two people look through the services and the hooks, one of them at a page."""
        if not hasattr(self, "rng"):
            return
        chosen = self.rng.sample(sorted(self.base.people), 2)
        for who in chosen:
            # As on a page: what a request remembers must tell nothing either.
            with reading():
                self.look(who)
        self.visit(chosen[0])

    def look(self, who: str) -> None:
        """Services show exactly what is promised and nothing that is forbidden; hooks nothing forbidden."""
        shown = eyes.services(self.pk(who), self.table)
        assert list(self.model.forbidden(who, shown)) == [], f"services to {who}"
        missing = [word for word in self.model.promised_to(who) if word not in shown]
        assert missing == [], f"promised to {who}: {self._kinds(missing)}"
        words = [secret.word for secret in self.model.secrets]
        asked = self.rng.choice(words) if words else "nulla"
        told = eyes.hooks(self.pk(who), self.table, asked)
        assert list(self.model.forbidden(who, told)) == [], f"hooks to {who}"

    def _kinds(self, words: list[str]) -> list[str]:
        return [secret.kind for secret in self.model.secrets if secret.word in words]

    def visit(self, who: str) -> None:
        """A page or an API answer holds nothing forbidden; a closed one is not there."""
        path, readers = self.rng.choice(list(self._addresses()))
        answer = self.base.clients[who].get(path)
        text = answer.content.decode(errors="replace").replace(path, "")
        assert list(self.model.forbidden(who, text)) == [], f"{path} to {who}"
        if readers is not None:
            assert answer.status_code == (200 if who in readers else 404), f"{path} to {who}"

    def _addresses(self) -> Iterator[tuple[str, set[str] | None]]:
        sitting = set(self.model.seats) | ({"secretary"} if self.model.secretary else set())
        yield from eyes.addresses(self.table, sitting, [secret.word for secret in self.model.secrets[-3:]])
        for party, one in self.base.world.parties.items():
            own, room = self.model.delegation(party), self.base.rooms[party].pk
            for path in eyes.of_a_party(self.table, room, one.pk):
                yield path, own
        joint = {who for party in self.model.side("workers") for who in self.model.delegation(party)}
        yield f"/tavoli/{self.table.pk}/stanza/{self.base.rooms['workers'].pk}/", joint
        for meeting, about in self.meetings[-4:]:
            yield f"/tavoli/incontri/{meeting.pk}/", self.model.audience(about)


# Always the same twelve lives of a table; with TAVOLO_TABLE_EXAMPLES so many others, new ones each time.
ASKED = os.environ.get("TAVOLO_TABLE_EXAMPLES")
EXAMPLES = settings(
    max_examples=int(ASKED or "12"),
    stateful_step_count=20,
    deadline=None,
    derandomize=ASKED is None,
    database=None,
    # A failing run is printed as it was: making it smaller would ask the database for an hour.
    phases=(Stage.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_nobody_ever_sees_what_the_model_forbids(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tavolo.common import paths

    folder = tmp_path_factory.mktemp("files")
    monkeypatch.setattr(paths, "files", lambda: folder)
    with in_territory(Territory.objects.create(slug="prova", name="Prova")) as territory:
        base = build(territory)
        machine = type("Table", (TableMachine,), {"base": base})
        run_state_machine_as_test(machine, settings=EXAMPLES)
