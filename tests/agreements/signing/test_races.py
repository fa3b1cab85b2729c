# mypy: disable-error-code="attr-defined, assignment, misc, return-value"
"""Thirty-two clients initial and sign while the text is being amended: no word lands on another text."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.services import starting, texts
from tavolo.agreements.services.texts import add_version, current, locked, require_draft, text_of
from tavolo.agreements.signing.models import Frozen, Initial, Signature
from tavolo.agreements.signing.services import initialling, signatures
from tavolo.agreements.text.model import Clause, Text
from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.services import tables
from tavolo.people.models import Account, Organisation

CLIENTS = 32
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def room(transactional_db: None) -> Any:
    """A table of its own with two parties and their heads, committed."""
    from tavolo.agreements.standing import today

    territory = Territory.objects.create(slug="corse", name="Corse")
    with in_territory(territory):
        table = tables.create_table(title="Tavolo")
        heads = []
        for kind, side in (("union", "workers"), ("employers_association", "employers")):
            body = Organisation.objects.create(territory=territory, kind=kind, name=side)
            party = tables.add_party(table, body, side)
            person = Account.objects.create(email=f"{side}@corse.example", name=side, password="!")
            tables.seat_delegate(party, person.pk, role="head", starts_on=today())
            heads.append(person.pk)
        agreement = starting.start_agreement(
            table, title="Intesa", actor_id=heads[0],
            text=Text.of("Intesa", (Clause("c1", "Premio", "Il premio è di 100 euro."),)),
        )  # fmt: skip
        yield territory, agreement, heads


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


def test_thirty_two_signatures_at_once_are_one_for_each_party_on_the_text_shown(room: Any) -> None:
    territory, agreement, heads = room
    shown = current(agreement).hash
    for head in heads:
        initialling.initial(agreement, shown_hash=shown, actor_id=head)
        signatures_of(agreement, head)
    wrong = "0" * 64

    def sign(head: Any, text_hash: str) -> Any:
        return signatures.sign(agreement, shown_hash=text_hash, actor_id=head, proof=signatures.Proof())

    jobs: list[Callable[[], Any]] = [
        lambda head=heads[number % 2], told=(wrong if number % 4 == 3 else shown): sign(head, told)
        for number in range(CLIENTS)
    ]
    came = together(territory, jobs)
    assert set(came) <= {"done", "refused"}, came
    rows = list(Signature.objects.filter(agreement=agreement))
    assert len(rows) == len(heads)
    assert {row.hash for row in rows} == {shown}
    agreement.refresh_from_db()
    assert agreement.state == "signed"


def signatures_of(agreement: Agreement, head: Any) -> None:
    """Name the head to sign, once the text may be signed or is being initialled to the end."""
    agreement.refresh_from_db()
    if agreement.state == "cleared":
        for number in (0, 1):
            party = agreement.contractors.order_by("party__position")[number].party
            person = party.delegates.get().account_id
            signatures.name_signatories(agreement, actor_id=person, people=[(person, "")], needed=1)


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
