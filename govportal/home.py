"""What the roof puts on the home page; rooms add more with `stewardship.home.parts.add_home_part`."""

from accesscontrol.grants.reads import ending_soon
from govportal import reads
from govportal.firststeps import first_steps
from stewardship.home.parts import HomePart, add_home_part

FOLDER = "govportal/home"
PARTS = [
    HomePart(f"{FOLDER}/announced.html", reads.announced, place="top", order=10),
    HomePart(f"{FOLDER}/first_steps.html", first_steps, place="top", order=20),
    HomePart(f"{FOLDER}/counts.html", reads.counts, place="top", order=30),
    HomePart(f"{FOLDER}/ending.html", ending_soon, place="top", order=40),
    HomePart(f"{FOLDER}/waiting.html", reads.waiting, order=10),
    HomePart(f"{FOLDER}/mine.html", reads.mine, order=20),
    HomePart(f"{FOLDER}/domains.html", reads.domains, order=30),
    HomePart(f"{FOLDER}/questions.html", reads.questions, order=40),
    HomePart(f"{FOLDER}/week.html", reads.week, order=50),
    HomePart(f"{FOLDER}/viewed.html", reads.viewed, order=60),
    HomePart(f"{FOLDER}/violations.html", reads.violations, "quality.view_violation", order=80),
    HomePart(f"{FOLDER}/requests.html", reads.requests, "compliance.view_subjectrequest", order=90),
    HomePart(f"{FOLDER}/jobs.html", reads.jobs, order=100),
]


def register() -> None:
    for part in PARTS:
        add_home_part(part)
