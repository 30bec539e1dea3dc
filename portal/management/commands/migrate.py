"""`manage.py migrate`: the schema belongs to the owner's role, so that is who migrates by default."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate


class Command(DjangoMigrate):
    """Migrate as the owner; the application's role may not change the schema."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments, with another default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
