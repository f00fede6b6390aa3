from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    name = "stewardship"

    def ready(self) -> None:
        from accesscontrol.policy.reads import add_mark
        from stewardship.accessrequests import subscribers as access_requests  # noqa: F401
        from stewardship.approvals import subscribers as approvals  # noqa: F401
        from stewardship.coverage import tasks as coverage  # noqa: F401
        from stewardship.delegations.reads import any_live
        from stewardship.jobs import subscribers as jobs  # noqa: F401
        from stewardship.recertification import subscribers  # noqa: F401
        from stewardship.simulations import tasks  # noqa: F401

        add_mark("delegations", any_live)
