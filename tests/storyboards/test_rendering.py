"""A persona that looks different is drawn again in every frame."""

import base64

from storyboards.figures import figure_id, figure_svg
from storyboards.followers import render_changed_personas
from storyboards.models import Frame
from storyboards.services import frame_drawing_open, frame_picture_update
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from tests.support.storyboards import draw, element, frame_add
from workspaces.files import file_open
from workspaces.models import File

OLD, NEW = {"skin": 1, "hair_color": "black"}, {"skin": 4, "headscarf": True}
ACTING = {"mood": -1, "pose": "wave", "flip": False}


def symbol(file_id: str, content: str) -> str:
    href = f"data:image/svg+xml;base64,{base64.b64encode(content.encode()).decode()}"
    return f'<symbol id="image-{file_id}"><image href="{href}"/></symbol>'


def picture_of(world: SampleWorld, frame_id) -> str:
    frame = world.acme.read(Frame, frame_id)
    with file_open(world.acme.read(File, frame.picture_id)) as content:
        return content.read().decode()


def test_the_follower_draws_a_changed_persona_and_nobody_else(world: SampleWorld):
    place, alice = world.acme, world.alice.actor
    frame, mine, other = frame_add(place), figure_id(OLD, ACTING), figure_id(OLD, {"mood": 2})
    drawing = frame_drawing_open(frame=frame, actor=alice)
    figure = {"persona": str(place.persona), "look": OLD, **ACTING}
    draw(
        place,
        drawing,
        element("p", type="image", fileId=mine, customData={"figure": figure}),
        element("q", type="image", fileId=other, customData={"figure": {"look": OLD, "mood": 2}}),
    )
    svg = symbol(mine, figure_svg(OLD, ACTING)) + symbol(other, figure_svg(OLD, {"mood": 2}))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9">{svg}</svg>'
    frame_picture_update(frame=place.read(Frame, frame.pk), svg=svg, drawn=1, actor=alice)
    before = picture_of(world, frame.pk)
    change = {"op": "set", "type": "persona", "id": str(place.persona), "fields": {"figure": NEW}}
    sets = place.direct(change).sets
    with checking_log(place.id, undoing=False):
        render_changed_personas(place.id, sets)
        render_changed_personas(place.id, sets)
    after = picture_of(world, frame.pk)
    assert base64.b64encode(figure_svg(NEW, ACTING).encode()).decode() in after
    assert before != after
    assert before.split(f'id="image-{other}"')[1] == after.split(f'id="image-{other}"')[1]
