import core.numbers
import django.db.models.deletion
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
            name='ChannelDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('doc',), **{}), max_length=40, unique=True)),
                ('topic', models.CharField(blank=True, max_length=80)),
                ('source', models.CharField(help_text="A webhook's id or a file's name.", max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('position', models.PositiveIntegerField(default=0)),
                ('path', models.CharField(blank=True, max_length=200)),
                ('state', django_fsm.FSMField(choices=[('received', 'Received'), ('accepted', 'Accepted'), ('duplicate', 'Duplicate'), ('conflict', 'Conflict'), ('parked', 'Parked'), ('held', 'Held'), ('ignored', 'Ignored'), ('dead_letter', 'Dead letter'), ('discarded', 'Discarded')], default='received', max_length=50, protected=True)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('is_update', models.BooleanField(default=False)),
                ('field', models.CharField(blank=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('owner', models.CharField(blank=True, help_text='Who can mend it.', max_length=40)),
                ('findings', models.JSONField(default=list)),
                ('difference', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField()),
                ('processed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('lease', models.PositiveIntegerField(default=0)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='orders.channel')),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.encrypteddocument')),
                ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edited_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edits', to='intake.channeldocument')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='orders.order')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('repeats', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='intake.channeldocument')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['received_at', 'id'], name='document_waiting'), models.Index(fields=['channel', 'state', 'received_at'], name='document_desk'), models.Index(fields=['channel', 'external_id'], name='document_of_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('edited_from__isnull', True), ('repeats__isnull', True)), fields=('channel', 'topic', 'sha256', 'position'), name='the_same_bytes_are_kept_once')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ChannelSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='orders.channel')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('secret', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.encrypteddocument')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalChannelDocument',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('doc',), **{}), max_length=40)),
                ('topic', models.CharField(blank=True, max_length=80)),
                ('source', models.CharField(help_text="A webhook's id or a file's name.", max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('position', models.PositiveIntegerField(default=0)),
                ('path', models.CharField(blank=True, max_length=200)),
                ('state', django_fsm.FSMField(choices=[('received', 'Received'), ('accepted', 'Accepted'), ('duplicate', 'Duplicate'), ('conflict', 'Conflict'), ('parked', 'Parked'), ('held', 'Held'), ('ignored', 'Ignored'), ('dead_letter', 'Dead letter'), ('discarded', 'Discarded')], default='received', max_length=50, protected=True)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('is_update', models.BooleanField(default=False)),
                ('field', models.CharField(blank=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('owner', models.CharField(blank=True, help_text='Who can mend it.', max_length=40)),
                ('received_at', models.DateTimeField()),
                ('processed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('lease', models.PositiveIntegerField(default=0)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('channel', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.channel')),
                ('content', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.encrypteddocument')),
                ('edited_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edited_from', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='intake.channeldocument')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.order')),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                ('repeats', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='intake.channeldocument')),
            ],
            options={
                'verbose_name': 'historical channel document',
                'verbose_name_plural': 'historical channel documents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
