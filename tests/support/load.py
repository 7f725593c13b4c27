"""A history check: API clients under load, whose servers die.

Writers record each request before they send it, and every response. After recovery, acknowledged
writes exist exactly once, and so do the others after they are sent again.
"""

import http.client
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.ids import uuid7


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Request:
    """A request that is repeated under the same id until it succeeds, and its responses."""

    method: str
    path: str
    id: str = ""
    body: dict[str, Any] | None = None
    answers: list[Answer] = field(default_factory=list)
    broken: int = 0  # connections that ended without a response

    @property
    def done(self) -> Any:
        """Return the last response, which is the successful one."""
        return self.answers[-1].json


class Program:
    """An API client with a token for one workspace, which has several web processes to ask."""

    def __init__(self, ports: Sequence[int], token: str) -> None:
        self.ports, self.token = ports, token
        self.workspace = self.ask("GET", "workspaces").json["results"][0]["id"]
        self.journey = self.ask("GET", "journeys").json["results"][0]["id"]
        self.stage = self.ask("GET", f"stages?journey={self.journey}").json["results"][0]["id"]

    def ask(
        self, method: str, path: str, body: Any = None, *, web: int = 0, **headers: str
    ) -> Answer:
        began = time.monotonic()
        port = self.ports[web % len(self.ports)]
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(8)}
        sent |= {"Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        link.request(method, f"/api/v1/{path}", body, sent)
        got = link.getresponse()
        answer = Answer(got.status, got.headers, got.read(), time.monotonic() - began)
        link.close()
        return answer

    def send(self, request: Request) -> int:
        """Return the status of the response, or 0 if a web process died. The next one is asked."""
        headers = {"Idempotency_Key": request.id}
        try:
            answer = self.ask(
                request.method, request.path, request.body, web=request.broken, **headers
            )
        except (OSError, http.client.HTTPException):
            if len(self.ports) == 1:
                raise
            request.broken += 1
            return 0
        request.answers.append(answer)
        return answer.status

    # -- Requests

    def read(self) -> Request:
        return Request("GET", "journeys")

    def new_persona(self) -> Request:
        op = {"op": "add", "type": "persona", "fields": {"name": secrets.token_hex(8)}}
        return self.gesture(f"workspaces/{self.workspace}/edits", op)

    def new_stage(self) -> Request:
        op = {"op": "add", "type": "stage", "id": str(uuid7()), "fields": {"title": "New"}}
        return self.gesture(f"journeys/{self.journey}/edits", op)

    def retitled(self) -> Request:
        title = secrets.token_hex(8)
        op = {"op": "set", "type": "stage", "id": self.stage, "fields": {"title": title}}
        return self.gesture(f"journeys/{self.journey}/edits", op)

    def gesture(self, path: str, op: dict[str, Any]) -> Request:
        gesture = str(uuid7())
        return Request("POST", path, gesture, {"id": gesture, "ops": [op]})

    def batch(self) -> Request:
        """Add five touchpoints."""
        base = {"source": "load", "stage": self.stage, "title": "New"}
        items = [base | {"external_id": secrets.token_hex(8)} for _ in range(5)]
        return Request("POST", "touchpoints/batch", secrets.token_hex(8), {"items": items})

    # -- State

    def log(self) -> list[dict[str, Any]]:
        """Return all change sets of the workspace."""
        sets: list[dict[str, Any]] = []
        while True:
            since = sets[-1]["feed"] if sets else 0
            page = self.ask("GET", f"workspaces/{self.workspace}/changes?limit=500&since={since}")
            sets += page.json["results"]
            if page.json["next"] is None:
                return sets


@contextmanager
def load(program: Program, *makes: Callable[[], Request]) -> Iterator[list[Request]]:
    """Send requests one after another, in a thread per kind, until the block ends."""
    sent: list[Request] = []
    wrong: list[BaseException] = []
    ended = threading.Event()

    def work(make: Callable[[], Request]) -> None:
        while not ended.is_set():
            request = make()
            sent.append(request)
            while program.send(request) != 200:
                assert len(request.answers) < 500, request.answers[-1].body
                time.sleep(0.1)
            time.sleep(0.02)

    def watched(make: Callable[[], Request]) -> None:
        try:
            work(make)
        except BaseException as error:  # noqa: BLE001  (raised in the test)
            wrong.append(error)

    threads = [threading.Thread(target=watched, args=[make]) for make in makes]
    for thread in threads:
        thread.start()
    try:
        yield sent
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def refused(request: Request) -> list[Answer]:
    return [answer for answer in request.answers if answer.status != 200]


def see_each_done_once(
    writes: list[Request], before: list[dict[str, Any]], log: list[dict[str, Any]]
) -> None:
    assert log[: len(before)] == before
    assert [one["feed"] for one in log] == list(range(1, len(log) + 1))
    for stream in {one["stream"] for one in log}:
        versions = [one["version"] for one in log if one["stream"] == stream]
        assert versions == list(range(1, len(versions) + 1))
    sets = {one["id"]: one for one in log}
    gestures = Counter(one["gesture"] for one in log)
    synced = Counter(
        change["after"]["external_id"]
        for one in log
        if one["action"] == "touchpoint.sync"
        for change in one["changes"]
        if (change["type"], change["op"]) == ("touchpoint", "add")
    )
    for write in writes:
        if "ops" in write.body:
            assert gestures[write.id] == 1
            assert [sets[change_set["id"]] for change_set in write.done["sets"]] == write.done[
                "sets"
            ]
        else:
            assert {result["result"] for result in write.done["results"]} == {"created"}
            assert {synced[item["external_id"]] for item in write.body["items"]} == {1}


def until(found: Callable[[], Any], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
