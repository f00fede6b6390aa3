from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lineage", "0002_walks")]
    operations = [
        migrations.AddField("event", "size", models.PositiveIntegerField(default=0), preserve_default=False)
    ]
