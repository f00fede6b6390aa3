from collections.abc import Mapping, Sequence

from catalog.assets.models import Asset
from catalog.harvest.models import Harvest
from catalog.history.changes import BREAKING, COMPATIBLE, STRICT
from catalog.history.models import SchemaVersion
from catalog.history.telling import part_of
from catalog.history.words import sentence, without_names
from lineage.changes import reads
from lineage.changes.reads import Concern
from stewardship.jobs.kinds import Work
from stewardship.notices.services import notify

TOPIC = "schema_change"
SEVERITY = {BREAKING: "breaking", STRICT: "warning", COMPATIBLE: "info"}
MOST_TOLD = 50  # notices to one person about one harvest; the rest is one more
MOST_NAMED = 5  # assets, or changes, named in one notice
LATEST = "/catalog/changes/"


def tell_owners(*, harvest: Harvest, work: Work | None = None) -> int:
    """Tell who follows or answers for what changed, and who answers for what lies downstream of what breaks.

    Return how many notices are new; safe to run twice. Who may not see the changed asset is told about an
    own one that it breaks, without a name; who sees neither is not told.
    """
    versions = {row.pk: row for row in reads.changed(harvest)}
    if not versions:
        return 0
    broken = {row.asset_id for row in versions.values() if row.impact == BREAKING}
    below = reads.downstream(broken, harvest) if broken else {}
    concerns = reads.concerned(versions.values(), below)
    told = 0
    for at, concern in enumerate(concerns):
        if work:
            work.progress(at, len(concerns), f"{at} of {len(concerns)} people")
        told += _tell(concern, versions, harvest)
    return told


def _tell(concern: Concern, versions: Mapping[int, SchemaVersion], harvest: Harvest) -> int:
    """Tell one person; each notice stands in its own transaction."""
    changed = {versions[pk].asset_id for pk in concern.reached}
    seen = reads.seen(concern.person, changed | {pk for own in concern.reached.values() for pk in own})
    found = [
        (versions[pk], [seen[asset] for asset in own if asset in seen])
        for pk, own in concern.reached.items()
        if versions[pk].asset_id in seen or any(asset in seen for asset in own)
    ]
    told = 0
    for version, own in found[:MOST_TOLD]:
        open_to = version.asset_id in seen
        told += _tell_of(concern, version, own) if open_to else _tell_blind(concern, version, own)
    if more := len(found) - MOST_TOLD:
        told += _tell_rest(concern, harvest, more) if more > 0 else 0
    return told


def _tell_of(concern: Concern, version: SchemaVersion, own: Sequence[Asset]) -> int:
    """About the changed asset itself, which the person may see."""
    asset = version.asset
    said = [without_names(each) if part_of(each) else sentence(each) for each in version.changes]
    lines = [*said[:MOST_NAMED], *([f"and {len(said) - MOST_NAMED} more"] if len(said) > MOST_NAMED else [])]
    below = sum(each.pk != asset.pk for each in own)  # no names: the right to see them may be lost later
    return notify(
        recipients=[concern.person],
        key=_key(version),
        topic=TOPIC,
        severity=SEVERITY[version.impact],
        title=f"{asset.title}: {said[0] if said else version.get_event_display()}",
        text="\n".join([*lines, *([f"Your assets downstream of it: {below}."] if below else [])]),
        url=version.get_absolute_url(),
        about=("asset", asset.code),
    )


def _tell_blind(concern: Concern, version: SchemaVersion, own: Sequence[Asset]) -> int:
    """About an asset of the person's that lies downstream; of what changed nothing is told."""
    nearest = own[0]
    return notify(
        recipients=[concern.person],
        key=_key(version),
        topic=TOPIC,
        severity=SEVERITY[BREAKING],
        title=f"Something upstream of {nearest.title} changed",
        text="It may break what reads it. You may not see what it is.",
        url=nearest.get_absolute_url(),
        about=("asset", nearest.code),
    )


def _tell_rest(concern: Concern, harvest: Harvest, more: int) -> int:
    return notify(
        recipients=[concern.person],
        key=f"schema:more:{harvest.code}",
        topic=TOPIC,
        severity="warning",
        title=f"{more} more changes of schemas concern you",
        text="They were seen by one harvest. The page of schema changes lists those that you may see.",
        url=LATEST,
    )


def _key(version: SchemaVersion) -> str:
    return f"schema:{version.code}"
