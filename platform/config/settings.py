"""Django's settings, made from `config.env` alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from config.env import ROOT, load

django_stubs_ext.monkeypatch()
ENV = load()

PUBLIC = urlsplit(ENV.public_address)
SECURE = PUBLIC.scheme == "https"
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = sorted(
    {PUBLIC.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"}
    | {str(urlsplit(o).hostname) for o in ENV.origins}
)
CSRF_TRUSTED_ORIGINS = sorted({ENV.public_address, *ENV.origins})
ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "web.refusals.csrf_failed"
ASGI_APPLICATION = "asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SITE_ID = 1

INSTALLED_APPS = [
    "daphne",
    "config.apps.ConfigConfig",
    "accounts",
    "organisations",
    "jobs",
    "pages",
    "media.assets",
    "rooms",
    "courses",
    "portals",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.sites",
    "config.apps.StudioUsers",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's pages of passkeys load its tags
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.language.LanguageMiddleware",
    "web.language.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.leaving.LeavingMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "pages.studio.StudioMiddleware",
    "web.refusals.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wagtail.contrib.settings.context_processors.settings",
                "pages.context.look",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?option=value`, or SQLite."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ENV.data / "stoa.sqlite3",
            # Two writers (web and worker) need WAL and to take the write lock at BEGIN.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = {"default": _database(ENV.database_url)}
if ENV.redis_url:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # It waits 5 s for a message; redis-py's own default gives up reading just then.
            "CONFIG": {"hosts": [{"address": ENV.redis_url, "socket_timeout": 20}]},
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = ENV.time_zone
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data / "static"
STATICFILES_DIRS = [ROOT / "frontend" / "dist"]
MEDIA_ROOT = ENV.data / "media"
MEDIA_URL = "/media/"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "assets": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}
if ENV.s3.bucket:
    STORAGES["assets"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": ENV.s3.bucket,
            "endpoint_url": ENV.s3.address or None,
            "region_name": ENV.s3.region or None,
            "access_key": ENV.s3.key or None,
            "secret_key": ENV.s3.secret or None,
            "location": ENV.s3.prefix,
            "default_acl": None,
            "file_overwrite": True,
            "querystring_auth": True,
            "querystring_expire": 3600,
        },
    }
WHITENOISE_USE_FINDERS = True
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": ROOT / "frontend" / "dist" / "manifest.json"}}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}, "saml": {"APPS": []}}
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # another's word that an address is theirs opens no account here
if ENV.oidc.address:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "oidc",
            "name": ENV.oidc.name,
            "client_id": ENV.oidc.id,
            "secret": ENV.oidc.secret,
            "settings": {"server_url": ENV.oidc.address},
        }
    ]
# As eduPerson and SAML name them, then as Microsoft does, then plainly.
_CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
SAML_ATTRIBUTES = {
    "uid": ["urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"],
    "email": ["urn:oid:0.9.2342.19200300.100.1.3", f"{_CLAIM}/emailaddress", "mail", "email"],
    "first_name": ["urn:oid:2.5.4.42", f"{_CLAIM}/givenname", "givenName"],
    "last_name": ["urn:oid:2.5.4.4", f"{_CLAIM}/surname", "sn"],
    "username": ["urn:oid:0.9.2342.19200300.100.1.1", "uid"],
}
if ENV.saml.address:
    SOCIALACCOUNT_PROVIDERS["saml"]["APPS"] = [
        {
            "provider_id": "saml",
            "name": ENV.saml.name,
            "client_id": "saml",
            "settings": {
                "idp": {"entity_id": ENV.saml.id, "metadata_url": ENV.saml.address},
                "attribute_mapping": SAML_ATTRIBUTES,
                "verified_email": True,  # SAML has no word for it; the administrator chose whom to ask
            },
        }
    ]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "accounts.mfa_forms.AddKeyForm"}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# For a name only: `--lan` serves an address and localhost too, where `http://localhost:8000` must go on working.
_NAMED = SECURE and not (PUBLIC.hostname or "").replace(".", "").isdigit() and ":" not in (PUBLIC.hostname or "")
SECURE_HSTS_SECONDS = 31_536_000 if _NAMED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _NAMED
SECURE_SSL_REDIRECT = False  # the proxy in front (or --lan) serves HTTPS only
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "SAMEORIGIN"  # the Studio previews pages in a frame of its own
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy in front serves HTTPS only (docs/settings.md)
    "security.W019",
    "security.W021",  # to be on the browsers' preload list is the domain owner's decision
]
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/studio/", "/api/docs"],  # the Studio's own: pages/studio.py
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE, "'wasm-unsafe-eval'"],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *ENV.s3.origins],
        "media-src": [SELF, "blob:", *ENV.s3.origins],
        "connect-src": [SELF, *ENV.s3.origins],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

if ENV.email_url:
    _mail = urlsplit(ENV.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = dict(parse_qsl(_mail.query)).get("starttls") == "1"
    EMAIL_PORT = _mail.port or (465 if EMAIL_USE_SSL else 25)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENV.data / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from or f"Stoa <no-reply@{PUBLIC.hostname}>"

WAGTAIL_SITE_NAME = "Stoa"
WAGTAILADMIN_BASE_URL = ENV.public_address
WAGTAILADMIN_LOGIN_URL = "/studio-door/"  # who is signed in but may not is told so, instead of going in circles
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # nothing is asked of another host
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"localtime"})  # browsers do not know that one
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("daphne.ws_protocol", "django.channels.server", "weasyprint.progress", "fontTools")
    },
}
__all__ = [name for name in dir() if name.isupper()]
