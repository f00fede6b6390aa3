"""What the script puts into a database trusts nobody who was there before, and does not grow for ever."""

import pytest
from django.core.management import CommandError, call_command

from tests.catalog.scratch import make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "squat",
    [
        "CREATE SCHEMA govportal_ddl AUTHORIZATION {role}",
        (
            "CREATE SCHEMA govportal_ddl; CREATE TABLE govportal_ddl.event (id int); "
            "ALTER TABLE govportal_ddl.event OWNER TO {role}"
        ),
    ],
)
def test_what_somebody_else_put_there_before_is_not_run_as_superuser(scratch_db, squat):
    source = make_source(scratch_db)
    role = f"squatter_{scratch_db.name}"
    scratch_db.run(f'CREATE ROLE "{role}"')
    try:
        scratch_db.run(*squat.format(role=f'"{role}"').split("; "))
        with pytest.raises(CommandError):
            call_command("ddl_capture", "install", source.name, "--yes")
        left = scratch_db.connection.execute("SELECT count(*) FROM pg_event_trigger").fetchone()
    finally:
        scratch_db.run("DROP SCHEMA IF EXISTS govportal_ddl CASCADE", f'DROP ROLE "{role}"')

    assert left == (0,)


def test_what_was_noted_long_ago_goes_little_by_little(scratch_db):
    source = make_source(scratch_db)
    call_command("ddl_capture", "install", source.name, "--yes")
    scratch_db.run(
        "INSERT INTO govportal_ddl.event (at, command, dropped, schema_name, relation_name) "
        "SELECT now() - interval '31 days', 'CREATE', false, 'public', 'old' FROM generate_series(1, 15)"
    )
    left = []
    for name in ("one", "two"):
        scratch_db.run(f"CREATE TABLE {name} (id int)")
        left.append(scratch_db.connection.execute("SELECT count(*) FROM govportal_ddl.event").fetchone())

    assert left == [(6,), (2,)]
