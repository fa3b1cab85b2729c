# mypy: disable-error-code="union-attr, arg-type, attr-defined, type-var, call-arg"
"""The pages of drafting as delegates and the joint secretariat use them, end to end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tavolo.agreements import gathering
from tavolo.agreements.models import Agreement, Amendment, Stance
from tavolo.agreements.services import amending, consolidating, notes, sources, stances
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import acting_party, contractors
from tavolo.agreements.text.canonical import clause_hash
from tavolo.common.territory import in_territory
from tavolo.demo.agreements import TITLE
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.models import Table
from tests.world import World

pytestmark = pytest.mark.django_db
TABLE = ("union_delegate", "other_union_delegate", "employer_delegate", "secretary")


class Place:
    """The demonstration's draft, and browsers for those who work on it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.agreement = Agreement.objects.get(title=TITLE)
        self.table = Table.objects.get(pk=self.agreement.table_id)
        self.people = {role: person.pk for role, person in world.people.items() if role != "anonymous"}

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"agreements:{name}", args=[self.agreement.pk, *more])

    def get(self, role: str, name: str, *more: Any, query: str = "") -> str:
        answer = self.world.client(role).get(self.url(name, *more) + query)
        assert answer.status_code == 200, f"{name} for {role}: {answer.status_code}"
        return answer.content.decode()

    def post(self, role: str, name: str, *more: Any, query: str = "", **data: Any) -> Any:
        data.setdefault("idempotency_key", f"{name}-{len(data)}-{sorted(map(str, data.values()))}"[:190])
        return self.world.client(role).post(self.url(name, *more) + query, data)

    def text(self) -> Any:
        return text_of(current(self.agreement))


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory):
        yield Place(world)


