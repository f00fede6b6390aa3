from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccesscontrolConfig(AppConfig):
    name = "accesscontrol"
    verbose_name = "Access control"

    def ready(self) -> None:
        from accesscontrol.breakglass import subscribers as emergencies  # noqa: F401
        from accesscontrol.identity import schema, subscribers  # noqa: F401
        from accesscontrol.policysets.subscribers import seed

        post_migrate.connect(seed, sender=self)
