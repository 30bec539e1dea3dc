"""Background work of backups."""

from __future__ import annotations

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal.backups import ledger
from portal.backups.errors import BackupError
from portal.backups.making import make

logger = logging.getLogger(__name__)


@shared_task(name="backups.make")
def make_backup() -> bool:
    """Make the night's backup where BACKUP_DIR is set; harmless twice. Return whether one was made."""
    try:
        ledger.catch_up()
        if not settings.BACKUP_DIR:
            return False
        make(Path(settings.BACKUP_DIR), at=timezone.now())
    except (BackupError, OSError) as error:
        logger.error("backup: %s", error)  # noqa: TRY400 # `doctor` says when the newest is too old
        return False
    return True
