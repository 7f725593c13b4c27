"""The storyboard, compared with plain Excalidraw, a map without frames and a bare relay.

    script/bench storyboards [--only open large save map live kill] [--repeat 5] [--saves 1000]

- `open`: time until you can draw in an empty frame, with an empty cache and with a filled one, and
  the size of each file of the page. The baseline is Excalidraw alone on an empty page, built from
  the same package without our plugin and served by the same server.
- `large`: a frame with `--elements` strokes: time until they are painted, and the animation frame
  times while a stroke is drawn and an element is dragged. *Main thread* is the main-thread time per
  pointer move. Both papers have the same size and zoom; ours doesn't pan. *Picture* is the longest
  animation frame while the picture is made, five seconds after the last stroke. Excalidraw alone
  makes no picture.
- `save`: one stroke of 120 points, saved through the API in drawings of several sizes: the time of
  the request, its statements, and the bytes that PostgreSQL writes to its log (WAL).
- `map`: the map of a journey with 30 drawn frames, compared with the same map without frames.
- `live`: time until one drawer sees the stroke of another, compared with a bare relay
  (bench/live.py).
- `kill`: 8 drawers save strokes in one frame while a web process and a worker are killed.
"""

import argparse
import asyncio
import gzip
import http.client
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import live
from bench.map import PAINTED, AppServer, Times, draw, editor, enter, new_page, part
from bench.pages import PLAIN
from changes.models import Change, Stream
from changes.ops import parse_ops
from changes.services import apply_ops
from core.ids import uuid7
from core.scopes import token_scopes
from core.tenancy import tenant_scope
from cxmap.local.servers import Redis
from cxmap.management.commands.up import _commands
from journeys.models import Step
from storyboards.elements import read_elements
from storyboards.models import MAX_ELEMENTS, Element, Frame
from storyboards.services import drawing_update, frame_drawing_open, frame_picture_update
from tests.support.chromium import FLAGS
from tests.support.deployment import Deployment
from tests.support.load import Program, Request, load, until
from workspaces.access import system_actor
from workspaces.models import Token, Workspace
from workspaces.services import token_create

FRONTEND = Path(__file__).parent.parent / "frontend"
PARTS = ("open", "large", "save", "map", "live", "kill")
DRAWERS = 8
PAPER_WIDTH, PAPER_HEIGHT = 960, 600
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="600">{strokes}</svg>'

PLAIN_PAGE = """<!doctype html><meta charset="utf-8"><title>Plain</title>
<style>html, body, #plain { height: 100%; margin: 0 }</style>
<script>window.EXCALIDRAW_ASSET_PATH = '/static/plain/'</script>
<div id="plain"></div><script type="module" src="./plain.js"></script>"""
PLAIN_SCRIPT = """
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { Excalidraw } from '@excalidraw/excalidraw'
import '@excalidraw/excalidraw/index.css'

async function read(drawing) {
  const { elements } = await (await fetch(`/api/v1/drawings/${drawing}`)).json()
  return { elements }
}
const drawing = location.hash.slice(1)
const initialData = drawing ? read(drawing) : null
const excalidrawAPI = (api) => (window.plain = api)
createRoot(document.getElementById('plain')).render(createElement(Excalidraw, { initialData, excalidrawAPI }))
"""
# Sets `painted` once the paper is on the screen; with ink, if the frame has some.
READY = """
  const small = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const hasInk = (canvas) => {
    small.clearRect(0, 0, 16, 16)
    small.drawImage(canvas, 0, 0, 16, 16)
    const { data } = small.getImageData(0, 0, 16, 16)
    return data.some((value, at) => at % 4 !== 3 && value < 200 && data[at - (at % 4) + 3] > 100)
  }
  const look = () => {
    const [paper, pointer] = ['static', 'interactive'].map((name) =>
      document.querySelector(`.excalidraw canvas.${name}`))
    if (!paper || !pointer || (NEEDS_INK && !hasInk(paper))) return requestAnimationFrame(look)
    PAINTED.then((now) => (window.painted = now))
  }
  look()
""".replace("PAINTED", PAINTED)
RECORD_FRAMES = """() => {
  window.frames = []
  let last = performance.now()
  const step = (now) => {
    window.frames.push(now - last)
    last = now
    window.recording = requestAnimationFrame(step)
  }
  window.recording = requestAnimationFrame(step)
}"""
FRAMES = "() => (cancelAnimationFrame(window.recording), window.frames.slice(1))"
NAVIGATION = "() => performance.getEntriesByType('navigation')[0].toJSON()"
ZOOM = """(value) => window.plain.updateScene({
  appState: { zoom: { value }, scrollX: 0, scrollY: 0 }, elements: window.plain.getSceneElements(),
})"""


