"""Keys of partners' programs, and where they are told."""

import core.migrating
import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('api', '0001_initial'),
        ('api', '0002_alter_apikey_scopes_alter_historicalapikey_scopes'),
        ('api', '0003_editions_and_more_scopes'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        core.migrating.CreateTables(
            models=[
                migrations.CreateModel(
                    name='ApiKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(help_text='Which program uses it, such as “Shop sync”.', max_length=80)),
                        ('prefix', models.CharField(editable=False, help_text='How the key begins; not secret.', max_length=24, unique=True)),
                        ('secret_hash', models.CharField(editable=False, max_length=64)),
                        ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('orders:read', 'Read orders, and documents that came in'), ('orders:write', 'Send orders and documents in'), ('returns:read', 'Read returns, decisions, credit memos and parcels'), ('returns:write', 'Open returns and act on them for customers'), ('returns:decide', 'Authorise and reject returns, close them short'), ('exchanges:read', 'Read exchanges, quotes and shipments'), ('exchanges:write', 'Open exchanges and act on them'), ('events:read', 'Read what happened'), ('stock:read', 'Read stock, its changes and its ledger'), ('reservations:read', 'Read reservations'), ('allocations:read', 'Read allocations'), ('allocations:write', 'Allocate, cancel and ship'), ('webhooks:read', 'Read webhook endpoints and their messages'), ('webhooks:write', 'Acknowledge webhook messages, have them sent again'), ('clock:write', 'Set the clock of a sandbox')], max_length=40), size=None)),
                        ('calls_per_minute', models.PositiveIntegerField(default=600)),
                        ('made_at', models.DateTimeField(editable=False)),
                        ('made_by', models.CharField(editable=False, max_length=64)),
                        ('expires_at', models.DateTimeField(blank=True, help_text='Blank: when revoked.', null=True)),
                        ('revoked_at', models.DateTimeField(editable=False, null=True)),
                        ('last_used_at', models.DateTimeField(editable=False, null=True)),
                        ('calls_left', models.FloatField(default=0, editable=False)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('edition', models.CharField(default='2026-11-30', help_text='Of the API, unless a call names another: the newest when the key was made.', max_length=10)),
                    ],
                    options={
                        'verbose_name': 'API key',
                        'indexes': [models.Index(fields=['partner', 'name'], name='keys_of_a_program')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('calls_per_minute__gt', 0)), name='a_key_may_call')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalApiKey',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(help_text='Which program uses it, such as “Shop sync”.', max_length=80)),
                        ('prefix', models.CharField(db_index=True, editable=False, help_text='How the key begins; not secret.', max_length=24)),
                        ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('orders:read', 'Read orders, and documents that came in'), ('orders:write', 'Send orders and documents in'), ('returns:read', 'Read returns, decisions, credit memos and parcels'), ('returns:write', 'Open returns and act on them for customers'), ('returns:decide', 'Authorise and reject returns, close them short'), ('exchanges:read', 'Read exchanges, quotes and shipments'), ('exchanges:write', 'Open exchanges and act on them'), ('events:read', 'Read what happened'), ('stock:read', 'Read stock, its changes and its ledger'), ('reservations:read', 'Read reservations'), ('allocations:read', 'Read allocations'), ('allocations:write', 'Allocate, cancel and ship'), ('webhooks:read', 'Read webhook endpoints and their messages'), ('webhooks:write', 'Acknowledge webhook messages, have them sent again'), ('clock:write', 'Set the clock of a sandbox')], max_length=40), size=None)),
                        ('calls_per_minute', models.PositiveIntegerField(default=600)),
                        ('made_at', models.DateTimeField(editable=False)),
                        ('made_by', models.CharField(editable=False, max_length=64)),
                        ('expires_at', models.DateTimeField(blank=True, help_text='Blank: when revoked.', null=True)),
                        ('revoked_at', models.DateTimeField(editable=False, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('edition', models.CharField(default='2026-11-30', help_text='Of the API, unless a call names another: the newest when the key was made.', max_length=10)),
                    ],
                    options={
                        'verbose_name': 'historical API key',
                        'verbose_name_plural': 'historical API keys',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='SavedAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('idempotency_key', models.CharField(max_length=255)),
                        ('request_hash', models.CharField(max_length=64)),
                        ('status', models.PositiveSmallIntegerField(null=True)),
                        ('made_at', models.DateTimeField(db_index=True)),
                        ('body', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.encrypteddocument')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('partner', 'idempotency_key'), name='a_call_is_answered_once'), models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('status__isnull', True)), models.Q(('body__isnull', False), ('status__isnull', False)), _connector='OR'), name='an_answer_has_a_body')],
                    },
                ),
            ],
        ),
    ]
