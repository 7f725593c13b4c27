"""All of cxmap while its servers die under load, and while huge files are uploaded."""

import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.load import Program, load, refused, see_each_done_once, until
from tests.support.local_stack import Instance

pytestmark = pytest.mark.slow

SLUG = "harbour-house"
MB = 1_000_000
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


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


def test_engines_that_die_under_load_lose_nothing_and_nothing_hangs(instance: Instance):
    instance.start()
    threading.Thread(target=drain, args=[instance], daemon=True).start()
    program = Program([instance.port], token(instance))
    for how in (signal.SIGKILL, signal.SIGINT):  # SIGINT: a fast shutdown
        see_no_write_lost(instance, program, how)
    stages = see_writes_go_on_without_redis(instance, program)
    see_what_is_huge_refused(instance, program)
    see_the_audit_catch_up(program, stages)


def token(instance: Instance) -> str:
    made = instance.run("token_create", "--workspace", SLUG, "--name", "t", "--scopes", "all")
    return made.communicate(timeout=60)[0].strip().splitlines()[-1]


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
