"""The map editor in Chromium on a real server, compared with Mermaid and a plain grid.

    script/bench map [--touchpoints 1200 5000] [--repeat 80]

The journey has 40 steps and 6 lanes. *First paint* is the time from the start of the navigation
until the map is visible, and *editable* the time until the editor has replaced the server's map.
*Edit*, *move* and *undo* are the times from the last key of the gesture until the map is rendered
and laid out. *Shown* is the time until the browser's main thread has done the frame.

Mermaid draws the same journey from its `journey` text. The plain grid is HTML in a scroll box, with
cells and cards of the editor's size. Each card has a border, round corners, an icon (a character on
a colored tile) and a title that is clipped. A few lines of script react to the same keys: Enter
opens a text field in the card and closes it again, an arrow moves the focus, and Alt with an arrow
and Control+Z move the card and keep the focus on it. It saves nothing. For both, *first paint*
starts when they start to draw. All three run in the same browser; the gestures in the editor and in
the plain grid take turns.
"""

import argparse
import asyncio
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, sync_playwright

from bench.pages import PLAIN
from changes.services import change_set
from core import fractional_index
from core.ids import uuid7
from journeys.models import Lane, Stage, Step
from journeys.services import write_new_journey
from people.models import Department
from tests.support.chromium import FLAGS
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Member, Role, User, Workspace

MERMAID = Path(__file__).parent.parent / "frontend/node_modules/mermaid/dist/mermaid.min.js"
STAGES, STEPS, LANES = 8, 5, 6  # steps per stage

# Resolves at the end of the next frame: its task is the first one after the frame.
PAINTED = """new Promise((go) => requestAnimationFrame(() =>
  scheduler.postTask(() => go(performance.now()), { priority: 'user-blocking' })))"""
FIRST = """() => {
  const look = () => {
    if (!document.querySelector('.editor [data-card]')) return requestAnimationFrame(look)
    PAINTED.then((now) => (window.painted = now))
  }
  look()
}""".replace("PAINTED", PAINTED)
# For each key: the time until React has rendered and layout is done, and until the next paint.
HEAR = """() => {
  let begun = 0
  window.addEventListener('keydown', () => {
    begun = performance.now()
    window.shown = PAINTED.then((painted) => painted - begun)
  }, true)
  window.addEventListener('keydown', () => queueMicrotask(() => {
    document.body.offsetHeight
    window.took = performance.now() - begun
  }))
}""".replace("PAINTED", PAINTED)
TOOK = "async () => [window.took, await window.shown]"
SCROLL = """(place) => new Promise((go) => {
  const box = document.querySelector(place) ?? document.scrollingElement
  const frames = []
  let last = performance.now()
  const step = (now) => {
    frames.push(now - last)
    last = now
    box.scrollLeft += 60
    box.scrollTop += 6
    if (frames.length < 90) requestAnimationFrame(step)
    else go(frames.slice(1))
  }
  requestAnimationFrame(step)
})"""
BARE_STYLE = """
body { margin: 0; block-size: 100vh; overflow: auto; font: 500 11.5px/14px sans-serif; }
#grid { display: grid; inline-size: max-content; }
#grid > div { display: grid; align-content: start; gap: 5px; padding: 6.5px 6px; }
#grid p {
  box-sizing: border-box; display: flex; gap: 7px; block-size: 53px; margin: 0; padding: 5px 6px;
  border: 1px solid silver; border-radius: 8px; background: white;
}
p i {
  flex: none; inline-size: 20px; block-size: 20px; border-radius: 6px; background: teal;
  color: white; font: 13px/20px sans-serif; text-align: center;
}
p span { max-block-size: 42px; overflow: hidden; }
p textarea { inline-size: 100%; block-size: 100%; box-sizing: border-box; }
"""
BARE = """async ([columns, style]) => {
  const begun = performance.now()
  const make = (name, props = {}) => Object.assign(document.createElement(name), props)
  document.head.append(make('style', { textContent: style }))
  const grid = make('div', { id: 'grid' })
  grid.style.gridTemplateColumns = `repeat(${columns.length}, 131px)`
  for (let row = 0; row < columns[0].length; row++) for (const column of columns) {
    const cell = make('div')
    for (const title of column[row]) {
      const card = make('p', { tabIndex: -1 })
      card.append(make('i', { textContent: '@' }), make('span', { textContent: title }))
      cell.append(card)
    }
    grid.append(cell)
  }
  document.body.append(grid)
  return (await PAINTED) - begun
}""".replace("PAINTED", PAINTED)
BARE_KEYS = """() => {
  document.querySelector('p').focus()
  window.addEventListener('keydown', (event) => {
    const card = document.activeElement.closest('p'), cell = card.parentElement
    const [, text] = card.children
    const neighbor = event.key === 'ArrowRight' ? cell.nextElementSibling : cell.previousElementSibling
    if (event.key === 'Enter') {
      const isOpen = text.localName === 'textarea'
      const other = document.createElement(isOpen ? 'span' : 'textarea')
      other[isOpen ? 'textContent' : 'value'] = text[isOpen ? 'value' : 'textContent']
      text.replaceWith(other)
      if (isOpen) card.focus()
      else other.select()
    } else if (event.altKey ? event.key === 'ArrowRight' : event.ctrlKey && event.key === 'z') {
      neighbor.prepend(card)
      card.focus()
    } else if (event.key.startsWith('Arrow')) neighbor.firstChild.focus()
    else return
    event.preventDefault()
  })
}"""
GESTURES = {"edit": "Enter", "move": "Alt+ArrowRight", "undo": "Control+z"}
DRAW = """async (text) => {
  const begun = performance.now()
  mermaid.initialize({ startOnLoad: false, maxTextSize: 5e6, maxEdges: 1e5 })
  const { svg } = await mermaid.render('drawn', text)
  const place = document.createElement('div')
  place.innerHTML = svg
  document.body.replaceChildren(place)
  return (await PAINTED) - begun
}""".replace("PAINTED", PAINTED)


