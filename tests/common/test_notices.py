"""Notices: written with the change, mailed later, listed without telling when they were read."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.common.models import Notice, Territory
from tavolo.common.territory import in_territory


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """A kind with mail and one without."""
    notices.kind("test.opened", title=_("Home"), text="Il tavolo %(table)s", link=lambda c: f"/t/{c['id']}/")
    notices.kind("test.quiet", title="Quiet", text="Nothing", mail=False)
    yield
    del notices.KINDS["test.opened"], notices.KINDS["test.quiet"]


def account(name: str = "anna") -> uuid.UUID:
    """Return the id of a new account."""
    created = get_user_model().objects.create_user(f"{name}@prova.example", name=name)
    return created.pk  # type: ignore[no-any-return]


def test_one_notice_per_account_and_mail_in_the_accounts_language(territory: Territory) -> None:
    anna, bruno = account("anna"), account("bruno")
    get_user_model().objects.filter(pk=bruno).update(language="en")
    assert notices.send([anna, bruno, anna], "test.opened", {"table": "Premio", "id": 7}) == 2
    assert mail.outbox == [], "mail is sent later"
    assert notices.deliver() == (2, 0)
    assert {message.to[0] for message in mail.outbox} == {"anna@prova.example", "bruno@prova.example"}
    assert "Il tavolo Premio" in mail.outbox[0].body
    assert "/t/7/" in mail.outbox[0].body
    assert notices.deliver() == (0, 0)


def test_a_notice_vanishes_with_its_transaction(territory: Territory) -> None:
    anna = account()
    with transaction.atomic():
        notices.send([anna], "test.opened", {"table": "x", "id": 1})
        transaction.set_rollback(True)
    assert notices.deliver() == (0, 0)


def test_a_kind_without_mail_is_only_listed(territory: Territory) -> None:
    anna = account()
    notices.send([anna], "test.quiet", {})
    assert notices.deliver() == (0, 0)
    assert notices.count_new(anna) == 1
    notices.mark_read(anna)
    assert notices.count_new(anna) == 0


def test_nothing_tells_when_a_notice_was_read_or_mailed() -> None:
    times = [field.name for field in Notice._meta.fields if field.name.endswith("_at")]
    assert times == ["next_attempt_at", "created_at"]


def test_mail_that_fails_is_tried_again_later_and_given_up_in_the_end(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = account()
    notices.send([anna], "test.opened", {"table": "x", "id": 1})

    def broken(self: object) -> int:
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
    assert notices.deliver() == (0, 1)
    row = Notice.objects.get()
    assert row.mail == "waiting"
    assert row.next_attempt_at > timezone.now()
    assert notices.deliver() == (0, 0), "not before its time"
    for _attempt in range(notices.MOST_ATTEMPTS):
        Notice.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        notices.deliver()
    row.refresh_from_db()
    assert (row.mail, row.attempts) == ("failed", notices.MOST_ATTEMPTS)


def test_an_account_that_is_gone_gets_no_mail(territory: Territory) -> None:
    notices.send([uuid.uuid4()], "test.opened", {"table": "x", "id": 1})
    assert notices.deliver() == (0, 1) or mail.outbox == []
    assert Notice.objects.get().mail == "none"


def test_a_notice_deleted_while_mail_goes_out_does_not_hold_up_the_others(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.send([account("anna"), account("bruno")], "test.opened", {"table": "x", "id": 1})

    def deleted_meanwhile(self: object) -> int:
        Notice.objects.filter(mail="waiting").order_by("pk")[:1].get().delete()
        return 1

    monkeypatch.setattr("django.core.mail.EmailMessage.send", deleted_meanwhile)
    assert notices.deliver() == (2, 0)
    assert not Notice.objects.filter(mail="waiting").exists()


def test_a_subject_cannot_carry_a_second_header(territory: Territory) -> None:
    notices.kind("test.opened", title="%(table)s", text="x")
    notices.send([account()], "test.opened", {"table": "a\r\nBcc: all@prova.example"})
    notices.deliver()
    assert mail.outbox[0].subject == "a Bcc: all@prova.example"
    assert mail.outbox[0].recipients() == ["anna@prova.example"]


def test_words_follow_the_readers_language(territory: Territory) -> None:
    anna = account()
    notices.send([anna], "test.opened", {"table": "x", "id": 1})
    row = Notice.objects.get()
    with translation.override("en"):
        shown = notices.shown(row)
        assert shown is not None
        assert (shown.title, shown.link, shown.new) == ("Home", "/t/1/", True)
    row.kind = "test.forgotten"
    assert notices.shown(row) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_message_twice() -> None:
    with in_territory(Territory.objects.create(slug="milano", name="Milano")):
        notices.send([account(f"p{number}") for number in range(12)], "test.opened", {"table": "x", "id": 1})

    def work() -> None:
        try:
            notices.deliver()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(mail.outbox) == 12
