"""Italian stems: the analysis shared by search in memory and in PostgreSQL."""

from __future__ import annotations

import threading
from functools import lru_cache

import snowballstemmer

from tavolo.language.folding import words
from tavolo.language.stopwords import STOPWORDS

_local = threading.local()
_cache: dict[str, str] = {}
_CACHE_LIMIT = 500_000


def stem(word: str) -> str:
    """Return the stem of one folded word (Snowball Italian; M. Porter, snowballstem.org).

    Words with a digit keep their form ("3d", "iso9001"). Stemming is a pure function of the word; the
    stemmer itself keeps state, so each thread has its own, and results are remembered.

    >>> stem("magazzini"), stem("magazziniere"), stem("cnc")
    ('magazzin', 'magazzin', 'cnc')
    """
    known = _cache.get(word)
    if known is not None:
        return known
    if len(word) <= 3 or not word.isalpha():
        result = word
    else:
        stemmer = getattr(_local, "stemmer", None)
        if stemmer is None:
            stemmer = _local.stemmer = snowballstemmer.stemmer("italian")
        result = str(stemmer.stemWord(word))
    if len(_cache) < _CACHE_LIMIT:
        _cache[word] = result
    return result


def stems(text: str) -> list[str]:
    """Return the stems of the telling words of `text`, in order, with repetitions.

    Stop words and single letters are left out; single digits stay.

    >>> stems("Cerchiamo un magazzino per i bancali")
    ['magazzin', 'bancal']
    """
    return [stem(word) for word in telling_words(text)]


def share_found(query: str, text: str) -> float:
    """Return which share of the different stems of `query` occurs in `text`, from 0 to 1 (0 without words).

    >>> share_found("magazzini freddi", "Un magazzino vicino a Rho")
    0.5
    """
    wanted = frozenset(stems(query))
    return len(wanted & _set_of(text)) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=20_000)
def _set_of(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def telling_words(text: str) -> list[str]:
    """Return the folded words of `text` that are neither stop words nor single letters.

    >>> telling_words("Ci serve una pressa, la nostra è guasta")
    ['pressa', 'guasta']
    """
    return [word for word in words(text) if word not in STOPWORDS and (len(word) > 1 or word.isdigit())]


def words_by_stem(text: str) -> dict[str, str]:
    """Return stem -> the first word of `text` that has it; for showing people words, not stems.

    >>> words_by_stem("Magazzini e magazziniere")
    {'magazzin': 'magazzini'}
    """
    found: dict[str, str] = {}
    for word in telling_words(text):
        found.setdefault(stem(word), word)
    return found
