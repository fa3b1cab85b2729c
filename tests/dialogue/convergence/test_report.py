"""The report: something a union delegate and a firm's owner can read, whatever people wrote in it."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pypdf
import pytest

from tavolo.dialogue.convergence.analysis import analyse
from tavolo.dialogue.convergence.report import html, pdf, texts
from tavolo.dialogue.convergence.report.view import build
from tavolo.dialogue.convergence.result import Result
from tavolo.dialogue.convergence.simulation import Model, plant
from tests.shared_data import shared

GROUPS = ("Associazione imprese", 'CGIL & <b>UIL</b> "x"', "منظمة العمال", "RSU #panic()")
NASTY = (
    "Un premio legato ai risultati va diviso tra chi ha contribuito",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '#panic("typst") #read("/etc/passwd") $x$ @label *bold* `raw` \\u{41} // x',
    "يجب أن يكون التدريب مستمرا",
    "工會應參與 AI 的決定 👍",
    "\u202eevil\u202c \x00\x07 tab\tand\nline",
    "' onmouseover='alert(1)' {braces} {0} %s",
)


@pytest.fixture(scope="module")
def result() -> Result:
    rng = np.random.default_rng(4)
    model = Model("x", (40, 25, 12, 5), 24, 0)
    votes = plant(model, rng).astype(float)
    hidden = rng.random(votes.shape) > 0.8
    hidden[model.groups == 2, 5] = True
    votes[hidden & (model.groups != 3)[:, None]] = np.nan
    names = [GROUPS[g] for g in model.groups]
    found = analyse(votes, groups=names, census=dict(zip(GROUPS, (400, 60, 12, 5), strict=True)), resamples=0)
    statements = tuple(
        replace(s, text=NASTY[i % len(NASTY)], excluded=i == 23) for i, s in enumerate(found.statements)
    )
    return replace(
        found,
        statements=statements,
        source=replace(found.source, title="Impresa e lavoro <i>", attribution="Dati di prova & altro"),
    )


class Structure(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def parsed(text: str) -> Structure:
    structure = Structure()
    structure.feed(text)
    return structure


@pytest.mark.parametrize("lang", ["it", "en"])
def test_html_is_self_contained_and_inert(result: Result, lang: texts.Lang) -> None:
    found = parsed(html.render(result, lang))
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(found.tags)
    assert not [a for a in found.attributes if a[1].startswith("on") or a[1] == "style"]
    references = [value for _, name, value in found.attributes if name in ("href", "src")]
    assert references
    assert all(value and value.startswith("#") for value in references)


def test_every_link_leads_somewhere_and_no_identifier_repeats(result: Result) -> None:
    found = parsed(html.render(result, "it"))
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    links = {value[1:] for tag, name, value in found.attributes if (tag, name) == ("a", "href") and value}
    assert links <= set(ids)


def test_every_picture_has_a_table_below_it(result: Result) -> None:
    text = html.render(result, "it")
    figures = re.findall(r"<figure.*?</figure>", text, re.S)
    assert len(figures) >= 23
    assert all("<svg" in figure and "<table" in figure for figure in figures)


def test_texts_of_any_script_keep_their_direction_and_lose_overrides(result: Result) -> None:
    text = html.render(result, "it")
    assert 'dir="auto"' in text
    assert "\u202e" not in text
    assert "\x00" not in text
    assert "يجب" in text


def test_excluded_statements_are_named_but_not_repeated(result: Result) -> None:
    view = build(result, "it")
    assert len(view.statements) == 23
    assert view.excluded
    assert "23" in view.excluded


def test_verdicts_are_told_in_words_that_name_the_groups(result: Result) -> None:
    view = build(result, "it")
    told = {s.code: s.words for s in view.statements}
    assert "divergence" in told
    assert "d’accordo più della metà in" in told["divergence"].lower()
    silent = [s for s in view.statements if "Nessuno ha risposto in" in s.words]
    assert len(silent) == 1
    assert "منظمة العمال" in silent[0].words


def test_full_census_says_so_and_shows_no_interval(result: Result) -> None:
    row = next(r for r in build(result, "it").statements[0].picture.table.rows if "RSU" in r[0])  # type: ignore[union-attr]
    assert row[-1] == "5 di 5"
    assert "(" not in row[1]


def test_the_family_wise_error_stands_in_the_summary(result: Result) -> None:
    summary = " ".join(build(result, "it").summary)
    assert "affermazioni votate, lette insieme" in summary
    assert "segnati ●" in summary


@pytest.mark.parametrize("lang", ["it", "en"])
def test_pdf_is_tagged_and_holds_what_people_wrote_as_plain_text(result: Result, lang: texts.Lang) -> None:
    made = pdf.render(result, lang)
    reader = pypdf.PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).startswith(lang)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "#panic(" in text
    assert "<script>" in text.replace("\n", "")
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_pdf_has_a_page_per_statement(result: Result) -> None:
    view = build(result, "it")
    reader = pypdf.PdfReader(io.BytesIO(pdf.document(view)))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert sum("Ogni barra è un gruppo" in page for page in pages) == len(view.statements)


def test_pdf_is_the_same_bytes_twice(result: Result) -> None:
    assert pdf.render(result, "it") == pdf.render(result, "it")


def test_pdf_says_when_a_font_is_missing(result: Result) -> None:
    view = build(result, "it")
    if not pdf._not_shown("工會應參與", system=True):
        pytest.skip("this computer has a Chinese font")
    reader = pypdf.PdfReader(io.BytesIO(pdf.document(view)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "versione HTML" in text


def test_characters_without_a_glyph_are_found_and_others_are_not() -> None:
    assert pdf._not_shown("aèßΩЖ", system=False) == set()
    assert "\U0001f44d" in pdf._not_shown("\U0001f44dè", system=False)


def test_an_unknown_language_is_refused(result: Result) -> None:
    with pytest.raises(ValueError, match="Italian"):
        html.render(result, "de")  # type: ignore[arg-type]


def test_every_text_exists_in_both_languages_with_the_same_blanks() -> None:
    for key, (italian, english) in texts.TEXTS.items():
        assert italian, key
        assert english, key
        assert set(re.findall(r"{(\w+)}", italian)) == set(re.findall(r"{(\w+)}", english)), key


def test_numbers_follow_the_language() -> None:
    assert texts.number(12345, "it") == "12.345"
    assert texts.number(12345, "en") == "12,345"
    assert texts.percent(0.6234, "it", 1) == "62,3%"
    assert texts.confidence(0.98799, "it") == "98,7%"
    assert texts.confidence(1.0, "en") == ">\u00a099.9%"
    assert texts.confidence(1.0, "en", certain=True) == "100%"
    assert texts.listing(["A", "B", "C"], "it") == "A, B e C"
    assert texts.decimal(-0.04, "it", 1) == "0,0"


def test_a_table_without_groups_speaks_of_everyone() -> None:
    rng = np.random.default_rng(1)
    found = analyse(rng.choice([-1.0, 0.0, 1.0], (12, 6)), resamples=0)
    view = build(found, "it")
    assert "Nessun gruppo dichiarato" in " ".join(view.facts)
    assert all(s.picture.table and s.picture.table.rows[0][0] == "Tutti" for s in view.statements)
    assert pdf.document(view).startswith(b"%PDF")


def test_one_person_and_one_statement_still_make_a_report() -> None:
    found = analyse([[1.0]], groups=["a"], resamples=0)
    assert "<svg" in html.render(found, "en")
    assert pdf.render(found, "en").startswith(b"%PDF")


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "folder", ["london.youth.policing", "vtaiwan.uberx", "austria-climate.5twd2jsnkf.2022-08-08"]
)
def test_real_conversations_become_reports_in_seconds(folder: str) -> None:
    found = analyse(shared(f"polis/{folder}"), resamples=0)
    started = time.perf_counter()
    text, made = html.render(found, "it"), pdf.render(found, "it")
    assert time.perf_counter() - started < 30
    assert len(text) < 4_000_000
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert len(reader.pages) > 5


def test_many_groups_and_endless_texts_still_make_a_readable_report() -> None:
    rng = np.random.default_rng(3)
    names = [f"Parte {i} con un nome piuttosto lungo che non finisce mai" for i in range(25)]
    votes = rng.choice([-1.0, 0.0, 1.0, np.nan], (200, 4))
    found = analyse(votes, groups=[names[i % 25] for i in range(200)], resamples=0)
    found = replace(found, statements=tuple(replace(s, text="parola " * 900) for s in found.statements))
    view = build(found, "it")
    assert "altri" in view.statements[0].words
    assert all(len(item.text) < 320 for section in view.sections for item in section.items)
    assert len(view.statements[0].text) > 6_000
    assert pdf.document(view).startswith(b"%PDF")


def test_the_facts_count_only_what_is_shown_and_speak_in_the_singular() -> None:
    votes = np.array([[1, 1, 0]] * 20, float)
    found = analyse(votes, resamples=0)
    one_left_out = replace(
        found, statements=tuple(replace(s, excluded=i == 2) for i, s in enumerate(found.statements))
    )
    assert build(one_left_out, "it").facts[0] == "20 persone hanno dato 40 risposte a 2 affermazioni."
    assert "non distinguono" in build(found, "it").map.intro
    alone = build(analyse(np.ones((1, 1)), resamples=0), "it")
    assert alone.facts[0] == "1 persona ha dato 1 risposta a 1 affermazione."
    assert alone.summary[-1].endswith("Non si è potuto dare alcun verdetto.")
    assert "Sulle 1" not in alone.summary[-1]
