"""Drawings as `.excalidraw` files, out and in."""

import base64
import json
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import AppError, InvalidRequest
from core.tenancy import tenant_scope
from storyboards.excalidraw import excalidraw_file, frame_drawing_import, in_order, with_new_keys
from storyboards.figures import figure_id, figure_svg
from storyboards.library import place_svg, prop_svg
from storyboards.models import Element, Frame
from storyboards.pictures import uploaded_picture_create
from storyboards.services import frame_drawing_open
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.pictures import picture_bytes
from tests.support.storyboards import draw, element, elements_of, frame_add
from workspaces.files import file_open
from workspaces.models import File

LOOK, ACTING = {"skin": 2, "hair_color": "black"}, {"mood": -1, "pose": "wave", "flip": True}
BUBBLE = {"kind": "speech", "width": 200, "height": 90}
SVG_URL = "data:image/svg+xml;base64,PHN2Zy8+"


def file_of(world: SampleWorld, frame_id: UUID) -> dict[str, Any]:
    with tenant_scope([world.acme.id]):
        return excalidraw_file(Frame.objects.select_related("picture").get(pk=frame_id))


def import_file(world: SampleWorld, frame: Frame, file: Any, *, replaces: bool = True) -> UUID:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    frame = world.acme.read(Frame, frame.pk)
    return frame_drawing_import(
        frame=frame, content=content, replaces=replaces, actor=world.alice.actor
    )


def uploads(world: SampleWorld) -> list[File]:
    return [file for file in world.acme.all(File) if file.name == "picture"]


def image(key: str, file_id: str, **more: Any) -> dict[str, Any]:
    return element(key, type="image", fileId=file_id, status="saved", index=f"a{key}", **more)


@pytest.fixture
def drawn(world: SampleWorld) -> Frame:
    """Return a frame whose drawing has a person, a prop, a place, an uploaded picture, a text and a deleted line."""
    place, frame = world.acme, frame_add(world.acme)
    upload = uploaded_picture_create(content=picture_bytes(), actor=world.alice.actor).file
    figure = {"look": LOOK, **ACTING}
    draw(
        place,
        frame_drawing_open(frame=frame, actor=world.alice.actor),
        image("1", "place-lobby", customData={"place": "lobby"}),
        image("2", figure_id(LOOK, ACTING), customData={"figure": figure}),
        image("3", "prop-clock", customData={"prop": "clock"}),
        image("4", str(upload.pk)),
        element("5", type="text", text="<b>Hi</b>", index="a5", groupIds=["g"]),
        element("6", isDeleted=True),
    )
    return place.read(Frame, frame.pk)


def test_a_file_has_all_pictures_inside(world: SampleWorld, drawn: Frame):
    file = file_of(world, drawn.pk)
    assert [one["id"] for one in file["elements"]] == ["1", "2", "3", "4", "5"]
    content = {
        key: base64.b64decode(entry["dataURL"].partition(",")[2])
        for key, entry in file["files"].items()
    }
    assert content.pop("place-lobby") == place_svg("lobby").encode()
    assert content.pop("prop-clock") == prop_svg("clock").encode()
    assert content.pop(figure_id(LOOK, ACTING)) == figure_svg(LOOK, ACTING).encode()
    assert [one[1:4] for one in content.values()] == [b"PNG"]


def test_a_file_that_comes_back_has_the_same_elements(world: SampleWorld, drawn: Frame):
    file = file_of(world, drawn.pk)
    count = len(uploads(world))
    import_file(world, drawn, file)
    other = frame_add(world.acme)
    import_file(world, other, file)
    assert file_of(world, drawn.pk) == file_of(world, other.pk) == file
    assert len(uploads(world)) == count


def test_replacing_leaves_nothing_of_the_old_drawing(world: SampleWorld, drawn: Frame):
    before = elements_of(world.acme, drawn.drawing_id)
    foreign = {"type": "excalidraw", "elements": [element("5", x=5_000, customData={"a": [1]})]}
    drawing_id = import_file(world, drawn, foreign)
    after = elements_of(world.acme, drawing_id)
    assert [key for key, row in after.items() if not row["isDeleted"]] == ["5"]
    assert all(after[key]["version"] > before[key]["version"] for key in ("1", "2", "3", "4", "5"))
    assert (after["5"]["type"], after["5"]["x"]) == ("rectangle", 465)  # in the middle of the paper


def test_adding_keeps_the_drawing_behind(world: SampleWorld, drawn: Frame):
    file = file_of(world, drawn.pk)
    drawing_id = import_file(world, drawn, file, replaces=False)
    rows = [row for row in elements_of(world.acme, drawing_id).values() if not row["isDeleted"]]
    shapes = [(row["type"], row.get("fileId")) for row in sorted(rows, key=lambda r: r["index"])]
    assert len(shapes) == 10 and shapes[:5] == shapes[5:]


def test_the_picture_shows_what_was_imported(world: SampleWorld, drawn: Frame):
    """The people and things are those of the editor. Lines are plain."""
    points = [[0, 0], [40, 5], [80, 0]]
    shapes = [
        element("6", type="freedraw", points=points, index="a6"),
        element("7", type="arrow", points=points, endArrowhead="arrow", index="a7"),
        element("8", type="ellipse", backgroundColor="#ffd166", angle=0.5, index="a8"),
        element("9", type="diamond", opacity=40, index="a9"),
        image("B", "prop-bubble-speech-200-90", customData={"bubble": BUBBLE}),
    ]
    file = file_of(world, drawn.pk)
    frame = frame_add(world.acme)
    import_file(world, frame, {**file, "elements": [*file["elements"], *shapes]})
    frame = world.acme.read(Frame, frame.pk)
    assert frame.drawn == 1
    with file_open(world.acme.read(File, frame.picture_id)) as content:
        picture = ElementTree.fromstring(content.read())  # noqa: S314
    tags = [node.tag.partition("}")[2] for node in picture.iter()]
    assert (tags.count("use"), tags.count("path"), tags.count("ellipse")) == (5, 4, 1)
    assert [node.text for node in picture.iter() if node.tag.endswith("}text")] == ["<b>Hi</b>"]
    symbols = {node.get("id") for node in picture.iter() if node.tag.endswith("}symbol")}
    assert {f"image-{figure_id(LOOK, ACTING)}", "image-prop-bubble-speech-200-90"} < symbols


