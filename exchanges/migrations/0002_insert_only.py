"""Quotes are evidence: the database refuses to change them."""

from importlib import import_module

from django.db import migrations

insert_only = import_module("core.migrations.0002_clock_and_events").insert_only


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0001_initial"), ("core", "0002_clock_and_events")]

    operations = insert_only("exchanges_quote")
