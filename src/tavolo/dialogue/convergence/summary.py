"""The short summary of a result in words, for the command line; Italian and English as data."""

from __future__ import annotations

from collections import Counter

from tavolo.dialogue.convergence.result import Result

TEXTS: dict[str, dict[str, str]] = {
    "it": {
        "head": "{title}: {participants} partecipanti, {votes} voti su {statements} affermazioni.",
        "excluded": "{count} affermazioni escluse dalla moderazione non contano.",
        "declared": "Parti dichiarate: {groups}.",
        "outside": "{count} partecipanti non appartengono a nessuna parte.",
        "published": "Gruppi trovati nei voti: {groups} (stabilità: ARI mediano {ari} su {n} "
        "ricampionamenti).",
        "unstable": "Nei voti non emergono gruppi stabili: su {n} ricampionamenti l'ARI mediano è {ari} e "
        "nove su dieci superano solo {low}; le soglie sono {threshold} e {low_threshold}. "
        "I gruppi non sono pubblicati.",
        "too_few_people": "Con {people} persone raggruppabili non si pubblicano gruppi: ne servono almeno "
        "{minimum}.",
        "one_cloud": "I voti formano un'unica nuvola: nessuna divisione in gruppi regge.",
        "not_resampled": "Gruppi non pubblicati: la stabilità non è stata misurata.",
        "agreement": "Accordo con i gruppi già pubblicati dalla fonte: ARI {ari} su {people} persone.",
        "over": "Esiti per affermazione ({over}):",
        "over_declared": "fra le parti dichiarate",
        "over_found": "fra i gruppi trovati",
        "over_everyone": "fra tutti i partecipanti insieme",
        "convergence": "convergenza a favore",
        "convergence_against": "convergenza contro",
        "convergence_with_reservation": "convergenza con riserva",
        "divergence": "divergenza",
        "not_enough_voices": "voci insufficienti",
        "unheard": "Non ancora ascoltati: {groups}.",
        "wrote": "Scritto {path}",
        "people_of": "{group} {size}",
    },
    "en": {
        "head": "{title}: {participants} participants, {votes} votes on {statements} statements.",
        "excluded": "{count} statements moderated out do not count.",
        "declared": "Declared parties: {groups}.",
        "outside": "{count} participants belong to no party.",
        "published": "Groups found in the votes: {groups} (stability: median ARI {ari} over {n} resamples).",
        "unstable": "The votes show no stable groups: over {n} resamples the median ARI is {ari} and nine in "
        "ten exceed only {low}; the thresholds are {threshold} and {low_threshold}. No groups are published.",
        "too_few_people": "With {people} people to group, no groups are published: at least {minimum} are "
        "needed.",
        "one_cloud": "The votes form one cloud: no division into groups holds.",
        "not_resampled": "No groups are published: their stability was not measured.",
        "agreement": "Agreement with the groups the source published: ARI {ari} over {people} people.",
        "over": "Verdicts per statement ({over}):",
        "over_declared": "across the declared parties",
        "over_found": "across the groups found",
        "over_everyone": "over all participants together",
        "convergence": "convergence in favour",
        "convergence_against": "convergence against",
        "convergence_with_reservation": "convergence with reservation",
        "divergence": "divergence",
        "not_enough_voices": "not enough voices",
        "unheard": "Not yet heard: {groups}.",
        "wrote": "Wrote {path}",
        "people_of": "{group} {size}",
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
    lines = [
        words["head"].format(
            title=result.source.title or result.source.name,
            participants=number(result.participants, lang),
            votes=number(result.votes, lang),
            statements=number(len(result.statements) - len(result.moderation.excluded), lang),
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
    codes = Counter(statement.verdict.code for statement in result.statements if not statement.excluded)
    lines.append(words["over"].format(over=words[f"over_{result.method.consensus_over}"]))
    lines += [f"  {number(codes[code], lang):>6}  {words[code]}" for code in CODES if codes[code]]
    silent = [(name, count) for name, count in result.unheard.items() if count]
    if silent:
        lines.append(words["unheard"].format(groups=_listed(silent, lang)))
    return "\n".join(lines)


def _listed(groups: list[tuple[str, int]], lang: str) -> str:
    words = TEXTS[lang]["people_of"]
    shown = [words.format(group=name, size=number(size, lang)) for name, size in groups[:12]]
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
