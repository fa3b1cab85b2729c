"""How accounts behave where django-allauth asks: closed sign-up, secrets of factors encrypted at rest."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from tavolo.people.models import Account, Invitation
from tavolo.people.services.invitations import find

SESSION_KEY = "people_invitation"


def invitation_in(request: HttpRequest) -> Invitation | None:
    """Return the invitation whose address this browser opened, while it holds."""
    token = request.session.get(SESSION_KEY, "")
    return find(token, timezone.now()) if token else None


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: the page of an invitation makes the account by itself."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the invitation a person opened before signing in."""
        if invitation_in(request) is not None:
            return reverse("people:invitation")
        return str(super().get_login_redirect_url(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to a person in the language of the account."""
        user = context.get("user")
        language = getattr(user, "language", "") or translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            super().send_mail(template_prefix, email, context)

    def _get_site_name(self) -> str:
        return "Tavolo"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts; a new one needs an invitation, as with a password."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Allow a new account only to whoever holds an open invitation."""
        found = invitation_in(request)
        return found is not None and found.accepted_at is None

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        """Keep the name the provider gives."""
        data = sociallogin.account.extra_data
        claims = data.get("userinfo") or data.get("id_token") or data
        sociallogin.user.name = str(claims.get("name") or "")[:150]
        sociallogin.user.language = translation.get_language() or settings.LANGUAGE_CODE
        account: Account = super().save_user(request, sociallogin, form)
        return account


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are useless without the installation's key."""

    def get_totp_issuer(self) -> str:
        """Return the name an authenticator app shows."""
        return "Tavolo"

    def encrypt(self, text: str) -> str:
        """Encrypt under the present key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what the present key or one of the former keys has encrypted."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tavolo second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
