# mypy: disable-error-code="attr-defined, assignment, misc, return-value"
"""Thirty-two clients initial and sign while the text is being amended: no word lands on another text."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections

from tavolo.agreements.models import Agreement, Amendment, Version
from tavolo.agreements.services import amending, consolidating, stances, starting, texts
from tavolo.agreements.services.texts import add_version, current, locked, require_draft, text_of
from tavolo.agreements.signing.models import Frozen, Initial, Sealed, Signature
from tavolo.agreements.signing.services import initialling, sealing, signatures
from tavolo.agreements.standing import today
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.operations import reworded
from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.services import tables
from tavolo.ledger.services import acts_on
from tavolo.people.models import Account, Organisation

CLIENTS = 32
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of the module's own, copied from the empty one: what is committed there stays there.

    Emptying some three hundred tables after each test would take longer than the tests.
    """
    empty = connection.settings_dict["NAME"]
    name = f"{empty}_signing"
    with django_db_blocker.unblock():
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{empty}"')
        # The settings are one object for the connections of all threads.
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = empty
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def _django_db_helper(committed: None) -> None:
    """Stand in for the wrapping of each test in a transaction: here everything is really committed."""


@pytest.fixture
def room(committed: None) -> Any:
    """A table of its own with two parties and their heads, committed, in a territory of its own."""
    slug = f"corse-{uuid.uuid4().hex[:8]}"
    territory = Territory.objects.create(slug=slug, name="Corse")
    with in_territory(territory):
        table = tables.create_table(title="Tavolo")
        heads = []
        for kind, side in (("union", "workers"), ("employers_association", "employers")):
            body = Organisation.objects.create(territory=territory, kind=kind, name=side)
            party = tables.add_party(table, body, side)
            person = Account.objects.create(email=f"{side}@{slug}.example", name=side, password="!")
            tables.seat_delegate(party, person.pk, role="head", starts_on=today())
            heads.append(person.pk)
        agreement = starting.start_agreement(
            table, title="Intesa", actor_id=heads[0],
            text=Text.of("Intesa", (Clause("c1", "Premio", "Il premio è di 100 euro."),)),
        )  # fmt: skip
        yield territory, agreement, heads


CLAUSES = tuple(f"c{number}" for number in range(2, 10))


@pytest.fixture
def secretariat(room: Any) -> Any:
    """The same with a joint secretariat and eight more clauses."""
    territory, agreement, heads = room
    secretary = Account.objects.create(
        email=f"segreteria@{territory.slug}.example", name="Segreteria", password="!"
    )
    tables.appoint_secretary(agreement.table, secretary.pk, starts_on=today())
    clauses = tuple(Clause(key, f"Articolo {key}", "Le parti si incontrano ogni anno.") for key in CLAUSES)
    more = Text.of("Intesa", (*text_of(current(agreement)).root.children, *clauses))
    add_version(agreement, more, made=Version.Made.CONSOLIDATED, actor_id=secretary.pk)
    return territory, agreement, heads, secretary.pk


def agreed(agreement: Agreement, heads: list[Any], clause: str) -> Amendment:
    """Return a lodged amendment of a clause that the other party accepts."""
    base = current(agreement)
    operation = reworded(text_of(base), clause, body=f"Le parti si incontrano ogni mese ({clause}).")
    row = amending.lodge_amendment(agreement, base=base, operations=[operation], actor_id=heads[0])
    stances.lodge_stance(agreement, kind="accepts", actor_id=heads[1], revision=amending.newest(row))
    return row


def reworded_text(agreement: Agreement, clause: str) -> Text:
    """Return the current text with other words in a clause."""
    text = text_of(current(agreement))
    old = text.clause(clause)
    return text.with_clause(Clause(old.id, old.title, "Altre parole."))


def told(agreement: Agreement, act: str) -> int:
    """Return how many acts of a name the register holds about an agreement."""
    return sum(row.act_name == f"signing.{act}" for row in acts_on("signing.agreement", agreement.pk))


@pytest.fixture
def cleared(room: Any) -> Any:
    """The same with all initials and signatories: whoever is named may sign."""
    territory, agreement, heads = room
    for head in heads:
        initialling.initial(agreement, shown_hash=current(agreement).hash, actor_id=head)
    for head in heads:
        signatures.name_signatories(agreement, actor_id=head, people=[(head, "")], needed=1)
    return territory, agreement, heads


def sign(agreement: Agreement, head: Any, text_hash: str) -> Signature:
    """Sign on the site for the party of a head."""
    return signatures.sign(agreement, shown_hash=text_hash, actor_id=head, proof=signatures.Proof())


def together(territory: Territory, jobs: list[Callable[[], Any]]) -> Counter[str]:
    """Run jobs at once, each on a connection of its own; count what came of them."""
    results: list[str] = []
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> None:
        try:
            with in_territory(territory):
                ready.wait(60)
                try:
                    job()
                    results.append("done")
                except Problem:
                    results.append("refused")
                except Exception as error:
                    results.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(results)


def reword(agreement: Agreement, number: int, actor: Any) -> None:
    """Move the text on, as taking in an agreed amendment does: under the agreement's lock."""
    from django.db import transaction

    with transaction.atomic():
        row = locked(agreement)
        require_draft(row)
        text = text_of(current(row))
        words = Clause("c1", "Premio", f"Il premio è di {number} euro.")
        add_version(row, text.with_clause(words), made=Version.Made.CONSOLIDATED, actor_id=actor)


