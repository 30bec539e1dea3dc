import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # The application's role gets its rights on tables made after that one.
    dependencies = [("portal", "0001_app_role")]

    operations = [
        migrations.CreateModel(
            name='Effect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(db_collation='C', max_length=40, verbose_name='类别')),
                ('key', models.CharField(db_collation='C', max_length=200, unique=True, verbose_name='编号')),
                ('ref', models.JSONField(default=dict, verbose_name='指向')),
                ('not_before', models.DateTimeField(null=True, verbose_name='最早')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='试过次数')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='有人在办到')),
                ('done_at', models.DateTimeField(null=True, verbose_name='办成时间')),
                ('dead_at', models.DateTimeField(null=True, verbose_name='放弃时间')),
                ('error', models.CharField(blank=True, max_length=100, verbose_name='错误')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='写下时间')),
            ],
            options={
                'verbose_name': '待办的事',
                'verbose_name_plural': '待办的事',
                'indexes': [models.Index(django.db.models.functions.comparison.Coalesce('not_before', 'created_at'), models.F('id'), condition=models.Q(('dead_at__isnull', True), ('done_at__isnull', True)), name='outbox_effect_waiting'), models.Index(models.F('dead_at'), condition=models.Q(('dead_at__isnull', False)), name='outbox_effect_dead')],
                'constraints': [models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('dead_at__isnull', True), _connector='OR'), name='outbox_effect_done_or_dead'), models.CheckConstraint(condition=models.Q(('lease_until__isnull', True), models.Q(('dead_at__isnull', True), ('done_at__isnull', True)), _connector='OR'), name='outbox_effect_lease_while_waiting'), models.CheckConstraint(condition=models.Q(models.Q(('dead_at__isnull', True), ('done_at__isnull', True), ('lease_until__isnull', True)), ('attempts__gt', 0), _connector='OR'), name='outbox_effect_ended_by_trying'), models.CheckConstraint(condition=models.Q(('dead_at__isnull', True), models.Q(('error', ''), _negated=True), _connector='OR'), name='outbox_effect_dead_of_something'), models.CheckConstraint(condition=models.Q(('topic__regex', '^[a-z][a-z0-9_.]{0,39}$')), name='outbox_effect_topic_is_word'), models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9:._-]{0,199}$')), name='outbox_effect_key_is_id'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Regex(django.db.models.functions.comparison.Cast('ref', models.TextField()), '^[ -~]{2,255}[ -~]{0,255}$')), name='outbox_effect_ref_is_short'), models.CheckConstraint(condition=models.Q(('error__regex', '^[A-Za-z0-9_]*$')), name='outbox_effect_error_is_class')],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('key', models.CharField(db_collation='C', max_length=200, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': '办过的事',
                'verbose_name_plural': '办过的事',
                'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9:._-]{0,199}$')), name='outbox_seen_key_is_id')],
            },
        ),
    ]
