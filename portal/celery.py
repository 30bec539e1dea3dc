"""The Celery application: wakes background work. PostgreSQL remembers it, so a lost broker loses nothing."""

from __future__ import annotations

from celery import Celery

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
