"""Finding public agreements, and adding those made elsewhere."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from tavolo.agreements.archive import adding, exporting, indexing, papers, reading
from tavolo.agreements.archive.gathering import find
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.archive.searching import Query, search
from tavolo.agreements.models import Agreement, State, Version
from tavolo.agreements.services.texts import add_version, current, text_of
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.reading import write_plain
from tavolo.common.errors import Problem
from tavolo.ledger.audit import faults
from tavolo.ledger.checkpoints import sign
from tavolo.ledger.merkle.agreement import check_agreement
from tavolo.ledger.services import acts_on
from tavolo.people.models import Account
from tests.agreements.archive.conftest import TEXT

pytestmark = pytest.mark.usefixtures("english")
Bring = Callable[..., Entry]
CANARY = "zafferanocanarino"


def titles(query: Query) -> list[str]:
    return [row.title for row in search(query).entries]


def test_words_are_found_in_every_inflection_and_all_must_occur(bring: Bring) -> None:
    bring()
    assert titles(Query(words="puntuale consegna")) == ["Accordo sul premio"]
    assert titles(Query(words="premi")) == ["Accordo sul premio"]
    assert titles(Query(words="premio rumore")) == []
    assert titles(Query(words="il della")) == []
    assert titles(Query(words="' | & ! : * (premio) \\")) == ["Accordo sul premio"]


def test_a_word_in_the_title_comes_before_the_same_word_in_the_text(bring: Bring) -> None:
    bring(
        "Accordo sul welfare",
        text="Art. 1 – Asili\nLe imprese mettono in comune le convenzioni con gli asili.",
    )
    bring("Accordo sul premio")
    assert titles(Query(words="welfare")) == ["Accordo sul welfare", "Accordo sul premio"]


def test_conditions_hold_together_and_facets_count_what_is_left(bring: Bring) -> None:
    bring("Uno", sector="25.53", municipality="Milano", ends_on=date(2020, 12, 31), ended=True)
    bring("Due", text=TEXT + "\nTurni di notte volontari.", topics=("hours",), signed_on=date(2024, 2, 2))
    assert set(titles(Query())) == {"Uno", "Due"}
    assert titles(Query(party="cgil milano", topic="hours")) == ["Due"]
    assert titles(Query(division="25")) == ["Uno"]
    assert titles(Query(in_force=date(2019, 12, 1))) == ["Uno"]
    assert titles(Query(in_force=date(2025, 1, 1))) == ["Due"]
    assert titles(Query(state="ended", year="2019", municipality="Milano")) == ["Uno"]
    assert titles(Query(year="20x4")) == []
    found = search(Query(words="premio"))
    assert found.total == 2
    assert dict(found.facets["state"]) == {"signed": 1, "ended": 1}
    assert dict(found.facets["party"])["CGIL Milano"] == 2
    assert found.facets["year"] == [("2024", 1), ("2019", 1)]


def test_a_draft_is_never_found_and_the_database_refuses_it(bring: Bring, territory: Any) -> None:
    draft = Agreement.objects.create(
        territory=territory, title=f"Bozza {CANARY}", created_on=date(2026, 1, 1)
    )
    add_version(
        draft, Text.of(CANARY, (Clause("a", CANARY, CANARY),)), made=Version.Made.START, actor_id=None
    )
    for state in (State.DRAFT, State.INITIALLED, State.VOTING, State.CLEARED, State.REJECTED):
        draft.state = state
        draft.save()
        assert search(Query(words=CANARY)).total == 0
        assert list(find(None, CANARY)) == []
        assert CANARY not in "".join(exporting.json_lines(territory, ""))
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            indexing.index(draft)
    draft.state = State.SIGNED
    draft.save()
    assert search(Query(words=CANARY)).total == 1
    draft.state = State.DRAFT
    draft.save()
    assert search(Query(words=CANARY)).total == 0


def test_the_address_is_short_and_stays(bring: Bring) -> None:
    entry = bring()
    assert len(entry.key) == 10
    Entry.objects.all().delete()
    assert indexing.reindex() == 1
    assert Entry.objects.get().key == entry.key


def test_a_correction_is_a_new_record_and_the_old_one_points_to_it(bring: Bring) -> None:
    old = bring()
    with pytest.raises(Problem, match="wrong"):
        bring(corrects=old)
    new = bring("Accordo sul premio (completo)", corrects=old, reason="Mancava l'articolo 3.")
    old.refresh_from_db()
    assert old.corrected
    assert titles(Query()) == [new.title]
    assert [row.act_name for row in acts_on("archive.agreement", new.agreement_id)] == ["archive.corrected"]
    with pytest.raises(Problem, match="already"):
        bring(corrects=old, reason="Ancora.")
    for change in (
        lambda row: row.delete(),
        lambda row: Elsewhere.objects.filter(pk=row.pk).update(source="x"),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change(Elsewhere.objects.first())


AMENDED = (
    "Art. 1 – Premio {#c1}\nIl premio dipende dalla qualità soltanto.\n"
    "Art. 3 – Verifica\nUna verifica ogni anno, a marzo, fra le parti firmatarie."
)


def on(entry: Entry, day: date) -> list[tuple[str, str]]:
    force = reading.coordinated(Entry.objects.get(pk=entry.pk), day)
    return [(one.title, one.body) for one in force.text.root.children]


def test_an_agreement_made_elsewhere_is_amended_from_its_first_day_on(bring: Bring) -> None:
    old = bring(ends_on=date(2024, 12, 31))
    new = bring(
        "Accordo che modifica", text=AMENDED, amends=old, signed_on=date(2021, 2, 28),
        starts_on=date(2021, 3, 1), ends_on=date(2023, 12, 31),
    )  # fmt: skip
    signed = on(old, date(2021, 2, 28))
    assert [title for title, _body in signed] == ["Premio", "Welfare"]
    for day in (date(2021, 3, 1), date(2023, 12, 31)):
        assert [title for title, _body in on(old, day)] == ["Premio", "Verifica"]
        assert "qualità soltanto" in on(old, day)[0][1]
    assert on(old, date(2024, 1, 1)) == signed
    old.refresh_from_db()
    assert old.amended
    assert [one.starts_on for one in old.editions.all()] == [None, date(2021, 3, 1), date(2024, 1, 1)]
    assert set(titles(Query(words="verifica marzo", in_force=date(2022, 1, 1)))) == {old.title, new.title}
    assert titles(Query(words="verifica marzo", in_force=date(2024, 1, 1))) == []
    assert [(one["kind"], one["entry"].pk) for one in reading.links(new)] == [("Amends", old.pk)]
    assert [(one["kind"], one["entry"].pk) for one in reading.links(old)] == [("Amended by", new.pk)]
    assert acts_on("archive.agreement", new.agreement_id)[0].content["amends"] == str(old.agreement_id)


def test_only_the_clauses_written_change_where_the_officer_says_so(bring: Bring) -> None:
    old = bring()
    bring("Modifica", text=AMENDED.replace(" {#c1}", ""), amends=old, signed_on=date(2021, 3, 1),
          changes_only=True)  # fmt: skip
    # A new clause stands behind the neighbour it was written after.
    assert [title for title, _body in on(old, date(2021, 3, 1))] == ["Premio", "Verifica", "Welfare"]
    assert "qualità soltanto" in on(old, date(2021, 3, 1))[0][1]


def test_amendments_brought_in_any_order_leave_each_others_words(bring: Bring) -> None:
    old = bring()
    base = write_plain(text_of(current(old.agreement)), ids=True)
    bring("Seconda", text=base.replace("per i figli", "per tutti"), amends=old, signed_on=date(2023, 1, 1))
    bring("Prima", text=base.replace("puntualità", "rapidità"), amends=old, signed_on=date(2021, 1, 1))
    both = " ".join(body for _title, body in on(old, date(2023, 1, 1)))
    assert "rapidità" in both
    assert "per tutti" in both


def test_corrections_of_either_side_keep_the_link(bring: Bring) -> None:
    old = bring()
    first = bring("Modifica", text=AMENDED, amends=old, signed_on=date(2021, 3, 1))
    text = AMENDED.replace("soltanto", "e basta")
    bring(
        "Modifica giusta", text=text, corrects=first, reason="Parola sbagliata.", signed_on=date(2021, 3, 1)
    )
    assert "qualità e basta" in on(old, date(2021, 3, 1))[0][1]
    more = write_plain(text_of(current(old.agreement)), ids=True) + "\n## Durata\nTre anni."
    newer = bring("Accordo completo", text=more, corrects=old, reason="Mancava un articolo.")
    assert [title for title, _body in on(newer, date(2020, 1, 1))] == ["Premio", "Welfare", "Durata"]
    assert "qualità e basta" in on(newer, date(2021, 3, 1))[0][1]
    old.refresh_from_db()
    assert not old.amended


def test_what_cannot_amend_is_refused_and_leaves_nothing(bring: Bring, territory: Any) -> None:
    old = bring()
    base = write_plain(text_of(current(old.agreement)), ids=True)
    count = Agreement.objects.count()
    with pytest.raises(Problem, match="in force already"):
        bring("Modifica", text=base, amends=old, signed_on=date(2021, 3, 1))
    with pytest.raises(Problem, match="holds from"):
        bring("Modifica", text=AMENDED, amends=old, signed_on=date(2018, 3, 1))
    over = bring("Finito", text=TEXT + "\nSolo per il 2019.", ends_on=date(2019, 12, 31))
    with pytest.raises(Problem, match="correct its record"):
        bring("Modifica", text=AMENDED, amends=over, signed_on=date(2020, 1, 1))
    here = Agreement.objects.create(
        territory=territory, title="Qui", created_on=date(2026, 1, 1), state=State.SIGNED
    )
    add_version(here, Text.of("Qui", (Clause("a", "Uno", "Due."),)), made=Version.Made.START, actor_id=None)
    with pytest.raises(Problem, match="at that table"):
        bring("Modifica", text=AMENDED, amends=indexing.index(here), signed_on=date(2021, 3, 1))
    bring("Accordo corretto", corrects=old, reason="Refuso.")
    with pytest.raises(Problem, match="newest"):
        bring("Modifica", text=AMENDED, amends=old, signed_on=date(2021, 3, 1))
    assert Agreement.objects.count() == count + 3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "title"), ({"text": "breve"}, "whole text"), ({"source": " "}, "comes from"),
        ({"parties": (("Una", True),)}, "two parties"), ({"signed_on": date(2999, 1, 1)}, "future"),
        ({"parties": (("Una", False), ("Due", False))}, "signed"), ({"topics": ("nothing",)}, "nothing"),
        ({"ends_on": date(2018, 1, 1)}, "before it begins"), ({"ended": True}, "day on which"),
        ({"sector": "99.99.99"}, "ATECO"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_says_why(bring: Bring, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(Problem, match=words):
        bring(**changed)
    assert not Agreement.objects.exists()


def test_only_officers_add_and_the_same_text_is_refused(bring: Bring, officer: Any, union: Any) -> None:
    bring()
    with pytest.raises(Problem, match=r"Exactly|already"):
        bring()
    stranger = Account.objects.create_user("estranea@prova.example", name="Estranea")
    brought = adding.Brought("T", TEXT, (("A", True), ("B", True)), date(2020, 1, 1), "S")
    with pytest.raises(Problem, match="officer"):
        adding.add(brought, actor=stranger, organisation_id=union.pk)
    with pytest.raises(Problem, match="officer"):
        adding.add(brought, actor=officer, organisation_id=uuid.uuid4())


def test_near_duplicates_are_named(bring: Bring) -> None:
    entry = bring()
    near = adding.read(
        adding.Brought("Accordo sul premio!", TEXT.replace("figli", "bambini"), (("A", True), ("B", True)),
                       date(2020, 1, 1), "S")
    )  # fmt: skip
    assert [one.entry for one in adding.alike(near, near.root.title)] == [entry]
    other = adding.read(
        adding.Brought("Accordo sul rumore", "Art. 1 – Rumore\nOgni anno si misura il rumore nei reparti.",
                       (("A", True), ("B", True)), date(2020, 1, 1), "S")
    )  # fmt: skip
    assert adding.alike(other, other.root.title) == []


def test_exports_hold_every_record_and_no_formula(bring: Bring, territory: Any) -> None:
    bring("=HYPERLINK(1)", sector="25.53")
    rows = list(csv.DictReader(io.StringIO("".join(exporting.csv_table(territory, "https://x")))))
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["parties"] == "Officine Prova srl; CGIL Milano; UIL Milano"
    said = [json.loads(line) for line in exporting.json_lines(territory, "https://x")]
    assert said[0]["text"]["children"][0]["title"] == "Premio"
    assert said[0]["address"].startswith("https://x/accordi/archivio/")


@pytest.mark.parametrize("kind", sorted(exporting.TYPES))
def test_one_agreement_in_every_form(bring: Bring, kind: str) -> None:
    data = exporting.one(bring(), kind, "https://x/accordi/1/verifica/")
    start = {"pdf": b"%PDF", "docx": b"PK", "xml": b"<?xml", "json": b'{"form"', "txt": b"# Accordo",
             "html": b"<!doctype html>"}  # fmt: skip
    assert data.startswith(start[kind])


def test_what_was_brought_is_provable_and_a_changed_row_is_found(bring: Bring) -> None:
    entry = bring()
    assert papers.parts_of(entry.agreement) is None  # no checkpoint yet: a page that is read signs none
    sign()
    parts = papers.parts_of(entry.agreement)
    assert parts is not None
    report = check_agreement(parts)
    assert report.outcome == 0, report.faults
    assert {one.code for one in report.not_proved} >= {"nobody_signed", "nothing_held"}
    assert list(faults()) == []
    with connection.cursor() as cursor:
        # Keys are checked now: a table with checks outstanding cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE agreements_version DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE agreements_version SET canonical = replace(canonical, 'puntualità', 'lentezza')"
        )
        changed = papers.parts_of(Agreement.objects.get(pk=entry.agreement_id))
        assert changed is not None
        assert check_agreement(changed).outcome == 1
        cursor.execute("ALTER TABLE ledger_actcontent DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_actcontent SET content = jsonb_set(content, '{hash}', '\"00\"')")
    assert any("is not what was recorded" in fault for fault in faults())


def test_original_is_kept_and_a_hostile_upload_refused(bring: Bring) -> None:
    entry = bring(file=b"%PDF-1.7 originale", name="accordo.pdf")
    row = Elsewhere.objects.get(agreement=entry.agreement)
    assert row.file is not None
    with pytest.raises(Problem):
        bring(
            "Altro",
            text=TEXT + "\nAltro comma del tutto nuovo.",
            file=b"<script>alert(1)</script>",
            name="a.pdf",
        )
