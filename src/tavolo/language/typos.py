"""Tolerance of slips of the keyboard: which known word was meant."""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str, limit: int = 2) -> int:
    """Return the optimal string alignment distance of two words, or `limit` + 1 if it is larger.

    Counts insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, in the restricted
    form that edits no part twice).

    >>> distance("magazzino", "magazino"), distance("tornio", "tronio"), distance("casa", "muletto")
    (1, 1, 3)
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    older: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        current = [i]
        for j, candidate in enumerate(other, start=1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (letter != candidate))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == candidate:
                cost = min(cost, older[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        older, previous = previous, current
    return min(previous[-1], limit + 1)


class Speller:
    """Finds the words of a vocabulary near a given word.

    Words are filed under every form with one letter taken out (W. Garbe's symmetric deletion, 2012), so
    a look-up costs a handful of dictionary reads whatever the size of the vocabulary.
    """

    def __init__(self, vocabulary: Iterable[str], shortest: int = 4) -> None:
        self._shortest = shortest
        self._words = frozenset(vocabulary)
        self._by_form: dict[str, list[str]] = {}
        for word in sorted(self._words):
            if len(word) >= shortest and word.isalpha():
                for form in _forms(word):
                    self._by_form.setdefault(form, []).append(word)

    def near(self, word: str) -> list[str]:
        """Return the vocabulary's words one slip away from `word` (never itself), sorted.

        Words shorter than `shortest` letters and words with digits have no neighbours: in them every
        letter tells. The first letter must agree, unless the first two are swapped.
        """
        if len(word) < self._shortest or not word.isalpha():
            return []
        found = {other for form in _forms(word) for other in self._by_form.get(form, ())}
        return sorted(
            other
            for other in found
            if other != word and set(other[:1]) <= set(word[:2]) and distance(word, other, 1) == 1
        )


def _forms(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
