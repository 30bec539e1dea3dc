"""An objection may come after the write-off; nothing is written off while one is open."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION complaints_write_off_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'complaints_ticket_write_off: an objection is open' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER complaints_write_off_guard BEFORE UPDATE ON complaints_ticket FOR EACH ROW
    WHEN (NEW.state = 'written_off' AND OLD.state <> 'written_off' AND NEW.has_objection)
    EXECUTE FUNCTION complaints_write_off_guard();
"""
UNGUARD = """
DROP TRIGGER complaints_write_off_guard ON complaints_ticket;
DROP FUNCTION complaints_write_off_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0003_scan'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ticket',
            name='complaints_ticket_write_off',
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'written_off'), _negated=True), models.Q(('told_on__isnull', False), ('written_off_on__isnull', False), models.Q(models.Q(('outcome', ''), models.Q(('refusal', ''), _negated=True)), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('published_on__isnull', False), ('sealed_by__isnull', False), _connector='OR'), models.Q(('funds', 'due'), _negated=True)), _connector='OR')), _connector='OR'), name='complaints_ticket_write_off'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
