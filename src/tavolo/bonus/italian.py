"""The sentences of problems in Italian, as data: an office reads them beside its own file.

Each entry is a pattern of the English sentence and its Italian form; what is not listed stays as it is.
"""

from __future__ import annotations

import re

# ruff: noqa: E501 - a pattern and its translation on one line read better than broken strings

_PLACES = ((r", row (\d+)", r", riga \1"), (r", column ", ", colonna "))
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"repeats the id of row (\d+); every worker needs an id of their own", r"ripete la matricola della riga \1: ogni lavoratore ha la sua"),
    (r"the worker's id is missing", "manca la matricola"),
    (r"looks like a row of totals; delete it", "sembra una riga di totali: va tolta"),
    (r"repeats the tax code of row (\d+); merge the two rows or correct one", r"ripete il codice fiscale della riga \1: unire le due righe o correggerne una"),
    (r"is not a valid tax code \(check character or length\)", "non è un codice fiscale valido (carattere di controllo o lunghezza)"),
    (r"is empty: ", "è vuota: "),
    (r"is not a number \(for instance 1\.234,56\)", "non è un numero (per esempio 1.234,56)"),
    (r"can be read in two ways \(thousands or decimals\); write two decimals, or no thousands mark", "si può leggere in due modi (migliaia o decimali): scrivere due decimali, o togliere il separatore delle migliaia"),
    (r"is a date where a number is expected", "è una data dove serve un numero"),
    (r"is negative", "è negativa"),
    (r"is too large", "è troppo grande"),
    (r"has more than two decimals", "ha più di due decimali"),
    (r"must lie between 0 and 100%", "deve stare tra 0 e 100%"),
    (r"is out of range", "è fuori dai valori possibili"),
    (r"is not a plausible rate; write it as a percentage, for instance 9,19%", "non è un'aliquota plausibile: scriverla in percentuale, per esempio 9,19%"),
    (r"is a date with a two-digit year; write four digits", "è una data con l'anno a due cifre: scriverne quattro"),
    (r"is not a date \(for instance 31/12/2025\)", "non è una data (per esempio 31/12/2025)"),
    (r"is not a day of the calendar", "non è un giorno del calendario"),
    (r"is neither yes nor no \(sì / no\)", "non è né sì né no"),
    (r"comes before the day of hiring", "viene prima dell'assunzione"),
    (r"is a day too far in the future", "è un giorno troppo lontano nel futuro"),
    (r"is not a contribution class \(.*\)", "non è una classe contributiva (ordinaria, cigs, apprendista)"),
    (r"the column (.+) is missing: ", r"manca la colonna \1: "),
    (r"the column '(.+)' is missing; it may be headed (.+)", r"manca la colonna «\1»; può intitolarsi \2"),
    (r"has a header but no workers under it", "ha l'intestazione ma nessun lavoratore sotto"),
    (r"no header row was found in the first (\d+) rows: one row must name the columns, for instance (.+)", r"nelle prime \1 righe non c'è un'intestazione: una riga deve dare il nome alle colonne, per esempio \2"),
    (r"columns (.+) and (.+) both mean '(.+)'; keep one", r"le colonne \1 e \2 dicono entrambe «\3»: tenerne una"),
    (r"» or «", "» o «"),
    (r"names the worker", "dà il nome al lavoratore"),
    (r"the income test looks at the year before payment", "il limite di reddito guarda l'anno prima del pagamento"),
    (r"clause (\S+) uses hours of presence", r"l'articolo \1 usa le ore di presenza"),
    (r"clause (\S+) compares hours of presence with contract hours", r"l'articolo \1 confronta le ore di presenza con quelle contrattuali"),
    (r"clause (\S+) shares by pay", r"l'articolo \1 ripartisce per retribuzione"),
    (r"the plan has amounts or parameters by level", "il piano ha importi o parametri per livello"),
    (r"clause (\S+) counts part-time in proportion", r"l'articolo \1 conta il part-time in proporzione"),
    (r"clause (\S+) has an individual coefficient", r"l'articolo \1 ha un coefficiente individuale"),
    (r"clause (\S+) counts joiners in proportion", r"l'articolo \1 conta gli assunti in proporzione"),
    (r"the plan has no such indicator or figure; it has (.+)", r"il piano non ha questo indicatore; ha \1"),
    (r"is given twice; keep one row", "è dato due volte: tenere una riga"),
    (r"is not a month \(for instance 2025-03 or 03/2025\)", "non è un mese (per esempio 2025-03 o 03/2025)"),
    (r"is empty for this period", "è vuota per questo periodo"),
    (r"cannot be opened(?: \(.*\))?; check the path", "non si apre: controllare il percorso"),
    (r"is a zip archive; give a CSV, XLSX or Parquet file", "è un archivio zip: serve un file CSV, XLSX o Parquet"),
    (r"is named (\S+) but is not such a file; export it again", r"si chiama \1 ma non lo è: esportarlo di nuovo"),
    (r"is an old Excel or encrypted file; save it as XLSX without a password, or as CSV", "è un vecchio Excel o un file cifrato: salvarlo come XLSX senza password, o come CSV"),
    (r"is not a table; give a CSV, XLSX or Parquet file", "non è una tabella: serve un file CSV, XLSX o Parquet"),
    (r"is not a text file; give a CSV, XLSX or Parquet file", "non è un file di testo: serve un file CSV, XLSX o Parquet"),
    (r"would unfold into far more data than its size: it is refused as unsafe", "si aprirebbe in molti più dati della sua dimensione: è rifiutato perché non sicuro"),
    (r"has more than ([\d,]+) rows; use CSV or Parquet", r"ha più di \1 righe: usare CSV o Parquet"),
    (r"declares document types or entities, which no workbook needs", "dichiara entità XML, che nessun foglio richiede"),
    (r"is a damaged(?: or encrypted)? XLSX file; save it again(?: without a password)?", "è un file XLSX danneggiato o cifrato: salvarlo di nuovo senza password"),
    (r"is a zip archive but not an XLSX workbook", "è un archivio zip ma non un foglio XLSX"),
    (r"holds macros; save it as XLSX without macros", "contiene macro: salvarlo come XLSX senza macro"),
    (r"is a damaged Parquet file; export it again", "è un file Parquet danneggiato: esportarlo di nuovo"),
    (r"(\d+) problems: nothing was written\. Correct them and run again\.", r"\1 problemi: non è stato scritto nulla. Correggerli e riprovare."),
    (r"the plan cannot be used:", "il piano non si può usare:"),
    (r"not well-formed YAML: ", "YAML non corretto: "),
    (r"unknown key '(.+?)'; did you mean '(.+?)'\?", r"chiave sconosciuta «\1»; forse «\2»?"),
    (r"unknown key '(.+?)'; known keys are (.+)", r"chiave sconosciuta «\1»; le chiavi sono \2"),
    (r"the key '(.+?)' is missing \((.*)\)", r"manca la chiave «\1» (\2)"),
    (r"'(.*?)' is not one of (.+)", r"«\1» non è tra \2"),
    (r"'(.*?)' is not a date as YYYY-MM-DD, for instance (\S+)", r"«\1» non è una data come AAAA-MM-GG, per esempio \2"),
    (r"'(.*?)' is not (?:a number|an amount|a whole number|true or false|a text|a short name|two numbers).*", r"«\1» non è un valore di questo tipo"),
    (r"'(.+?)' is not defined by any indicator or figure", r"«\1» non è definito da nessun indicatore"),
    (r"no clause states a rule of type (\w+), which every plan needs", r"nessun articolo ha una regola di tipo \1, che serve a ogni piano"),
    (r"no clause states a rule of type eligibility: say which indicators must improve on the base period", "nessun articolo ha una regola di tipo eligibility: dire quali indicatori devono migliorare sul periodo di confronto"),
    (r"there are (\d+) rules of type (\w+); one is allowed", r"ci sono \1 regole di tipo \2: ne è ammessa una"),
    (r"the shares add up to (\S+) instead of 1", r"le quote sommano a \1 invece di 1"),
    (r"the parts of the blend add up to (\S+) instead of 1", r"le parti della chiave mista sommano a \1 invece di 1"),
    (r"the comparison period must end before the measured period begins", "il periodo di confronto deve finire prima che cominci quello misurato"),
    (r"the floor is above the cap", "il minimo supera il massimo"),
    (r"the floors add up to more than the pool: (\S+) euro are missing", r"i minimi superano il montepremi: mancano \1 euro"),
    (r"nobody has a positive weight, so the pool cannot be shared; check key, hours and leavers", "nessuno ha un peso positivo, quindi il montepremi non si ripartisce: controllare chiave, ore e cessati"),
    (r"no worker has that id; look it up in the id column of the workers file", "nessun lavoratore ha quella matricola: cercarla nella colonna del file"),
    (r"indicator '(.+?)': the results file gives no measured value", r"indicatore «\1»: il file dei risultati non dà il consuntivo"),
    (r"indicator '(.+?)': the base value is missing \(results file or plan\)", r"indicatore «\1»: manca il valore base (nel file dei risultati o nel piano)"),
    (r"a part is taxed ordinarily, so the worker's taxable income is needed", "una parte è tassata in modo ordinario: serve il reddito imponibile (colonna «reddito imponibile»)"),
    (r"a part is taxed ordinarily, so a surtax rate is needed \(firm: surtax_rate\)", "una parte è tassata in modo ordinario: serve l'aliquota delle addizionali (firm: surtax_rate)"),
    (r"payment '(.+?)': worker at position (\d+): ", r"pagamento «\1», lavoratore in posizione \2: "),
    (r"the law has no value of '(\w+)' \(.*?\) for the (?:signing|accrual|payment) date (\S+): the computation stops\. .*", r"la legge non ha un valore di «\1» per la data \2: il calcolo si ferma. Aggiungere il valore con la sua fonte o usare una data coperta"),
    (r"the agreement does not provide for conversion into welfare, so there is only cash", "l'accordo non prevede la conversione in welfare: c'è solo il denaro"),
    (r"the plan has no (?:indicator|amount for level|parameter for level) '(.+?)'(?:; it has (.+)|, which .*)?", r"il piano non ha «\1»"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), form) for pattern, form in (*_SENTENCES, *_PLACES))


def in_italian(sentence: str) -> str:
    """The sentence in Italian where it is known, line by line."""
    lines = []
    for line in sentence.split("\n"):
        for pattern, form in _COMPILED:
            line = pattern.sub(form, line)
        lines.append(line)
    return "\n".join(lines)
