"""No typed text is lost, whatever happens to the session, network, page, server or rights: it is
saved, kept in the browser and offered again, or returned so that it can be copied.

Alice types into every kind of field, and something fails while she types. Then the text must be
found. The seed determines the order: TYPED_TEXT_CUTS=1000 TYPED_TEXT_SEED=7 is a long run.
"""

import json
import os
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Error, Locator, Page, Route, expect

from changes.models import Stream
from changes.queries import snapshot
from core.tenancy import tenant_scope
from journeys.models import Lane
from journeys.services import set_lock
from tests.support.chromium import Server
from tests.support.editor_driver import open_map
from tests.support.factories import SampleMember, SampleWorld, build_world
from workspaces.services import member_role_set

pytestmark = [pytest.mark.browser]
CUTS = int(os.environ.get("TYPED_TEXT_CUTS", "11"))
SEED = int(os.environ.get("TYPED_TEXT_SEED", "1"))
CUTS_PER_WORLD = 30  # a map that keeps growing gets slow
PATIENCE_MS = 20_000
POLL_MS = 100
MARK = 12  # characters that identify a text; no failure happens before they are typed
VALUES = """() => [...document.querySelectorAll('input:not([type=hidden]), textarea')]
  .map((field) => field.value).join('\\n')"""
ENTER: Callable[[Page], None] = lambda page: page.keyboard.press("Enter")  # noqa: E731


@dataclass
class Desk:
    """Alice's browser with a tab on the journey, and access to what the server has saved."""

    world: SampleWorld
    window: Callable[..., Page]
    sign_in: Callable[[Page, SampleMember], None]
    server: Server
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.window()
        self.context.set_default_navigation_timeout(PATIENCE_MS * 3)
        self.enter(self.world.alice)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def enter(self, somebody: SampleMember) -> None:
        """Sign in with a new session and, as in Django, a new CSRF token."""
        self.sign_in(self.page, somebody)
        self.set_csrf_token()

    def set_csrf_token(self) -> None:
        url = self.context.cookies()[0]["domain"]
        cookie: Any = {"name": "csrftoken", "value": secrets.token_hex(16), "domain": url}
        self.context.add_cookies([cookie | {"path": "/"}])

    def sign_out(self) -> None:
        for cookie in self.context.cookies():
            if cookie["name"] == "sessionid":
                Session.objects.filter(session_key=cookie["value"]).delete()
        self.context.clear_cookies(name="sessionid")

    def look_elsewhere(self) -> None:
        """Open a page in another tab, as people do to sign in again."""
        other = self.context.new_page()
        other.goto(f"/w/{self.world.acme.workspace.slug}/")
        other.close()

    def visit(self, path: str) -> None:
        """Open a page. If a submission is still loading in this tab, use a new one."""
        try:
            self.page.goto(path)
        except Error as error:
            if "interrupted by another navigation" not in error.message:
                raise
            self.page.close()
            self.page = self.context.new_page()
            self.page.goto(path)

    def has_saved(self, text: str) -> bool:
        with tenant_scope([self.world.acme.id]):
            streams = list(Stream.objects.values_list("id", flat=True))
            return any(text in json.dumps(snapshot(id), default=str) for id in streams)


# -- fields: how to start typing in them, and how to submit


@dataclass(frozen=True)
class Field:
    name: str
    open: Callable[[Desk], Locator]  # returns it focused
    finish: Callable[[Page], None] = ENTER
    is_on_map: bool = True


def on_map(desk: Desk) -> Page:
    open_map(desk.page, desk.world.acme.journey)
    return desk.page


def card_title(desk: Desk) -> Locator:
    page = on_map(desk)
    page.locator(f'[data-item="{desk.world.acme.touchpoints["Asks in the shop"]}"]').dblclick()
    return page.locator("textarea[data-editing]")


def new_card(desk: Desk) -> Locator:
    page = on_map(desk)
    page.locator(f'[data-item="{desk.world.acme.touchpoints["Line is switched"]}"]').click()
    page.keyboard.press("t")
    return page.locator("textarea[data-editing]")


def new_pain(desk: Desk) -> Locator:
    page = on_map(desk)
    page.locator(f'[data-item="{desk.world.acme.touchpoints["Line is switched"]}"]').click()
    page.keyboard.press("p")
    return page.locator("textarea[data-editing]")


def panel_field(name: str) -> Callable[[Desk], Locator]:
    def open_panel(desk: Desk) -> Locator:
        page = on_map(desk)
        card = desk.world.acme.touchpoints["Asks in the shop"]
        page.locator(f'[data-item="{card}"]').click()
        return page.locator(f'[id="{card}-{name}"]')

    return open_panel