@pytest.fixture
def writing(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Open every act: these tests are about pages, the course's own tests about its phases."""
    monkeypatch.setattr(gate, "allows", lambda *a, **k: True)
    return place


def test_the_demonstrations_text_grew_from_convergences(place: Place) -> None:
    text = place.text()
    assert len(text.root.children) >= 10
    assert any(one.kind == "statement" for clause in text.clauses.values() for one in clause.origin)
    found, _near = consolidating.colliding(place.agreement)
    assert len(found) == 1
    cells = [cell for row in stances.matrix(place.agreement).rows for cell in row.cells]
    assert any(cell.lapsed for cell in cells)
    assert any(cell.stance and cell.stance.kind == "reservation" for cell in cells)


@pytest.mark.parametrize("role", TABLE)
def test_every_page_renders_for_each_who_sits(place: Place, role: str) -> None:
    text = place.get(role, "text")
    assert "Premio di risultato" in text
    assert "style=" not in text
    assert "decaduta" in text.lower()
    assert "<ins>" in place.get(role, "marked")
    amendments = place.get(role, "amendments")
    assert "Cambiano le stesse parole in modo diverso" in amendments
    matrix = place.get(role, "matrix")
    assert "segreti industriali" in matrix
    assert "agr-fresh" in matrix
    assert "Di quelle accettate da tutti, 1 porta una riserva di merito." in matrix
    compare = place.get(role, "compare")
    assert "cinque" in compare
    assert "sette" in compare
    assert "Sportello territoriale" in place.get(role, "marked")
    assert reverse("agreements:table", args=[place.table.pk]) in (
        place.world.client(role).get(reverse("dialogue:table", args=[place.table.pk])).content.decode()
    )


def shown_clauses(page: str) -> list[str]:
    """Return the ids of the clauses a page of the text shows, in their order."""
    return re.findall(r'<article class="agr-clause agr-d\d" id="c-([^"]+)"', page)


def test_the_text_is_folded_and_its_index_leads_to_every_clause(place: Place) -> None:
    page = place.get("union_delegate", "text")
    every = shown_clauses(page)
    assert every == list(place.text().clauses)[1:]
    for clause in every:
        assert f'href="#c-{clause}"' in page
    assert page.count('<details class="agr-more">') == len(every), "nothing is unfolded unasked"
    assert "accetta: <strong>CGIL, CISL</strong>" in page, "who says what stands in one line"
    assert 'action="' + place.url("stance") in page, "what is folded is in the page"


def test_one_reads_only_the_clauses_that_wait_for_ones_party(writing: Place) -> None:
    mine = shown_clauses(writing.get("union_delegate", "text", query="?mostra=noi"))
    rows = stances.matrix(writing.agreement).rows[1:]
    cgil = acting_party(writing.people["union_delegate"], writing.agreement)
    silent = {
        row.clause.id for row in rows for cell in row.cells
        if cell.party.pk == cgil.pk and (cell.stance is None or cell.lapsed)
    }  # fmt: skip
    assert set(mine) == silent
    assert 0 < len(mine) < len(rows)
    page = writing.get("union_delegate", "text", query="?mostra=noi")
    assert page.count('<details class="agr-more" open>') == 1, "the first one, with its form"
    first = writing.text().clause(mine[0])
    answer = writing.post(
        "union_delegate", "stance", clause=first.id, hash=clause_hash(first), kind="accepts", mostra="noi"
    )
    assert answer.url.endswith("?mostra=noi#clausole"), "and on to the next"
    after = shown_clauses(writing.get("union_delegate", "text", query="?mostra=noi"))
    assert after == mine[1:]


@pytest.mark.parametrize("role", ["secretary", "union_delegate"])
def test_one_reads_only_clauses_with_amendments_or_not_yet_agreed(place: Place, role: str) -> None:
    every = len(shown_clauses(place.get(role, "text")))
    touched = shown_clauses(place.get(role, "text", query="?mostra=emendamenti"))
    still_open = shown_clauses(place.get(role, "text", query="?mostra=aperte"))
    assert len(touched) == 3
    assert len(touched) < len(still_open) < every
    assert len(shown_clauses(place.get(role, "text", query="?mostra=%3Cb%3E"))) == every
    if role == "secretary":
        assert "mostra=noi" not in place.get(role, "text"), "it is no party"
        assert len(shown_clauses(place.get(role, "text", query="?mostra=noi"))) == every
    changed = place.get(role, "marked", query="?solo=1")
    assert "clausole restano come sono" in changed
    assert "Sportello territoriale" in changed
    assert "Pari opportunità" not in changed


def test_a_party_answers_amendments_where_it_reads_them(writing: Place) -> None:
    page = writing.get("union_delegate", "amendments")
    cards = dict(re.findall(r'id="e-(\d+)">(.*?)</article>', page, re.DOTALL))
    cgil = acting_party(writing.people["union_delegate"], writing.agreement)
    rows = Amendment.objects.filter(agreement=writing.agreement, state="open", party=cgil)
    own = {str(row.number) for row in rows}
    asked = {number for number, card in cards.items() if 'name="revision"' in card}
    assert own
    assert asked
    assert not own & asked
    assert any("aspetta noi" in card for card in cards.values())
    assert 'name="revision"' not in writing.get("secretary", "amendments"), "it is no party"
    assert "allora la segreteria paritetica crea la nuova versione" in page


def test_a_signed_text_says_that_it_is_frozen_and_where_to_go_on(place: Place) -> None:
    place.agreement = Agreement.objects.get(title="Intesa territoriale su formazione, premi e partecipazione")
    page = place.get("union_delegate", "text")
    assert "La sigla ha congelato questo testo" in page
    assert "Nulla è concordato" not in page
    assert "Nessuna parte si è ancora espressa" not in page
    public = place.get("anonymous", "text")
    assert "La sigla ha congelato" not in public
    assert "Unitario: firmato da tutte le parti." in public
    place.agreement = Agreement.objects.get(title="Protocollo quadro sul metodo del confronto")
    assert "non firmato da UIL" in place.get("anonymous", "text"), "who is named did not all sign"
    place.agreement = Agreement.objects.get(title=TITLE)
    assert 'class="agr-state"' in place.get("union_delegate", "text")
    assert "La prima sigla lo congela" not in place.get("union_delegate", "text")


@pytest.mark.parametrize("kind", ["txt", "html", "xml", "docx"])
def test_a_version_is_downloaded(place: Place, kind: str) -> None:
    answer = place.world.client("union_delegate").get(place.url("download", kind))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    if kind != "docx":
        assert "Premio di risultato" in answer.content.decode()


@pytest.mark.parametrize("source", ["convergenze", "piattaforma", "testo", "vuoto"])
def test_an_agreement_is_begun_once_from_each_source(writing: Place, source: str) -> None:
    url = reverse("agreements:start", args=[writing.table.pk]) + f"?da={source}"
    browser = writing.world.client("union_delegate")
    assert browser.get(url).status_code == 200
    data = {"title": f"Accordo da {source}", "level": "territorial", "system": "", "idempotency_key": source}
    if source == "convergenze":
        data["convergence"] = [one.key for one in sources.convergences(writing.table)]  # type: ignore[assignment]
        assert data["convergence"]
    if source == "piattaforma":
        data["platform"] = sources.platforms(writing.people["union_delegate"], writing.table)[0].key
    if source == "testo":
        data["text"] = "Premessa.\nArt. 1 Premio\nIl premio è annuale.\nArt. 2 Durata\nTre anni."
    for _twice in range(2):
        assert browser.post(url, data).status_code == 302
    made = Agreement.objects.get(title=data["title"])
    text = text_of(current(made))
    wanted = {"convergenze": 1, "piattaforma": 5, "testo": 2, "vuoto": 0}[source]
    assert len(text.root.children) >= wanted
    if source == "convergenze":
        assert all(
            one.kind in ("statement", "convergence") for c in text.clauses.values() for one in c.origin
        )
    if source == "piattaforma":
        assert text.root.children[0].title == "Formazione continua"


def test_a_phase_that_does_not_open_it_refuses_an_amendment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "allows", lambda table, act, *a, **k: act != rules.AMEND)
    before = Amendment.objects.count()
    answer = place.post("union_delegate", "amend", query="?clausola=durata", title="Durata", body="Un anno.")
    assert answer.status_code == 200
    assert Amendment.objects.count() == before
    assert "Deposita l" not in place.get("union_delegate", "amend", query="?clausola=durata")


