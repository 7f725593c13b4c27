"""All settings. Those that differ between instances come from environment variables."""

import logging
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import structlog
from csp.constants import NONE, SELF

from core.languages import SOURCE_LANGUAGE, language_choices
from core.log_masking import MaskedLogRecord, mask_event
from cxmap import env, error_reports

ROOT = env.ROOT
VAR = env.state_dir()
TESTING = env.boolean("CXMAP_TEST")  # tests only: a fast password hasher and throw-away servers
DEBUG = env.boolean("DEBUG")
SECRET_KEY = env.secret_key()

PORT = env.integer("PORT", 8000)
PUBLIC_URL = env.public_url(f"http://localhost:{PORT}")
IS_HTTPS = PUBLIC_URL.startswith("https://")
IS_PUBLIC = env.is_public(PUBLIC_URL)
if IS_PUBLIC:
    env.require_safe(PUBLIC_URL, DEBUG, SECRET_KEY)
DEMO = env.boolean("DEMO", not IS_PUBLIC)  # `up` fills an empty database with the demo
ALLOWED_HOSTS = [
    *env.string_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"),
    urlsplit(PUBLIC_URL).hostname or "",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SOCKET_ORIGINS = [PUBLIC_URL]  # only these origins may open a WebSocket
if urlsplit(PUBLIC_URL).hostname in {"localhost", "127.0.0.1"}:
    SOCKET_ORIGINS += [f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]

# Peers whose X-Forwarded-For and X-Forwarded-Proto are trusted (core/client_address.py)
BEHIND_PROXY = env.boolean("BEHIND_PROXY")
TRUSTED_PROXIES_GUESSED = not env.string("TRUSTED_PROXIES")
TRUSTED_PROXIES = env.ip_networks(
    "TRUSTED_PROXIES",
    "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_vite",
    "core",
    "workspaces",
    "changes",
    "people",
    "journeys",
    "touchpoints",
    "storyboards",
    "ownership",
    "comments",
    "webhooks",
    "notifications",
    "sharing",
    "journey_templates",
    "exchange",
    "pages",
    "cxmap",
]

MIDDLEWARE = [
    "cxmap.middleware.ClientAddressMiddleware",
    "cxmap.middleware.RequestIdMiddleware",
    "cxmap.request_log.RequestLogMiddleware",
    "cxmap.middleware.RequireHttpsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cxmap.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "cxmap.middleware.ResponseHeadersMiddleware",
    "cxmap.middleware.EarlyErrorMiddleware",
    "cxmap.middleware.MigrationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cxmap.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cxmap.middleware.CallerMiddleware",
    "cxmap.middleware.ErrorMiddleware",
    "cxmap.middleware.TenantSnapshotMiddleware",  # innermost: session and messages write outside it
]

ROOT_URLCONF = "cxmap.urls"
ASGI_APPLICATION = "cxmap.asgi.application"
WSGI_APPLICATION = "cxmap.wsgi.application"
APPEND_SLASH = False  # a redirect turns a POST into a GET; the URLs define their form

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
                "pages.context_processors.navigation",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]

# -- PostgreSQL. A web process has this many request threads (cxmap/request_pool.py), and each keeps
# a connection. Processes x WEB_THREADS must stay well below PostgreSQL's max_connections.

WEB_THREADS = env.integer("WEB_THREADS", 30)
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        env.string("DATABASE_URL") or "postgresql://cxmap@/cxmap",
        engine="cxmap.postgres",
        conn_max_age=0 if TESTING else 600,  # a test's database is dropped when it ends
        conn_health_checks=True,
    )
}
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "lock_timeout": "3s",
        "statement_timeout": f"{env.integer('STATEMENT_TIMEOUT_S', 30)}s",
        "idle_in_transaction_session_timeout": "30s",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "jit": "off",  # compiling takes seconds for queries that run in milliseconds
    }.items()
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis and Celery: notifications, never the only copy of anything (docs/architecture.md)

