"""A report in words, Italian and English."""

from __future__ import annotations

import re

from tavolo.ledger.merkle import agreement_words
from tavolo.ledger.merkle.agreement import AgreementReport
from tavolo.ledger.merkle.verify import PROVED, TAMPERED, Finding, Report

LANGUAGES = ("it", "en")
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")

HEADINGS = {
    "ok": ("VERIFICATO: tutto quello che è stato controllato torna.", "PROVED: everything checked holds."),
    "tampered": (
        "MANOMESSO: l'esportazione non corrisponde al registro firmato.",
        "TAMPERED: the export does not match the signed register.",
    ),
    "unreadable": (
        "NON LEGGIBILE: il controllo non si può completare.",
        "UNREADABLE: the check cannot be completed.",
    ),
    "uncompared": (
        "VERIFICATO DA SOLO, NON CONFRONTATO: il file torna fino al suo sigillo ({size} atti, {at}); il "
        "sigillo che conservi non si può confrontare con questo file.",
        "PROVED BY ITSELF, NOT COMPARED: the file holds up to its own checkpoint ({size} acts, {at}); the "
        "checkpoint you hold cannot be compared with this file.",
    ),
    "proved": ("È provato:", "Proved:"),
    "not_proved": ("Non è provato:", "Not proved:"),
    "faults": ("Che cosa non torna:", "What is wrong:"),
    "hindered": ("Che cosa manca:", "What is missing:"),
    "uncompared_list": ("Che cosa non si è potuto confrontare:", "What could not be compared:"),
    "to_do": ("Che cosa fare:", "What to do:"),
}