@pytest.mark.parametrize(
    ("action", "clause", "data"),
    [
        ("replace", "durata", {"title": "Durata", "body": "L'intesa dura due anni.", "topics": ["rules"]}),
        ("insert", "durata", {"title": "Adesione", "body": "Altri aderiscono.", "place": "behind:durata"}),
        ("delete", "pari", {}),
        ("move", "pari", {"place": "first:root"}),
        ("split", "premio", {"title": "Tempi"}),
    ],
)
def test_a_clause_is_amended_in_every_way(
    writing: Place, action: str, clause: str, data: dict[str, Any]
) -> None:
    if action == "split":
        body = writing.text().clause("premio").body
        data = data | {"at": str(body.index("Il premio è"))}
    query = f"?clausola={clause}&azione={action}"
    writing.get("union_delegate", "amend", query=query)
    sent = data | {"reason": "Perché sì.", "idempotency_key": f"k-{action}", "lodge": "1"}
    before = Amendment.objects.count()
    for _twice in range(2):
        assert writing.post("union_delegate", "amend", query=query, **sent).status_code == 302
    assert Amendment.objects.count() == before + 1
    row = Amendment.objects.latest("number")
    assert amending.newest(row).operations[0]["do"] == action
    assert "Perché sì." in writing.get("employer_delegate", "amendment", row.pk)


def test_an_observed_text_that_moved_on_is_not_amended_unread(writing: Place) -> None:
    answer = writing.post(
        "union_delegate", "amend", query="?clausola=durata", title="Durata", body="Un anno.", version="1",
        reason="", lodge="1",
    )  # fmt: skip
    assert answer.status_code == 200
    assert "versione 2" in answer.content.decode()
    assert "Un anno." in answer.content.decode()


def test_a_stance_is_lodged_on_the_words_shown_and_on_no_others(writing: Place) -> None:
    clause = writing.text().clause("premio")
    before = Stance.objects.count()
    good = {"clause": "premio", "hash": clause_hash(clause), "kind": "accepts", "text": ""}
    writing.post("union_delegate", "stance", **good)
    assert Stance.objects.count() == before + 1
    writing.post("union_delegate", "stance", **good | {"hash": "0" * 64})
    writing.post("union_delegate", "stance", **good | {"kind": "reservation"})
    assert Stance.objects.count() == before + 1
    assert writing.world.client("secretary").post(writing.url("stance"), good).status_code == 404


