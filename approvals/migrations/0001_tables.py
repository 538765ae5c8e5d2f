"""What a second person says yes or no to."""

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
        ('approvals', '0001_initial'),
        ('approvals', '0002_words_are_notes'),
        ('approvals', '0003_programs_may_ask'),
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
                    name='Approval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('apv',), **{}), max_length=40, unique=True)),
                        ('subject', models.CharField(max_length=64)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('kind', models.CharField(help_text='Why it is needed: “upgrade”, “goodwill”.', max_length=64)),
                        ('content_hash', models.CharField(max_length=64)),
                        ('summary', models.CharField(max_length=200)),
                        ('amount', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                        ('currency', models.CharField(blank=True, max_length=3)),
                        ('state', django_fsm.FSMField(choices=[('asked', 'Asked'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('void', 'Void: what was approved has changed')], default='asked', max_length=50, protected=True)),
                        ('requested_at', models.DateTimeField()),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=500)),
                        ('expires_at', models.DateTimeField(null=True)),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('last_edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                        ('requested_by', models.ForeignKey(help_text='Nobody where a program or a customer asked.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('subject',), name='one_open_approval_per_subject'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('requested_by')), _negated=True), models.Q(('last_edited_by__isnull', True), models.Q(('decided_by', models.F('last_edited_by')), _negated=True), _connector='OR')), _connector='OR'), name='nobody_decides_their_own_request')],
                    },
                    bases=(django_fsm.FSMModelMixin, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalApproval',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('apv',), **{}), max_length=40)),
                        ('subject', models.CharField(max_length=64)),
                        ('case', models.CharField(blank=True, max_length=64)),
                        ('kind', models.CharField(help_text='Why it is needed: “upgrade”, “goodwill”.', max_length=64)),
                        ('content_hash', models.CharField(max_length=64)),
                        ('summary', models.CharField(max_length=200)),
                        ('amount', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                        ('currency', models.CharField(blank=True, max_length=3)),
                        ('state', django_fsm.FSMField(choices=[('asked', 'Asked'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('void', 'Void: what was approved has changed')], default='asked', max_length=50, protected=True)),
                        ('requested_at', models.DateTimeField()),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('expires_at', models.DateTimeField(null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('last_edited_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                        ('requested_by', models.ForeignKey(blank=True, db_constraint=False, help_text='Nobody where a program or a customer asked.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical approval',
                        'verbose_name_plural': 'historical approvals',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
    ]
