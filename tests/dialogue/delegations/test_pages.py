"""The pages and the API as each role sees them; a delegate who leaves is a stranger the same day."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.urls import reverse

from tavolo.common.models import Notice
from tavolo.common.policy import ROUTES
from tavolo.common.row_security import opened
from tavolo.common.territory import in_territory
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.delegations import decisions, mandates, seats
from tavolo.dialogue.delegations.models import JointDecision, Mandate, RedLine
from tavolo.dialogue.models import Delegate, Party, Secretariat
from tavolo.site.rooms import AGREEMENT, TABLE
from tests.routes import walk
from tests.security.test_policy_matrix import refused

pytestmark = pytest.mark.django_db
CANARY = "canarinogiallo"
PRIVATE = ("Nessuna valutazione individuale fatta soltanto da un algoritmo", "riferisce prima al direttivo")


@pytest.fixture
def world(society):
    return society


@pytest.fixture(autouse=True)
def scope(world):
    with in_territory(world.territory), transaction.atomic():
        yield
        transaction.set_rollback(True)


def page(world, role, name, status=200, **arguments):
    kwargs = {key: world.arguments[key] for key in arguments.pop("given", ())} | arguments
    answer = world.client(role).get(reverse(name, kwargs=kwargs))
    assert answer.status_code == status, (role, name, answer.status_code)
    return answer.content.decode()


def post(world, role, name, data=None, **kwargs):
    return world.client(role).post(reverse(name, kwargs=kwargs), data or {}, follow=True)


def api(world, role, method, name, data=None, **kwargs):
    path = reverse(f"api-1.0.0:delegations_{name}", kwargs=kwargs)
    body = json.dumps(data) if data is not None else None
    return world.client(role).generic(method, path, body or "", content_type="application/json")


def decision(world):
    return JointDecision.objects.get(pk=world.arguments["decision_id"])


@pytest.mark.parametrize("role", ["union_delegate", "employer_delegate", "secretary"])
def test_the_four_confirmations_are_seen(world, role):
    text = page(world, role, "delegations:secretariat", given=["table_id"])
    assert "Hanno confermato 4 parti" in text
    for name in ("Assolombarda", "CGIL", "CISL", "UIL"):
        assert f"✓ {name}" in text
    assert "Elisa Conti" in text
    assert "Tommaso Neri" in text, "the operators are named to the parties"
    assert "in parità" in text


def test_a_worker_sees_who_keeps_the_table_but_no_operator_and_no_proposal(world):
    text = page(world, "worker", "delegations:secretariat", given=["table_id"])
    assert "Elisa Conti" in text
    assert "Tommaso Neri" not in text
    assert "Modifica delle regole" not in text


def test_the_open_decision_shows_who_is_missing(world):
    for role in ("union_delegate", "employer_delegate", "secretary"):
        text = page(world, role, "delegations:decisions", given=["table_id"])
        assert "Modifica delle regole del tavolo" in text
        assert "si aspetta la risposta" in text
    own = page(world, "employer_delegate", "delegations:decision", given=["decision_id"])
    assert "Assolombarda dà il consenso" in own
    assert "dà il consenso</button>" not in page(
        world, "union_delegate", "delegations:decision", given=["decision_id"]
    )


def test_the_employers_consent_puts_the_rules_in_force_once(world):
    found = decision(world)
    data = {"idempotency_key": "una-volta"}
    for _click in range(2):
        answer = post(world, "employer_delegate", "delegations:decision_consent", data, decision_id=found.pk)
        assert answer.status_code == 200
    found.refresh_from_db()
    assert found.state == "in_force"
    assert found.answers.count() == 2
    found.table.refresh_from_db()
    assert found.table.minimum_group == 12


def test_a_refusal_on_the_page_needs_its_reason(world):
    found = decision(world)
    post(world, "employer_delegate", "delegations:decision_refuse", {"reason": " "}, decision_id=found.pk)
    assert found.answers.count() == 1
    post(world, "employer_delegate", "delegations:decision_refuse", {"reason": "No."}, decision_id=found.pk)
    found.refresh_from_db()
    assert found.state == "refused"


def test_the_api_says_and_does_the_same(world):
    found, employers = decision(world), _party(world, "Assolombarda")
    shown = api(world, "employer_delegate", "GET", "decision", decision_id=found.pk).json()
    assert len(shown["sides_missing"]) == 1
    unknown = api(
        world, "employer_delegate", "POST", "decision_consent", {"party_id": str(found.pk)},
        decision_id=found.pk,
    )  # fmt: skip
    assert unknown.status_code == 422
    done = api(
        world, "employer_delegate", "POST", "decision_consent", {"party_id": str(employers.pk)},
        decision_id=found.pk,
    )  # fmt: skip
    assert done.json()["state"] == "in_force"


def test_delegations_show_people_and_the_public_face_of_mandates(world):
    for role in ("union_delegate", "employer_delegate", "secretary"):
        text = page(world, role, "delegations:delegations", given=["table_id"])
        for name in ("Stefano Riva", "Roberta Vergani", "Monica Galli", "Nicola Ferri", "Fabio Corti"):
            assert name in text
        assert "depositato, vale fino al" in text
        assert not any(words in text for words in PRIVATE)


def test_an_officer_without_a_seat_sees_the_own_delegation_alone(world):
    cisl = _party(world, "CISL")
    seat = Delegate.objects.get(party=cisl, account__name="Paola Motta")
    seats.end_seat(seat, actor_id=seat.account_id)
    from django.test import Client

    client = Client(headers={"accept-language": "it"})
    client.force_login(seat.account)
    text = client.get(reverse("delegations:delegations", args=[cisl.table_id])).content.decode()
    assert "Monica Galli" in text
    assert "Stefano Riva" not in text
    own = client.get(reverse("delegations:own_delegations")).content.decode()
    assert "Delegazione di CISL" in own
    assert client.get(reverse("delegations:mandate", args=[cisl.pk])).status_code == 404


def test_the_own_mandate_shows_its_red_lines_to_the_own_party(world):
    text = page(world, "union_delegate", "delegations:mandate", given=["party_id"])
    assert all(words in text for words in PRIVATE)


def canary(world):
    """Write a canary into every private field of CGIL's next mandate and lodge it."""
    party = Party.objects.get(pk=world.arguments["party_id"])
    head = world.people["union_delegate"].pk
    today = standing.today()
    terms = mandates.Terms(
        scope=f"Ambito {CANARY}", organ=f"Organo {CANARY}", given_on=today, starts_on=today,
        ratification="organ", ratified_by=f"Ratifica {CANARY}",
    )  # fmt: skip
    draft = mandates.write_draft(party, terms, actor_id=head)
    mandates.add_red_line(draft, f"Punto {CANARY}", actor_id=head)
    return mandates.lodge(draft, actor_id=head)


