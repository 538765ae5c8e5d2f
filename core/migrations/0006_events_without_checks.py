"""Counters of events and deliveries without CHECKs, which every event paid for four times.

PostgreSQL parses and plans the text of a CHECK anew for each statement; these alone were a
fifteenth of what the server does for a hold. Only functions of the database count here.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_claiming_deliveries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='schema_version',
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='event',
            name='sequence',
            field=models.IntegerField(help_text='Counts the events of one subject, from 1.'),
        ),
        migrations.AlterField(
            model_name='eventdelivery',
            name='attempts',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='eventdelivery',
            name='lease',
            field=models.IntegerField(db_default=0, default=0, help_text='Fences off a zombie.'),
        ),
    ]
