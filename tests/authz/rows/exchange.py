from tests.authz.row import DRAWERS, EVERYBODY, Row, form, page

ROWS = [
    Row("GET", "api_journey_export", thing="journey"),
    Row("POST", "api_import_mermaid", DRAWERS, body=lambda _: b"journey\n A: 3: B", stranger=201),
    *form("map_import", "slug", DRAWERS),
    *form("touchpoint_export", "slug", EVERYBODY),
    page("map_export", "journey"),
    Row("GET", "api_frame_export", thing="frame"),
    page("frame_export", "frame"),
    *form("storyboard_export", "journey", EVERYBODY),
]
