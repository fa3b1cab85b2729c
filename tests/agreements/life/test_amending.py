# mypy: disable-error-code="attr-defined, arg-type, union-attr, list-item, index"
"""An agreement that amends a signed one: it begins with the text in force, replaces, adds and takes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from lxml import etree

from tavolo.agreements.archive import exporting
from tavolo.agreements.archive.models import Edition, Entry
from tavolo.agreements.archive.reading import matched_words
from tavolo.agreements.archive.searching import Query, search
from tavolo.agreements.commitments import reading, services
from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.forms import QuestionForm
from tavolo.agreements.life.services import joint, terms
from tavolo.agreements.life.services.amending import begin_amending
from tavolo.agreements.models import Agreement, State, Version
from tavolo.agreements.services import starting
from tavolo.agreements.services.texts import add_version, current, text_of
from tavolo.agreements.standing import contractors
from tavolo.agreements.text.applying import amend
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import Delete, Gap, Insert, reworded
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.language.stemming import telling_words
from tests.world import World

pytestmark = pytest.mark.django_db
CGIL, CISL, FIRMS, DESK = "union_delegate", "other_union_delegate", "employer_delegate", "secretary"
DAY = timedelta(days=1)


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory), translation.override("en"):
        yield world


def who(place: World, role: str) -> Any:
    return place.people[role].pk


def main(place: World) -> Agreement:
    return Agreement.objects.get(pk=place.arguments["signed_agreement_id"])


def changed(place: World, later: Agreement, *operations: Any) -> Agreement:
    """Give an amending draft its changes, sign it, and let it come into force today."""
    text = amend(text_of(current(later)), list(operations))
    add_version(later, text, made=Version.Made.CONSOLIDATED, actor_id=None)
    Agreement.objects.filter(pk=later.pk).update(state=State.SIGNED)
    later.refresh_from_db()
    row = terms.propose_terms(later, {"starts_on": timezone.localdate()}, actor_id=who(place, CGIL))
    terms.assent_to_terms(row, actor_id=who(place, FIRMS))
    return later


def test_it_begins_as_a_copy_of_the_text_in_force_linked_to_what_it_amends(place: World) -> None:
    agreement = main(place)
    later = begin_amending(agreement, actor_id=who(place, CGIL), title="Modifiche")
    assert (later.amends_id, later.state, later.title) == (agreement.pk, State.DRAFT, "Modifiche")
    assert contractors(later) == contractors(agreement)
    own, copy = text_of(current(agreement)), text_of(current(later))
    assert copy.root.title == "Modifiche"
    assert list(copy.clauses) == list(own.clauses)
    assert life.family(agreement) == [agreement], "a draft amends nothing yet"


def test_what_it_words_anew_adds_and_leaves_out_holds_from_its_day(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    own = text_of(current(agreement))
    first, second, third = (one.id for one in own.root.children[:3])
    later = begin_amending(agreement, actor_id=who(place, CGIL), title="Modifiche")
    copy = text_of(current(later))
    changed(
        place, later, reworded(copy, first, body="Parole nuove."), Delete(second),
        Insert(Gap(ROOT, third), (Clause("nuova", "Nuova", "Aggiunta."),)),
    )  # fmt: skip
    before, now = life.in_force(agreement, today - DAY), life.in_force(agreement, today)
    assert second in before.text.clauses
    assert not before.removed
    assert now.text.clauses[first].body == "Parole nuove."
    assert second not in now.text.clauses
    order = [one.id for one in now.text.root.children]
    assert order.index("nuova") == order.index(third) + 1, "a new clause stands where the parties put it"
    assert now.taken == {first: later, "nuova": later}
    assert [(clause.id, number, by) for clause, number, by in now.removed] == [(second, "2", later)]
    untouched = set(own.clauses) - {first, second, ROOT}
    assert all(now.text.clauses[key].body == own.clauses[key].body for key in untouched)
    page = place.client("anonymous").get(reverse("life:text", args=[agreement.pk])).content.decode()
    assert "Parole nuove." in page
    assert own.clauses[second].title in page.split("Non è più nel testo")[-1]
    for clause in (first, second, "nuova"):
        shown = place.client("anonymous").get(reverse("life:clause", args=[agreement.pk, clause]))
        assert shown.status_code == 200, "each clause, fallen or new, has its page"
    told = place.client(CISL).get(f"/api/v1/life/agreements/{agreement.pk}/text").json()
    assert [one["id"] for one in told["removed"]] == [second]


def test_points_below_a_clause_that_goes_stay_where_they_are_kept(place: World) -> None:
    text = Text.of("T", (Clause("a", "A", children=(Clause("a1", "A1", "Uno."), Clause("a2", "A2"))),))
    left = life.without(text, {"a"})
    assert [one.id for one in left.root.children] == ["a1", "a2"]
    assert [one.id for one in life.without(text, {"a2"}).clauses["a"].children] == ["a1"]


def test_an_amending_agreement_of_some_clauses_leaves_the_others(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    own = text_of(current(agreement))
    one = own.root.children[0]
    later = starting.start_agreement(
        agreement.table, title="Solo un articolo", amends=agreement, actor_id=who(place, DESK),
        text=Text.of("Solo un articolo", (Clause(one.id, one.title, "Prima stesura."),)),
    )  # fmt: skip
    changed(place, later, reworded(text_of(current(later)), one.id, body="Parole concordate."))
    found = life.in_force(agreement, today)
    assert found.text.clauses[one.id].body == "Parole concordate."
    assert not found.removed
    assert list(found.text.clauses) == list(own.clauses)


def test_it_is_begun_by_a_party_or_the_secretariat_on_a_signed_text_only(place: World) -> None:
    agreement = main(place)
    for role in ("firm_owner", "worker", "city_officer", "operator"):
        with pytest.raises(Problem, match="delegate of a contracting party"):
            begin_amending(agreement, actor_id=who(place, role), title="No")
    draft = begin_amending(agreement, actor_id=who(place, DESK), title="Sì")
    with pytest.raises(Problem, match="Only an agreement signed"):
        begin_amending(draft, actor_id=who(place, CGIL), title="No")
    with pytest.raises(Problem, match="title"):
        begin_amending(agreement, actor_id=who(place, CGIL), title=" ")


def test_a_double_click_begins_one_draft(place: World) -> None:
    agreement = main(place)
    browser, page = place.client(CGIL), reverse("life:amend", args=[agreement.pk])
    assert agreement.title in browser.get(page).content.decode().replace("&#x27;", "'")
    before = Agreement.objects.count()
    for _twice in range(2):
        answer = browser.post(page, {"title": "Modifiche una volta", "idempotency_key": "a" * 32})
        assert answer.status_code == 302
    assert Agreement.objects.count() == before + 1
    api = f"/api/v1/life/agreements/{agreement.pk}/amending"
    ids = {
        browser.post(
            api, {"title": "Da programma"}, content_type="application/json",
            headers={"Idempotency-Key": "once"},
        ).json()["id"]
        for _twice in range(2)
    }  # fmt: skip
    assert len(ids) == 1


@pytest.fixture
def amended(place: World) -> tuple[Agreement, Agreement, list[str]]:
    """The signed agreement, one that amends it from today, its first clauses: new words, out, as it was."""
    agreement = main(place)
    ids = [one.id for one in text_of(current(agreement)).root.children[:3]]
    later = begin_amending(agreement, actor_id=who(place, CGIL), title="Modifiche su formazione")
    copy = text_of(current(later))
    changed(
        place, later, reworded(copy, ids[0], body="Parole zafferanocanarino nuove."), Delete(ids[1]),
        Insert(Gap(ROOT, ids[2]), (Clause("nuova", "Nuova", "Aggiunta pavoncella.", ("equality",)),)),
    )  # fmt: skip
    return agreement, later, ids


Amended = tuple[Agreement, Agreement, list[str]]


def test_the_archive_finds_an_agreement_by_its_text_in_force_and_says_which(
    place: World, amended: Amended
) -> None:
    agreement, later, (_first, second, _third) = amended
    today = timezone.localdate()
    old = next(iter(telling_words(text_of(current(agreement)).clauses[second].body)))

    def found(words: str, day: Any = None) -> list[Entry]:
        rows = search(Query(words=words, in_force=day)).entries
        return [row for row in rows if row.agreement_id == agreement.pk]

    (hit,) = found("pavoncella")
    assert "Modifiche su formazione" in matched_words(hit, today)
    assert not found("pavoncella", today - DAY), "yesterday it read otherwise"
    (hit,) = found(f"{old}", today - DAY)
    assert "as signed" in matched_words(hit, today - DAY)
    assert hit.matched is not None
    assert hit.matched.amending == []
    for day in (None, today - DAY):
        assert len(found("", day)) == 1, "without words it is found once, by either text"
    assert found("pavoncella", today + 900 * DAY), "its first term is over by then, but it renews itself"
    assert found("zafferanocanarino"), "reworded"
    # Its topics are those of the text in force, and the facets count them.
    assert [row.pk for row in search(Query(topic="equality")).entries].count(hit.pk) == 1
    assert hit.pk not in [row.pk for row in search(Query(topic="equality", in_force=today - DAY)).entries]
    page = place.client("anonymous").get(reverse("archive:search"), {"words": "pavoncella"}).content.decode()
    assert "modificato da «Modifiche su formazione»" in page
    told = place.client(CISL).get("/api/v1/archive/agreements", {"words": "pavoncella"}).json()
    (one,) = [item for item in told["items"] if item["agreement_id"] == str(agreement.pk)]
    assert one["matched"]["amending"] == [str(later.pk)]
    assert one["in_force_sha256"] != one["sha256"]


def test_the_archive_offers_the_signed_text_and_the_coordinated_one_of_a_day(
    place: World, amended: Amended
) -> None:
    agreement, later, (first, second, _third) = amended
    entry = Entry.objects.get(agreement=agreement)
    browser, today = place.client("anonymous"), timezone.localdate()
    page = browser.get(reverse("archive:agreement", args=[entry.key])).content.decode()
    for words in ("Testo vigente (coordinato) al", "Parole zafferanocanarino nuove.", "Tolto dal testo",
                  "Testo firmato il", "Modifiche su formazione", "nessuno lo ha firmato"):  # fmt: skip
        assert words in page, words
    signed = browser.get(reverse("archive:agreement", args=[entry.key]), {"text": "signed"}).content.decode()
    assert "zafferanocanarino" not in signed
    assert "Leggi il testo vigente oggi" in signed
    yesterday = browser.get(reverse("archive:agreement", args=[entry.key]), {"in_force": str(today - DAY)})
    assert "zafferanocanarino" not in yesterday.content.decode()

    def file(kind: str, **asked: str) -> Any:
        return browser.get(reverse("archive:download", args=[entry.key, kind]), asked)

    assert file("json").content == current(agreement).canonical.encode(), "the signed bytes, unchanged"
    for kind in ("txt", "html", "xml", "json", "pdf", "docx"):
        now = file(kind, in_force=str(today))
        assert now.status_code == 200, kind
        assert f"-testo-vigente-{today}.{kind}" in now["Content-Disposition"]
        assert f"-testo-firmato.{kind}" in file(kind)["Content-Disposition"]
        if kind in ("txt", "html", "xml", "json"):
            words = now.content.decode()
            assert "zafferanocanarino" in words, kind
            assert "Modifiche su formazione" in words, (kind, "the amending agreement is named")
    said = file("json", in_force=str(today)).json()
    assert said["form"] == "tavolo-coordinated-1"
    assert said["words_of"] == {first: str(later.pk), "nuova": str(later.pk)}
    assert [one["clause"] for one in said["removed"]] == [second]
    assert said["signed_sha256"] == entry.text_hash != said["sha256"]


def test_akoma_ntoso_tells_the_life_of_the_text(place: World, amended: Amended) -> None:
    agreement, _later, _ids = amended
    entry, today = Entry.objects.get(agreement=agreement), timezone.localdate()
    root = etree.fromstring(exporting.one(entry, "xml", "https://x.example/", today))
    space = {"a": "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"}
    events = [
        (one.get("type"), one.get("date"), one.get("source")) for one in root.iterfind(".//a:eventRef", space)
    ]
    assert events == [
        ("generation", entry.signed_on.isoformat(), "#original"),
        ("amendment", today.isoformat(), "#amending1"),
    ]  # fmt: skip
    assert root.find(".//a:passiveRef", space).get("showAs") == "Modifiche su formazione"
    mods = {
        (m.get("type"), m.find("a:destination", space).get("href"))
        for m in root.iterfind(".//a:textualMod", space)
    }
    assert {kind for kind, _where in mods} == {"substitution", "insertion", "repeal"}
    assert root.find(".//a:FRBRExpression/a:FRBRuri", space).get("value").endswith(f"ita@{today}")
    signed = etree.fromstring(exporting.one(entry, "xml", "https://x.example/"))
    assert [one.get("type") for one in signed.iterfind(".//a:eventRef", space)] == ["generation"]


def test_the_whole_archive_as_data_names_what_amends_and_the_text_in_force(
    place: World, amended: Amended
) -> None:
    agreement, later, _ids = amended
    entry, own = Entry.objects.get(agreement=agreement), Entry.objects.get(agreement=later)
    said = exporting.record(entry, "https://x.example", text=True)
    assert said["amended_by"] == [f"https://x.example/accordi/archivio/{own.key}/"]
    assert "zafferanocanarino" in str(said["text_in_force"])
    assert "zafferanocanarino" not in str(said["text"])
    assert "text_in_force" not in exporting.record(own, "https://x.example", text=True)


def test_editions_cover_every_day_once_and_the_database_holds_that(place: World, amended: Amended) -> None:
    entry, today = Entry.objects.get(agreement=amended[0]), timezone.localdate()
    assert [(one.starts_on, one.ends_on) for one in entry.editions.all()] == [
        (None, today - DAY), (today, None),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.create(
            territory_id=entry.territory_id, entry=entry, number=9, starts_on=today, text_hash="0" * 64,
            topics=[], words="",
        )  # fmt: skip
    # The amending agreement ends: from then on the old words hold again.
    row = terms.propose_terms(
        amended[1], {"starts_on": today, "ends_on": today + 9 * DAY}, actor_id=who(place, CGIL)
    )
    terms.assent_to_terms(row, actor_id=who(place, FIRMS))
    assert [(one.starts_on, one.ends_on, len(one.amending)) for one in entry.editions.all()] == [
        (None, today - DAY, 0), (today, today + 9 * DAY, 1), (today + 10 * DAY, None, 0),
    ]  # fmt: skip


def test_a_commitment_whose_clause_was_amended_says_so_and_leads_to_the_clause_in_force(
    place: World, amended: Amended
) -> None:
    agreement, later, (first, second, third) = amended
    cgil = who(place, CGIL)

    def entered(clause: str, title: str) -> Commitment:
        owes = {"owed_by": services.Actor("side", side="employers"), "owed_to": services.Actor("workers")}
        asked = services.Terms(title=title, clause=clause, due_on=timezone.localdate() + 90 * DAY, **owes)
        made = services.enter(agreement, asked, actor_id=cgil)
        services.assent(made, actor_id=who(place, FIRMS))
        return made

    kept = {name: entered(f"signed:{one}" if name != "same" else one, name)
            for name, one in (("reworded", first), ("gone", second), ("same", third))}  # fmt: skip
    new = entered("nuova", "new")
    assert new.version == current(later), "a clause in force is cited in the words of what amends it"
    assert kept["reworded"].version == current(agreement)
    assert entered(first, "again").version == current(later)
    boards = {name: reading.board_of(row) for name, row in {**kept, "new": new}.items()}
    assert {name: one.clause_now.state for name, one in boards.items()} == {
        "reworded": "changed", "gone": "removed", "same": "same", "new": "same",
    }  # fmt: skip
    for name, words, link in (
        (
            "reworded",
            "riscritta da «Modifiche su formazione»",
            reverse("life:clause", args=[agreement.pk, first]),
        ),
        ("gone", "tolta da «Modifiche su formazione»", reverse("life:text", args=[agreement.pk])),
    ):
        shown = place.client(CGIL).get(reverse("commitments:commitment", args=[kept[name].pk]))
        for page in (
            shown, place.client(CGIL).get(reverse("commitments:of_agreement", args=[agreement.pk])),
            place.client("anonymous").get(reverse("commitments:public", args=[agreement.pk])),
        ):  # fmt: skip
            assert words in page.content.decode()
            assert link in page.content.decode()
        told = place.client(CGIL).get(f"/api/v1/commitments/commitments/{kept[name].pk}").json()
        assert (told["clause_now"], told["amended_by"]) == (boards[name].clause_now.state, str(later.pk))
    translation.activate("en")
    with pytest.raises(Problem, match="Choose the clause"):
        entered("inesistente", "x")


def test_a_joint_body_is_asked_about_the_clause_in_force_or_the_signed_words(
    place: World, amended: Amended
) -> None:
    agreement, later, (first, second, third) = amended
    body = agreement.bodies.filter(kind="interpretation").first()
    offered = dict(QuestionForm(agreement).fields["clause"].choices)
    assert {first, third, "nuova", f"signed:{first}", f"signed:{second}"} <= set(offered)
    assert second not in offered
    assert f"signed:{third}" not in offered
    assert "Modifiche su formazione" in offered[first]
    for asked, version in (
        (first, later), ("nuova", later), (third, agreement), (f"signed:{first}", agreement),
        (second, agreement),
    ):  # fmt: skip
        row = joint.ask(body, actor_id=who(place, CGIL), clause=asked, text="Come si legge?")
        assert (row.clause, row.version) == (asked.removeprefix("signed:"), current(version)), asked
        page = place.client(CGIL).get(reverse("life:interpretation", args=[row.pk])).content.decode()
        said = {f"signed:{first}": "sostituite da «Modifiche", second: "tolta da «Modifiche"}.get(asked)
        assert ("Modifiche su formazione" in page) == (said is not None or version == later)
        assert said is None or said in page
    told = place.client(CGIL).get(f"/api/v1/life/agreements/{agreement.pk}/clauses/nuova").json()
    assert (told["in_force"], told["source"]) == (True, str(later.pk))
