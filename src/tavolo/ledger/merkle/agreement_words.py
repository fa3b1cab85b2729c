"""Sentences about a signed agreement, Italian and English: codes of `agreement`."""

from __future__ import annotations

HEADINGS = {
    "ok": (
        "VERIFICATO: testo, firme e registro tornano.",
        "PROVED: text, signatures and register hold.",
    ),
    "tampered": (
        "MANOMESSO: il file non corrisponde a quello che è stato firmato e registrato.",
        "TAMPERED: the file is not what was signed and recorded.",
    ),
}

# What of a bundle's own bytes is not as the register writes it.
CONTAINER = {
    "comment": ("un commento nel pacchetto", "a comment in the bundle"),
    "entry_comment": ("un commento accanto a un file", "a comment beside a file"),
    "extra": ("un campo aggiunto accanto a un file", "a field added beside a file"),
    "time": ("un orario diverso", "another time"),
    "attributes": ("attributi diversi", "other attributes"),
    "packed": ("un file compresso in altro modo", "a file packed in another way"),
    "order": ("file in un altro ordine", "files in another order"),
    "bytes": ("byte che non appartengono ad alcun file", "bytes that belong to no file"),
}

# The level of a signature as signing names it; an unknown level is shown as it stands.
LEVELS = {
    "online": ("sul sito, con nuova identificazione", "on the site, identified anew"),
    "paper": (
        "a mano, su carta; copia confermata dalla parte",
        "by hand, on paper; copy confirmed by the party",
    ),
    "pades": ("firma propria sul PDF (PAdES)", "own signature on the PDF (PAdES)"),
    "cades": ("firma propria in busta (CAdES)", "own signature in an envelope (CAdES)"),
    "initial": ("sigla sul sito", "initials on the site"),
    "demonstration": (
        "firma elettronica semplice nella dimostrazione, senza secondo fattore",
        "simple electronic signature in the demonstration, without a second factor",
    ),
    "simple_factor": (
        "firma elettronica semplice sul sito, con secondo fattore confermato",
        "simple electronic signature on the site, with a confirmed second factor",
    ),
    "handwritten_confirmed": (
        "a mano, su carta; copia confermata dalla parte",
        "by hand, on paper; copy confirmed by the party",
    ),
    "outside": (
        "firma propria fatta fuori dal sito, controllata sul foglio congelato",
        "own signature made outside the site, checked over the frozen sheet",
    ),
}

