"""A real S3 server on this machine, which checks signatures and policies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

BUCKET = "lake"
POLICIES = {
    "reader": [("s3:ListBucket", "*"), ("s3:GetObject", f"{BUCKET}/*")],
    "lister": [("s3:ListBucket", BUCKET)],
    "writer": [("s3:PutObject", f"{BUCKET}/*")],
}


@dataclass
class S3Server:
    """Its address, and access key and secret key of each user."""

    endpoint: str
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)

    def client(self, service: str = "s3") -> Any:
        """As the owner of everything, while nobody is asked for a key."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="owner",
            aws_secret_access_key="owner",
        )

    def settings(self, user: str = "reader", **changes: object) -> dict[str, object]:
        """The settings of a source that reads the bucket as this user."""
        return {
            "root": f"s3://{BUCKET}/raw",
            "endpoint": self.endpoint,
            "access_key_id": self.keys[user][0],
            **changes,
        }

    def secret(self, user: str = "reader") -> str:
        return self.keys[user][1]


@contextmanager
def s3_server(files: Path) -> Iterator[S3Server]:
    """A server whose bucket holds the files; only the users of POLICIES may enter."""
    server_module = pytest.importorskip(
        "moto.server", reason="moto, the S3 server of the tests, is not installed"
    )
    from moto import settings as moto_settings

    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    made = S3Server(f"http://{host}:{port}")
    before = moto_settings.INITIAL_NO_AUTH_ACTION_COUNT
    try:
        fill(made, files)
        moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
        yield made
    finally:
        moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = before
        server.stop()


def fill(made: S3Server, files: Path) -> None:
    """Files and users."""
    bucket, users = made.client(), made.client("iam")
    bucket.create_bucket(Bucket=BUCKET)
    for each in sorted(files.rglob("*")):
        if each.is_file():
            bucket.upload_file(str(each), BUCKET, str(each.relative_to(files)))
    for user, allowed in POLICIES.items():
        users.create_user(UserName=user)
        key = users.create_access_key(UserName=user)["AccessKey"]
        made.keys[user] = (key["AccessKeyId"], key["SecretAccessKey"])
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:s3:::{place}"}
            for action, place in allowed
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        users.put_user_policy(UserName=user, PolicyName="only", PolicyDocument=document)
