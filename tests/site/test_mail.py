"""Where mails go is one address in the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tavolo.common.errors import Problem
from tavolo.site.mail import mail_settings

HOME = Path("/data")


def server(address: str) -> dict[str, object]:
    return mail_settings({"TAVOLO_MAIL": address}, "production", HOME)


def test_without_an_address_the_machines_own_relay_is_used() -> None:
    told = mail_settings({}, "production", HOME)
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"], told["EMAIL_USE_TLS"]) == ("localhost", 25, False)


def test_an_address_says_server_account_and_encryption() -> None:
    told = server("smtp+tls://tavolo%40rete:p%3Aw@posta.example:2525")
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"]) == ("posta.example", 2525)
    assert (told["EMAIL_HOST_USER"], told["EMAIL_HOST_PASSWORD"]) == ("tavolo@rete", "p:w")
    assert (told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == (True, False)
    assert (server("smtps://posta.example")["EMAIL_USE_SSL"], server("smtps://a")["EMAIL_PORT"]) == (
        True,
        465,
    )


@pytest.mark.parametrize(
    "address", ["", "posta.example", "http://posta.example", "smtp://", "smtp://a:x", "smtp://a/b"]
)
def test_what_is_no_address_is_refused_without_repeating_a_password(address: str) -> None:
    with pytest.raises(Problem, match="TAVOLO_MAIL is not the address of a mail server: write smtp://host"):
        server(address)


def test_mails_of_the_demonstration_stay_in_its_folder() -> None:
    told = mail_settings({"TAVOLO_MAIL": "smtp://real.example"}, "demo", HOME)
    assert told["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert told["EMAIL_FILE_PATH"] == HOME / "mail"
    assert "EMAIL_HOST" not in told


def test_the_sender_is_told_once() -> None:
    told = mail_settings({"TAVOLO_MAIL_FROM": "Tavolo <tavolo@rete.example>"}, "production", HOME)
    assert told["DEFAULT_FROM_EMAIL"] == told["SERVER_EMAIL"] == "Tavolo <tavolo@rete.example>"
