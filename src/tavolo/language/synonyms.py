"""Words of Italian trades that name one thing: "muletto" and "carrello elevatore", "paghe" and "cedolini".

Written from common usage, not from any collection of sheets. A group gathers what a firm would take for an
answer to the same request; it is no dictionary of equal meanings.
"""

from __future__ import annotations

from functools import lru_cache

from tavolo.language.stemming import stem, telling_words

_GROUPS = """
carrello elevatore|muletto|carrellista|mulettista|transpallet
bancale|pallet|epal
magazzino|deposito|stoccaggio
furgone|furgoncino|van
camion|autocarro|motrice|bilico|autotreno|tir|padroncino
refrigerato|frigo|frigorifero|isotermico|coibentato|cella frigorifera|temperatura controllata|surgelati
paghe|busta paga|buste paga|cedolini|consulente del lavoro|libro unico
commercialista|contabilita|bilanci|fiscalista|ragioniere
privacy|gdpr|dpo|protezione dei dati|trattamento dei dati
avvocato|studio legale|assistenza legale|consulenza legale|contrattualistica
amianto|eternit
fotovoltaico|pannelli solari|comunita energetica
mensa|tavola calda|self service|ristorazione collettiva
asilo|nido|nidi|micronido
medico competente|sorveglianza sanitaria|visite mediche|medicina del lavoro
psicologo|sportello di ascolto|counseling
antincendio|estintori|squadra emergenze
sicurezza sul lavoro|rspp|valutazione dei rischi
navetta|shuttle|pulmino|minibus|bus aziendale
sito web|sito internet|e commerce|negozio online|vendere online|web agency
programmatore|sviluppatore|softwarista
gestionale|erp
instagram|facebook|social media|social network
fotografo|fotografie|foto|shooting|still life
video|riprese|filmato|videomaker
depliant|brochure|volantini|pieghevoli|opuscoli
tipografia|stampatore|litografia
traduttore|traduzione|interprete|interpretariato|madrelingua
export|esportazione|mercati esteri|estero|internazionalizzazione
dogana|doganale|spedizioniere
disegnatore|progettista|cad|disegno tecnico|modellazione
tornio|tornire|tornitura|tornitore
fresa|fresatura|fresare|fresatrice
saldatura|saldatore|saldare
verniciatura|verniciare|verniciatore
tinteggiatura|imbianchino|imbiancare
piegatura|piegare|pressopiegatrice
zincatura|zincare|galvanica|trattamenti galvanici
stampaggio plastica|pressa a iniezione|presse a iniezione|stampare plastica
elettricista|impianti elettrici|impianto elettrico|quadri elettrici
idraulico|termoidraulico|tubista
falegname|falegnameria|mobili su misura
muratore|opere murarie|ristrutturazione|cartongesso
pulizie|sanificazione
giardiniere|manutenzione del verde|potatura|siepi
vigilanza|guardiania|guardiano|custode|ronda
scarti|sfridi|ritagli|rottami|trucioli|residui|smaltire|smaltimento|rifiuti
imballaggio|imballi|scatole|scatoloni|packaging|confezionamento
corriere|consegne|autotrasporto|vettore
trasloco|facchinaggio|facchini|sgombero|svuotare
manodopera|interinale|somministrazione
ufficio|scrivania|postazione|coworking
sala riunioni|sala convegni|auditorium|sala corsi
corso|formazione|docente|formatore|addestramento|lezioni
stagista|tirocinante|tirocinio|alternanza|apprendista
finanziamento|bandi|bando|finanza agevolata|contributi a fondo perduto
assicurazione|assicurare|polizza|broker assicurativo
brevetto|marchio|proprieta industriale
certificazione iso|iso 9001|iso 14001|sistema di gestione
marcatura ce|direttiva macchine|fascicolo tecnico
analisi chimiche|laboratorio chimico|campionamento|reflui|acque di scarico
appalti|gara pubblica|mepa|gare pubbliche
bolletta|risparmio energetico|diagnosi energetica
compressore|aria compressa|pneumatico
carroponte|gru|sollevamento|autogru|paranco
piattaforma aerea|cestello|lavori in quota|ponteggio|trabattello
gruppo elettrogeno|generatore
fiera|stand|allestimento fieristico
sartoria|cucire|cucitura|ricamo|sarta
pellet|cippato|legna da ardere
recupero crediti|insoluti
marketing|pubblicita|campagne
agente|rappresentante|plurimandatario|rete vendita
parcheggio|posti auto|posteggio
bicicletta|bici|biciclette
tetto|copertura|lattoneria|infiltrazioni|tegole|impermeabilizzazione
affilatura|affilare|taglienti
"""
_VOWELS = frozenset("aeiou")
_Form = tuple[str, ...]


def senses(text: str) -> dict[str, str]:
    """Return the groups whose words or phrases occur in a text, each with the words that say so.

    >>> senses("Corso per mulettisti")
    {'corso': 'corso', 'carrello elevatore': 'mulettisti'}
    >>> senses("Magazziniere per cooperativa sociale")
    {}
    """
    told = telling_words(text)
    forms = _forms()
    found: dict[str, str] = {}
    for at, word in enumerate(told):
        for form, group in forms.get(stem(word), ()):
            said = told[at : at + len(form)]
            if len(said) == len(form) and all(map(_is_form_of, said, form)):
                found.setdefault(group, " ".join(said))
    return found


def _is_form_of(word: str, listed: str) -> bool:
    """Return whether a word is the listed one in another number or gender.

    Stems alone put "magazziniere" with "magazzino" and "rifare" with "rifiuti"; short words and words that
    end in a consonant ("van", "social") do not change in Italian.
    """
    if word == listed:
        return True
    if len(listed) <= 4 or listed[-1] not in _VOWELS or stem(word) != stem(listed):
        return False
    kept = max(len(word), len(listed)) - 3
    return word[:kept] == listed[:kept]


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[tuple[_Form, str], ...]]:
    """Return stem of the first word -> (words of the form, group); a group is called by its first form."""
    found: dict[str, dict[_Form, str]] = {}
    for line in _GROUPS.strip().splitlines():
        forms = line.split("|")
        for form in forms:
            told = tuple(telling_words(form))
            found.setdefault(stem(told[0]), {})[told] = forms[0]
    return {first: tuple(forms.items()) for first, forms in found.items()}
