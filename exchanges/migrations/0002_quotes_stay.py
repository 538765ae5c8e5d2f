"""Quotes are evidence: the database refuses to change them."""

from django.db import migrations

from core.migrating import insert_only


class Migration(migrations.Migration):
    replaces = [("exchanges", "0002_insert_only")]

    dependencies = [("exchanges", "0001_tables"), ("core", "0002_clock_and_refusal")]

    operations = insert_only("exchanges_quote")
