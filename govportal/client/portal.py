"""What a program can ask of the portal."""

import os
from typing import Any

from govportal.client.answers import Domain
from govportal.client.assets import Assets
from govportal.client.bulk import BulkEdits
from govportal.client.connection import TIMEOUT, Connection, HttpConnection
from govportal.client.errors import PortalError
from govportal.client.jobs import Jobs
from govportal.client.metadata import Metadata
from govportal.client.pages import Found
from govportal.client.proposals import Proposal
from govportal.client.requests import Requests
from govportal.client.sources import Sources

URL, TOKEN = "GOVPORTAL_URL", "GOVPORTAL_TOKEN"  # the names of variables


class Portal:
    """The portal in the name of one person. Groups of calls are its attributes; the usual ones its methods.

    Without `url` and `token` the environment's GOVPORTAL_URL and GOVPORTAL_TOKEN are taken. A `connection` of
    your own takes the place of both.
    """

    def __init__(
        self,
        url: str = "",
        token: str = "",
        *,
        timeout: float = TIMEOUT,
        connection: Connection | None = None,
    ) -> None:
        requests = Requests(connection or connect(url, token, timeout))
        self.requests = requests
        self.assets = Assets(requests)
        self.jobs = Jobs(requests)
        self.sources = Sources(requests, self.jobs)
        self.bulk = BulkEdits(requests, self.jobs)
        self.metadata = Metadata(requests, self.jobs)
        self.search = self.assets.search
        self.asset = self.assets.get
        self.change = self.assets.change
        self.propose = self.assets.propose
        self.harvest = self.sources.harvest
        self.wait = self.jobs.wait

    def me(self) -> dict[str, Any]:
        """Who the caller is, and what policies know about them."""
        return dict(self.requests.get("me/"))

    def domains(self, **filters: Any) -> Found[Domain]:
        return self.requests.list(Domain, "domains/", filters)

    def proposals(self, **filters: Any) -> Found[Proposal]:
        return self.requests.list(Proposal, "proposals/", filters)


def connect(url: str, token: str, timeout: float = TIMEOUT) -> HttpConnection:
    """A connection to what is given, else to what the environment says."""
    url, token = url or os.environ.get(URL, ""), token or os.environ.get(TOKEN, "")
    for value, name in ((url, URL), (token, TOKEN)):
        if not value:
            raise PortalError(f"Say which portal, and in whose name: {name} is not set.")
    return HttpConnection(url, token, timeout)
