from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        self._listen()
        self._register()
        self._add_tabs()

    def _listen(self) -> None:
        """What rooms do when something happens, and their work."""
        from catalog.bulk import tasks as editing  # noqa: F401
        from catalog.certification import tasks as ending  # noqa: F401
        from catalog.ddl import tasks as following  # noqa: F401
        from catalog.domains import subscribers as domains  # noqa: F401
        from catalog.enforcement import subscribers as waiting  # noqa: F401
        from catalog.enforcement import tasks as enforcing  # noqa: F401
        from catalog.exchange import tasks as importing  # noqa: F401
        from catalog.glossary import subscribers as terms  # noqa: F401
        from catalog.harvest import tasks  # noqa: F401
        from catalog.products import subscribers as ports  # noqa: F401
        from catalog.renames import subscribers as renames  # noqa: F401
        from catalog.termlinks import subscribers as links  # noqa: F401
        from catalog.termreviews import subscribers as reviews  # noqa: F401
        from catalog.together import subscribers as telling  # noqa: F401
        from catalog.usage import subscribers as counting  # noqa: F401

    def _register(self) -> None:
        """What may be proposed, talked about and told, and the parts of the page of an asset."""
        from catalog.assets import subjects, verbs
        from catalog.certification import slots as certificates
        from catalog.certification import verbs as certifying
        from catalog.completeness import slots as completeness
        from catalog.domains import subjects as domains
        from catalog.domains.models import Domain
        from catalog.glossary import subjects as words
        from catalog.products import parts as products
        from catalog.products import subjects as offers
        from catalog.products import verbs as offering
        from catalog.properties import slots as properties
        from catalog.savedviews import parts as saved
        from catalog.sources.models import Source
        from catalog.tags import slots as tags
        from catalog.tags import verbs as tagging
        from catalog.termlinks import parts as terms
        from catalog.termlinks import verbs as linking
        from catalog.termreviews import verbs as wording
        from catalog.together import slots as together
        from stewardship.chains.scopes import know_domains
        from stewardship.notices.subjects import notice_subject

        know_domains(lambda: Domain.objects.values_list("code", "name"))
        for proposable in (verbs, tagging, certifying, wording, linking, offering):
            proposable.register()
        for talked_about in (subjects, domains, words, offers):
            talked_about.register()
        for told in (certificates, tags, properties, completeness, together, terms, products, saved):
            told.register()
        notice_subject("source", Source.objects.visible_to)

    def _add_tabs(self) -> None:
        from catalog.assets.panels import WITH_KEYS, Panel, add_panel

        see = "catalog.view_asset"
        add_panel(Panel("Keys", "keys", "catalog:keys", see, 10, kinds=WITH_KEYS, is_page=True))
        add_panel(Panel("History", "history", "catalog:history", see, 90, is_page=True))
        tables = ("table", "view")
        add_panel(Panel("Queries", "queries", "catalog:usage-panel", "catalog.view_asset", 35, tables))
        add_panel(Panel("Discussion", "discussion", "discussions:asset", see, 75))
        add_panel(Panel("Access", "access", "grants:panel", see, 80))
