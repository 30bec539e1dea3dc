"""Uploads."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('places', '0001_initial'),
        ('releases', '0004_private_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(db_collation='C', max_length=30, verbose_name='模板')),
                ('start_on', models.DateField(verbose_name='所属期起')),
                ('end_on', models.DateField(verbose_name='所属期止（不含）')),
                ('batch', models.PositiveSmallIntegerField(default=1, verbose_name='批次')),
                ('stage', models.CharField(choices=[('notice', '公示'), ('paid', '发放')], default='paid', max_length=10, verbose_name='阶段')),
                ('expected_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='拨款文件金额（元）')),
                ('is_nil', models.BooleanField(default=False, verbose_name='本期无发生')),
                ('all_sheets', models.BooleanField(default=False, verbose_name='读入所有工作表')),
                ('reason', models.TextField(blank=True, verbose_name='更正原因')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('file_sha256', models.BinaryField(max_length=32, verbose_name='文件指纹')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('sealed_name', models.CharField(blank=True, db_collation='C', editable=False, max_length=40)),
                ('state', models.CharField(choices=[('queued', '等着读'), ('reading', '正在检查'), ('refused', '要改'), ('ready', '检查过了'), ('loading', '正在导入'), ('loaded', '已导入'), ('failed', '没有做成'), ('destroyed', '文件已销毁')], default='queued', max_length=10, verbose_name='状态')),
                ('attempt', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('heartbeat_at', models.DateTimeField(editable=False, null=True)),
                ('queued_at', models.DateTimeField(editable=False)),
                ('rows_read', models.PositiveIntegerField(default=0, verbose_name='读到第几行')),
                ('right_rows', models.PositiveIntegerField(default=0, verbose_name='没问题的行')),
                ('wrong_rows', models.PositiveIntegerField(default=0, verbose_name='要改的行')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='合计（元）')),
                ('error_count', models.PositiveIntegerField(default=0, verbose_name='几处错')),
                ('errors', models.JSONField(default=list, verbose_name='错误')),
                ('repairs', models.PositiveIntegerField(default=0, verbose_name='在网页上改了几处')),
                ('notes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None, verbose_name='说明')),
                ('failure', models.TextField(blank=True, verbose_name='为什么没有做成')),
                ('created_at', models.DateTimeField(verbose_name='上传时间')),
                ('destroyed_at', models.DateTimeField(blank=True, null=True, verbose_name='销毁时间')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.body', verbose_name='责任主体')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='releases.release', verbose_name='更正的批次')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.catalogueitem', verbose_name='公开事项')),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='releases.release', verbose_name='导入的批次')),
            ],
            options={
                'verbose_name': '导入',
                'verbose_name_plural': '导入',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['by', '-created_at'], name='imports_upload_of_clerk'), models.Index(condition=models.Q(('state__in', ['queued', 'reading', 'loading'])), fields=['queued_at'], name='imports_upload_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('end_on__gt', models.F('start_on'))), name='imports_upload_period_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('sealed_name', ''), ('state', 'destroyed')), models.Q(models.Q(('state', 'destroyed'), _negated=True), models.Q(('sealed_name', ''), _negated=True), ('destroyed_at__isnull', True)), _connector='OR'), name='imports_upload_destroyed_whole'), models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='imports_upload_correction_says_why'), models.CheckConstraint(condition=models.Q(('state__in', ['reading', 'loading']), ('heartbeat_at__isnull', True), _connector='OR'), name='imports_upload_beats_at_work')],
            },
        ),
    ]
