"""The kernel's tables: people, partners, operations, events and their delivery, documents, jobs."""

import core.migrating
import core.numbers
import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import functools
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('core', '0001_initial'),
        ('core', '0004_events_without_locks'),
        ('core', '0006_events_without_checks'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        core.migrating.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Partner',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('par',), **{}), max_length=40, unique=True)),
                        ('code', models.SlugField(unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('is_house', models.BooleanField(default=False)),
                        ('is_sandbox', models.BooleanField(default=False)),
                        ('clock_offset', models.DurationField(default=datetime.timedelta(0))),
                        ('base_currency', models.CharField(default='EUR', max_length=3)),
                        ('locale', models.CharField(default='en', max_length=12)),
                        ('time_zone', models.CharField(default='UTC', max_length=64)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_house', True)), fields=('is_house',), name='one_house_partner'), models.CheckConstraint(condition=models.Q(('is_sandbox', True), ('clock_offset', datetime.timedelta(0)), _connector='OR'), name='only_a_sandbox_shifts_its_clock')],
                    },
                ),
                migrations.CreateModel(
                    name='EncryptedDocument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('person', models.CharField(blank=True, db_index=True, help_text='Whom it is about: “customer:12”.', max_length=64)),
                        ('sha256', models.CharField(help_text='Of the content, before encryption.', max_length=64)),
                        ('size', models.PositiveIntegerField()),
                        ('content_type', models.CharField(blank=True, max_length=100)),
                        ('ciphertext', models.BinaryField()),
                        ('stored_at', models.DateTimeField()),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='DocumentKey',
                    fields=[
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='key', serialize=False, to='core.encrypteddocument')),
                        ('wrapped', models.BinaryField()),
                        ('destroyed_at', models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('subject', models.CharField(max_length=64)),
                        ('sequence', models.IntegerField(help_text='Counts the events of one subject, from 1.')),
                        ('kind', models.CharField(max_length=64)),
                        ('schema_version', models.SmallIntegerField(default=1)),
                        ('at', models.DateTimeField()),
                        ('actor', models.CharField(max_length=64)),
                        ('op_id', models.UUIDField(null=True)),
                        ('cause', models.BigIntegerField(help_text='The event that led to this one.', null=True)),
                        ('data', models.JSONField(default=dict)),
                        ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['case', 'id'], name='event_timeline')],
                        'constraints': [models.UniqueConstraint(fields=('subject', 'sequence'), name='events_of_a_subject_count')],
                    },
                ),
                migrations.CreateModel(
                    name='EventDelivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subscriber', models.CharField(max_length=80)),
                        ('subject', models.CharField(help_text="The event's; keeps its order.", max_length=64)),
                        ('state', models.CharField(choices=[('pending', 'Pending'), ('done', 'Done'), ('dead', 'Dead')], default='pending', max_length=8)),
                        ('attempts', models.SmallIntegerField(db_default=0, default=0)),
                        ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('leased_until', models.DateTimeField(null=True)),
                        ('lease', models.IntegerField(db_default=0, default=0, help_text='Fences off a zombie.')),
                        ('last_error', models.TextField(blank=True, db_default='', default='')),
                        ('done_at', models.DateTimeField(null=True)),
                        ('event', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='core.event')),
                    ],
                    options={
                        'verbose_name_plural': 'event deliveries',
                        'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['due_at', 'id'], name='delivery_due'), models.Index(condition=models.Q(('state', 'pending')), fields=['subscriber', 'subject', 'id'], name='delivery_order')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'subscriber'), name='an_event_is_delivered_once_each')],
                    },
                ),
                migrations.CreateModel(
                    name='InboxEntry',
                    fields=[
                        ('pk', models.CompositePrimaryKey('subscriber', 'event_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('subscriber', models.CharField(max_length=80)),
                        ('processed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.event')),
                    ],
                    options={
                        'verbose_name_plural': 'inbox entries',
                    },
                ),
                migrations.CreateModel(
                    name='EventSeal',
                    fields=[
                        ('sequence', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('previous', models.CharField(max_length=64)),
                        ('hash', models.CharField(max_length=64)),
                        ('sealed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='core.event')),
                    ],
                ),
                migrations.CreateModel(
                    name='Job',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('job',), **{}), max_length=40, unique=True)),
                        ('kind', models.CharField(max_length=80)),
                        ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('stopped', 'Stopped')], default='queued', max_length=8)),
                        ('total', models.PositiveIntegerField(help_text='Steps in all, once known.', null=True)),
                        ('done', models.PositiveIntegerField(default=0)),
                        ('failed', models.PositiveIntegerField(default=0)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('arguments', models.JSONField(default=dict)),
                        ('result', models.JSONField(default=dict)),
                        ('asked_at', models.DateTimeField()),
                        ('started_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('alive_at', models.DateTimeField(help_text='When its worker was last heard of.', null=True)),
                        ('stop_wanted', models.BooleanField(default=False)),
                        ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='ScheduleRun',
                    fields=[
                        ('pk', models.CompositePrimaryKey('job', 'slot', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('job', models.CharField(max_length=80)),
                        ('slot', models.DateTimeField()),
                        ('taken_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
                migrations.CreateModel(
                    name='Operation',
                    fields=[
                        ('op_id', models.UUIDField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=80)),
                        ('actor', models.CharField(max_length=64)),
                        ('payload_hash', models.CharField(max_length=64)),
                        ('result', models.JSONField(null=True)),
                        ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
                migrations.CreateModel(
                    name='NumberSequence',
                    fields=[
                        ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ('last', models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('is_staff', models.BooleanField(default=False)),
                        ('is_active', models.BooleanField(default=True)),
                        ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('locale', models.CharField(default='en', max_length=12)),
                        ('time_zone', models.CharField(default='UTC', max_length=64)),
                        ('theme', models.CharField(choices=[('system', 'As the system'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=12)),
                        ('density', models.CharField(choices=[('compact', 'Compact'), ('comfortable', 'Comfortable')], default='compact', max_length=12)),
                        ('uses_shortcuts', models.BooleanField(default=True)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('agent', 'agent'), ('lead', 'lead'), ('warehouse', 'warehouse'), ('admin', 'admin'), ('auditor', 'auditor'), ('partner', 'partner')], max_length=12)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='core.partner')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('partner', 'user', 'role'), name='a_role_is_granted_once')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalMembership',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('role', models.CharField(choices=[('agent', 'agent'), ('lead', 'lead'), ('warehouse', 'warehouse'), ('admin', 'admin'), ('auditor', 'auditor'), ('partner', 'partner')], max_length=12)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                    ],
                    options={
                        'verbose_name': 'historical membership',
                        'verbose_name_plural': 'historical memberships',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
