from typing import Any

from core.ids import uuid7
from tests.authz.row import DRAWERS, Row, body


def rename(things: dict[str, Any]) -> Any:
    op = {"op": "set", "type": "stage", "id": str(things["stage"]), "fields": {"title": "T"}}
    return {"ops": [op]}


def new_persona(things: dict[str, Any]) -> Any:
    return {"ops": [{"op": "add", "type": "persona", "fields": {"name": "New"}}]}


def window(things: dict[str, Any]) -> Any:
    return {"c": f"c_{uuid7().hex}", "sel": [str(things["stage"])]}


ROWS = [
    Row("GET", "api_journey_snapshot", thing="journey"),
    Row("GET", "api_journey_changes", thing="journey"),
    Row("GET", "api_journey_history", thing="journey"),
    Row(
        "POST",
        "api_journey_named_versions",
        DRAWERS,
        thing="journey",
        body=body(name="Draft", number=1),
    ),
    Row("POST", "api_journey_restore", DRAWERS, thing="journey", body=body(version=2)),
    Row("POST", "api_journey_presence", thing="journey", body=window, session=True),
    Row("POST", "api_journey_edits", DRAWERS, thing="journey", body=rename),
    Row("GET", "api_workspace_snapshot", thing="workspace"),
    Row("GET", "api_workspace_feed", thing="workspace"),
    Row("POST", "api_workspace_edits", DRAWERS, thing="workspace", body=new_persona),
    Row("POST", "undo", DRAWERS, thing="workspace"),
]