class AppServer:
    """The ASGI application on a free port, in a thread of this process."""

    def __init__(self) -> None:
        # Imported late: it reads the settings.
        from cxmap.asgi import application

        config = uvicorn.Config(
            application, port=0, lifespan="off", log_level="error", ws="websockets-sansio"
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.uvicorn.serve()))
        self.thread.start()
        while not self.uvicorn.started:
            time.sleep(0.02)
        self.url = f"http://localhost:{self.uvicorn.servers[0].sockets[0].getsockname()[1]}"
        settings.SOCKET_ORIGINS.append(self.url)

    def stop(self) -> None:
        self.uvicorn.should_exit = True
        self.thread.join()


@dataclass
class Drawn:
    """A journey, with its card titles by column and lane, from which the baselines draw it."""

    id: UUID
    columns: list[list[list[str]]]

    def mermaid(self) -> str:
        lines = ["journey", "  title The journey"]
        for at, column in enumerate(self.columns):
            if at % STEPS == 0:
                lines.append(f"  section Stage {at // STEPS}")
            lines += [
                f"    {title}: 3: Lane {lane}" for lane, cell in enumerate(column) for title in cell
            ]
        return "\n".join(lines)


def enter() -> tuple[Workspace, Client]:
    """Return a new workspace, and a client signed in as its admin."""
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-12:]}")
    user = User.objects.create_user(f"{workspace.slug}@bench.test", name="Bench")
    Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    client = Client(SERVER_NAME="localhost")  # one of ALLOWED_HOSTS
    client.force_login(user)
    return workspace, client


def draw(workspace: Workspace, touchpoints: int) -> Drawn:
    journey = uuid7()
    with change_set(
        [workspace.id], action="journey.create", actor=system_actor(workspace.id)
    ) as recorder:
        departments = recorder.add_many(
            [
                Department(stream_id=workspace.id, name=f"Department {touchpoints}-{at}")
                for at in range(LANES)
            ]
        )
        write_new_journey(recorder, journey, title="The journey", status="live")
        own: dict[str, Any] = {"stream_id": journey}
        lanes = recorder.add_many(
            [
                Lane(**own, journey_id=journey, department=department, position=f"o{key}")
                for department, key in zip(
                    departments, fractional_index.keys_between(LANES), strict=True
                )
            ]
        )
        stages = recorder.add_many(
            [
                Stage(**own, journey_id=journey, title=f"Stage {at}", position=key)
                for at, key in enumerate(fractional_index.keys_between(STAGES))
            ]
        )
        steps = recorder.add_many(
            [
                Step(**own, stage=stage, title=f"Step {at}", position=key)
                for stage in stages
                for at, key in enumerate(fractional_index.keys_between(STEPS))
            ]
        )
        columns: list[list[list[str]]] = [[[] for _ in lanes] for _ in steps]
        made = []
        for at, key in enumerate(fractional_index.keys_between(touchpoints)):
            column, lane = at % len(steps), at // len(steps) % LANES
            title = f"Touchpoint {at} of the journey"
            columns[column][lane].append(title)
            made.append(
                Touchpoint(
                    **own,
                    step=steps[column],
                    lane=lanes[lane],
                    title=title,
                    emotion=at % 5 - 2,
                    position=key,
                )
            )
        recorder.add_many(made)
    return Drawn(journey, columns)


