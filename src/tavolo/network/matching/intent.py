"""Who asks and who offers: a request does not answer a request."""

from __future__ import annotations

import re

from tavolo.language.folding import fold

# Ways to say that one lacks something.
_ASKING = re.compile(
    r"\b(?:cerco|cerchiamo|cercasi|cercansi|si cerca(?:no)?|st(?:iamo|o) cercando|cercando|cerca(?:no)?"
    r"|(?:siamo |sono )?(?:in cerca di|alla ricerca di)|ricerchiamo|ricercasi"
    r"|(?:abbiamo?|avremmo|ho|avrei|c'e|si ha) (?:urgente |urgentemente |grande )?bisogno|bisogno di"
    r"|(?:ci|mi) (?:serve|servono|servirebbe|servirebbero|occorre|occorrono|manca|mancano)"
    r"|(?:ci|mi) (?:farebbe(?:ro)? comodo|piacerebbe|sarebbe(?:ro)? util[ei])"
    r"|necessitiamo|necessita di|richiediamo|vorremmo|vorrei|desideriamo|avremmo necessita"
    r"|(?:siamo|saremmo|sono|sarei) interessat[oaie] (?:a|ad|al|allo|alla|all'\w+|ai|agli|alle)"
    r"|(?:acquist|compr|gradi|noleggi?|affitt|cerch)(?:e?remmo|e?rei)|(?:acquist|compr)iamo|richiedesi"
    r"|ci vorrebbe(?:ro)?"
    r"|dove (?:possiamo|posso|si puo|si possono) (?:trovare|noleggiare|comprare|affittare))\b"
)
_STARTS_ASKING = re.compile(
    r"^(?:(?:aaa|buongiorno|salve|ciao|urgente)\W+)*(?:serve|servono|servirebbe|occorre|occorrono|richiesta"
    r"|domanda|urge|urgono|manca(?:no)?|ci vuole|ci vogliono"
    r"|(?:azienda|impresa|ditta|societa|studio) \w+ ricerca(?! e\b)"
    r"|si ricerca(?:no)?|si richied(?:e|ono)|interessat[oaie] a)\b"
)
# Questions put to all: who has it, could you lend it.
_QUESTION = re.compile(
    r"\b(?:qualcuno (?!\w* ?(?:cerca|bisogno|vuole|vorrebbe|interessat))"
    r"|chi (?:ce|ci|me|mi|ne|ha|avrebbe|puo|potrebbe|sa|conosce|vende|noleggia|presta|affitta)\b)"
    r"|\b(?:avete|avreste|potete|potreste|sapete|sapreste|puoi|potresti)\b"
    r"[^?]* (?:\w*(?:prest|affitt|noleggi|indic|consigli|vend|ced|d|procur|forn|aiut)[aei]r[cm]i\b"
    r"|da (?:prestare|vendere|noleggiare|affittare|cedere)\b)"
    r"|\b(?:do you have|does anyone|can anyone|could you)\b"
)
_ASKING_ABROAD = re.compile(
    r"\b(?:(?:we|i) (?:\w+ )?(?:need|require|seek)|we would like to (?:rent|buy|find|hire|have)"
    r"|(?:we|i)(?:'re|'m| are| am) (?:\w+ )?(?:looking for|searching for|seeking|in need of)"
    r"|(?:nous|je) (?:re)?cherch(?:ons|e)|(?:avons|aurions|j'ai|j'aurais) besoin|il nous faut"
    r"|wir (?:suchen|brauchen|benotigen)|buscamos|necesitamos)\b"
    r"|^(?:looking (?:for|to)|searching for|in search of|seeking|wanted|(?:re)?cherche (?!et |de |d'))"
)

