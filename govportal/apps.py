from django.apps import AppConfig
from django.db.models.signals import post_migrate

from govportal import celery


class GovportalConfig(AppConfig):
    """The roof; last in INSTALLED_APPS, so that every permission exists when the roles are made."""

    name = "govportal"
    celery_app = celery.app  # tasks are shared with it wherever Django is set up

    def ready(self) -> None:
        from govportal import home
        from govportal.roles import ensure_roles
        from stewardship.chains.seeding import ensure_chains

        home.register()
        post_migrate.connect(ensure_roles, sender=self)
        post_migrate.connect(ensure_chains, sender=self)  # after the roles, which they name