# -- Frames and strokes


def stroke(number: int, points: int = 120, **more: Any) -> dict[str, Any]:
    """Return a pen stroke as Excalidraw sends it. The number determines its place and order."""
    x, y = number * 37 % (PAPER_WIDTH - 120), number * 91 % (PAPER_HEIGHT - 60)
    return {
        "id": f"stroke-{number}",
        "type": "freedraw",
        "x": x,
        "y": y,
        "width": 110,
        "height": 50,
        "angle": 0,
        "strokeColor": "#1b2a33",
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 0,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "roundness": None,
        "boundElements": [],
        "link": None,
        "locked": False,
        "updated": 1,
        "seed": number + 1,
        "index": f"c{DIGITS[number // 62**2]}{DIGITS[number // 62 % 62]}{DIGITS[number % 62]}1",
        "version": 1,
        "versionNonce": number + 1,
        "isDeleted": False,
        "points": [
            [round(at * 110 / points, 2), round(25 + 25 * ((at * 7 + number) % 11 - 5) / 5, 2)]
            for at in range(points)
        ],
        "pressures": [],
        "simulatePressure": True,
        "lastCommittedPoint": None,
        **more,
    }


def block(number: int) -> dict[str, Any]:
    """Return a filled rectangle in the middle of the paper, to be dragged."""
    shape = {**stroke(number), "id": "block", "type": "rectangle", "backgroundColor": "#1b2a33"}
    for name in ("points", "pressures", "simulatePressure", "lastCommittedPoint"):
        del shape[name]
    return {**shape, "x": 380, "y": 220, "width": 200, "height": 160}


def frames_add(workspace: Workspace, journey: UUID, number: int) -> list[Frame]:
    """Add frames to the steps of a journey in turn."""
    with tenant_scope([workspace.pk]):
        steps = list(Step.objects.filter(stream=journey).order_by("pk"))
    ops = [
        {
            "op": "add",
            "type": "frame",
            "fields": {"caption": f"Frame {at}", "alt_text": "Somebody waits at a desk."},
            "place": {"step": str(steps[at % len(steps)].pk)},
        }
        for at in range(number)
    ]
    apply_ops(journey, parse_ops(ops), actor=system_actor(workspace.pk))
    with tenant_scope([workspace.pk]):
        return list(Frame.objects.filter(stream=journey).order_by("pk"))


def drawing_of(frame: Frame, elements: list[dict[str, Any]]) -> UUID:
    """Draw elements in a frame, and return the drawing's id."""
    actor = system_actor(frame.workspace_id)
    drawing_id = frame_drawing_open(frame=frame, actor=actor)
    for start in range(0, len(elements), 1000):
        with tenant_scope([frame.workspace_id]):
            drawing = Stream.objects.get(pk=drawing_id)
        clean = read_elements(elements[start : start + 1000], MAX_ELEMENTS)
        drawing_update(drawing=drawing, elements=clean, actor=actor)
    return drawing_id


# -- Pages in Chromium


@dataclass
class Boards:
    """A server with a workspace, and a browser in which to open its storyboards."""

    url: str
    browser: Browser
    workspace: Workspace
    client: Client
    repeat: int

    @property
    def plain_url(self) -> str:
        return f"{self.url}/static/plain/index.html"

    def board_url(self, frame: Frame) -> str:
        path = f"/w/{self.workspace.slug}/journeys/{frame.stream_id}/storyboard/"
        return f"{self.url}{path}#frame-{frame.pk}"

    def new_page(self, ink: bool | None = None) -> Page:
        """Open a window with an empty cache.

        If `ink` is given, the window records when its paper is painted: with at least one element
        (True) or with any content (False).
        """
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME]
        session = {"name": cookie.key, "value": cookie.value, "url": self.url}
        page = new_page(self.browser, session)
        if ink is not None:
            page.add_init_script(READY.replace("NEEDS_INK", "true" if ink else "false"))
        return page

    def cold(self, url: str, ink: bool) -> float:
        page = self.new_page(ink)
        took = painted(page, url)
        page.context.close()
        return took


Measure = Callable[[Boards], None]


