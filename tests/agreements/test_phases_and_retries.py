# mypy: disable-error-code="union-attr, arg-type, attr-defined, type-var, call-arg"
"""Drafting: closed phases, Word files of older versions, retries, what is new since a meeting, outcomes."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import docx
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tavolo.agreements import gathering, views
from tavolo.agreements.models import Agreement, Amendment, Comment, Stance, State
from tavolo.agreements.services import amending, consolidating, sources, stances, starting, word
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.operations import Delete, reworded
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.models import Consultation, Statement
from tavolo.dialogue.voices import outcomes
from tests.agreements.test_pages import Place
from tests.world import World

pytestmark = pytest.mark.django_db
CGIL, CISL, FIRMS, DESK = "union_delegate", "other_union_delegate", "employer_delegate", "secretary"


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory):
        yield Place(world)


def lodge(place: Place, role: str, clause: str, body: str) -> Amendment:
    operation = reworded(place.text(), clause, body=body)
    return amending.lodge_amendment(
        place.agreement, base=current(place.agreement), operations=[operation], actor_id=place.people[role]
    )


def take_in(place: Place, row: Amendment) -> None:
    """Let everybody accept an amendment and the secretariat take it in."""
    from tavolo.people.models import Account

    keys = ("cgil", "cisl", "uil", "employer")
    people = [Account.objects.get(email=f"{key}.delegate@demo.example").pk for key in keys]
    for actor in people:
        stances.lodge_stance(place.agreement, kind="accepts", actor_id=actor, revision=amending.newest(row))
    consolidating.take_in(place.agreement, [row], actor_id=place.people[DESK])


# --- the table's course, asked by the services ---------------------------------------------------------


def test_a_closed_phase_refuses_every_service_that_changes_the_text(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_one = lodge(place, CGIL, "pari", "Altre parole.")
    monkeypatch.setattr(gate, "allows", lambda table, act, *a, **k: act not in (rules.AMEND, rules.PROPOSE))
    actor = place.people[CGIL]
    with pytest.raises(Problem):
        lodge(place, CGIL, "durata", "Un anno.")
    with pytest.raises(Problem):
        amending.rewrite_amendment(open_one, operations=[Delete("pari")], actor_id=actor)
    with pytest.raises(Problem):
        consolidating.take_in(place.agreement, [open_one], actor_id=place.people[DESK])
    with pytest.raises(Problem):
        starting.start_agreement(place.table, title="Altra", text=Text.of("Altra"), actor_id=actor)
    # What a party keeps for itself, says of the text, or takes back stays open.
    party = open_one.party
    draft = amending.save_draft(
        place.agreement, party=party, text=place.text(), actor_id=actor, title="Bozza"
    )
    clause = place.text().clause("pari")
    stances.lodge_stance(
        place.agreement, kind="accepts", actor_id=actor, clause="pari", shown_hash=clause_hash(clause)
    )
    amending.withdraw_amendment(open_one, actor_id=actor)
    amending.discard_draft(draft, actor_id=actor)


def test_a_text_that_is_no_draft_takes_neither_amendments_nor_stances(place: Place) -> None:
    Agreement.objects.filter(pk=place.agreement.pk).update(state=State.INITIALLED)
    place.agreement.refresh_from_db()
    with pytest.raises(Problem):
        lodge(place, CGIL, "durata", "Un anno.")
    with pytest.raises(Problem):
        stances.lodge_stance(
            place.agreement, kind="accepts", actor_id=place.people[CGIL], clause="durata",
            shown_hash=clause_hash(place.text().clause("durata")),
        )  # fmt: skip


# --- Word ---------------------------------------------------------------------------------------------


def typed(data: bytes, old: str, new: str) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_file_of_an_older_version_is_carried_to_the_present_text(place: Place) -> None:
    before = place.world.client(CISL).get(place.url("download", "docx")).content
    take_in(place, lodge(place, CGIL, "pari", "I piani sono verificati ogni sei mesi."))
    edited = typed(before, "almeno otto ore", "almeno dieci ore")
    draft = word.take_back(place.agreement, edited, name="vecchio.docx", actor_id=place.people[CISL])
    assert draft.version.number + 1 == current(place.agreement).number
    page = place.get(CISL, "draft", draft.pk)
    assert "il testo è andato avanti" in page
    [made] = word.lodge(draft, actor_id=place.people[CISL])
    revision = amending.newest(made)
    assert revision.version_id == current(place.agreement).pk
    assert not revision.held
    assert "dieci" in str(revision.operations)
    assert "sei mesi" in place.text().clause("pari").body, "what was taken in meanwhile stays"


def test_what_of_an_older_file_collides_is_held_and_no_word_is_lost(place: Place) -> None:
    before = place.world.client(CISL).get(place.url("download", "docx")).content
    take_in(place, lodge(place, CGIL, "pari", "Tutto diverso, ogni sei mesi."))
    edited = typed(before, "verificati ogni anno", "verificati ogni mese")
    draft = word.take_back(place.agreement, edited, name="vecchio.docx", actor_id=place.people[CISL])
    [made] = word.lodge(draft, actor_id=place.people[CISL])
    revision = amending.newest(made)
    assert revision.held
    assert "mese" in str(revision.held)
    assert "mese" in place.get(CISL, "amendment", made.pk)


def test_a_file_of_another_agreement_is_refused(place: Place) -> None:
    other = starting.start_agreement(
        place.table, title="Altra", text=Text.of("Altra", (Clause("uno", "Uno", "Parole."),)),
        actor_id=place.people[CGIL],
    )  # fmt: skip
    file = word.exported(current(other))
    with pytest.raises(Problem, match=r"un altro accordo|another agreement"):
        word.take_back(place.agreement, file, name="x.docx", actor_id=place.people[CGIL])
    with pytest.raises(Problem):
        word.take_back(place.agreement, file, name="x.docx", actor_id=place.people[DESK])


def test_the_file_shows_the_chosen_amendments_as_changes_of_their_parties(place: Place) -> None:
    mine, other = (
        lodge(place, CGIL, "pari", "Parole di CGIL."),
        lodge(place, FIRMS, "premio", "Altre parole."),
    )
    chosen = f"?emendamento={mine.pk}&emendamento={other.pk}"
    answer = place.world.client(CISL).get(place.url("download", "docx") + chosen)
    assert "-emendamenti.docx" in answer["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.content))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}author"
    authors = {one.get(name) for one in document.element.body.iter() if one.tag.endswith(("}ins", "}del"))}
    assert authors == {str(mine.party), str(other.party)}
    plain = docx.Document(io.BytesIO(place.world.client(CISL).get(place.url("download", "docx")).content))
    assert not [one for one in plain.element.body.iter() if one.tag.endswith(("}ins", "}del"))]


def test_every_download_holds_the_text_of_the_version_asked_for(place: Place) -> None:
    take_in(place, lodge(place, CGIL, "pari", "Ogni sei mesi, con un rapporto pubblico."))
    browser, new = place.world.client(CISL), current(place.agreement).number
    for kind in ("pdf", "html", "xml", "txt", "docx"):
        for number, there in ((new, True), (new - 1, False)):
            answer = browser.get(place.url("download", kind) + f"?versione={number}")
            assert answer.status_code == 200, kind
            assert ("rapporto pubblico" in words_of(answer.content, kind)) is there, (kind, number)
    assert browser.get(place.url("download", "exe")).status_code == 404
    assert browser.get(place.url("download", "pdf") + "?versione=999").status_code == 404


def words_of(data: bytes, kind: str) -> str:
    if kind == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)
    if kind == "docx":
        return " ".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    return data.decode()


def test_an_agreement_begins_from_a_word_file_with_its_headings_as_clauses(place: Place) -> None:
    document = docx.Document()
    document.add_heading("Accordo sui turni", 0)
    for title, body in (("Preavviso", "Dieci giorni."), ("Cambi", "Con il consenso di chi lavora.")):
        document.add_heading(title, 1)
        document.add_paragraph(body)
    out = io.BytesIO()
    document.save(out)
    browser = place.world.client(FIRMS)
    answer = browser.post(
        reverse("agreements:start", args=[place.table.pk]) + "?da=word",
        {"title": "Accordo sui turni", "level": "territorial", "system": "", "idempotency_key": "sw",
         "file": SimpleUploadedFile("turni.docx", out.getvalue())},
    )  # fmt: skip
    made = Agreement.objects.get(title="Accordo sui turni")
    assert str(made.pk) in answer["Location"]
    titles = [one.title for one in text_of(current(made)).root.children]
    assert titles == ["Preavviso", "Cambi"]


def test_an_agreement_begins_from_a_platform_a_person_may_read(place: Place) -> None:
    sent = sources.platforms(place.people[CGIL], place.table)
    assert sent, "the demonstration's platform was let out"
    text = sources.text_from_platform("Dalla piattaforma", sent[0])
    assert len(text.clauses) > 2
    assert all(("platform", sent[0].key) == (one.kind, one.reference)
               for clause in text.root.children for one in clause.origin)  # fmt: skip
    assert not sources.platforms(place.people["worker"], place.table)


# --- retries ------------------------------------------------------------------------------------------


def test_a_double_click_lodges_one_stance_and_one_comment(place: Place) -> None:
    clause = place.text().clause("durata")
    own = clause_hash(clause)
    before = Stance.objects.count(), Comment.objects.count()
    for _twice in range(2):
        place.post(CGIL, "stance", clause="durata", hash=own, kind="accepts", idempotency_key="s1")
        place.post(CGIL, "comment", clause="durata", text="Va bene così.", idempotency_key="c1")
    assert (Stance.objects.count(), Comment.objects.count()) == (before[0] + 1, before[1] + 1)


def test_a_program_that_tries_again_gets_the_same_answer(place: Place) -> None:
    api = f"/api/v1/agreements/{place.agreement.pk}"
    own = clause_hash(place.text().clause("durata"))
    browser, found = place.world.client(CGIL), set()
    for _twice in range(2):
        for path, body in (
            ("stances", {"kind": "accepts", "clause": "durata", "hash": own}),
            ("comments", {"clause": "durata", "text": "Va bene."}),
        ):
            answer = browser.post(
                f"{api}/{path}", body, content_type="application/json",
                headers={"Idempotency-Key": f"again-{path}"},
            )  # fmt: skip
            assert answer.status_code == 200, answer.content
            found.add((path, str(answer.json())))
    assert len(found) == 2


# --- since the last meeting ---------------------------------------------------------------------------


def test_the_matrix_marks_what_is_new_since_the_last_plenary(place: Place) -> None:
    since = views.last_meeting(place.agreement)
    assert since is not None
    clause = place.text().clause("durata")
    actor = place.people[CGIL]
    old = stances.lodge_stance(
        place.agreement, kind="abstains", actor_id=actor, clause="durata", shown_hash=clause_hash(clause),
        at=since - timedelta(days=3),
    )  # fmt: skip
    row = next(one for one in stances.matrix(place.agreement, since=since).rows if one.clause.id == "durata")
    assert next(cell for cell in row.cells if cell.stance == old).fresh is False
    new = stances.lodge_stance(
        place.agreement, kind="accepts", actor_id=actor, clause="durata", shown_hash=clause_hash(clause),
        at=timezone.now(),
    )  # fmt: skip
    found = stances.matrix(place.agreement, since=since)
    row = next(one for one in found.rows if one.clause.id == "durata")
    assert next(cell for cell in row.cells if cell.stance == new).fresh is True
    fresh = sum(cell.fresh for one in found.rows for cell in one.cells)
    page = place.get(CISL, "matrix")
    assert "agr-fresh" in page
    assert fresh >= 1


def test_a_stance_lapses_when_the_clause_changes_and_the_page_says_so(place: Place) -> None:
    clause = place.text().clause("durata")
    stances.lodge_stance(
        place.agreement, kind="accepts", actor_id=place.people[CGIL], clause="durata",
        shown_hash=clause_hash(clause),
    )  # fmt: skip
    take_in(place, lodge(place, FIRMS, "durata", "L'intesa dura cinque anni."))
    row = next(one for one in stances.matrix(place.agreement).rows if one.clause.id == "durata")
    assert any(cell.lapsed for cell in row.cells)
    assert "agr-s-lapsed" in place.get(CISL, "matrix")
    assert "agreements.clauses" in {one.kind for one in gathering.waiting(place.people[CGIL])}


# --- the way back to the statement --------------------------------------------------------------------


def test_a_statement_reads_which_clause_of_a_signed_text_it_became(place: Place) -> None:
    statement = Statement.objects.filter(
        consultation__table=place.table, consultation__state="published", consultation__kind="statements"
    ).first()
    assert statement is not None
    grown = Clause("uno", "Uno", "P.", origin=(Origin("statement", str(statement.pk)),))
    made = starting.start_agreement(
        place.table, title="Intesa firmata", actor_id=place.people[CGIL],
        text=Text.of("Intesa firmata", (grown,)),
    )  # fmt: skip
    consultation = Consultation.objects.get(pk=statement.consultation_id)
    mine = lambda: [one for one in gathering.outcomes_of(consultation) if "Intesa firmata" in one.text]  # noqa: E731
    assert not mine(), "a draft is nobody's outcome"
    Agreement.objects.filter(pk=made.pk).update(state=State.SIGNED)
    [link] = mine()
    assert link.statement_id == statement.pk
    assert link.link.endswith("#c-uno")
    fate = next(
        one for one in outcomes.page_of(consultation, "it", None) if one["statement"].pk == statement.pk
    )
    assert any("Intesa firmata" in one["text"] for one in fate["outcomes"])


def test_the_results_lead_to_a_first_draft_whoever_may_begin_one(place: Place) -> None:
    consultation = Consultation.objects.filter(
        table=place.table, state="published", kind="statements", imported=False
    ).order_by("created_at")[0]  # fmt: skip
    page = reverse("dialogue:results", args=[consultation.pk])
    start = reverse("agreements:start", args=[place.table.pk])
    for role in (CGIL, FIRMS, DESK):
        assert (
            f"{start}?consultazione={consultation.pk}" in place.world.client(role).get(page).content.decode()
        )
    for role in ("worker", "firm_owner", "anonymous"):
        assert start not in place.world.client(role).get(page).content.decode()
