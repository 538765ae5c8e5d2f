import core.numbers
import django.db.models.deletion
import django_fsm
import functools
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_claiming_deliveries'),
        ('core', '__first__'),
        ('fulfilment', '0003_refusals'),
        ('inventory', '0018_holds_cut_down'),
        ('orders', '0005_promotions'),
        ('policies', '0005_backtests'),
        ('returns', '0005_differences_and_what_follows'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='return',
            name='case_overdue',
        ),
        migrations.AddField(
            model_name='historicalreturn',
            name='appealed_at',
            field=models.DateTimeField(help_text='A rejected case is looked at twice.', null=True),
        ),
        migrations.AddField(
            model_name='historicalreturn',
            name='promotion_choice',
            field=models.CharField(blank=True, choices=[('keep', 'The customer keeps the discount'), ('claw_back', 'The discount on the rest is taken off')], help_text='What a person chose where policy asks about a broken promotion.', max_length=12),
        ),
        migrations.AddField(
            model_name='historicalreturn',
            name='rejected_by',
            field=models.CharField(blank=True, help_text='A person, not the rules.', max_length=64),
        ),
        migrations.AddField(
            model_name='historicalreturn',
            name='reopened_at',
            field=models.DateTimeField(help_text='A closed case is opened once more.', null=True),
        ),
        migrations.AddField(
            model_name='historicalreturnline',
            name='overturned',
            field=models.PositiveIntegerField(default=0, help_text='Refused at inspection and accepted after all; among the accepted.'),
        ),
        migrations.AddField(
            model_name='return',
            name='appealed_at',
            field=models.DateTimeField(help_text='A rejected case is looked at twice.', null=True),
        ),
        migrations.AddField(
            model_name='return',
            name='promotion_choice',
            field=models.CharField(blank=True, choices=[('keep', 'The customer keeps the discount'), ('claw_back', 'The discount on the rest is taken off')], help_text='What a person chose where policy asks about a broken promotion.', max_length=12),
        ),
        migrations.AddField(
            model_name='return',
            name='rejected_by',
            field=models.CharField(blank=True, help_text='A person, not the rules.', max_length=64),
        ),
        migrations.AddField(
            model_name='return',
            name='reopened_at',
            field=models.DateTimeField(help_text='A closed case is opened once more.', null=True),
        ),
        migrations.AddField(
            model_name='returnline',
            name='overturned',
            field=models.PositiveIntegerField(default=0, help_text='Refused at inspection and accepted after all; among the accepted.'),
        ),
        migrations.AlterField(
            model_name='disposition',
            name='because',
            field=models.CharField(blank=True, choices=[('broken', 'Beyond repair'), ('unsafe', 'Not safe to use'), ('not_worth_it', 'Costs more than it is worth'), ('passed', 'Looked at again and passed'), ('failed_later', 'A fault was found later'), ('by_agreement', 'Kept by agreement with the customer'), ('decided', 'Decided on the mismatch desk'), ('repair_ended', 'The workshop is done with it'), ('refused_by_vendor', 'The supplier does not take it')], max_length=20),
        ),
        migrations.AlterField(
            model_name='disposition',
            name='kind',
            field=models.CharField(choices=[('restock', 'Restock'), ('quality_reject', 'Quality reject'), ('refurbish', 'Refurbish'), ('return_to_vendor', 'Return to vendor'), ('scrap', 'Scrap'), ('return_to_customer', 'Return to customer'), ('repair', 'Workshop, for its owner')], max_length=24),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(condition=models.Q(('state__in', ['authorised', 'partly_received'])), fields=['send_back_by', 'id'], name='case_overdue'),
        ),
        migrations.CreateModel(
            name='HistoricalRepair',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.CharField(db_index=True, default=functools.partial(core.numbers.new_number, *('REP',), **{}), max_length=20)),
                ('quantity', models.PositiveIntegerField()),
                ('units', models.JSONField(help_text='Unit numbers of the order line.')),
                ('state', django_fsm.FSMField(choices=[('arrived', 'To the workshop'), ('at_workshop', 'At the workshop'), ('estimated', 'Estimate given'), ('agreed', 'Being repaired'), ('repaired', 'Repaired'), ('declined', 'Estimate declined'), ('sent_back', 'Sent back'), ('not_repairable', 'Not repairable')], default='arrived', max_length=50, protected=True)),
                ('is_charged', models.BooleanField(default=False)),
                ('workshop', models.CharField(blank=True, max_length=120)),
                ('finding', models.CharField(blank=True, help_text='What is broken.', max_length=500)),
                ('estimate', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('cost', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('accepted_by', models.CharField(blank=True, help_text='“customer” or “policy”.', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.location')),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                ('return_line', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.returnline')),
                ('shipment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='fulfilment.shipment')),
            ],
            options={
                'verbose_name': 'historical repair',
                'verbose_name_plural': 'historical repairs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Repair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=functools.partial(core.numbers.new_number, *('REP',), **{}), max_length=20, unique=True)),
                ('quantity', models.PositiveIntegerField()),
                ('units', models.JSONField(help_text='Unit numbers of the order line.')),
                ('state', django_fsm.FSMField(choices=[('arrived', 'To the workshop'), ('at_workshop', 'At the workshop'), ('estimated', 'Estimate given'), ('agreed', 'Being repaired'), ('repaired', 'Repaired'), ('declined', 'Estimate declined'), ('sent_back', 'Sent back'), ('not_repairable', 'Not repairable')], default='arrived', max_length=50, protected=True)),
                ('is_charged', models.BooleanField(default=False)),
                ('workshop', models.CharField(blank=True, max_length=120)),
                ('finding', models.CharField(blank=True, help_text='What is broken.', max_length=500)),
                ('estimate', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('cost', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('accepted_by', models.CharField(blank=True, help_text='“customer” or “policy”.', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('return_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='returns.returnline')),
                ('shipment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fulfilment.shipment')),
            ],
            options={
                'indexes': [models.Index(fields=['partner', 'state', 'opened_at'], name='repair_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='a_repair_is_of_goods'), models.CheckConstraint(condition=models.Q(('estimate__isnull', True), ('estimate__gte', 0), _connector='OR'), name='an_estimate_is_not_below_zero'), models.CheckConstraint(condition=models.Q(('cost__isnull', True), ('cost__gte', 0), _connector='OR'), name='a_repair_costs_us_something')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
    ]