def painted(page: Page, url: str) -> float:
    """Open a page and return the milliseconds until its paper is painted."""
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.painted")
    return float(page.evaluate("() => window.painted"))


def measure_open(workspace: Workspace) -> Measure:
    frame = frames_add(workspace, draw(workspace, 120).id, 1)[0]
    return partial(compare_opening, frame)


def compare_opening(frame: Frame, boards: Boards) -> None:
    urls = {"ours": boards.board_url(frame), "plain": boards.plain_url}
    for name, url in urls.items():
        print_files(boards, name, url)
    times: Times = {}
    pages = {name: boards.new_page(ink=False) for name in urls}
    for at in range(boards.repeat + 2):
        for name, url in urls.items():
            warm = painted(pages[name], url)
            if at >= 2:  # by then, Chromium has compiled and kept the scripts
                times.setdefault(f"{name} warm", []).append(warm)
                read = pages[name].evaluate(NAVIGATION)["responseEnd"]
                times.setdefault(f"{name} read", []).append(read)
                times.setdefault(f"{name} cold", []).append(boards.cold(url, ink=False))
    for kind in ("cold", "warm"):
        compare(f"ready, {kind} cache", times[f"ours {kind}"], times[f"plain {kind}"])
    compare("of which until the page is read", times["ours read"], times["plain read"])


def print_files(boards: Boards, name: str, url: str) -> None:
    page, files = boards.new_page(ink=False), {}

    def note(response: Response) -> None:
        if response.url.endswith((".js", ".css", ".woff2")):
            files[response.url.rpartition("/")[2]] = response

    page.on("response", note)
    painted(page, url)
    sizes = {file: response.body() for file, response in list(files.items())}
    zipped = {file: len(gzip.compress(body)) for file, body in sizes.items()}
    print(f"{name}: {len(files)} files, {sum(zipped.values()) / 1000:.0f} kB gzipped")
    for file, size in sorted(zipped.items(), key=lambda pair: -pair[1]):
        print(f"  {file:<50}{len(sizes[file]) / 1000:>8.0f} kB{size / 1000:>8.1f} kB gzipped")
    page.context.close()


def measure_large(workspace: Workspace, elements: int) -> Measure:
    frame = frames_add(workspace, draw(workspace, 121).id, 1)[0]
    strokes = [stroke(number, points=20) for number in range(elements - 1)]
    drawing = drawing_of(frame, [*strokes, block(elements - 1)])
    return partial(compare_drawing, frame, drawing, elements)


def compare_drawing(frame: Frame, drawing: UUID, elements: int, boards: Boards) -> None:
    urls = {"ours": boards.board_url(frame), "plain": f"{boards.plain_url}#{drawing}"}
    opened: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(boards.repeat):
        for name, url in urls.items():
            opened[name].append(boards.cold(url, ink=True))
    compare(f"open {elements} elements", opened["ours"], opened["plain"])
    ours, plain = Paper(boards.new_page(ink=True)), Paper(boards.new_page(ink=True))
    painted(ours.page, urls["ours"])
    ours.box = ours.page.get_by_role("group", name="Paper").bounding_box()
    size = {name: round(ours.box[name]) for name in ("width", "height")}
    plain.page.set_viewport_size(size)
    painted(plain.page, urls["plain"])
    plain.page.evaluate(ZOOM, size["width"] / PAPER_WIDTH)
    plain.box = {"x": 0, "y": 0, **size}
    for gesture in ("pen", "drag"):
        ours.choose(gesture)
        plain.choose(gesture)
        for _ in range(boards.repeat):
            for paper in (ours, plain):
                paper.draw()
        for what in ("frame", "main thread"):
            compare(f"{gesture}, {what}", ours.times.pop(what), plain.times.pop(what))
    sent = [len(body) for body in ours.sent]
    print(f"sent for a gesture: {statistics.median(sent):.0f} bytes, {max(sent)} at most")
    print(f"picture: longest frame {ours.longest_frame_of_picture():.0f} ms")


