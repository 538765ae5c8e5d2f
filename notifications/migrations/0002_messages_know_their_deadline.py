"""Until when the reader of a message can act on it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='act_by',
            field=models.DateTimeField(help_text='After it the reader can do nothing more.', null=True),
        ),
    ]
