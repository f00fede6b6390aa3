from django.apps import AppConfig


class LineageConfig(AppConfig):
    name = "lineage"

    def ready(self) -> None:
        from catalog.assets.panels import Panel, add_panel
        from lineage.changes import subscribers as changes  # noqa: F401
        from lineage.columns import subscribers  # noqa: F401
        from lineage.columns import tasks as columns_tasks  # noqa: F401
        from lineage.ingest import tasks  # noqa: F401

        add_panel(Panel("Lineage", "lineage", "lineage:tab", "catalog.view_asset", 30))
