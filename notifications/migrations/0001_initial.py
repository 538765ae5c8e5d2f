import core.numbers
import django.db.models.deletion
import django_fsm
import functools
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
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
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='message_due')],
                'constraints': [models.UniqueConstraint(fields=('case', 'template', 'event', 'medium', 'person'), name='a_message_is_queued_once')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
    ]
