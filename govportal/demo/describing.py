"""What the company's people say about their data, said to the portal by them. Knows no Django."""

from datetime import UTC, datetime, timedelta
from typing import Any

from govportal.demo.door import Door
from govportal.demo.rules import Demo

LEVELS = ("public", "internal", "confidential", "restricted")


class Describing:
    """Each method sends one kind of thing, and returns how much it was."""

    def __init__(self, doors: dict[str, Door], demo: Demo) -> None:
        self.doors = doors
        self.ada = doors["ada"]
        self.demo = demo
        self.codes: dict[str, str] = {}

    def domains(self) -> None:
        known = {row["slug"] for row in self.ada.every("domains/")}
        for domain in (one for one in self.demo.domains if one.slug not in known):
            self.ada.post(
                "domains/",
                slug=domain.slug,
                name=domain.name,
                description=domain.description,
                steward=domain.steward or None,
                parent=domain.parent or None,
            )

    def assets(self) -> int:
        count = 0
        for row in self.ada.every("assets/"):
            self.codes[row["name"]] = row["code"]
            place = self.demo.place_of(row["name"])
            if place:
                changes: dict[str, Any] = {"domain": place.domain}
                if place.sensitivity is not None:
                    changes["sensitivity"] = LEVELS[place.sensitivity]
                if place.owner:
                    changes["owner"] = place.owner
                self.ada.patch(f"assets/{row['code']}/", **changes)
                count += 1
        return count

    def newcomers(self) -> None:
        """What came into the catalog since belongs to the domain of its neighbours."""
        for row in self.ada.every("assets/"):
            place = self.demo.place_of(row["name"])
            if place and row["name"] not in self.codes:
                self.codes[row["name"]] = row["code"]
                self.ada.patch(f"assets/{row['code']}/", domain=place.domain)

    def fields(self) -> int:
        changes: dict[tuple[str, str], dict[str, Any]] = {}
        for known in self.demo.identities:
            changes.setdefault((known.dataset, known.column), {})["identity"] = known.identity
        for group in self.demo.sensitive:
            for column in group.columns:
                said = changes.setdefault((group.dataset, column), {})
                said.update(sensitive=True, gdpr_sensitivity=group.level)
        for dataset in sorted({dataset for dataset, _ in changes}):
            asset = self.ada.get(f"assets/{self.codes[dataset]}/")
            for field in asset["fields"]:
                said = changes.get((dataset, field["name"]), {})
                if said:
                    self.ada.patch(f"fields/{field['code']}/", **said)
        return len(changes)

    def rules(self) -> str:
        known = {row["name"] for row in self.ada.every("rules/")}
        for rule in (one for one in self.demo.rules if one.name not in known):
            body = {
                "asset": self.codes[rule.dataset],
                "name": rule.name,
                "kind": rule.kind,
                "threshold": rule.threshold,
                "severity": rule.severity,
                "description": rule.description,
                "parameters": dict(rule.parameters or {}),
            }
            if rule.column:
                body["field"] = rule.column
            self.ada.post("rules/", **body)
        for dataset in sorted({rule.dataset for rule in self.demo.rules}):
            job = self.ada.post(f"assets/{self.codes[dataset]}/evaluate/")
            self.ada.finished(job["job"])
        broken = self.ada.get("violations/", page_size=1)["count"]
        return f"{len(self.demo.rules)}, of which {broken} are broken"

    def proposals(self) -> int:
        for proposal in self.demo.proposals:
            self.doors[proposal.author].post(
                "proposals/",
                verb="catalog.change_asset",
                subject=self.codes[proposal.dataset],
                changes=dict(proposal.changes),
                reason=proposal.reason,
            )
        return len(self.demo.proposals)

    def consents(self) -> int:
        priya = self.doors["priya"]
        known = {(row["subject"], row["purpose"]) for row in priya.every("consents/")}
        missing = [one for one in self.demo.consents if (one.subject, one.purpose) not in known]
        for consent in missing:
            given = datetime.now(UTC) - timedelta(days=consent.days_ago)
            made = priya.post(
                "consents/",
                subject=consent.subject,
                purpose=consent.purpose,
                kind=consent.kind,
                granted=consent.granted,
                version=consent.version,
                given_at=given.isoformat(),
            )
            if consent.revoked_days_ago is not None:
                priya.post(f"consents/{made['code']}/revoke/")
        return len(self.demo.consents)

    def subject_requests(self, person: str) -> str:
        """One request is collected and waits for its answer; a second is nearly due."""
        priya = self.doors["priya"]
        today = datetime.now(UTC).date()
        open_one = priya.get("subject-requests/", identifier=person)["results"]
        first = open_one or [
            priya.post("subject-requests/", identifier=person, received_on=str(today - timedelta(days=9)))
        ]
        code = first[0]["code"]
        if first[0]["state"] == "received":
            priya.post(f"subject-requests/{code}/verify/", how="Answered from the address on file")
        job = priya.post(f"subject-requests/{code}/collect/")
        done = priya.finished(job["job"])
        second = self.demo.consents[-1].subject
        priya.post("subject-requests/", identifier=second, received_on=str(today - timedelta(days=27)))
        return str(done["message"])
