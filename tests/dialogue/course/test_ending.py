"""How a table ends: concluded, or with a record of no agreement in which each party has its say."""

from __future__ import annotations

import io

import docx
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.models import NoAgreement, PartyStatement
from tavolo.dialogue.course.services import ending, interruptions, phases
from tavolo.dialogue.models import Table
from tests.dialogue.course.conftest import Set

pytestmark = pytest.mark.django_db


def test_a_table_is_concluded_from_its_follow_up_by_each_side(at: Set) -> None:
    with pytest.raises(Problem, match="signature or its follow-up"):
        ending.propose_conclusion(at.table, actor_id=at.who("CGIL"), text="Fatto.")
    at.pass_to("follow_up")
    interruptions.step_out(at.table, actor_id=at.who("CISL"), reason="x")
    decision = ending.propose_conclusion(at.table, actor_id=at.who("CGIL"), text="Fatto.")
    assert at.consent(decision, "Associazione")
    assert at.course.end == rules.CONCLUDED
    assert at.table.state == Table.State.CLOSED
    assert gate.current_passage(at.course) is None
    assert gate.open_acts(at.course, at.course.ended_on) == {
        "agreement.deposit": list(rules.ROLES), "commitments.report": list(rules.ROLES)
    }  # fmt: skip
    with pytest.raises(Problem, match="has ended"):
        gate.require(at.table, "meetings.convene")
    with pytest.raises(Problem, match="has ended"):
        phases.propose_move(at.table, actor_id=at.who("CGIL"), phase=at.phase("listening"), reason="x")


def close(at: Set) -> NoAgreement:
    ending.open_no_agreement(at.table, actor_id=at.who("secretary"), points="Premio e orari.\n\nTurni.")
    ending.lodge_statement(at.table, actor_id=at.who("CGIL"), text="Non <b>basta</b> la proposta #1.")
    ending.lodge_statement(at.table, actor_id=at.who("Associazione"), text="Prima versione.")
    ending.lodge_statement(at.table, actor_id=at.who("Associazione"), text="I margini non lo permettono.")
    decision = ending.propose_no_agreement(at.table, actor_id=at.who("CGIL"))
    assert at.consent(decision, "Associazione")
    return NoAgreement.objects.get(course=at.course)


def test_the_record_holds_each_partys_words_and_becomes_pdf_and_word(at: Set) -> None:
    record = close(at)
    assert at.course.end == rules.NO_AGREEMENT
    assert at.table.state == Table.State.CLOSED
    assert gate.open_acts(at.course, at.course.ended_on) == {}
    said = {one["party"]: one["statement"] for one in record.frozen["parties"]}
    assert said == {
        "CGIL": "Non <b>basta</b> la proposta #1.", "CISL": "", "Associazione": "I margini non lo permettono."
    }  # fmt: skip
    with files.open_stored(record.pdf) as handle:
        text = "".join(page.extract_text() for page in PdfReader(handle).pages)
    with files.open_stored(record.docx) as handle:
        word = "\n".join(p.text for p in docx.Document(io.BytesIO(handle.read())).paragraphs)
    for words in ("Non <b>basta</b> la proposta #1.", "I margini non lo permettono.", "CISL: nessuna",
                  "Premio e orari.", "diritto di sciopero"):  # fmt: skip
        assert words in " ".join(text.split())
        assert words in word
    assert "Prima versione" not in text + word


def test_the_closed_record_never_changes(at: Set) -> None:
    record = close(at)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoAgreement.objects.filter(pk=record.pk).update(points="altro")
    with pytest.raises(DatabaseError), transaction.atomic():
        PartyStatement.objects.filter(record=record).update(text="altro")
    with pytest.raises(DatabaseError), transaction.atomic():
        PartyStatement.objects.filter(record=record).delete()
    with pytest.raises(Problem):
        ending.lodge_statement(at.table, actor_id=at.who("CISL"), text="tardi")


def test_only_those_who_sit_there_fetch_its_documents(at: Set) -> None:
    record = close(at)

    path = reverse("common:file", args=[record.pdf.pk])
    for name in ("CGIL", "CISL", "Associazione", "secretary"):
        assert at.browser(name).get(path).status_code == 200
    assert at.browser("stranger").get(path).status_code == 404
    assert at.browser().get(path).status_code in (302, 404)


def test_a_record_is_taken_back_while_nobody_else_has_written(at: Set) -> None:
    ending.open_no_agreement(at.table, actor_id=at.who("CGIL"), points="Premio.")
    with pytest.raises(Problem, match="open already"):
        ending.open_no_agreement(at.table, actor_id=at.who("CISL"), points="Altro.")
    ending.lodge_statement(at.table, actor_id=at.who("CISL"), text="La nostra.")
    with pytest.raises(Problem, match="Other parties"):
        ending.withdraw_no_agreement(at.table, actor_id=at.who("CGIL"))
    ending.withdraw_no_agreement(at.table, actor_id=at.who("CISL"))
    assert not NoAgreement.objects.exists()
    with pytest.raises(Problem, match="no open record"):
        ending.propose_no_agreement(at.table, actor_id=at.who("CGIL"))


@pytest.mark.parametrize("who", ["stranger", "secretary"])
def test_only_a_party_writes_a_statement(at: Set, who: str) -> None:
    ending.open_no_agreement(at.table, actor_id=at.who("CGIL"), points="Premio.")
    with pytest.raises(Problem):
        ending.lodge_statement(at.table, actor_id=at.who(who), text="x")
