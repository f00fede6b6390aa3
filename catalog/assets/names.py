"""What OpenLineage calls things. Knows no Django."""

from typing import NamedTuple

JOB = "job"


class AssetName(NamedTuple):
    """A dataset or a job by its OpenLineage identity; `kind` only matters for what is new to us."""

    kind: str
    namespace: str
    name: str

    @property
    def identity(self) -> tuple[bool, str, str]:
        """Two names with one identity are one asset: a table and a view may not share a name."""
        return (self.kind == JOB, self.namespace, self.name)