def test_no_other_role_gets_a_red_line_from_any_page_or_api_of_the_table(world):
    found = canary(world)
    arguments = world.arguments | {"mandate_id": found.pk}
    others = ("secretary", "other_union_delegate", "employer_delegate", "worker", "operator", "anonymous")
    seen = 0
    for route in walk():
        if not set(route.arguments) <= set(arguments) or not _of_the_table(route.name):
            continue
        path = reverse(route.name, kwargs={name: arguments[name] for name in route.arguments})
        for role in others:
            answer = world.client(role).get(path, {"q": CANARY})
            if getattr(answer, "streaming", False):
                continue
            body = answer.content.decode(errors="replace").replace(f"q={CANARY}", "")
            if route.name.startswith("delegations:") or "delegations" in route.name:
                assert CANARY not in body, (role, route.name)
                seen += 1
    assert seen > 100
    for role in others[:-2]:
        told = [match.snippet for match in hooks.found(world.people[role].pk, CANARY)]
        assert not any(CANARY in text for text in told), role
    assert CANARY not in json.dumps(list(Notice.objects.values_list("context", flat=True)))
    with opened([]):
        assert not RedLine.objects.exists()


def _party(world, name):
    return Party.objects.get(organisation__short_name=name, table_id=world.arguments["table_id"])


# An invitation of the organisation to another table rests on the person's role in the organisation, not on
# the seat at this one: tests/security/test_offices.py shows that it ends with that role.
API_ROOMS = tuple(
    f"api/v1/{part.replace('_', '-')}/"
    for part in ("dialogue", "agreements", "following", *TABLE, *AGREEMENT)
)
OF_ANOTHER_TABLE = ("course:invitation", "api-1.0.0:course_invitation")
# An upload is its owner's, as on the page of imports; whether it may still be saved is asked anew then.
OWN_UPLOAD = tuple(f"api-1.0.0:dialogue_import_{name}" for name in ("run", "confirm", "cancel"))


def _of_the_table(name):
    return name.split(":")[-1].startswith(("delegations", "dialogue")) or name.startswith(
        ("delegations:", "dialogue:table", "common:notices")
    )


@pytest.mark.parametrize("how", ["the seat ends", "the party leaves"])
def test_who_leaves_is_refused_on_every_page_of_the_table_the_same_day(world, how):
    person = world.people["union_delegate"]
    party = Party.objects.get(pk=world.arguments["party_id"])
    if how == "the seat ends":
        seats.end_seat(Delegate.objects.get(party=party, account=person), actor_id=person.pk)
    else:
        seats.leave_table(party, actor_id=person.pk)
    checked, wrong = 0, []
    for route in walk():
        declared = ROUTES.get(route.name)
        # A page without arguments is of no table: a list of one's own, or the beginning of another table.
        if declared is None or not route.arguments or not set(route.arguments) <= set(world.arguments):
            continue
        answers = declared.answers
        allowed = answers.get("union_delegate", answers.get("*"))
        if route.name.startswith((*OF_ANOTHER_TABLE, *OWN_UPLOAD)):
            continue
        if allowed is None or answers.get("stranger", answers.get("*")) is not None or not _room(route):
            continue
        path = reverse(route.name, kwargs={name: world.arguments[name] for name in route.arguments})
        answer = world.client("union_delegate").get(path)
        checked += 1
        if not refused(route, "union_delegate", answer):
            wrong.append((route.name, answer.status_code))
    assert checked > 200
    assert not wrong


