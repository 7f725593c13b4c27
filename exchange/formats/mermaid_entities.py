"""Mermaid's entity codes: `#58;` and `#quot;`. They are marked before parsing, decoded after it."""

import html
import re
from functools import partial
from html.entities import html5

_ENTITY = re.compile(r"#(\w+);", re.ASCII)
_MARKED = re.compile(r"\x01(\w+)\x02", re.ASCII)  # to_text() lets no such character through
_LINE = re.compile(r"[^\n\u2028\u2029]+")
_HIGHEST = 0x10FFFF


def mark(text: str) -> str:
    """Hide entity codes from the lexer, for which `#` begins a comment and `;` is an error."""
    for word in ("style", "classDef"):
        if word in text:
            text = _LINE.sub(partial(_drop_semicolon, word), text)
    return _ENTITY.sub("\x01\\1\x02", text)


def unmark(text: str) -> str:
    """Return the codes as they were written."""
    return text.replace("\x01", "#").replace("\x02", ";")


def decode(text: str) -> str:
    """Replace marked codes by their characters. A name that HTML does not know stays as written."""
    return _MARKED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if not name.isdigit():
        return html5.get(f"{name};", f"#{name};")
    digits = name.lstrip("0")
    if len(digits) > 7 or int(digits or "0") > _HIGHEST:
        return "\ufffd"
    # html.unescape swallows what HTML forbids; here it stays, so that it can be refused by name.
    return html.unescape(f"&#{digits or '0'};") or chr(int(digits))


def _drop_semicolon(word: str, found: re.Match[str]) -> str:
    r"""Take the last character from what `style.*:\S*#.*;` matches in a line, in linear time.

    Mermaid does this to every diagram, for the sake of flowcharts, before it looks for codes.
    """
    line = found[0]
    start, last = line.find(word), line.rfind(";")
    if start < 0 or last < 0:
        return line
    for piece in line[start + len(word) : last].split():
        if 0 <= piece.find(":") < piece.rfind("#"):
            return line[:last] + line[last + 1 :]
    return line
