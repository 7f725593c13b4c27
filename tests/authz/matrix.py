"""Authorization matrix with a row per (method, route name). A route without a row fails.

The rows are in tests/authz/rows/, in a module for each app.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.authz import rows
from tests.authz.row import Row

ROWS: list[Row] = [
    row
    for module in iter_modules(rows.__path__)
    for row in import_module(f"{rows.__name__}.{module.name}").ROWS
]
API = [row for row in ROWS if row.is_api]
PAGES = [row for row in ROWS if not row.is_api]
