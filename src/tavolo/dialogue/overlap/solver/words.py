"""What a package gives each party, in Italian or English sentences made from the coarse account only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tavolo.dialogue.overlap.solver.disclosure import BEST, BETWEEN, LEAST, SAME, Shown, View

BAND_WORDS = {
    "it": (
        "nel complesso meno di un quarto della strada dal pacchetto meno gradito al migliore per lei",
        "nel complesso fra un quarto e metà della strada dal pacchetto meno gradito al migliore per lei",
        "nel complesso fra metà e tre quarti della strada dal pacchetto meno gradito al migliore per lei",
        "nel complesso più di tre quarti della strada dal pacchetto meno gradito al migliore per lei",
        "nel complesso il pacchetto migliore per lei",
    ),
    "en": (
        "overall less than a quarter of the way from the package worst for it to the best",
        "overall between a quarter and half of the way from the package worst for it to the best",
        "overall between half and three quarters of the way from the package worst for it to the best",
        "overall more than three quarters of the way from the package worst for it to the best",
        "overall the package best for it",
    ),
}
GRADE_WORDS = {
    "it": {
        BEST: "ottiene il suo meglio su {issues}",
        BETWEEN: "una via di mezzo su {issues}",
        LEAST: "l'opzione che gradisce meno, fra quelle accettate da tutte, su {issues}",
        SAME: "per lei le opzioni si equivalgono su {issues}",
    },
    "en": {
        BEST: "gets its best on {issues}",
        BETWEEN: "something in between on {issues}",
        LEAST: "the option it likes least, among those all accept, on {issues}",
        SAME: "the options are worth the same to it on {issues}",
    },
}
INDIFFERENT = {
    "it": "non ha indicato preferenze fra le opzioni accettate da tutte: per lei i pacchetti si equivalgono",
    "en": "gave no preferences among the options all accept: all packages are worth the same to it",
}
MARKS = {
    "it": {
        "both": "Chi ottiene meno sta meglio qui che altrove; ha anche il prodotto di Nash più alto.",
        "worst_off": "Chi ottiene meno sta meglio qui che in ogni altro pacchetto.",
        "nash": "Ha il prodotto di Nash più alto: la soddisfazione di tutte insieme, equilibrata.",
        "other": "Efficiente: nessun altro pacchetto migliora per una parte senza togliere a un'altra.",
        "none": "Nessuna parte ha indicato preferenze: tutti i pacchetti dell'intersezione si equivalgono.",
    },
    "en": {
        "both": "Whoever gets least is better off here than elsewhere; also the highest Nash product.",
        "worst_off": "Whoever gets least is better off here than in any other package.",
        "nash": "It has the highest Nash product: the largest and most balanced satisfaction taken together.",
        "other": "Efficient: no other package is better for one party without being worse for another.",
        "none": "No party gave preferences: all packages of the overlap are worth the same.",
    },
}
AND = {"it": " e ", "en": " and "}


def listed(names: Sequence[str], language: str) -> str:
    """Return names as a phrase: «a», «b» e «c»."""
    quoted = [f"«{name}»" if language == "it" else f"“{name}”" for name in names]
    return AND[language].join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def party_words(view: View, titles: Mapping[str, str], language: str) -> str:
    """Return what a package gives one party; `titles`: issue key -> its title, in the order to name them."""
    if view.band is None:
        return INDIFFERENT[language]
    parts = []
    for kind, words in GRADE_WORDS[language].items():
        named = [title for key, title in titles.items() if view.grades.get(key) == kind]
        if named:
            parts.append(words.format(issues=listed(named, language)))
    return "; ".join([*parts, BAND_WORDS[language][view.band]])


def mark_words(shown: Shown, language: str, *, priorities: bool = True) -> str:
    """Return why a package is shown."""
    if not priorities:
        return MARKS[language]["none"]
    kind = "both" if shown.worst_off and shown.nash else "worst_off" if shown.worst_off else "other"
    return MARKS[language]["nash" if shown.nash and not shown.worst_off else kind]
