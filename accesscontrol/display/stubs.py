"""Names for what policies hide: stable, so that the picture holds still, and without meaning.

The id is one AES block over the row and the reader, under a key of the portal: nobody can tell two
hidden assets of two readers to be one, or make an id for a row; the portal can read it back.
"""

import hashlib
import re
from struct import pack, unpack

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

PREFIX = "hidden-"
STUB = re.compile(r"hidden-([0-9a-f]{32})\Z")


class Stubs:
    """Ids of hidden rows for one reader."""

    def __init__(self, secret: str, reader: int) -> None:
        key = hashlib.sha256(f"lineage stubs\n{secret}".encode()).digest()
        self.cipher = Cipher(AES(key), ECB())  # noqa: S305 - one block is a permutation: just what is wanted
        self.reader = reader

    def id_of(self, row: int) -> str:
        sealed = self.cipher.encryptor().update(pack(">QQ", row, self.reader))
        return PREFIX + sealed.hex()

    def row_of(self, id: str) -> int | None:
        """Return the row of an id that this reader was given; None for anything else."""
        found = STUB.match(id)
        if found is None:
            return None
        opened = self.cipher.decryptor().update(bytes.fromhex(found[1]))
        row, reader = unpack(">QQ", opened)
        return int(row) if reader == self.reader else None
