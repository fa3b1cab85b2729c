"""An invitation: by an officer, by mail, once, for a while, to one role."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from tavolo.common import jobs
from tavolo.common.errors import Problem
from tavolo.common.models import Job
from tavolo.common.territory import in_territory
from tavolo.ledger.models import ActContent
from tavolo.people.models import Account, Invitation, Membership, Role, UnionMembership
from tavolo.people.services.invitations import accept, find, invite, revoke
from tests.people.conftest import Cast

PASSWORD = "una frase lunga e tranquilla"


def invited(cast: Cast, *, role: str = Role.DELEGATE, email: str = "nuova@prova.example") -> str:
    """Invite somebody to CGIL and return the token that the mail carries."""
    mail.outbox.clear()
    made = invite(cast.who["cgil_officer"], cast.body["cgil"], email, role, timezone.now())
    job = Job.objects.filter(subject_id=made.pk).latest("created_at")
    jobs.run(job.pk, cast.territory.pk)
    found = re.search(r"/invito/([\w-]+)/", mail.outbox[-1].body)
    assert found
    return found.group(1)


def test_the_mail_goes_to_the_address_and_its_subject_tells_nothing(cast: Cast) -> None:
    invited(cast)
    assert mail.outbox[0].to == ["nuova@prova.example"]
    assert "CGIL" not in mail.outbox[0].subject
    assert "CGIL Prova" in mail.outbox[0].body


def test_the_database_keeps_no_token(cast: Cast) -> None:
    token = invited(cast)
    row = Invitation.objects.get()
    assert token not in str(vars(row))
    assert find(token, timezone.now()) == row


def test_a_new_person_opens_an_account_and_is_signed_in_with_the_role(cast: Cast) -> None:
    token = invited(cast)
    client = cast.client()
    assert client.get(f"/invito/{token}/").headers["Location"] == "/invito/"
    page = client.get("/invito/").content.decode()
    assert "CGIL Prova" in page
    assert token not in page
    answer = client.post("/invito/", {"name": "Nuova Persona", "password": PASSWORD})
    assert answer.status_code == 302
    account = Account.objects.get(email="nuova@prova.example")
    assert account.password.startswith("argon2")
    assert Membership.objects.get(account=account).role == Role.DELEGATE
    assert client.get("/profilo/").status_code == 200


def test_the_session_key_changes_when_an_invitation_signs_somebody_in(cast: Cast) -> None:
    client = cast.client()
    client.get(f"/invito/{invited(cast)}/")
    before = client.session.session_key
    client.post("/invito/", {"name": "Nuova", "password": PASSWORD})
    assert client.session.session_key != before


@pytest.mark.parametrize("password", ["corta", "password1234", "nuova@prova.example"])
def test_a_password_that_is_easy_to_guess_is_refused(cast: Cast, password: str) -> None:
    client = cast.client()
    client.get(f"/invito/{invited(cast)}/")
    assert client.post("/invito/", {"name": "Nuova", "password": password}).status_code == 200
    assert not Account.objects.filter(email="nuova@prova.example").exists()


def test_an_existing_account_accepts_signed_in(cast: Cast) -> None:
    token = invited(cast, email="stranger@prova.example")
    client = cast.client("stranger")
    client.get(f"/invito/{token}/")
    assert client.post("/invito/").status_code == 302
    assert Membership.objects.get(account=cast.who["stranger"]).role == Role.DELEGATE


def test_accepting_again_is_harmless(cast: Cast) -> None:
    token = invited(cast, email="stranger@prova.example")
    now = timezone.now()
    assert accept(token, cast.who["stranger"], now) == accept(token, cast.who["stranger"], now)
    assert Membership.objects.filter(account=cast.who["stranger"]).count() == 1
    assert ActContent.objects.filter(act_name="membership_granted").count() == 1


def test_a_token_works_for_one_person_only(cast: Cast) -> None:
    token = invited(cast)
    accept(token, cast.who["stranger"], timezone.now())
    with pytest.raises(Problem):
        accept(token, cast.who["other_worker"], timezone.now())


def test_an_invitation_expires(cast: Cast) -> None:
    token = invited(cast)
    late = timezone.now() + timedelta(days=15)
    assert find(token, late) is None
    with pytest.raises(Problem):
        accept(token, cast.who["stranger"], late)


def test_a_withdrawn_invitation_opens_nothing(cast: Cast) -> None:
    token = invited(cast)
    revoke(cast.who["cgil_officer"], Invitation.objects.get(), timezone.now())
    client = cast.client()
    client.get(f"/invito/{token}/")
    assert client.get("/invito/").status_code == 410


def test_an_invitation_falls_with_the_role_of_whoever_sent_it(cast: Cast) -> None:
    token = invited(cast)
    Membership.objects.filter(account=cast.who["cgil_officer"]).update(ends_on=cast.today)
    with pytest.raises(Problem):
        accept(token, cast.who["stranger"], timezone.now())


def test_inviting_again_sends_a_new_token_and_the_old_one_stops(cast: Cast) -> None:
    first, second = invited(cast), invited(cast)
    assert Invitation.objects.count() == 1
    assert find(first, timezone.now()) is None
    assert find(second, timezone.now()) is not None


def test_the_answer_does_not_tell_whether_an_address_has_an_account(cast: Cast) -> None:
    client = cast.client("hr")
    page = f"/organizzazioni/{cast.body['officina'].pk}/inviti/"
    known = client.post(
        page, {"email": "weaver@prova.example", "role": "worker"}, follow=True
    ).content.decode()
    unknown = client.post(
        page, {"email": "nobody@prova.example", "role": "worker"}, follow=True
    ).content.decode()
    assert known.count("<li>") + 1 == unknown.count("<li>")
    assert "Weaver" not in known


def test_only_who_may_give_a_role_may_invite_to_it(cast: Cast) -> None:
    for who in ("hr", "owner", "association_officer", "cisl_officer", "operator", "cgil_delegate"):
        with pytest.raises(PermissionDenied):
            invite(cast.who[who], cast.body["cgil"], "x@prova.example", Role.DELEGATE, timezone.now())


def test_an_invitation_to_a_union_becomes_a_union_membership(cast: Cast) -> None:
    token = invited(cast, role=Role.MEMBER)
    accept(token, cast.who["stranger"], timezone.now())
    assert UnionMembership.objects.filter(account=cast.who["stranger"]).count() == 1
    assert not ActContent.objects.exists()


def test_sign_up_without_an_invitation_is_closed(cast: Cast) -> None:
    client = cast.client()
    body = {"email": "furba@prova.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accesso/iscrizione/", body)
    client.post("/accesso/accesso-unico/iscrizione/", {"email": "furba@prova.example"})
    assert not Account.objects.filter(email="furba@prova.example").exists()


def test_two_people_with_one_token_at_the_same_moment_one_gets_the_role(committed_cast: Cast) -> None:
    cast = committed_cast
    token = invited(cast)
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def take(key: str) -> None:
        try:
            with in_territory(cast.territory):
                start.wait()
                accept(token, cast.who[key], timezone.now())
                outcomes.append("accepted")
        except Problem:
            outcomes.append("refused")
        finally:
            connections.close_all()

    people = ["stranger", "stranger", "stranger", "other_worker", "other_worker", "weaver"]
    threads = [threading.Thread(target=take, args=(key,)) for key in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = Membership.objects.filter(organisation=cast.body["cgil"], role=Role.DELEGATE).exclude(
        account=cast.who["cgil_delegate"]
    )
    assert winners.count() == 1
    taken = winners.get().account
    mine = [key for key in people if cast.who[key] == taken]
    assert outcomes.count("accepted") == len(mine)
