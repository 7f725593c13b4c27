"""Every example in the OpenAPI schema fits its schema, and every example request works."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.http.request import HttpHeaders
from django.utils import timezone

from core.api import examples
from core.ids import uuid7
from core.instants import format_instant
from tests.support.actors import (
    build_things,
    complained,
    contested,
    demotion,
    handed_off,
    new_member,
)
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.openapi import Operation, operations, validator_of
from tests.support.pictures import picture_bytes
from tests.support.storyboards import MULTIPART, image_form
from workspaces.models import Member

JSON = "application/json"
OF_SESSIONS = [{"session": []}]


def bodies(operation: Operation) -> list[tuple[str, dict[str, Any]]]:
    """Return the JSON media types of an operation's request and responses, with their location."""
    request = operation.spec.get("requestBody", {}).get("content", {})
    found = [("request", request[JSON])] if JSON in request else []
    for status, answer in operation.spec["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            found.append((status, answer["content"][JSON]))
    return found


def values(media: dict[str, Any]) -> list[Any]:
    return [example["value"] for example in media.get("examples", {}).values()]


def test_every_body_has_examples_that_fit_its_schema() -> None:
    wrong = []
    for operation in operations():
        for where, media in bodies(operation):
            name = f"{operation.method} {operation.path} {where}"
            if not values(media):
                wrong.append(f"{name}: no example")
            check = validator_of(media["schema"])
            for value in values(media):
                wrong += [f"{name}: {error.message}" for error in check.iter_errors(value)]
    assert wrong == [], "\n".join(map(str, wrong))


def test_every_parameter_and_operation_is_described_and_typed() -> None:
    for operation in operations():
        assert operation.spec["summary"] and operation.spec["description"], operation
        for parameter in operation.spec.get("parameters", ()):
            assert parameter["schema"].get("type"), (operation, parameter)
            if parameter["in"] != "path":
                assert parameter["description"], (operation, parameter)
        key = (
            [
                parameter
                for parameter in operation.spec["parameters"]
                if parameter["name"] == "Idempotency-Key"
            ]
            if (operation.method != "get")
            else []
        )
        for one in key:
            assert one.get("required", False) is False
            assert (one["schema"]["minLength"], one["schema"]["maxLength"]) == (8, 128)


class Sender:
    """Send the examples to a workspace with one of everything, replacing the example ids."""

    def __init__(self, world: SampleWorld, reads: set[str] | None = None) -> None:
        self.world = world
        self.reads = set() if reads is None else reads  # by the latest request
        self.dana, self.erin = personal_client(world.dana.actor), personal_client(world.erin.actor)
        self.oscar = personal_client(world.oscar.actor)
        self.own = {
            "person": str(world.dana.person_id),
            "department": str(world.acme.departments["Care"]),
        }
        self.session = ApiClient(user=world.dana.user)
        self.known = build_things(world.acme, "erin", "bob", "dana", "dana")
        self.ids = {
            examples.WORKSPACE: world.acme.id,
            examples.JOURNEY: world.acme.journey,
            examples.STAGE: world.acme.stages["Use"],
            examples.STEP: world.acme.steps["Calls"],
            examples.LANE: world.acme.lanes["Retail"],
            examples.PERSON: world.alice.person_id,
            examples.MEMBER: world.alice.member.id,
            examples.THREAD: self.known["comment"],
            examples.DEPARTMENT: self.known["department"],
            examples.FRAME: self.known["frame"],
            examples.DRAWING: self.known["drawing"],
            examples.DIRECTORSHIP: self.known["current"],
            examples.CASE: self.known["case"],
            examples.FUTURE_INSTANT: format_instant(timezone.now() + timedelta(days=9)),
        }

    def send(self, operation: Operation, value: Any) -> Any:
        program = self.dana
        if operation.spec["security"] == OF_SESSIONS:
            program = self.session
        if operation.path.endswith(
            (
                "/accept",
                "/decline",
                "/state",
                "/ask",
                "/attestations",
                "/sign",
                "/answer",
                "/case-answers",
            )
        ):
            program = self.erin
        if operation.path.endswith(("/rule", "/reject", "/grant", "/cases", "/close")):
            program = self.oscar
        headers = {"If_Match": "*"} if operation.method in {"post", "patch", "delete"} else {}
        address = self.address(operation)
        body = None if value is NOTHING else self.real(value)
        if operation.path == "/api/v1/claims" and body:
            body |= self.own  # people can claim only for themselves
        if operation.path == "/api/v1/appeals" and body:  # each party can appeal once
            program, body = self.erin, body | {"ruling": self.fresh("rulings")}
        if operation[:2] == ("post", "/api/v1/handoffs"):
            things = self.handed_off()
            ids = {"from_stage": things["handoff_next"], "to_stage": things["handoff_last"]}
            body |= {name: str(pk) for name, pk in ids.items()}
        if operation.path.startswith("/api/v1/reorganizations") and body:
            body = self.reorganization(body)
        if operation[:2] == ("post", "/api/v1/breaches"):
            body |= {"handoff": self.fresh("handoffs"), "happened_on": "2026-03-01"}
        if operation[:2] == ("post", "/api/v1/demotions"):
            ombudsman, _ = self.members("ombudsman", "admin")
            body |= {"member": str(ombudsman.pk)}
        if operation[:2] == ("post", "/api/v1/files"):
            body, headers["Content_Type"] = picture_bytes(), "application/octet-stream"
        if operation.path.endswith("/images"):
            body, headers["Content_Type"] = image_form(), MULTIPART
        self.reads.clear()
        return program.send(operation.method.upper(), address, body, **headers)

    def clear(self, operation: Operation, answer: Any) -> None:
        """Remove what an example created or changed, so that another can use its name."""
        if operation.path.split("/")[3] in NAMED and operation.method in {"post", "patch"}:
            self.dana.delete(f"{operation.path.split('/')[3]}/{answer.json().get('id')}")

    def members(self, *roles: str) -> list[Member]:
        return [new_member(self.world.acme, role) for role in roles]

    def real(self, value: Any) -> Any:
        text = json.dumps(value)
        here = dict(self.ids)
        if examples.GESTURE in text:  # a gesture can be undone only once
            place = self.world.acme
            stage = {"type": "stage", "id": str(place.stages["Use"])}
            done = place.edit({"op": "set", **stage, "fields": {"summary": uuid7().hex}})
            here[examples.GESTURE] = done.sets[0]["gesture"]
        for example, one in here.items():
            text = text.replace(example, str(one))
        return json.loads(text)

    def address(self, operation: Operation) -> str:
        """Return the path to send an operation to: that of a new record, unless it only reads."""
        noun = operation.path.split("/")[3]
        if "{external_id}" in operation.path:
            external_id = uuid7() if operation.method == "put" else self.known["synced"]
            return operation.path.format(source="crm", external_id=external_id)
        if noun == "webhook-deliveries":
            return operation.path.replace("{id}", str(self.known["webhook_delivery"]))
        if noun == "drawings":
            return operation.path.replace("{id}", str(self.known["drawing"]))
        if noun == "frames" and operation.path.endswith(("/picture", "/export")):
            return operation.path.replace("{id}", str(self.known["frame"]))
        if operation.path.endswith("/restore"):
            return operation.path.replace("{id}", self.journey_of_seven_versions())
        if noun in {"journeys", "workspaces", "members", "flags"} and operation.method != "delete":
            return operation.path.replace("{id}", str(self.known[noun[:-1]]))
        if "{id}" in operation.path:
            return operation.path.replace("{id}", self.fresh(noun, operation.path))
        return operation.path

    def journey_of_seven_versions(self) -> str:
        journey = self.fresh("journeys")
        for number in range(2, 9):
            self.dana.patch(f"journeys/{journey}", {"title": f"Title {number}"})
        return journey

    def fresh(self, noun: str, path: str = "") -> str:
        """Return the id of a new record."""
        if noun == "members":
            return str(self.world.bob.member.id)
        if noun in {"attestations", "files", "notices"}:
            return str(self.known[noun[:-1]])
        if noun in CONTESTED:
            people = self.world.acme.people
            dana = self.world.dana.member.id
            return str(
                contested(self.world.acme, people["erin"], people["bob"], dana)[CONTESTED[noun]]
            )
        if noun in {"cases", "case-answers"}:
            dana = self.world.dana.member.id
            things = complained(self.world.acme, self.world.acme.stages["Buy"], dana)
            return str(things[noun[:-1].replace("-", "_")])
        if noun == "demotions":
            ombudsman, admin = self.members("ombudsman", "admin")
            return str(demotion(self.world.acme, ombudsman, admin))
        if noun in HANDED_OFF:
            wanted = "handoff_unsigned" if path.endswith("/sign") else HANDED_OFF[noun]
            return str(self.handed_off()[wanted])
        if noun in {"directorships", "deputies"}:
            stage = self.fresh("stages")
            new = {"stage": stage, "person": str(self.world.erin.person_id)}
            made = self.made(self.dana, "directorships", new)
            if path.endswith("/agree"):
                journey = self.dana.get(f"stages/{stage}").json()["journey"]
                office = {"office": "sponsor", "person": self.own["person"]}
                self.made(self.dana, "appointments", office | {"journey": journey})
            if noun == "deputies" or path.endswith("/end"):
                self.erin.post(f"directorships/{made}/accept", If_Match="*")
            if noun == "deputies":
                new = {"directorship": made, "person": str(self.world.bob.person_id)}
                return self.made(self.dana, noun, new | {"since": "2026-01-01"})
            return made
        lists = f"/api/v1/{noun}"
        if noun == "share-links":
            lists = "/api/v1/journeys/{id}/share-links"
        example = first_value(one_operation("post", lists))
        if noun in ONE_EACH:
            home = ONE_EACH[noun]
            example = self.real(example) | {home: self.fresh(f"{home}s")}
        unique = {name: f"{uuid7().hex}@x.test" for name in ("name", "email") if name in example}
        example = example | unique
        answer = self.send(one_operation("post", lists), example)
        assert answer.status_code == 201, (lists, answer.content)
        return str(answer.json()["id"])

    def handed_off(self) -> dict[str, Any]:
        return handed_off(self.world.acme, self.world.erin, self.world.dana.member.id)

    def reorganization(self, example: dict[str, Any]) -> dict[str, Any]:
        """Return an example for two new departments, with the digest of its dry run."""
        body = example | {"department": self.fresh("departments"), "new_name": uuid7().hex}
        if "into" in body:
            body["into"] = self.fresh("departments")
        if "moving" in body:
            new = {"person": str(self.world.bob.person_id), "department": body["department"]}
            body["moving"] = [self.made(self.dana, "placements", new | {"since": "2026-01-01"})]
        if "digest" in body:
            reviewed = {name: body[name] for name in body.keys() - {"digest", "reason"}}
            body["digest"] = self.dana.post("reorganizations/dry-run", reviewed).json()["digest"]
        return body

    def made(self, program: ApiClient, noun: str, new: dict[str, Any]) -> str:
        answer = program.post(noun, new)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])


