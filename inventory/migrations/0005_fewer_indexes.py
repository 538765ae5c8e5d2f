"""No index that nobody asks by and no lock that says nothing new: each costs every hold."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_jobs_are_heard_of'),
        ('inventory', '0004_postcodes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalreservation',
            name='number',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='bin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.bin'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='location',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='number',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='partner',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='stock_level',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='inventory.stocklevel'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='variant',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.variant'),
        ),
        migrations.AlterField(
            model_name='stockentry',
            name='partner',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner'),
        ),
        migrations.AlterField(
            model_name='stockentry',
            name='stock_level',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.stocklevel'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(fields=('number',), name='hold_numbers_are_unique'),
        ),
    ]