def test_no_initials_land_on_a_text_other_than_the_one_shown(room: Any) -> None:
    territory, agreement, heads = room
    shown = current(agreement)
    jobs: list[Callable[[], Any]] = [
        lambda head=heads[number % 2]: initialling.initial(agreement, shown_hash=shown.hash, actor_id=head)
        for number in range(CLIENTS - 8)
    ] + [lambda number=number: reword(agreement, 200 + number, heads[0]) for number in range(8)]
    came = together(territory, jobs)
    assert set(came) <= {"done", "refused"}, came
    rows = list(Initial.objects.filter(agreement=agreement))
    assert all(row.version_id == shown.pk and row.hash == shown.hash for row in rows)
    frozen = Frozen.objects.filter(agreement=agreement, version__isnull=False).first()
    if frozen is None:
        assert not rows
    else:
        assert texts.current(agreement).pk == frozen.version_id, "no text after the initialled one"
        assert len(rows) == len({row.party_id for row in rows})


def test_initials_race_the_consolidation_of_agreed_amendments(secretariat: Any) -> None:
    """Thirty-two clients: initials on the text of before against taking in what was agreed meanwhile."""
    territory, agreement, heads, secretary = secretariat
    shown = current(agreement)
    rows = [agreed(agreement, heads, clause) for clause in CLAUSES]

    def take(row: Amendment) -> Any:
        return consolidating.take_in(agreement, [row], actor_id=secretary)

    def initial(head: Any) -> Any:
        return initialling.initial(agreement, shown_hash=shown.hash, actor_id=head)

    jobs: list[Callable[[], Any]] = []
    for number, row in enumerate(rows):
        jobs.append(lambda row=row: take(row))
        jobs += [lambda head=heads[(number + more) % 2]: initial(head) for more in range(3)]
    assert len(jobs) == CLIENTS
    came = together(territory, jobs)
    assert set(came) <= {"done", "refused"}, came
    initials = list(Initial.objects.filter(agreement=agreement))
    assert {row.hash for row in initials} <= {shown.hash}
    assert bool(initials) != (current(agreement).pk != shown.pk), "the text moved on, or it is held"
    assert told(agreement, "initialled") == len(initials)


def test_the_last_signature_races_amending_and_consolidation_and_nothing_lands_elsewhere(
    secretariat: Any,
) -> None:
    """What is agreed before the initials and taken in while the parties sign finds the text closed."""
    territory, agreement, heads, secretary = secretariat
    open_row = agreed(agreement, heads, "c2")
    shown = current(agreement)
    for head in heads:
        initialling.initial(agreement, shown_hash=shown.hash, actor_id=head)
    for head in heads:
        signatures.name_signatories(agreement, actor_id=head, people=[(head, "")], needed=1)
    other = text_hash(reworded_text(agreement, "c2"))
    jobs: list[Callable[[], Any]] = [
        lambda head=heads[number % 2], told=(other if number % 4 == 3 else shown.hash): sign(
            agreement, head, told
        )
        for number in range(CLIENTS - 16)
    ]
    jobs += [lambda: consolidating.take_in(agreement, [open_row], actor_id=secretary) for _number in range(8)]
    jobs += [lambda number=number: reword(agreement, 500 + number, heads[0]) for number in range(8)]
    assert len(jobs) == CLIENTS
    came = together(territory, jobs)
    assert set(came) <= {"done", "refused"}, came
    rows = list(Signature.objects.filter(agreement=agreement))
    assert {(row.hash, row.version_id) for row in rows} == {(shown.hash, shown.pk)}
    assert {row.account_id for row in rows} == set(heads)
    assert current(agreement).pk == shown.pk, "no text after the one that was signed"
    open_row.refresh_from_db()
    assert open_row.state == Amendment.State.OPEN
    agreement.refresh_from_db()
    assert agreement.state == "signed"
    assert told(agreement, "signed") == 2


def test_thirty_two_signatures_at_once_are_one_for_each_party_on_the_text_shown(cleared: Any) -> None:
    territory, agreement, heads = cleared
    shown, wrong = current(agreement).hash, "0" * 64
    jobs: list[Callable[[], Any]] = [
        lambda head=heads[number % 2], told=(wrong if number % 4 == 3 else shown): sign(agreement, head, told)
        for number in range(CLIENTS)
    ]
    came = together(territory, jobs)
    assert set(came) <= {"done", "refused"}, came
    rows = list(Signature.objects.filter(agreement=agreement))
    assert len(rows) == len(heads)
    assert {row.hash for row in rows} == {shown}
    agreement.refresh_from_db()
    assert agreement.state == "signed"


def test_the_signed_files_are_made_once_whoever_asks_first(cleared: Any) -> None:
    territory, agreement, heads = cleared
    for head in heads:
        sign(agreement, head, current(agreement).hash)
    came = together(territory, [lambda: sealing.seal(agreement) for _number in range(8)])
    assert came == {"done": 8}
    assert Sealed.objects.filter(agreement=agreement).count() == 1
    assert told(agreement, "sealed") == 1


def test_the_database_itself_refuses_another_hash(room: Any) -> None:
    from django.db import IntegrityError, transaction

    _territory, agreement, heads = room
    made = initialling.initial(agreement, shown_hash=current(agreement).hash, actor_id=heads[0])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE signing_initial SET name = 'altri' WHERE id = %s", [made.pk])
    made.pk, made.hash = None, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
    other = text_of(current(agreement)).with_clause(Clause("c1", "Premio", "Altro."))
    with pytest.raises(IntegrityError), transaction.atomic():
        add_version(agreement, other, made="start", actor_id=None)
