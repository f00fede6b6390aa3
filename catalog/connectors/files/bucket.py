"""A bucket of S3, read by DuckDB's httpfs extension, which a wheel brings: nothing is downloaded."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from catalog.connectors.duckdb import engine
from catalog.connectors.errors import ConnectorError, ErrorKind
from catalog.connectors.files.entries import Entry, is_data
from catalog.connectors.files.folder import too_many
from catalog.connectors.files.settings import S3_LIBRARY, FilesSettings

OPTIONS = {"http_timeout": "20", "http_retries": "1", "enable_global_s3_configuration": "false"}
CODE = re.compile(r"<Code>(\w+)</Code>")
Said = tuple[ErrorKind, str | None, str]
CODES: dict[str, Said] = {
    "InvalidAccessKeyId": ("auth", "access_key_id", "The S3 server does not know this access key."),
    "SignatureDoesNotMatch": ("auth", "password", "The secret key does not belong to the access key."),
    "NoSuchBucket": ("unreachable", "root", "There is no bucket “{bucket}”."),
    "PermanentRedirect": ("config", "region", "The bucket “{bucket}” is in another region."),
    "AuthorizationHeaderMalformed": ("config", "region", "The bucket “{bucket}” is in another region."),
    "RequestTimeTooSkewed": ("config", None, "The portal's clock differs too much from the S3 server's."),
}
STATUS: dict[int, Said] = {
    301: CODES["PermanentRedirect"],
    403: ("permission", "access_key_id", "The access key may not do this in the bucket “{bucket}”."),
    404: ("missing", None, "The file is not in the bucket “{bucket}” any more."),
}
WORDS: tuple[tuple[str, Said], ...] = (
    ("resolve", ("unreachable", "endpoint", "The host of the S3 endpoint is not known.")),
    (
        "SSL",
        (
            "config",
            "endpoint",
            "The S3 endpoint does not speak TLS: write http:// before it, or another port.",
        ),
    ),
    ("imed out", ("timeout", "endpoint", "The S3 endpoint did not answer in time.")),
    ("imeout", ("timeout", "endpoint", "The S3 endpoint did not answer in time.")),
    ("connect", ("unreachable", "endpoint", "Nothing answers at the S3 endpoint.")),
)


def extension() -> str:
    """The file of the extension that fits this DuckDB; raises ConnectorError."""
    spec = find_spec(S3_LIBRARY)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(folder, "extensions", f"v{duckdb.__version__}", "httpfs.duckdb_extension")
        if found.is_file():
            return str(found)
    said = f"The portal's S3 reader does not fit DuckDB {duckdb.__version__}: install the extra “files” anew."
    raise ConnectorError(said, "config", "root")


def sign_in(connection: duckdb.DuckDBPyConnection, settings: FilesSettings, secret: str) -> None:
    """Give DuckDB the key for this bucket alone; DuckDB checks that its makers signed the extension."""
    connection.execute(f"LOAD {engine.literal(extension())}")
    for name, value in OPTIONS.items():
        connection.execute(f"SET {name} = {engine.literal(value)}")
    scheme, _, host = settings.endpoint.rpartition("://")
    given: dict[str, Any] = {
        "KEY_ID": settings.access_key_id,
        "SECRET": secret,
        "REGION": settings.region,
        "SCOPE": f"s3://{settings.bucket}",
        "USE_SSL": scheme != "http",
    }
    if host:
        given |= {"ENDPOINT": host.rstrip("/"), "URL_STYLE": "path"}
    places = ", ".join(f"{name} ${name}" for name in given)
    connection.execute(f"CREATE SECRET portal (TYPE s3, {places})", given)


def entries(connection: duckdb.DuckDBPyConnection, settings: FilesSettings) -> list[Entry]:
    """All files of data, from the bucket's own listing; raises ConnectorError for too many."""
    start = settings.base + "/"
    listed = f"SELECT filename, size, last_modified FROM read_blob({engine.literal(start + '**')}) ORDER BY 1"
    found = [
        Entry(url.removeprefix(start), url, size, modified)
        for url, size, modified in connection.execute(listed).fetchall()
        if is_data(url.removeprefix(start))
    ]
    if len(found) > settings.most_files:
        raise too_many(settings.most_files)
    return found


def told(error: BaseException, settings: FilesSettings) -> ConnectorError | None:
    """What an S3 server said, None where it is not to blame; addresses and headers stay unsaid."""
    said = None
    if isinstance(error, duckdb.HTTPException):
        status = getattr(error, "status_code", 0)
        said = CODES.get(code_of(getattr(error, "body", ""))) or STATUS.get(status)
        said = said or ("unreachable", "endpoint", f"The S3 endpoint answered with the status {status}.")
    elif isinstance(error, duckdb.IOException) and "HTTP" in str(error):
        said = next((each for words, each in WORDS if words in str(error)), WORDS[-1][1])
    return ConnectorError(said[2].format(bucket=settings.bucket), said[0], said[1]) if said else None


def code_of(body: str) -> str:
    """The code in S3's XML."""
    found = CODE.search(body)
    return found[1] if found else ""


def policy(settings: FilesSettings, action: str) -> str:
    """The statement of a bucket policy that allows this."""
    inside = f"/{settings.prefix}/*".replace("//", "/") if action == "s3:GetObject" else ""
    return (
        f'{{"Effect": "Allow", "Action": "{action}", "Resource": "arn:aws:s3:::{settings.bucket}{inside}"}}'
    )
