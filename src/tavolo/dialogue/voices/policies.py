# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of the part. Default is deny.

- Rules are public. Counts and tombstones, and what became of statements: whoever sees the consultation.
- People on the roll propose, and read their own proposals. Nobody else learns who proposed what.
- Moderators (secretariat, and people named by the asking parties) read proposals until they are decided.
- Guarantors read what was refused, and answer appeals. They see nothing of a consultation beyond that.
- Promoters translate; they and the secretariat check translations and write outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common.policy import Predicate, anyone, declare
from tavolo.dialogue import capability, policies, standing
from tavolo.dialogue.models import Consultation, Table, Translation
from tavolo.dialogue.voices import offices, outcomes, proposing
from tavolo.dialogue.voices.models import Guarantor, Moderator, OtherWords, Outcome, Proposal

Arguments = Mapping[str, Any]
DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
ASKED = ("firm_owner", "worker")


def _account(request: HttpRequest) -> Any:
    return request.user.pk if request.user.is_authenticated else None


def _consultation(arguments: Arguments) -> Consultation | None:
    if "proposal_id" in arguments:
        row = Proposal.objects.filter(pk=arguments["proposal_id"]).select_related("consultation__table")
        found = row.first()
        return found.consultation if found else None
    rows = Consultation.objects.filter(pk=arguments.get("consultation_id")).select_related("table", "creator")
    return rows.first()


