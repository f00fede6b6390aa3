"""What the portal answers, as values. Names and meanings are those of /api/docs/."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Asset:
    """An asset as lists show it. People and teams are named, `domain` is a slug, `source` a code."""

    code: UUID
    kind: str
    namespace: str
    name: str
    title: str
    description: str
    harvested_description: str
    status: str
    retires_on: date | None
    owner: str | None
    business_owner: str | None
    steward: str | None
    acting_steward: str | None
    team: str | None
    tier: int | None
    certification: str
    certified_until: datetime | None
    properties: dict[str, Any]
    tags: tuple[str, ...]
    all_tags: tuple[str, ...]
    domain: str | None
    source: UUID | None
    location: str
    sensitivity: str | None
    has_personal_data: bool
    gdpr_category: str
    row_estimate: int | None
    size_bytes: int | None
    version: int
    created_at: datetime
    updated_at: datetime
    seen_at: datetime | None
    removed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column, or a property of a file."""

    code: UUID
    name: str
    data_type: str
    position: int
    nullable: bool
    required: bool
    default: str
    description: str
    harvested_description: str
    is_key: bool
    sensitive: bool
    gdpr_sensitivity: str
    identity: str
    validation_rules: tuple[dict[str, Any], ...]
    tags: tuple[str, ...]
    version: int
    removed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """A reference to another asset; `target` is None where the caller may not see it."""

    columns: tuple[str, ...]
    target: UUID | None
    target_name: str | None
    target_columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssetDetail(Asset):
    """One asset with its fields, and with what its source says of it."""

    replacement: UUID | None
    facts: dict[str, Any]
    withheld: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of a facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One filter of a search; its counts leave its own filter out."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Long work, and how far it is."""

    code: UUID
    kind: str
    title: str
    subject: str
    actor: str
    state: str
    done: int
    total: int | None
    message: str
    log: str
    result: dict[str, Any] | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime
    finished_at: datetime | None

    @property
    def is_unfinished(self) -> bool:
        return self.state in {"queued", "running"}

    @property
    def succeeded(self) -> bool:
        return self.state == "succeeded"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A system that the portal reads. Its password never comes out."""

    code: UUID
    name: str
    kind: str
    settings: dict[str, Any]
    has_password: bool
    namespace: str
    domain: str | None
    location: str
    schedule: str
    fail_safe: int
    state: str
    error: str
    error_field: str
    harvested_at: datetime | None
    next_harvest_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class SourceCheck:
    """One thing that the portal needs of a source, or that opens more; `remedy` gives it."""

    name: str
    ok: bool
    message: str
    remedy: str
    needed: bool


@dataclass(frozen=True, kw_only=True)
class SourceTest:
    """What a source answered; without an answer `error`, and `field` where a setting is to blame."""

    reached: bool
    product: str
    version: str
    user: str
    databases: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[SourceCheck, ...]
    error: str
    field: str | None


@dataclass(frozen=True, kw_only=True)
class ImportedSource:
    """A source of a document, and whether it was created, updated, or unchanged."""

    code: UUID
    name: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a harvest read of one database."""

    database: str
    state: str
    listed: int
    missing: int
    message: str
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class Harvest:
    """How a source was read."""

    code: UUID
    source: UUID
    job: UUID | None
    state: str
    reason: str
    actor: str
    message: str
    created: int
    changed: int
    returned: int
    missing: int
    removed: int
    databases: tuple[Scope, ...]
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SchemaChange:
    """One difference between two states of an asset; what names something hidden is withheld."""

    what: str
    impact: str
    column: str
    before: Any
    after: Any
    withheld: bool


@dataclass(frozen=True, kw_only=True)
class HarvestVersion:
    """What a harvest noticed of one asset."""

    asset: UUID
    name: str
    number: int
    event: str
    impact: str
    changes: tuple[SchemaChange, ...]
    by: str
    statement: str
    harvest: UUID | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A part of the business that answers for its data."""

    code: UUID
    slug: str
    name: str
    description: str
    steward: str | None
    answering: str | None
    parent: str | None
    version: int
