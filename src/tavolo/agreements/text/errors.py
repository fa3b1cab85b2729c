"""What is wrong with a text or an amendment, as a code with its value and a sentence in two languages."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "bad_id": {
        "en": "the clause id {value!r} may hold only letters, digits, dots, dashes, at most 80",
        "it": "l'identificativo {value!r} può avere solo lettere, cifre, punti e trattini, al massimo 80",
    },
    "id_twice": {
        "en": "two clauses have the id {value!r}: give one of them another",
        "it": "due clausole hanno l'identificativo {value!r}: darne un altro a una delle due",
    },
    "root_id": {
        "en": "the first clause of a text must be the root, not {value!r}",
        "it": "la prima clausola di un testo è la radice, non {value!r}",
    },
    "no_clause": {
        "en": "the text has no clause {value!r}: it was deleted, or another version is meant",
        "it": "nel testo non c'è la clausola {value!r}: è stata tolta, o si parla di un'altra versione",
    },
    "unknown_origin": {
        "en": "an origin of the kind {value!r} is not known",
        "it": "non esiste un'origine di tipo {value!r}",
    },
    "unknown_topic": {
        "en": "the topic {value!r} is not in the list",
        "it": "il tema {value!r} non è nell'elenco",
    },
    "bad_edit": {
        "en": "a change of clause {value!r} lies outside its words or overlaps another of the same amendment",
        "it": "una modifica della clausola {value!r} cade fuori dal testo o si sovrappone a un'altra",
    },
    "other_base": {
        "en": "the amendment {value!r} was written on another version: rebase it first",
        "it": "l'emendamento {value!r} è scritto su un'altra versione: va prima riportato su questa",
    },
    "bad_place": {
        "en": "{value!r} is not a place of this text: the clause to follow is not below the parent named",
        "it": "{value!r} non è un posto di questo testo: la clausola da seguire non sta lì",
    },
    "collide": {
        "en": "amendments collide at clause {value!r}: settle that first",
        "it": "ci sono emendamenti che collidono sulla clausola {value!r}: va prima composta la collisione",
    },
    "root_stays": {
        "en": "the whole text cannot be deleted, moved or split",
        "it": "il testo intero non si può togliere, spostare o dividere",
    },
    "not_word": {
        "en": "this file is not a Word document: open it and save it as .docx",
        "it": "questo file non si può leggere come documento Word: aprilo e salvalo come .docx",
    },
    "old_word": {
        "en": "this file is an old .doc or is locked by a password: open it, take the password away and save "
        "it as .docx",
        "it": "questo file non si può leggere: è un vecchio .doc o è protetto da una password. Aprilo, togli "
        "la password e salvalo come .docx",
    },
    "open_document": {
        "en": "this file is an OpenDocument text (.odt): open it and save it as .docx",
        "it": "questo file non si può leggere: è un testo OpenDocument (.odt). Aprilo e salvalo come .docx",
    },
    "broken_file": {
        "en": "this Word file is damaged: open it in Word or LibreOffice, save it again and try once more",
        "it": "questo file Word è rovinato e non si può leggere: aprilo, salvalo di nuovo e riprova",
    },
    "too_large": {
        "en": "this Word file holds too much for an agreement: take out pictures and enclosures, try again",
        "it": "questo file non si può leggere perché contiene troppo: togli immagini e allegati e riprova",
    },
    "unreadable": {"en": "the text cannot be read: {value}", "it": "il testo non si può leggere: {value}"},
}


class TextError(ValueError):
    """A text or amendment that cannot stand. `code` and `value` name the reason; `sentence` words it."""

    def __init__(self, code: str, value: object = "") -> None:
        self.code = code
        self.value = value
        super().__init__(self.sentence("en"))

    def sentence(self, language: str = "it") -> str:
        """Return the reason in a language ("it" or "en")."""
        words = SENTENCES[self.code]
        return words.get(language, words["en"]).format(value=self.value)
