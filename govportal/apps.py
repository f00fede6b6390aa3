from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GovportalConfig(AppConfig):
    """The roof; last in INSTALLED_APPS, so that every permission exists when the roles are made."""

    name = "govportal"

    def ready(self) -> None:
        from govportal.roles import ensure_roles

        post_migrate.connect(ensure_roles, sender=self)
