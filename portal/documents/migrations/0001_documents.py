"""Documents and their pages."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('county', models.CharField(db_collation='C', max_length=6, verbose_name='县代码')),
                ('state', models.CharField(choices=[('waiting', '等着处理'), ('working', '正在处理'), ('ready', '可以用'), ('refused', '没有收下')], default='waiting', max_length=10, verbose_name='状态')),
                ('reason', models.TextField(blank=True, verbose_name='为什么没有收下')),
                ('original_sha256', models.BinaryField(max_length=32, verbose_name='原件指纹')),
                ('media_type', models.CharField(blank=True, db_collation='C', max_length=40, verbose_name='原件格式')),
                ('size', models.PositiveBigIntegerField(verbose_name='原件大小（字节）')),
                ('page_count', models.PositiveSmallIntegerField(default=0, verbose_name='页数')),
                ('sealed_name', models.CharField(blank=True, db_collation='C', editable=False, max_length=40)),
                ('attempt', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('queued_at', models.DateTimeField(editable=False)),
                ('heartbeat_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(verbose_name='交来时间')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='交来的人')),
                ('redacts', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redactions', to='documents.document', verbose_name='遮盖自哪一份')),
            ],
            options={
                'verbose_name': '佐证材料',
                'verbose_name_plural': '佐证材料',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几页')),
                ('full_sha256', models.BinaryField(max_length=32)),
                ('full_size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('preview_sha256', models.BinaryField(max_length=32)),
                ('preview_width', models.PositiveSmallIntegerField()),
                ('preview_height', models.PositiveSmallIntegerField()),
                ('thumb_sha256', models.BinaryField(max_length=32)),
                ('thumb_width', models.PositiveSmallIntegerField()),
                ('thumb_height', models.PositiveSmallIntegerField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='documents.document', verbose_name='佐证材料')),
            ],
            options={
                'verbose_name': '页',
                'verbose_name_plural': '页',
                'ordering': ['document', 'number'],
            },
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['county', 'original_sha256'], name='documents_document_original'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'working'])), fields=['queued_at'], name='documents_document_waiting'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('page_count', 0), ('reason', ''), ('state__in', ['waiting', 'working']), models.Q(('sealed_name', ''), _negated=True)), models.Q(('page_count__gte', 1), ('reason', ''), ('sealed_name', ''), ('state', 'ready'), models.Q(('media_type', ''), _negated=True)), models.Q(('page_count', 0), ('sealed_name', ''), ('state', 'refused'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='documents_document_state_whole'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'working'), ('heartbeat_at__isnull', True), _connector='OR'), name='documents_document_beats_at_work'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('redacts__isnull', True), models.Q(('state', 'ready'), models.Q(('redacts', models.F('id')), _negated=True)), _connector='OR'), name='documents_document_redaction_ready'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('original_sha256'), 32), name='documents_document_hash_whole'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('county__regex', '^[0-9]{6}$')), name='documents_document_county_code'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['full_sha256'], name='documents_page_full'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['preview_sha256'], name='documents_page_preview'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['thumb_sha256'], name='documents_page_thumb'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(fields=('document', 'number'), name='documents_page_once'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='documents_page_counted_from_one'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('full_size__gte', 1), ('height__gte', 1), ('preview_height__gte', 1), ('preview_width__gte', 1), ('thumb_height__gte', 1), ('thumb_width__gte', 1), ('width__gte', 1)), name='documents_page_has_extent'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('full_sha256'), 32), django.db.models.lookups.Exact(django.db.models.functions.text.Length('preview_sha256'), 32), django.db.models.lookups.Exact(django.db.models.functions.text.Length('thumb_sha256'), 32)), name='documents_page_hashes_whole'),
        ),
    ]
