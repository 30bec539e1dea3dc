from __future__ import annotations

from django.db import migrations

# The template that each was to use cannot hold what the item asks for.
FORMER = {"YS-04": "enterprise_fees", "GW-05": "ledger"}


def to_notices(apps, schema_editor):
    items = apps.get_model("catalogue", "CatalogueItem").objects.using(schema_editor.connection.alias)
    for code, kind in FORMER.items():
        items.filter(code=code, kind=kind).update(kind="notices")


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunPython(to_notices, migrations.RunPython.noop)]
