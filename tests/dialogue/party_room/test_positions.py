"""Positions: private until lodged, lodged for good, silence told apart from not having been asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.party_room import hooking, reading
from tavolo.dialogue.party_room.models import LodgedPosition, Point, Position
from tavolo.dialogue.party_room.services import positions
from tavolo.ledger.services import acts_on

pytestmark = pytest.mark.django_db


def hold(house, who="CGIL", **more):
    told = {"kind": "accept_if", "condition": "con dieci ore", "motivation": "CANARINO-perche"} | more
    return positions.hold(house.rooms["CGIL"], house.point().pk, actor_id=house.people[who].pk, **told)


def lodge(house, party="CGIL", **more):
    told = {"kind": "accept_if", "condition": "con dieci ore"} | more
    point = told.pop("point", None) or house.point()
    return positions.lodge(house.rooms[party], point.pk, actor_id=house.people[party].pk, **told)


def cells(house):
    return {str(cell.party): cell for cell in reading.matrix(house.table)[0].cells}


class TestHeld:
    def test_what_a_party_holds_is_in_its_room_alone(self, house):
        hold(house)
        assert not Position.objects.exists()
        assert cells(house)["CGIL"].state == "not_asked"
        assert (
            house.browser("CISL").get(reverse("party_room:positions", args=[house.table.pk])).status_code
            == 200
        )

    def test_every_change_stays_readable(self, house):
        hold(house)
        hold(house, "member", kind="reject")
        hold(house, "member", kind="reject")
        with opened([house.rooms["CGIL"].pk]):
            assert list(Position.objects.order_by("number").values_list("kind", flat=True)) == [
                "accept_if",
                "reject",
            ]

    def test_a_condition_is_needed_where_one_accepts_if(self, house):
        with pytest.raises(Problem, match="on which condition"):
            hold(house, condition=" ")
        assert hold(house, kind="accept", condition="x").condition == ""

    def test_observers_and_others_hold_nothing_here(self, house):
        for who in ("observer", "CISL", "secretary"):
            with pytest.raises(Problem):
                hold(house, who)

    def test_a_joint_room_holds_no_positions(self, house):
        with pytest.raises(Problem, match="its own room"):
            positions.hold(
                house.rooms["workers"], house.point().pk, actor_id=house.people["CGIL"].pk, kind="open"
            )


class TestLodged:
    def test_the_table_reads_kind_and_condition_and_never_the_reasons(self, house):
        hold(house)
        lodge(house)
        for who in ("CISL", "Associazione", "secretary"):
            page = (
                house.browser(who)
                .get(reverse("party_room:positions", args=[house.table.pk]))
                .content.decode()
            )
            assert "con dieci ore" in page
            assert "CANARINO" not in page
            assert "Nulla è concordato finché tutto non è concordato" in page

    def test_a_newer_one_supersedes_and_both_stay(self, house):
        lodge(house)
        lodge(house, kind="reject", after=1)
        assert [row.number for row in LodgedPosition.objects.order_by("number")] == [1, 2]
        assert cells(house)["CGIL"].lodged.kind == "reject"
        (change, first) = reading.changes_since(house.table, standing.today())
        assert (change.former.kind, change.lodged.kind, first.former) == ("accept_if", "reject", None)

    def test_the_same_again_changes_nothing(self, house):
        assert lodge(house).pk == lodge(house).pk

    def test_a_colleagues_newer_one_is_read_before_it_is_replaced(self, house):
        lodge(house, after=0)
        with pytest.raises(Problem, match="a moment ago"):
            lodge(house, kind="reject", after=0)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_it_is_never_changed_nor_taken_back(self, house, change):
        made = LodgedPosition.objects.filter(pk=lodge(house).pk)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            made.update(kind="accept") if change == "update" else made.delete()

    def test_nobody_lodges_for_another_party(self, house):
        for who in ("CISL", "secretary", "observer", "stranger"):
            with pytest.raises(Problem):
                positions.lodge(
                    house.rooms["CGIL"], house.point().pk, actor_id=house.people[who].pk, kind="accept"
                )

    def test_it_is_an_act_that_holds_no_words(self, house):
        lodge(house)
        (act,) = acts_on("party_room.point", house.point().pk)
        assert act.act_name == "party_room.position_lodged"
        assert "dieci" not in str(act.content)

    def test_the_others_delegates_are_told(self, house):
        lodge(house)
        told = set(
            Notice.objects.filter(kind="party_room.position_lodged").values_list("account_id", flat=True)
        )
        assert told == {house.people[name].pk for name in ("CISL", "UIL", "Associazione")}

    def test_where_the_phase_does_not_open_it_the_table_says_why(self, house, monkeypatch):
        def refuse(table, act, party):
            assert act == "positions.lodge"
            raise Problem("not in this phase")

        monkeypatch.setattr(positions.gate, "require", refuse)
        with pytest.raises(Problem, match="not in this phase"):
            lodge(house)


class TestPoints:
    def test_themes_are_points_from_the_start(self, house):
        assert [str(row.point) for row in reading.matrix(house.table)] == ["Formazione"]

    def test_a_point_of_ones_own_is_nobody_elses_until_it_is_brought(self, house):
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        point = positions.add_private_point(room, actor_id=actor, title="Turni notturni")
        assert len(reading.matrix(house.table)) == 1
        with pytest.raises(Problem, match="do not know"):
            lodge(house, point=point)
        for who in ("CISL", "secretary"):
            answer = house.browser(who).get(reverse("party_room:point", args=[house.table.pk, point.pk]))
            assert answer.status_code == 404
        positions.bring_to_table(room, point.pk, actor_id=actor)
        assert [str(row.point) for row in reading.matrix(house.table)] == ["Formazione", "Turni notturni"]
        assert Point.objects.count() == 2

    def test_anothers_own_point_cannot_be_brought(self, house):
        point = positions.add_private_point(
            house.rooms["CGIL"], actor_id=house.people["CGIL"].pk, title="Turni"
        )
        with pytest.raises(Problem):
            positions.bring_to_table(house.rooms["CISL"], point.pk, actor_id=house.people["CISL"].pk)

    def test_secretariat_and_parties_add_points_and_nobody_else(self, house):
        for who in ("secretary", "CISL"):
            positions.add_point(house.table, actor_id=house.people[who].pk, title=f"Punto {who}")
        for who in ("observer", "stranger"):
            with pytest.raises(Problem):
                positions.add_point(house.table, actor_id=house.people[who].pk, title="x")


class TestAsked:
    def ask(self, house, who="secretary", *parties, **more):
        chosen = [house.world.parties[name].pk for name in parties or ("CGIL", "CISL")]
        return positions.ask_positions(
            house.table, actor_id=house.people[who].pk, point_ids=[house.point().pk], party_ids=chosen, **more
        )

    def test_silence_is_not_the_same_as_not_asked(self, house):
        self.ask(house)
        lodge(house)
        found = {name: cell.state for name, cell in cells(house).items()}
        assert found == {"CGIL": "lodged", "CISL": "silent", "UIL": "not_asked", "Associazione": "not_asked"}

    def test_asking_twice_asks_once(self, house):
        assert self.ask(house) == 2
        assert self.ask(house) == 0

    def test_nobody_asks_itself(self, house):
        assert self.ask(house, "CISL", "CGIL", "CISL") == 1

    def test_a_day_in_the_past_is_refused(self, house):
        with pytest.raises(Problem, match="past"):
            self.ask(house, due_on=standing.today() - timedelta(days=1))

    def test_those_asked_are_awaited_until_they_answer(self, house):
        self.ask(house, due_on=standing.today() + timedelta(days=3))
        (item,) = hooking.waiting(house.people["CGIL"].pk)
        assert item.due == standing.today() + timedelta(days=3)
        assert list(hooking.waiting(house.people["observer"].pk)) == []
        lodge(house)
        assert list(hooking.waiting(house.people["CGIL"].pk)) == []
