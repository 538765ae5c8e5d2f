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
        ('inventory', '0001_initial'),
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalInboundParcel',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('pcl',), **{}), max_length=40)),
                ('case', models.CharField(max_length=64)),
                ('state', django_fsm.FSMField(choices=[('label_made', 'Label made'), ('in_transit', 'In transit'), ('arrived', 'Arrived'), ('counted', 'Counted'), ('closed', 'Closed'), ('lost', 'Lost')], default='label_made', max_length=50, protected=True)),
                ('carrier', models.CharField(blank=True, max_length=40)),
                ('tracking_number', models.CharField(blank=True, max_length=80)),
                ('announced_at', models.DateTimeField()),
                ('in_transit_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.location')),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
            ],
            options={
                'verbose_name': 'historical inbound parcel',
                'verbose_name_plural': 'historical inbound parcels',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalShipment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.CharField(db_index=True, default=functools.partial(core.numbers.new_public_id, *('shp',), **{}), max_length=40)),
                ('case', models.CharField(blank=True, max_length=64)),
                ('reference', models.CharField(help_text='For what: “exchange:12”.', max_length=64)),
                ('state', django_fsm.FSMField(choices=[('planned', 'Planned'), ('released', 'Released to the warehouse'), ('picked', 'Picked'), ('short_picked', 'Short picked'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('lost', 'Lost'), ('returned_to_sender', 'Returned to sender'), ('cancelled', 'Cancelled')], default='planned', max_length=50, protected=True)),
                ('carrier', models.CharField(blank=True, max_length=40)),
                ('tracking_number', models.CharField(blank=True, max_length=80)),
                ('cost', models.DecimalField(decimal_places=4, default=0, help_text="In the partner's base currency.", max_digits=20)),
                ('promised_on', models.DateField(help_text='The arrival told to the customer.', null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('picked_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.location')),
                ('order', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.order')),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
            ],
            options={
                'verbose_name': 'historical shipment',
                'verbose_name_plural': 'historical shipments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('shp',), **{}), max_length=40, unique=True)),
                ('case', models.CharField(blank=True, max_length=64)),
                ('reference', models.CharField(help_text='For what: “exchange:12”.', max_length=64)),
                ('state', django_fsm.FSMField(choices=[('planned', 'Planned'), ('released', 'Released to the warehouse'), ('picked', 'Picked'), ('short_picked', 'Short picked'), ('shipped', 'Shipped'), ('delivered', 'Delivered'), ('lost', 'Lost'), ('returned_to_sender', 'Returned to sender'), ('cancelled', 'Cancelled')], default='planned', max_length=50, protected=True)),
                ('carrier', models.CharField(blank=True, max_length=40)),
                ('tracking_number', models.CharField(blank=True, max_length=80)),
                ('cost', models.DecimalField(decimal_places=4, default=0, help_text="In the partner's base currency.", max_digits=20)),
                ('promised_on', models.DateField(help_text='The arrival told to the customer.', null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('picked_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='inventory.location')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['reference'], name='shipment_of'), models.Index(fields=['partner', 'tracking_number'], name='shipment_by_tracking')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='InboundParcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('pcl',), **{}), max_length=40, unique=True)),
                ('case', models.CharField(max_length=64)),
                ('state', django_fsm.FSMField(choices=[('label_made', 'Label made'), ('in_transit', 'In transit'), ('arrived', 'Arrived'), ('counted', 'Counted'), ('closed', 'Closed'), ('lost', 'Lost')], default='label_made', max_length=50, protected=True)),
                ('carrier', models.CharField(blank=True, max_length=40)),
                ('tracking_number', models.CharField(blank=True, max_length=80)),
                ('announced_at', models.DateTimeField()),
                ('in_transit_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parcels', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['case'], name='parcel_of_case'), models.Index(fields=['partner', 'tracking_number'], name='parcel_by_tracking')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ShipmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('reservation', models.CharField(blank=True, max_length=20)),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='fulfilment.shipment')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
