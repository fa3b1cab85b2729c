"""Every sentence of an explanation, in Italian and English, as data."""

from __future__ import annotations

LANGUAGES = ("it", "en")

#: key -> (Italian, English); names in braces are filled with figures already formatted
TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Premio di {worker}: {plan}", "Bonus of {worker}: {plan}"),
    "section_amount": ("1. Quanto è dovuto per contratto", "1. What the contract makes due"),
    "section_eligibility": ("2. Se spetta il beneficio fiscale", "2. Whether the tax relief applies"),
    "section_payment": ("3. Pagamento «{name}» del {day} (anno d'imposta "
        "{year})", "3. Payment “{name}” of {day} (tax year {year})"),
    "section_notes": ("4. Da sapere", "4. Worth knowing"),
    "indicator": ("{name}: da {base} a {measured} {unit}; letto in griglia {x}, vale {payout}, peso "
        "{weight}", "{name}: from {base} to {measured} {unit}; read on the grid {x}, worth {payout}, weight "
        "{weight}"),
    "indicator_alone": ("{name}: {measured} {unit}; letto in griglia {x}, vale {payout}, peso "
        "{weight}", "{name}: {measured} {unit}; read on the grid {x}, worth {payout}, weight "
        "{weight}"),
    "gate_open": ("Condizioni d'accesso: {met} su {count} raggiunte, il premio "
        "matura", "Conditions: {met} of {count} met, the bonus is earned"),
    "gate_closed": ("Condizioni d'accesso: {met} su {count} raggiunte, il premio non "
        "matura", "Conditions: {met} of {count} met, the bonus is not earned"),
    "score": ("Punteggio complessivo {score}", "Total score {score}"),
    "pool_ratio": ("Rapporto della base {value}", "Base ratio {value}"),
    "pool_allowed": ("Costo ammesso {value} €", "Allowed cost €{value}"),
    "pool_difference": ("Differenza rispetto alla base {value} €", "Difference from the base €{value}"),
    "pool_gain": ("Guadagno {value} €", "Gain €{value}"),
    "pool_reserve": ("A riserva {value} €", "Held in reserve €{value}"),
    "pool_firm": ("All'impresa {value} €", "To the firm €{value}"),
    "pool_amount": ("Montepremi a punteggio pieno {value} €", "Pool at full score €{value}"),
    "pool_ceiling": ("Tetto del montepremi {value} €", "Ceiling of the pool €{value}"),
    "pool_earned_hours": ("Ore guadagnate {value}", "Hours earned {value}"),
    "pool_hours_saved": ("Ore risparmiate {value}", "Hours saved {value}"),
    "pool_carried_over": ("Ore riportate {value}", "Hours carried over {value}"),
    "pool_profit": ("Utile {value} €", "Profit €{value}"),
    "pool_threshold": ("Soglia {value} €", "Threshold €{value}"),
    "pool_productivity_part": ("Parte di produttività {value} €", "Productivity part €{value}"),
    "pool_price_part": ("Parte di prezzo {value} €", "Price part €{value}"),
    "pool": ("Montepremi da ripartire", "Pool to share"),
    "pool_rest": ("Parte non distribuita perché tutti sono al massimo",
    "Part not given because everyone is at the "
        "cap"),
    "share": ("La tua quota: peso {weight} su {total}", "Your share: weight {weight} of {total}"),
    "key": ("Chiave: {key}", "Key: {key}"),
    "hours": ("Ore di presenza {hours}: lavorate {worked}, congedi che contano come presenza "
        "{leave}", "Hours of presence {hours}: worked {worked}, leave that counts as presence {leave}"),
    "floor_cap": ("Nessuno riceve meno di {floor} né più di {cap}",
    "Nobody gets less than {floor} or more than "
        "{cap}"),
    "step_nominal": ("Importo del livello {level} per il punteggio", "Amount of level {level} times the "
        "score"),
    "step_presence": ("Per le ore di presenza: {hours} su {due}", "For hours of presence: {hours} of {due}"),
    "step_days": ("Per il tempo in forza: {days} su {total}", "For time in the firm: {days} of {total}"),
    "step_part_time": ("Per il part-time: {share}", "For part-time: {share}"),
    "step_coefficient": ("Per il coefficiente individuale: {share}", "For the individual coefficient: "
        "{share}"),
    "due": ("Premio lordo dovuto", "Gross bonus due"),
    "eligible": ("Sì: {why}", "Yes: {why}"),
    "not_eligible": ("No: {why}. Il premio è dovuto lo stesso e si tassa in modo "
        "ordinario", "No: {why}. The bonus is due all the same and taxed ordinarily"),
    "comparison_up": ("{name}: {base} → {measured} {unit}, migliora "
        "({document})", "{name}: {base} → {measured} {unit}, better ({document})"),
    "comparison_not": ("{name}: {base} → {measured} {unit}, non migliora "
        "({document})", "{name}: {base} → {measured} {unit}, not better ({document})"),
    "gross": ("Lordo di questo pagamento", "Gross of this payment"),
    "welfare": ("Convertito in welfare, senza imposte né contributi", "Converted into welfare,
    free of tax and "
        "contributions"),
    "cash": ("Pagato in denaro", "Paid in cash"),
    "contributions": ("Contributi del lavoratore: {rate} di {subject}", "Worker contributions: {rate} of "
        "{subject}"),
    "contributions_band": ("Contributi del lavoratore: {rate} di {subject}, più l'1% oltre la prima "
        "fascia", "Worker contributions: {rate} of {subject}, plus 1% above the first band"),
    "relieved": ("Senza contributi per il coinvolgimento paritetico (abbassa anche la pensione "
        "futura)", "Free of contributions for joint involvement (it also lowers the future pension)"),
    "base": ("Imponibile", "Tax base"),
    "flat": ("Imposta sostitutiva: {rate} di {base} (limite annuo {cap})",
    "Flat tax: {rate} of {base} (yearly cap "
        "{cap})"),
    "ordinary": ("Parte tassata in modo ordinario: {why}", "Part taxed ordinarily: {why}"),
    "income_tax": ("IRPEF su {income} oltre il reddito di {before}",
    "Income tax on {income} above an income of "
        "{before}"),
    "deduction_lost": ("Detrazione per lavoro dipendente che si riduce", "Employee deduction that shrinks"),
    "surtax": ("Addizionali regionale e comunale", "Regional and municipal surtaxes"),
    "fringe": ("Fringe benefit oltre il limite di {limit}: diventano imponibili "
        "{taxable}", "Fringe benefits above the limit of {limit}: {taxable} become taxable"),
    "fringe_contributions": ("Contributi sui fringe benefit imponibili", "Contributions on taxable fringe "
        "benefits"),
    "net": ("Netto in busta", "Net paid"),
    "uplift": ("Maggiorazione dell'impresa sul welfare", "The firm's uplift on welfare"),
    "welfare_total": ("Welfare a disposizione", "Welfare available"),
    "employer": ("Contributi del datore", "Employer contributions"),
    "employer_estimated": ("Contributi del datore (stima: il piano non dà l'aliquota "
        "dell'impresa)", "Employer contributions (estimate: the plan gives no rate of the firm)"),
    "solidarity": ("Contributo di solidarietà del datore", "Employer's solidarity contribution"),
    "severance": ("TFR sul premio", "Severance accrual on the bonus"),
    "cost": ("Costo per l'impresa", "Cost for the firm"),
    "why_not_eligible": ("il premio non ha i requisiti", "the bonus does not qualify"),
    "why_income": ("reddito dell'anno prima oltre {limit}", "income of the year before above {limit}"),
    "why_renounced": ("rinuncia scritta all'imposta sostitutiva", "written renunciation of the flat tax"),
    "why_cap": ("oltre il limite annuo", "above the yearly cap"),
    "why_fringe": ("fringe benefit oltre il limite", "fringe benefits above the limit"),
    "from_memory": ("Valore da confermare, non letto sul testo ufficiale: {key} = {value} "
        "({act})", "Value to confirm, not read on the official text: {key} = {value} ({act})"),
    "conflict": ("Fonti discordi su {key}: usato {value}; altra lettura {other} "
        "({note})", "Sources disagree on {key}: used {value}; other reading {other} "
        "({note})"),
    "leave_source": ("Conta come presenza: {kind} ({act})", "Counts as presence: {kind} ({act})"),
    "rounding": ("Arrotondamento: {policy}", "Rounding: {policy}"),
    "law_version": ("Versione dei dati di legge: {version}", "Version of the law data: {version}"),
    "isee": ("Le somme con imposta sostitutiva o in welfare non entrano "
        "nell'ISEE", "Sums under the flat tax or in welfare stay out of ISEE"),
    "key_equal": ("parti uguali", "equal parts"),
    "key_pay": ("retribuzione", "pay"),
    "key_level": ("livello", "level"),
    "key_hours": ("ore equivalenti", "equivalent hours"),
}  # fmt: skip


def text(key: str, lang: str, **figures: str) -> str:
    """The sentence of a key in a language, with its figures."""
    return TEXTS[key][0 if lang == "it" else 1].format(**figures)
