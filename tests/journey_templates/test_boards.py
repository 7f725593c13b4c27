"""Journeys created from a template have its storyboard."""

import pytest

from changes.queries import sets_since
from core.tenancy import tenant_scope
from journey_templates.builtin import builtin_boards, builtin_templates
from journey_templates.followers import draw_template_boards
from journey_templates.services import journey_create_from_template
from journeys.models import Journey
from journeys.services import journey_duplicate
from storyboards.models import Frame
from storyboards.queries import drawing_elements, film_of
from storyboards.services import frame_drawing_open
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from tests.support.storyboards import drawn_frame


def test_every_builtin_template_has_a_board_for_its_steps():
    assert builtin_boards().keys() == builtin_templates().keys()
    for key, board in builtin_boards().items():
        stages = builtin_templates()[key]["stages"]
        titles = [step["title"] for stage in stages for step in stage["steps"]]
        places = [titles.index(frame["step"]) for frame in board["frames"]]
        assert places == sorted(places)


def test_a_board_is_drawn_after_the_journey_is_created(world: SampleWorld, monkeypatch):
    board = builtin_boards()["saas-onboarding"]
    short = {**board, "frames": board["frames"][:2]}
    monkeypatch.setitem(builtin_boards(), "saas-onboarding", short)
    journey = journey_create_from_template(
        template="saas-onboarding", title="Ours", actor=world.alice.actor
    )
    place = world.acme
    with tenant_scope([place.id]):
        sets = sets_since(place.id, journey.pk, 0)
    drawn_by_alice, _ = place.all(Frame, stream=journey.pk)
    taken = frame_drawing_open(frame=drawn_by_alice, actor=world.alice.actor)
    with checking_log(place.id, undoing=False):
        draw_template_boards(place.id, sets)
    draw_template_boards(place.id, sets)
    with tenant_scope([place.id]):
        film = film_of(journey.pk)
        elements = [len(drawing_elements(frame.drawing_id)) for frame in film]
    assert [frame.caption for frame in film] == [scene["caption"] for scene in short["frames"]]
    assert all(frame.picture_id and frame.drawn == 1 for frame in film)
    assert taken in {frame.drawing_id for frame in film}
    assert min(elements) >= 3


@pytest.mark.parametrize("kind", ["copy", "future", "template"])
def test_copies_and_own_templates_carry_frames_and_drawings(world: SampleWorld, kind: str):
    place, alice = world.acme, world.alice.actor
    frame = drawn_frame(place)
    original = place.read(Journey, place.journey)
    copy = journey_duplicate(journey=original, title="Again", kind=kind, actor=alice)
    if kind == "template":
        copy = journey_create_from_template(template=str(copy.pk), title="Ours", actor=alice)
    (carried,) = place.all(Frame, stream=copy.pk, drawing=frame.drawing_id)
    assert carried.pk != frame.pk
    for name in ("caption", "size", "duration", "drawn", "picture_id"):
        assert getattr(carried, name) == getattr(frame, name)
