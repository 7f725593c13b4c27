"""All of cxmap while its servers die under load, and while huge files are uploaded.

A history check: writers record each request before they send it, and every response. After
recovery, acknowledged writes exist exactly once, and so do the others after they are sent again.
"""

import http.client
import json
import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from core.ids import uuid7
from tests.support.local_stack import Instance

pytestmark = pytest.mark.slow

SLUG = "harbour-house"
MB = 1_000_000
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


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

    @property
    def done(self) -> Any:
        """Return the last response, which is the successful one."""
        return self.answers[-1].json


class Program:
    """An API client with a token for one workspace."""

    def __init__(self, instance: Instance) -> None:
        self.port = instance.port
        made = instance.run("token_create", "--workspace", SLUG, "--name", "t", "--scopes", "all")
        self.token = made.communicate(timeout=60)[0].strip().splitlines()[-1]
        self.workspace = self.ask("GET", "workspaces").json["results"][0]["id"]
        self.journey = self.ask("GET", "journeys").json["results"][0]["id"]
        self.stage = self.ask("GET", f"stages?journey={self.journey}").json["results"][0]["id"]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        began = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
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
        answer = self.ask(request.method, request.path, request.body, Idempotency_Key=request.id)
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


def process(instance: Instance, words: str) -> int:
    """Return the instance's process whose command contains `words`.

    A child that was just forked has its parent's command until it sets its own, so this returns the
    oldest of a family.
    """
    found = [pid for pid, command in instance.left().items() if words in command]
    (first,) = [pid for pid in found if parent(pid) not in found]
    return first


