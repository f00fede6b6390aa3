"""What each verb does with a portal, wherever that is. Knows no Django."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice, takewhile
from typing import Any

from catalog.history.words import sentence, without_names
from govportal.client import AssetDetail, Job, Portal, PortalError
from govportal.client.answers import Harvest, HarvestVersion, SchemaChange
from govportal.console.output import facts, plain, table, written

Say = Callable[[str], None]
OF_HITS = ("name", "kind", "domain", "owner", "status", "namespace", "code")
OF_FIELDS = ("name", "data_type", "nullable", "is_key", "identity", "sensitive", "description")
OF_PROPOSALS = ("code", "verb", "subject_label", "state", "created_at")
OF_AN_ASSET = (
    *("code", "kind", "namespace", "status", "owner", "business_owner", "acting_steward", "team", "tier"),
    *("certification", "domain", "sensitivity", "has_personal_data", "gdpr_category", "location"),
    *("row_estimate", "updated_at", "version"),
)
MOST_PER_PAGE = 100
MOST_LISTED = 100


def search(portal: Portal, options: Namespace, say: Say) -> None:
    """The hits; where there is none, what else was meant."""
    facets: dict[str, list[str]] = {}
    for name, value in options.where:
        facets.setdefault(name, []).append(value)
    size = min(options.limit, MOST_PER_PAGE)
    found = portal.search(" ".join(options.words), page_size=size, sort=options.sort, **facets)
    hits = list(islice(found, options.limit))
    rows = [_picked(hit, OF_HITS) for hit in hits]
    say(written(options.format, OF_HITS, rows, hits))
    if options.format == "table":
        say(_told(len(hits), found.count, found.did_you_mean))


def _told(shown: int, count: int, meant: tuple[str, ...]) -> str:
    if not count:
        return f"Nothing found. Did you mean {', '.join(map(plain, meant))}?" if meant else "Nothing found."
    return f"{count} found." if shown == count else f"{shown} of {count} found."


def get(portal: Portal, options: Namespace, say: Say) -> None:
    """Everything about one asset."""
    asset = portal.asset(options.asset)
    if options.format != "table":
        rows = [_picked(each, OF_FIELDS) for each in asset.fields]
        say(written(options.format, OF_FIELDS, rows, asset))
        return
    say(_card(asset))


def _card(asset: AssetDetail) -> str:
    words = asset.description or asset.harvested_description
    parts = [plain(asset.name), facts({name: getattr(asset, name) for name in OF_AN_ASSET}), plain(words)]
    present = [each for each in asset.fields if not each.removed_at]
    if present:
        rows = [
            [*_picked(each, OF_FIELDS[:-1]), each.description or each.harvested_description]
            for each in present
        ]
        parts.append(table(OF_FIELDS, rows))
    return "\n\n".join(filter(None, parts))


def change(portal: Portal, options: Namespace, say: Say) -> None:
    """Save what is said about an asset."""
    asset = portal.asset(options.asset)
    changed = portal.change(asset, _changes(asset, options), version=options.version)
    said = f"Saved. {plain(changed.name)} is at version {changed.version} now."
    rows = [_picked(changed, OF_HITS)]
    say(said if options.format == "table" else written(options.format, OF_HITS, rows, changed))


def propose(portal: Portal, options: Namespace, say: Say) -> None:
    """Hand a change to who decides about it."""
    asset = portal.asset(options.asset)
    made = portal.propose(asset, _changes(asset, options), reason=options.reason)
    said = f"Proposed as {made.code}. It waits for who decides about {plain(made.subject_label)}."
    rows = [_picked(made, OF_PROPOSALS)]
    say(said if options.format == "table" else written(options.format, OF_PROPOSALS, rows, made))


def _changes(asset: AssetDetail, options: Namespace) -> dict[str, Any]:
    """What is to be said; what is cleared becomes an empty text or nothing, as it is kept."""
    cleared = {name: "" if isinstance(getattr(asset, name, None), str) else None for name in options.clear}
    changes = {**dict(options.set), **cleared}
    if not changes:
        raise PortalError("Say what to change: --set NAME=VALUE, or --clear NAME.")
    return changes


def harvest(portal: Portal, options: Namespace, say: Say) -> None:
    """Have a source read, follow it, and say what changed."""
    source = portal.sources.get(options.source)
    asked = {"thorough": options.thorough, "accept_removals": options.accept_removals}
    job = portal.harvest(source, **asked)
    if not options.wait:
        say(f"The harvest of {plain(source.name)} is queued as job {job.code}.")
        return
    try:
        portal.wait(job, tell=_teller(say))
    finally:
        for done in portal.sources.harvests(source):
            if done.job == job.code:
                for line in _noticed(portal, done):
                    say(line)
            break


def _noticed(portal: Portal, done: Harvest) -> Iterator[str]:
    for scope in done.databases:
        said = f" {plain(scope.message)}" if scope.message else ""
        yield f"{plain(scope.database)}: {scope.state}, {scope.listed} listed.{said}"
    told = takewhile(lambda each: each.event != "first", portal.sources.noticed(done))  # those come last
    listed = list(islice(told, MOST_LISTED + 1))
    yield from map(_sentence, listed[:MOST_LISTED])
    if len(listed) > MOST_LISTED:
        yield "  … and more: the harvest's page lists all."


def _sentence(version: HarvestVersion) -> str:
    changes = "; ".join(map(_of_change, version.changes)) if version.event == "changed" else ""
    impact = f" ({version.impact})" if version.impact else ""
    told = f": {changes}" if changes else ""
    return f"  {version.event:8} {plain(version.name + impact + told)}"


def _of_change(change: SchemaChange) -> str:
    return (without_names if change.withheld else sentence)(asdict(change))


def _teller(say: Say) -> Callable[[Job], None]:
    """Say each new message of a job once."""
    told = [""]

    def tell(job: Job) -> None:
        line = f"[{job.done}/{job.total}] {job.message}" if job.total and job.is_unfinished else job.message
        if job.message and line != told[0]:
            told[0] = line
            say(plain(line))

    return tell


def _picked(row: Any, names: Any) -> list[Any]:
    return [getattr(row, name) for name in names]
