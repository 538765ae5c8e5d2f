"""What goes out instead: exchanges, their lines and their quotes."""

import core.migrating
import core.numbers
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import functools
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('exchanges', '0001_initial'),
        ('exchanges', '0004_quotes_wait_for_assent'),
        ('exchanges', '0010_what_came_back'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0002_tables'),
        ('orders', '0001_tables'),
        ('policies', '0001_tables'),
        ('returns', '0001_tables'),
    ]

    operations = [
        core.migrating.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Exchange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('exc',), **{}), max_length=40, unique=True)),
                        ('number', models.CharField(default=functools.partial(core.numbers.new_number, *('EXC',), **{}), max_length=20, unique=True)),
                        ('type', models.CharField(choices=[('regular', 'Regular'), ('advanced', 'Advanced'), ('advanced_prepaid', 'Advanced, pre-paid')], max_length=20)),
                        ('price_policy', models.CharField(choices=[('original_value', 'Original value'), ('current', "Today's price"), ('lower_of', 'The lower of the two'), ('manual', 'Agreed by hand')], max_length=16)),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('quoted', 'Quoted'), ('pending_approval', 'Awaiting approval'), ('awaiting_payment', 'Awaiting payment'), ('awaiting_goods', 'Awaiting goods'), ('ready', 'Ready to ship'), ('releasing', 'With the warehouse'), ('partly_shipped', 'Partly shipped'), ('in_transit', 'In transit'), ('delivered', 'Delivered'), ('completed', 'Completed'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('converted_to_refund', 'Converted to a refund'), ('converted_to_sale', 'Converted to a sale')], default='draft', max_length=50, protected=True)),
                        ('opened_at', models.DateTimeField()),
                        ('opened_by', models.CharField(max_length=64)),
                        ('goods_accepted_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('replacement_order', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchange', to='orders.order')),
                        ('return_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='returns.return')),
                        ('accepted_quote', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_for', to='exchanges.quote')),
                        ('conversion', models.JSONField(help_text='Rate, source and time of prices from another currency.', null=True)),
                        ('shipping_fee', models.DecimalField(decimal_places=4, default=0, help_text='What the customer is asked for sending it.', max_digits=20)),
                        ('let_off', models.DecimalField(decimal_places=4, default=0, help_text='No longer asked for: what it was for is given up.', max_digits=20)),
                        ('part_value', models.DecimalField(decimal_places=4, help_text='What has been released of it costs so much; blank: all of it at once.', max_digits=20, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['partner', 'state', 'id'], name='exchange_queue')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('let_off', 0), models.Q(('let_off__gt', 0), ('part_value__isnull', False)), _connector='OR'), name='only_who_gets_a_part_is_let_off')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalExchange',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('exc',), **{}), max_length=40)),
                        ('number', models.CharField(db_index=True, default=functools.partial(core.numbers.new_number, *('EXC',), **{}), max_length=20)),
                        ('type', models.CharField(choices=[('regular', 'Regular'), ('advanced', 'Advanced'), ('advanced_prepaid', 'Advanced, pre-paid')], max_length=20)),
                        ('price_policy', models.CharField(choices=[('original_value', 'Original value'), ('current', "Today's price"), ('lower_of', 'The lower of the two'), ('manual', 'Agreed by hand')], max_length=16)),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('quoted', 'Quoted'), ('pending_approval', 'Awaiting approval'), ('awaiting_payment', 'Awaiting payment'), ('awaiting_goods', 'Awaiting goods'), ('ready', 'Ready to ship'), ('releasing', 'With the warehouse'), ('partly_shipped', 'Partly shipped'), ('in_transit', 'In transit'), ('delivered', 'Delivered'), ('completed', 'Completed'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('converted_to_refund', 'Converted to a refund'), ('converted_to_sale', 'Converted to a sale')], default='draft', max_length=50, protected=True)),
                        ('opened_at', models.DateTimeField()),
                        ('opened_by', models.CharField(max_length=64)),
                        ('goods_accepted_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('replacement_order', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.order')),
                        ('return_case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.return')),
                        ('accepted_quote', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='exchanges.quote')),
                        ('conversion', models.JSONField(help_text='Rate, source and time of prices from another currency.', null=True)),
                        ('shipping_fee', models.DecimalField(decimal_places=4, default=0, help_text='What the customer is asked for sending it.', max_digits=20)),
                        ('let_off', models.DecimalField(decimal_places=4, default=0, help_text='No longer asked for: what it was for is given up.', max_digits=20)),
                        ('part_value', models.DecimalField(decimal_places=4, help_text='What has been released of it costs so much; blank: all of it at once.', max_digits=20, null=True)),
                    ],
                    options={
                        'verbose_name': 'historical exchange',
                        'verbose_name_plural': 'historical exchanges',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ExchangeLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('quantity', models.PositiveIntegerField()),
                        ('exchange', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='exchanges.exchange')),
                        ('order_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchange_lines', to='orders.orderline')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='returns.returnline')),
                        ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.variant')),
                        ('agreed_price', models.DecimalField(decimal_places=6, help_text='Per unit, set by hand.', max_digits=20, null=True)),
                        ('dropped', models.PositiveIntegerField(default=0, help_text='Given up after a part had gone: their goods never came.')),
                        ('released', models.PositiveIntegerField(default=0, help_text='Given to the warehouse.')),
                        ('came_back', models.PositiveIntegerField(default=0, help_text='Left, and was brought back; it leaves anew.')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('exchange', 'position'), name='exchange_lines_count'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='an_exchange_line_is_for_goods'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('released'), '+', models.F('dropped')))), name='no_more_goes_out_than_was_exchanged')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalExchangeLine',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('quantity', models.PositiveIntegerField()),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('exchange', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='exchanges.exchange')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('order_line', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.orderline')),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('replaces', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.returnline')),
                        ('variant', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.variant')),
                        ('agreed_price', models.DecimalField(decimal_places=6, help_text='Per unit, set by hand.', max_digits=20, null=True)),
                        ('dropped', models.PositiveIntegerField(default=0, help_text='Given up after a part had gone: their goods never came.')),
                        ('released', models.PositiveIntegerField(default=0, help_text='Given to the warehouse.')),
                        ('came_back', models.PositiveIntegerField(default=0, help_text='Left, and was brought back; it leaves anew.')),
                    ],
                    options={
                        'verbose_name': 'historical exchange line',
                        'verbose_name_plural': 'historical exchange lines',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Quote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('quo',), **{}), max_length=40, unique=True)),
                        ('number', models.PositiveSmallIntegerField(help_text='Counts the quotes of an exchange.')),
                        ('currency', models.CharField(max_length=3)),
                        ('returned_value', models.DecimalField(decimal_places=4, help_text='Applied credit: goods less fees, tax included.', max_digits=20)),
                        ('outbound_value', models.DecimalField(decimal_places=4, help_text='What goes out, tax included.', max_digits=20)),
                        ('outbound_tax', models.DecimalField(decimal_places=4, max_digits=20)),
                        ('shipping', models.DecimalField(decimal_places=4, default=0, max_digits=20)),
                        ('due', models.DecimalField(decimal_places=4, max_digits=20)),
                        ('evenness', models.CharField(choices=[('even', 'Even'), ('upgrade', 'Upgrade'), ('downgrade', 'Downgrade')], max_length=12)),
                        ('inputs', models.JSONField()),
                        ('lines', models.JSONField()),
                        ('content_hash', models.CharField(max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.CharField(max_length=64)),
                        ('expires_at', models.DateTimeField()),
                        ('exchange', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='exchanges.exchange')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policyversion')),
                        ('approval_kind', models.CharField(blank=True, help_text='Why a second person has to say yes to it.', max_length=24)),
                        ('is_paid_up_front', models.BooleanField(default=False)),
                        ('needed', models.DecimalField(decimal_places=4, default=0, help_text='To be captured before anything leaves.', max_digits=20)),
                        ('card_hold', models.DecimalField(decimal_places=4, default=0, help_text='To be held on a card until the goods are back.', max_digits=20)),
                        ('is_netted', models.BooleanField(default=False, help_text="Credit of the case's other lines may pay its difference.")),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('exchange', 'number'), name='quotes_count'), models.CheckConstraint(condition=models.Q(('due', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('outbound_value'), '+', models.F('shipping')), '-', models.F('returned_value')))), name='due_is_what_goes_out_less_what_comes_back')],
                    },
                ),
            ],
        ),
    ]
