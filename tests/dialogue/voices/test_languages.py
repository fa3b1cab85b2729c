"""Voting in one's own language: words as data, right to left, originals with a note, reading aloud."""

from __future__ import annotations

import html
import string
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.imports.declare import IMPORTERS, Row, Work
from tavolo.dialogue.models import Translation
from tavolo.dialogue.services import consultations
from tavolo.dialogue.voices import imports, notes, privacy_hint, readability, translating
from tavolo.dialogue.voices.languages import CODES, direction, secrecy_of, words_of
from tests.dialogue.voices.conftest import Open
from tests.dialogue.world import versions

PLACES = string.Formatter()


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_every_word_and_the_same_places(code):
    english, own = words_of("en"), words_of(code)
    assert set(own) == set(english)
    for key, words in own.items():
        assert isinstance(words, str)
        assert words.strip(), key
        wanted = {field for _text, field, _spec, _conv in PLACES.parse(english[key]) if field}
        assert {field for _text, field, _spec, _conv in PLACES.parse(words) if field} == wanted, key
    if code not in ("it", "en"):
        same = [key for key, words in own.items() if words == english[key] and key not in ("no", "important")]
        assert not same, f"left in English: {same}"


@pytest.mark.parametrize("code", CODES)
def test_the_page_on_secrecy_is_whole_in_every_language(code):
    english, own = secrecy_of("en"), secrecy_of(code)
    assert {key: len(value) for key, value in own.items() if isinstance(value, list)} == {
        key: len(value) for key, value in english.items() if isinstance(value, list)
    }
    said = [own["title"], own["who"], own["limits"], *own["seen"], *own["limit"]]
    said += [part[key] for part in own["parts"] for key in ("heading", "text")]
    assert len(set(said)) == 16
    assert all(isinstance(words, str) and words.strip() for words in said)
    if code != "en":
        assert not set(said) & {english["title"], *english["seen"], *english["limit"]}


def test_only_arabic_is_written_from_right_to_left():
    assert [code for code in CODES if direction(code) == "rtl"] == ["ar"]


