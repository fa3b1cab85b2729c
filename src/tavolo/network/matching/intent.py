"""Who asks and who offers: a request does not answer a request."""

from __future__ import annotations

import re

from tavolo.language.folding import fold

# Ways to say that one lacks something.
_ASKING = re.compile(
    r"\b(?:cerco|cerchiamo|cercasi|cercansi|si cerca(?:no)?|st(?:iamo|o) cercando|cercando|cerca(?:no)?"
    r"|(?:siamo |sono )?(?:in cerca di|alla ricerca di)|ricerchiamo|ricercasi"
    r"|(?:abbiamo|avremmo|ho|avrei|c'e|si ha) (?:urgente |grande )?bisogno|bisogno di"
    r"|(?:ci|mi) (?:serve|servono|servirebbe|servirebbero|occorre|occorrono|manca|mancano)"
    r"|necessitiamo|necessita di|richiediamo|vorremmo|vorrei|desideriamo|avremmo necessita"
    r"|compriamo|acquistiamo volentieri)\b"
    r"|\b(?:qualcuno|chi) (?:ci|mi|ha|avrebbe|puo|potrebbe|sa|conosce|vende|noleggia|presta)\b.*\?"
)
_STARTS_ASKING = re.compile(
    r"^(?:aaa )?(?:serve|servono|servirebbe|occorre|occorrono|richiesta|domanda|wanted)\b"
)

# The same words spoken to the other side: "per chi cerca...", "se vi serve...", "cercate...?"
_TO_THE_READER = re.compile(
    r"\b(?:(?:per|a|con|aiuto a|aiutiamo|supporto a)"
    r" (?:chi|quanti|coloro|le? \w+|gli? \w+|imprese|aziende|pmi|ditte)"
    r"(?: \w+)? (?:che )?(?:cerca(?:no)?|ha(?:nno)? bisogno|necessita(?:no)?)"
    r"|(?:se|quando) (?:\w+ )?(?:cercate|cerchi|cerca|avete|hai|serve|servono|occorre)(?: bisogno)?"
    r"|(?:vi|ti|le) (?:serve|servono|occorre|manca)|cercate|cerchi|avete bisogno|hai bisogno"
    r"|chi (?:cerca|ha bisogno)(?: di)?|al bisogno|in caso di bisogno|secondo il bisogno|quanto (?:vi )?serve"
    r"|di cui (?:hanno|avete|ha|hai) bisogno)\b"
)

# What one looks for when one calls others to join: the caller also brings something.
_CALL_TO_JOIN = re.compile(
    r"\b(?:consorzio|consorzi|partenariato|partenariati|cordata|capofila|raggruppamento|bando|bandi|adesioni"
    r"|adesione|aderenti|rete d'impresa|gruppo d'acquisto|comunita energetica|complementari|alleat[eio]"
    r"|aziende con cui|imprese con cui|soci con cui|commesse|continuita)\b"
)
# Who takes away what others want to be rid of is of use to them, though the sentence says "cerca".
_TAKES_AWAY = re.compile(r"\b(?:ritir\w+|valorizz\w+|smalt\w+|ricicl\w+|rigener\w+)\b")
_BRINGS = re.compile(
    r"\b(?:offr\w+|mettiamo a disposizione|disponibil\w+|propon\w+|accett\w+|con ufficio|aperto)\b"
)


def is_request(text: str) -> bool:
    """Return whether a text listed as an offer is in truth a request.

    Words of asking count unless they speak to the reader ("per chi cerca", "se vi serve"). A call to join
    others in a bid, a consortium or a common purchase answers those who look for the same, and who takes
    waste away answers those who have it, so these are no requests; nor is a sentence that
    first tells what one does and says what it brings.

    >>> is_request("Cerchiamo stampi usati"), is_request("Spazi per chi cerca una sede")
    (True, False)
    """
    plain = fold(text)
    spoken = _TO_THE_READER.sub(" ", plain)
    found = _STARTS_ASKING.search(spoken) or _ASKING.search(spoken)
    if found is None:
        return False
    if _CALL_TO_JOIN.search(plain) or _TAKES_AWAY.search(plain):
        return False
    before = spoken[: found.start()]
    return not (len(before.split()) >= 3 and _BRINGS.search(spoken))
