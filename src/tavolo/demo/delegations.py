"""The demonstration's confirmations, delegations, mandates and a joint decision that waits for a side."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from tavolo.demo.dialogue import SEATS, Seated, Step
from tavolo.demo.society import Society
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions, inviting, kinds, mandates, rules, seats
from tavolo.dialogue.delegations.models import Ratification
from tavolo.dialogue.models import DelegateRole
from tavolo.people.models import Account

DAYS = timedelta(days=1)
# Party -> scope, organ, themes, who ratifies, days it holds from today, red lines. Invented, like all here.
MANDATES = {
    "employers": (
        "Trattare un'intesa territoriale su produttività, formazione continua e uso trasparente della "
        "tecnologia. Gli impegni economici restano alla contrattazione aziendale.",
        "Consiglio generale", ("produttività", "formazione", "tecnologia"), Ratification.ORGAN,
        "Consiglio generale dell'associazione", 180,
        (
            "Nessun costo fisso obbligatorio per le imprese che recepiscono l'intesa.",
            "La scelta delle tecnologie resta all'impresa; informazione e consultazione sì, veto no.",
        ),
    ),
    "cgil": (
        "Trattare tutti i punti della piattaforma unitaria; su formazione e tecnologia la delegazione può "
        "chiudere, su produttività e premi riferisce prima al direttivo.",
        "Comitato direttivo", ("formazione", "tecnologia", "qualità del lavoro"), Ratification.WORKERS,
        "Assemblee e voto delle lavoratrici e dei lavoratori interessati", 120,
        (
            "Nessuna valutazione individuale fatta soltanto da un algoritmo.",
            "Le ore di formazione si svolgono in orario di lavoro.",
            "Il premio di risultato non sostituisce aumenti già dovuti.",
        ),
    ),
    "cisl": (
        "Trattare la piattaforma unitaria con attenzione alla partecipazione e agli enti bilaterali.",
        "Consiglio generale", ("partecipazione", "formazione"), Ratification.MEMBERS,
        "Voto delle iscritte e degli iscritti nelle imprese interessate", 150,
        ("Un luogo stabile di partecipazione nelle imprese sopra i 15 addetti.",),
    ),
    "uil": (
        "Trattare la piattaforma unitaria; priorità a salute, sicurezza e conciliazione dei tempi.",
        "Esecutivo territoriale", ("qualità del lavoro",), Ratification.ORGAN,
        "Esecutivo territoriale", 10,
        ("Nessun orario reperibile senza un compenso e un limite scritto.",),
    ),
}  # fmt: skip


def build(seated: Seated, society: Society, step: Step) -> None:
    """Confirm the table, fill the delegations, lodge the mandates, propose a change of the rules."""
    step("delegations: confirmations, mandates, a decision that waits for a side")
    _confirm(seated, society)
    _seats(seated, society)
    inviting.invite(
        seated.parties["cgil"], email="nuova.componente@example.org", role=DelegateRole.SUBSTITUTE,
        in_place_of=_head(society, "cgil"), actor_id=society.people["cgil_officer"],
    )  # fmt: skip
    for key in MANDATES:
        _mandate(seated, society, key)
    _open_decision(seated, society)


def _head(society: Society, key: str) -> uuid.UUID:
    return society.people[SEATS[key][1]]


def _confirm(seated: Seated, society: Society) -> None:
    decision = kinds.ask_for_confirmation(seated.table, actor_id=society.people["secretary_a"])
    for key, party in seated.parties.items():
        decisions.consent(decision, party=party, actor_id=_head(society, key))


def _seats(seated: Seated, society: Society) -> None:
    """Give each delegation a second person, and CGIL an observer who looks on for some months."""
    today = standing.today()
    for key, officer, role, until in (
        ("cgil", "cgil_officer", DelegateRole.MEMBER, None),
        ("cisl", "cisl_officer", DelegateRole.MEMBER, None),
        ("uil", "uil_officer", DelegateRole.SUBSTITUTE, today + 60 * DAYS),
        ("employers", "association_officer", DelegateRole.MEMBER, None),
    ):
        email = Account.objects.values_list("email", flat=True).get(pk=society.people[officer])
        seats.add_delegate(
            seated.parties[key], email=email, role=role, actor_id=_head(society, key), ends_on=until,
            in_place_of=_head(society, key) if role == DelegateRole.SUBSTITUTE else None,
        )  # fmt: skip


def _mandate(seated: Seated, society: Society, key: str) -> None:
    scope, organ, themes, ratification, ratified_by, days, red_lines = MANDATES[key]
    party, actor = seated.parties[key], _head(society, key)
    today: date = standing.today()
    known = {name.lower(): theme.pk for name, theme in seated.themes.items()}
    terms = mandates.Terms(
        scope=scope, organ=organ, given_on=today - 20 * DAYS, starts_on=today, last_day=today + days * DAYS,
        ratification=ratification, ratified_by=ratified_by,
        theme_ids=[known[name] for name in themes if name in known],
    )  # fmt: skip
    draft = mandates.write_draft(party, terms, actor_id=actor)
    for text in red_lines:
        mandates.add_red_line(draft, text, actor_id=actor)
    mandates.lodge(draft, actor_id=actor)


def _open_decision(seated: Seated, society: Society) -> None:
    """Propose a rule change by the secretariat; the workers' side has consented, the employers' has not."""
    names = [theme.name for theme in seated.themes.values()]
    decision = rules.propose_change(
        seated.table,
        {"minimum_group": 12, "themes": [*names, "salute e sicurezza"]},
        actor_id=society.people["secretary_a"],
    )
    decisions.consent(decision, party=seated.parties["cisl"], actor_id=_head(society, "cisl"))
