"""The sentences of the readers in Italian. `{}` stands for a value, in the same order in both languages."""

from __future__ import annotations

import re
from functools import cache

ITALIAN: dict[str, str] = {
    # what is wrong
    "there is no such file or folder": "non esiste nessun file o cartella con questo nome",
    "this is a folder, not a file": "è una cartella, non un file",
    "the file is empty": "il file è vuoto",
    "the file holds no heading": "nel file manca la riga di intestazione",
    "the file cannot be read ({})": "il file non può essere letto ({})",
    "the file cannot be written ({})": "il file non può essere scritto ({})",
    "the folder cannot be read ({})": "la cartella non può essere letta ({})",
    "the folder does not exist": "la cartella non esiste",
    "the folder holds {} and {}": "la cartella contiene {} e {}",
    "the folder holds neither {} nor {}": "la cartella non contiene né {} né {}",
    "the file is not UTF-8 text (byte {})": "il file non è un testo UTF-8 (byte {})",
    "the file is not UTF-8 text": "il file non è un testo UTF-8",
    "the file is not a readable CSV ({})": "il file non è un CSV leggibile ({})",
    "the file is not readable Parquet ({})": "il file non è un Parquet leggibile ({})",
    "this is {}, not a CSV": "è {}, non un CSV",
    "this is JSON, not a table": "è un file JSON, non una tabella",
    "this file holds statements, not votes": "questo file contiene affermazioni, non voti",
    "this column name appears twice": "questo nome di colonna compare due volte",
    "there is no column for the {}": "manca la colonna per {}",
    "the row has {} cells, the heading has {}": "la riga ha {} celle, l'intestazione ne ha {}",
    "{} is not a vote": "{} non è un voto",
    "the vote is missing": "manca il voto",
    "the participant is missing": "manca il partecipante",
    "the statement is missing": "manca l'affermazione",
    "the name is missing": "manca il nome",
    "the size is missing": "manca la dimensione",
    "the time is missing": "manca l'ora del voto",
    "{} is not a time like the others": "{} non è un'ora come le altre",
    "{} is not a whole number": "{} non è un numero intero",
    "{} is not a moderation state": "{} non è uno stato di moderazione",
    "the statement {} appears twice": "l'affermazione {} compare due volte",
    "the votes are written the other way round (agree as -1): they are the reverse of {}": "i voti sono "
    "scritti al contrario (d'accordo come -1): sono l'inverso di {}",
    "the votes are written the other way round (agree as -1)": "i voti sono scritti al contrario (d'accordo "
    "come -1)",
    "the row has {} votes of +1, but n-agree says {}": "la riga ha {} voti +1, ma n-agree dice {}",
    "the participant {} has two rows": "il partecipante {} ha due righe",
    "the participant {} is not in the votes": "il partecipante {} non è fra i voti",
    "the participant {} is in two groups, {} and {}": "il partecipante {} è in due gruppi, {} e {}",
    "the participant {} has a group but is not in the votes": "il partecipante {} ha un gruppo ma non è fra "
    "i voti",
    "the file names no group": "il file non nomina nessun gruppo",
    "no participant has a group": "nessun partecipante ha un gruppo",
    "a census needs declared groups": "il censimento richiede gruppi dichiarati",
    "the group {} has no participant": "il gruppo {} non ha partecipanti",
    "the group {} appears twice": "il gruppo {} compare due volte",
    "the group {} has {} participants, more than its size {}": "il gruppo {} ha {} partecipanti, più della "
    "sua dimensione {}",
    "results cannot be written as {}": "i risultati non si possono scrivere come {}",
    "this file is read, not written": "questo file si legge, non si scrive",
    "a quotation mark is opened and never closed": "le virgolette si aprono e non si chiudono più",
    "this column holds no names or numbers": "questa colonna non contiene nomi o numeri",
    "this column holds no times": "questa colonna non contiene ore",
    "there are no votes": "non ci sono voti",
    # what to do
    "check that this is the right file": "controllare che sia il file giusto",
    "check the path": "controllare il percorso",
    "export it again": "esportarlo di nuovo",
    "write it again": "scriverlo di nuovo",
    "save it as CSV UTF-8": "salvarlo come CSV UTF-8",
    "choose another name": "scegliere un altro nome",
    "create it first": "crearla prima",
    "give the folder of one Polis export, or one file": "indicare la cartella di un'esportazione Polis, "
    "oppure un file",
    "give the folder, or votes.csv": "indicare la cartella, oppure votes.csv",
    "give a CSV or Parquet file": "indicare un file CSV o Parquet",
    "keep one export in a folder": "tenere una sola esportazione per cartella",
    "rename or remove one": "cambiarne o toglierne una",
    "name a column {} in the first row": "chiamare {} una colonna nella prima riga",
    "look for a missing quotation mark or separator": "cercare virgolette o un separatore mancanti",
    "votes are 1 (agree), 0 (pass) and -1 (disagree); leave the row out where nobody voted": "i voti "
    "sono 1 (d'accordo), 0 (non so) e -1 (contrario); dove nessuno ha votato si omette la riga",
    "votes are 1 (agree), 0 (pass), -1 (disagree) and an empty cell for no vote": "i voti sono "
    "1 (d'accordo), 0 (non so), -1 (contrario) e una cella vuota per nessun voto",
    "fill it in": "completarlo",
    "use milliseconds since 1970 or ISO dates in every row, or leave the column out": "usare in ogni riga "
    "millisecondi dal 1970 o date ISO, oppure togliere la colonna",
    "it is -1 (out), 0 (undecided) or 1 (in)": "è -1 (esclusa), 0 (in sospeso) o 1 (ammessa)",
    "keep one row each": "tenere una riga per ciascuna",
    "keep one row per participant": "tenere una riga per partecipante",
    "keep one group per participant": "tenere un gruppo per partecipante",
    "multiply all votes by -1, or export the file again": "moltiplicare tutti i voti per -1, o esportare di "
    "nuovo il file",
    "multiply all votes by -1, or export the files again": "moltiplicare tutti i voti per -1, o esportare di "
    "nuovo i file",
    "export the file again, or remove the column n-agree if the votes are right": (
        "esportare di nuovo il file, o togliere la colonna n-agree se i voti sono giusti"
    ),
    "use the names of the votes, or remove the row": "usare i nomi presenti nei voti, o togliere la riga",
    "write one row participant,group each": "scrivere per ciascuno una riga participant,group",
    "give the true size of the whole group": "indicare la vera dimensione di tutto il gruppo",
    "write digits only, without separators": "scrivere solo cifre, senza separatori",
    "the groups are {}": "i gruppi sono {}",
    "give at least one group, or none at all": "indicare almeno un gruppo, o nessuno",
    "give the groups too": "indicare anche i gruppi",
    "end the name with {}": "far finire il nome con {}",
    # labels
    "participant": "il partecipante",
    "statement": "l'affermazione",
    "vote": "il voto",
    "group": "il gruppo",
    "size": "la dimensione",
    "text of the statement": "il testo dell'affermazione",
    "a spreadsheet or a ZIP archive": "un foglio di calcolo o un archivio ZIP",
    "an old Excel workbook": "un vecchio foglio Excel",
    "a PDF": "un PDF",
    "a compressed file": "un file compresso",
    "a file without ending": "un file senza estensione",
}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    ordered = sorted(ITALIAN.items(), key=lambda pair: -len(pair[0]))
    return [
        (re.compile("(.+?)".join(re.escape(part) for part in english.split("{}")), re.DOTALL), italian)
        for english, italian in ordered
    ]


def italian(text: str) -> str:
    """Return a sentence of the readers in Italian; one that is not known stays as it is."""
    if text in ITALIAN:
        return ITALIAN[text]
    for pattern, wording in _patterns():
        found = pattern.fullmatch(text)
        if found and found.groups():
            return wording.format(*(ITALIAN.get(value, value) for value in found.groups()))
    return text