SENTENCES = {
    "agreement_text": (
        "Il testo è esattamente questo: «{title}», impronta SHA-256 {hash}. Una sola lettera diversa darebbe "
        "un'altra impronta.",
        "The text is exactly this one: “{title}”, SHA-256 {hash}. A single other letter would give another "
        "hash.",
    ),
    "initialled_by": (
        "Siglato da {who} (livello: {level}); atto registrato il {at}.",
        "Initialled by {who} (level: {level}); act recorded at {at}.",
    ),
    "signed_by": (
        "Firmato da {who} (livello: {level}); atto registrato il {at}.",
        "Signed by {who} (level: {level}); act recorded at {at}.",
    ),
    "did_not_sign": (
        "Il file dice che non hanno firmato: {names}.",
        "The file says these did not sign: {names}.",
    ),
    "agreement_sealed": (
        "Nomi, livelli ed elenco delle firme sono chiusi dal sigillo del registro.",
        "Names, levels and the list of signatures are closed by the register's seal.",
    ),
    "nobody_signed": (
        "Che qualcuno abbia firmato: il file non contiene alcuna firma.",
        "That anybody signed: the file holds no signature.",
    ),
    "names_not_proved": (
        "I nomi scritti accanto alle firme: il registro conserva solo i codici delle parti. "
        "Confrontali con la pagina pubblica di verifica.",
        "The names written beside the signatures: the register keeps only the parties' ids. "
        "Compare them with the public verification page.",
    ),
    "who_held_the_pen": (
        "Che la persona nominata sia quella che ha davvero agito, oltre quanto dice il livello della firma; "
        "le firme fatte fuori dal sito (PAdES, CAdES) si controllano anche con il programma del gestore.",
        "That the person named is the one who really acted, beyond what the level of the signature says; "
        "signatures made elsewhere (PAdES, CAdES) are also to be checked with their provider's program.",
    ),
    "pages": (
        "Che le pagine visibili di un PDF mostrino questo testo: è provato il testo allegato al file. Per "
        "leggerlo: tavolo verify --text.",
        "That the visible pages of a PDF show this text: what is proved is the text attached to the file. To "
        "read it: tavolo verify --text.",
    ),
    "pages_proved": (
        "Il PDF, pagine comprese, è byte per byte quello che il registro ha sigillato.",
        "The PDF, its pages too, is byte for byte the one the register sealed.",
    ),
    "pages_changed": (
        "Il PDF non è quello sigillato: dopo la chiusura è stato cambiato almeno un byte, o aggiunto "
        "qualcosa.",
        "The PDF is not the one that was sealed: after it was closed at least a byte was changed, or "
        "something was added.",
    ),
    "file_changed": (
        "Il file «{name}» del pacchetto non è quello sigillato: è stato cambiato.",
        "The bundle's file “{name}” is not the one that was sealed: it was changed.",
    ),
    "file_added": (
        "Il file «{name}» del pacchetto non era fra quelli sigillati.",
        "The bundle's file “{name}” was not among those that were sealed.",
    ),
    "bundle_exact": (
        "Il pacchetto è, byte per byte, nella forma in cui il registro lo scrive: nomi, orari e ordine dei "
        "file sono i suoi, e non c'è altro.",
        "The bundle is, byte for byte, in the form in which the register writes it: names, times and order "
        "of the files are its own, and there is nothing else.",
    ),
    "bundle_changed": (
        "Il pacchetto non è come il registro lo ha scritto ({what}{name}): qualcuno lo ha riscritto o vi ha "
        "aggiunto qualcosa. Scaricalo di nuovo dalla pagina di verifica.",
        "The bundle is not as the register wrote it ({what}{name}): somebody wrote it anew or added "
        "something. Download it again from the page of verification.",
    ),
    "agreement_validity": (
        "Che l'accordo sia valido o ancora in vigore: lo dicono le regole delle parti e gli atti successivi.",
        "That the agreement is valid or still in force: the parties' rules and later acts say that.",
    ),
    "parts_missing": (
        "Nel file mancano: {names}. Serve il PDF firmato, o il pacchetto (.zip), scaricato da Tavolo.",
        "The file lacks: {names}. Use the signed PDF, or the bundle (.zip), as downloaded from Tavolo.",
    ),
    "bad_container": (
        "Il file non si può aprire ({reason}). Serve il PDF firmato, o il pacchetto (.zip), scaricato da "
        "Tavolo, così com'è.",
        "The file cannot be opened ({reason}). Use the signed PDF, or the bundle (.zip), as downloaded from "
        "Tavolo, unchanged.",
    ),
    "agreement_damaged": (
        "Una parte del file non è nella sua unica forma: {reason}.",
        "A part of the file is not in its one form: {reason}.",
    ),
    "text_changed": (
        "Il testo non è quello firmato: la sua impronta è {found}, quella firmata {wanted}.",
        "The text is not the one signed: its hash is {found}, the signed one {wanted}.",
    ),
    "agreement_seal_broken": (
        "Il sigillo non corrisponde: testo o elenco delle firme sono stati cambiati dopo la chiusura.",
        "The seal does not fit: text or list of signatures were changed after it was closed.",
    ),
    "signature_twice": ("La firma di {who} compare due volte.", "The signature of {who} appears twice."),
    "signature_left_out": (
        "Il registro contiene una firma su questo testo (atto {act}) che l'elenco tace.",
        "The register holds a signature on this text (act {act}) that the list leaves out.",
    ),
    "signature_without_act": (
        "La firma di {who} non ha un atto di firma nel registro.",
        "The signature of {who} has no act of signing in the register.",
    ),
    "signature_of_another_agreement": (
        "L'atto indicato per {who} riguarda un altro accordo.",
        "The act named for {who} is about another agreement.",
    ),
    "signature_on_another_text": (
        "L'atto di {who} riguarda un altro testo di questo accordo.",
        "The act of {who} is about another text of this agreement.",
    ),
    "signature_of_another_party": (
        "L'atto indicato per {who} è di un'altra parte.",
        "The act named for {who} is another party's.",
    ),
    "signature_field_changed": (
        "Per {who} il campo «{field}» non è quello registrato.",
        "For {who} the field “{field}” is not what was recorded.",
    ),
}

# Why a file cannot be read, as the libraries say it, in words for whoever holds the file.
REASONS = (
    ("EOF marker not found", "manca la fine: il file è stato tagliato"),
    ("Could not read malformed PDF", "il PDF è rovinato o è stato tagliato"),
    ("File is not a zip file", "manca la fine: il file è stato tagliato, o non è uno zip"),
    ("the file is empty", "il file è vuoto"),
    ("'utf-8' codec", "non è un testo: forse è una foto o un altro tipo di file"),
    ("more than 40 MiB", "supera 40 MiB"),
    ("neither PDF nor zip", "non è né un PDF né uno zip"),
    ("locked with a password", "è protetto da una password"),
    ("line 1 has no end", "non è un testo a righe"),
    ("too many entries", "contiene troppi file"),
    ("unpacks to more", "contiene più di quanto possa"),
)


def reason(words: str) -> str:
    """Return a library's reason in Italian where it is known, else as it is."""
    return next((italian for english, italian in REASONS if words.startswith(english)), words)
