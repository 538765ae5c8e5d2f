"""Messages, their wordings and ways, and who is not to be written to."""

import core.migrating
import core.numbers
import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import functools
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('notifications', '0001_initial'),
        ('notifications', '0002_partners_programs_are_told'),
        ('notifications', '0003_message_message_by_provider_id'),
        ('notifications', '0004_messages_in_every_way'),
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
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('msg',), **{}), max_length=40, unique=True)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('template', models.CharField(max_length=80)),
                        ('medium', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS')], max_length=8)),
                        ('person', models.CharField(help_text='Whom it is for: “customer:12”.', max_length=64)),
                        ('locale', models.CharField(max_length=12)),
                        ('state', django_fsm.FSMField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('bounced', 'Bounced'), ('failed', 'Failed'), ('suppressed', 'Suppressed')], default='queued', max_length=50, protected=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('queued_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField(help_text='Not before: leaves room to undo.')),
                        ('leased_until', models.DateTimeField(null=True)),
                        ('lease', models.PositiveIntegerField(default=0)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('provider_id', models.CharField(blank=True, max_length=200)),
                        ('last_error', models.CharField(blank=True, max_length=500)),
                        ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.encrypteddocument')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='core.event')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('instead_of', models.ForeignKey(help_text='What did not arrive.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.message')),
                        ('time_zone', models.CharField(blank=True, max_length=64)),
                        ('tried_at', models.DateTimeField(help_text='When it was first taken for sending.', null=True)),
                        ('wording', models.CharField(blank=True, help_text='The published version it was worded by; blank: ours.', max_length=40)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='message_due'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='message_by_provider_id'), models.Index(fields=['case', 'id'], name='message_of_case')],
                        'constraints': [models.UniqueConstraint(fields=('case', 'template', 'event', 'medium', 'person'), name='a_message_is_queued_once')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='Promise',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('about', models.CharField(help_text='What it is a day of: “exchange:7”.', max_length=64)),
                        ('what', models.CharField(max_length=40)),
                        ('person', models.CharField(max_length=64)),
                        ('promised_on', models.DateField()),
                        ('expected_on', models.DateField(help_text='What holds now, where we know better.', null=True)),
                        ('risk', models.CharField(blank=True, help_text='Why it may not be kept.', max_length=120)),
                        ('time_zone', models.CharField(default='UTC', max_length=64)),
                        ('is_ours', models.BooleanField()),
                        ('state', django_fsm.FSMField(choices=[('open', 'Open'), ('kept', 'Kept'), ('moved', 'Told anew'), ('broken', 'Broken'), ('passed', 'Passed'), ('withdrawn', 'Withdrawn')], default='open', max_length=50, protected=True)),
                        ('said_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='notifications.message')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['promised_on'], name='promise_open'), models.Index(fields=['about', 'what'], name='promise_about'), models.Index(fields=['case'], name='promise_of_case')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='MessageTemplate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=80)),
                        ('medium', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS')], max_length=8)),
                        ('locale', models.CharField(max_length=12, verbose_name='language')),
                        ('number', models.PositiveIntegerField()),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=50, protected=True)),
                        ('subject', models.CharField(blank=True, max_length=200)),
                        ('body', models.TextField(max_length=10000)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('drafted_at', models.DateTimeField()),
                        ('published_at', models.DateTimeField(null=True)),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('partner', 'kind', 'medium', 'locale', 'number'), name='template_versions_count'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('partner', 'kind', 'medium', 'locale'), name='one_published_wording'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('partner', 'kind', 'medium', 'locale'), name='one_draft_of_a_wording')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalMessageTemplate',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('kind', models.CharField(max_length=80)),
                        ('medium', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS')], max_length=8)),
                        ('locale', models.CharField(max_length=12, verbose_name='language')),
                        ('number', models.PositiveIntegerField()),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=50, protected=True)),
                        ('subject', models.CharField(blank=True, max_length=200)),
                        ('body', models.TextField(max_length=10000)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('drafted_at', models.DateTimeField()),
                        ('published_at', models.DateTimeField(null=True)),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('drafted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('published_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical message template',
                        'verbose_name_plural': 'historical message templates',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='WebhookEndpoint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('whe',), **{}), max_length=40, unique=True)),
                        ('name', models.CharField(help_text='Which program listens there.', max_length=80)),
                        ('url', models.URLField(max_length=500)),
                        ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), help_text='Of what it is told: “exchange.shipped”, or “exchange.*” for all of a subject.', size=None)),
                        ('channel', models.CharField(blank=True, help_text="Only of this channel's cases. Blank: of all.", max_length=40)),
                        ('keeps_books', models.BooleanField(default=False, help_text="Its shop's stock and books follow what it is told: each message says what changes there, and one that is not acknowledged is work for a person.")),
                        ('made_at', models.DateTimeField()),
                        ('paused_at', models.DateTimeField(help_text='Since then nothing is sent.', null=True)),
                        ('disabled_at', models.DateTimeField(help_text='Given up after days of silence.', null=True)),
                        ('read_up_to', models.BigIntegerField(default=0, editable=False)),
                        ('last_told', models.BigIntegerField(default=0, editable=False)),
                        ('failures', models.PositiveIntegerField(default=0, help_text='In a row, until one is taken.')),
                        ('failing_since', models.DateTimeField(null=True)),
                        ('warned_at', models.DateTimeField(help_text='Its people were told that it fails.', null=True)),
                        ('resting_until', models.DateTimeField(help_text='It is down; probed again then.', null=True)),
                        ('last_heard_at', models.DateTimeField(null=True)),
                        ('last_error', models.CharField(blank=True, max_length=200)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('partner', 'name'), name='endpoints_have_their_names')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalWebhookEndpoint',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('whe',), **{}), max_length=40)),
                        ('name', models.CharField(help_text='Which program listens there.', max_length=80)),
                        ('url', models.URLField(max_length=500)),
                        ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), help_text='Of what it is told: “exchange.shipped”, or “exchange.*” for all of a subject.', size=None)),
                        ('channel', models.CharField(blank=True, help_text="Only of this channel's cases. Blank: of all.", max_length=40)),
                        ('keeps_books', models.BooleanField(default=False, help_text="Its shop's stock and books follow what it is told: each message says what changes there, and one that is not acknowledged is work for a person.")),
                        ('made_at', models.DateTimeField()),
                        ('paused_at', models.DateTimeField(help_text='Since then nothing is sent.', null=True)),
                        ('disabled_at', models.DateTimeField(help_text='Given up after days of silence.', null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                    ],
                    options={
                        'verbose_name': 'historical webhook endpoint',
                        'verbose_name_plural': 'historical webhook endpoints',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='WebhookSecret',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('added_at', models.DateTimeField()),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='notifications.webhookendpoint')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('secret', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.encrypteddocument')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='WebhookMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('msg',), **{}), max_length=40, unique=True)),
                        ('sequence', models.BigIntegerField()),
                        ('kind', models.CharField(max_length=64)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('body', models.JSONField()),
                        ('state', django_fsm.FSMField(choices=[('queued', 'Queued'), ('taken', 'Taken'), ('acknowledged', 'Acknowledged'), ('dead', 'Given up')], default='queued', max_length=50, protected=True)),
                        ('attempts', models.PositiveIntegerField(default=0)),
                        ('queued_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField()),
                        ('leased_until', models.DateTimeField(null=True)),
                        ('lease', models.PositiveIntegerField(default=0)),
                        ('taken_at', models.DateTimeField(null=True)),
                        ('acknowledged_at', models.DateTimeField(null=True)),
                        ('last_error', models.CharField(blank=True, max_length=200)),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notifications.webhookendpoint')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.event')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['endpoint', 'sequence'], name='webhook_queued'), models.Index(fields=['endpoint', 'state', '-id'], name='webhook_list'), models.Index(fields=['case'], name='webhooks_of_case')],
                        'constraints': [models.UniqueConstraint(fields=('endpoint', 'sequence'), name='messages_of_an_endpoint_count'), models.UniqueConstraint(fields=('endpoint', 'event'), name='an_endpoint_is_told_once_of_an_event')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='Suppression',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('medium', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS')], max_length=8)),
                        ('address_hash', models.CharField(max_length=64)),
                        ('person', models.CharField(blank=True, help_text='Whose it was: “customer:12”.', max_length=64)),
                        ('reason', models.CharField(choices=[('bounced', 'Came back for good'), ('complained', 'Complained of as unwanted'), ('stopped', 'Answered STOP'), ('unsubscribed', 'Unsubscribed'), ('asked', 'Asked us to stop')], max_length=16)),
                        ('covers_all', models.BooleanField(default=True)),
                        ('since', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('ended_because', models.CharField(blank=True, max_length=200)),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.message')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['partner', 'person'], name='suppression_of_person'), models.Index(fields=['address_hash'], name='suppression_by_address')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('partner', 'medium', 'address_hash', 'reason'), name='an_address_is_suppressed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='MutedKind',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=80)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='muted_messages', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('user', 'partner', 'kind'), name='a_kind_is_muted_once')],
                    },
                ),
            ],
        ),
    ]
