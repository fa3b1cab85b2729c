"""Every sentence of the report, in Italian and English, as data. `{names}` are filled by `say`."""

from __future__ import annotations

from typing import Literal

Lang = Literal["it", "en"]

# key: (Italian, English)
TEXTS: dict[str, tuple[str, str]] = {
    # -- heading and summary
    "kicker": ("Tavolo · mappa delle convergenze", "Tavolo · convergence map"),
    "untitled": ("Consultazione", "Consultation"),
    "facts": ("{voters} {votes} a {statements}.", "{voters} {votes} to {statements}."),
    "gave_one": ("{n} persona ha dato", "{n} person gave"),
    "gave_many": ("{n} persone hanno dato", "{n} people gave"),
    "answers_one": ("{n} risposta", "{n} answer"),
    "answers_many": ("{n} risposte", "{n} answers"),
    "statements_one": ("{n} affermazione", "{n} statement"),
    "statements_many": ("{n} affermazioni", "{n} statements"),
    "facts_declared": ("Gruppi dichiarati: {groups}.", "Declared groups: {groups}."),
    "facts_found": ("Gruppi trovati nelle risposte: {groups}.", "Groups found in the answers: {groups}."),
    "facts_none": (
        "Nessun gruppo dichiarato: i verdetti riguardano tutte le persone insieme.",
        "No declared groups: verdicts are about all people together.",
    ),
    "contents": ("Indice", "Contents"),
    "summary": ("In breve", "In short"),
    "summary_rule": (
        "Un’affermazione è una convergenza quando più della metà delle persone è d’accordo in ogni gruppo, "
        "e le risposte bastano per dirlo. Dove non bastano, il rapporto lo dice.",
        "A statement is a convergence when more than half of the people agree in every group, and there are "
        "enough answers to say so. Where there are not, the report says that instead.",
    ),
    "summary_rule_one": (
        "Un’affermazione è una convergenza quando più della metà delle persone è d’accordo, e le risposte "
        "bastano per dirlo. Dove non bastano, il rapporto lo dice. Senza gruppi dichiarati non si "
        "può dire se "
        "le parti convergono.",
        "A statement is a convergence when more than half of the people agree and there are enough answers "
        "to say so. Where there are not, the report says that instead. Without declared groups nobody can "
        "say whether the parties converge.",
    ),
    "summary_random": (
        "Vale se chi non ha risposto la pensa come chi ha risposto. Chi risponde si sceglie da sé: leggi "
        "sempre anche «Chi non è stato sentito».",
        "This holds if those who did not answer think like those who did. Those who answer choose "
        "themselves: always read “Who has not been heard” too.",
    ),
    "summary_found": (
        "I gruppi qui sotto sono ricavati dalle stesse risposte: i loro verdetti descrivono chi ha risposto, "
        "non provano che fuori esistano campi separati. {outside} persone con troppo poche risposte "
        "non stanno in "
        "alcun gruppo.",
        "The groups below are made from the same answers: their verdicts describe those who answered and do "
        "not prove that there are separate camps outside. {outside} people with too few answers are "
        "in no group.",
    ),
    "familywise": (
        "Ogni verdetto, da solo, è sbagliato al massimo 5 volte su 100. Sulle {statements} affermazioni "
        "votate, lette insieme la probabilità che almeno un verdetto sia sbagliato può arrivare al {chance}.",
        "Each verdict, alone, is wrong at most 5 times in 100. Over the {statements} statements voted on "
        "read together the chance that at least one verdict is wrong can reach {chance}.",
    ),
    "familywise_one": (
        "Il verdetto è sbagliato al massimo 5 volte su 100.",
        "The verdict is wrong at most 5 times in 100.",
    ),
    "stated": (
        "Dei {stated} verdetti dati, {wide} (segnati ●) reggono anche letti tutti insieme.",
        "Of the {stated} verdicts given, {wide} (marked ●) also hold when all are read together.",
    ),
    "stated_none": ("Non si è potuto dare alcun verdetto.", "No verdict could be given."),
    "counts_title": ("Quante affermazioni per verdetto", "Statements by verdict"),
    "no_statements": ("Nessuna affermazione di questo tipo.", "No statement of this kind."),
    # -- verdicts
    "convergence": ("Convergenza", "Convergence"),
    "convergence_against": ("Convergenza contro", "Convergence against"),
    "convergence_with_reservation": ("Convergenza con riserva", "Convergence with reservation"),
    "divergence": ("Divisione", "Divide"),
    "not_enough_voices": ("Voci insufficienti", "Not enough voices"),
    "verdict": ("Verdetto", "Verdict"),
    "statements_count": ("Affermazioni", "Statements"),
    "plural_convergence": ("Convergenze", "Convergences"),
    "plural_convergence_against": ("Convergenze contro", "Convergences against"),
    "plural_convergence_with_reservation": ("Convergenze con riserva", "Convergences with reservation"),
    "plural_divergence": ("Divisioni", "Divides"),
    "plural_not_enough_voices": ("Voci insufficienti", "Not enough voices"),
    "intro_convergence": (
        "In ogni gruppo più della metà è d’accordo.",
        "In every group more than half agree.",
    ),
    "intro_convergence_against": (
        "In ogni gruppo più della metà è contraria.",
        "In every group more than half disagree.",
    ),
    "intro_convergence_with_reservation": (
        "Almeno la metà dei gruppi prende posizione dalla stessa parte, e in nessun gruppo la "
        "maggioranza sta "
        "dalla parte opposta; negli altri la posizione non è ancora accertata o non c’è una maggioranza.",
        "At least half of the groups take the same side and no group has a majority on the other; in the "
        "remaining groups the side is not established yet or there is no majority.",
    ),
    "intro_divergence": (
        "Più della metà è d’accordo in almeno un gruppo e più della metà è contraria in almeno un altro.",
        "More than half agree in at least one group and more than half disagree in at least one other.",
    ),
    "intro_not_enough_voices": (
        "Con le risposte raccolte non si può affermare nulla con fiducia del 95%. Non significa che manchi "
        "l’accordo: mancano le voci.",
        "The answers collected do not allow anything to be said with 95% confidence. It does not mean that "
        "agreement is missing: voices are.",
    ),
    "say_convergence": ("D’accordo più della metà in ogni gruppo.", "More than half agree in every group."),
    "say_convergence_against": (
        "Contraria più della metà in ogni gruppo.",
        "More than half disagree in every group.",
    ),
    "say_convergence_one": ("D’accordo più della metà delle persone.", "More than half of the people agree."),
    "say_convergence_against_one": (
        "Contraria più della metà delle persone.",
        "More than half of the people disagree.",
    ),
    "say_reservation_for": (
        "D’accordo più della metà in {sure}. Riserva: {rest}, dove la posizione non è accertata. In nessun "
        "gruppo la maggioranza è contraria.",
        "More than half agree in {sure}. Reservation: {rest}, where the side is not established. In no group "
        "does a majority disagree.",
    ),
    "say_reservation_against": (
        "Contraria più della metà in {sure}. Riserva: {rest}, dove la posizione non è accertata. In nessun "
        "gruppo la maggioranza è d’accordo.",
        "More than half disagree in {sure}. Reservation: {rest}, where the side is not established. In no "
        "group does a majority agree.",
    ),
    "say_divergence": (
        "D’accordo più della metà in {supporting}; contraria più della metà in {rejecting}.",
        "More than half agree in {supporting}; more than half disagree in {rejecting}.",
    ),
    "say_divergence_rest": ("Non ancora chiaro in {rest}.", "Not clear yet in {rest}."),
    "say_not_enough": ("Mancano voci in {groups}.", "Voices are lacking in {groups}."),
    "say_not_enough_one": (
        "Le risposte non bastano per dire da che parte sta più della metà.",
        "There are not enough answers to say on which side more than half stand.",
    ),
    "say_no_majority": (
        "Nessuna maggioranza accertabile che dia un verdetto: i gruppi sono divisi al loro interno.",
        "No majorities that make a verdict: the groups are divided inside.",
    ),
    "say_nobody": ("Nessuno ha risposto in {groups}.", "Nobody has answered in {groups}."),
    "say_whatever": (
        "Vale anche se tutti i non sentiti la pensassero all’opposto.",
        "It holds even if all those not heard thought the opposite.",
    ),
    "confidence": ("Fiducia\u00a0{value}", "Confidence\u00a0{value}"),
    "nearest": (
        "La lettura più vicina, {what}, arriva al {value}: non basta.",
        "The nearest reading, {what}, reaches {value}: not enough.",
    ),
    "wide_mark": ("regge su tutta la tabella", "holds over the whole table"),
    # -- the map
    "map": ("La mappa delle opinioni", "The map of opinions"),
    "map_intro": (
        "Ogni segno è una persona: vicino a un’altra se hanno risposto in modo simile alle stesse "
        "affermazioni. Forma e colore dicono il gruppo.",
        "Every mark is a person, close to another when they answered the same statements alike. Shape and "
        "colour show the group.",
    ),
    "map_cells": (
        "Ogni segno riunisce persone vicine dello stesso gruppo: più grande, più persone. Vicine vuol dire "
        "che hanno risposto in modo simile alle stesse affermazioni.",
        "Every mark gathers people of one group who are close together: the larger, the more people. Close "
        "means that they answered the same statements alike.",
    ),
    "map_axes": (
        "I due assi non hanno un nome: sono le due direzioni in cui le risposte si distinguono di più "
        "({first} e {second} delle differenze). Contano solo le distanze; l’incrocio delle linee è la "
        "risposta media.",
        "The two axes have no name: they are the two directions in which answers differ most ({first} and "
        "{second} of the differences). Only distances matter; the lines cross at the average answer.",
    ),
    "map_gap": (
        "La seconda direzione si distingue appena dalla terza: alto e basso della mappa sono quasi casuali.",
        "The second direction barely differs from the third: up and down on the map are almost arbitrary.",
    ),
    "map_title": ("Mappa delle opinioni", "Map of opinions"),
    "map_description": (
        "{people} persone su due assi; i gruppi e le loro posizioni medie sono nella tabella sotto.",
        "{people} people on two axes; the groups and their mean positions are in the table below.",
    ),
    "map_table": ("I gruppi sulla mappa", "The groups on the map"),
    "map_empty": ("Troppo poche risposte per una mappa.", "Too few answers for a map."),
    "map_alike": (
        "Le risposte non distinguono una persona dall’altra: sulla mappa sarebbero tutte in un punto.",
        "The answers do not tell one person from another: on a map all would stand on the same point.",
    ),
    "no_group": ("senza gruppo", "no group"),
    "found_name": ("Gruppo {letter}", "Group {letter}"),
    "everyone": ("Tutti", "Everyone"),
    "people": ("Persone", "People"),
    "members": ("Membri", "Members"),
    "group": ("Gruppo", "Group"),
    "mean_position": ("Posizione media", "Mean position"),
    "representative": ("Che cosa distingue ogni gruppo", "What sets each group apart"),
    "representative_line": (
        "{side}: {n} su {trials}, {ratio} volte la quota degli altri gruppi.",
        "{side}: {n} of {trials}, {ratio} times the share in the other groups.",
    ),
    "representative_note": (
        "Affermazioni su cui il gruppo si distingue dagli altri (prova al 90%, senza correzione per "
        "il numero "
        "di affermazioni): indizi da discutere, non verdetti.",
        "Statements on which the group differs from the others (tested at 90%, not corrected for the number "
        "of statements): hints to discuss, not verdicts.",
    ),
    # -- stability
    "stable": (
        "I gruppi trovati sono pubblicati perché reggono: rifacendo il calcolo su {resamples} campioni, "
        "l’accordo mediano con questa mappa è {ari} (1 = identico; soglia {threshold}).",
        "The groups found are published because they hold: over {resamples} resamples the median agreement "
        "with this map is {ari} (1 = identical; threshold {threshold}).",
    ),
    "unstable": (
        "I gruppi trovati nelle risposte non sono pubblicati perché non reggono: rifacendo il calcolo su "
        "{resamples} campioni, l’accordo mediano è {ari}, sotto la soglia {threshold}. Con altre poche "
        "persone sarebbero usciti gruppi diversi.",
        "The groups found in the answers are not published because they do not hold: over {resamples} "
        "resamples the median agreement is {ari}, below the threshold {threshold}. With a few other people "
        "the groups would have been different.",
    ),
    "unstable_low": (
        "I gruppi trovati nelle risposte non sono pubblicati perché non reggono sempre: rifacendo il calcolo "
        "su {resamples} campioni, uno su dieci dà gruppi molto diversi (accordo {low}, soglia "
        "{low_threshold}).",
        "The groups found in the answers are not published because they do not always hold: over {resamples} "
        "resamples, one in ten gives very different groups (agreement {low}, threshold {low_threshold}).",
    ),
    "too_few_people": (
        "Non si cercano gruppi nelle risposte: servono almeno {minimum} persone con abbastanza risposte; "
        "qui: {people}.",
        "No groups are sought in the answers: at least {minimum} people with enough answers are needed; "
        "here: {people}.",
    ),
    "one_cloud": (
        "Le risposte formano una sola nuvola: nessuna divisione in gruppi la descrive meglio.",
        "The answers form a single cloud: no split into groups describes it better.",
    ),
    "not_resampled": (
        "I gruppi trovati non sono pubblicati perché la loro stabilità non è stata misurata.",
        "The groups found are not published because their stability was not measured.",
    ),
    "agreement": (
        "Accordo tra i gruppi cercati qui, pubblicati o no, e quelli pubblicati altrove per gli stessi dati: "
        "{ari} (indice di Rand corretto: 1 uguali, 0 come a caso; {people} persone).",
        "Agreement between the groups sought here, published or not, and those published elsewhere for the "
        "same data: {ari} (adjusted Rand index: 1 the same, 0 as by chance; {people} people).",
    ),
    "found_beside": ("{name} (trovato)", "{name} (found)"),
    # -- the unheard
    "unheard": ("Chi non è stato sentito", "Who has not been heard"),
    "unheard_intro": (
        "Il silenzio non è un assenso e non è un dissenso. «Non so» è una risposta e conta come tale.",
        "Silence is neither consent nor dissent. “Pass” is an answer and counts as one.",
    ),
    "unheard_table": ("Ascolto per gruppo", "Hearing by group"),
    "unheard_without": ("Senza alcuna risposta", "Without any answer"),
    "unheard_typical": ("Risposte per affermazione (mediana)", "Answers per statement (median)"),
    "unheard_empty": ("Affermazioni senza voci", "Statements without voices"),
    "unheard_lacking": ("Affermazioni con voci insufficienti", "Statements with too few voices"),
    "unheard_no_group": (
        "{people} persone hanno risposto ma non stanno in alcun gruppo dichiarato: i verdetti non le "
        "contano.",
        "{people} people answered but belong to no declared group: verdicts do not count them.",
    ),
    "size_unknown": (
        "Dove la dimensione vera del gruppo non è nota, contano solo le persone presenti nei dati.",
        "Where the true size of a group is unknown, only the people in the data are counted.",
    ),
    # -- statements
    "statements": ("Affermazione per affermazione", "Statement by statement"),
    "statements_read": (
        "Ogni barra è un gruppo: blu d’accordo, grigio non so, arancio contrario; il filo sotto dice "
        "quanta parte del gruppo ha risposto. Le lineette sono gli intervalli al 95%: sopra per il "
        "sostegno, sotto per il dissenso. Una posizione è accertata quando la sua lineetta ha superato il "
        "segno di metà.",
        "Every bar is a group: blue agree, grey pass, orange disagree; the thread below shows how much of "
        "the group has answered. The whiskers are 95% intervals: above for support, below for dissent. A "
        "side is established when its whisker has crossed the middle mark.",
    ),
    "agree": ("D’accordo", "Agree"),
    "disagree": ("Contrario", "Disagree"),
    "pass": ("Non so", "Pass"),
    "answered": ("Hanno risposto", "Answered"),
    "of": ("{seen} di {size}", "{seen} of {size}"),
    "answers": ("{seen} risposte", "{seen} answers"),
    "bars_title": ("Risposte all’affermazione {id}", "Answers to statement {id}"),
    "bars_description": ("I numeri sono nella tabella sotto.", "The figures are in the table below."),
    "table_caption": (
        "Numero, quota e intervallo al 95% tra tutti i membri del gruppo",
        "Number, share and 95% interval among all members of the group",
    ),
    "excluded": ("Affermazioni non ammesse o di servizio", "Statements left out"),
    "excluded_intro": (
        "{count} affermazioni sono escluse dalla moderazione o sono di servizio. Qui non sono riportate; i "
        "loro numeri: {ids}.",
        "{count} statements were left out by moderation or are about the participants themselves. They are "
        "not repeated here; their numbers: {ids}.",
    ),
    "undecided_tag": ("in attesa di moderazione", "awaiting moderation"),
    "font_missing": (
        "[testo in caratteri che questo PDF non può mostrare: si legge nella versione HTML]",
        "[text in characters this PDF cannot show: it can be read in the HTML version]",
    ),
    "font_note": (
        "Alcuni testi usano caratteri per i quali manca un tipo di carattere su questo computer; qui sono "
        "sostituiti da un avviso o da ▯. La versione HTML li mostra.",
        "Some texts use characters for which this computer has no font; here they are replaced by a "
        "notice or "
        "by ▯. The HTML version shows them.",
    ),
    "method": ("Metodo e limiti", "Method and limits"),
    "attribution": ("Fonte dei dati", "Source of the data"),
    "page_of": ("Pagina", "Page"),
}


