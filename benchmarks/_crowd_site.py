"""The territory of the crowd: a table, an open consultation, people with accounts and people with slips.

Everything is made by the services the pages use, so that lists, slips and hand-overs are real.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks._voting import Installation

BUILD = r"""
import json, sys, django
django.setup()
from django.conf import settings
from tavolo.site.prepare import prepare_here
prepare_here()
from datetime import date, timedelta
from importlib import import_module
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Group
from tavolo.dialogue.polling import codes
from tavolo.dialogue.polling.services import members, roll, slips
from tavolo.dialogue.services import consultations, opening, tables
from tavolo.people.models import Account, Constituency, Organisation, UnionMembership
accounts, listed, statements, readers = (int(value) for value in sys.argv[1:5])
start = date(2020, 1, 1)
store = import_module(settings.SESSION_ENGINE).SessionStore
def sessions(people):
    rows, found = [], []
    for person in people:
        session = store(store()._get_new_session_key())
        held = {SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash()}
        rows.append(Session(session_key=session.session_key, session_data=session.encode(held),
            expire_date=timezone.now() + timedelta(days=1)))
        found.append(session.session_key)
    Session.objects.bulk_create(rows, batch_size=1000)
    return found
territory = Territory.objects.create(slug="prova", name="Prova")
with in_territory(territory):
    union = Organisation.objects.create(territory=territory, kind="union", name="Sindacato")
    association = Organisation.objects.create(
        territory=territory, kind="employers_association", name="Associazione delle imprese")
    people = Account.objects.bulk_create(
        [Account(email=f"v{i}@example.org", name=f"Persona {i}", password="!") for i in range(accounts)])
    UnionMembership.objects.bulk_create(
        [UnionMembership(territory=territory, account=p, union=union, starts_on=start) for p in people])
    table = tables.create_table(title="Tavolo della prova")
    ours = tables.add_party(table, union, "workers")
    theirs = tables.add_party(table, association, "employers")
    delegates = [Account.objects.create(email=f"d{i}@example.org", name=f"Delegata {i}", password="!")
        for i in range(readers)]
    for number, person in enumerate(delegates):
        tables.seat_delegate((ours, theirs)[number % 2], person.pk, role="head" if number < 2 else "member",
            starts_on=start)
    head = delegates[0]
    made = consultations.create_consultation(table=table, actor_id=head.pk, title="Orari e turni",
        question="Quali orari?", capacity=statements + 4)
    asked = Constituency.objects.create(territory=territory, kind="members_of_union", name="Iscritti",
        organisation=union, subject=union)
    by_list = Constituency.objects.create(territory=territory, kind="listed", name="Mense e pulizie",
        organisation=union)
    consultations.add_group(made, party=ours, constituency=asked, actor_id=head.pk)
    group = consultations.add_group(made, party=ours, constituency=by_list, actor_id=head.pk)
    for i in range(statements):
        consultations.add_statement(made, text=f"Il turno {i} va concordato con chi lo fa.", actor_id=head.pk)
    members.name_member(made, party=ours, email=head.email, actor_id=head.pk)
    roll.add_voters(group, [(f"Addetta {i}", "", "", "slip", "it") for i in range(listed)], actor_id=head.pk)
    opening.consent_to_open(made, party=ours, actor_id=head.pk)
    group = Group.objects.select_related("consultation").get(pk=group.pk)
    secret, left = [], listed
    while left:
        number = min(left, slips.MOST_AT_ONCE)
        secret += slips.print_slips(group, number, actor_id=head.pk)[1]
        left -= number
    roll.hand_over(group, [one.key for one in roll.people(group)], actor_id=head.pk)
    at = {"table_id": table.pk}
    pages = [("table", reverse("dialogue:table", kwargs=at)),
        ("consultation", reverse("dialogue:consultation", args=[made.pk])),
        ("activity", reverse("following:activity", kwargs=at)),
        ("what awaits me", reverse("following:waiting"))]
    print("CROWD " + json.dumps({
        "consultation": str(made.pk), "table": str(table.pk), "session_cookie": settings.SESSION_COOKIE_NAME,
        "accounts": sessions(people), "readers": sessions(delegates),
        "codes": [codes.shown(code) for code in secret], "pages": pages,
        "vote": reverse("dialogue:vote", args=[made.pk]), "cast": reverse("dialogue:cast", args=[made.pk]),
        "door": reverse("polling:slip")}))
"""

COUNT = r"""
import json, sys, uuid, django
django.setup()
from django.db import connection
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import ClosedBallot, Consultation, Party, StatementVersion, Tally, Turnout
from tavolo.dialogue.services import ballot_box, closing
from tavolo.people.models import Account
people = json.load(open(sys.argv[1]))
with in_territory(Territory.objects.get()):
    made = Consultation.objects.get()
    asked = StatementVersion.objects.filter(consultation=made)
    versions = {version.slot: str(version.pk) for version in asked}
    ballot_box.drain(made)
    seals = keys.load(made.pk)
    sheet = int(ballot_box.read_sheet(made.pk, seals).votes.sum())
    right = ballot_box.recount(made)
    owner = {seals.address(uuid.UUID(person)): person for person in people}
    held, strangers = [], 0
    with connection.cursor() as cursor:
        for address, ballot in ballot_box.read_ballots(cursor, made.pk, seals):
            marks = [[versions[slot], ballot.vote(slot)] for slot in versions if ballot.vote(slot)]
            if address in owner:
                held += [[owner[address], *mark] for mark in marks]
            else:
                strangers += len(marks)
    head = Account.objects.get(email="d0@example.org")
    closed = closing.consent_to_close(made, party=made.groups.first().party, actor_id=head.pk)
    sums = {str(row.version_id): [0, 0, 0] for row in Tally.objects.all()}
    for row in Tally.objects.all():
        for place, value in enumerate((row.agree, row.disagree, row.passed)):
            sums[str(row.version_id)][place] += value
    print("COUNTED " + json.dumps({"held": held, "strangers": strangers, "sheet": sheet,
        "sheet_is_right": right, "closed": closed, "tallies": sums, "ballots": ClosedBallot.objects.count(),
        "turnout": sum(row.voters for row in Turnout.objects.all())}))
"""


class CrowdSite(Installation):
    """An installation with the crowd's territory in it."""

    def build_crowd(self, accounts: int, listed: int, statements: int, readers: int) -> None:
        """Create the database, the people, the open consultation, and slips handed to those on the list."""
        self.start_database()
        sizes = [str(number) for number in (accounts, listed, statements, readers)]
        out = self._python(BUILD, "owner", *sizes)
        self.known = json.loads(out.split("CROWD ", 1)[1])

    def restart_database(self) -> None:
        """Kill the database with all its processes, and start it: only what was durable is left."""
        self.kill_database()
        self.start_database()

    def count_and_close(self, people: list[str]) -> dict[str, Any]:
        """Return every vote in the ballots, then close the consultation and return what it published."""
        path = Path(self.home) / "people.json"
        path.write_text(json.dumps(people))
        out = self._python(COUNT, "owner", str(path))
        return dict(json.loads(out.split("COUNTED ", 1)[1]))
