"""Which offers answer a need, how well, and why: words, meaning, activity, nearness, dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tavolo.language.stemming import stems
from tavolo.network.matching.encoders import Encoder, Vectors
from tavolo.network.matching.intent import is_request
from tavolo.network.matching.lexical import LexicalIndex
from tavolo.network.matching.meaning import PASSAGE_WEIGHT, PASSAGE_ZERO, background
from tavolo.network.matching.notes import notes_background
from tavolo.network.matching.reasons import Signals, reasons
from tavolo.network.matching.senses import SenseIndex
from tavolo.network.matching.sheets import Sheet
from tavolo.network.matching.terms import OfferTerms

Numbers = NDArray[np.float64]
# Vectors of needs kept in memory: about 60 MB.
_MOST_SEEN = 40_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Blend:
    """Weights of the signals; the defaults were chosen by `benchmarks/network_retrieval.py`.

    Meaning enters with weight 1. `steepness` and `middle` only shape the score shown, never the order
    (`..._alone`: without an encoder). They are set so that on the catalogue, with half of the needs
    unanswerable, about half of the best offers at 0.65 and three quarters at 0.8 are right.
    """

    words: float = 0.4
    activity: float = 0.3
    senses: float = 0.2
    words_alone: float = 2.0
    activity_alone: float = 0.3
    senses_alone: float = 0.5
    nearness: float = 0.05
    nearness_km: float = 30.0
    dates_apart: float = 0.30
    no_shared_slot: float = 0.20
    kind: float = 0.03
    steepness: float = 5.0
    middle: float = 0.55
    middle_alone: float = 0.26


@dataclass(frozen=True, slots=True)
class Match:
    """One offer for one need: the score from 0 to 1 and its reasons, strongest first."""

    need: str
    offer: str
    score: float
    reasons: tuple[str, ...]
    is_request: bool = False


class OfferIndex:
    """Offers made ready for search; one need over 30,000 offers takes some tens of milliseconds.

    `offers` in any order: they are sorted by id, so that the order of the input changes nothing. Without
    an `encoder` meaning is left out and words count more.
    """

    def __init__(
        self,
        offers: Sequence[Sheet],
        encoder: Encoder | None = None,
        blend: Blend | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.blend = blend or Blend()
        self._encoder = encoder
        self._seen: dict[str, Vectors] = {}
        self._stems = [stems(offer.text) for offer in self.offers]
        self._lexical = LexicalIndex(self._stems)
        self._senses = SenseIndex([offer.text for offer in self.offers])
        self._terms = OfferTerms(self.offers)
        self.requests = np.array([is_request(offer.text) for offer in self.offers], dtype=bool)
        self._spread = background(encoder) if encoder is not None else None
        if encoder is not None and self._spread is not None:
            texts = [offer.text for offer in self.offers]
            questions = encode_distinct(encoder.query, texts, "significato", progress)
            self._centred = self._spread.centred(questions)
            self._passages = (
                encode_distinct(encoder.passage, texts, "significato (2)", progress)
                if self._spread.sharp
                else None
            )
            activities = self._spread.activities(self._centred)
        else:
            activities = notes_background().activities(self._stems)
        # A text spreads over a few dozen of 651 classes: sparse, the product costs next to nothing.
        self._activities = sparse.csr_matrix(self._with_declared(activities, self.offers))

    def rank(self, need: Sheet, top: int | None = None, lang: str = "it") -> list[Match]:
        """Return the offers for `need`, best first; ties go by id. Requests come last, with score 0.

        With `top`, at most that many, and no request among them.
        """
        signals, total = self._signals([need])[0]
        order = self._order(total, top)
        return [self._match(need, signals, int(at), int(at), float(total[at]), lang) for at in order]

    def ordered(self, need: Sheet, top: int | None = None) -> tuple[NDArray[np.int64], Numbers]:
        """Return positions best first and their scores, as `rank` does, without the reasons."""
        _, total = self._signals([need])[0]
        order = self._order(total, top)
        return order, np.where(self.requests[order], 0.0, self.score(total[order]))

    def _order(self, total: Numbers, top: int | None) -> NDArray[np.int64]:
        if top is None:
            return np.lexsort((-total, self.requests))
        order = _top(np.where(self.requests, -np.inf, total), top)
        return np.asarray(order[~self.requests[order]])

    def match(self, need: Sheet, offers: Sequence[int], lang: str = "it") -> list[Match]:
        """Return the matches of `need` with the offers at the given positions, in that order."""
        signals, total = self._signals([need], np.array(offers, dtype=np.int64))[0]
        return [self._match(need, signals, row, at, float(total[row]), lang) for row, at in enumerate(offers)]

    def candidates(
        self,
        needs: Sequence[Sheet],
        most: int = 20,
        tolerance_days: int = 0,
        progress: Progress | None = None,
    ) -> list[tuple[NDArray[np.int64], Numbers]]:
        """Return for each need the positions of its best compatible offers and their scores, best first.

        Requests and offers that break a hard rule (firm, kind, dates, distance, quantity) are left out.
        """
        found: list[tuple[NDArray[np.int64], Numbers]] = []
        for start in range(0, len(needs), 128):
            block = needs[start : start + 128]
            for need, (_, total) in zip(block, self._signals(block), strict=True):
                found.append(self._best(need, np.where(self.requests, -np.inf, total), most, tolerance_days))
            if progress:
                progress("candidati", min(start + 128, len(needs)), len(needs))
        return found

    def _best(
        self, need: Sheet, total: Numbers, most: int, tolerance_days: int
    ) -> tuple[NDArray[np.int64], Numbers]:
        for wide in (10 * most, len(total)):
            chosen = _top(total, wide)
            chosen = chosen[np.isfinite(total[chosen])]
            chosen = chosen[self._terms.compatible(need, chosen, tolerance_days)][:most]
            if len(chosen) == most or wide >= len(total):
                break
        return chosen, self.score(total[chosen])

    def score(self, total: Numbers) -> Numbers:
        """Return blended totals as scores between 0 and 1 (logistic; same order)."""
        middle = self.blend.middle_alone if self._encoder is None else self.blend.middle
        return np.asarray(1 / (1 + np.exp(-self.blend.steepness * (total - middle))))

    def _signals(
        self, needs: Sequence[Sheet], chosen: NDArray[np.int64] | None = None
    ) -> list[tuple[Signals, Numbers]]:
        """Return per need the signals and the blended total, for all offers or the `chosen` positions."""
        blend = self.blend
        at: NDArray[np.int64] | slice = slice(None) if chosen is None else chosen
        need_stems = [stems(need.text) for need in needs]
        meanings: Sequence[Numbers | None]
        if self._encoder is not None and self._spread is not None:
            questions = self._questions([need.text for need in needs])
            centred = self._spread.centred(questions)
            likeness = (centred @ self._centred[at].T).astype(np.float64)
            if self._passages is not None:
                likeness += PASSAGE_WEIGHT * (
                    (questions @ self._passages[at].T).astype(np.float64) - PASSAGE_ZERO
                )
            meanings = list(likeness)
            inferred = self._spread.activities(centred)
            words_weight, activity_weight, senses_weight = blend.words, blend.activity, blend.senses
        else:
            meanings = [None] * len(needs)
            inferred = notes_background().activities(need_stems)
            words_weight, activity_weight = blend.words_alone, blend.activity_alone
            senses_weight = blend.senses_alone
        offered = self._activities if chosen is None else self._activities[chosen]
        activities = (offered @ self._with_declared(inferred, needs).T).T
        found = []
        for number, need in enumerate(needs):
            words = self._lexical.coverage(need_stems[number])[at]
            signals = Signals(
                words=words,
                meaning=meanings[number],
                activity=np.asarray(activities[number], dtype=np.float64),
                km=self._terms.distances(need, chosen),
                days_apart=self._terms.days_apart(need, chosen),
                no_shared_slot=self._terms.no_shared_slot(need, chosen),
            )
            total = words_weight * words + activity_weight * signals.activity
            total += senses_weight * self._senses.coverage(need.text)[at]
            if signals.meaning is not None:
                total = total + signals.meaning
            agreement = self._terms.kind_agreement(need)[at]
            found.append((signals, total + self._practical(signals, agreement)))
        return found

    def _questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of needs; those seen before are remembered."""
        assert self._encoder is not None
        unseen = [text for text in dict.fromkeys(texts) if text not in self._seen]
        if unseen:
            if len(self._seen) > _MOST_SEEN:
                self._seen.clear()
                unseen = list(dict.fromkeys(texts))
            self._seen.update(zip(unseen, self._encoder.query(unseen), strict=True))
        return np.stack([self._seen[text] for text in texts])

    def _practical(self, signals: Signals, agreement: Numbers) -> Numbers:
        blend = self.blend
        near = np.where(np.isnan(signals.km), 0.0, np.exp(-np.nan_to_num(signals.km) / blend.nearness_km))
        total = blend.nearness * near + blend.kind * agreement
        total -= blend.dates_apart * (signals.days_apart > 0) + blend.no_shared_slot * signals.no_shared_slot
        return np.asarray(total)

    def _with_declared(self, inferred: Vectors, sheets: Sequence[Sheet]) -> Vectors:
        source = self._spread or notes_background()
        result = inferred.copy()
        for number, sheet in enumerate(sheets):
            if sheet.activity:
                result[number] = source.declared(sheet.activity)
        return result

    def _match(self, need: Sheet, signals: Signals, row: int, at: int, total: float, lang: str) -> Match:
        offer = self.offers[at]
        asks = bool(self.requests[at])
        score = 0.0 if asks else float(self.score(np.array(total)))
        return Match(
            need.id,
            offer.id,
            round(score, 6),
            reasons(need, offer, signals, row, asks, self._lexical, lang),
            asks,
        )


def _top(total: Numbers, count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` highest totals, highest first, ties by position."""
    if count >= len(total):
        return np.argsort(-total, kind="stable")
    floor = np.partition(total, -count)[-count]
    chosen = np.flatnonzero(total >= floor)
    return chosen[np.argsort(-total[chosen], kind="stable")][:count]


def encode_distinct(
    encode: Callable[[Sequence[str]], Vectors],
    texts: Sequence[str],
    what: str = "",
    progress: Progress | None = None,
) -> Vectors:
    """Encode each distinct text once, in blocks, and return one row per text."""
    order: dict[str, int] = {}
    rows = [order.setdefault(text, len(order)) for text in texts]
    distinct = list(order)
    blocks = []
    for start in range(0, len(distinct), 64):
        blocks.append(encode(distinct[start : start + 64]))
        if progress:
            progress(what, min(start + 64, len(distinct)), len(distinct))
    return np.concatenate(blocks)[rows] if blocks else np.zeros((0, 1), dtype=np.float32)
