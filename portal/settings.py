"""Settings: constants only. Nothing here starts a server, opens a connection or writes a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from portal import env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_ENV = env.text("PORTAL_ENV", default="production")
if PORTAL_ENV not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("PORTAL_ENV must be demo, test or production.")
PRODUCTION = PORTAL_ENV == "production"
DATA_DIR = Path(env.text("PORTAL_DATA", default=str(BASE_DIR / "data"))).resolve()
# Keys stand outside the database and outside its backups; see docs/operation.md.
KEYS_DIR = Path(env.text("PORTAL_KEYS", default=str(DATA_DIR / "keys"))).resolve()
# Read by the signer alone; its public half, its memory of what it signed and its witnesses stand beside it.
LOG_KEY = Path(env.text("PORTAL_LOG_KEY", default=str(KEYS_DIR / "log.key"))).resolve()
# The bundled servers' sockets; `run` is a link where the data folder's own path is too long for a socket.
SOCKETS = Path(env.text("PORTAL_SOCKETS", default=str((DATA_DIR / "run").resolve())))
PAGES_DIR = DATA_DIR / "pages"
STAGING_DIR = DATA_DIR / "staging"
SCANS_DIR = DATA_DIR / "scans"
# Documents (docs/documents.md): what is served, what is sealed for the archive, what waits for the worker.
DOCUMENTS_DIR = DATA_DIR / "documents"
ORIGINALS_DIR = DATA_DIR / "originals"
INCOMING_DIR = DATA_DIR / "incoming"
# Sealed files of reports (docs/complaints.md); nothing on this machine opens them.
REPORTS_DIR = DATA_DIR / "reports"
REPORTS_MOST_FILES = 10
REPORTS_MOST_BYTES = 50 * 1024**2
REPORTS_MOST_FILE_BYTES = 20 * 1024**2
REPORTS_MOST_SNAPSHOT_BYTES = 5 * 1024**2
# A form that announces more is not read at all: room for what is left out of it by name.
REPORTS_MOST_REQUEST_BYTES = 64 * 1024**2
# Forms that are still arriving, in each process: so many of words alone and so many with files, and for how
# long. A full form of words takes half a minute and 20 MiB take ten at one bar of signal. The web server
# must have more threads than both lanes together.
REPORTS_BODIES_AT_ONCE = 8
REPORTS_MOST_WORDS_BYTES = 256 * 1024
REPORTS_WORDS_SECONDS = 120
REPORTS_BODY_SECONDS = 600
# Cleaning stops taking on further files then: somebody waits, and others wait for the processors.
REPORTS_CLEANING_SECONDS = 60
# A village may stand behind one address; over this number somebody waits and answers a question.
REPORTS_PER_CLIENT_AN_HOUR = 60
REPORTS_WAIT_SECONDS = 20
# Looking up a 查询码: per client network, at once and in all; each costs 64 MiB and a tenth of a second.
RECEIPTS_PER_CLIENT_A_MINUTE = 5
RECEIPTS_AT_ONCE = 2
RECEIPTS_MOST_A_MINUTE = 200
# What a guess at an officer's passphrase costs in memory; tests spend less.
DESK_MEMORY = (8 if PORTAL_ENV == "test" else 64 if PORTAL_ENV == "demo" else 256) * 1024**2
# Where the night's backup goes (docs/operation.md); empty: none is made by itself.
BACKUP_DIR = env.text("BACKUP_DIR")
# What was erased by law lives on in backups, so no backup may live long (docs/log.md, erasure).
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", default=35)
DOCUMENTS_MOST_PAGES = 30
DOCUMENTS_MOST_BYTES = 20 * 1024**2
DOCUMENTS_MOST_ZIP_BYTES = 200 * 1024**2
DOCUMENTS_MOST_GIVEN = 20_000
DOCUMENTS_MOST_INFLATED = 8 * 1024**3
# A clerk's workbook holds identity numbers: it comes in through memory, and rests sealed only.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 60 * 1024**2
# A clerk picks the photographs of a month's vouchers at once; more of them come as a zip.
DATA_UPLOAD_MAX_NUMBER_FILES = 500

SECRET_KEY = env.secret("SECRET_KEY")
if not SECRET_KEY and not PRODUCTION:  # The demo makes one for itself; others may reach its port.
    SECRET_KEY = env.file_text(KEYS_DIR / "session.key") or "test-only-" + "0" * 50
DEBUG = False
SITE_URL = env.text("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.text("SITE_NAME", default="宜春“码”上监督")
HOTLINE = env.text("HOTLINE", default="12388")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default="" if PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "portal",
    "portal.workdays",
    "portal.outbox",
    "portal.places",
    "portal.people",
    "portal.documents",
    "portal.log",
    "portal.catalogue",
    "portal.releases",
    "portal.duties",
    "portal.findings",
    "portal.backups",
    "portal.imports",
    "portal.pages",
    "portal.proofs",
    "portal.search",
    "portal.opendata",
    "portal.codes",
    "portal.overview",
    "portal.demo",
    "villages",
    "funds",
    "complaints",
    "portal.people.desk.DeskConfig",  # django.contrib.admin with the staff's own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_tables2",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
            ]
        },
    }
]


def _database(url: str, *, user: str) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL address, or of the embedded server's socket."""
    parts = conninfo_to_dict(url) if url else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "portal"),
        "USER": parts.get("user", user),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", str(SOCKETS)),
        "PORT": parts.get("port", ""),
        "OPTIONS": {
            "options": "-c statement_timeout=60000 -c search_path=public,pg_temp",
            "connect_timeout": 3,
        },
    }


