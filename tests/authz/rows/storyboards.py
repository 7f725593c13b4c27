from tests.authz.row import DRAWERS, Row, body, form, noun, page
from tests.support.storyboards import SVG, element, image_form

ROWS = [
    *noun("frames", "frame", DRAWERS, 400),
    Row("POST", "api_frame_drawing", DRAWERS, thing="frame"),
    Row(
        "PUT",
        "api_frame_picture",
        DRAWERS,
        thing="frame",
        body=body(svg=SVG.format(n=2), drawn=0),
    ),
    Row("GET", "api_frame_pictures", thing="frame"),
    Row("GET", "api_drawing", thing="drawing"),
    Row(
        "POST",
        "api_drawing_elements",
        DRAWERS,
        thing="drawing",
        body=body(elements=[element("b")]),
    ),
    Row("POST", "api_drawing_restore", DRAWERS, thing="drawing", body=body(version=1)),
    Row("POST", "api_drawing_images", DRAWERS, thing="drawing", body=lambda _: image_form()),
    page("picture", "picture"),
    Row("GET", "api_frame_excalidraw", thing="frame"),
    Row(
        "POST",
        "api_frame_excalidraw",
        DRAWERS,
        thing="frame",
        body=body(type="excalidraw", elements=[element("c")]),
    ),
    page("frame_excalidraw", "frame"),
    *form("frame_import", "frame", DRAWERS),
]
