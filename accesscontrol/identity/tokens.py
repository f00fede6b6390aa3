"""The secret part of an API token. Knows no Django."""

import hashlib
import secrets

PREFIX = "gvp_"


def new_token() -> str:
    """Return a fresh token of 256 random bits, recognisable by its prefix."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 by which a token is looked up; the token itself is never stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown_prefix(token: str) -> str:
    """Return the few letters by which a person tells tokens apart."""
    return token[:10]
