"""Settings: one file, the environment only. `config/env.py` says how a value is read."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env.load_env_file(BASE_DIR / ".env")

DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing: name the host the site is served under")

# Keys of personal data and of the audit trail: one directory of files, never SECRET_KEY (core/keys.py).
KEYS_DIR = Path(env.text("KEYS_DIR", str(VAR_DIR / "keys") if DEBUG else None))

# Photos and documents of businesses, encrypted; only views behind a gate read them.
MEDIA_DIR = Path(env.text("MEDIA_DIR", str(VAR_DIR / "media")))

INSTALLED_APPS = [
    "core",
    "registry",
    "surveys",
    "dashboards",
    "config.admin.RegisterAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "import_export",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # above all others: redirects to https get the headers too
    "core.middleware.ResponseHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below the headers: files get them too
    "core.middleware.VisitorAddressMiddleware",
    "core.middleware.BodyLimitMiddleware",  # before anything reads what was sent
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SessionLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.middleware.WrongMethodMiddleware",
    "core.middleware.SearchedNumberMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.BrokenTextMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.navigation",
            ],
            "builtins": ["core.templatetags.indonesian"],
        },
    },
]

# --- Database: SQLite with nothing to set up, PostgreSQL by DATABASE_URL -------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'register.sqlite3'}")
try:
    _database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL, conn_max_age=60))
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL: {error}") from error
_database["CONN_HEALTH_CHECKS"] = True
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"] == "django.db.backends.sqlite3":
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
elif _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL: only sqlite:///… and postgres://… are supported")
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who may log in -----------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["core.authentication.UsernameOrEmailBackend"]
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
    {"NAME": "core.authentication.LocalWordsValidator"},
]
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "core:login"
LOGIN_ATTEMPTS_PER_ACCOUNT = 5
LOGIN_ATTEMPTS_PER_ADDRESS = 50
LOGIN_WINDOW_SECONDS = 300
SESSION_IDLE_SECONDS = env.integer("SESSION_IDLE_MINUTES", 60) * 60
SESSION_ABSOLUTE_SECONDS = env.integer("SESSION_ABSOLUTE_HOURS", 12) * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"

# --- Transport and headers ----------------------------------------------------------------------
BEHIND_TLS_PROXY = env.boolean("BEHIND_TLS_PROXY", False)
INSECURE_HTTP = env.boolean("INSECURE_HTTP", False)  # production settings without TLS: a local trial only
# The proxy adds the address of the visitor to X-Forwarded-For; else all visitors share one limit of tries.
PROXY_TELLS_ADDRESS = BEHIND_TLS_PROXY and env.boolean("PROXY_TELLS_ADDRESS", False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if not DEBUG and not INSECURE_HTTP:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sesi"
    CSRF_COOKIE_NAME = "__Host-csrf"
    DOOR_COOKIE_NAME = "__Host-usaha"
else:
    SESSION_COOKIE_NAME = "sesi"
    CSRF_COOKIE_NAME = "csrf"
    DOOR_COOKIE_NAME = "usaha"
SECURE_CONTENT_TYPE_NOSNIFF = True
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
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
LARGEST_BODY = 25 * 1024 * 1024  # of any request
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Language: one, fixed -----------------------------------------------------------------------
LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Static files: ours, and the pinned npm packages --------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/idb", NODE_MODULES / "idb" / "build"),
    ("vendor/chartjs", NODE_MODULES / "chart.js" / "dist"),
    ("vendor/datalabels", NODE_MODULES / "chartjs-plugin-datalabels" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_numbers": {"()": "core.logs.MaskLongNumbers"}},
    "formatters": {
        "line": {
            "()": "core.logs.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["mask_numbers"],
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "WARNING"},  # it tells every step of every paper
        "fontTools": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "core.logs.MaskingReporterFilter"

# --- The public door: registering without an account --------------------------------------------
DOOR_WINDOW_SECONDS = 3600
DOOR_STARTS = env.integer("DOOR_STARTS_PER_HOUR", 600)  # from all addresses together
DOOR_STARTS_PER_ADDRESS = env.integer("DOOR_STARTS_PER_ADDRESS", 60)  # a village may share one
DOOR_CODES = 600  # wrong codes
DOOR_CODES_PER_ADDRESS = 20
DOOR_DRAFT_DAYS = env.integer("DOOR_DRAFT_DAYS", 14)  # since it was last written to
DOOR_RETURNED_DAYS = env.integer("DOOR_RETURNED_DAYS", 90)  # to answer a note
DOOR_REJECTED_DAYS = env.integer("DOOR_REJECTED_DAYS", 30)  # to read the reason

# Functions that remove what has run out and say in words what it was, for `clear_expired`.
CLEAR_EXPIRED = ["registry.public.expiry.clear_applications", "core.importing.storage.clear_expired"]
# Functions of the apps that say what waits for a user on the first page.
HOME_TASKS = [
    "registry.tasks.register_tasks",
    "surveys.tasks.survey_tasks",
    "surveys.tasks.review_tasks",
    "surveys.held.held_tasks",
]

# Functions of the apps that say whom somebody has spoken to since a moment, for the list of stale records.
BUSINESS_CONTACTS = ["surveys.contacts.interviewed_since"]

# Functions of the apps that say of which businesses somebody reported that they have closed or moved.
BUSINESS_REPORTS = ["surveys.contacts.reported_gone"]

# What the menu counts beside an entry, in the area of the user.
MENU_COUNTERS = {"registry:registration-queue": "registry.queue_tabs.waiting_for_verifier"}

# Work that outlasts a request: what each kind of job calls, and how long a worker holds one unheard (core/jobs.py).
JOB_HANDLERS: dict[str, str] = {
    "duplicates": "registry.duplicates.worklist.fill_as_job",
    "import-stage": "core.importing.handlers.stage",
    "import-commit": "core.importing.handlers.commit",
    "import-undo": "core.importing.handlers.undo",
    "bulk_edit": "registry.bulk_edit_job.bulk_edit",
    "group-decision": "registry.group_decision_job.group_decision",
    "accept-responses": "surveys.review_jobs.accept_responses",
    "flag-responses": "surveys.review_jobs.flag_responses",
}
JOB_LEASE_SECONDS = 60

# How long a registration holds; 0: without end.
REGISTRATION_VALID_YEARS = env.integer("REGISTRATION_VALID_YEARS", 5)
if not 0 <= REGISTRATION_VALID_YEARS <= 99:
    raise ImproperlyConfigured("REGISTRATION_VALID_YEARS: choose 0 (without end) to 99")
# South, north, west and east of the city in degrees: coordinates outside are on a worklist (registry/worklists.py).
CITY_BOUNDS = env.decimals("CITY_BOUNDS", "-7.84,-7.70,113.14,113.29")
if len(CITY_BOUNDS) != 4 or CITY_BOUNDS[0] > CITY_BOUNDS[1] or CITY_BOUNDS[2] > CITY_BOUNDS[3]:
    raise ImproperlyConfigured("CITY_BOUNDS: south,north,west,east in degrees")
# Who reads lists that come in as files, by the kind of data (core/importing).
IMPORTERS = {
    "businesses": "registry.importing.businesses.BusinessImporter",
    "owners": "registry.importing.owners.OwnerImporter",
    "interviews": "surveys.importing.interviews.InterviewImporter",
}
# What writes tables to hand out, no cell a formula.
TABLE_WRITERS = {"xlsx": "registry.spreadsheets.SafeXLSX", "csv": "registry.spreadsheets.SafeCSV"}
# Uploaded lists, under names of ours, until they are committed or given up; never served to anybody.
IMPORT_DIR = Path(env.text("IMPORT_DIR", str(VAR_DIR / "imports")))
IMPORT_ROWS_DAYS = env.integer("IMPORT_ROWS_DAYS", 30)
OFFICE_NAME = env.text("OFFICE_NAME", "Dinas Koperasi dan UMKM")
HEADLINE_RULE_SET = env.text("HEADLINE_RULE_SET", "pp7_2021")
if HEADLINE_RULE_SET not in {"uu20_2008", "pp7_2021"}:
    raise ImproperlyConfigured("HEADLINE_RULE_SET: choose uu20_2008 or pp7_2021")
