import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_acting_steward")]

    operations = [
        migrations.RemoveConstraint(model_name="querybatch", name="query_batch_once"),
        migrations.AddField(
            model_name="querybatch",
            name="code",
            field=models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False),
        ),
        migrations.AlterField(
            model_name="querybatch",
            name="code",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(model_name="querybatch", name="log", field=models.JSONField(null=True)),
        migrations.AddField(model_name="querybatch", name="rejected", field=models.JSONField(default=list)),
        migrations.AlterField(model_name="querybatch", name="answer", field=models.JSONField(null=True)),
        migrations.AlterField(
            model_name="querybatch", name="name", field=models.CharField(blank=True, max_length=100)
        ),
        migrations.AddConstraint(
            model_name="querybatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True),
                fields=("source", "name"),
                name="query_batch_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="querybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", False), ("log__isnull", True)),
                    models.Q(("answer__isnull", True), ("log__isnull", False)),
                    _connector="OR",
                ),
                name="query_batch_is_counted_or_not",
            ),
        ),
    ]
