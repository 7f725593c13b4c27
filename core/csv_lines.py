"""Lines of CSV files for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.instants import format_instant

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel doesn't read the file as UTF-8
# starts of texts that a spreadsheet would evaluate; same as in frontend/src/lib/spreadsheet.ts
FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")


def csv_line(cells: Iterable[Any]) -> str:
    """Return a CSV line whose cells a spreadsheet shows as text instead of evaluating them."""
    line = io.StringIO()
    csv.writer(line).writerow(map(_cell, cells))
    return line.getvalue()


def _cell(value: Any) -> Any:
    """Return the text of a cell, with an apostrophe before anything that a spreadsheet would evaluate (OWASP)."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, str) and FORMULA.match(value):
        return f"'{value}"
    return value
