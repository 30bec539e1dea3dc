"""Give the application's role its rights on every table made from here on, before any table is made.

The owner migrates; the application signs in as another role that can read and write rows, and nothing else:
no TRUNCATE, no ALTER, no trigger switched off (docs/architecture.md).
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import connections, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Default privileges cover tables still to come; the others are those of apps that depend on nothing.
GRANT = """
GRANT USAGE ON SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""
REVOKE = """
REVOKE SELECT ON django_migrations FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM {role};
REVOKE USAGE ON SCHEMA public FROM {role};
"""


def _run(template: str, editor: BaseDatabaseSchemaEditor) -> None:
    role = connections["default"].settings_dict["USER"]
    if role == editor.connection.settings_dict["USER"]:
        return  # One role for both, a county's own choice: nothing to grant to oneself.
    editor.execute(template.format(role=editor.quote_name(role)))


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(GRANT, editor)


def revoke(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(REVOKE, editor)


class Migration(migrations.Migration):
    # Every app whose first tables wait for no other: default privileges never reach back.
    run_before = [("contenttypes", "0001_initial"), ("places", "0001_initial"), ("catalogue", "0001_initial")]
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunPython(grant, revoke)]
