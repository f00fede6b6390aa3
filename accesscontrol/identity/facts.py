from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class UserSaved(Fact):
    name = "identity.user_saved"
    object_type = "user"
    username: str
    roles: list[str]
    department: str
    clearance: int
    location: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Fact):
    name = "identity.token_issued"
    object_type = "api_token"
    username: str
    scopes: list[str]
    expires_at: str | None


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    name = "identity.token_revoked"
    object_type = "api_token"
    username: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    name = "identity.signed_in"
    object_type = "user"


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    name = "identity.signed_out"
    object_type = "user"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Fact):
    name = "identity.sign_in_failed"
    object_type = "user"
    outcome = "failure"
