"""Backup and restore: the database, the files, and what the law took away since."""

from __future__ import annotations