def test_agreed_amendments_go_in_after_a_preview_and_what_collides_is_rewritten(writing: Place) -> None:
    rows = {row.number: row for row in Amendment.objects.filter(agreement=writing.agreement)}
    more = rows[2]
    for party in contractors(writing.agreement):
        actor = next(
            account for account in _delegates(writing) if acting_party(account, writing.agreement) == party
        )
        stances.lodge_stance(
            writing.agreement, kind="accepts", actor_id=actor, revision=amending.newest(more)
        )
    page = writing.get("secretary", "take_in")
    assert "dodici" in page
    sent = {"amendment": [str(more.pk)], "note": "Dodici ore"}
    for _twice in range(2):
        assert writing.post("secretary", "take_in", **sent, idempotency_key="t").status_code == 302
    assert current(writing.agreement).number == 3
    held = rows[3]
    assert amending.newest(held).held
    assert "dodici" in writing.get("employer_delegate", "rewrite", held.pk)
    answer = writing.post(
        "employer_delegate", "rewrite", held.pk,
        **{"title-monte": "Monte ore", "body-monte": "Ogni persona ha diritto a dieci ore."},
    )  # fmt: skip
    assert answer.status_code == 302
    assert not amending.newest(held).held
    writing.post("union_delegate", "withdraw", held.pk)
    held.refresh_from_db()
    assert held.state == "open"
    writing.post("employer_delegate", "withdraw", held.pk)
    held.refresh_from_db()
    assert held.state == "withdrawn"


def _delegates(place: Place) -> list[Any]:
    from tavolo.dialogue.models import Delegate

    return list(Delegate.objects.filter(party__table=place.table).values_list("account_id", flat=True))


def test_a_word_file_comes_back_as_a_private_draft_and_is_lodged_once(writing: Place) -> None:
    import io

    import docx

    plain = writing.world.client("other_union_delegate").get(writing.url("download", "docx")).content
    document = docx.Document(io.BytesIO(plain))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if "sessanta giorni" in run.text:
                run.text = run.text.replace("sessanta giorni", "trenta giorni")
    out = io.BytesIO()
    document.save(out)
    browser = writing.world.client("other_union_delegate")
    file = SimpleUploadedFile("emendato.docx", out.getvalue())
    before = Amendment.objects.count()
    answer = browser.post(writing.url("word"), {"file": file, "idempotency_key": "w"})
    assert answer.status_code == 302
    assert Amendment.objects.count() == before
    page = browser.get(answer["Location"]).content.decode()
    assert "<del>sessanta</del><ins>trenta</ins>" in page
    assert "emendato.docx" in page
    for role in ("union_delegate", "secretary", "employer_delegate"):
        assert writing.world.client(role).get(answer["Location"]).status_code == 404
    for _twice in range(2):
        lodged = browser.post(
            f"{answer['Location']}deposita/", {"reason": "", "comments": "drop", "idempotency_key": "l"}
        )
        assert lodged.status_code == 302, "the draft is gone with its lodging: a retry goes where it went"
    assert Amendment.objects.count() == before + 1
    assert Amendment.objects.latest("number").party.pk == acting_party(
        writing.people["other_union_delegate"], writing.agreement
    ).pk  # fmt: skip


def test_a_draft_and_a_remark_are_thrown_away_once_for_one_key(writing: Place) -> None:
    browser, actor = writing.world.client("union_delegate"), writing.people["union_delegate"]
    party = acting_party(actor, writing.agreement)
    api = f"/api/v1/agreements/{writing.agreement.pk}"

    def draft() -> Any:
        return amending.save_draft(
            writing.agreement, party=party, text=writing.text(), actor_id=actor, title="Prova"
        )

    row = draft()
    told = [
        browser.delete(f"{api}/drafts/{row.pk}", headers={"Idempotency-Key": key}) for key in ("d", "d", "x")
    ]
    assert [one.status_code for one in told] == [200, 200, 404]
    page = writing.url("draft_discard", draft().pk)
    gone = [browser.post(page, {"idempotency_key": key}).status_code for key in ("e", "e", "x")]
    assert gone == [302, 302, 404]
    remark = notes.add_remark(writing.agreement, text="Da chiarire.", clause="durata", actor_id=actor)
    told = [
        browser.delete(f"{api}/remarks/{remark.pk}", headers={"Idempotency-Key": key})
        for key in ("r", "r", "x")
    ]
    assert [one.status_code for one in told] == [200, 200, 422]