# Two login roles: the owner migrates, the app can neither truncate nor alter (docs/architecture.md).
DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(env.secret("DATABASE_URL"), user="portal_app"),
    "owner": _database(env.secret("DATABASE_OWNER_URL"), user="portal_owner"),
}
if PORTAL_ENV != "test":  # Idle pooled connections would keep a test database from being dropped.
    # Without these a killed server holds each request for half a minute, and for minutes after it is back.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": 16,
        "timeout": 4,
        "reconnect_timeout": 4,
    }
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL") or f"redis+socket://{SOCKETS / 'broker.sock'}"
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# A lost broker must not hold up whoever enqueues: the work is a row in PostgreSQL, and waits there.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "scan-tickets": {"task": "complaints.scan", "schedule": 60.0},
    "remind-officers": {"task": "complaints.digest", "schedule": crontab(hour=8, minute=0)},
    "recount-deadlines": {"task": "complaints.recount", "schedule": crontab(hour=2, minute=40)},
    "dispatch-effects": {"task": "outbox.dispatch", "schedule": 30.0, "options": {"expires": 60}},
    "fold-scans": {"task": "codes.fold_scans", "schedule": 600.0},
    "sweep-pages": {"task": "portal.pages.tasks.sweep_pages", "schedule": 60.0},
    "refresh-duties": {"task": "duties.refresh", "schedule": crontab(hour=0, minute=5)},
    # A minute after midnight; in the other hours only what an outage left, or two persons decided.
    "narrow-names": {"task": "releases.narrow_names", "schedule": crontab(minute=1)},
    "remind-of-duties": {"task": "duties.remind", "schedule": crontab(hour=8, minute=5)},
    "make-backup": {"task": "backups.make", "schedule": crontab(hour=1, minute=30)},
    "verify-log": {"task": "releases.verify_log", "schedule": crontab(hour=3, minute=10)},
    "pick-up-uploads": {"task": "imports.pick_up", "schedule": 60.0},
    "sweep-uploads": {"task": "imports.sweep", "schedule": 3600.0},
    "pick-up-documents": {"task": "documents.pick_up", "schedule": 60.0},
    "sweep-documents": {"task": "documents.sweep", "schedule": 3600.0},
    # A finished week is told of on Monday; on the other days only what was missed.
    "tell-inbox": {"task": "complaints.tell_inbox", "schedule": crontab(hour=3, minute=30)},
    "destroy-reports": {"task": "complaints.destroy_due", "schedule": crontab(hour=3, minute=50)},
    "sweep-reports": {"task": "complaints.sweep_files", "schedule": 3600.0},
}

# Mail is an effect of the outbox. The demo writes it to files, the tests keep it in memory.
EMAIL_BACKEND = {
    "demo": "django.core.mail.backends.filebased.EmailBackend",
    "test": "django.core.mail.backends.locmem.EmailBackend",
    "production": "django.core.mail.backends.smtp.EmailBackend",
}[PORTAL_ENV]
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", default=465)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD")
# Encrypted from the first byte on 465, by STARTTLS on any other port.
_encrypted = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_USE_SSL = _encrypted and EMAIL_PORT == 465
EMAIL_USE_TLS = _encrypted and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", default=EMAIL_HOST_USER or "portal@localhost")

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/manage/login/"
# Guessing is counted by user name; addresses of staff are neither a key nor stored.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "portal.people.signin.no_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
# It asks for the address as a key; failures are summed by user name, whatever browser or address.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# Guesses at the four digits behind a name: per village and name in a day, per client network in an hour
# (a whole village may stand behind one address).
LOOKUPS_PER_NAME_A_DAY = 10
LOOKUPS_PER_CLIENT_AN_HOUR = 120

# Errors with their traceback, never a request's body or a row's values.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
