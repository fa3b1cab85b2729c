"""The short summary of a result in words, for the command line; verdicts are named as in the report."""

from __future__ import annotations

from collections import Counter

from tavolo.dialogue.convergence.report.people import clean
from tavolo.dialogue.convergence.report.texts import Lang, say
from tavolo.dialogue.convergence.result import Result

TEXTS: dict[str, dict[str, str]] = {
    "it": {
        "head": "{title}: {participants}, {votes} su {statements}.",
        "excluded": "Escluse dalla moderazione, non contano: {count}.",
        "declared": "Gruppi dichiarati: {groups}.",
        "outside": "Partecipanti senza gruppo dichiarato: {count}.",
        "published": "Gruppi trovati nei voti: {groups} (stabilità: ARI mediano {ari} su {n} "
        "ricampionamenti).",
        "unstable": "Nei voti non emergono gruppi stabili: su {n} ricampionamenti l'ARI mediano è {ari} e "
        "nove su dieci superano solo {low}; le soglie sono {threshold} e {low_threshold}. "
        "I gruppi non sono pubblicati.",
        "too_few_people": "Non si pubblicano gruppi trovati nei voti: servono almeno {minimum} persone con "
        "abbastanza risposte, qui: {people}.",
        "one_cloud": "I voti formano un'unica nuvola: nessuna divisione in gruppi regge.",
        "not_resampled": "Gruppi non pubblicati: la stabilità non è stata misurata.",
        "agreement": "Accordo con i gruppi già pubblicati dalla fonte: ARI {ari} ({people} persone).",
        "over": "Verdetti per affermazione ({over}):",
        "over_declared": "fra i gruppi dichiarati",
        "over_found": "fra i gruppi trovati",
        "over_everyone": "fra tutti i partecipanti insieme",
        "unheard": "Non ancora sentiti: {groups}.",
        "wrote": "Scritto {path}",
        "people_of": "{group} {size}",
    },
    "en": {
        "head": "{title}: {participants}, {votes} on {statements}.",
        "excluded": "Left out by moderation, not counted: {count}.",
        "declared": "Declared groups: {groups}.",
        "outside": "Participants in no declared group: {count}.",
        "published": "Groups found in the votes: {groups} (stability: median ARI {ari} over {n} resamples).",
        "unstable": "The votes show no stable groups: over {n} resamples the median ARI is {ari} and nine in "
        "ten exceed only {low}; the thresholds are {threshold} and {low_threshold}. No groups are published.",
        "too_few_people": "No groups found in the votes are published: at least {minimum} people with enough "
        "answers are needed, here: {people}.",
        "one_cloud": "The votes form one cloud: no division into groups holds.",
        "not_resampled": "No groups are published: their stability was not measured.",
        "agreement": "Agreement with the groups the source published: ARI {ari} ({people} people).",
        "over": "Verdicts per statement ({over}):",
        "over_declared": "across the declared groups",
        "over_found": "across the groups found",
        "over_everyone": "over all participants together",
        "unheard": "Not yet heard: {groups}.",
        "wrote": "Wrote {path}",
        "people_of": "{group} {size}",
    },
}
# (one, more)
COUNTED: dict[str, dict[str, tuple[str, str]]] = {
    "it": {
        "participants": ("partecipante", "partecipanti"),
        "votes": ("voto", "voti"),
        "statements": ("affermazione", "affermazioni"),
    },
    "en": {
        "participants": ("participant", "participants"),
        "votes": ("vote", "votes"),
        "statements": ("statement", "statements"),
    },
}
CODES = (
    "convergence",
    "convergence_against",
    "convergence_with_reservation",
    "divergence",
    "not_enough_voices",
)


def number(value: float | int | None, lang: str, digits: int = 2) -> str:
    """Return a number as written in the language; "–" for none."""
    if value is None:
        return "–"
    if isinstance(value, int):
        text = f"{value:,}"
        return text.replace(",", ".") if lang == "it" else text
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if lang == "it" else text


def summary(result: Result, lang: str) -> str:
    """Return a few lines of plain text: who voted, which groups, how many verdicts of each kind."""
    words = TEXTS[lang]
    language: Lang = "en" if lang == "en" else "it"
    shown = [statement for statement in result.statements if not statement.excluded]
    lines = [
        words["head"].format(
            title=clean(result.source.title or result.source.name),
            participants=_counted(result.participants, "participants", lang),
            votes=_counted(sum(s.everyone.seen for s in shown), "votes", lang),
            statements=_counted(len(shown), "statements", lang),
        )
    ]
    if result.moderation.excluded:
        lines.append(words["excluded"].format(count=number(len(result.moderation.excluded), lang)))
    if result.declared:
        listed = _listed([(group.id, group.size) for group in result.declared], lang)
        lines.append(words["declared"].format(groups=listed))
        if result.people_without_group:
            lines.append(words["outside"].format(count=number(result.people_without_group, lang)))
    lines += _found(result, lang)
    codes = Counter(statement.verdict.code for statement in shown)
    lines.append(words["over"].format(over=words[f"over_{result.method.consensus_over}"]))
    lines += [
        f"  {number(codes[code], lang):>6}  {say(code, language).lower()}" for code in CODES if codes[code]
    ]
    silent = [(name, count) for name, count in result.unheard.items() if count]
    if silent:
        lines.append(words["unheard"].format(groups=_listed(silent, lang)))
    return "\n".join(lines)


def _counted(value: int, what: str, lang: str) -> str:
    return f"{number(value, lang)} {COUNTED[lang][what][value != 1]}"


def _listed(groups: list[tuple[str, int]], lang: str) -> str:
    words = TEXTS[lang]["people_of"]
    shown = [words.format(group=clean(name), size=number(size, lang)) for name, size in groups[:12]]
    return ", ".join(shown + (["…"] if len(groups) > 12 else []))


def _found(result: Result, lang: str) -> list[str]:
    stability = result.stability
    words = TEXTS[lang]
    lines = [
        words[stability.reason].format(
            groups=_listed([(group.id, group.size) for group in result.found], lang),
            ari=number(stability.median_ari, lang),
            low=number(stability.low_ari, lang),
            n=stability.resamples,
            threshold=number(stability.threshold, lang, 1),
            low_threshold=number(stability.low_threshold, lang, 1),
            people=number(stability.grouped_people, lang),
            minimum=stability.minimum_people,
        )
    ]
    if result.agreement is not None:
        lines.append(
            words["agreement"].format(
                ari=number(result.agreement.ari, lang), people=number(result.agreement.people, lang)
            )
        )
    return lines
