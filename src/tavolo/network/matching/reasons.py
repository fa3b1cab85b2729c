"""Why an offer is proposed, in a few words that can be said on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tavolo.language.stemming import stems, words_by_stem
from tavolo.language.synonyms import senses
from tavolo.network.matching.activity import nearness, title
from tavolo.network.matching.lexical import LexicalIndex, is_known_word, is_measure
from tavolo.network.matching.sheets import Sheet, Slot, shared_slots

Numbers = NDArray[np.float64]

_CLOSE_MEANING, _SOME_MEANING = 0.60, 0.38
_SAME_ACTIVITY = 0.75
_TEXTS_KEPT = 20_000

_TEXTS = {
    "it": {
        "request": "è una richiesta: non risponde a una richiesta",
        "words": "parole in comune: {}",
        "senses": "termini affini: {}",
        "slips": "forse un refuso: {}",
        "close": "significato molto vicino",
        "some": "significato vicino",
        "code": "stessa attività: {}",
        "akin": "attività affine: {}",
        "inferred": "attività affine",
        "km": "a {} km ({} – {})",
        "here": "stesso luogo: {}",
        "apart": "date lontane di {} giorni",
        "dates": "date compatibili",
        "slots": "giorni in comune: {}",
        "no_slots": "nessun giorno in comune",
        "enough": "quantità sufficiente: {} {}",
        "short": "copre {} su {} {}",
        "weak": "legame debole: da verificare",
        "days": "lun mar mer gio ven sab dom",
        "am": "mattina",
        "pm": "pomeriggio",
        "night": "sera",
    },
    "en": {
        "request": "this is a request: it does not answer a request",
        "words": "words in common: {}",
        "senses": "kindred terms: {}",
        "slips": "perhaps a typing slip: {}",
        "close": "very close in meaning",
        "some": "close in meaning",
        "code": "same activity: {}",
        "akin": "kindred activity: {}",
        "inferred": "kindred activity",
        "km": "{} km away ({} – {})",
        "here": "same place: {}",
        "apart": "dates {} days apart",
        "dates": "dates agree",
        "slots": "days in common: {}",
        "no_slots": "no day in common",
        "enough": "enough: {} {}",
        "short": "covers {} of {} {}",
        "weak": "weak link: to be checked",
        "days": "Mon Tue Wed Thu Fri Sat Sun",
        "am": "morning",
        "pm": "afternoon",
        "night": "evening",
    },
}


@dataclass(frozen=True)
class Signals:
    """What was measured between one need and every offer; arrays of shape (offers,)."""

    words: Numbers
    meaning: Numbers | None
    activity: Numbers
    km: Numbers
    days_apart: NDArray[np.int64]
    no_shared_slot: NDArray[np.bool_]


def reasons(
    need: Sheet, offer: Sheet, signals: Signals, at: int, asks: bool, lexical: LexicalIndex, lang: str = "it"
) -> tuple[str, ...]:
    """Return short reasons for or against an offer: words, meaning, activity, nearness, dates, quantity."""
    say = _TEXTS[lang]
    if asks:
        return (say["request"],)
    found = _words(need, offer, lexical, say)
    meaning = None if signals.meaning is None else float(signals.meaning[at])
    if meaning is not None and meaning >= _SOME_MEANING:
        found.append(say["close"] if meaning >= _CLOSE_MEANING else say["some"])
    found += _activity(need, offer, float(signals.activity[at]), say)
    if not found:
        found.append(say["weak"])
    return tuple(found + _practical(need, offer, signals, at, say))


# The whole list of a need names every offer: what is read of a text is kept for the next need.
@lru_cache(maxsize=_TEXTS_KEPT)
def _telling(text: str) -> dict[str, str]:
    return {item: word for item, word in words_by_stem(text).items() if not is_measure(item)}


def _words(need: Sheet, offer: Sheet, lexical: LexicalIndex, say: dict[str, str]) -> list[str]:
    asked, given = _telling(need.text), _telling(offer.text)
    shared = [given[item] for item in asked if item in given and lexical.tells(item)]
    slips = []
    for item in asked:
        if item in given:
            continue
        near = lexical.slips_of(item) if is_known_word(item) else lexical.meant_by(item)
        slips += [f"{asked[item]} ~ {given[other]}" for other in near if other in given]
    found = [say["words"].format(", ".join(shared[:5]))] if shared else []
    akin = _akin_terms(need.text, offer.text)
    if akin:
        found.append(say["senses"].format(", ".join(akin[:3])))
    return found + ([say["slips"].format(", ".join(slips[:3]))] if slips else [])


@lru_cache(maxsize=_TEXTS_KEPT)
def _senses(text: str) -> dict[str, str]:
    return senses(text)


def _akin_terms(asked: str, given: str) -> list[str]:
    """Return pairs of trade words that mean the same and are not the same word."""
    wanted, offered = _senses(asked), _senses(given)
    return [
        f"{said} ~ {offered[group]}"
        for group, said in wanted.items()
        if group in offered and not set(stems(said)) & set(stems(offered[group]))
    ]


def _activity(need: Sheet, offer: Sheet, inferred: float, say: dict[str, str]) -> list[str]:
    if need.activity and offer.activity:
        near = nearness(need.activity, offer.activity)
        named = f"{offer.activity} {title(offer.activity)}".strip()
        if near >= 0.85:
            return [say["code"].format(named)]
        return [say["akin"].format(named)] if near >= 0.4 else []
    if inferred < _SAME_ACTIVITY:
        return []
    code = offer.activity or need.activity
    return [say["akin"].format(f"{code} {title(code)}")] if code else [say["inferred"]]


def _practical(need: Sheet, offer: Sheet, signals: Signals, at: int, say: dict[str, str]) -> list[str]:
    found = []
    km = float(signals.km[at])
    if not np.isnan(km) and need.place and offer.place:
        same = km < 0.5 and need.place.name == offer.place.name
        found.append(
            say["here"].format(offer.place.name)
            if same
            else say["km"].format(max(1, round(km)), need.place.name, offer.place.name)
        )
    if signals.days_apart[at]:
        found.append(say["apart"].format(int(signals.days_apart[at])))
    elif (need.start or need.end) and (offer.start or offer.end):
        found.append(say["dates"])
    common = shared_slots(need, offer)
    if common is not None:
        found.append(say["slots"].format(_slots(common, say)) if common else say["no_slots"])
    if need.quantity and offer.quantity and (need.unit == offer.unit or not need.unit or not offer.unit):
        unit = offer.unit or need.unit
        if offer.quantity >= need.quantity:
            found.append(say["enough"].format(offer.quantity, unit).strip())
        else:
            found.append(say["short"].format(offer.quantity, need.quantity, unit).strip())
    return found


def _slots(slots: frozenset[Slot], say: dict[str, str]) -> str:
    days = say["days"].split()
    order = {"am": 0, "pm": 1, "night": 2}
    told: dict[int, list[str]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.weekday, order[slot.part])):
        told.setdefault(slot.weekday, []).append(slot.part)
    pieces = []
    for day, parts in told.items():
        whole = {"am", "pm"} <= set(parts)
        pieces.append(days[day] if whole else f"{days[day]} {' e '.join(say[part] for part in parts)}")
    return ", ".join(pieces)