REDIS_URL = env.string("REDIS_URL", "redis://localhost:6379/0")
BROKER_URL = env.string("BROKER_URL", REDIS_URL)
CELERY_BROKER_URL = BROKER_URL.replace("unix://", "redis+socket://")
# Apps declare the queues of their tasks in `task_routes`: `bell` for followers and other short work,
# `audit` for tasks that read whole workspaces, `mail`, `work` for jobs, or `webhooks`. A worker serves
# all queues in turn, unless -Q names some of them.
CELERY_TASK_DEFAULT_QUEUE = "bell"
CELERY_TASK_QUEUES: dict[str, Any] = {
    "bell": {},
    "audit": {},
    "mail": {},
    "work": {},
    "webhooks": {},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # longer than the hard time limit, or tasks would run twice
    "unacked_restore_interval": 5,  # kombu's default would add 100 s
    "unacked_restore_throttle": 1,
    "socket_timeout": 0.25,  # no request waits for Redis (a worker does: cxmap/celery.py)
    "socket_connect_timeout": 0.25,
    "health_check_interval": 15,
    "socket_keepalive": True,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_VISIBILITY_TIMEOUT = 900
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # kB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The console e-mail backend prints to stdout: keep its links whole
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULER = "cxmap.celery:Scheduler"

# Allow webhooks to http URLs and to this machine, for development (docs/how-to/receive-webhooks.md)
WEBHOOKS_ALLOW_LOCALHOST = env.boolean("WEBHOOKS_ALLOW_LOCALHOST")

# Functions of higher apps that lower apps call by name.
FIRST_PRODUCER = "ownership.appointments.appoint_first_producer"
ACCESS_CHANGED = "ownership.tasks.access_changed"
RIGHTS_BY_APPOINTMENT = "ownership.access.rights_by_appointment"

# -- Sign-in

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["cxmap.hashers.BoundedArgon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cxmap.accounts.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "cxmap.accounts.PasswordResetForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are created from an invitation link
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
RATE_LIMITED = not TESTING  # core/rate_limits.py; the tests of rate limits turn it on
# Allauth's own limits, except for failed sign-ins
ACCOUNT_RATE_LIMITS: Any = False if TESTING else {}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # also stated in the e-mail (templates/account/email/)

SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "core.error_responses.csrf_failure"
CACHES = {"default": {"BACKEND": "cxmap.cache.FallbackRedisCache", "LOCATION": REDIS_URL}}

# -- E-mail: sent through EMAIL_HOST, or printed to the server's output if it isn't set

EMAIL_HOST = env.string("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.string("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.string("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465  # the port for implicit TLS
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", True) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 10  # seconds
EMAIL_BACKEND = env.string("EMAIL_BACKEND") or (
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.string("DEFAULT_FROM_EMAIL", "cxmap <cxmap@localhost>")

# -- Browser security. No nonces are needed: there are no inline scripts or styles.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
# Trusted from TRUSTED_PROXIES only (cxmap.middleware.ClientAddressMiddleware)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
# The largest body that any view reads. Bodies are in memory already (cxmap/request_limits.py), so
# no copy goes to a disk that may be full.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# -- Files: uploads and exports (workspaces/files.py), and static files, in whose names Vite already
# puts content hashes (cxmap/static_storage.py)

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": env.file_storage("FILES_URL", VAR / "files"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING  # served from the sources: tests collect nothing
        else "cxmap.static_storage.StaticStorage"
    },
}
WHITENOISE_IMMUTABLE_FILE_TEST = "cxmap.static_storage.is_immutable"
WHITENOISE_USE_FINDERS = TESTING
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": ROOT / "static" / "build" / "manifest.json",
        "static_url_prefix": "build",
    }
}

# -- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # BaseAPIView authenticates and checks scopes
    "DEFAULT_PERMISSION_CLASSES": [],  # (core/api/views.py)
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "core.error_responses.drf_exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",  # core.instants.format_instant
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxmap",
    "VERSION": "1.0",
    "DESCRIPTION": "Customer journeys with accountable ownership.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Enums are inlined: "kind" and "state" each have six different meanings.
    "POSTPROCESSING_HOOKS": [
        "changes.api.schema.add_op_schemas",
        "core.api.schema.add_error_responses",
        "webhooks.schema.add_webhooks",
    ],
}

LANGUAGE_CODE = SOURCE_LANGUAGE
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGES = language_choices(LOCALE_PATHS[0])
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "cxmap.formats"

# -- Monitoring (docs/how-to/operate.md)

ACCESS_LOG = env.boolean("ACCESS_LOG")  # log every request; otherwise only error responses
# Required for /metrics; without it, only this machine may read them
METRICS_TOKEN = env.string("METRICS_TOKEN")
if SENTRY_DSN := env.string("SENTRY_DSN"):
    error_reports.start_error_reports(SENTRY_DSN, environment=urlsplit(PUBLIC_URL).hostname)

# -- Logs: one key=value line per event, to stderr

LOG_STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*LOG_STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
logging.setLogRecordFactory(MaskedLogRecord)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": LOG_STEPS,  # formats the records of Django and Celery the same way
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_event,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.string("LOG_LEVEL", "INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}},  # it logs each table of each font
}
