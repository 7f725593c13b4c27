from typing import Any

from tests.authz.row import DRAWERS, Row, form, noun


def one_item(things: dict[str, Any]) -> Any:
    item = {"source": "m", "external_id": "1", "stage": str(things["stage"]), "title": "T"}
    return {"items": [item]}


def touchpoint_fields(things: dict[str, Any]) -> Any:
    return {"stage": str(things["stage"]), "title": "T"}


ROWS = [
    *noun("channels", "channel", DRAWERS, 201),
    Row("GET", "api_channel_search", stranger=200),
    *noun("touchpoints", "touchpoint", DRAWERS, 400),
    *noun("promises", "promise", DRAWERS, 400),
    Row("POST", "api_touchpoint_batch", DRAWERS, body=one_item, stranger=200),
    Row("GET", "api_touchpoint_by_external_id", thing="synced"),
    Row("PUT", "api_touchpoint_by_external_id", DRAWERS, body=touchpoint_fields, stranger=400),
    *form("promise_add", "journey", DRAWERS),
    *form("touchpoint_add", "step", DRAWERS),
    *form("touchpoint_edit", "touchpoint", DRAWERS),
    *form("promise_edit", "promise", DRAWERS),
    *form("channel_edit", "channel", DRAWERS),
    *form("channel_add", "workspace", DRAWERS),
]
