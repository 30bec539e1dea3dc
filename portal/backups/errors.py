"""What can go wrong with a backup, in words for whoever runs the site."""

from __future__ import annotations


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why and what to do."""
