"""How effects look to staff; who sees them is decided in `portal.people`."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F
from django.utils import timezone

from portal.outbox.models import Effect


class EffectLook(admin.ModelAdmin[Effect]):
    """Effects to look at: what they are, how often they were tried, what of."""

    list_display = ["key", "topic", "word", "attempts", "error", "day", "not_before"]
    list_filter = ["topic"]
    search_fields = ["key"]
    search_help_text = "输入编号"
    fields = ["key", "topic", "word", "attempts", "error", "day", "not_before", "dead_at"]
    readonly_fields = ["word", "day"]
    ordering = [F("dead_at").desc(nulls_last=True), "created_at"]

    @admin.display(description="怎么样了")
    def word(self, effect: Effect) -> str:
        """Return what became of it."""
        return effect.state

    @admin.display(description="写下日期")
    def day(self, effect: Effect) -> str:
        """Return the day alone: the minute could tell when somebody did something."""
        return timezone.localdate(effect.created_at).isoformat()