def parent(pid: int) -> int | None:
    """Return the id of a process's parent, or None if the process has ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])


def until(found: Callable[[], Any], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def test_engines_that_die_under_load_lose_nothing_and_nothing_hangs(instance: Instance):
    instance.start()
    threading.Thread(target=drain, args=[instance], daemon=True).start()
    program = Program(instance)
    for how in (signal.SIGKILL, signal.SIGINT):  # SIGINT: a fast shutdown
        see_no_write_lost(instance, program, how)
    stages = see_writes_go_on_without_redis(instance, program)
    see_what_is_huge_refused(instance, program)
    see_the_audit_catch_up(program, stages)


def drain(instance: Instance) -> None:
    """Read the output of `up`, because writing to a full pipe would block it."""
    while instance.process.stdout.readline():
        continue


# -- PostgreSQL


def see_no_write_lost(instance: Instance, program: Program, how: int) -> None:
    before = program.log()
    kinds = (program.new_persona, program.new_persona, program.retitled, program.batch)
    with load(program, *kinds, program.read) as sent:
        time.sleep(0.5)
        os.kill(process(instance, "/postgres -D"), how)
        until(lambda: any(refused(one) for one in sent), 10, "an outage")
        until(lambda: program.ask("GET", "journeys").status == 200, 30, "the end of it")
        time.sleep(0.5)
    for answer in (answer for one in sent for answer in refused(one)):
        assert answer.status == 503, answer.body[:500]
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json["code"] == "service-unavailable"
        assert "again" in answer.json["detail"]
    assert {one.path for one in sent if refused(one)} == {one.path for one in sent}
    see_each_done_once([one for one in sent if one.body], before, program.log())


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


# -- Redis


def see_writes_go_on_without_redis(instance: Instance, program: Program) -> set[str]:
    """Return the stages added while notifications fail: Redis hangs, then dies."""
    engine = process(instance, "redis-server unixsocket")
    os.kill(engine, signal.SIGSTOP)
    with load(program, program.new_stage, program.new_persona) as sent:
        time.sleep(1)
        os.kill(engine, signal.SIGKILL)
        time.sleep(0.5)
    assert not any(refused(one) for one in sent)
    assert max(one.answers[0].seconds for one in sent) < 1
    ops = [one.body["ops"][0] for one in sent]
    return {op["id"] for op in ops if op["type"] == "stage"}


def see_the_audit_catch_up(program: Program, stages: set[str]) -> None:
    """Wait for the audit without further writes or notifications.

    The sweep finds the changes every half minute. A worker that lost PostgreSQL during its work
    holds its lock for another half minute.
    """

    def flagged() -> bool:
        path = f"flags?rule=OWN-01&journey={program.journey}&limit=200"
        return stages <= {
            result["subject_id"] for result in program.ask("GET", path).json["results"]
        }

    until(flagged, 90, "a flag for each stage that was added without Redis")


# -- files


def see_what_is_huge_refused(instance: Instance, program: Program) -> None:
    web, browser = process(instance, "uvicorn"), Browser(instance)
    before = program.log()
    with little_memory(web):
        plain = {"Content_Type": "text/plain", "Content_Length": str(100 * MB)}
        answer = program.ask("POST", "imports/mermaid", pieces(100 * MB), **plain)
        assert (answer.status, answer.json["code"]) == (413, "payload-too-large")
        status, text = browser.bring(f"/w/{SLUG}/import/", 100 * MB)
        assert (status, "at most 10,485,760 bytes" in text) == (413, True), text[-3000:]
    file = instance.folder / "huge.mmd"
    with file.open("wb") as sparse:
        sparse.truncate(100_000 * MB)
    refused = instance.run("map_import", str(file), "--workspace", SLUG)
    said = refused.communicate(timeout=60)[0].strip().splitlines()[-1]
    assert (refused.returncode, "larger than 5,000,000 bytes" in said) == (1, True), said
    # The audit may still be writing about earlier additions.
    assert {one["action"] for one in program.log()[len(before) :]} <= {"audit.run"}


class Browser:
    """A browser with a signed-in user."""

    def __init__(self, instance: Instance) -> None:
        self.port, self.cookies = instance.port, dict[str, str]()
        note = (instance.folder / "var" / "demo-sign-in.txt").read_text()
        form = {"login": f"elsa@{SLUG}.example", "password": note.split("password ")[1].split()[0]}
        form["csrfmiddlewaretoken"] = self.hidden("/accounts/login/")
        assert self.ask("POST", "/accounts/login/", urlencode(form), FORM)[0] == 302

    def ask(self, method: str, path: str, body: Any = None, kind: str = "", size: int = 0) -> Any:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers |= {"Content-Type": kind} | ({"Content-Length": str(size)} if size else {})
        link.request(method, path, body, headers)
        got = link.getresponse()
        for one in got.headers.get_all("Set-Cookie", []):
            name, _, value = one.split(";")[0].partition("=")
            self.cookies[name] = value
        text = got.read().decode()
        link.close()
        return got.status, text

    def hidden(self, path: str) -> str:
        """Return the CSRF token in a page's form."""
        return self.ask("GET", path)[1].split('csrfmiddlewaretoken" value="')[1].split('"')[0]

    def bring(self, path: str, size: int) -> Any:
        """Upload a file with the page's form."""
        token = self.hidden(path)
        named = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        head = named.format("csrfmiddlewaretoken", "") + token + "\r\n"
        head += named.format("file", '; filename="huge.mmd"')
        parts = [head.encode(), *pieces(size), b"\r\n--x--\r\n"]
        return self.ask("POST", path, iter(parts), MULTIPART, sum(map(len, parts)))


def pieces(size: int) -> Iterator[bytes]:
    """Yield the text of a long journey."""
    piece = b"  A task: 3: Somebody\n" * 50_000
    for start in range(0, size, len(piece)):
        yield piece[: size - start]


@contextmanager
def little_memory(pid: int) -> Iterator[None]:
    """Allow the block at most 30 MB more of the process's memory."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # reset the peak
    before = peak(pid)
    yield
    assert peak(pid) - before < 30_000, "kB more than before"


def peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
