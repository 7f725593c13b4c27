"""Mermaid's entity codes, such as `#58;`.

The codes are protected while parsing and decoded afterwards.
"""

import html
import re
from functools import partial
from html.entities import html5

_ENTITY = re.compile(r"#(\w+);", re.ASCII)
_MARKED = re.compile(r"\x01(\w+)\x02", re.ASCII)  # decode_text() rejects these control characters
_LINE = re.compile(r"[^\n\u2028\u2029]+")
_HIGHEST = 0x10FFFF


def protect_entities(text: str) -> str:
    """Replace entity codes with placeholders, because the lexer reads `#` as a comment and rejects `;`."""
    for word in ("style", "classDef"):
        if word in text:
            text = _LINE.sub(partial(_drop_semicolon, word), text)
    return _ENTITY.sub("\x01\\1\x02", text)


def restore_entities(text: str) -> str:
    """Replace the placeholders of protect_entities() with the codes as they were written."""
    return text.replace("\x01", "#").replace("\x02", ";")


def decode_entities(text: str) -> str:
    """Replace the placeholders of protect_entities() with the characters that they encode.

    Codes with unknown names are restored as written.
    """
    return _MARKED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.isdigit():
        return html5.get(f"{name};", f"#{name};")
    digits = name.lstrip("0")
    if len(digits) > 7 or int(digits or "0") > _HIGHEST:
        return "\ufffd"
    # html.unescape drops characters that HTML forbids. Keep them, so that the check of the text
    # can reject them by name.
    return html.unescape(f"&#{digits or '0'};") or chr(int(digits))


def _drop_semicolon(word: str, match: re.Match[str]) -> str:
    r"""Remove the last character of a match of `style.*:\S*#.*;` in a line, in linear time.

    Mermaid does this to all diagrams before it looks for codes, although it is meant for
    flowcharts.
    """
    line = match[0]
    start, last = line.find(word), line.rfind(";")
    if start < 0 or last < 0:
        return line
    for piece in line[start + len(word) : last].split():
        if 0 <= piece.find(":") < piece.rfind("#"):
            return line[:last] + line[last + 1 :]
    return line