class Paper:
    """A drawing area in a window, on which the pointer draws."""

    def __init__(self, page: Page) -> None:
        self.page, self.box = page, {}
        self.times: Times = {}
        self.sent: list[str] = []  # the bodies of saves
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable")
        page.on("request", self.note)

    def note(self, request: Any) -> None:
        if request.url.endswith("/elements"):
            self.sent.append(request.post_data or "")

    def choose(self, gesture: str) -> None:
        if self.page.evaluate("() => !window.plain"):
            name = {"pen": "Pen", "drag": "Select"}[gesture]
            self.page.get_by_role("button", name=name, exact=True).click()
        else:
            tool = {"pen": "freedraw", "drag": "selection"}[gesture]
            self.page.evaluate("(type) => window.plain.setActiveTool({ type })", tool)

    def draw(self) -> None:
        """Move the pressed pointer from the middle of the paper and back: draw a line or drag."""
        moves = 60
        x = self.box["x"] + self.box["width"] / 2
        y = self.box["y"] + self.box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.evaluate(RECORD_FRAMES)
        busy = self.busy_seconds()
        self.page.mouse.down()
        for at in range(moves):
            self.page.mouse.move(x + min(at, moves - at) * 3, y + 20 * (at % 3))
        self.page.mouse.move(x, y)
        self.page.mouse.up()
        spent = 1000 * (self.busy_seconds() - busy) / moves
        self.page.wait_for_timeout(500)  # with what follows the stroke
        self.times.setdefault("frame", []).extend(self.page.evaluate(FRAMES))
        self.times.setdefault("main thread", []).append(spent)

    def busy_seconds(self) -> float:
        found = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))

    def longest_frame_of_picture(self) -> float:
        self.choose("pen")
        with self.page.expect_response(lambda response: response.url.endswith("/picture")):
            self.draw()
            self.page.evaluate(RECORD_FRAMES)
        return float(max(self.page.evaluate(FRAMES)))


def measure_map(workspace: Workspace) -> Measure:
    sizes = {"with": 1200, "without": 1201}  # which name the departments apart
    journeys = {name: draw(workspace, size).id for name, size in sizes.items()}
    paths = "".join(f'<path d="M{at} 1h{at}" stroke="black"/>' for at in range(300))
    for frame in frames_add(workspace, journeys["with"], 30):
        drawing_of(frame, [stroke(number) for number in range(20)])
        frame_picture_update(
            frame=frame,
            svg=PICTURE.format(strokes=paths),
            drawn=1,
            actor=system_actor(workspace.pk),
        )
    return partial(compare_maps, journeys)


def compare_maps(journeys: dict[str, UUID], boards: Boards) -> None:
    found: dict[str, Times] = {name: {} for name in journeys}
    for at in range(boards.repeat + 1):
        for name, journey in journeys.items():
            page = boards.new_page()
            times = editor(page, f"{boards.url}/journeys/{journey}/map/")
            navigation = page.evaluate(NAVIGATION)
            times["page read"] = [navigation["responseEnd"]]
            times["kilobytes"] = [navigation["decodedBodySize"] / 1000]
            page.context.close()
            if at:  # the first one fills the caches of the server
                for what, values in times.items():
                    found[name].setdefault(what, []).extend(values)
    for what in found["with"]:
        compare(f"map with 30 frames, {what}", found["with"][what], found["without"][what])


def compare(what: str, ours: list[float], theirs: list[float]) -> None:
    pairs = [[part(times, share) for share in (0.5, 0.95)] for times in (ours, theirs)]
    ratios = " ".join(f"{a / b:6.2f}" if b else "     -" for a, b in zip(*pairs, strict=True))
    line = "".join(f"{p50:>10.1f} /{p95:8.1f}" for p50, p95 in pairs)
    print(f"{what:<34}{line}   {ratios}", flush=True)


@contextmanager
def chromium(workspace: Workspace, client: Client, repeat: int, static: Path) -> Iterator[Boards]:
    build_plain(static / "plain")
    server = AppServer()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            yield Boards(server.url, browser, workspace, client, repeat)
            browser.close()
    finally:
        server.stop()


def build_plain(folder: Path) -> None:
    """Build a page with the published Excalidraw and its fonts into a folder."""
    modules = FRONTEND / "node_modules"
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        (source / "index.html").write_text(PLAIN_PAGE)
        (source / "plain.js").write_text(PLAIN_SCRIPT)
        (source / "node_modules").symlink_to(modules)
        vite = [modules / ".bin/vite", "build", "--outDir", folder, "--base", "/static/plain/"]
        subprocess.run([*vite, "--logLevel", "error"], cwd=source, check=True)
    fonts = modules / "@excalidraw/excalidraw/dist/prod/fonts"
    shutil.copytree(fonts, folder / "fonts", dirs_exist_ok=True)


# -- Saves


