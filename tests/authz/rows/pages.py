from tests.authz.row import ADMIN, DRAWERS, Row, form, page

ROWS = [
    Row("GET", "design", public=True),
    Row("GET", "start", stranger=302),
    *[page(name) for name in ("home", "people", "library", "ownership", "inbox")],
    *[page(name) for name in ("dashboard", "dashboard_promises")],
    *[page(name) for name in ("dashboard_stages", "dashboard_stages_csv")],
    page("rules"),
    page("rule"),
    *form("settings", "slug", ADMIN),
    page("storyboards"),
    page("journey_storyboard", "journey"),
    page("person", "person"),
    page("department", "department"),
    *[page(name, "journey") for name in ("journey", "journey_map", "journey_print")],
    *[page(name, "journey") for name in ("journey_history", "journey_comments")],
    *[page(name, "journey") for name in ("journey_version", "journey_compare")],
    *[
        page(name, "journey")
        for name in ("journey_responsibilities", "journey_responsibilities_csv", "journey_handoffs")
    ],
    Row("POST", "journey_responsibilities", DRAWERS, thing="journey"),
    *form("version_name", "journey", DRAWERS),
    *form("version_restore", "journey", DRAWERS),
    *form("journey_share", "journey", DRAWERS),
    Row("POST", "share_revoke", DRAWERS, thing="share_link"),
    Row("GET", "shared", public=True, thing="shared"),
    Row("POST", "shared", public=True, thing="shared"),
    Row("GET", "shared_comment", public=True, thing="shared"),
    Row("POST", "shared_comment", public=True, thing="shared"),
    Row("GET", "shared_snapshot", public=True, thing="shared"),
    Row("GET", "shared_story", public=True, thing="shared"),
    Row("GET", "shared_picture", public=True, thing="picture"),
    *form("journey_add", "slug", DRAWERS),
]