SENTENCES = {
    "whole": (
        "L'esportazione contiene il registro intero (atti: {leaves}), nell'ordine in cui sono stati "
        "registrati, fino al sigillo firmato il {at}.",
        "The export holds all {leaves} acts of the register, in the order in which they were registered, "
        "up to the checkpoint signed at {at}.",
    ),
    "extract": (
        "Atti di questo estratto: {leaves}. Stanno nel registro di {size} atti firmato il {at}, ciascuno al "
        "posto indicato.",
        "The {leaves} acts of this extract stand in the register of {size} acts signed at {at}, each at the "
        "place given.",
    ),
    "statements": (
        "Il testo di {count} atti è quello registrato allora, parola per parola; il testo di {erased} atti è "
        "stato cancellato, e un atto registrato in seguito dice che lo è stato.",
        "What {count} acts say is what was recorded then, word for word; what {erased} acts said was erased, "
        "and a later act says so.",
    ),
    "statements_whole": (
        "Il testo di {count} atti è quello registrato allora, parola per parola.",
        "What {count} acts say is what was recorded then, word for word.",
    ),
    "held": (
        "Rispetto al sigillo conservato da te ({size} atti, {at}): i primi {size} atti sono gli stessi, "
        "nello stesso ordine. Nulla è stato cambiato, tolto, aggiunto o spostato prima di quel sigillo.",
        "Against the checkpoint you hold ({size} acts, {at}): the first {size} acts are the same, in the "
        "same order. Nothing before it was changed, removed, inserted or moved.",
    ),
    "no_statements": (
        "Che cosa dicono gli atti: questa esportazione contiene solo impronte.",
        "What the acts say: this export holds only hashes.",
    ),
    "nothing_held": (
        "Che questa sia la stessa storia mostrata ad altri o in passato: non hai indicato alcun sigillo "
        "conservato (--checkpoint). Chi ha la chiave del registro può aver riscritto tutto.",
        "That this is the history others were shown, or you were shown before: no held checkpoint was given "
        "(--checkpoint). Whoever has the register's key may have rewritten everything.",
    ),
    "after_held": (
        "Gli atti dal {first}° al {size}°, successivi al sigillo conservato più recente: per loro garantisce "
        "solo la firma del registro. Scarica e conserva il sigillo di oggi.",
        "Acts {first} to {size}, later than the newest checkpoint you hold: for them only the register's "
        "signature vouches. Download and keep today's checkpoint.",
    ),
    "own_key": (
        "Che la chiave {key} sia quella del registro: è indicata dal file stesso. Confrontala con quella "
        "pubblicata (--key).",
        "That the key {key} is the register's: only the file itself says so. Compare it with the published "
        "one (--key).",
    ),
    "truth": (
        "Che quanto registrato sia vero, che tutto sia stato registrato, e che l'ora sia esatta.",
        "That what was recorded is true, that everything was recorded, and that the times are right.",
    ),
    "not_an_export": (
        "Il file non è un'esportazione del registro di Tavolo, né il PDF firmato o il pacchetto (.zip) di un "
        "accordo ({reason}). Scaricalo di nuovo e usalo così com'è.",
        "The file is not an export of Tavolo's register, nor the signed PDF or the bundle (.zip) of an "
        "agreement ({reason}). Download it again and use it unchanged.",
    ),
    "held_newer": (
        "Il sigillo conservato da te ({held} atti, {at}) è più recente di questo file, che si ferma a "
        "{size} atti: è normale per un file tenuto da tempo, e non dice nulla contro di esso. Da soli però "
        "non si possono confrontare.",
        "The checkpoint you hold ({held} acts, {at}) is newer than this file, which stops at {size} acts: "
        "usual for a file kept for some time, and nothing against it. By themselves they cannot be compared.",
    ),
    "do_newer": (
        "Scarica di nuovo il pacchetto dalla pagina di verifica dell'accordo e ripeti il controllo con lo "
        "stesso sigillo. Se anche quello si ferma prima dei tuoi {held} atti, dal registro mancano atti: "
        "conserva file e sigillo e mostrali alle altre parti.",
        "Download the bundle again from the agreement's page of verification and repeat the check with the "
        "same checkpoint. If that one stops before your {held} acts too, acts are missing from the register: "
        "keep file and checkpoint and show them to the other parties.",
    ),
    "held_not_comparable": (
        "Il file non porta il tuo sigillo di {size} atti fra quelli che collega: non si può confrontare.",
        "The file does not bring your checkpoint of {size} acts among those it joins: they cannot be "
        "compared.",
    ),
    "do_not_comparable": (
        "Ripeti il controllo con un pacchetto scaricato dopo il tuo sigillo di {size} atti, o con "
        "l'esportazione intera del registro.",
        "Repeat the check with a bundle downloaded after your checkpoint of {size} acts, or with the whole "
        "export of the register.",
    ),
    "not_against_held": (
        "Che questa sia la stessa storia del sigillo che conservi ({held} atti): il confronto non si è "
        "potuto fare. Per questo file garantiscono le firme del registro che contiene.",
        "That this is the history of the checkpoint you hold ({held} acts): the comparison could not be "
        "made. For this file the register's signatures inside it vouch.",
    ),
    "damaged_line": (
        "Riga {line}: danneggiata o modificata ({reason}).",
        "Line {line}: damaged or changed ({reason}).",
    ),
    "cut_off": (
        "Il file finisce alla riga {line} senza chiusura: è stato troncato.",
        "The file ends at line {line} without its seal: it was cut off.",
    ),
    "seal_broken": (
        "La chiusura firmata non corrisponde al contenuto: il file è stato modificato dopo essere stato "
        "scritto.",
        "The signed seal does not match the content: the file was changed after it was written.",
    ),
    "foreign_key": (
        "La chiave di «{name}» appartiene a un altro registro.",
        "The key of “{name}” belongs to another register.",
    ),
    "another_key": (
        "L'esportazione non è firmata con la chiave indicata ({key}).",
        "The export is not signed with the key given ({key}).",
    ),
    "checkpoint_not_signed": (
        "Il sigillo di {size} atti ({at}) non è firmato dal registro.",
        "The checkpoint of {size} acts ({at}) is not signed by the register.",
    ),
    "held_not_signed": (
        "Il sigillo conservato di {size} atti ({at}) non è firmato da alcuna chiave di questa esportazione: "
        "è di un altro registro, oppure la chiave del registro è stata sostituita.",
        "The held checkpoint of {size} acts ({at}) is signed by no key of this export: it is another "
        "register's, or the register's key was replaced.",
    ),
    "checkpoints_out_of_order": (
        "Il sigillo di {size} atti non è al suo posto o compare due volte.",
        "The checkpoint of {size} acts is out of place or appears twice.",
    ),
    "checkpoints_fork": (
        "Il sigillo di {new} atti non prosegue la storia di quello di {old} atti.",
        "The checkpoint of {new} acts does not continue the history of that of {old} acts.",
    ),
    "checkpoints_not_joined": (
        "Manca la prova che la storia del sigillo di {size} atti prosegua nel successivo.",
        "The proof that the history of the checkpoint of {size} acts goes on in the next is missing.",
    ),
    "leaf_out_of_order": (
        "All'atto {expected} segue l'atto {index}: atti tolti, aggiunti o spostati.",
        "Where act {expected} should stand there is act {index}: acts were removed, added or moved.",
    ),
    "leaf_not_included": (
        "L'atto {index} non sta nel registro di {size} atti al posto indicato.",
        "Act {index} does not stand in the register of {size} acts at the place given.",
    ),
    "leaves_missing": (
        "L'esportazione contiene {found} atti, il sigillo ne dichiara {expected}.",
        "The export holds {found} acts, the checkpoint declares {expected}.",
    ),
    "statement_changed": (
        "Il testo dell'atto {index} non è quello registrato.",
        "What act {index} says is not what was recorded.",
    ),
    "statement_of_another_act": (
        "All'atto {index} è stato unito il testo di un altro atto o di un altro registro.",
        "Act {index} was given the text of another act or another register.",
    ),
    "removed_without_tombstone": (
        "Il testo dell'atto {index} manca e nessun atto successivo dice che sia stato cancellato.",
        "What act {index} says is missing, and no later act says that it was erased.",
    ),
    "root_differs": (
        "I primi {size} atti non sono quelli del sigillo firmato il {at}: almeno uno è stato cambiato.",
        "The first {size} acts are not those of the checkpoint signed at {at}: at least one was changed.",
    ),
    "fork": (
        "I primi {size} atti non sono quelli del sigillo conservato da te ({at}): la storia è stata "
        "riscritta, o ne esistono due. Conserva entrambi i file e mostrali alle altre parti.",
        "The first {size} acts are not those of the checkpoint you hold ({at}): history was rewritten, or "
        "there are two of them. Keep both files and show them to the other parties.",
    ),
    "shorter_than_held": (
        "L'esportazione si ferma a {size} atti, il sigillo conservato da te ne copre {held}: mancano atti. "
        "Chiedi un'esportazione più recente.",
        "The export stops at {size} acts, the checkpoint you hold covers {held}: acts are missing. Ask for a "
        "newer export.",
    ),
}


