"""Real clients against a real ASGI server: what the producers of the world send arrives whole."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
import uvicorn
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import schema_dataset
from openlineage.client.transport.http import (
    ApiKeyTokenProvider,
    HttpCompression,
    HttpConfig,
    HttpTransport,
)

from govportal.asgi import application
from lineage.graph.models import Edge
from lineage.ingest.models import Event
from lineage.ingest.tasks import apply_pending
from tests.build import make_token
from tests.lineage.events import DOOR, STORE, run_event, run_id


class Server:
    """uvicorn in a thread of its own, on a free port, over the test database."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        config = uvicorn.Config(application, log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=10)
        self.socket.close()


@pytest.fixture
def server(transactional_db: None, policies: None) -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def token(server, alice) -> str:
    return make_token(alice, "lineage")


def client(server, token, compression=None):
    config = HttpConfig(
        url=f"http://127.0.0.1:{server.port}",
        auth=ApiKeyTokenProvider({"api_key": token}),
        compression=compression,
    )
    return OpenLineageClient(transport=HttpTransport(config))


def event(state, inputs=(), outputs=()):
    fields = [schema_dataset.SchemaDatasetFacetFields("id", "int")]
    return RunEvent(
        eventType=state,
        eventTime="2026-11-20T10:00:00.123456Z",
        run=Run(runId=run_id("real")),
        job=Job(namespace="etl", name="load"),
        inputs=[InputDataset(STORE, name) for name in inputs],
        outputs=[
            OutputDataset(STORE, name, facets={"schema": schema_dataset.SchemaDatasetFacet(fields=fields)})
            for name in outputs
        ],
        producer="https://example.org/tests",
    )


@pytest.mark.parametrize("compression", [None, HttpCompression.GZIP])
def test_the_python_client_sends_events_that_become_edges(server, token, compression):
    producer = client(server, token, compression)

    producer.emit(event(RunState.START, inputs=["raw.orders"]))
    producer.emit(event(RunState.COMPLETE, outputs=["mart.sales"]))
    producer.close()
    apply_pending()

    assert list(Edge.objects.values_list("source__name", "target__name", "job__name")) == [
        ("raw.orders", "mart.sales", "load")
    ]
    assert list(Event.objects.values_list("state", "warnings")) == [("applied", [])] * 2


def test_the_python_client_is_told_when_its_token_is_wrong(server, token):
    producer = client(server, "gvp_wrong")

    with pytest.raises(Exception, match="401"):
        producer.emit(event(RunState.START))
    assert not Event.objects.exists()


def exchange(server, head, chunks):
    """Speak plain HTTP over a socket, as a Java client does; return status line, headers and body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
        for chunk in chunks:
            wire.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            time.sleep(0.01)
        wire.sendall(b"0\r\n\r\n")
        answer = b""
        while part := wire.recv(65536):
            answer += part
    headers, _, body = answer.partition(b"\r\n\r\n")
    return headers.decode().lower().split("\r\n"), body


@pytest.mark.parametrize("path", [DOOR, f"{DOOR}/"])
def test_a_chunked_gzip_body_without_length_arrives_whole(server, token, path):
    """The Java client (Spark, Flink, Trino) sends so; a WSGI server would hand over an empty body."""
    sent = run_event(
        "START", inputs=["raw.orders"], job_facets={"sql": {"query": "select 1 -- " + "x" * 5000}}
    )
    packed = gzip.compress(json.dumps(sent).encode())
    head = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        "Content-Encoding: gzip",
        "Transfer-Encoding: chunked",
        "Connection: close",
    ]

    headers, body = exchange(server, head, [packed[at : at + 40] for at in range(0, len(packed), 40)])

    assert (headers[0], "content-length: 0" in headers, body) == ("http/1.1 201 created", True, b"")
    assert json.loads(Event.objects.get().body) == sent


def test_a_duplicate_after_a_timeout_is_kept_once(server, token):
    body = json.dumps(run_event("START")).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post():
        request = Request(f"http://127.0.0.1:{server.port}{DOOR}", body, headers)
        with urlopen(request, timeout=20) as answer:
            return answer.status

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Event.objects.count() == 1
