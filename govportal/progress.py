"""One line per step of the start. Standard library only: the bootstrap script reads it from a bare Python."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

COUNTER = "GOVPORTAL_STEP"  # "3/9": kept in the environment, because the start goes through several processes


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print "[4/9] title … 12 s"; without a counter in the environment, no number."""
    print(f"{_number()}{title} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def _number() -> str:
    done, _, total = os.environ.get(COUNTER, "").partition("/")
    if not total:
        return ""
    os.environ[COUNTER] = f"{int(done) + 1}/{total}"
    return f"[{int(done) + 1}/{total}] "
