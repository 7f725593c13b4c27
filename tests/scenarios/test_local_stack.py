"""All of cxmap under one parent: it starts, serves, audits with a worker, and stops cleanly."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest

from tests.support.local_stack import ROOT, Instance

pytestmark = pytest.mark.slow


def test_it_serves_audits_what_changes_and_leaves_nothing_behind(instance: Instance):
    instance.start()
    until_all_is_up(instance)
    see_a_second_start_refused(instance)
    see_dead_engines_come_back(instance)
    see_a_flag_appear(instance)
    backup = instance.folder / "backup.zip"
    run_to_end(instance, "backup", str(backup))
    instance.stop(signal.SIGKILL)
    instance.await_nothing_left()
    assert instance.start() < 20  # the promise is 10, on a machine that does nothing else
    assert instance.stop() == 0
    instance.await_nothing_left()
    see_it_restored(instance, backup)


def run_to_end(instance: Instance, *command: str) -> str:
    process = instance.run(*command)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    return said


def see_it_restored(instance: Instance, backup: Path) -> None:
    """Restore into an empty state folder, and check that everything is there and is served."""
    note = (instance.folder / "var" / "demo-sign-in.txt").read_text()
    password = note.split("password ")[1].split()[0]
    instance.environment["CXMAP_VAR"] = str(instance.folder / "restored")
    said = run_to_end(instance, "restore", str(backup))
    assert "Restored" in said and "SECRET_KEY differs" in said
    again = instance.folder / "again.zip"
    run_to_end(instance, "backup", str(again))
    tables = [json.loads(ZipFile(one).read("manifest.json"))["tables"] for one in (backup, again)]
    assert tables[0] == tables[1]  # row counts and checksums
    assert tables[0]["touchpoints_touchpoint"]["rows"] > 50
    instance.start()
    browser = sign_in(instance, "mina@fjordline.example", password)
    home = read(browser, instance, "/w/fjordline/")
    (journey, *_) = re.findall(r"/journeys/[0-9a-f-]{36}/", home)
    assert "touchpoints</td>" in read(browser, instance, f"{journey}map/")
    assert instance.stop() == 0


def sign_in(instance: Instance, email: str, password: str) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = read(browser, instance, "/accounts/login/")
    (token, *_) = re.findall(r'csrfmiddlewaretoken" value="([^"]+)', form)
    sent = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    assert "Sign out" in read(browser, instance, "/accounts/login/", urlencode(sent).encode())
    return browser


def read(
    browser: urllib.request.OpenerDirector,
    instance: Instance,
    path: str,
    form: bytes | None = None,
) -> str:
    with browser.open(f"http://127.0.0.1:{instance.port}{path}", form, timeout=30) as answer:
        return answer.read().decode()


def until_all_is_up(instance: Instance) -> None:
    """Wait until PostgreSQL and Redis answer and workers sweep."""
    names = ("database", "redis", "disk", "sweep")
    state: dict[str, str] = {}
    for _ in range(300):
        with contextlib.suppress(OSError):
            state = instance.get("/readyz")
            if state == {"status": "ok"} | dict.fromkeys(names, "up"):
                return
        time.sleep(0.1)
    raise AssertionError(state)


def see_a_second_start_refused(instance: Instance) -> None:
    said = instance.run("up").communicate(timeout=60)[0].strip().splitlines()
    assert said == [
        f"This instance is already running at port {instance.port}. To run another beside it, set"
        " PORT and CXMAP_VAR (its state folder)."
    ]


def see_dead_engines_come_back(instance: Instance) -> None:
    engines = [
        pid
        for pid, command in instance.left().items()
        if "/postgres -D" in command or "redis-server unixsocket" in command
    ]
    assert len(engines) == 2
    for pid in engines:
        os.kill(pid, signal.SIGKILL)
    until_all_is_up(instance)


def see_a_flag_appear(instance: Instance) -> None:
    made = instance.run(
        "token_create", "--workspace", "harbour-house", "--name", "t", "--scopes", "all"
    )
    token = made.communicate(timeout=60)[0].strip().splitlines()[-1]
    journey = instance.get("/api/v1/journeys", token)["results"][0]["id"]
    stage = {"op": "add", "type": "stage", "fields": {"title": "Remember"}}
    done = instance.get(
        f"/api/v1/journeys/{journey}/edits",
        token,
        {"id": "01890000-0000-7000-8000-000000000001", "ops": [stage]},
    )
    assert done
    for _ in range(100):
        flags = instance.get("/api/v1/flags?rule=OWN-01", token)["results"]
        if len(flags) == 2:  # the demo's flag, and that of the new stage
            break
        time.sleep(0.1)
    assert len(flags) == 2, "the worker did not audit the new stage within ten seconds"


def test_a_taken_port_ends_in_one_line_that_says_what_to_do(instance: Instance):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", instance.port))
        taken.listen()
        process = instance.run("up")
        said = process.communicate(timeout=90)[0].strip().splitlines()
    assert process.returncode == 1
    assert said == [
        f"Port {instance.port} on 127.0.0.1 is not available (Address already in use)."
        " Use another: PORT=8001 script/server"
    ]


def test_a_taken_port_is_said_before_the_first_set_up(tmp_path: Path):
    venv = tmp_path / "venv"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name != "HOST"}
        done = subprocess.run(
            [ROOT / "script/server"],
            env={**kept, "PORT": str(port), "CXMAP_VENV": str(venv)},
            capture_output=True,
            text=True,
            timeout=10,
        )
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is in use. Use another: PORT=8001 script/server\n"
    assert not venv.exists()


def test_a_database_that_does_not_answer_ends_in_one_line(instance: Instance):
    instance.environment |= {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x"}
    process = instance.run("up")
    said = process.communicate(timeout=90)[0].strip().splitlines()
    assert process.returncode == 1
    assert len(said) == 1
    assert said[0].startswith("PostgreSQL does not answer: ")
    assert said[0].endswith(" See DATABASE_URL.")


def test_a_command_uses_the_engines_of_another_which_waits_for_it(instance: Instance):
    nap = "import time; print('began', flush=True); time.sleep({}); print('ended', flush=True)"
    first = instance.run("shell", "--no-imports", "-c", nap.format(4))
    assert first.stdout.readline() == "began\n"
    look = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT 1'); "
    second = instance.run(
        "shell", "--no-imports", "-c", look + nap.format(6) + "; k.execute('SELECT 2')"
    )
    assert second.communicate(timeout=60)[0] == "began\nended\n"
    assert second.returncode == 0
    assert first.wait(30) == 0
