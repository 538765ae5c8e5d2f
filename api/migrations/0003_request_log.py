"""The log of what partners' programs asked."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_payment_scope'),
        ('core', '0004_claiming_the_next_deliveries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('orders:read', 'Read orders, and documents that came in'), ('orders:write', 'Send orders and documents in'), ('returns:read', 'Read returns, decisions, credit memos and parcels'), ('returns:write', 'Open returns and act on them for customers'), ('returns:decide', 'Authorise and reject returns, close them short'), ('exchanges:read', 'Read exchanges, quotes and shipments'), ('exchanges:write', 'Open exchanges and act on them'), ('payments:read', 'Read payments, card holds and refunds'), ('events:read', 'Read what happened'), ('stock:read', 'Read stock, its changes and its ledger'), ('reservations:read', 'Read reservations'), ('allocations:read', 'Read allocations'), ('allocations:write', 'Allocate, cancel and ship'), ('webhooks:read', 'Read webhook endpoints and their messages'), ('webhooks:write', 'Acknowledge webhook messages, have them sent again'), ('requests:read', 'Read the log of your programs’ requests'), ('clock:write', 'Set the clock of a sandbox')], max_length=40), size=None),
        ),
        migrations.AlterField(
            model_name='historicalapikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('orders:read', 'Read orders, and documents that came in'), ('orders:write', 'Send orders and documents in'), ('returns:read', 'Read returns, decisions, credit memos and parcels'), ('returns:write', 'Open returns and act on them for customers'), ('returns:decide', 'Authorise and reject returns, close them short'), ('exchanges:read', 'Read exchanges, quotes and shipments'), ('exchanges:write', 'Open exchanges and act on them'), ('payments:read', 'Read payments, card holds and refunds'), ('events:read', 'Read what happened'), ('stock:read', 'Read stock, its changes and its ledger'), ('reservations:read', 'Read reservations'), ('allocations:read', 'Read allocations'), ('allocations:write', 'Allocate, cancel and ship'), ('webhooks:read', 'Read webhook endpoints and their messages'), ('webhooks:write', 'Acknowledge webhook messages, have them sent again'), ('requests:read', 'Read the log of your programs’ requests'), ('clock:write', 'Set the clock of a sandbox')], max_length=40), size=None),
        ),
        migrations.CreateModel(
            name='LoggedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request_id', models.CharField(max_length=64)),
                ('method', models.CharField(max_length=10)),
                ('path', models.CharField(max_length=200)),
                ('status', models.PositiveSmallIntegerField()),
                ('code', models.CharField(blank=True, help_text='Of the problem, if it was one.', max_length=60)),
                ('milliseconds', models.PositiveIntegerField()),
                ('edition', models.CharField(blank=True, max_length=10)),
                ('repetition', models.CharField(choices=[('none', 'no key'), ('sent', 'key'), ('replayed', 'answered again')], max_length=8)),
                ('at', models.DateTimeField()),
                ('key', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='api.apikey')),
                ('partner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['partner', '-id'], name='requests_of_a_partner'), models.Index(fields=['partner', 'request_id'], name='requests_by_their_id'), models.Index(condition=models.Q(('status__gte', 400)), fields=['partner', '-id'], name='requests_that_were_refused')],
            },
        ),
    ]
