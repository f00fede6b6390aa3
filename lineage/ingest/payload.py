"""The bytes of a request become JSON texts. Knows no Django.

Events are kept as they came, so texts are cut out of the body, never written anew.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

MAX_BYTES = 32 * 1024 * 1024  # producers send events of more than 20 MB
CHUNK = 64 * 1024
GZIP = 31  # zlib's window bits for a gzip header and trailer
DECODER = json.JSONDecoder()


class TooLarge(Exception):
    """The body is, or unpacks to, more than the limit."""


class UnknownEncoding(Exception):
    """The body is packed in a way that we do not unpack."""


class Unreadable(ValueError):
    """The body is no JSON text; `text` is what could be read of it."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.text = text


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpack(stream: Stream, encoding: str, most: int = MAX_BYTES) -> bytes:
    """Return everything that `stream` holds, gunzipped where `encoding` says so.

    Stops as soon as there is more than `most` bytes, so that a bomb costs no more than a large body.
    """
    if encoding in {"", "identity"}:
        return _joined(_chunks(stream), most)
    if encoding in {"gzip", "x-gzip"}:
        return _joined(_gunzipped(_joined(_chunks(stream), most), most), most)
    raise UnknownEncoding(f"The content encoding {encoding} is not supported; send gzip or none.")


def _chunks(stream: Stream) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _joined(chunks: Iterator[bytes], most: int) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > most:
            raise TooLarge(f"An event may have {most // 2**20} MB at most, unpacked.")
    return bytes(whole)


def _gunzipped(packed: bytes, most: int) -> Iterator[bytes]:
    """Yield the members of a gzip file one after the other."""
    while packed:
        member = zlib.decompressobj(GZIP)
        try:
            yield member.decompress(packed, most + 1)
        except zlib.error as error:
            raise Unreadable("The body says that it is gzip, and is not.") from error
        if not member.eof and not member.unconsumed_tail:
            raise Unreadable("The gzip body ends too early.")
        packed = member.unused_data


def text_of(body: bytes) -> str:
    """Return the body as text; raises `Unreadable` with what could be read."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The body is not UTF-8.", body.decode("utf-8", "replace")) from error


def json_of(text: str) -> Any:
    """Return the JSON value; raises `Unreadable`."""
    if not text.strip():
        raise Unreadable("The body is empty.")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Unreadable("The JSON is nested too deeply.", text) from error
    except ValueError as error:
        raise Unreadable(f"The body is not JSON: {error}.", text) from error


def items_of(text: str) -> list[str]:
    """Return the text of each item of a JSON array, exactly as it stands there."""
    if not isinstance(json_of(text), list):
        raise Unreadable("A batch is a JSON array of events.", text)
    items, at = [], _next(text, text.index("[") + 1)
    while text[at] != "]":
        _, end = DECODER.raw_decode(text, at)
        items.append(text[at:end])
        at = _next(text, end)
    return items


def _next(text: str, at: int) -> int:
    while text[at] in " \t\r\n,":
        at += 1
    return at


def digest(event: Any) -> str:
    """Return the SHA-256 of the event's canonical JSON: the same event twice has one digest."""
    return hashlib.sha256(json.dumps(event, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