def measure_save(sizes: list[int], repeat: int) -> None:
    workspace, client = enter()
    frames = frames_add(workspace, draw(workspace, 120).id, len(sizes))
    print("save of a stroke      sent bytes   ms (p50 / p95)     statements  WAL bytes  changes")
    drawings = {
        size: drawing_of(frame, [stroke(number, points=5) for number in range(size)])
        for size, frame in zip(sizes, frames, strict=True)
    }
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    times: dict[int, list[float]] = {size: [] for size in sizes}
    figures: dict[int, str] = {}
    for at in range(repeat):
        for size, drawing in drawings.items():
            body = json.dumps({"elements": [stroke(size + at)]})
            before, began = wal_bytes(), time.monotonic()
            save(client, drawing, body)
            times[size].append(1000 * (time.monotonic() - began))
            figures[size] = f"{wal_bytes() - before:>11}"
    for size, drawing in drawings.items():
        body = json.dumps({"elements": [stroke(size + repeat)]})
        with CaptureQueriesContext(connection) as queries:
            version = save(client, drawing, body)
        with tenant_scope([workspace.pk]):
            changes = Change.objects.filter(
                workspace=workspace, set__stream=drawing, set__version=version
            ).count()
        p50, p95 = part(times[size], 0.5), part(times[size], 0.95)
        print(
            f"{size:>6} elements{len(body):>17}{p50:>11.1f} /{p95:6.1f}{len(queries):>15}"
            f"{figures[size]}{changes:>9}   {p50 / part(times[sizes[0]], 0.5):.2f}"
        )


def save(client: Client, drawing: UUID, body: str) -> int:
    """Save elements through the API, and return the drawing's version."""
    path = f"/api/v1/drawings/{drawing}/elements"
    answer = client.post(path, body, content_type="application/json")
    if answer.status_code != 200:
        raise RuntimeError(answer.content.decode())
    return int(answer.json()["version"])


def wal_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


# -- Two drawers


def measure_live(rate: float, seconds: float) -> None:
    port, relay_port = live.free_port(), live.free_port()
    settings.PORT = port
    server = subprocess.Popen(_commands()["web"], env=os.environ | {"PORT": str(port)})
    bare_relay = multiprocessing.Process(
        target=lambda: asyncio.run(live.relay(relay_port)), daemon=True
    )
    bare_relay.start()
    try:
        live.await_port(port)
        live.await_port(relay_port)
        asyncio.run(see_strokes(port, relay_port, rate, seconds))
    finally:
        server.terminate()
        server.wait()
        bare_relay.terminate()


async def see_strokes(port: int, relay_port: int, rate: float, seconds: float) -> None:
    bench = live.Bench(port, relay_port, rate, seconds)
    journey, drawing = await asyncio.to_thread(two_drawers)
    watch, numbers, pool, own = live.Watch(), count(), ThreadPoolExecutor(8), threading.local()

    def post(who: int) -> None:
        one = stroke(next(numbers))
        headers = {
            "Content-Type": "application/json",
            "Cookie": journey.cookies[who],
            "X-CSRFToken": live.CSRF,
        }
        if not hasattr(own, "link"):
            own.link = http.client.HTTPConnection("127.0.0.1", port)
        watch.by[one["id"]], watch.sent[one["id"]] = who, time.monotonic()
        body = json.dumps({"elements": [one]})
        own.link.request("POST", f"/api/v1/drawings/{drawing}/elements", body, headers)
        answer = own.link.getresponse()
        content = answer.read()
        watch.answered.append(time.monotonic() - watch.sent[one["id"]])
        if answer.status != 200:
            raise RuntimeError(content.decode())

    async def send(who: int) -> str:
        await asyncio.get_running_loop().run_in_executor(pool, post, who)
        return ""

    urls, options = bench.ours(journey)
    urls = [url.replace(f"journeys/{journey.id}", f"drawings/{drawing}") for url in urls]
    async with live.connected(watch, urls, options, stroke_key):
        await live.send_at(rate, seconds, 2, send)
    relayed = await bench.relayed(2)
    for what, times in (("stroke seen", watch.seen), ("stroke saved", watch.answered)):
        compare(what, *([1000 * value for value in each] for each in (times, relayed.seen)))
    print(f"not seen: {len(watch.sent) - len(watch.seen)} of {len(watch.sent)}")


def two_drawers() -> tuple[live.Journey, UUID]:
    """Return a journey with the cookies of two editors, and the drawing of its only frame."""
    workspace, _ = enter()
    journey = draw(workspace, 12).id
    drawing = drawing_of(frames_add(workspace, journey, 1)[0], [])
    return live.Journey(journey, "", live.add_editors(workspace, 2)), drawing


