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
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditMemo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('mem',), **{}), max_length=40, unique=True)),
                ('number', models.CharField(blank=True, help_text='Given on issue, gapless.', max_length=40)),
                ('case', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=3)),
                ('net', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('gross', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('applied', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('paid_out', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('issued', 'Issued'), ('settled', 'Settled')], default='draft', max_length=50, protected=True)),
                ('drafted_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_memos', to='orders.customer')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['case'], name='memo_of_case')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('partner', 'number'), name='memo_numbers_are_unique'), models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax')))), name='memo_net_and_tax_make_gross'), models.CheckConstraint(condition=models.Q(('gross__gte', django.db.models.expressions.CombinedExpression(models.F('applied'), '+', models.F('paid_out')))), name='a_memo_is_spent_once'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('issued_at__isnull', False), models.Q(('number', ''), _negated=True)), _connector='OR'), name='an_issued_memo_has_its_number')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCreditMemo',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('mem',), **{}), max_length=40)),
                ('number', models.CharField(blank=True, help_text='Given on issue, gapless.', max_length=40)),
                ('case', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=3)),
                ('net', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('gross', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('applied', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('paid_out', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('issued', 'Issued'), ('settled', 'Settled')], default='draft', max_length=50, protected=True)),
                ('drafted_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
            ],
            options={
                'verbose_name': 'historical credit memo',
                'verbose_name_plural': 'historical credit memos',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='CreditMemoLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('goods', 'Goods'), ('shipping', 'Outbound shipping'), ('restocking_fee', 'Restocking fee'), ('return_shipping_fee', 'Return shipping'), ('condition', 'Condition'), ('promotion', 'Promotion')], max_length=24)),
                ('reference', models.CharField(blank=True, help_text='Such as “returnline:7”.', max_length=64)),
                ('title', models.CharField(max_length=200)),
                ('quantity', models.PositiveIntegerField(default=0)),
                ('net', models.DecimalField(decimal_places=4, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=20)),
                ('gross', models.DecimalField(decimal_places=4, max_digits=20)),
                ('memo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='payments.creditmemo')),
                ('order_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memo_lines', to='orders.orderline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('memo', 'position'), name='memo_lines_count'), models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax')))), name='memo_line_net_and_tax_make_gross')],
            },
        ),
    ]
