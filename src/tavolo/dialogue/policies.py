# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of the room. Default is deny.

- A table is seen by its delegates, its joint secretariat, and the people asked in one of its consultations.
- A consultation in preparation is seen by delegates and secretariat; once open also by those on its roll;
  once published by everybody.
- Only delegates of a promoting party prepare, open and close it; only a party releases its own results.
- No page shows a roll, and none shows who has voted.

`answers` are what the policy matrix expects for a published consultation whose parties have all released.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tavolo.common.policies import OWNER, OWNER_POSTS, own_import
from tavolo.common.policy import anyone, declare, signed_in
from tavolo.dialogue import capability, standing
from tavolo.dialogue.models import Consultation, Party, Statement, StatementVersion
from tavolo.people.roles import lacks_second_factor, person

Arguments = Mapping[str, Any]


def _account(request: HttpRequest) -> Any:
    return request.user.pk if request.user.is_authenticated else None


def sees_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the table."""
    account = _account(request)
    return account is not None and standing.sees_table(account, arguments["table_id"])


def prepares(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates of a party that can promote a consultation at the table."""
    account = _account(request)
    if account is None:
        return False
    party = standing.acting_party(account, arguments["table_id"])
    return party is not None and standing.promoter_kind(party) is not None


def is_secretary(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the table's joint secretariat."""
    account = _account(request)
    return account is not None and standing.is_secretary(account, arguments["table_id"])


def consultation_at(request: HttpRequest, arguments: Arguments) -> Consultation | None:
    """Return the consultation an address names (directly or by statement) if the visitor sees it."""
    pk = arguments.get("consultation_id")
    if "statement_id" in arguments:
        found = Statement.objects.filter(pk=arguments["statement_id"])
        pk = found.values_list("consultation_id", flat=True).first()
    if "version_id" in arguments:
        versions = StatementVersion.objects.filter(pk=arguments["version_id"])
        pk = versions.values_list("consultation_id", flat=True).first()
    visible = standing.visible_consultations(_account(request))
    return visible.filter(pk=pk).select_related("table", "creator").first()


def sees_consultation(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who see the consultation."""
    return consultation_at(request, arguments) is not None


def party_at(request: HttpRequest, consultation: Consultation) -> Party | None:
    """Return the party at the consultation's table that the person sits for, observers included."""
    account = _account(request)
    if account is None:
        return None
    return standing.parties_of(account, consultation.table_id).select_related("organisation").first()


def sits_at_its_table(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates and secretariat of the consultation's table."""
    found = consultation_at(request, arguments)
    account = _account(request)
    if found is None or account is None:
        return False
    return party_at(request, found) is not None or standing.is_secretary(account, found.table_id)


def is_party(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates of the parties of the consultation's table."""
    found = consultation_at(request, arguments)
    return found is not None and party_at(request, found) is not None


def promotes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow people who act for a promoting party, or for the creator while nobody is asked yet."""
    found = consultation_at(request, arguments)
    account = _account(request)
    if found is None or account is None:
        return False
    promoters = list(Party.objects.filter(pk__in=found.groups.values("party_id")))
    asked = promoters or ([found.creator] if found.creator else [])
    return any(standing.may_act_for(account, party) for party in asked)


def may_join(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow people who act for a party of the table that could ask a constituency of its own."""
    found = consultation_at(request, arguments)
    return found is not None and not found.imported and prepares(request, {"table_id": found.table_id})


def publishes(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow promoters, and for an imported consultation the joint secretariat."""
    found = consultation_at(request, arguments)
    if found is not None and found.imported:
        return is_secretary(request, {"table_id": found.table_id})
    return promotes(request, arguments)


def on_roll(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may vote in the consultation."""
    account = _account(request)
    return account is not None and standing.is_on_roll(account, arguments["consultation_id"])


def may_open_vote(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those on the roll, and a browser in which a slip or a mailed code has been entered."""
    if capability.without_account(request, arguments["consultation_id"]) is not None:
        return True
    return on_roll(request, arguments)


def may_cast(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow a browser that holds the voting page's cookie; else ask all that page would have asked."""
    if capability.voter(request, arguments["consultation_id"]) is not None:
        return True
    if not on_roll(request, arguments):
        return False
    needed = getattr(settings, "SECOND_FACTOR_REQUIRED", True)
    return not needed or not lacks_second_factor(person(request), standing.today())


PERSONS = (
    "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
    "firm_owner", "worker", "plain_worker", "city_officer", "stranger",
)  # fmt: skip
DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")


def _answers(roles: tuple[str, ...], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(roles, status)


ASKED = ("firm_owner", "worker")
declare("dialogue:tables", signed_in, says="the tables one sees", answers=_answers(PERSONS))
declare(
    "dialogue:table",
    sees_table,
    says="delegates, secretariat, those asked",
    answers=_answers((*DELEGATES, "secretary", *ASKED)),
)
declare("dialogue:new", prepares, says="parties that can promote", answers=_answers(DELEGATES))
declare("dialogue:import", is_secretary, says="the joint secretariat", answers={"secretary": 200})
declare("dialogue:consultation", sees_consultation, says="everybody, once published", answers={"*": 200})
declare("dialogue:results", sees_consultation, says="everybody, once published", answers={"*": 200})
for name in ("results_csv", "results_json", "results_pdf"):
    declare(f"dialogue:{name}", sees_consultation, says="whoever sees the results", answers={"*": 200})
declare(
    "dialogue:results_polis",
    sits_at_its_table,
    says="delegates and secretariat: whole ballots, without group",
    answers=_answers((*DELEGATES, "secretary")),
)
declare("dialogue:own_csv", is_party, says="a party's own figures", answers=_answers(DELEGATES))
declare("dialogue:release", is_party, says="a party, for itself", answers=_answers(DELEGATES))
declare("dialogue:statements", promotes, says="promoters", answers=_answers(DELEGATES))
declare("dialogue:revise", promotes, says="promoters", answers=_answers(DELEGATES))
declare("dialogue:translate", promotes, says="promoters", answers=_answers(DELEGATES))
declare("dialogue:withdraw", promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare("dialogue:ask", may_join, says="parties that can promote", answers=_answers(DELEGATES))
declare("dialogue:open", promotes, says="promoters", answers=_answers(DELEGATES))
declare("dialogue:close", promotes, says="promoters", answers=_answers(DELEGATES))
declare("dialogue:publish", publishes, says="promoters", answers=_answers(DELEGATES, 405))
declare("dialogue:vote", may_open_vote, says="those on the roll", answers=_answers(ASKED))
declare("dialogue:cast", may_cast, says="those on the roll", answers=_answers(ASKED, 405))
declare("dialogue:secrecy", anyone, says="how a vote stays secret", answers={"*": 200})

_TABLE = _answers((*DELEGATES, "secretary", *ASKED))
declare("api-1.0.0:dialogue_tables", signed_in, says="the tables one sees", answers=_answers(PERSONS))
declare("api-1.0.0:dialogue_table", sees_table, says="delegates, secretariat, those asked", answers=_TABLE)
declare("api-1.0.0:dialogue_consultations", sees_table, says="as the table", answers=_TABLE)
_SIGNED = _answers(PERSONS)


def sees_consultation_signed_in(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow signed-in people who see the consultation: the API has no anonymous readers."""
    return bool(request.user.is_authenticated) and sees_consultation(request, arguments)


for name in (
    "dialogue_consultation", "dialogue_statements", "dialogue_results", "dialogue_results_csv",
    "dialogue_results_json", "dialogue_results_pdf", "dialogue_results_map",
):  # fmt: skip
    declare(f"api-1.0.0:{name}", sees_consultation_signed_in, says="once published, all", answers=_SIGNED)
# The consultation of the matrix is closed: the voter's door answers that there is nothing to vote on.
declare("api-1.0.0:dialogue_next", on_roll, says="those on the roll", answers=_answers(ASKED, 422))
declare("api-1.0.0:dialogue_vote", on_roll, says="those on the roll", answers=_answers(ASKED, 405))

_API = "api-1.0.0:dialogue_"
declare(
    f"{_API}results_polis", sits_at_its_table, says="delegates, secretariat: whole ballots, without group",
    answers=_answers((*DELEGATES, "secretary")),
)  # fmt: skip
for name in ("own_results", "own_csv"):
    declare(f"{_API}{name}", is_party, says="a party's own figures", answers=_answers(DELEGATES))
declare(f"{_API}release", is_party, says="a party, for itself", answers=_answers(DELEGATES, 405))
declare(f"{_API}publish", publishes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}new", prepares, says="parties that can promote", answers=_answers(DELEGATES, 405))
declare(f"{_API}ask", may_join, says="parties that can promote", answers=_answers(DELEGATES, 405))
for name in ("add_statement", "revise", "withdraw", "open", "close"):
    declare(f"{_API}{name}", promotes, says="promoters", answers=_answers(DELEGATES, 405))
declare(f"{_API}import", is_secretary, says="the joint secretariat", answers={"secretary": 405})
declare(f"{_API}import_run", own_import, says="the person who began the import", answers=OWNER)
for name in ("import_confirm", "import_cancel"):
    declare(f"{_API}{name}", own_import, says="the person who began the import", answers=OWNER_POSTS)
