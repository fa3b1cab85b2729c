"""The addresses of signing in, chosen one by one from django-allauth, under the names it reverses."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path, re_path

from tavolo.people import views

urlpatterns = [
    path("accedi/", account.login, name="account_login"),
    path("esci/", account.logout, name="account_logout"),
    path("sospeso/", account.account_inactive, name="account_inactive"),
    path("iscrizione/", views.sign_up_closed, name="account_signup"),
    path("conferma/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", account.email, name="account_email"),
    path("email/conferma/", account.email_verification_sent, name="account_email_verification_sent"),
    path("email/conferma/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("password/cambia/", account.password_change, name="account_change_password"),
    path("password/scegli/", account.password_set, name="account_set_password"),
    path("password/nuova/", account.password_reset, name="account_reset_password"),
    path("password/nuova/inviata/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/nuova/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/nuova/fatta/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("fattore/", factor.index, name="mfa_index"),
    path("fattore/codice/", factor.authenticate, name="mfa_authenticate"),
    path("fattore/conferma/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("fattore/app/attiva/", totp.activate_totp, name="mfa_activate_totp"),
    path("fattore/app/disattiva/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("fattore/recupero/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("fattore/recupero/genera/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("fattore/recupero/scarica/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("fattore/passkey/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("fattore/passkey/aggiungi/", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("fattore/passkey/conferma/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("fattore/passkey/accedi/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("fattore/passkey/<int:pk>/togli/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    path("fattore/passkey/<int:pk>/nome/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
    path("accesso-unico/", social.connections, name="socialaccount_connections"),
    path("accesso-unico/annullato/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("accesso-unico/errore/", social.login_error, name="socialaccount_login_error"),
    path("accesso-unico/iscrizione/", social.signup, name="socialaccount_signup"),
    path("accesso-unico/<str:provider_id>/accedi/", oidc.login, name="openid_connect_login"),
    path("accesso-unico/<str:provider_id>/ritorno/", oidc.callback, name="openid_connect_callback"),
]