Times = dict[str, list[float]]


def editor(page: Page, url: str) -> Times:
    page.add_init_script(f"({FIRST})()")
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.painted")
    first = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
    times: Times = {
        "first paint": [page.evaluate(first)],
        "editable": [page.evaluate("() => window.painted")],
    }
    page.locator("[data-grid]").first.focus()
    page.evaluate(HEAR)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.closest('[data-card], [data-cell]')")
    return times


def bare(page: Page, journey: Drawn) -> Times:
    page.goto("about:blank")
    times: Times = {"first paint": [page.evaluate(BARE, [journey.columns, BARE_STYLE])]}
    page.evaluate(BARE_KEYS)
    page.evaluate(HEAR)
    return times


def take_turns(page: Page, times: Times, plain: Page, plain_times: Times, repeat: int) -> None:
    """Perform each gesture in the editor and then in the plain grid, and add their times."""
    for at in range(repeat):
        for where in (page, plain):
            press(where, "ArrowLeft" if at % 2 else "ArrowRight")
            press(where, "Enter")
            where.keyboard.type(f"Edited {at}")
        for name, key in GESTURES.items():
            for where, found in ((page, times), (plain, plain_times)):
                work, shown = press(where, key)
                found.setdefault(name, []).append(work)
                found.setdefault(f"{name} shown", []).append(shown)
    times["scroll frame"] = page.evaluate(SCROLL, "[data-frame]")
    plain_times["scroll frame"] = plain.evaluate(SCROLL, "nothing")


def press(page: Page, key: str) -> list[float]:
    """Press a key. Return the milliseconds until layout is done and until the frame is ready."""
    page.keyboard.press(key)
    took: list[float] = page.evaluate(TOOK)
    return took


def mermaid(page: Page, journey: Drawn) -> Times:
    page.goto("about:blank")
    page.add_script_tag(path=str(MERMAID))
    times: Times = {"first paint": [page.evaluate(DRAW, journey.mermaid())]}
    # A picture can't be edited, so an edit means drawing it again.
    again = [
        page.evaluate(DRAW, journey.mermaid().replace("Touchpoint 1 ", "Edited ")) for _ in range(2)
    ]
    times["edit"] = times["move"] = again
    times["scroll frame"] = page.evaluate(SCROLL, "nothing")
    return times


def part(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def show(touchpoints: int, found: dict[str, Times]) -> None:
    print(f"\n{touchpoints} touchpoints, ms (p50 / p95)")
    print(
        f"{'':<14}" + "".join(f"{name:>20}" for name in found) + f"{'/ mermaid':>12}{'/ bare':>9}"
    )
    for what in found["editor"]:
        line, medians = f"{what:<14}", {}
        for name, times in found.items():
            if what not in times:
                line += f"{'-':>20}"
                continue
            medians[name] = part(times[what], 0.5)
            line += f"{medians[name]:>11.1f} /{part(times[what], 0.95):7.1f}"
        for baseline, width in (("mermaid", 12), ("bare", 9)):
            ratio = medians["editor"] / medians[baseline] if medians.get(baseline) else None
            line += f"{'-' if ratio is None else f'{ratio:.2f}':>{width}}"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--touchpoints", type=int, nargs="+", default=[1200, 5000])
    parser.add_argument("--repeat", type=int, default=80)
    options = parser.parse_args()
    workspace, client = enter()
    journeys = {size: draw(workspace, size) for size in options.touchpoints}
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    server = AppServer()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            for size, journey in journeys.items():
                url = f"{server.url}/journeys/{journey.id}/map/"
                session = {"name": cookie.key, "value": cookie.value, "url": server.url}
                page, plain = new_page(browser, session), new_page(browser, None)
                ours, theirs = editor(page, url), bare(plain, journey)
                take_turns(page, ours, plain, theirs, options.repeat)
                drawn = mermaid(new_page(browser, None), journey)
                show(size, {"editor": ours, "mermaid": drawn, "bare": theirs})
            browser.close()
    finally:
        server.stop()


def new_page(browser: Browser, cookie: Any) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    if cookie:
        context.add_cookies([cookie])
    return context.new_page()


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN, WHITENOISE_USE_FINDERS=True):
        main()
