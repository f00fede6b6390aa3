"""The portal's public door, as any script of a user would open it. Knows no Django."""

import time
from typing import Any

import requests

PATIENCE = 120  # seconds that one job may take


class DoorClosed(Exception):
    """The portal refused something that the demo needs; the message has its answer."""


class Door:
    """The REST API in the name of one user."""

    def __init__(self, url: str, token: str) -> None:
        self.base = f"{url.rstrip('/')}/api/v1/"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        return self._call("POST", path, json=body)

    def send(self, path: str, lines: list[Any]) -> Any:
        """Post a list."""
        return self._call("POST", path, json=lines)

    def patch(self, path: str, **body: Any) -> Any:
        return self._call("PATCH", path, json=body)

    def put(self, path: str, **body: Any) -> Any:
        return self._call("PUT", path, json=body)

    def every(self, path: str, **query: Any) -> list[Any]:
        """Return all rows of a list, page by page."""
        rows: list[Any] = []
        page = self.get(path, page_size=500, **query)
        rows += page["results"]
        while page["next"]:
            page = self._call("GET", page["next"])
            rows += page["results"]
        return rows

    def finished(self, job: str) -> dict[str, Any]:
        """Wait for a job and return it. Raises `DoorClosed` when it failed or takes too long."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            row: dict[str, Any] = self.get(f"jobs/{job}/")
            if row["state"] not in {"queued", "running"}:
                if row["state"] != "succeeded":
                    raise DoorClosed(f"{row['kind']} {row['state']}: {row['message']}")
                return row
            time.sleep(0.2)
        raise DoorClosed(f"Job {job} is not done after {PATIENCE} seconds.")

    def _call(self, method: str, path: str, **options: Any) -> Any:
        address = path if path.startswith("http") else self.base + path
        answer = self.session.request(method, address, timeout=60, **options)
        if answer.status_code >= 400:
            raise DoorClosed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None
