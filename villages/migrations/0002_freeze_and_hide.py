"""Freeze the rows of villages; keep a person's full name where the app may write but not read."""

from __future__ import annotations

from django.db import connections, migrations

TABLES = """
CALL releases_freeze('villages_ledgerentry');
CALL releases_freeze('villages_balance');
ALTER TABLE villages_ledgerentry ADD COLUMN counterparty varchar(80) NOT NULL DEFAULT '';
"""

BACK = """
ALTER TABLE villages_ledgerentry DROP COLUMN counterparty;
CALL releases_unfreeze('villages_balance');
CALL releases_unfreeze('villages_ledgerentry');
"""


def hide(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    if app != schema_editor.connection.settings_dict["USER"]:
        schema_editor.execute(
            f"CALL releases_hide('villages_ledgerentry', ARRAY['counterparty'], '{app}')"
        )


def show(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    schema_editor.execute(f"GRANT SELECT ON villages_ledgerentry TO {schema_editor.quote_name(app)}")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_app_role"),
        ("villages", "0001_initial"),
        ("releases", "0004_private_columns"),
    ]
    operations = [migrations.RunSQL(TABLES, BACK), migrations.RunPython(hide, show)]
