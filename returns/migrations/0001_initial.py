import core.numbers
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import functools
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
        ('inventory', '0001_initial'),
        ('orders', '0001_initial'),
        ('policies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalReturn',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('ret',), **{}), max_length=40)),
                ('number', models.CharField(db_index=True, default=functools.partial(core.numbers.new_number, *('RMA',), **{}), max_length=20)),
                ('currency', models.CharField(max_length=3)),
                ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('requested', 'Requested'), ('awaiting_evidence', 'Awaiting evidence'), ('in_review', 'In review'), ('authorised', 'Authorised'), ('rejected', 'Rejected'), ('in_transit', 'In transit'), ('partly_received', 'Partly received'), ('received', 'Received'), ('inspected', 'Inspected'), ('settling', 'Settling'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], default='draft', max_length=50, protected=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=64)),
                ('send_back_by', models.DateField(help_text='Goods are awaited until then.', null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('assigned_to', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.channel')),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                ('policy_version', models.ForeignKey(blank=True, db_constraint=False, help_text='Kept while open.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.policyversion')),
            ],
            options={
                'verbose_name': 'historical return',
                'verbose_name_plural': 'historical returns',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('ret',), **{}), max_length=40, unique=True)),
                ('number', models.CharField(default=functools.partial(core.numbers.new_number, *('RMA',), **{}), max_length=20, unique=True)),
                ('currency', models.CharField(max_length=3)),
                ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('requested', 'Requested'), ('awaiting_evidence', 'Awaiting evidence'), ('in_review', 'In review'), ('authorised', 'Authorised'), ('rejected', 'Rejected'), ('in_transit', 'In transit'), ('partly_received', 'Partly received'), ('received', 'Received'), ('inspected', 'Inspected'), ('settling', 'Settling'), ('closed', 'Closed'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], default='draft', max_length=50, protected=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=64)),
                ('send_back_by', models.DateField(help_text='Goods are awaited until then.', null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.channel')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.customer')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('policy_version', models.ForeignKey(help_text='Kept while open.', on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='policies.policyversion')),
            ],
            options={
                'indexes': [models.Index(fields=['partner', 'state', 'opened_at', 'id'], name='case_queue'), models.Index(fields=['assigned_to', 'state'], name='case_assigned'), models.Index(fields=['customer', 'opened_at'], name='cases_of_customer'), models.Index(condition=models.Q(('state', 'authorised')), fields=['send_back_by', 'id'], name='case_overdue')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracking_number', models.CharField(blank=True, max_length=80)),
                ('received_at', models.DateTimeField()),
                ('received_by', models.CharField(max_length=64)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('return_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='returns.return')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalReturnLine',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('reason', models.CharField(choices=[('changed_mind', 'Changed mind'), ('wrong_size', 'Wrong size'), ('wrong_item', 'Wrong item sent'), ('defective', 'Defective'), ('damaged_in_transit', 'Damaged in transit'), ('not_as_described', 'Not as described')], max_length=24)),
                ('outcome', models.CharField(choices=[('refund', 'Refund'), ('store_credit', 'Store credit'), ('exchange', 'Exchange'), ('repair', 'Repair')], max_length=16)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('decision', models.CharField(choices=[('pending', 'Pending'), ('authorised', 'Authorised'), ('review', 'In review'), ('rejected', 'Rejected'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='pending', max_length=12)),
                ('net', models.DecimalField(decimal_places=4, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=20)),
                ('gross', models.DecimalField(decimal_places=4, max_digits=20)),
                ('fee', models.DecimalField(decimal_places=4, default=0, help_text='Restocking fee, taken off on settlement.', max_digits=20)),
                ('received_ok', models.PositiveIntegerField(default=0)),
                ('received_damaged', models.PositiveIntegerField(default=0)),
                ('missing', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('cancelled', models.PositiveIntegerField(default=0)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order_line', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.orderline')),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                ('return_case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.return')),
            ],
            options={
                'verbose_name': 'historical return line',
                'verbose_name_plural': 'historical return lines',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000)),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('return_case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='returns.return')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('reason', models.CharField(choices=[('changed_mind', 'Changed mind'), ('wrong_size', 'Wrong size'), ('wrong_item', 'Wrong item sent'), ('defective', 'Defective'), ('damaged_in_transit', 'Damaged in transit'), ('not_as_described', 'Not as described')], max_length=24)),
                ('outcome', models.CharField(choices=[('refund', 'Refund'), ('store_credit', 'Store credit'), ('exchange', 'Exchange'), ('repair', 'Repair')], max_length=16)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('decision', models.CharField(choices=[('pending', 'Pending'), ('authorised', 'Authorised'), ('review', 'In review'), ('rejected', 'Rejected'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='pending', max_length=12)),
                ('net', models.DecimalField(decimal_places=4, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=20)),
                ('gross', models.DecimalField(decimal_places=4, max_digits=20)),
                ('fee', models.DecimalField(decimal_places=4, default=0, help_text='Restocking fee, taken off on settlement.', max_digits=20)),
                ('received_ok', models.PositiveIntegerField(default=0)),
                ('received_damaged', models.PositiveIntegerField(default=0)),
                ('missing', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('cancelled', models.PositiveIntegerField(default=0)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='orders.orderline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('return_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='returns.return')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('return_case', 'position'), name='return_lines_count'), models.UniqueConstraint(fields=('return_case', 'order_line', 'reason'), name='no_return_line_twice'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='a_return_line_is_for_goods'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('received_ok'), '+', models.F('received_damaged')), '+', models.F('missing')), '+', models.F('kept')), '+', models.F('cancelled')))), name='no_more_arrives_than_expected')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('expected', 'As announced'), ('extra', 'Not announced'), ('wrong_item', 'Wrong item'), ('wrong_serial', 'Wrong serial number')], default='expected', max_length=16)),
                ('sku_found', models.CharField(blank=True, max_length=120)),
                ('serial_found', models.CharField(blank=True, max_length=80)),
                ('quantity', models.PositiveIntegerField()),
                ('damaged', models.PositiveIntegerField(default=0, help_text='Of the quantity.')),
                ('note', models.CharField(blank=True, max_length=500)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='returns.receipt')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.variant')),
                ('return_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipt_lines', to='returns.returnline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('damaged__lte', models.F('quantity'))), name='damaged_are_received')],
            },
        ),
        migrations.CreateModel(
            name='UnitClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_number', models.PositiveIntegerField()),
                ('freed_at', models.DateTimeField(null=True)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='orders.orderline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('return_line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='returns.returnline')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('freed_at__isnull', True)), fields=('order_line', 'unit_number'), name='a_unit_is_claimed_once')],
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('grade', models.CharField(choices=[('A', 'A · as new'), ('B', 'B · opened, complete'), ('C', 'C · used or marked'), ('D', 'D · broken or incomplete')], max_length=1)),
                ('is_accepted', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('inspected_at', models.DateTimeField()),
                ('inspected_by', models.CharField(max_length=64)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('receipt_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='returns.receiptline')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('restock', 'Restock'), ('quality_reject', 'Quality reject'), ('refurbish', 'Refurbish'), ('return_to_vendor', 'Return to vendor'), ('scrap', 'Scrap'), ('return_to_customer', 'Return to customer')], max_length=24)),
                ('quantity', models.PositiveIntegerField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.CharField(max_length=64)),
                ('bin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.bin')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispositions', to='returns.inspection')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
