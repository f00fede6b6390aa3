"""The portal from a program: typed, over HTTP, with Python's standard library only.

    from govportal.client import Portal

    portal = Portal("https://portal.example.org", token)      # or GOVPORTAL_URL and GOVPORTAL_TOKEN
    for asset in portal.search("customer orders", domain="sales"):
        print(asset.name, asset.owner)
    orders = portal.asset("shop.public.orders")
    portal.propose(orders, {"description": "One row per order."}, reason="Asked for in the review.")

Every call is made as the person whose token it is: what they may not see is not there. What goes wrong is a
`PortalError`; `Invalid` says which fields were wrong.
"""

from govportal.client.answers import (
    Asset,
    AssetDetail,
    Choice,
    Domain,
    Facet,
    Field,
    ForeignKey,
    ImportedSource,
    Job,
    Source,
    SourceTest,
)
from govportal.client.connection import Answer, Connection, HttpConnection
from govportal.client.edits import BulkEdit, BulkItem
from govportal.client.errors import (
    Ambiguous,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    JobFailed,
    NotFound,
    NotSignedIn,
    PortalError,
    Unreachable,
)
from govportal.client.metadata import ImportRow, MetadataImport
from govportal.client.pages import Found, Hits
from govportal.client.portal import Portal
from govportal.client.proposals import Proposal, ProposalStep, Vote

__all__ = [
    "Ambiguous",
    "Answer",
    "Asset",
    "AssetDetail",
    "BulkEdit",
    "BulkItem",
    "Choice",
    "Conflict",
    "Connection",
    "Domain",
    "Facet",
    "Field",
    "FieldError",
    "Forbidden",
    "ForeignKey",
    "Found",
    "Hits",
    "HttpConnection",
    "ImportRow",
    "ImportedSource",
    "Invalid",
    "Job",
    "JobFailed",
    "MetadataImport",
    "NotFound",
    "NotSignedIn",
    "Portal",
    "PortalError",
    "Proposal",
    "ProposalStep",
    "Source",
    "SourceTest",
    "Unreachable",
    "Vote",
]
