"""Whose room is whose, today; what lies inside is nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate
from tavolo.dialogue.party_room import access, comparing
from tavolo.dialogue.party_room.models import Draft, DraftVersion, Note, Room, RoomFile
from tavolo.dialogue.party_room.services import texts
from tavolo.dialogue.services import tables

pytestmark = pytest.mark.django_db


def leave(house, who):
    """End a seat today."""
    Delegate.objects.filter(account=house.people[who]).update(ends_on=standing.today())


def versions(room, draft):
    with opened([room.pk]):
        return list(DraftVersion.objects.filter(draft=draft).order_by("number"))


class TestWho:
    def test_rooms_stand_from_the_moment_a_party_is_seated(self, house):
        assert set(house.rooms) == {"CGIL", "CISL", "UIL", "Associazione", "workers", "employers", "all"}

    def test_a_delegation_enters_its_own_room_and_the_joint_room_of_its_side(self, house):
        found = access.rooms_of(house.people["CGIL"].pk, house.table.pk)
        assert {room.pk for room in found} == {house.rooms["CGIL"].pk, house.rooms["workers"].pk}

    def test_a_side_with_one_party_has_no_joint_room_to_enter(self, house):
        found = access.rooms_of(house.people["Associazione"].pk, house.table.pk)
        assert [room.pk for room in found] == [house.rooms["Associazione"].pk]

    @pytest.mark.parametrize("who", ["secretary", "stranger"])
    def test_secretariat_and_strangers_enter_none(self, house, who):
        assert access.rooms_of(house.people[who].pk) == []

    def test_who_leaves_the_delegation_loses_the_room_the_same_day(self, house):
        leave(house, "member")
        assert access.rooms_of(house.people["member"].pk) == []
        with pytest.raises(Problem):
            texts.add_note(house.rooms["CGIL"], actor_id=house.people["member"].pk, text="x")
        page = house.browser("member").get(link(house, "CGIL"))
        assert page.status_code == 404

    def test_a_seat_that_begins_tomorrow_opens_nothing_today(self, house):
        party = house.world.parties["CISL"]
        stranger = house.people["stranger"]
        tables.seat_delegate(party, stranger.pk, starts_on=standing.today() + timedelta(days=1))
        assert access.rooms_of(stranger.pk) == []

    def test_an_observer_reads_and_does_not_write(self, house):
        room, observer = house.rooms["CGIL"], house.people["observer"]
        assert access.room_at(observer.pk, house.table.pk, room.pk) == room
        with pytest.raises(Problem, match="observers read"):
            texts.add_note(room, actor_id=observer.pk, text="x")

    def test_a_missing_room_and_anothers_room_are_refused_alike(self, house):
        browser = house.browser("CISL")
        other, missing = house.rooms["CGIL"].pk, house.table.pk
        answers = []
        for room in (other, missing):
            answer = browser.get(reverse("party_room:room", args=[house.table.pk, room]))
            body = answer.content.decode().replace(f"/stanza/{room}/", "/stanza/ID/")
            answers.append((answer.status_code, re.sub(r'value="\w{64}"', "", body)))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404

    def test_the_database_keeps_one_room_for_each_party(self, house):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.create(
                territory=house.world.territory, table=house.table, kind="party",
                party=house.world.parties["CGIL"],
            )  # fmt: skip


def link(house, name):
    return reverse("party_room:room", args=[house.table.pk, house.rooms[name].pk])


class TestNotes:
    def test_a_note_is_there_for_the_room_alone(self, house):
        room = house.rooms["CGIL"]
        note = texts.add_note(room, actor_id=house.people["CGIL"].pk, text="  Sentire Roma. ")
        with opened([room.pk]):
            assert Note.objects.get().text == "Sentire Roma."
        with opened([house.rooms["CISL"].pk, house.rooms["workers"].pk]):
            assert not Note.objects.filter(pk=note.pk).exists()
        assert not Note.objects.exists()

    def test_only_its_author_deletes_it(self, house):
        room = house.rooms["CGIL"]
        note = texts.add_note(room, actor_id=house.people["CGIL"].pk, text="x")
        with pytest.raises(Problem, match="Only who wrote"):
            texts.remove_note(room, note.pk, actor_id=house.people["member"].pk)
        texts.remove_note(room, note.pk, actor_id=house.people["CGIL"].pk)
        texts.remove_note(room, note.pk, actor_id=house.people["CGIL"].pk)
        with opened([room.pk]):
            assert not Note.objects.exists()

    @pytest.mark.parametrize("text", ["", "  \n", "x" * 5001])
    def test_empty_and_endless_notes_are_refused(self, house, text):
        with pytest.raises(Problem):
            texts.add_note(house.rooms["CGIL"], actor_id=house.people["CGIL"].pk, text=text)

    def test_a_note_beside_a_draft_of_another_room_is_refused(self, house):
        actor = house.people["CGIL"].pk
        draft = texts.create_draft(house.rooms["workers"], actor_id=actor, title="T", text="x")
        with pytest.raises(Problem):
            texts.add_note(house.rooms["CGIL"], actor_id=actor, text="x", draft_id=draft.pk)


class TestDrafts:
    def begin(self, house):
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        return room, texts.create_draft(room, actor_id=actor, title="Formazione", text="Otto ore.")

    def test_versions_follow_one_another_and_none_changes(self, house):
        room, draft = self.begin(house)
        texts.write_version(
            room,
            draft.pk,
            actor_id=house.people["member"].pk,
            title="Formazione",
            text="Dieci ore.",
            based_on=1,
        )
        assert [row.text for row in versions(room, draft)] == ["Otto ore.", "Dieci ore."]
        with (
            pytest.raises(IntegrityError, match="never changed"),
            opened([room.pk]),
        ):
            DraftVersion.objects.filter(draft=draft).update(text="altro")

    def test_a_colleagues_version_is_not_overwritten_unseen(self, house):
        room, draft = self.begin(house)
        actor = house.people["CGIL"].pk
        texts.write_version(room, draft.pk, actor_id=actor, title="T", text="prima", based_on=1)
        with pytest.raises(Problem, match="wrote version 2"):
            texts.write_version(room, draft.pk, actor_id=actor, title="T", text="poi", based_on=1)

    def test_the_same_text_again_is_no_new_version(self, house):
        room, draft = self.begin(house)
        again = texts.write_version(
            room, draft.pk, actor_id=house.people["CGIL"].pk, title="Formazione", text="Otto ore.", based_on=1
        )
        assert again.number == 1

    def test_an_older_version_is_brought_back_as_the_newest(self, house):
        room, draft = self.begin(house)
        actor = house.people["CGIL"].pk
        texts.write_version(room, draft.pk, actor_id=actor, title="Altro", text="Dieci.", based_on=1)
        texts.restore_version(room, draft.pk, 1, actor_id=actor)
        last = versions(room, draft)[-1]
        assert (last.number, last.text, last.restored) == (3, "Otto ore.", 1)

    def test_a_draft_nothing_was_released_of_can_be_deleted(self, house):
        room, draft = self.begin(house)
        texts.discard_draft(room, draft.pk, actor_id=house.people["CGIL"].pk)
        with opened([room.pk]):
            assert not Draft.objects.exists()

    def test_a_platform_is_written_in_the_joint_room(self, house):
        actor = house.people["CGIL"].pk
        with pytest.raises(Problem, match="joint room"):
            texts.create_draft(house.rooms["CGIL"], actor_id=actor, title="P", text="x", kind="platform")
        texts.create_draft(house.rooms["workers"], actor_id=actor, title="P", text="x", kind="platform")

    def test_rows_of_two_rooms_cannot_be_joined(self, house):
        room, draft = self.begin(house)
        joint = house.rooms["workers"]
        with opened([room.pk, joint.pk]):
            DraftVersion.objects.create(
                territory_id=room.territory_id, room=joint, draft=draft, number=9, title="x", text="x",
                author=house.people["CGIL"], sha256="0" * 64,
            )  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                connection.check_constraints()
            DraftVersion.objects.filter(number=9).delete()


class TestFiles:
    def test_its_name_is_known_in_the_room_alone(self, house):
        from tavolo.common.models import StoredFile

        room = house.rooms["CGIL"]
        row = texts.store_file(
            room, b"%PDF-1.4 x", name="Limite 12000 euro.pdf", actor_id=house.people["CGIL"].pk
        )
        assert row.name == "Limite 12000 euro.pdf"
        assert StoredFile.objects.get().name == "documento.pdf"

    def test_another_party_gets_it_by_neither_address(self, house):
        room = house.rooms["CGIL"]
        row = texts.store_file(room, b"%PDF-1.4 x", name="a.pdf", actor_id=house.people["CGIL"].pk)
        own = reverse("party_room:file", args=[house.table.pk, room.pk, row.pk])
        common = reverse("common:file", args=[row.stored_id])
        for who, status in (("CGIL", 200), ("observer", 200), ("CISL", 404), ("secretary", 404)):
            assert house.browser(who).get(own).status_code == status
            assert house.browser(who).get(common).status_code == status
        assert "a.pdf" in house.browser("CGIL").get(own)["Content-Disposition"]

    def test_a_deleted_file_leaves_neither_row_nor_bytes(
        self, house, storage, django_capture_on_commit_callbacks
    ):
        room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
        row = texts.store_file(room, b"%PDF-1.4 x", name="a.pdf", actor_id=actor)
        with django_capture_on_commit_callbacks(execute=True):
            texts.remove_file(room, row.pk, actor_id=actor)
        assert not [path for path in storage.rglob("*") if path.is_file()]
        with opened([room.pk]):
            assert not RoomFile.objects.exists()

    def test_a_page_that_may_run_is_refused(self, house):
        with pytest.raises(Problem):
            texts.store_file(
                house.rooms["CGIL"],
                b"<html><script>1</script>",
                name="a.pdf",
                actor_id=house.people["CGIL"].pk,
            )


class TestComparing:
    def test_both_texts_can_be_read_out_of_the_comparison(self):
        before = "Primo comma.\nOtto ore l'anno per ogni lavoratore.\nTerzo."
        after = "Primo comma.\nDieci ore l'anno per ogni lavoratrice e lavoratore.\nNuovo.\nTerzo."
        lines = comparing.compare(before, after)

        def side(left_out):
            kept = [
                "".join(span.text for span in line.spans if span.kind != left_out)
                for line in lines
                if line.kind != left_out
            ]
            return "\n".join(kept)

        assert side("added") == before
        assert side("removed") == after
        assert {line.kind for line in lines} == {"same", "changed", "added"}

    def test_long_unchanged_stretches_are_folded(self):
        text = "\n".join(f"riga {n}" for n in range(40))
        shown = comparing.folded(comparing.compare(text, text.replace("riga 20", "RIGA VENTI")))
        assert shown[0] == 18
        assert sum(one if isinstance(one, int) else 1 for one in shown) >= 40
