import pytest
from django.core.management import call_command


@pytest.mark.django_db
class TestMigrations:
    def test_describe_the_models_as_they_are(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
