from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CoverageRequested(Fact):
    name = "access.coverage_requested"
    object_type = "coverage"


@dataclass(frozen=True, kw_only=True)
class CoverageMeasured(Fact):
    """`findings` counts what deserves a look, `policies` is the digest of what was measured."""

    name = "access.coverage_measured"
    object_type = "coverage"
    policies: str
    findings: int