def test_a_file_that_is_no_word_file_is_refused_in_words(writing: Place) -> None:
    file = SimpleUploadedFile("x.docx", b"not a zip")
    answer = writing.world.client("union_delegate").post(
        writing.url("word"), {"file": file, "idempotency_key": "bad"}
    )
    assert answer.status_code == 200
    assert "non si può leggere" in answer.content.decode()


def test_what_a_party_writes_for_itself_reaches_nobody_else(writing: Place) -> None:
    word, other = "canarinobozza7351", "canarinonota7352"
    actor = writing.people["union_delegate"]
    party = acting_party(actor, writing.agreement)
    clause = writing.text().clause("durata")
    copy = writing.text().with_clause(type(clause)(clause.id, clause.title, f"{word}.", clause.topics))
    draft = amending.save_draft(
        writing.agreement, party=party, text=copy, actor_id=actor, title=word, reason=word
    )
    notes.add_remark(writing.agreement, text=other, clause="durata", actor_id=actor)
    assert other in writing.get("union_delegate", "text")
    assert word in writing.get("union_delegate", "draft", draft.pk)
    api = f"/api/v1/agreements/{writing.agreement.pk}"
    for role in ("other_union_delegate", "employer_delegate", "secretary"):
        browser = writing.world.client(role)
        seen = [writing.get(role, name) for name in ("text", "amendments", "matrix", "marked", "compare")]
        for path in ("/drafts", "/remarks", "/amendments", "/comments", "/stances", "/text"):
            answer = browser.get(api + path)
            assert answer.status_code == 200, path
            seen.append(answer.content.decode())
        assert browser.get(writing.url("draft", draft.pk)).status_code == 404
        assert browser.get(f"{api}/drafts/{draft.pk}").status_code == 404
        found = [*gathering.find(writing.people[role], word), *gathering.find(writing.people[role], other)]
        assert not [one for one in found if word in one.snippet or other in one.snippet]
        assert not any(word in page or other in page for page in seen)
    from tavolo.agreements.models import Draft, Remark

    assert not Draft.objects.exists()
    assert not Remark.objects.exists()


def test_what_awaits_a_party_and_what_is_found(place: Place) -> None:
    kinds = {one.kind for one in gathering.waiting(place.people["other_union_delegate"])}
    assert kinds == {"agreements.amendments", "agreements.clauses"}
    assert not list(gathering.waiting(place.people["secretary"]))
    found = list(gathering.find(place.people["union_delegate"], "premi di risultati"))
    assert "Premio di risultato" in found[0].title
    # A worker finds what is signed, never the draft.
    for one in gathering.find(place.people["worker"], "premio"):
        assert str(place.agreement.pk) not in one.link
    assert list(gathering.events(place.people["secretary"], place.table))
    assert not list(gathering.events(place.people["worker"], place.table))


def test_a_program_amends_accepts_and_reads(writing: Place) -> None:
    browser = writing.world.client("union_delegate")
    api = f"/api/v1/agreements/{writing.agreement.pk}"
    wish = {"action": "replace", "clause": "durata", "title": "Durata", "body": "Cinque anni."}
    ids = set()
    for _twice in range(2):
        answer = browser.post(
            f"{api}/amendments", wish, content_type="application/json", headers={"Idempotency-Key": "a1"}
        )
        assert answer.status_code == 200, answer.content
        ids.add(answer.json()["id"])
    assert len(ids) == 1
    row = answer.json()
    other = writing.world.client("employer_delegate")
    told = other.post(
        f"{api}/stances", {"kind": "rejects", "revision_id": row["revision_id"], "text": "Troppo."},
        content_type="application/json",
    )  # fmt: skip
    assert told.status_code == 200
    one = browser.get(f"{api}/amendments/{row['id']}").json()
    assert {stance["kind"] for stance in one["stances"]} >= {"rejects"}
    bad = browser.post(f"{api}/amendments", wish | {"clause": "none"}, content_type="application/json")
    assert bad.status_code == 422
