from tests.authz.row import DRAWERS, Row, body

ROWS = [
    Row("GET", "api_journey_share_links", DRAWERS, thing="journey", session=True),
    Row(
        "POST",
        "api_journey_share_links",
        DRAWERS,
        thing="journey",
        body=body(expires_at="@soon"),
        session=True,
    ),
    Row("DELETE", "api_share_link", DRAWERS, thing="share_link", session=True),
]