def page(voices: Open, language: str, client: Client | None = None) -> str:
    client = client or Client()
    client.force_login(voices.worker)
    answer = client.get(reverse("dialogue:vote", args=[voices.consultation.pk]), {"lingua": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_whole_voting_page_speaks_arabic_and_remembers_it(voices: Open):
    first = versions(voices.consultation)[0]
    actor = voices.world.delegates["CGIL"].pk
    consultations.translate_version(first, language="ar", text="نص العبارة الأولى", actor_id=actor)
    translating.translate_words(
        voices.consultation, kind="title", language="ar", text="التدريب", actor_id=actor
    )
    client = Client()
    text = page(voices, "ar", client)
    assert '<html lang="ar" dir="rtl">' in text
    # How the vote stays secret is read in the same language and frame, and leads back to the ballot.
    link = f"{reverse('dialogue:secrecy')}?lingua=ar&amp;voto={voices.consultation.pk}"
    assert link in text
    secrecy = client.get(html.unescape(link)).content.decode()
    assert '<html lang="ar" dir="rtl">' in secrecy
    assert secrecy_of("ar")["limit"][0] in secrecy
    assert reverse("dialogue:vote", args=[voices.consultation.pk]) in secrecy
    assert f'?lingua=uk&amp;voto={voices.consultation.pk}"' in secrecy
    plain = Client(headers={"accept-language": "it"}).get(reverse("dialogue:secrecy")).content.decode()
    assert secrecy_of("it")["title"] in plain
    words = words_of("ar")
    for key in ("agree", "disagree", "pass", "help_text", "secret_how", "secret_limits", "important"):
        assert words[key] in text
    assert "نص العبارة الأولى" in text
    assert words["draft_translation"] in text
    assert "Affermazione numero 1." in text  # the original stays within reach
    assert words["no_translation"] in text  # the other statements are not translated
    for italian in ("D&#x27;accordo", "Contrario", "Non so", "Il tuo voto"):
        assert italian not in text
    again = client.get(reverse("dialogue:vote", args=[voices.consultation.pk])).content.decode()
    assert 'dir="rtl"' in again
    assert "style=" not in text
    assert "onclick" not in text


@pytest.mark.django_db
def test_a_vote_without_script_is_acknowledged_in_the_voters_language(voices: Open):
    client = Client()
    client.force_login(voices.worker)
    card = client.get(reverse("dialogue:vote", args=[voices.consultation.pk]), {"lingua": "uk"})
    card = card.context["cards"][0]
    sent = {"version": card["id"], "request": card["request"], "choice": "agree", "important": "1"}
    answer = client.post(reverse("dialogue:cast", args=[voices.consultation.pk]), sent, follow=True)
    assert words_of("uk")["registered"] in answer.content.decode()
    assert answer.context["answered"][0]["important"] is True
    refused = client.post(
        reverse("dialogue:cast", args=[voices.consultation.pk]), sent | {"version": "x", "request": "y"},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert refused.json()["detail"] == words_of("uk")["refused"]


@pytest.mark.django_db
def test_a_translation_is_checked_by_a_second_person_and_a_correction_makes_it_a_draft_again(voices: Open):
    first = versions(voices.consultation)[0]
    cgil, cisl = voices.world.delegates["CGIL"].pk, voices.world.delegates["CISL"].pk
    row = consultations.translate_version(first, language="es", text="Primera.", actor_id=cgil)
    with pytest.raises(Problem):
        translating.check_translation(row, actor_id=cgil)
    with pytest.raises(Problem):
        translating.check_translation(row, actor_id=voices.worker.pk)
    translating.check_translation(row, actor_id=cisl)
    assert notes.is_checked(Translation.objects.get(pk=row.pk))
    assert words_of("es")["draft_translation"] not in page(voices, "es")
    consultations.translate_version(first, language="es", text="La primera.", actor_id=cisl)
    assert not notes.is_checked(Translation.objects.get(pk=row.pk))
    # A change by another door than the service makes the check lapse too.
    translating.check_translation(Translation.objects.get(pk=row.pk), actor_id=cgil)
    Translation.objects.filter(pk=row.pk).update(text="Otra cosa.")
    assert not notes.is_checked(Translation.objects.get(pk=row.pk))


@pytest.mark.django_db
def test_a_sheet_is_written_whole_as_drafts(voices: Open):
    lines = list(translating.lines(voices.consultation))
    assert [line.place for line in lines] == ["title", "question", "1", "2", "3", "4"]
    actor = voices.world.delegates["CGIL"].pk
    entries = [translating.Entry(line, "ro", f"text {n}", "Ana") for n, line in enumerate(lines)]
    assert translating.translate_many(voices.consultation, entries, actor_id=actor) == 6
    assert translating.translate_many(voices.consultation, entries, actor_id=actor) == 6
    state = next(e for e in translating.completeness(voices.consultation) if e["code"] == "ro")
    assert (state["wanted"], state["done"], state["checked"]) == (6, 6, 0)
    assert translating.check_language(voices.consultation, "ro", actor_id=actor) == 0
    secretary = voices.world.secretary.pk
    assert translating.check_language(voices.consultation, "ro", actor_id=secretary) == 6
    with pytest.raises(Problem):
        translating.translate_many(
            voices.consultation, [translating.Entry(lines[0], "xx", "a", "")], actor_id=actor
        )


def work_of(voices: Open, *cells: tuple[str, str, str, str]) -> Work:
    """Return an uploaded sheet as the import framework hands it over, its columns parsed."""
    names = ("place", "language", "text", "original")
    rows = [
        Row("foglio.xlsx", n, dict(zip(names, row, strict=True)) | {"translated_by": None})
        for n, row in enumerate(cells, start=2)
    ]
    actor = voices.world.delegates["CGIL"].pk
    return Work(actor, voices.consultation.pk, {"translations": lambda: iter(rows)}, uuid.uuid4())


@pytest.mark.django_db
def test_an_uploaded_sheet_says_which_row_points_at_nothing_or_translates_an_older_wording(voices: Open):
    wrong = work_of(
        voices, ("1", "ar", "نص", ""), ("99", "es", "Hola", ""), ("2", "it", "Ciao", ""),
        ("3", "zh", "文字", "Un altro testo."), ("4", "ro", "", ""),
    )  # fmt: skip
    assert [(p.row, p.column) for p in imports.check(wrong)] == [
        (3, "place"), (4, "language"), (5, "original"),
    ]  # fmt: skip
    empty = work_of(voices, ("4", "ro", "", ""))
    assert len(list(imports.check(empty))) == 1
    right = work_of(voices, ("1", "ar", "نص", "Affermazione numero 1."), ("title", "ar", "عنوان", ""))
    assert list(imports.check(right)) == []
    assert list(imports.save(right).values()) == [2]
    row = Translation.objects.get(version=versions(voices.consultation)[0], language="ar")
    assert row.text == "نص"
    assert not notes.is_checked(row)
    assert IMPORTERS[imports.IMPORTER].part("translations").columns[1].parse("arabo") == "ar"


@pytest.mark.django_db
def test_a_recording_is_heard_by_whoever_may_read_the_statement(voices: Open):
    first = versions(voices.consultation)[0]
    actor = voices.world.delegates["CGIL"].pk
    with pytest.raises(Problem):
        translating.store_audio(first, language="ar", source=b"%PDF-1.4", name="a.mp3", actor_id=actor)
    translating.store_audio(first, language="it", source=b"ID3" + b"\x00" * 64, name="a.mp3", actor_id=actor)
    address = reverse("voices:sound", args=[voices.consultation.pk, first.pk, "it"])
    assert address in page(voices, "it")
    client = Client()
    client.force_login(voices.worker)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "audio/mpeg"
    client.force_login(voices.world.stranger)
    assert client.get(address).status_code == 404


def test_the_gulpease_index_is_the_published_formula():
    # 7 words, 31 letters, 1 sentence: 89 + (300 - 310) / 7 = 87.57
    assert readability.gulpease("Il turno va detto due settimane prima.") == 88
    assert readability.gulpease("Sì.") is None
    hard = readability.read(
        "Al fine di implementare percorsi di reskilling non si può non erogare formazione a chiunque, "
        "qualora la riorganizzazione dei processi produttivi comporti demansionamento e modifiche."
    )
    assert hard.level == "hard"
    codes = {hint.code for hint in hard.hints}
    assert codes == {"jargon", "double_negative"}
    assert {hint.found for hint in hard.hints} >= {"al fine di", "reskilling", "erogare", "qualora"}
    long = readability.read(" ".join(["parola"] * 30) + ".")
    assert [hint.code for hint in long.hints] == ["long_sentence"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Il caporeparto Bianchi risponde al 333 1234567", ["phone", "name"]),
        ("scrivete a mario.rossi@example.org", ["email"]),
        ("In reparto Mario Rossi decide da solo.", ["name"]),
        ("Il codice RSSMRA80A01F205X non serve.", ["tax_code"]),
        ("Servono 24 ore l'anno, con 15 giorni di preavviso entro il 2027.", []),
        ("La Camera del Lavoro deve ascoltare.", []),
    ],
)
def test_what_may_point_to_a_person_is_flagged(text, codes):
    assert [flag.code for flag in privacy_hint.look(text)] == codes
