import core.numbers
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import functools
import inventory.models.locations
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('loc',), **{}), max_length=40, unique=True)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('country', models.CharField(max_length=2)),
                ('postcode', models.CharField(max_length=16)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('time_zone', models.CharField(max_length=64)),
                ('cut_off', models.TimeField(default=datetime.time(14, 0))),
                ('working_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=inventory.models.locations.monday_to_friday, help_text='ISO: 1 is Monday.', size=None)),
                ('is_active', models.BooleanField(default=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('accepts_returns', models.BooleanField(default=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'code'), name='location_codes_are_unique')],
            },
        ),
        migrations.CreateModel(
            name='PostalCentroid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2)),
                ('prefix', models.CharField(blank=True, max_length=16)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('country', 'prefix'), name='one_centroid_per_prefix')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('prd',), **{}), max_length=40, unique=True)),
                ('code', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('category', models.CharField(max_length=40)),
                ('supplier', models.CharField(blank=True, max_length=120)),
                ('is_serialised', models.BooleanField(default=False)),
                ('is_returnable', models.BooleanField(default=True)),
                ('warranty_months', models.PositiveSmallIntegerField(default=24)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'code'), name='product_codes_are_unique')],
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2)),
                ('region', models.CharField(blank=True, max_length=10)),
                ('category', models.CharField(blank=True, help_text='Blank: every category.', max_length=40)),
                ('name', models.CharField(max_length=40)),
                ('rate', models.DecimalField(decimal_places=6, max_digits=9)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Bin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('pick', 'Pick'), ('returns', 'Returns'), ('quarantine', 'Quarantine')], default='pick', max_length=12)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bins', to='inventory.location')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('location', 'code'), name='bin_codes_are_unique')],
            },
        ),
        migrations.CreateModel(
            name='LocationHoliday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=80)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('location', 'on'), name='one_holiday_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ShippingRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.CharField(max_length=40)),
                ('country', models.CharField(blank=True, help_text='Blank: the rest of the world.', max_length=2)),
                ('up_to_grams', models.PositiveIntegerField()),
                ('cost', models.DecimalField(decimal_places=4, max_digits=20)),
                ('lead_days', models.PositiveSmallIntegerField()),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipping_rates', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('location', 'carrier', 'country', 'up_to_grams'), name='one_rate_per_step')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(core.numbers.new_public_id, *('var',), **{}), max_length=40, unique=True)),
                ('sku', models.CharField(max_length=80, verbose_name='SKU')),
                ('title', models.CharField(help_text='What tells it from its siblings.', max_length=200)),
                ('options', models.JSONField(default=dict, help_text='Such as size and colour.')),
                ('barcode', models.CharField(blank=True, max_length=40)),
                ('unit_cost', models.DecimalField(decimal_places=6, default=0, max_digits=20)),
                ('weight_grams', models.PositiveIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='inventory.product')),
                ('refurbished_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refurbished', to='inventory.variant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'sku'), name='skus_are_unique_per_partner')],
            },
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lot', models.CharField(blank=True, default='', max_length=40)),
                ('available', models.IntegerField(default=0)),
                ('held', models.IntegerField(default=0)),
                ('allocated', models.IntegerField(default=0)),
                ('quarantine', models.IntegerField(default=0)),
                ('sequence', models.BigIntegerField(default=0)),
                ('bin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.bin')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='inventory.location')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='inventory.variant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('variant', 'location', 'lot'), name='one_level_per_place_and_lot'), models.CheckConstraint(condition=models.Q(('available__gte', 0)), name='available_is_not_negative'), models.CheckConstraint(condition=models.Q(('held__gte', 0)), name='held_is_not_negative'), models.CheckConstraint(condition=models.Q(('allocated__gte', 0)), name='allocated_is_not_negative'), models.CheckConstraint(condition=models.Q(('quarantine__gte', 0)), name='quarantine_is_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, help_text="The channel's code.", max_length=40)),
                ('currency', models.CharField(max_length=3)),
                ('list_price', models.DecimalField(decimal_places=6, max_digits=20)),
                ('sale_price', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True)),
                ('sale_from', models.DateTimeField(blank=True, null=True)),
                ('sale_until', models.DateTimeField(blank=True, null=True)),
                ('is_tax_inclusive', models.BooleanField(default=True)),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='inventory.variant')),
            ],
            options={
                'indexes': [models.Index(fields=['variant', 'currency', '-valid_from'], name='price_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('list_price__gte', 0)), name='prices_are_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('supplier', models.CharField(blank=True, max_length=120)),
                ('received_on', models.DateField(blank=True, null=True)),
                ('is_blocked', models.BooleanField(default=False, help_text='Never sent as a replacement while it is.')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lots', to='inventory.variant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('variant', 'code'), name='lot_codes_are_unique')],
            },
        ),
        migrations.CreateModel(
            name='StockEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_bucket', models.CharField(choices=[('available', 'Available'), ('held', 'Held for exchanges'), ('allocated', 'Allocated to sales'), ('quarantine', 'Quarantine'), ('supplier', 'In from the supplier'), ('customer', 'With a customer'), ('scrap', 'Scrapped'), ('count', 'Count difference')], max_length=12)),
                ('to_bucket', models.CharField(choices=[('available', 'Available'), ('held', 'Held for exchanges'), ('allocated', 'Allocated to sales'), ('quarantine', 'Quarantine'), ('supplier', 'In from the supplier'), ('customer', 'With a customer'), ('scrap', 'Scrapped'), ('count', 'Count difference')], max_length=12)),
                ('quantity', models.PositiveIntegerField()),
                ('cause', models.CharField(choices=[('opening', 'Opening stock'), ('purchase', 'Bought from a supplier'), ('hold', 'Held'), ('release', 'Hold released'), ('expiry', 'Hold expired'), ('ship', 'Shipped'), ('allocate', 'Sold on a channel'), ('deallocate', 'Sale cancelled'), ('restock', 'Returned and restocked'), ('quality_reject', 'Returned, failed inspection'), ('adjustment', 'Adjusted')], max_length=24)),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, choices=[('counted', 'Counted differently'), ('found', 'Found'), ('lost', 'Lost'), ('broken', 'Broken'), ('sold', 'Sold without an order')], help_text='Of an adjustment.', max_length=12)),
                ('sequence', models.BigIntegerField(help_text="The level's after this entry.")),
                ('actor', models.CharField(max_length=64)),
                ('op_id', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('stock_level', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.stocklevel')),
            ],
            options={
                'verbose_name_plural': 'stock entries',
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='an_entry_moves_something'), models.CheckConstraint(condition=models.Q(('from_bucket', models.F('to_bucket')), _negated=True), name='an_entry_goes_somewhere'), models.UniqueConstraint(fields=('stock_level', 'sequence'), name='entries_of_a_level_count')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('reference', models.CharField(max_length=64)),
                ('case', models.CharField(blank=True, max_length=64)),
                ('quantity', models.PositiveIntegerField()),
                ('state', django_fsm.FSMField(choices=[('active', 'Active'), ('committed', 'Committed to the warehouse'), ('consumed', 'Consumed'), ('released', 'Released'), ('expired', 'Expired')], default='active', max_length=50, protected=True)),
                ('cause', models.CharField(blank=True, choices=[('cancelled', 'Cancelled'), ('completed_remainder', 'Rest of a completed exchange'), ('converted_to_refund', 'Converted to a refund'), ('substituted', 'Substituted'), ('by_hand', 'By hand')], max_length=24)),
                ('expires_at', models.DateTimeField(null=True)),
                ('ranking', models.JSONField(default=list, help_text='The locations as they were weighed, best first, with reasons.')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=64)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('bin', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.bin')),
                ('location', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location')),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.partner')),
                ('stock_level', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='inventory.stocklevel')),
                ('variant', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.variant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['expires_at', 'id'], name='hold_due'), models.Index(condition=models.Q(('state__in', ['active', 'committed'])), fields=['stock_level', 'expires_at'], name='hold_live'), models.Index(fields=['reference'], name='hold_of'), models.Index(fields=['case'], name='hold_of_case')],
                'constraints': [models.UniqueConstraint(fields=('number',), name='hold_numbers_are_unique'), models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('reference', 'location'), name='one_active_hold_per_reference_and_location'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='a_hold_is_for_something'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('state__in', ['active', 'committed'])), models.Q(('resolved_at__isnull', False), ('state__in', ['consumed', 'released', 'expired'])), _connector='OR'), name='a_hold_is_resolved_once')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalReservation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('reference', models.CharField(max_length=64)),
                ('case', models.CharField(blank=True, max_length=64)),
                ('quantity', models.PositiveIntegerField()),
                ('state', django_fsm.FSMField(choices=[('active', 'Active'), ('committed', 'Committed to the warehouse'), ('consumed', 'Consumed'), ('released', 'Released'), ('expired', 'Expired')], default='active', max_length=50, protected=True)),
                ('cause', models.CharField(blank=True, choices=[('cancelled', 'Cancelled'), ('completed_remainder', 'Rest of a completed exchange'), ('converted_to_refund', 'Converted to a refund'), ('substituted', 'Substituted'), ('by_hand', 'By hand')], max_length=24)),
                ('expires_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=64)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('bin', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.bin')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.partner')),
                ('location', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.location')),
                ('stock_level', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.stocklevel')),
                ('variant', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='inventory.variant')),
            ],
            options={
                'verbose_name': 'historical reservation',
                'verbose_name_plural': 'historical reservations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
