"""Controlled release: exactly this text, to exactly these receivers, for good."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate
from tavolo.dialogue.party_room import hooking, reading
from tavolo.dialogue.party_room.models import Delivery, Release
from tavolo.dialogue.party_room.services import releasing, texts

pytestmark = pytest.mark.django_db
EVERYBODY = ("CGIL", "CISL", "UIL", "Associazione", "secretary", "stranger", "observer")


def draft(house, room="CGIL", text="Otto ore l'anno.", kind="text"):
    """A draft with a private first version and the text as its second; returns the second."""
    actor = house.people["CGIL"].pk
    made = texts.create_draft(house.rooms[room], actor_id=actor, title="Prima", text="CANARINO", kind=kind)
    return texts.write_version(
        house.rooms[room], made.pk, actor_id=actor, title="Formazione", text=text, based_on=1,
        remark="CANARINO-nota",
    )  # fmt: skip


def release(house, version, *to, room="CGIL", who="CGIL"):
    chosen = [house.rooms[name].pk for name in to]
    return releasing.release(
        house.rooms[room], actor_id=house.people[who].pk, to=chosen, version_id=version.pk
    )


def readers(house):
    """Who has received anything."""
    return {who for who in EVERYBODY if reading.received(house.people[who].pk, house.table)}


class TestWhoReceives:
    @pytest.mark.parametrize(
        ("to", "expected"),
        [
            (["CISL"], {"CISL"}),
            (["CISL", "Associazione"], {"CISL", "Associazione"}),
            (["workers"], {"CISL", "UIL"}),
            (["all"], {"CISL", "UIL", "Associazione", "secretary"}),
            (["all", "CISL"], {"CISL", "UIL", "Associazione", "secretary"}),
        ],
    )
    def test_exactly_those_chosen(self, house, to, expected):
        release(house, draft(house), *to)
        assert readers(house) == expected

    def test_they_read_the_text_and_nothing_around_it(self, house):
        release(house, draft(house), "CISL", "UIL")
        (one,) = reading.received(house.people["CISL"].pk, house.table)
        url = reverse("party_room:received_one", args=[house.table.pk, one.delivery.pk])
        page = house.browser("CISL").get(url).content.decode()
        assert "Otto ore l&#x27;anno." in page
        for hidden in ("CANARINO", "delegata CGIL", "UIL"):
            assert hidden not in page
        assert house.browser("Associazione").get(url).status_code == 404
        assert house.browser("UIL").get(url).status_code == 404

    def test_nobody_is_no_receiver_nor_is_a_room_of_another_table(self, house):
        for to in ([], ["CGIL"]):
            with pytest.raises(Problem, match="who receives"):
                release(house, draft(house), *to)

    def test_who_leaves_the_receiving_delegation_reads_no_more(self, house):
        release(house, draft(house), "CISL")
        Delegate.objects.filter(account=house.people["CISL"]).update(ends_on=standing.today())
        assert readers(house) == set()

    def test_the_receivers_are_told_without_a_word_of_the_text(self, house):
        release(house, draft(house), "all")
        notices = Notice.objects.filter(kind="party_room.received")
        assert {n.account_id for n in notices} == {
            house.people[who].pk for who in ("CISL", "UIL", "Associazione", "secretary")
        }
        assert "Formazione" not in str([n.context for n in notices])


class TestForGood:
    @pytest.mark.parametrize("model", [Release, Delivery])
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_neither_side_changes_it(self, house, model, change):
        made = release(house, draft(house), "CISL")
        with opened([house.rooms["CGIL"].pk, house.rooms["CISL"].pk]):
            found = model.objects.filter(sha256=made.sha256)
            assert found.exists()
            work = found.update if change == "update" else found._raw_delete
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                work(**{"text": "x"} if change == "update" else {"using": "default"})

    def test_what_happens_to_the_draft_later_changes_nothing(self, house):
        version = draft(house)
        release(house, version, "CISL")
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        texts.write_version(room, version.draft_id, actor_id=actor, title="Dopo", text="Altro.", based_on=2)
        (one,) = reading.received(house.people["CISL"].pk, house.table)
        assert (one.delivery.title, one.delivery.text) == ("Formazione", "Otto ore l'anno.")
        with pytest.raises(Problem, match="it is kept"):
            texts.discard_draft(room, version.draft_id, actor_id=actor)

    def test_a_second_click_is_the_same_release(self, house):
        version = draft(house)
        first, again = release(house, version, "CISL"), release(house, version, "CISL", who="member")
        assert first.pk == again.pk
        assert len(reading.received(house.people["CISL"].pk, house.table)) == 1

    def test_it_is_an_act_without_words_for_sender_and_receivers(self, house):
        from tavolo.ledger.models import ActContent

        release(house, draft(house), "CISL")
        acts = {act.act_name: act for act in ActContent.objects.filter(act_name__startswith="party_room")}
        assert set(acts) == {"party_room.released", "party_room.delivered"}
        assert "ore" not in str([act.content for act in acts.values()])
        assert str(house.people["CGIL"].pk) not in str(acts["party_room.delivered"].content)
        assert acts["party_room.delivered"].actor_id is None

    def test_observers_others_and_the_secretariat_release_nothing(self, house):
        version = draft(house)
        for who in ("observer", "CISL", "secretary"):
            with pytest.raises(Problem):
                release(house, version, "all", who=who)

    def test_a_file_goes_out_as_a_frozen_copy_under_its_name(self, house):
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        row = texts.store_file(room, b"%PDF-1.4 otto", name="Formazione.pdf", actor_id=actor)
        releasing.release(room, actor_id=actor, to=[house.rooms["CISL"].pk], file_id=row.pk)
        (one,) = reading.received(house.people["CISL"].pk, house.table)
        url = reverse("party_room:received_file", args=[house.table.pk, one.delivery.pk])
        answer = house.browser("CISL").get(url)
        assert b"".join(answer.streaming_content) == b"%PDF-1.4 otto"
        assert "Formazione.pdf" in answer["Content-Disposition"]
        for who in ("UIL", "Associazione", "secretary"):
            assert house.browser(who).get(url).status_code == 404
            common = reverse("common:file", args=[one.delivery.stored_id])
            assert house.browser(who).get(common).status_code == 404
        with pytest.raises(Problem):
            texts.remove_file(room, row.pk, actor_id=actor)


class TestSuperseding:
    def prepare(self, house):
        version = draft(house)
        first = release(house, version, "CISL")
        newer = texts.write_version(
            house.rooms["CGIL"], version.draft_id, actor_id=house.people["CGIL"].pk, title="Formazione",
            text="Dieci ore.", based_on=2,
        )  # fmt: skip
        return first, newer

    def test_both_stay_readable_and_the_old_one_is_marked(self, house):
        first, newer = self.prepare(house)
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        after = releasing.supersede(room, first.pk, actor_id=actor, version_id=newer.pk)
        again = releasing.supersede(room, first.pk, actor_id=actor, version_id=newer.pk)
        assert after.pk == again.pk
        new, old = reading.received(house.people["CISL"].pk, house.table)
        assert (new.delivery.text, new.superseded) == ("Dieci ore.", False)
        assert (old.delivery.text, old.superseded) == ("Otto ore l'anno.", True)

    def test_a_release_is_superseded_once(self, house):
        first, newer = self.prepare(house)
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        releasing.supersede(room, first.pk, actor_id=actor, version_id=newer.pk)
        other = draft(house)
        with pytest.raises(Problem, match="superseded already"):
            releasing.supersede(room, first.pk, actor_id=actor, version_id=other.pk)

    def test_by_another_text_only(self, house):
        first, _newer = self.prepare(house)
        with pytest.raises(Problem, match="very text"):
            releasing.supersede(
                house.rooms["CGIL"], first.pk, actor_id=house.people["CGIL"].pk, version_id=first.version_id
            )


class TestJointRoom:
    def approve(self, house, version, *names):
        for name in names:
            releasing.approve(house.rooms["workers"], actor_id=house.people[name].pk, version_id=version.pk)

    def test_the_platform_goes_out_when_all_approved_that_very_version(self, house):
        version = draft(house, "workers", kind="platform")
        self.approve(house, version, "CGIL", "CISL")
        with pytest.raises(Problem, match="UIL"):
            release(house, version, "Associazione", room="workers")
        self.approve(house, version, "UIL")
        release(house, version, "Associazione", room="workers", who="UIL")
        (one,) = reading.platform(house.table, house.people["Associazione"].pk)
        assert one.delivery.text == "Otto ore l'anno."
        assert reading.platform_transmitted(house.table)
        page = house.browser("Associazione").get(reverse("party_room:received", args=[house.table.pk]))
        assert "CANARINO" not in page.content.decode()
        assert readers(house) == {"Associazione"}

    def test_a_new_version_needs_new_approvals(self, house):
        version = draft(house, "workers", kind="platform")
        self.approve(house, version, "CGIL", "CISL", "UIL")
        newer = texts.write_version(
            house.rooms["workers"], version.draft_id, actor_id=house.people["UIL"].pk, title="F",
            text="Nuovo", based_on=2,
        )  # fmt: skip
        with pytest.raises(Problem, match="CGIL, CISL, UIL"):
            release(house, newer, "Associazione", room="workers")

    def test_an_approval_is_taken_back_until_the_text_is_out(self, house):
        version = draft(house, "workers")
        room = house.rooms["workers"]
        self.approve(house, version, "CGIL", "CISL", "UIL")
        releasing.withdraw_approval(room, actor_id=house.people["UIL"].pk, version_id=version.pk)
        with pytest.raises(Problem, match="UIL"):
            release(house, version, "Associazione", room="workers")
        self.approve(house, version, "UIL", "UIL")
        release(house, version, "Associazione", room="workers")
        with pytest.raises(Problem, match="released already"):
            releasing.withdraw_approval(room, actor_id=house.people["UIL"].pk, version_id=version.pk)

    def test_those_whose_approval_is_missing_are_awaited(self, house):
        version = draft(house, "workers", kind="platform")
        assert list(hooking.waiting(house.people["CISL"].pk)) == []
        self.approve(house, version, "CGIL")
        assert [item.kind for item in hooking.waiting(house.people["CISL"].pk)] == ["party_room.approval"]

    def test_a_party_room_needs_no_approvals(self, house):
        with pytest.raises(Problem, match="alone"):
            releasing.approve(
                house.rooms["CGIL"], actor_id=house.people["CGIL"].pk, version_id=draft(house).pk
            )
