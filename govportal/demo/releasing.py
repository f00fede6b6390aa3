"""The days after: the shop changes, people ask their databases, and the portal is told. Knows no Django."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from govportal.demo.company import run_file
from govportal.demo.dice import Dice
from govportal.demo.door import Door
from govportal.demo.server import SHOP, connect

ASKED = Path(__file__).with_name("queries.yaml")
DAYS = 14
BATCH = "demo"


class Releasing:
    """What happens at the sources, by a source's owner, the platform engineer."""

    def __init__(self, doors: dict[str, Door], server: str, source: str) -> None:
        self.yuki, self.server, self.source = doors["yuki"], server, source

    def release(self) -> str:
        """Change the shop's tables, and harvest again: what changed."""
        with connect(self.server, SHOP) as connection, connection.transaction():
            run_file(connection, "shop_release.sql")
        job = self.yuki.post(f"sources/{self.source}/harvest/")["job"]
        return str(self.yuki.finished(job)["message"])

    def queries(self) -> int:
        """Send the log of the last days; how many runs it tells of."""
        asked = yaml.safe_load(ASKED.read_text("utf-8"))
        lines = [line for one in asked for line in days_of(one, *measured(self.server, one))]
        answer = self.yuki.send(f"sources/{self.source}/queries/?batch={BATCH}", lines)
        if "job" in answer:
            self.yuki.finished(answer["job"])
        return sum(line["count"] for line in lines)


def measured(server: str, asked: dict[str, Any]) -> tuple[float, int]:
    """Milliseconds and rows of one real run."""
    with connect(server, asked["database"]) as connection:
        began = time.perf_counter()
        found = connection.execute(asked["sql"].encode()).fetchall()
        return (time.perf_counter() - began) * 1000, len(found)


def days_of(asked: dict[str, Any], duration: float, rows: int) -> list[dict[str, Any]]:
    """One line of the log for each day; how often somebody asks differs from day to day."""
    dice, now = Dice(asked["sql"]), datetime.now(UTC)
    return [
        {
            "query": asked["sql"],
            "user": asked["user"],
            "database": asked["database"],
            "at": (now - timedelta(days=day)).isoformat(),
            "duration_ms": round(duration, 3),
            "rows": rows,
            "count": dice.randint(1, asked["daily"]),
        }
        for day in range(DAYS)
    ]