def journey_title(desk: Desk) -> Locator:
    page = on_map(desk)
    page.get_by_title("Rename").click()
    return page.get_by_role("textbox", name="Title", exact=True)


def map_comment(desk: Desk) -> Locator:
    page = on_map(desk)
    page.get_by_role("button", name="Comments").click()
    return page.get_by_role("textbox", name="Comment on the journey")


def claim(desk: Desk) -> Locator:
    page = on_map(desk)
    page.get_by_role("button", name="Director of Choose").click()
    return page.get_by_role("textbox", name="Why you claim it")


def version_name(desk: Desk) -> Locator:
    page = on_map(desk)
    page.get_by_role("button", name="History of this map").click()
    page.get_by_role("button", name="Name", exact=True).first.click()
    return page.get_by_role("textbox", name="Name for version")


def form_field(address: Callable[[SampleWorld], str], name: str) -> Callable[[Desk], Locator]:
    def open_form(desk: Desk) -> Locator:
        desk.visit(address(desk.world))
        return desk.page.locator(f"main form [name={name}]")

    return open_form


def stage_form(world: SampleWorld) -> str:
    return f"/stages/{world.acme.stages['Buy']}/edit/"


def claim_form(world: SampleWorld) -> str:
    return f"/stages/{world.acme.stages['Use']}/claim/"


def persona_form(world: SampleWorld) -> str:
    return f"/workspaces/{world.acme.id}/personas/add/"


def comment_form(world: SampleWorld) -> str:
    return f"/comments/on/journey/{world.acme.journey}/add/"


def submit(page: Page) -> None:
    form = page.locator("main form:has(textarea, [name=name])").last
    form.locator("button[type=submit], button:not([type])").last.click()


def end_by_tab(page: Page) -> None:
    page.keyboard.press("Tab")


FIELDS = [
    Field("title of a card", card_title),
    Field("new card", new_card),
    Field("new pain", new_pain),
    Field("notes in the panel", panel_field("notes"), end_by_tab),
    Field("quote in the panel", panel_field("quote"), end_by_tab),
    Field("title of the journey", journey_title),
    Field("comment on the map", map_comment, lambda page: page.keyboard.press("Control+Enter")),
    Field("claim", claim, lambda page: page.get_by_role("button", name="Claim this stage").click()),
    Field("name of a version", version_name),
    Field("form of a stage", form_field(stage_form, "summary"), submit, is_on_map=False),
    Field("form of a claim", form_field(claim_form, "statement"), submit, is_on_map=False),
    Field("form of a new persona", form_field(persona_form, "name"), submit, is_on_map=False),
    Field("page of a comment", form_field(comment_form, "body"), submit, is_on_map=False),
]


# -- failures while typing, and how to recover from them


@dataclass(frozen=True)
class Cut:
    name: str
    make: Callable[[Desk], None]
    heal: Callable[[Desk], None] = lambda desk: None
    ends_page: bool = False


def sign_in_again(desk: Desk) -> None:
    desk.enter(desk.world.alice)
    desk.look_elsewhere()


def other_user(desk: Desk) -> None:
    desk.enter(desk.world.bob)
    desk.look_elsewhere()


