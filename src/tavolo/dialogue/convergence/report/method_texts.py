"""Method and limits in plain words, as data: (title, paragraph) in Italian and English."""

from __future__ import annotations

from tavolo.dialogue.convergence.report.texts import Lang

METHOD: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (
        ("Che cosa vuol dire un verdetto", "What a verdict means"),
        (
            "Un verdetto riguarda una sola affermazione e una sola domanda: in ciascun gruppo, se si "
            "chiedesse "
            "a tutti i suoi membri, più della metà sarebbe d’accordo (o contraria)? «Non so» conta tra le "
            "risposte ma non sta da nessuna parte: un gruppo dove molti passano può non avere una "
            "maggioranza. Un verdetto non dice quanto l’affermazione è importante, né che cosa le parti "
            "firmeranno.",
            "A verdict is about one statement and one question: in each group, if all its members "
            "were asked, "
            "would more than half agree (or disagree)? “Pass” counts among the answers but takes no side: a "
            "group in which many pass may have no majority. A verdict does not say how much the statement "
            "matters, nor what the parties will sign.",
        ),
    ),
    (
        ("Da dove viene la fiducia", "Where the confidence comes from"),
        (
            "Gli intervalli sono esatti (Clopper e Pearson; ipergeometrici dove si conosce la dimensione del "
            "gruppo): coprono il valore vero almeno 95 volte su 100, anche con cinque persone. Un verdetto "
            "con fiducia del 95% o più è sbagliato al massimo 5 volte su 100, qualunque sia la realtà: lo "
            "controlla una simulazione che chiunque può rifare. La fiducia non è la probabilità che questo "
            "singolo verdetto sia vero: è la frequenza con cui il metodo ha ragione.",
            "The intervals are exact (Clopper and Pearson; hypergeometric where the size of the group is "
            "known): they cover the true value at least 95 times in 100, even with five people. A verdict "
            "with a confidence of 95% or more is wrong at most 5 times in 100 whatever the truth: a "
            "simulation that anyone can repeat checks it. The confidence is not the chance that this one "
            "verdict is true: it is how often the method is right.",
        ),
    ),
    (
        ("Chi risponde si sceglie da sé", "Those who answer choose themselves"),
        (
            "Tutto questo vale se, dentro ogni gruppo, chi ha risposto somiglia a chi non ha risposto. Se "
            "hanno risposto soprattutto i più decisi, la quota vera può essere altrove e nessun intervallo "
            "lo vede. L’ordine in cui le affermazioni vengono mostrate ha lo stesso effetto: si "
            "confrontino i "
            "gruppi solo dove tutti sono stati ascoltati. Quando hanno risposto tutti i membri, questo "
            "limite cade.",
            "All this holds if, inside every group, those who answered resemble those who did not. If mostly "
            "the most determined answered, the true share may lie elsewhere and no interval can see it. The "
            "order in which statements are shown has the same effect: compare groups only where all were "
            "heard. When all members have answered, this limit falls away.",
        ),
    ),
    (
        ("Molte affermazioni insieme", "Many statements together"),
        (
            "Chi legge sessanta verdetti, ciascuno giusto 95 volte su 100, deve aspettarsi che qualcuno sia "
            "sbagliato. I verdetti segnati ● restano validi tutti insieme (correzione di "
            "Bonferroni). Per una "
            "decisione su una sola affermazione scelta prima di guardare, basta il verdetto semplice.",
            "Whoever reads sixty verdicts, each right 95 times in 100, must expect some to be wrong. "
            "Verdicts "
            "marked ● stay valid all together (Bonferroni’s correction). For a decision on a single "
            "statement chosen before looking, the plain verdict is enough.",
        ),
    ),
    (
        ("La mappa e i gruppi trovati", "The map and the groups found"),
        (
            "La mappa riassume tutte le risposte in due direzioni e ne perde molte: serve a "
            "orientarsi, non a "
            "decidere. I gruppi trovati nelle risposte si pubblicano solo se, ripetendo il calcolo su parti "
            "diverse delle persone, escono quasi uguali. Anche opinioni senza alcuno stacco, tagliate a "
            "metà, possono superare questa prova: se sulla mappa tra due gruppi non c’è un vuoto, il confine "
            "è arbitrario. Sono ricavati dalle stesse risposte che poi "
            "descrivono: una differenza tra loro è in parte costruita, e il loro verdetto va letto come "
            "descrizione. I gruppi dichiarati non hanno questo difetto.",
            "The map sums up all answers in two directions and loses much: it helps to find one’s "
            "way, not to "
            "decide. Groups found in the answers are published only if repeating the calculation on "
            "different parts of the people gives almost the same ones. Opinions without any gap, cut in the "
            "middle, can pass this test too: where the map shows no empty space between two groups, the "
            "border is arbitrary. They are made from the very answers "
            "they then describe: a difference between them is partly built in, and their verdicts should be "
            "read as description. Declared groups do not have this defect.",
        ),
    ),
)


def method(lang: Lang) -> list[tuple[str, str]]:
    """Titles and paragraphs in one language."""
    index = ("it", "en").index(lang)
    return [(title[index], text[index]) for title, text in METHOD]
