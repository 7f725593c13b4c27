"""The files of a code base and the teams that own them, entered through the API.

Each file becomes a stage. Each team becomes a department with one person who has a login.
"""

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from core.ids import uuid7
from tests.support.api_client import ApiClient

MOST_STAGES = 200
PASSWORD = "a-team-of-its-own-7"
SINCE = "2026-01-01"


@dataclass(frozen=True)
class File:
    path: str
    status: str  # number of owners (missing, single or multi), which the audit must find again
    owners: tuple[str, ...]


def read_files(path: Path) -> list[File]:
    with gzip.open(path, "rt", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [File(row["item"], row["status"], owners_in(row["owners"])) for row in rows]


def owners_in(text: str) -> tuple[str, ...]:
    """Return the team names in lower case, because the source spells one team in two ways."""
    return tuple(name.lower() for name in text.split(",") if name)


@dataclass
class Company:
    """A workspace filled by a service token, with an admin who invites the teams."""

    workspace: UUID
    program: ApiClient
    admin: ApiClient
    stranger: Callable[[], ApiClient] = ApiClient
    teams: dict[str, ApiClient] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)

    def employ(self, owners: Iterable[str]) -> None:
        """Let every team join by invitation, then add the teams to the directory."""
        names = sorted(set(owners))
        emails = {name: f"{name.strip('@').replace('/', '.')}@teams.test" for name in names}
        for name in names:
            self.teams[name] = self._join(name, emails[name])
        members = {member["email"]: member["id"] for member in self.every("members")}
        ops = []
        for name in names:
            self.departments[name], self.persons[name] = str(uuid7()), str(uuid7())
            person = {"name": name, "email": emails[name], "member": members[emails[name]]}
            ops += [
                add("department", self.departments[name], name=name),
                add("person", self.persons[name], **person),
                add(
                    "placement",
                    str(uuid7()),
                    person=self.persons[name],
                    department=self.departments[name],
                    since=SINCE,
                ),
            ]
        for gesture in batches(ops, 498):
            self.send(f"workspaces/{self.workspace}/edits", {"ops": gesture}, 200)

    def _join(self, name: str, email: str) -> ApiClient:
        invitation = {"workspace": str(self.workspace), "email": email, "role": "viewer"}
        made = self.admin.post("invitations", invitation)
        assert made.status_code == 201, made.content
        team = self.stranger()
        form = {"name": name, "password": PASSWORD}
        joined = team.client.post(urlsplit(made.json()["link"]).path, form)
        assert joined.status_code == 303, joined.content
        return team

    def draw(self, files: Sequence[File]) -> None:
        """Add a stage for every file, in as many journeys as necessary."""
        for number, batch in enumerate(batches(files, MOST_STAGES), 1):
            journey = self.send("journeys", {"title": f"Files {number}", "status": "live"})["id"]
            for file in batch:
                self.stages[file.path] = str(uuid7())
            ops = [add("stage", self.stages[file.path], title=file.path) for file in batch]
            self.send(f"journeys/{journey}/edits", {"ops": ops}, 200)

    def claim(self, files: Iterable[File]) -> None:
        """Enter a claim to every file for each team that owns it."""
        for file in files:
            for owner in file.owners:
                claimant = {"person": self.persons[owner], "department": self.departments[owner]}
                self.send("claims", {"stage": self.stages[file.path], **claimant})

    def direct(self, files: Iterable[File]) -> None:
        """Propose the first owner of every file as director, and accept the proposal."""
        for file in files:
            first = file.owners[0]
            proposal = {"stage": self.stages[file.path], "person": self.persons[first]}
            proposed = self.program.post("directorships", proposal)
            assert proposed.status_code == 201, proposed.content
            path = f"directorships/{proposed.json()['id']}/accept"
            accepted = self.teams[first].post(path, If_Match=proposed["ETag"])
            assert accepted.status_code == 200, accepted.content

    def flagged(self, rule: str) -> set[str]:
        """Return the files whose stages have an open flag of a rule."""
        paths = {stage: path for path, stage in self.stages.items()}
        flags = self.every(f"flags?rule={rule}&state=open&limit=200")
        return {paths[flag["subject_id"]] for flag in flags}

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield all results of a list endpoint, page by page."""
        url = path
        while url:
            page = self.program.get(url).json()
            yield from page["results"]
            url = page["next"]

    def send(self, path: str, body: Any, status: int = 201) -> Any:
        answer = self.program.post(path, body)
        assert answer.status_code == status, answer.content
        return answer.json()


def add(slug: str, record_id: str, **fields: Any) -> dict[str, Any]:
    return {"op": "add", "type": slug, "id": record_id, "fields": fields}


def batches(many: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(many), size):
        yield many[start : start + size]
