"""System checks on the configuration: production does not start half configured."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from portal.vault.files import key_problems

# What production must be told; the demo and the tests have harmless values.
_REQUIRED = {
    "SECRET_KEY": "缺少 SECRET_KEY（签名用的密钥，至少 50 个随机字符）。",
    "ALLOWED_HOSTS": "缺少 ALLOWED_HOSTS（网站的域名，多个用逗号分开）。",
}


@register
def production_is_configured(**kwargs: object) -> list[CheckMessage]:
    """Production has its secrets, its names and its key files."""
    if not settings.PRODUCTION:
        return []
    missing = [sentence for name, sentence in _REQUIRED.items() if not _value(name)]
    return [Error(problem, id="portal.E001") for problem in [*missing, *key_problems(settings.KEYS_DIR)]]


def refuse_errors() -> None:
    """Raise ImproperlyConfigured with every error the system checks find.

    Commands and Celery's worker run the checks by themselves; a web server does not.
    """
    errors = [str(message.msg) for message in run_checks() if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(" ".join(errors))


def _value(name: str) -> object:
    try:
        return getattr(settings, name)
    except ImproperlyConfigured:  # Django's own way of saying that SECRET_KEY is empty.
        return None
