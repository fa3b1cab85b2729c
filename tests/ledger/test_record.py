"""Recording formal acts."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tavolo.common.models import Territory
from tavolo.ledger.merkle.acts import commitment
from tavolo.ledger.models import Act, ActContent, PendingAct
from tavolo.ledger.services import acts_on, record_act, statement_of


def record(**changes: Any) -> uuid.UUID:
    """Record an act with some content, in a transaction of its own."""
    said: dict[str, Any] = {
        "actor_id": uuid.uuid4(),
        "role": "delegate",
        "act": "dialogue.table_opened",
        "object_type": "dialogue.table",
        "object_id": uuid.uuid4(),
        "content": {"title": "Impresa e lavoro", "on": date(2026, 4, 13), "parties": 4},
    }
    with transaction.atomic():
        return record_act(**{**said, **changes})


def test_an_act_commits_to_who_in_which_role_what_when_and_on_which_object(territory: Territory) -> None:
    table = uuid.uuid4()
    act_id = record(object_id=table)
    (content,) = acts_on("dialogue.table", table)
    said = statement_of(content).as_dict()
    assert said["object"] == {"id": str(table), "type": "dialogue.table"}
    assert said["role"] == "delegate"
    assert said["territory"] == str(territory.pk)
    assert said["content"]["on"] == "2026-04-13"
    assert commitment(bytes(content.salt), said) == bytes(Act.objects.get(pk=act_id).commitment)
    assert PendingAct.objects.filter(act_id=act_id).exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record_act(actor_id=None, role="system", act="x", object_type="y", object_id=uuid.uuid4(), content={})


def test_an_act_vanishes_with_the_change_it_speaks_of(territory: Territory) -> None:
    with transaction.atomic():
        record()
        transaction.set_rollback(True)
    assert not Act.objects.exists()
    assert not ActContent.objects.exists()
    assert not PendingAct.objects.exists()


@pytest.mark.parametrize("value", [1.5, 2**53, "a\x00b", "\ud800", object(), {1: 2}])
def test_content_without_a_single_json_form_is_refused(territory: Territory, value: object) -> None:
    with pytest.raises(ValueError):
        record(content={"value": value})
    assert not Act.objects.exists()