def stroke_key(message: dict[str, Any]) -> str | None:
    return message["set"]["changes"][0]["after"]["key"] if message["t"] == "change" else None


# -- Killed processes


def measure_kill(saves: int) -> None:
    workspace, _ = enter()
    drawing = drawing_of(frames_add(workspace, draw(workspace, 12).id, 1)[0], [])
    home = Path(tempfile.mkdtemp(prefix="cxmap-bench-"))
    home.chmod(0o711)
    redis = Redis(home / "var", throwaway=True)
    redis.start()
    deployment = Deployment(redis)
    try:
        deployment.wait()
        sent = save_and_kill(deployment, workspace, drawing, saves)
    finally:
        deployment.stop()
        redis.stop()
        shutil.rmtree(home, ignore_errors=True)
    with tenant_scope([workspace.pk]):
        stored = set(Element.objects.filter(stream=drawing).values_list("key", flat=True))
        version = Stream.objects.get(pk=drawing).version
        adds = Change.objects.filter(
            workspace=workspace, set__stream=drawing, op=Change.Op.ADD
        ).count()
    wanted = {request.body["elements"][0]["id"] for request in sent if request.body}
    broken = sum(request.broken for request in sent)
    slowest = max(answer.seconds for request in sent for answer in request.answers)
    print(
        f"{len(sent)} saves by {DRAWERS} drawers, {broken} broken connections: "
        f"{len(wanted - stored)} lost, {adds - len(stored)} twice, version {version}, "
        f"slowest answer {1000 * slowest:.0f} ms"
    )


def save_and_kill(
    deployment: Deployment, workspace: Workspace, drawing: UUID, saves: int
) -> list[Request]:
    """Let all drawers save strokes. Return the requests that they sent.

    After a third of the saves, kill a web process and a worker; after two thirds, start them again.
    """
    numbers, ports = count(), [web.port for web in deployment.webs]

    def save() -> Request:
        body = {"elements": [stroke(next(numbers), points=20)]}
        return Request("POST", f"drawings/{drawing}/elements", str(uuid7()), body)

    def is_saved(number: int) -> Callable[[], bool]:
        return lambda: sum(len(each) for each in sent) >= number + DRAWERS

    with ExitStack() as stack:
        sent = [
            stack.enter_context(load(program, save))
            for program in (
                Program(ports if at % 2 else ports[::-1], new_token(workspace))
                for at in range(DRAWERS)
            )
        ]
        until(is_saved(saves // 3), 300, "a third of the saves")
        deployment.webs[0].kill()
        deployment.workers[0].kill()
        until(is_saved(saves * 2 // 3), 300, "two thirds of the saves")
        deployment.webs[0].start()
        deployment.workers[0].start()
        until(is_saved(saves), 300, "all saves")
    return [request for each in sent for request in each]


def new_token(workspace: Workspace) -> str:
    return token_create(
        actor=system_actor(workspace.pk),
        kind=Token.Kind.SERVICE,
        name=f"Drawer {uuid7()}",
        scopes=list(token_scopes()),
    )[1]


def main(static: Path) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--elements", type=int, default=2_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 2_000, 4_900])
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--saves", type=int, default=1_000)
    options = parser.parse_args()
    parts = set(options.only)
    if "save" in parts:
        measure_save(options.sizes, 4 * options.repeat)
    if "live" in parts:
        measure_live(options.rate, options.seconds)
    if "kill" in parts:
        measure_kill(options.saves)
    workspace, client = enter()
    measures: list[Measure] = []
    # Playwright runs an event loop in this thread, so everything is written before.
    if "open" in parts:
        measures.append(measure_open(workspace))
    if "large" in parts:
        measures.append(measure_large(workspace, options.elements))
    if "map" in parts:
        measures.append(measure_map(workspace))
    if measures:
        print(f"{'milliseconds (p50 / p95)':<34}{'ours':>20}{'baseline':>20}   ratio")
        with chromium(workspace, client, options.repeat, static) as boards:
            for measure in measures:
                measure(boards)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as name,
        override_settings(
            STORAGES=PLAIN | {"default": PLAIN["default"] | {"OPTIONS": {"location": name}}},
            WHITENOISE_USE_FINDERS=True,
            STATICFILES_DIRS=[*settings.STATICFILES_DIRS, name],
        ),
    ):
        main(Path(name))