def bad_gateway(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")


def lose_answer(route: Route) -> None:
    """Let the server process the request, but drop its response."""
    with suppress(Error):  # the page was closed meanwhile
        route.fetch()
        route.abort("connectionreset")


def set_role(role: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        member_role_set(member=desk.world.alice.member, role=role, actor=desk.world.dana.actor)

    return change


def lane_lock(locked: bool) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        acme = desk.world.acme
        for lane in ("Retail", "Network"):
            row = acme.read(Lane, acme.lanes[lane])
            set_lock(row=row, locked=locked, actor=desk.world.dana.actor)

    return change


def leave(how: Callable[[Page], Any]) -> Callable[[Desk], None]:
    """Leave the page and continue in a new tab of the same browser."""

    def go(desk: Desk) -> None:
        page = desk.page
        how(page)
        desk.page = desk.context.new_page()
        page.close()

    return go


def crash(page: Page) -> None:
    with suppress(Error):  # a crashed page doesn't respond
        page.goto("chrome://crash")


CUTS_OF_ALL_KINDS = [
    Cut("the session ends", Desk.sign_out, sign_in_again),
    Cut("somebody else signs in", other_user, sign_in_again),
    Cut("the token changes", Desk.set_csrf_token),
    Cut("the token goes", lambda desk: desk.context.clear_cookies(name="csrftoken")),
    Cut(
        "the network goes",
        lambda desk: desk.context.set_offline(True),
        lambda desk: desk.context.set_offline(False),
    ),
    Cut(
        "the server goes",
        lambda desk: desk.context.route("**/*", bad_gateway),
        lambda desk: desk.context.unroute("**/*", bad_gateway),
    ),
    Cut(
        "answers are lost",
        lambda desk: desk.context.route("**/*", lose_answer),
        lambda desk: desk.context.unroute("**/*", lose_answer),
    ),
    Cut("the server stops", lambda desk: desk.server.stop(), lambda desk: desk.server.start()),
    Cut("the right to draw goes", set_role("viewer"), set_role("editor")),
    Cut("the lanes are locked", lane_lock(True), lane_lock(False)),
    Cut("reload", leave(lambda page: page.reload()), ends_page=True),
    Cut("close", leave(lambda page: page.close(run_before_unload=True)), ends_page=True),
    Cut("crash", leave(crash), ends_page=True),
    Cut("back", leave(lambda page: page.go_back()), ends_page=True),
    Cut("link", leave(lambda page: page.goto(f"{page.url}../comments/")), ends_page=True),
]


# -- the test


def stories(rng: random.Random) -> Iterator[tuple[Field, Cut]]:
    """Yield all pairs of fields and failures in turn, in an order set by the seed."""
    fields, cuts = (
        rng.sample(FIELDS, len(FIELDS)),
        rng.sample(CUTS_OF_ALL_KINDS, len(CUTS_OF_ALL_KINDS)),
    )
    for turn in count():
        yield from zip(fields, islice(cycle(cuts), turn, turn + len(fields)), strict=True)


def type_and_cut(desk: Desk, rng: random.Random, where: Field, cut: Cut, text: str) -> str:
    """Type a text with a failure in the middle, and return the final content of the field."""
    box = where.open(desk)
    box.press("Control+a")
    at = rng.randrange(MARK, len(text))
    desk.page.keyboard.type(text[:at])
    expect(box).to_have_value(text[:at])
    cut.make(desk)
    if cut.ends_page:
        return text[:at].strip()
    desk.page.keyboard.type(text[at:])
    typed = box.input_value() if box.count() else text[:at]
    if rng.random() < 0.75:
        with suppress(Error):  # without the right, the button may be gone
            where.finish(desk.page)
    return typed.strip()


def given_back(desk: Desk) -> str:
    """Return every text that the page offers: in fields, and among the unsaved texts."""
    chip = desk.page.locator(".sync-status button")
    if chip.count() and not desk.page.locator("dialog[open]").count():
        chip.click()
    return desk.page.evaluate(VALUES)


def is_found(desk: Desk, where: Field, text: str) -> bool:
    """Return whether a text was saved, or is offered again on the page."""
    for _ in range(PATIENCE_MS // POLL_MS):
        if desk.has_saved(text) or text in given_back(desk):
            return True
        desk.page.wait_for_timeout(POLL_MS)
    return False


@pytest.fixture
def stopping_server(uvicorn_server: Server) -> Iterator[Server]:
    """The shared server, restarted if the test has stopped it."""
    yield uvicorn_server
    if not uvicorn_server.is_running:
        uvicorn_server.start()


def test_no_typed_text_is_lost(
    world: SampleWorld, window: Callable[..., Page], sign_in: Any, stopping_server: Server
) -> None:
    rng = random.Random(SEED)
    lost = []
    desk = Desk(world, window, sign_in, stopping_server)
    for number, (where, cut) in enumerate(islice(stories(rng), CUTS)):
        if number and number % CUTS_PER_WORLD == 0:
            desk.context.close()
            desk = Desk(build_world(), window, sign_in, stopping_server)
        text = f"{rng.getrandbits(4 * MARK):0{MARK}x} typed as number {number}"
        typed = type_and_cut(desk, rng, where, cut, text)
        if rng.random() < 0.3 and not cut.ends_page:  # the page is closed as well
            leave(lambda page: page.close(run_before_unload=True))(desk)
        cut.heal(desk)
        where.open(desk) if not where.is_on_map else on_map(desk)
        if not is_found(desk, where, typed):
            lost.append(f"{number}: “{typed}” in the {where.name} when {cut.name}")
        desk.page.evaluate("() => localStorage.clear()")
    assert lost == []