# Words of asking that say the contrary: "non ci serve più", "senza bisogno di".
_DENIED = re.compile(
    r"\b(?:non|senza) (?:\w+ ){0,3}?(?:serv\w+|bisogno|occorr\w+|necessita|richied\w+|manca(?:no)?)\b"
)
# The same words spoken to the other side: "per chi cerca...", "se vi serve...", "cercate...?"
_TO_THE_READER = re.compile(
    r"\b(?:(?:per|a|con|aiuto a|aiutiamo|supporto a)"
    r" (?:chi|quanti|coloro|le? \w+|gli? \w+|imprese|aziende|pmi|ditte)"
    r"(?: \w+)? (?:che )?(?:cerca(?:no)?|ha(?:nno)? bisogno|necessita(?:no)?)"
    r"|(?:se|quando) (?:\w+ )?(?:cercate|cerchi|cerca|avete|hai|serve|servono|occorre)(?: bisogno)?"
    r"|(?:dove|come|quanto|che|chi|cui) (?:\w+ )?(?:serve|servono|occorre|occorrono)"
    r"|(?:vi|ti|le) (?:serve|servono|occorre|manca)|cercate|cerchi|avete bisogno|hai bisogno"
    r"|chi (?:cerca|ha bisogno)(?: di)?|qualcuno (?:cerca|ha bisogno)"
    r"|al bisogno|in caso di bisogno|secondo il bisogno|quanto (?:vi )?serve"
    r"|di cui (?:hanno|avete|ha|hai) bisogno|if you (?:need|want|are looking for)|si vous \w+ ?(?:besoin)?)\b"
)
# "Serve una sala? La nostra è libera": the question is the reader's, what follows answers it.
_ANSWERED = re.compile(
    r"\b(?:serv(?:e|ono)|occorr(?:e|ono)|bisogno|need|interessat[oaie])\b[^?.!]*\?\s*(?!grazie)(?=\w)"
)
# To try, to look for work, and to look for those who take what one gives are no requests.
_TRYING = re.compile(r"\bcerc\w+ (?:sempre |anche )?di \w+r(?:e|ci|vi|lo|la|li|le|si|ne)\b")
_SEEKS_TAKERS = re.compile(
    r"\b(?:cerc\w+|in cerca di|alla ricerca di) (?:\w+ ){0,6}?"
    r"(?:lavor[oi]|occupazione|impiego|altre ore|client[ei]|committent[ei]|utilizzator[ei]|affittuar[io]"
    r"|inquilin[oi]|chi (?:l[oaie]|ne) \w+|chi (?:voglia|sia interessat[oaie])"
    r"|(?:a|per) cui \w*r(?:e|lo|la|li|le)|(?:con cui|per) condivider\w*|interessat[ei])\b"
)
_GIVE = (
    r"(?:offr|mett(?:ere|iamo|erei) (?:\w+ )?a disposizione|condivid|ced(?:ere|iamo|o)|regal"
    r"|don(?:are|iamo|o)|prest(?:are|iamo|o)|vend(?:ere|iamo|o)|propo(?:rre|niamo|ngo)|ospit"
    r"|rend(?:ere|iamo) disponibil|dar(?:e|lo|la|li|le)\b|diamo|insegn|accogli)"
)
_WISHES_TO_GIVE = re.compile(
    r"\b(?:vorremmo|vorrei|desideriamo|(?:ci|mi) piacerebbe|(?:siamo|saremmo|sono|sarei) interessat[oaie] a)"
    rf" (?:\w+ )?{_GIVE}"
)
_GIVES_FIRST = re.compile(
    r"\b(?:offr(?:o|iamo|esi)|mett(?:o|iamo) a disposizione|condividiamo|ced(?:o|iamo|esi)|regaliamo|doniamo"
    r"|prestiamo|vend(?:o|iamo|esi)|affitt(?:o|iamo|asi)|noleggiamo|proponiamo|ospitiamo|diamo|agenzia|portale)\b"
)

# What one looks for when one calls others to join: the caller also brings something.
_CALL_TO_JOIN = re.compile(
    r"\b(?:consorzio|consorzi|partenariato|partenariati|cordata|capofila|raggruppamento|bando|bandi|adesioni"
    r"|adesione|aderenti|rete d'impresa|gruppo d'acquisto|comunita energetica|complementari|alleat[eio]"
    r"|aziende con cui|imprese con cui|soci con cui|commesse|continuita)\b"
)
_BUYS = r"(?:acquist|compr)iamo"
_WASTE = r"(?:vostr[ieao]|scarti|rottam[ei]|sfridi|rifiuti|residui|macero)"
# Who takes away what others want to be rid of is of use to them, though the sentence says "cerca".
_TAKES_AWAY = re.compile(
    r"\b(?:(?:ritir|valorizz|smalt|ricicl|rigener)(?!at[oaie]\b)\w+"
    rf"|{_BUYS} (?:\w+ ){{0,3}}?{_WASTE}|{_WASTE}\b[^.!?]{{0,60}}\b{_BUYS})\b"
)
_BRINGS = re.compile(
    r"\b(?:offr\w+|mettiamo a disposizione|disponibil\w+|propon\w+|accett\w+|con ufficio|aperto)\b"
)
# What one asks for is said at the beginning; a text without end costs no more than this.
_READ = 3_000
_SPOKEN_OTHERWISE = (_DENIED, _TO_THE_READER, _ANSWERED, _TRYING, _SEEKS_TAKERS, _WISHES_TO_GIVE)


def is_request(text: str) -> bool:
    """Return whether a text listed as an offer is in truth a request.

    Words of asking count unless they are denied ("non ci serve più"), speak to the reader ("per chi cerca",
    "se vi serve"), wish to give ("vorremmo condividere") or look for those who take ("cerchiamo clienti"). A
    call to join others in a bid, a consortium or a common purchase answers those who look for the same, and
    who takes waste away answers those who have it, so these are no requests; nor is a sentence that
    first tells what one gives.

    >>> is_request("Cerchiamo stampi usati"), is_request("Spazi per chi cerca una sede")
    (True, False)
    """
    spoken = plain = fold(text[:_READ])
    for otherwise in _SPOKEN_OTHERWISE:
        spoken = otherwise.sub(" . ", spoken)
    spoken = spoken.strip(" .,;:-")
    found = _asked(spoken)
    if found is None or _CALL_TO_JOIN.search(plain) or _TAKES_AWAY.search(plain):
        return False
    before = spoken[: found.start()]
    if _GIVES_FIRST.search(before):
        return False
    return not (len(before.split()) >= 3 and _BRINGS.search(spoken))


def _asked(spoken: str) -> re.Match[str] | None:
    """Return where a folded text first asks for something."""
    found = _STARTS_ASKING.search(spoken) or _ASKING.search(spoken) or _ASKING_ABROAD.search(spoken)
    if found is None and "?" in spoken:
        found = _QUESTION.search(spoken[: spoken.rindex("?")])
    return found
