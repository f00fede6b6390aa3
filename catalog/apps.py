from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.assets import verbs
        from catalog.assets.panels import Panel, add_panel
        from catalog.enforcement import subscribers as waiting  # noqa: F401
        from catalog.enforcement import tasks as enforcing  # noqa: F401
        from catalog.harvest import tasks  # noqa: F401

        verbs.register()
        add_panel(Panel("Access", "access", "grants:panel", "catalog.view_asset", 80))
