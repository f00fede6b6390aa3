"""A local Spark runs what somebody else wrote into its metastore: it must know no secret of the portal."""

from importlib import import_module

from tests.catalog.connectors.spark_server import spark_server


def test_a_view_that_asks_java_learns_no_secret_of_the_portal(tmp_path, monkeypatch):
    monkeypatch.setenv("ENCRYPTION_KEYS", "s3cret")
    asks = "SELECT reflect('java.lang.System', 'getenv', '{}') AS said"
    with spark_server(tmp_path) as server:
        server.ask(
            f"CREATE VIEW empty.asks AS {asks.format('ENCRYPTION_KEYS')} UNION ALL {asks.format('PATH')}"
        )
        found = server.here().rows("SELECT said FROM empty.asks").values
        import_module("catalog.connectors.spark.server").end_all()

    assert [said == "s3cret" for (said,) in found] == [False, False]
    assert any(said for (said,) in found)  # the way is open: only the words are missing
