"""Italian words too common to tell one text from another."""

from __future__ import annotations

_GRAMMAR = """
a ad al allo ai agli alla alle con col coi da dal dallo dai dagli dalla dalle di del dello dei degli della
delle in nel nello nei negli nella nelle su sul sullo sui sugli sulla sulle per tra fra il lo la i gli le un
uno una e ed o od ma se perche anche come dove dov cui che chi non piu quale quali quanto quanti quanta
quante quello quelli quella quelle questo questi questa queste si tutto tutti tutta tutte io tu lui lei noi
voi loro mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra nostri nostre vostro vostra vostri
vostre mi ti ci vi ne lo li sono sei e siamo siete era erano essere stato stata stati state ho hai ha abbiamo
avete hanno avere avuto aveva avevano sia siano fosse sara saranno sarebbe cosi gia solo sola soli sole poi
quando mentre senza sotto sopra verso presso durante dopo prima oltre entro contro circa molto molti molta
molte poco pochi poca poche ogni altro altri altra altre stesso stessa stessi stesse qualche alcuni alcune
qui qua li la pero quindi dunque infine ancora sempre mai oggi ora fino tramite via ecc eccetera etc
faccio fa facciamo fanno fare fatto po
"""

# Words with which one asks or offers: they say who speaks, not what about.
_ASKING_AND_OFFERING = """
cerco cerca cerchiamo cercano cercasi cercansi cercando serve servono servirebbe servirebbero serva bisogno
occorre occorrono manca mancano vorrei vorremmo vogliamo vorrebbe desideriamo necessitiamo necessita richiesta
richiediamo chiediamo offro offre offriamo offrono offresi offerta mettiamo mette mettere metto disposizione
disponibile disponibili disponiamo dispone proponiamo propone possibile possiamo puo possono potremmo qualcuno
azienda aziende impresa imprese ditta ditte societa nostro salve buongiorno grazie gentilmente
"""

GRAMMAR = frozenset(_GRAMMAR.split())
ASKING_AND_OFFERING = frozenset(_ASKING_AND_OFFERING.split())
STOPWORDS = GRAMMAR | ASKING_AND_OFFERING
