"""Which documents a reviewer has opened: a memory for the reviewer, no condition of approval."""

from __future__ import annotations

from django.db import models

from portal.people.models import User
from portal.releases.models.attachment import Attachment


class Seen(models.Model):
    """One document that one person opened; forgotten when another takes its place."""

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="seen", verbose_name="附件")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("什么时候打开的")

    class Meta:
        verbose_name = verbose_name_plural = "看过"
        constraints = [
            models.UniqueConstraint(fields=["attachment", "user"], name="releases_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%H:%M}"
