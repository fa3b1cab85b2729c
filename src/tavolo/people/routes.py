"""The declared policy of every route of this room, and of signing in.

`answers` hold what the policy matrix expects of GET when the address names a union, one of its
delegates being "union_delegate"; a role that is not named is refused.
"""

from __future__ import annotations

from django.conf import settings

from tavolo.common.policy import all_of, anyone, declare, signed_in
from tavolo.people import policies as p

PERSONS = (
    "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
    "firm_owner", "worker", "plain_worker", "city_officer", "stranger",
)  # fmt: skip


def all_persons(status: int = 200) -> dict[str, int]:
    """Return the same answer for everybody who is signed in."""
    return dict.fromkeys(PERSONS, status)


def _organisations() -> None:
    declare(
        "people:organisations", signed_in, says="the directory of what one may know", answers=all_persons()
    )
    declare("people:organisation", p.sees_organisation, says="an organisation", answers=all_persons())
    declare(
        "people:register",
        p.registers_organisations,
        says="operators register bodies, associations their firms",
        answers={"operator": 200},
    )
    declare("people:edit", p.edits_organisation, says="its officers or offices, its association's officers")
    declare("people:members", p.grants_roles, says="who may give a role in it")
    declare("people:invite", p.grants_roles, says="who may give a role in it")
    declare("people:revoke_invitation", p.sees_invitation, says="who may give the role")
    grants_there = all_of(p.sees_organisation, p.sees_membership)
    declare("people:end_membership", grants_there, says="who sees it; the service asks who may give the role")
    declare("people:firms", p.officer_of_association, says="the association's officers")
    declare("people:end_affiliation", p.officer_of_association, says="the association's officers")
    declare("people:union_members", p.officer_of_union, says="the union's own officers")
    declare("people:end_union_membership", p.officer_of_union, says="the union's own officers")


def _constituencies() -> None:
    declare(
        "people:constituencies",
        p.owns_constituencies,
        says="staff of a body; in a firm its RSU alone",
        answers={"union_delegate": 200},
    )
    declare(
        "people:constituency", p.sees_constituency, says="whoever asks it", answers={"union_delegate": 200}
    )
    declare(
        "people:retire_constituency",
        p.sees_constituency,
        says="whoever asks it",
        answers={"union_delegate": 405},
    )


def _own_pages() -> None:
    declare("people:profile", signed_in, says="one's own account", answers=all_persons())
    declare("people:my_data", signed_in, says="one's own data", answers=all_persons())
    declare("people:erase", signed_in, says="one's own account", answers=all_persons())
    declare("people:tokens", signed_in, says="one's own keys", answers=all_persons())
    declare("people:revoke_token", p.owns_token, says="one's own keys")
    declare("people:leave_role", p.own_membership, says="one's own role")
    declare("people:leave_union", p.own_union_membership, says="one's own union membership")
    declare("people:open_invitation", anyone, says="whoever holds the mail", answers={"*": 302})
    declare("people:invitation", anyone, says="whoever holds the mail", answers={"*": 410})
    if settings.DEMO:
        declare("people:personas", anyone, says="the demonstration only", answers={"*": 200})
        declare("people:step_into", anyone, says="the demonstration only", answers={"*": 302})


ENTRANCE = {
    "account_login": {"anonymous": 200, **all_persons(302)},
    "account_inactive": {"*": 200},
    "account_signup": {"*": 200},
    "account_reset_password": {"*": 200},
    "account_reset_password_done": {"*": 200},
    "account_reset_password_from_key": {"*": 200},
    "account_reset_password_from_key_done": {"*": 200},
    "account_email_verification_sent": {"*": 200},
    "account_confirm_email": {"*": 200},
    "mfa_authenticate": {"*": 302},
    "mfa_login_webauthn": {"*": 302},
    "socialaccount_login_cancelled": {"*": 200},
    "socialaccount_login_error": {"*": 401},
    "socialaccount_signup": {"*": 302},
    "openid_connect_login": {"*": 404},
    "openid_connect_callback": {"*": 404},
}
# As people without a password and without a factor get it: there is nothing to confirm or take away.
OWN: dict[str, dict[str, int]] = {
    "account_logout": all_persons(),
    "account_reauthenticate": all_persons(403),
    "account_email": all_persons(),
    "account_change_password": all_persons(302),
    "account_set_password": all_persons(),
    "mfa_index": all_persons(),
    "mfa_reauthenticate": all_persons(403),
    "mfa_activate_totp": all_persons(),
    "mfa_deactivate_totp": {},
    "mfa_view_recovery_codes": {},
    "mfa_generate_recovery_codes": all_persons(),
    "mfa_download_recovery_codes": {},
    "mfa_list_webauthn": all_persons(),
    "mfa_add_webauthn": all_persons(),
    "mfa_reauthenticate_webauthn": all_persons(403),
    "mfa_remove_webauthn": {},
    "mfa_edit_webauthn": {},
    "socialaccount_connections": all_persons(),
}


def _access() -> None:
    for name, answers in ENTRANCE.items():
        declare(name, anyone, says="the entrance", answers=answers)
    for name, answers in OWN.items():
        declare(name, signed_in, says="one's own account", answers=answers)


def _api() -> None:
    api = "api-1.0.0:people_"
    declare(f"{api}me", signed_in, says="one's own account", answers=all_persons())
    declare(f"{api}organisations", signed_in, says="the directory", answers=all_persons())
    declare(f"{api}organisation", p.sees_organisation, says="an organisation", answers=all_persons())
    declare(
        f"{api}memberships",
        p.sees_organisation,
        says="of its people those one may know",
        answers=all_persons(),
    )
    declare(f"{api}membership", p.sees_membership, says="who sees it; the service asks who may end it")
    declare(f"{api}invitations", p.grants_roles, says="who may give a role in it")
    declare(
        f"{api}constituencies",
        p.owns_constituencies,
        says="staff of a body; in a firm its RSU alone",
        answers={"union_delegate": 200},
    )


for part in (_organisations, _constituencies, _own_pages, _access, _api):
    part()
