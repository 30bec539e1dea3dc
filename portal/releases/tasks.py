"""Background work of releases."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from portal.releases.actions import narrowing
from portal.releases.verification import verify

logger = logging.getLogger(__name__)


@shared_task(name="releases.verify_log")
def verify_log() -> bool:
    """Compare everything with what was signed; harmless at any time. Return whether it agrees."""
    report = verify(full=True, at=timezone.now())
    if report.difference is not None:
        logger.error("verification: %s", report.difference)
    return report.difference is None


@shared_task(name="releases.narrow_names")
def narrow_names() -> int:
    """Take names whose months are over, and carry out decided orders; harmless at any time."""
    now = timezone.now()
    return sum(1 for acts in (narrowing.expire_due(at=now), narrowing.apply_orders(at=now)) for _ in acts)
