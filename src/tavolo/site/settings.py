"""Django settings. Everything that differs between machines comes from the environment.

TAVOLO_MODE     demo | development | production (default) | test
TAVOLO_HOSTS    comma-separated host names served
DATABASE_URL    a PostgreSQL server; without it the embedded one in the data folder
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from tavolo.common.database.settings import databases
from tavolo.common.paths import home
from tavolo.people.oidc import providers as oidc_providers
from tavolo.site.logs import configuration
from tavolo.site.mail import mail_settings
from tavolo.site.secret import secret_keys

MODE = os.environ.get("TAVOLO_MODE", "production")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = False
HERE = Path(__file__).resolve().parent
HOME = home()

SECRET_KEY, SECRET_KEY_FALLBACKS = secret_keys()
ALLOWED_HOSTS = [
    name for name in os.environ.get("TAVOLO_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if name
]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if PRODUCTION]

INSTALLED_APPS = [
    "tavolo.site",
    "tavolo.demo",
    "tavolo.agreements.signing",
    "tavolo.agreements.life",
    "tavolo.agreements.commitments",
    "tavolo.agreements.archive",
    "tavolo.agreements",
    "tavolo.dialogue.delegations",
    "tavolo.dialogue.course",
    "tavolo.dialogue.meetings",
    "tavolo.dialogue.party_room",
    "tavolo.dialogue.overlap",
    "tavolo.dialogue.polling",
    "tavolo.dialogue.voices",
    "tavolo.dialogue.plain_ballots",
    "tavolo.dialogue.following",
    "tavolo.dialogue",
    "tavolo.people",
    "tavolo.ledger",
    "tavolo.common",
    "bootstrap_italia_template",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "tavolo.site.logs.RequestLogMiddleware",
    "tavolo.dialogue.door.VotingDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tavolo.common.territory.TerritoryMiddleware",
    "tavolo.common.remembering.RememberingMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tavolo.people.tokens.TokenMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tavolo.people.second_factor.SecondFactorMiddleware",
    "tavolo.common.policy.PolicyMiddleware",
]

ROOT_URLCONF = "tavolo.site.urls"
WSGI_APPLICATION = "tavolo.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

DATABASES = databases()
# Shared by all web processes: limits counted in one process's memory would be no limits.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "common_shared_cache",
        "KEY_FUNCTION": "tavolo.site.cache.hashed_key",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "tavolo.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "tavolo.people.adapters.SocialAccountAdapter"
MFA_ADAPTER = "tavolo.people.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Counted in the shared cache, so that all web processes count together.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/h/ip,5/15m/key",
    "reset_password": "20/h/ip,5/h/key",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "tavolo.people.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "tavolo.people.passkey_forms.EditPasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

SECOND_FACTOR_REQUIRED = MODE not in ("demo", "test")
SOCIALACCOUNT_PROVIDERS = oidc_providers(os.environ)

LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
TIME_ZONE = "Europe/Rome"
FORMAT_MODULE_PATH = ["tavolo.site.formats"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE in ("test", "development")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "development"

# No inline script or style anywhere, no other host: pages work on a closed network.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],  # Bootstrap Italia embeds one
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("TAVOLO_BEHIND_PROXY") else None
)
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
globals().update(mail_settings(os.environ, MODE, HOME))

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = configuration(os.environ.get("TAVOLO_LOG_LEVEL", "WARNING" if MODE in ("demo", "test") else "INFO"))