NOTHING = object()
CONTESTED = {
    "contests": "contest",
    "parties": "party",
    "rulings": "ruling",
    "appeals": "appeal",
}
HANDED_OFF = {
    "handoffs": "handoff",
    "handoff-signatures": "handoff_signature",
    "breaches": "breach",
}
NAMED = {"channels", "departments", "lanes", "personas", "persons", "placements"}
ONE_EACH = {  # types with at most one record for each record of another type
    "absences": "person",
    "appointments": "journey",
    "claims": "stage",
    "contributors": "stage",
    "lanes": "department",
    "placements": "department",
    "volunteers": "stage",
}


def one_operation(method: str, path: str) -> Operation:
    return next(operation for operation in operations() if operation[:2] == (method, path))


def first_value(operation: Operation) -> Any:
    return sent_values(operation)[0]


def sent_values(operation: Operation) -> list[Any]:
    media = operation.spec.get("requestBody", {}).get("content", {}).get(JSON)
    return values(media) if media else [NOTHING]


# Headers that every server reads, and that OpenAPI describes elsewhere or not at all.
OF_HTTP = {"accept", "accept-language", "authorization", "content-encoding", "content-length"}
OF_ALL = {"x-request-id", "x-expected-user", "x-csrftoken"}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the headers and query parameters that the server reads from a request."""
    names: set[str] = set()

    def noted(read: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def note(self: Any, name: Any) -> Any:
            names.update({name.lower()} if name else ())  # REST framework looks for None
            return read(self, name)

        return note

    monkeypatch.setattr(HttpHeaders, "__getitem__", noted(HttpHeaders.__getitem__))
    for method in ("__getitem__", "__contains__"):
        monkeypatch.setattr(QueryDict, method, noted(getattr(QueryDict, method)), raising=False)
    return names


def described_names(operation: Operation) -> set[str]:
    parameters = operation.spec["parameters"]
    return {
        parameter["name"].lower()
        for parameter in parameters
        if parameter["in"] in {"header", "query"}
    }


@pytest.mark.slow
def test_every_operation_works_as_its_examples_say(world: SampleWorld, reads: set[str]) -> None:
    """The schema describes exactly the headers and query parameters that the server reads.

    The API client compares each response with its schema.
    """
    sender = Sender(world, reads)
    wrong = []
    for operation in operations():
        for value in sent_values(operation):
            answer = sender.send(operation, value)
            read, described = set(reads) - OF_HTTP, described_names(operation)
            if not 200 <= answer.status_code < 300:
                wrong.append((operation.method, operation.path, value, answer.content))
            if read - OF_ALL != described - OF_ALL or not described >= read:
                wrong.append((operation.method, operation.path, read ^ described))
            sender.clear(operation, answer)
    assert wrong == [], "\n".join(map(str, wrong))
