"""What every benchmark shares: a database of its own, bars to hold, a table, a results file, an exit status.

from benchmarks.harness import Benchmark, arguments, median_seconds, prepare

options = arguments(__doc__)                 # --quick, --output FILE
prepare()                                    # a throw-away PostgreSQL, migrated; then import models
bench = Benchmark("skeleton", quick=options.quick)
bench.row(tables=1000, seconds=3.2)          # a figure without a bar
bench.bar("harvest of 1,000 tables", 3.2, "s", bar=10)
bench.bar("events", 410, "per s", bar=100, better="higher")
raise SystemExit(bench.finish())
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import django
from django.core.management import call_command
from django.db import connection

from govportal.embedded import throw_away

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "psycopg", "celery", "sqlalchemy", "sqlglot", "uvicorn")
Better = Literal["lower", "higher"]


def arguments(description: str | None) -> argparse.Namespace:
    """Return the options that every benchmark takes: `quick` and `output`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, the same bars; under a minute")
    parser.add_argument("--output", type=Path, help="write the results here instead of benchmarks/results/")
    return parser.parse_args()


def prepare() -> None:
    """Set Django up on DATABASE_URL, or on an empty throw-away PostgreSQL, and migrate it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
    os.environ.setdefault("SECRET_KEY", "only benchmarks know this key")
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = throw_away(options=())  # it writes as durably as a real one
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the median duration of `times` calls."""
    return statistics.median(seconds(work) for _ in range(times))


def compared(
    first: Callable[[], object], second: Callable[[], object], times: int = 5
) -> tuple[float, float]:
    """Return the median durations of two pieces of work, run by turns A B A B on the same machine."""
    pairs = [(seconds(first), seconds(second)) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Bar:
    """A figure and the bar that it must hold."""

    name: str
    value: float
    unit: str
    bar: float
    better: Better
    ok: bool


@dataclass
class Benchmark:
    """The figures of one run."""

    name: str
    quick: bool = False
    output: Path | None = None
    bars: list[Bar] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def bar(self, name: str, value: float, unit: str, *, bar: float, better: Better = "lower") -> None:
        """Record a figure that must be at most `bar`, or at least when higher is better; print it."""
        ok = value <= bar if better == "lower" else value >= bar
        self.bars.append(Bar(name, value, unit, bar, better, ok))
        print(f"  {name}: {shown(value)} {unit}", flush=True)

    def row(self, **figures: Any) -> None:
        """Record figures without a bar; print them."""
        self.rows.append(figures)
        print("  " + ", ".join(f"{name} {shown(value)}" for name, value in figures.items()), flush=True)

    def finish(self) -> int:
        """Print the table, write the results file, and return the exit status: 0 when every bar holds."""
        print(f"\n{table(self.bars)}")
        file = self.output or RESULTS / f"{self.name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.as_dict(), indent=1, default=str) + "\n")
        failed = [bar.name for bar in self.bars if not bar.ok]
        print(f"\nResults: {file}\n{'Broken: ' + ', '.join(failed) if failed else 'Every bar holds.'}")
        return 1 if failed else 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "quick": self.quick,
            "machine": machine(),
            "versions": versions(),
            "bars": [asdict(bar) for bar in self.bars],
            "rows": self.rows,
        }


def shown(value: Any) -> str:
    """Return a figure with at most four digits that mean something."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def table(bars: list[Bar]) -> str:
    """Return the bars as a table of text."""
    signs = {"lower": "≤", "higher": "≥"}
    cells = [("", "value", "bar", "unit", "")] + [
        (
            bar.name,
            shown(bar.value),
            f"{signs[bar.better]} {shown(bar.bar)}",
            bar.unit,
            "ok" if bar.ok else "BROKEN",
        )
        for bar in bars
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    load = os.getloadavg()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "system": platform.platform(),
        "load": round(load, 2),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def versions() -> dict[str, str]:
    """Return the versions of what was measured."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "postgresql": postgresql(), **found}


def postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
