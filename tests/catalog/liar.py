"""A server that lets nobody in: enough of PostgreSQL's protocol to refuse a password."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ASK_FOR_PASSWORD = b"R" + struct.pack("!ii", 8, 3)
FIELDS = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user\0\0"
REFUSAL = b"E" + struct.pack("!i", 4 + len(FIELDS)) + FIELDS
SSL_REQUEST = 80877103


@contextmanager
def refusing_server() -> Iterator[int]:
    """The port of a server that asks for a password and refuses it."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener,), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _serve(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            _refuse(client)


def _refuse(client: socket.socket) -> None:
    _, code = struct.unpack("!ii", client.recv(8))
    if code in {SSL_REQUEST, SSL_REQUEST + 1}:
        client.sendall(b"N")
        client.recv(8)
    client.recv(4096)
    client.sendall(ASK_FOR_PASSWORD)
    client.recv(4096)
    client.sendall(REFUSAL)
