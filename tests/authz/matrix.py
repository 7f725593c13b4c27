"""Authorization matrix with a row per (method, route name). A route without a row fails.

The rows are in tests/authz/rows/, in a module for each app.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.urls import NoReverseMatch, reverse

from tests.authz import rows
from tests.authz.row import Row

ROWS: list[Row] = [
    row
    for module in iter_modules(rows.__path__)
    for row in import_module(f"{rows.__name__}.{module.name}").ROWS
]
API = [row for row in ROWS if row.is_api]
PAGES = [row for row in ROWS if not row.is_api]


def address(row: Row, found: dict[str, Any]) -> str:
    """Return the row's URL for the objects of a workspace."""
    thing = found.get(row.thing)
    guesses: list[dict[str, Any]] = [
        {},
        {"slug": thing},
        {"secret": thing},
        {"id": thing},
        {"source": "crm", "external_id": thing or "new"},
        {"journey_id": thing, "office": "producer"},
        {"journey_id": thing, "number": 1},
        {"journey_id": thing, "format": "mermaid"},
        {"frame_id": thing, "format": "svg"},
        {"slug": thing, "code": "OWN-01"},
        {"slug": found["slug"], "journey_id": thing},
        {"slug": found["slug"], "name": thing},
        {"secret": found["shared"], "name": thing},
        {"link_id": thing},
        {"record_id": thing, "office": "producer"},
        {"record_id": thing, "number": 1},
        {"record_id": thing, "slug": row.thing},
        {"workspace_id": thing, "gesture": found.get("gesture")},
        *({f"{name}_id": thing} for name in ("record", "parent", row.thing)),
    ]
    for kwargs in guesses:
        try:
            return reverse(row.name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{row.name} has parameters that are not known here")
