from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from catalog.assets.panels import Panel, add_panel
        from lineage.graph.badges import add_badges
        from quality.runs import (
            reads,
            tasks,  # noqa: F401
        )

        add_badges(reads.badges)
        kinds = ("table", "view", "training_set")
        add_panel(Panel("Quality", "quality", "quality:panel", "quality.view_rule", 40, kinds))
