"""What happens after the portal knows the company: a release of the shop, and queries that really run."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from govportal.demo.company import run_file
from govportal.demo.releasing import ASKED, DAYS, days_of, measured
from govportal.demo.server import SHOP, connect
from tests.govportal.demo.built import Company

QUERIES = yaml.safe_load(ASKED.read_text("utf-8"))
COLUMNS = "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'products'"


def test_the_release_adds_drops_and_renames_and_the_shops_own_queries_still_run(company: Company) -> None:
    with connect(company.server_url, SHOP) as shop, shop.transaction(force_rollback=True):
        before = {name for (name,) in shop.execute(COLUMNS).fetchall()}
        run_file(shop, "shop_release.sql")
        after = {name for (name,) in shop.execute(COLUMNS).fetchall()}
        answers = [shop.execute(one["sql"].encode()) for one in QUERIES if one["database"] == SHOP]

        assert before - after == {"attributes", "discontinued"}
        assert after - before == {"origin_country", "is_discontinued"}
        assert all(answer.description for answer in answers)


@pytest.mark.parametrize(
    "asked", [one for one in QUERIES if one["database"] != SHOP], ids=lambda one: one["sql"][:40]
)
def test_the_log_tells_what_was_measured_once_for_each_day(company: Company, asked: dict[str, str]) -> None:
    duration, rows = measured(company.server_url, asked)

    lines = days_of(asked, duration, rows)

    assert rows > 0
    assert {(line["rows"], line["duration_ms"]) for line in lines} == {(rows, round(duration, 3))}
    assert len(lines) == DAYS
    oldest = datetime.fromisoformat(lines[-1]["at"])
    assert datetime.now(UTC) - oldest < timedelta(days=DAYS)
