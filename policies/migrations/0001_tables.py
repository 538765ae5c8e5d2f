"""Versions of a policy, their rules, what they decided, and replays of that."""

import core.migrating
import core.numbers
import django.db.models.deletion
import django_fsm
import functools
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('policies', '0001_initial'),
        ('policies', '0005_backtests'),
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
                    name='PolicyVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=50, protected=True)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('drafted_at', models.DateTimeField()),
                        ('published_at', models.DateTimeField(null=True)),
                        ('retired_at', models.DateTimeField(null=True)),
                        ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('partner', 'number'), name='policy_versions_count'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('partner',), name='one_published_policy_per_partner')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalPolicyVersion',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=50, protected=True)),
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
                        'verbose_name': 'historical policy version',
                        'verbose_name_plural': 'historical policy versions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Rule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('kind', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=120)),
                        ('parameters', models.JSONField(default=dict)),
                        ('channel', models.CharField(blank=True, max_length=40)),
                        ('account_tier', models.CharField(blank=True, max_length=40)),
                        ('category', models.CharField(blank=True, max_length=40)),
                        ('sku', models.CharField(blank=True, max_length=80, verbose_name='SKU')),
                        ('reason', models.CharField(blank=True, max_length=40)),
                        ('country', models.CharField(blank=True, max_length=2)),
                        ('priority', models.IntegerField(default=0)),
                        ('edition', models.PositiveIntegerField(default=1, help_text='How often this rule was changed over all versions: “rule 12 v4”.')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='policies.policyversion')),
                        ('defect_type', models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='rules_of_a_version_count')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalRule',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('kind', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=120)),
                        ('parameters', models.JSONField(default=dict)),
                        ('channel', models.CharField(blank=True, max_length=40)),
                        ('account_tier', models.CharField(blank=True, max_length=40)),
                        ('category', models.CharField(blank=True, max_length=40)),
                        ('sku', models.CharField(blank=True, max_length=80, verbose_name='SKU')),
                        ('reason', models.CharField(blank=True, max_length=40)),
                        ('country', models.CharField(blank=True, max_length=2)),
                        ('priority', models.IntegerField(default=0)),
                        ('edition', models.PositiveIntegerField(default=1, help_text='How often this rule was changed over all versions: “rule 12 v4”.')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.policyversion')),
                        ('defect_type', models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        'verbose_name': 'historical rule',
                        'verbose_name_plural': 'historical rules',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Decision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('dec',), **{}), max_length=40, unique=True)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('subject', models.CharField(max_length=64)),
                        ('verdict', models.CharField(choices=[('authorise', 'Authorise'), ('awaiting_evidence', 'Await evidence'), ('review', 'Review'), ('reject', 'Reject')], max_length=20)),
                        ('sentence', models.CharField(max_length=500)),
                        ('facts', models.JSONField()),
                        ('findings', models.JSONField(help_text='Each rule: number, edition, input, threshold, result.')),
                        ('at', models.DateTimeField()),
                        ('actor', models.CharField(max_length=64)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='policies.policyversion')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject', 'id'], name='decision_of')],
                    },
                ),
                migrations.CreateModel(
                    name='Backtest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('bkt',), **{}), max_length=40, unique=True)),
                        ('content_hash', models.CharField(max_length=64)),
                        ('days', models.PositiveSmallIntegerField(help_text='Decisions of so many days are replayed.')),
                        ('asked_at', models.DateTimeField()),
                        ('judged', models.PositiveIntegerField(default=0)),
                        ('flipped', models.PositiveIntegerField(default=0)),
                        ('unreadable', models.PositiveIntegerField(default=0, help_text='Decisions whose facts are too old to be read.')),
                        ('outcome', models.JSONField(default=dict)),
                        ('baseline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policyversion')),
                        ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.job')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backtests', to='policies.policyversion')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['version', '-id'], name='backtests_of_version')],
                    },
                ),
                migrations.CreateModel(
                    name='BacktestFlip',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('case', models.CharField(max_length=64)),
                        ('before', models.CharField(choices=[('authorise', 'Authorise'), ('awaiting_evidence', 'Await evidence'), ('review', 'Review'), ('reject', 'Reject')], max_length=20)),
                        ('after', models.CharField(choices=[('authorise', 'Authorise'), ('awaiting_evidence', 'Await evidence'), ('review', 'Review'), ('reject', 'Reject')], max_length=20)),
                        ('because_before', models.CharField(max_length=500)),
                        ('because_after', models.CharField(max_length=500)),
                        ('goods_net', models.DecimalField(decimal_places=4, max_digits=20)),
                        ('currency', models.CharField(max_length=3)),
                        ('backtest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flips', to='policies.backtest')),
                        ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.decision')),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['backtest', 'before', 'after', 'id'], name='flips_by_step')],
                    },
                ),
            ],
        ),
    ]
