"""Encryption of connection secrets at rest. Knows no Django.

Fernet (AES-128-CBC with HMAC-SHA256) from the `cryptography` package. Keys are derived from the
configured passphrases by HKDF-SHA256 (RFC 5869); the first encrypts, all decrypt, so keys rotate.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(Exception):
    """No configured key opens this secret; the message is for the reader."""


def _fernet(passphrase: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"govportal secrets v1").derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def encrypt(secret: str, passphrases: Sequence[str]) -> str:
    """Return `secret` encrypted under the first passphrase."""
    return _fernet(passphrases[0]).encrypt(secret.encode()).decode()


def decrypt(token: str, passphrases: Sequence[str]) -> str:
    """Return the secret; raises `WrongKey` when none of the passphrases opens it."""
    try:
        return MultiFernet([_fernet(p) for p in passphrases]).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise WrongKey("The stored secret cannot be opened with the present keys.") from error