def _room(route):
    """Say whether a route is of the table or of agreements, page or API; others are one's own account."""
    return route.pattern.startswith(("tavoli", "accordi", *API_ROOMS)) or "tavoli/" in route.pattern


def test_a_session_and_a_token_open_before_give_nothing_after_the_revocation(world):
    seat = Secretariat.objects.get(account=world.people["secretary"], table_id=world.arguments["table_id"])
    employers = _party(world, "Assolombarda")
    page(world, "secretary", "delegations:decisions", given=["table_id"])
    answer = post(
        world, "employer_delegate", "delegations:revoke_secretary", {"reason": "Non è super partes."},
        secretary_id=seat.pk,
    )  # fmt: skip
    assert "Non è super partes." in answer.content.decode()
    assert employers.table_id == seat.table_id
    for name in ("delegations:decisions", "delegations:secretariat", "dialogue:table", "dialogue:import"):
        page(world, "secretary", name, status=404, given=["table_id"])


def test_forms_compose_a_delegation_from_end_to_end(world):
    party, seat = world.arguments["party_id"], world.arguments["delegate_id"]
    post(world, "union_delegate", "delegations:change_delegate", {"role": "observer"}, delegate_id=seat)
    person = Delegate.objects.get(pk=seat).account
    assert not standing.may_act_for(person.pk, Party.objects.get(pk=party))
    now = Delegate.objects.active_on(standing.today()).get(party=party, account=person)
    post(world, "union_delegate", "delegations:end_delegate", {"on": ""}, delegate_id=now.pk)
    data = {"email": person.email, "role": "member"}
    post(world, "union_delegate", "delegations:add_delegate", data, party_id=party)
    assert standing.may_act_for(person.pk, Party.objects.get(pk=party))


def test_forms_write_and_lodge_a_mandate_with_its_document(world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    party = world.arguments["party_id"]
    today = standing.today().isoformat()
    data = {
        "scope": "Ambito nuovo", "organ": "Direttivo", "given_on": today, "starts_on": today,
        "ratification": "members", "document": SimpleUploadedFile("delibera.pdf", b"%PDF-1.7\n%%EOF\n"),
    }  # fmt: skip
    post(world, "union_delegate", "delegations:mandate_draft", data, party_id=party)
    draft = Mandate.objects.get(party=party, state="draft")
    post(world, "union_delegate", "delegations:add_red_line", {"text": "Un punto"}, mandate_id=draft.pk)
    text = page(world, "union_delegate", "delegations:mandate", given=["party_id"])
    assert "delibera.pdf" in text
    assert "Un punto" in text
    post(world, "union_delegate", "delegations:lodge_mandate", mandate_id=draft.pk)
    assert mandates.current(Party.objects.get(pk=party)).pk == draft.pk
    reading = mandates.read(draft, world.people["union_delegate"].pk)
    path = reverse("common:file", args=[reading.content.document_id])
    for role, status in (("union_delegate", 200), ("other_union_delegate", 404), ("secretary", 404)):
        assert world.client(role).get(path).status_code == status, role


def test_the_secretariat_proposes_a_rule_change_on_the_page(world):
    decisions.withdraw(decision(world), actor_id=world.people["secretary"].pk)
    table = world.arguments["table_id"]
    answer = post(
        world, "secretary", "delegations:rules",
        {"title": "Nuovo titolo", "description": "d", "minimum_group": "10", "themes": "uno\ndue"},
        table_id=table,
    )  # fmt: skip
    assert "è già usato e non si può togliere" in answer.content.decode()
    names = "\n".join(decision(world).table.themes.values_list("name", flat=True))
    answer = post(
        world, "secretary", "delegations:rules",
        {"title": "Nuovo titolo", "description": "d", "minimum_group": "10", "themes": names},
        table_id=table,
    )  # fmt: skip
    assert "Nuovo titolo" in answer.content.decode()


def test_the_doors_stand_on_the_tables_page(world):
    for role in ("union_delegate", "employer_delegate", "secretary"):
        text = page(world, role, "dialogue:table", given=["table_id"])
        assert "Delegazioni e mandati" in text
        assert "Segreteria e decisioni" in text
    text = page(world, "worker", "dialogue:table", given=["table_id"])
    assert "Delegazioni e mandati" not in text
    assert "Segreteria tecnica paritetica" in text
