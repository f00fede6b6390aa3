"""Connection URLs of the environment, turned into what Django and Celery expect. Knows no Django."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

POOL = {"min_size": 1, "max_size": 12, "timeout": 20}
SESSION = "-c jit=off"  # to compile our statements takes longer than to run them


def database(url: str, *, pool: bool) -> dict[str, Any]:
    """Return Django's DATABASES entry for `postgresql://user:password@host:port/name?option=value`.

    The host may be a directory (`?host=/run/postgresql`) for a unix socket.
    """
    parts = urlsplit(url or "postgresql:///govportal")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": SESSION, **({"pool": POOL} if pool else {}), **options},
    }


def broker_url(redis: str, postgresql: str) -> str:
    """Return Celery's broker: Redis where there is one, else the portal's own PostgreSQL."""
    if redis:
        return redis
    bare = (postgresql or "postgresql:///govportal").split("://", 1)[1]
    return f"govportal+postgresql+psycopg://{bare}"


def cache(redis: str) -> dict[str, Any]:
    """Return Django's cache: Redis where there is one, else a table."""
    if redis:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis}
    return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}


def email(url: str) -> dict[str, Any]:
    """Return Django's mail settings for `smtp://user:password@host:port` or `smtps://…`."""
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }
