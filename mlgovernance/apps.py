from django.apps import AppConfig


class MlgovernanceConfig(AppConfig):
    name = "mlgovernance"
    verbose_name = "ML governance"

    def ready(self) -> None:
        from catalog.assets.panels import Panel, add_panel

        seen_with = "mlgovernance.view_modelversion"
        add_panel(Panel("Model", "model", "ml:panel", seen_with, 30, ("model",)))
