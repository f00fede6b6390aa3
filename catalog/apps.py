from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.assets import verbs
        from catalog.assets.models import Asset
        from catalog.assets.panels import WITH_KEYS, Panel, add_panel
        from catalog.ddl import tasks as following  # noqa: F401
        from catalog.enforcement import subscribers as waiting  # noqa: F401
        from catalog.enforcement import tasks as enforcing  # noqa: F401
        from catalog.harvest import tasks  # noqa: F401
        from catalog.renames import subscribers as renames  # noqa: F401
        from catalog.sources.models import Source
        from catalog.usage import subscribers as counting  # noqa: F401
        from stewardship.notices.subjects import notice_subject

        verbs.register()
        notice_subject("asset", Asset.objects.visible_to)
        notice_subject("source", Source.objects.visible_to)
        see = "catalog.view_asset"
        add_panel(Panel("Keys", "keys", "catalog:keys", see, 10, kinds=WITH_KEYS, is_page=True))
        add_panel(Panel("History", "history", "catalog:history", see, 90, is_page=True))
        tables = ("table", "view")
        add_panel(Panel("Queries", "queries", "catalog:usage-panel", "catalog.view_asset", 35, tables))
        add_panel(Panel("Access", "access", "grants:panel", see, 80))
