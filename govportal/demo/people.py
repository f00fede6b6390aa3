"""Who can log in to the demo. The passwords are published on purpose: they guard invented data."""

from typing import NamedTuple

EU, US = "EU", "US"


class Login(NamedTuple):
    """One user; roles are groups, clearance is 0 (public) to 3 (restricted)."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    department: str
    clearance: int
    location: str
    team: str

    def __str__(self) -> str:
        return f"{self.roles[0]:18} {self.username:7} {self.password}"

    @property
    def password(self) -> str:
        return f"demo-{self.username}-2026"

    @property
    def email(self) -> str:
        return f"{self.username}@company.example"


ROLES = (
    "administrator",
    "steward",
    "privacy_officer",
    "ml_engineer",
    "analyst",
    "auditor",
    "platform_engineer",
    "viewer",
)
LOGINS = (
    Login("ada", "Ada Okafor", ("administrator",), "it", 3, EU, "Platform"),
    Login("sofia", "Sofia Marino", ("steward", "viewer"), "sales", 2, EU, "Sales data"),
    Login("henrik", "Henrik Dahl", ("steward", "viewer"), "health", 3, EU, "Clinic data"),
    Login("priya", "Priya Raman", ("privacy_officer", "viewer"), "privacy", 3, EU, "Privacy office"),
    Login("mateo", "Mateo Silva", ("ml_engineer", "viewer"), "data science", 2, EU, "Data science"),
    Login("lena", "Lena Vogt", ("analyst", "viewer"), "sales", 1, EU, "Sales data"),
    Login("tom", "Tom Becker", ("auditor", "viewer"), "audit", 2, EU, "Audit"),
    Login("yuki", "Yuki Tanaka", ("platform_engineer", "viewer"), "it", 2, US, "Platform"),
)
