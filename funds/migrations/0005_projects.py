"""Projects and what was paid for them; a person's full name stands where the app may write but not read."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.comparison
import uuid_utils.compat
from django.db import connections, migrations, models

TABLES = """
CALL releases_freeze('funds_livelihoodproject');
CALL releases_freeze('funds_disbursement');
ALTER TABLE funds_livelihoodproject ADD COLUMN winner varchar(80) NOT NULL DEFAULT '';
ALTER TABLE funds_disbursement ADD COLUMN payee varchar(80) NOT NULL DEFAULT '';
"""

BACK = """
ALTER TABLE funds_disbursement DROP COLUMN payee;
ALTER TABLE funds_livelihoodproject DROP COLUMN winner;
CALL releases_unfreeze('funds_disbursement');
CALL releases_unfreeze('funds_livelihoodproject');
"""

HIDDEN = (("funds_livelihoodproject", "winner"), ("funds_disbursement", "payee"))


def hide(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    if app != schema_editor.connection.settings_dict["USER"]:
        for table, column in HIDDEN:
            schema_editor.execute(f"CALL releases_hide('{table}', ARRAY['{column}'], '{app}')")


def show(apps, schema_editor):
    app = connections["default"].settings_dict["USER"]
    for table, _ in HIDDEN:
        schema_editor.execute(f"GRANT SELECT ON {table} TO {schema_editor.quote_name(app)}")


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0004_lookup_count'),
        ('places', '0001_initial'),
        ('portal', '0001_app_role'),
        ('releases', '0012_seen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disbursement',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_id', models.UUIDField(editable=False, verbose_name='首版编号')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='版本')),
                ('position', models.PositiveIntegerField(editable=False, verbose_name='序号')),
                ('county', models.CharField(db_collation='C', editable=False, max_length=6)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='备注')),
                ('seed', models.BinaryField(null=True)),
                ('salts', models.BinaryField(null=True)),
                ('leaf', models.BinaryField()),
                ('erased', models.PositiveSmallIntegerField(db_default=0, editable=False)),
                ('project_no', models.CharField(db_collation='C', max_length=64, verbose_name='项目编号')),
                ('paid_on', models.DateField(verbose_name='拨付日期')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='金额')),
                ('payee_public', models.CharField(blank=True, db_collation='C', max_length=80, verbose_name='收款单位')),
                ('voucher_no', models.CharField(db_collation='C', max_length=40, verbose_name='凭证号')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('type', models.CharField(blank=True, choices=[('advance', '预付款'), ('progress', '进度款'), ('settlement', '结算款'), ('retention', '质保金'), ('refund', '退回')], max_length=12, verbose_name='拨付类型')),
                ('document_no', models.CharField(blank=True, max_length=100, verbose_name='资金文号')),
                ('payer', models.CharField(blank=True, max_length=80, verbose_name='付款单位')),
                ('progress', models.CharField(blank=True, max_length=100, verbose_name='形象进度')),
                ('invoice_no', models.CharField(blank=True, db_collation='C', max_length=40, verbose_name='发票号码')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.region', verbose_name='所在地')),
                ('release', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(app_label)s_%(class)s_rows', to='releases.release', verbose_name='公开批次')),
            ],
            options={
                'verbose_name': '项目资金拨付',
                'verbose_name_plural': '项目资金拨付',
                'abstract': False,
                'indexes': [models.Index(fields=['release', 'position'], name='funds_disbursement_order'), models.Index(fields=['county', 'project_no', 'paid_on'], name='funds_disbursement_project'), models.Index(fields=['region', 'paid_on'], name='funds_disbursement_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('salts__isnull', True), ('seed__isnull', False)), models.Q(('salts__isnull', False), ('seed__isnull', True)), _connector='OR'), name='funds_disbursement_seed_or_salts'), models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('type', 'refund')), models.Q(models.Q(('type', 'refund'), _negated=True), ('amount__gt', 0)), _connector='OR'), name='funds_disbursement_refund_is_negative')],
            },
        ),
        migrations.CreateModel(
            name='LivelihoodProject',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_id', models.UUIDField(editable=False, verbose_name='首版编号')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='版本')),
                ('position', models.PositiveIntegerField(editable=False, verbose_name='序号')),
                ('county', models.CharField(db_collation='C', editable=False, max_length=6)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='备注')),
                ('seed', models.BinaryField(null=True)),
                ('salts', models.BinaryField(null=True)),
                ('leaf', models.BinaryField()),
                ('erased', models.PositiveSmallIntegerField(db_default=0, editable=False)),
                ('project_no', models.CharField(db_collation='C', max_length=64, verbose_name='项目编号')),
                ('name', models.CharField(max_length=100, verbose_name='项目名称')),
                ('board', models.CharField(choices=[('livelihood', '民生项目'), ('revitalization', '乡村振兴')], max_length=14, verbose_name='板块')),
                ('department', models.CharField(max_length=80, verbose_name='主管部门')),
                ('content', models.CharField(max_length=500, verbose_name='建设内容')),
                ('fund_source', models.CharField(blank=True, max_length=100, verbose_name='资金来源')),
                ('budget', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='预算金额')),
                ('method', models.CharField(blank=True, choices=[('open', '公开招标'), ('invited', '邀请招标'), ('negotiation', '竞争性谈判'), ('consultation', '竞争性磋商'), ('inquiry', '询价'), ('single', '单一来源'), ('below', '限额以下'), ('villagers', '村民自建'), ('framework', '框架协议'), ('innovation', '合作创新采购'), ('direct', '直接发包'), ('shop', '电子卖场'), ('relief', '以工代赈'), ('none', '不适用')], max_length=12, verbose_name='采购方式')),
                ('announced_on', models.DateField(null=True, verbose_name='采购公告日期')),
                ('awarded_on', models.DateField(null=True, verbose_name='中标日期')),
                ('winner_public', models.CharField(blank=True, db_collation='C', max_length=80, verbose_name='中标单位')),
                ('award_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='中标金额')),
                ('contract_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='合同金额')),
                ('signed_on', models.DateField(null=True, verbose_name='合同签订日期')),
                ('planned_start_on', models.DateField(null=True, verbose_name='计划开工')),
                ('planned_end_on', models.DateField(null=True, verbose_name='计划竣工')),
                ('completed_on', models.DateField(null=True, verbose_name='实际竣工')),
                ('submitted_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='送审金额')),
                ('final_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='决算金额')),
                ('audited_on', models.DateField(null=True, verbose_name='决算审定日期')),
                ('state', models.CharField(choices=[('planned', '立项'), ('procuring', '采购'), ('building', '在建'), ('completed', '完工'), ('settled', '决算'), ('stopped', '终止')], max_length=10, verbose_name='状态')),
                ('attachments', models.TextField(blank=True, verbose_name='附件')),
                ('implementer', models.CharField(blank=True, max_length=80, verbose_name='实施单位')),
                ('responsible', models.CharField(blank=True, max_length=60, verbose_name='责任人')),
                ('category', models.CharField(blank=True, max_length=40, verbose_name='项目类别')),
                ('document_no', models.CharField(blank=True, max_length=100, verbose_name='资金文号')),
                ('central_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='中央资金')),
                ('province_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='省级资金')),
                ('city_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='市级资金')),
                ('county_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='县级资金')),
                ('own_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='自筹资金')),
                ('ceiling', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='最高限价')),
                ('tender_no', models.CharField(blank=True, db_collation='C', max_length=64, verbose_name='招标编号')),
                ('supervisor', models.CharField(blank=True, max_length=80, verbose_name='监理单位')),
                ('accepted_on', models.DateField(null=True, verbose_name='验收日期')),
                ('change_amount', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='变更累计金额')),
                ('change_count', models.PositiveSmallIntegerField(null=True, verbose_name='变更次数')),
                ('retention', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='质保金')),
                ('households', models.PositiveIntegerField(null=True, verbose_name='受益户数')),
                ('goal', models.CharField(blank=True, max_length=500, verbose_name='绩效目标')),
                ('linkage', models.CharField(blank=True, max_length=500, verbose_name='联农带农机制')),
                ('matter_no', models.CharField(blank=True, db_collation='C', max_length=64, verbose_name='事项编号')),
                ('latest_on', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Greatest('announced_on', 'awarded_on', 'signed_on', 'completed_on', 'accepted_on', 'audited_on'), output_field=models.DateField(null=True), verbose_name='最近的进展')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.region', verbose_name='所在地')),
                ('release', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(app_label)s_%(class)s_rows', to='releases.release', verbose_name='公开批次')),
            ],
            options={
                'verbose_name': '民生项目',
                'verbose_name_plural': '民生项目',
                'abstract': False,
                'indexes': [models.Index(fields=['release', 'position'], name='funds_livelihoodproject_order'), models.Index(fields=['county', 'project_no'], name='funds_project_no'), models.Index(fields=['region', 'board', 'first_id'], name='funds_project_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('salts__isnull', True), ('seed__isnull', False)), models.Q(('salts__isnull', False), ('seed__isnull', True)), _connector='OR'), name='funds_livelihoodproject_seed_or_salts'), models.CheckConstraint(condition=models.Q(('budget__gt', 0)), name='funds_livelihoodproject_budget_positive'), models.CheckConstraint(condition=models.Q(('awarded_on__isnull', True), ('announced_on__isnull', True), ('awarded_on__gte', models.F('announced_on')), _connector='OR'), name='funds_livelihoodproject_announced_before_award')],
            },
        ),
        migrations.RunSQL(TABLES, BACK),
        migrations.RunPython(hide, show),
    ]