def moderates(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the moderators of the consultation."""
    account, found = _account(request), _consultation(arguments)
    return account is not None and found is not None and offices.moderates(account, found)


def guarantees(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the guarantors of the consultation's table, once it is open: a draft holds no proposals."""
    account, found = _account(request), _consultation(arguments)
    if account is None or found is None or found.state == Consultation.State.DRAFT:
        return False
    return offices.guarantees(account, found.table_id)


def wrote(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the author of the proposal."""
    account = _account(request)
    row = Proposal.objects.filter(pk=arguments["proposal_id"]).first()
    return account is not None and row is not None and proposing.is_author(row, account)


def sits_at_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates and secretariat of the table."""
    account = _account(request)
    return account is not None and standing.tables_sat_at(account).filter(pk=arguments["table_id"]).exists()


def proposes_for_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may propose a joint decision: acting delegates and the secretariat."""
    account = _account(request)
    if account is None or not Table.objects.filter(pk=arguments["table_id"]).exists():
        return False
    acts = standing.acting_party(account, arguments["table_id"]) is not None
    return acts or standing.is_secretary(account, arguments["table_id"])


def acts_at_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who act for a party of the table."""
    account = _account(request)
    return account is not None and standing.acting_party(account, arguments["table_id"]) is not None


def proposes_about_guarantor(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may propose a joint decision at the guarantor's table."""
    row = Guarantor.objects.filter(pk=arguments["guarantor_id"]).first()
    return row is not None and proposes_for_table(request, {"table_id": row.table_id})


def names_moderators(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever acts for the party that named this moderator."""
    account = _account(request)
    row = Moderator.objects.filter(pk=arguments["moderator_id"]).select_related("party").first()
    return account is not None and row is not None and standing.may_act_for(account, row.party)


def checks(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow promoters and the secretariat of the consultation a translation belongs to."""
    found = translated(arguments["translation_id"])
    if found is None:
        return False
    row = found.consultation if isinstance(found, OtherWords) else found.version.consultation
    return translates(request, {"consultation_id": row.pk})


def hears(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow whoever sees the consultation, and a browser that may vote in it by slip."""
    consultation = {"consultation_id": arguments["consultation_id"]}
    if capability.held(request, consultation["consultation_id"]) is not None:
        return True
    return policies.sees_consultation(request, consultation)


def translated(pk: Any) -> Translation | OtherWords | None:
    """Return the translation an address names, of a statement or of other words."""
    of_statement = Translation.objects.filter(pk=pk).select_related("version__consultation").first()
    return of_statement or OtherWords.objects.filter(pk=pk).select_related("consultation").first()


def translates(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow promoters, and the joint secretariat, which checks."""
    found = policies.consultation_at(request, arguments)
    if found is None or found.imported:
        return False
    return policies.promotes(request, arguments) or policies.is_secretary(
        request, {"table_id": found.table_id}
    )


def writes_outcomes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow promoters and the joint secretariat."""
    found = policies.consultation_at(request, arguments)
    account = _account(request)
    return found is not None and account is not None and outcomes.may_write(found, account)


def wrote_outcome(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may write outcomes of the consultation this one belongs to."""
    row = Outcome.objects.filter(pk=arguments["outcome_id"]).first()
    return row is not None and writes_outcomes(request, {"consultation_id": row.consultation_id})


def signed_in_and(predicate: Predicate) -> Predicate:
    """Return the predicate for the API, which has no anonymous readers."""
    return lambda request, arguments: bool(request.user.is_authenticated) and predicate(request, arguments)


def _answers(roles: tuple[str, ...], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


_MODERATORS = (*DELEGATES[:1], "secretary", "employer_delegate")
_WRITERS = (*DELEGATES, "secretary")
declare("voices:rules", anyone, says="everybody: the rules are public", answers={"*": 200})
declare("voices:propose_rules", proposes_for_table, says="delegates, secretariat", answers=_answers(_WRITERS))
declare("voices:offices", sits_at_table, says="delegates, secretariat", answers=_answers(_WRITERS))
declare("voices:dismiss", names_moderators, says="the party", answers={"union_delegate": 405})
declare(
    "voices:propose_end", proposes_about_guarantor, says="delegates, secretariat",
    answers=_answers(_WRITERS, 405),
)  # fmt: skip
declare("voices:propose", policies.on_roll, says="those on the roll", answers=_answers(ASKED))
declare("voices:similar", policies.on_roll, says="those on the roll", answers=_answers(ASKED, 405))
declare("voices:hints", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare("voices:appeal", wrote, says="the author alone", answers={})
declare("voices:queue", moderates, says="moderators", answers=_answers(_MODERATORS))
declare("voices:decide", moderates, says="moderators", answers=_answers(_MODERATORS, 405))
declare("voices:guarantee", guarantees, says="guarantors", answers={"city_officer": 200})
declare("voices:rule_on", guarantees, says="guarantors", answers={"city_officer": 405})
declare("voices:counts", policies.sees_consultation, says="whoever sees the consultation", answers={"*": 200})
declare("voices:outcomes", policies.sees_consultation, says="everybody, once published", answers={"*": 200})
declare("voices:write", writes_outcomes, says="promoters, secretariat", answers=_answers(_WRITERS))
declare("voices:take_back", wrote_outcome, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare("voices:tell", writes_outcomes, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare("voices:translations", translates, says="promoters, secretariat", answers=_answers(_WRITERS))
declare("voices:sheet", translates, says="promoters, secretariat", answers=_answers(_WRITERS))
declare("voices:translate", policies.promotes, says="promoters", answers=_answers(DELEGATES))
declare("voices:check_all", translates, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare("voices:check", checks, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare("voices:audio", policies.promotes, says="promoters", answers=_answers(DELEGATES))
declare("voices:audio_remove", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare("voices:sound", hears, says="whoever may read or vote on the statement", answers={"*": 200})
declare("voices:consent_seed", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))

_API = "api-1.0.0:voices_"
for name, who in (
    ("rules", signed_in_and(anyone)),
    ("words", signed_in_and(anyone)),
    ("counts", signed_in_and(policies.sees_consultation)),
    ("outcomes", signed_in_and(policies.sees_consultation)),
    ("importance", signed_in_and(policies.sees_consultation)),
    ("recordings", signed_in_and(policies.sees_consultation)),
    ("recording", signed_in_and(hears)),
):
    everybody = ("operator", *DELEGATES, "secretary", *ASKED, "plain_worker", "city_officer", "stranger")
    declare(f"{_API}{name}", who, says="as the page", answers=_answers(everybody))
declare(f"{_API}offices", sits_at_table, says="delegates, secretariat", answers=_answers(_WRITERS))
declare(f"{_API}name_moderator", acts_at_table, says="a party", answers=_answers(DELEGATES, 405))
declare(f"{_API}dismiss", names_moderators, says="the party", answers={"union_delegate": 405})
declare(
    f"{_API}propose_end", proposes_about_guarantor, says="delegates, secretariat",
    answers=_answers(_WRITERS, 405),
)  # fmt: skip
declare(f"{_API}similar", policies.on_roll, says="those on the roll", answers=_answers(ASKED, 405))
declare(f"{_API}take_back", wrote_outcome, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare(f"{_API}tell", writes_outcomes, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare(f"{_API}proposals", policies.on_roll, says="those on the roll", answers=_answers(ASKED))
declare(f"{_API}propose", policies.on_roll, says="those on the roll", answers=_answers(ASKED, 405))
declare(f"{_API}appeal", wrote, says="the author alone", answers={})
declare(f"{_API}queue", moderates, says="moderators", answers=_answers(_MODERATORS))
declare(f"{_API}decide", moderates, says="moderators", answers=_answers(_MODERATORS, 405))
declare(f"{_API}refused", guarantees, says="guarantors", answers={"city_officer": 200})
declare(f"{_API}rule_on", guarantees, says="guarantors", answers={"city_officer": 405})
declare(
    f"{_API}write_outcome", writes_outcomes, says="promoters, secretariat", answers=_answers(_WRITERS, 405)
)
declare(f"{_API}translations", translates, says="promoters, secretariat", answers=_answers(_WRITERS))
declare(f"{_API}translate", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}check", checks, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare(f"{_API}consent_seed", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(
    f"{_API}propose_rules", proposes_for_table, says="delegates, secretariat", answers=_answers(_WRITERS, 405)
)
declare(
    f"{_API}propose_guarantor", proposes_for_table, says="delegates, secretariat",
    answers=_answers(_WRITERS, 405),
)  # fmt: skip
for name in ("sheet", "completeness"):
    declare(f"{_API}{name}", translates, says="promoters, secretariat", answers=_answers(_WRITERS))
declare(f"{_API}readability", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}upload_sheet", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}check_all", translates, says="promoters, secretariat", answers=_answers(_WRITERS, 405))
declare(f"{_API}record", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}remove_recording", policies.promotes, says="promoters", answers=_answers(DELEGATES, 405))
