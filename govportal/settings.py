"""Settings: one file, and every value that differs between installations comes from the environment.

Embedded mode needs nothing. Production sets DATABASE_URL, REDIS_URL, SECRET_KEY, ALLOWED_HOSTS,
PORTAL_URL and, for mail, EMAIL_URL and DEFAULT_FROM_EMAIL.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from govportal.schedule import SCHEDULE
from govportal.urls_from_env import broker_url, cache, database, email

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("GOVPORTAL_VAR", BASE_DIR / "var"))


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


# --- who we are ---------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make up` makes one; in production put a long random value into it."
    )
DEBUG = env_bool("DEBUG")
PORTAL_URL = env("PORTAL_URL", f"http://127.0.0.1:{env('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", f"{urlsplit(PORTAL_URL).hostname},localhost,127.0.0.1")
HTTPS = PORTAL_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
# Where the key of connection secrets comes from; changing SECRET_KEY alone would lock them.
ENCRYPTION_KEYS = env_list("ENCRYPTION_KEYS") or [SECRET_KEY]

# --- the house ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "rest_framework",
    "template_partials",
    "accesscontrol",
    "stewardship",
    "catalog",
    "lineage",
    "quality",
    "mlgovernance",
    "compliance",
    "govportal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accesscontrol.audit.middleware.AuditContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "govportal.errors.NotAllowed",
]
ROOT_URLCONF = "govportal.urls"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "govportal.context.portal",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- state --------------------------------------------------------------------------------------
DATABASES = {"default": database(env("DATABASE_URL"), pool=env_bool("DATABASE_POOL", default=True))}
CACHES = {"default": cache(env("REDIS_URL"))}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
if env("EMAIL_URL"):
    vars().update(email(env("EMAIL_URL")))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10  # seconds; work does not wait for a mail server for ever
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "govportal@localhost")

# --- work ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = broker_url(env("REDIS_URL"), env("DATABASE_URL"))
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if env("REDIS_URL") else {"pool_pre_ping": True}
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- identity -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accesscontrol.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
ANONYMOUS_USER_NAME = None  # django-guardian makes no account of its own
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend would not look at the window of a grant
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "accesscontrol.audit.context.client_address"

# --- security -----------------------------------------------------------------------------------
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS and not env_bool("TLS_TERMINATED")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("TLS_TERMINATED") else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- static files -------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "govportal.static_storage.HashedStaticFiles"},
}
MEDIA_ROOT = VAR_DIR / "media"
WHITENOISE_MAX_AGE = 60

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accesscontrol.identity.authentication.TokenAuthentication",
        "accesscontrol.identity.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accesscontrol.doors.HasDoor"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "accesscontrol.doors.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accesscontrol.problems.problem_details",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Govportal API",
    "SWAGGER_UI_SETTINGS": {"docExpansion": "none", "deepLinking": True, "filter": True},
    "VERSION": "1",
    "DESCRIPTION": "Catalog, lineage, quality, compliance, access control and ML governance.",
    "SERVE_PERMISSIONS": ["accesscontrol.doors.HasDoor"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AssetKind": "catalog.assets.models.Asset.Kind",
        "AssetStatus": "catalog.assets.models.Asset.Status",
        "AnnouncementSeverity": "stewardship.announcements.models.Announcement.Severity",
        "AccessRequestStatus": "stewardship.accessrequests.models.AccessRequest.Status",
        "CampaignDecision": "stewardship.recertification.models.Item.Decision",
        "CertificateLevel": "catalog.assets.choices.Certification",
        "ConsentKind": "compliance.consent.models.ConsentRecord.Kind",
        "EventKind": "lineage.ingest.models.Event.Kind",
        "EventState": "lineage.ingest.models.Event.State",
        "JobState": "stewardship.jobs.models.Job.State",
        "ModelStatus": "mlgovernance.registry.models.ModelVersion.Status",
        "NoticeSeverity": "stewardship.notices.models.Notice.Severity",
        "PolicySetState": "accesscontrol.policysets.models.PolicySet.State",
        "StepState": "stewardship.approvals.steps.ProposalStep.State",
        "ProposalState": "stewardship.approvals.models.Proposal.State",
        "RelationKind": "catalog.glossary.kinds.KINDS",
        "RenameState": "catalog.renames.models.RenameProposal.State",
        "TermStatus": "catalog.glossary.models.Term.Status",
        "ThreadKind": "stewardship.discussions.models.Thread.Kind",
        "ProductStatus": "catalog.products.models.Product.Status",
        "RequestedAction": "stewardship.accessrequests.choices.ACTIONS",
        "RuleSeverity": "quality.rules.models.Rule.Severity",
        "SourceState": "catalog.sources.models.Source.State",
    },
}

# --- logs ---------------------------------------------------------------------------------------
QUIET = {"axes": "WARNING", "openlineage": "WARNING", "sqlglot": "ERROR"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": level} for name, level in QUIET.items()},
}
