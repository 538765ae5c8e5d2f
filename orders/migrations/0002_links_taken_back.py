"""All links to the pages of an order that were made until a moment, taken back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0004_claiming_the_next_deliveries"),
        ("orders", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkRevocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='link_revocations', to='orders.order')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