def moment(at: str, lang: str) -> str:
    """Return a moment of the register (ISO 8601, UTC) as people write it; anything else as it stands."""
    found = _MOMENT.fullmatch(at)
    if found is None:
        return at
    year, month, day, clock = found.groups()
    return f"{day}/{month}/{year} alle {clock} UTC" if lang == "it" else f"{year}-{month}-{day} {clock} UTC"


# What only the command line can do; a web page says the rest of the sentence.
_COMMANDS = re.compile(r" \(--[a-z]+\)| (?:Per leggerlo|To read it): tavolo verify --text\.")


def sentence(finding: Finding, lang: str) -> str:
    """Return one finding in words."""
    said = SENTENCES.get(finding.code) or agreement_words.SENTENCES[finding.code]
    place = LANGUAGES.index(lang)
    values = dict(finding.values)
    if finding.code == "statements" and not values["erased"]:
        said = SENTENCES["statements_whole"]
    if values.get("level") in agreement_words.LEVELS:
        values["level"] = agreement_words.LEVELS[values["level"]][place]
    if values.get("what") in agreement_words.CONTAINER:
        values["what"] = agreement_words.CONTAINER[values["what"]][place]
        values["name"] = f": {values['name']}" if values["name"] else ""
    if "at" in values:
        values["at"] = moment(values["at"], lang)
    if lang == "it" and "reason" in values:
        values["reason"] = agreement_words.reason(str(values["reason"]))
    return said[place].format(**values)


def heading(code: str, lang: str) -> str:
    """Return a heading in words."""
    return HEADINGS[code][LANGUAGES.index(lang)]


def verdict(report: Report, lang: str = "it") -> str:
    """Return the report's first line: proved, tampered, proved but not compared, or unreadable."""
    if report.uncompared:
        return heading("uncompared", lang).format(size=report.size, at=moment(report.at, lang))
    code = {PROVED: "ok", TAMPERED: "tampered"}.get(report.outcome, "unreadable")
    if isinstance(report, AgreementReport) and code in agreement_words.HEADINGS:
        return agreement_words.HEADINGS[code][LANGUAGES.index(lang)]
    return heading(code, lang)


def sections(report: Report, lang: str = "it", *, commands: bool = True) -> list[tuple[str, str, list[str]]]:
    """Return what a report says after its first line: code, heading and sentences of each section.

    Without `commands` what only the command line offers is left out, as a web page wants it.
    """
    stands = report.outcome == PROVED or report.uncompared
    parts = [
        ("faults", "faults", report.faults),
        ("hindered", "hindered", [] if report.uncompared else report.unreadable),
        ("uncompared", "uncompared_list", report.unreadable if report.uncompared else []),
        ("to_do", "to_do", _to_do(report) if report.uncompared else []),
        ("proved", "proved", report.proved if stands else []),
        ("not_proved", "not_proved", report.not_proved if stands else []),
    ]
    return [
        (name, heading(head, lang), [_told(sentence(finding, lang), commands) for finding in findings])
        for name, head, findings in parts
        if findings
    ]


def _to_do(report: Report) -> list[Finding]:
    """Return what somebody does whose held checkpoint could not be compared."""
    codes = {"held_newer": "do_newer", "held_not_comparable": "do_not_comparable"}
    return [Finding(codes[one.code], one.values) for one in report.unreadable]


def _told(said: str, commands: bool) -> str:
    return said if commands else _COMMANDS.sub("", said)


def write(report: Report, lang: str = "it") -> str:
    """Return a report as text of several lines."""
    lines = [verdict(report, lang)]
    for _name, head, sentences in sections(report, lang):
        lines += ["", head, *(f"  - {one}" for one in sentences)]
    return "\n".join(lines)