def say(key: str, lang: Lang, **values: object) -> str:
    """The sentence ``key`` in ``lang`` with its ``{names}`` filled. KeyError on an unknown key or "
    "language."""
    return TEXTS[key][("it", "en").index(lang)].format(**values)


def counted(value: int, what: str, lang: Lang) -> str:
    """A number with its noun, as the texts ``what_one`` and ``what_many`` have it."""
    return say(f"{what}_{'one' if value == 1 else 'many'}", lang, n=number(value, lang))


def number(value: int, lang: Lang) -> str:
    """A whole number with thousands set apart: 12.345 or 12,345."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "it" else text


def percent(value: float, lang: Lang, digits: int = 0) -> str:
    """A share as a percentage: 62% or, with a digit, 62,3% / 62.3%."""
    text = f"{100 * value:.{digits}f}%"
    return text.replace(".", ",") if lang == "it" else text


def decimal(value: float, lang: Lang, digits: int = 2) -> str:
    """A decimal number with the comma or the point of the language."""
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if lang == "it" else text


def confidence(value: float, lang: Lang, certain: bool = False) -> str:
    """A confidence, cut rather than rounded up: 98,7%, > 99,9%; 100% only where everyone was heard."""
    if value >= 1.0 and certain:
        return "100%"
    if value >= 0.999:
        return ">\u00a0" + percent(0.999, lang, 1)
    return percent(int(max(value, 0.0) * 1000) / 1000, lang, 1)


def short(text: str, length: int = 300) -> str:
    """A text cut at a blank, for lists; the whole of it stands in the statement's own section."""
    if len(text) <= length:
        return text
    cut = text.rfind(" ", length // 2, length)
    return text[: cut if cut > 0 else length] + " …"


def listing(names: list[str], lang: Lang, most: int = 8) -> str:
    """Names joined as in a sentence: A, B e C. Beyond ``most`` the rest is counted, not named."""
    if len(names) < 2:
        return "".join(names)
    if len(names) > most:
        others = f"altri {len(names) - most + 1}" if lang == "it" else f"{len(names) - most + 1} others"
        names = [*names[: most - 1], others]
    return ", ".join(names[:-1]) + (" e " if lang == "it" else " and ") + names[-1]
