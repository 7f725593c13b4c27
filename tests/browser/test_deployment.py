"""Two web processes and two workers share one PostgreSQL and one Redis.

Two people edit one map through different web processes, while API clients write through both, and
draw. One web process and one worker are killed meanwhile.
"""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from core.ids import uuid7
from core.scopes import token_scopes
from ownership.models import Flag
from storyboards.services import frame_drawing_open
from tests.support.deployment import Deployment, Web, deployment
from tests.support.editor_driver import (
    card,
    cards,
    cards_saved,
    choose,
    open_map,
    press,
    retitle,
    saved,
    stage_head,
)
from tests.support.factories import SampleMember, SampleWorld
from tests.support.load import Program, Request, load, see_each_done_once, until
from tests.support.storyboards import element, elements_of, frame_add
from workspaces.access import system_actor
from workspaces.models import Token
from workspaces.services import token_create

__all__ = ["deployment"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOON = 5_000  # milliseconds until a change shows in the other window, while two cores are busy
KILLED = ["Nods", "Nods twice", "Nods and signs"]


def test_two_webs_and_two_workers_are_one_and_one_of_each_may_die(
    world: SampleWorld, deployment: Deployment, window: Callable[..., Page], sign_in
):
    first, second = deployment.webs

    def enter(who: SampleMember, web: Web) -> Page:
        page = window(base_url=web.url)
        sign_in(page, who)
        open_map(page, world.acme.journey)
        return page

    alice, dana = enter(world.alice, first), enter(world.dana, second)
    see_each_other(alice, dana)
    program = Program([first.port, second.port], token(world))
    other = Program([second.port, first.port], program.token)
    drawing = frame_drawing_open(frame=frame_add(world.acme), actor=world.alice.actor)
    before = program.log()
    with (
        load(program, program.new_stage, program.batch) as sent,
        load(other, other.new_stage, other.retitled) as others,
        load(program, partial(stroke, drawing)) as strokes,
    ):
        time.sleep(0.5)
        retitle(alice, "Signs with a pen", KILLED[0])
        first.kill()
        deployment.workers[0].kill()
        until(lambda: any(one.broken for one in sent), 10, "a broken connection")
        retitle(alice, KILLED[0], KILLED[1])
        retitle(alice, KILLED[1], KILLED[2])
        expect(alice.locator(".sync-status")).to_contain_text("unsent")
        retitle(dana, "Hears nothing", "Hears a word")
        saved(dana)
    first.start()
    saved(alice)
    # Beat finds the workspace behind if the killed worker had the only task.
    deployment.celery.send_task("changes.tasks.follow", [str(world.acme.id)])
    log = program.log()
    see_each_done_once([*sent, *others], before, log)
    drawn = elements_of(world.acme, drawing).keys()
    assert drawn == {one["id"] for request in strokes for one in request.body["elements"]}
    titles = Counter(
        change["after"].get("title") for one in log for change in one["changes"] if change["after"]
    )
    assert [titles[title] for title in [*KILLED, "Hears a word"]] == [1] * 4
    for page in (alice, dana):
        expect(card(page, KILLED[-1])).to_be_visible(timeout=SOON)
        expect(card(page, "Hears a word")).to_be_visible(timeout=SOON)
    until(lambda: cards(alice) == cards(dana), 10, "the same map in both windows")
    assert cards(alice) == cards_saved(dana, world.acme.journey)
    stages = {
        op["id"] for one in [*sent, *others] for op in one.body.get("ops", []) if op["op"] == "add"
    }
    until(lambda: stages <= flagged(world), 20, "a flag for each new stage")


def see_each_other(alice: Page, dana: Page) -> None:
    """See edits, presence and locks of one web process in a window of the other."""
    expect(alice.get_by_title("Follow dana")).to_be_visible()
    expect(dana.get_by_title("Follow alice")).to_be_visible()
    retitle(alice, "Signs", "Signs with a pen")
    expect(card(dana, "Signs with a pen")).to_be_visible(timeout=SOON)
    expect(dana.locator(".peer-ring")).to_have_text("alice", timeout=SOON)
    lock = stage_head(dana, "Buy").get_by_text("Locked", exact=True)
    choose(alice, stage_head(alice, "Buy"), "Lock stage")
    expect(lock).to_be_attached(timeout=SOON)
    card(dana, "Signs with a pen").click()
    press(dana, "Delete")
    expect(dana.locator("#toasts")).to_contain_text("Not allowed: Buy is locked.")
    choose(dana, stage_head(dana, "Buy"), "Unlock stage")
    locked = stage_head(alice, "Buy").get_by_text("Locked", exact=True)
    expect(locked).not_to_be_attached(timeout=SOON)


def stroke(drawing: UUID) -> Request:
    saved = {"elements": [element(str(uuid7()))]}
    return Request("POST", f"drawings/{drawing}/elements", str(uuid7()), saved)


def token(world: SampleWorld) -> str:
    return token_create(
        actor=system_actor(world.acme.id),
        kind=Token.Kind.SERVICE,
        name="load",
        scopes=list(token_scopes()),
    )[1]


def flagged(world: SampleWorld) -> set[str]:
    return {str(flag.subject_id) for flag in world.acme.all(Flag, rule="OWN-01")}
