# mypy: disable-error-code="attr-defined"
"""What a worker proposed in the first consultation: one statement that came far, and one that was refused.

Her statement is accepted, voted on, found shared, becomes a clause of the signed agreement and a commitment
that is kept. She reads it as hers; nobody else can tell whose it was.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tavolo.demo import opinion
from tavolo.demo.society import Society
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.models import Consultation, Statement, StatementVersion
from tavolo.dialogue.voices import moderating, offices, outcomes, proposing, rulebook, translating
from tavolo.dialogue.voices.models import Outcome, Proposal, Rule
from tavolo.people.models import UnionMembership

if TYPE_CHECKING:
    from tavolo.demo.dialogue import Seated

HERS = "Le proposte di chi lavora per migliorare i processi"
REFUSED = "Il signor Ferri dell'ufficio tecnico non risponde mai a chi propone un miglioramento."
REASONS = (
    ("secretary_a", "Nomina una persona. La stessa idea si può dire senza il nome."),
    ("cgil_delegate", "Sono d'accordo: il nome permette di riconoscere chi è."),
)
APPEAL = "Se non si dice chi deve rispondere, sembra colpa di tutti."
ANSWER = (
    "La regola vale per ogni nome: il rifiuto resta. L'affermazione sulla risposta entro trenta giorni dice "
    "la stessa idea senza nomi ed è al voto."
)
TOLD = "Presa come punto dell'intesa: risposta scritta entro trenta giorni, con il registro delle risposte."


def agree_on_rules(seated: Seated, society: Society) -> None:
    """Put rules of moderation in force, with a guarantor and two parties' moderators."""
    secretary = society.people["secretary_a"]
    edition = rulebook.default_edition()
    _agree(seated, society, rulebook.propose_rules(seated.table, edition, actor_id=secretary))
    words = "funzionaria del Comune, scelta da tutte le parti"
    guarantor = society.people["city_officer"]
    proposed = offices.propose_guarantor(seated.table, guarantor, words=words, actor_id=secretary)
    _agree(seated, society, proposed)
    for key, person in (("cgil", "cgil_delegate"), ("employers", "employer_delegate")):
        account = society.people[person]
        offices.name_moderator(seated.parties[key], account, actor_id=account)


def _agree(seated: Seated, society: Society, decision: decisions.JointDecision) -> None:
    for key, person in (("cgil", "cgil_delegate"), ("employers", "employer_delegate")):
        decisions.consent(decision, party=seated.parties[key], actor_id=society.people[person])


def author() -> uuid.UUID:
    """Return the worker one may step into, a member of CGIL."""
    members = UnionMembership.objects.filter(union__short_name="CGIL").order_by("account__email")
    return uuid.UUID(str(members.values_list("account_id", flat=True)[0]))


def place_of(asked: list[opinion.Statement]) -> int:
    """Return which of the statements is the worker's own."""
    return next(place for place, one in enumerate(asked) if one.text["it"].startswith(HERS))


def propose(
    seated: Seated, society: Society, consultation: Consultation, asked: opinion.Statement
) -> StatementVersion:
    """Let the worker propose while the consultation is open; return the wording that opened to votes."""
    first, second = society.people["secretary_a"], society.people["cgil_delegate"]
    made = proposing.propose_statement(
        consultation, text=asked.text["it"], account_id=author(), key="demo-hers"
    )
    made = moderating.decide(made, accepts=True, moderator_id=first, theme=seated.themes[asked.theme])
    line = next(
        one for one in translating.lines(consultation)
        if one.version is not None and one.version.statement_id == made.statement_id
    )  # fmt: skip
    entry = translating.Entry(line, "en", asked.text["en"], "Segreteria paritetica")
    translating.translate_many(consultation, [entry], actor_id=second)
    _refused(society, consultation)
    return StatementVersion.objects.select_related("statement").get(statement_id=made.statement_id)


def _refused(society: Society, consultation: Consultation) -> None:
    """A second one of hers names a person: refused by two, appealed, refused by the guarantor too."""
    worker = author()
    made = proposing.propose_statement(consultation, text=REFUSED, account_id=worker, key="demo-refused")
    rule = Rule.objects.get(book_id=made.book_id, code="R2")
    for person, words in REASONS:
        moderator = society.people[person]
        moderating.decide(made, accepts=False, moderator_id=moderator, rule=rule, words=words)
    moderating.appeal(made, words=APPEAL, account_id=worker)
    made.refresh_from_db()
    moderating.rule_on(made, reinstates=False, words=ANSWER, guarantor_id=society.people["city_officer"])


def statement(table_id: uuid.UUID) -> Statement | None:
    """Return the participant's statement of the table's published consultation."""
    rows = Statement.objects.filter(
        consultation__table_id=table_id, consultation__state="published",
        proposal__state=Proposal.State.ACCEPTED,
    )  # fmt: skip
    return rows.order_by("consultation__created_at", "number").first()


def tell(seated: Seated, society: Society) -> None:
    """Write what the table did with the worker's statement."""
    found = statement(seated.table.pk)
    if found is None:
        return
    secretary = society.people["secretary_a"]
    outcomes.write_outcome(found, kind=Outcome.Kind.COMMITMENT, text=TOLD, actor_id=secretary)
