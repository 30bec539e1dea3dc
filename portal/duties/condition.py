"""Whether duties are kept up to date, for `doctor` and `/readyz`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from portal import troubles
from portal.duties.models import LastRefresh, Participation

_PATIENCE = timedelta(days=2)


def register() -> None:
    """Let the room speak; called once at start-up."""
    troubles.register(troubles.Part(name="duties", quick=quick))


def quick(today: date) -> Iterator[str]:
    """Say that new periods are not asked for any more; where no place takes part, nothing is."""
    last = LastRefresh.objects.filter(pk=1).first()
    is_old = last is None or timezone.localdate(last.at) < today - _PATIENCE
    if is_old and Participation.objects.exists():
        yield (
            "公开责任两天没有重新算过，新的一期不会提醒。请看后台任务（celery beat）在不在运行，"
            "也可以先运行 manage.py duties refresh。"
        )