def test_a_picture_that_is_too_large_is_left_to_the_editor(
    world: SampleWorld, drawn: Frame, monkeypatch
):
    monkeypatch.setattr("storyboards.svg.MAX_SVG_BYTES", 100)
    file = {"type": "excalidraw", "elements": [element("5")]}
    drawing_id = import_file(world, drawn, file)
    assert [row["isDeleted"] for row in elements_of(world.acme, drawing_id).values()].count(
        False
    ) == 1
    assert world.acme.read(Frame, drawn.pk).picture_id is None


@pytest.mark.parametrize(
    "bubble",
    [
        {**BUBBLE, "width": 1_000_000},
        {**BUBBLE, "height": -1},
        {**BUBBLE, "kind": "x"},
        {"kind": "speech"},
    ],
)
def test_an_impossible_bubble_is_refused(world: SampleWorld, drawn: Frame, bubble: Any):
    file = {
        "type": "excalidraw",
        "elements": [image("1", "prop-bubble", customData={"bubble": bubble})],
    }
    with pytest.raises(InvalidRequest, match="picture that doesn’t exist"):
        import_file(world, drawn, file)


def test_embedded_pictures_are_stored_as_uploads(world: SampleWorld):
    url = f"data:image/webp;base64,{base64.b64encode(picture_bytes('WEBP')).decode()}"
    file = {
        "type": "excalidraw",
        "elements": [image("1", "f00d"), image("2", "f00d")],
        "files": {"f00d": {"id": "f00d", "mimeType": "image/webp", "dataURL": url}},
    }
    drawing_id = import_file(world, frame_add(world.acme), file)
    (stored,) = uploads(world)
    rows = elements_of(world.acme, drawing_id).values()
    assert (stored.media_type, {row["fileId"] for row in rows}) == ("image/png", {str(stored.pk)})


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"\x89PNG", "isn’t an Excalidraw drawing"),
        (b"[" * 100_000, "isn’t an Excalidraw drawing"),
        ({"type": "excalidrawlib", "elements": []}, "isn’t an Excalidraw drawing"),
        ({"elements": [{**element("1"), "type": "iframe"}]}, "This type of element isn’t allowed"),
        ({"elements": [element("1", x="left")]}, "Send a number"),
        ({"elements": [image("1", "cafe")]}, "This isn’t a picture"),
        (
            {"elements": [image("1", "cafe")], "files": {"cafe": {"dataURL": SVG_URL}}},
            "SVG files can contain scripts",
        ),
        (
            {"elements": [image("1", "prop-x")], "files": {"prop-x": {"dataURL": SVG_URL}}},
            "a cxmap picture that doesn’t exist",
        ),
    ],
)
def test_a_wrong_file_changes_nothing(world: SampleWorld, drawn: Frame, file: Any, words: str):
    before = elements_of(world.acme, drawn.drawing_id), len(uploads(world))
    content = file if isinstance(file, bytes) else {"type": "excalidraw", **file}
    with pytest.raises(AppError) as refusal:
        import_file(world, drawn, content)
    assert words in " ".join(why.detail for why in refusal.value.errors)
    assert (elements_of(world.acme, drawn.drawing_id), len(uploads(world))) == before


def test_new_keys_keep_what_belongs_together():
    bound = element("b", boundElements=[{"id": "a", "type": "arrow"}], groupIds=["g"])
    arrow = element("a", startBinding={"elementId": "b", "gap": 1}, groupIds=["g"])
    first, second = with_new_keys([bound, arrow])
    assert first["boundElements"][0]["id"] == second["id"] != "a"
    assert second["startBinding"] == {"elementId": first["id"], "gap": 1}
    assert first["groupIds"] == second["groupIds"] != ["g"]


def test_elements_without_an_order_keep_that_of_the_file():
    mixed = [element("a", index="a5"), element("b", index="a1"), element("c")]
    for above in (None, "a9", "Zz"):
        keys = [one["index"] for one in in_order(mixed, above)]
        assert keys == sorted(set(keys)) and keys[0] > (above or "a0")


def test_a_drawing_is_saved_and_imported_on_pages(world: SampleWorld, drawn: Frame):
    alice = signed_in(world.alice)
    answer = alice.get(f"/frames/{drawn.pk}/excalidraw/")
    assert answer["Content-Disposition"] == 'attachment; filename="01-at-the-desk.excalidraw"'
    assert answer.json() == file_of(world, drawn.pk)
    url = f"/frames/{drawn.pk}/import/"
    wrong = SimpleUploadedFile("a.excalidraw", b"{}")
    refused = alice.post(url, {"file": wrong, "mode": "replace"})
    assert (refused.status_code, "isn’t an Excalidraw drawing" in refused.content.decode()) == (
        422,
        True,
    )
    right = SimpleUploadedFile("a.excalidraw", answer.content)
    done = alice.post(url, {"file": right, "mode": "replace"})
    assert done["Location"].endswith(f"/storyboard/#frame-{drawn.pk}")
    assert world.acme.all(Element, is_deleted=False, stream=drawn.drawing_id)
