"""When an answer is due. Knows no Django; the law's periods are in clocks.yaml."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Period:
    n: int
    unit: str

    def after(self, day: date) -> date:
        """Return the last day of the period that begins the day after `day`.

        A period in months ends on the day of the same number, or on the month's last day where there
        is none (Reg. (EEC) 1182/71 Art. 3(2)(c)); one that would end on a Saturday or Sunday ends on
        the Monday (Art. 3(4); public holidays are not known here).
        """
        if self.unit == "days":
            return day + timedelta(days=self.n)
        years, month = divmod(day.month - 1 + self.n, 12)
        year, month = day.year + years, month + 1
        end = date(year, month, min(day.day, monthrange(year, month)[1]))
        return end + timedelta(days=max(0, 7 - end.weekday()) if end.weekday() > 4 else 0)


@dataclass(frozen=True)
class Clock:
    law: str
    label: str
    cite: str
    limit: Period
    extension: Period


@cache
def clocks() -> dict[str, Clock]:
    """Return the clocks by the law's short name."""
    data = yaml.safe_load(Path(__file__).with_name("clocks.yaml").read_text(encoding="utf-8"))
    return {
        law: Clock(law, row["label"], row["cite"], Period(**row["limit"]), Period(**row["extension"]))
        for law, row in data.items()
    }
