"""Check the encoding, length and characters of input in any text format."""

import re

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.text import CONTROLS, CONTROLS_IN_PROSE, find_fault, is_visible, strip_isolates
from exchange.formats.draft import FormatError

MAX_BYTES = 5_000_000

_BOMS = (  # UTF-32 before UTF-16: their little-endian marks start with the same bytes
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAVE_AS_UTF8 = _("Save the file as UTF-8 text, then import it again.")


def decode_text(data: bytes | str) -> str:
    r"""Return the text of a file, with `\n` as the only line end.

    Accepts UTF-8, and UTF-16 or UTF-32 with a byte order mark. Never guesses the encoding. Raises
    FormatError if the file is too large, empty or not a text.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(
            None,
            gettext("The file is larger than {n} bytes.").format(
                n=number_format(MAX_BYTES, force_grouping=True)
            ),
            gettext("Import one journey per file."),
        )
    text = data if isinstance(data, str) else _decode(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = strip_isolates(text)
    if not text.strip():
        raise FormatError(
            None, gettext("The file is empty."), gettext("Choose a file that contains a journey.")
        )
    if match := _NOT_TEXT.search(text):
        raise FormatError(
            text.count("\n", 0, match.start()) + 1,
            gettext("The file isn’t text: it contains the control character {code_point}.").format(
                code_point=_code(match[0])
            ),
            _SAVE_AS_UTF8,
        )
    return text


def check_text(line: int, value: str, limit: int, *, prose: bool = False) -> None:
    """Raise FormatError if a value is too long, invisible, or has control or direction characters.

    Tabs are allowed. Line ends are allowed only in prose. An empty value is allowed.
    """
    if len(value) > limit:
        reason = ngettext(
            "This text has {n} character. The limit is {limit}.",
            "This text has {n} characters. The limit is {limit}.",
            len(value),
        ).format(
            n=number_format(len(value), force_grouping=True),
            limit=number_format(limit, force_grouping=True),
        )
        raise FormatError(line, reason, gettext("Shorten it."))
    if fault := find_fault(value, CONTROLS_IN_PROSE if prose else CONTROLS):
        raise FormatError(line, fault.reason, fault.remedy)
    if value and not is_visible(value):
        raise FormatError(
            line,
            gettext("This text has no visible characters."),
            gettext("Add at least one visible character."),
        )


def _decode(data: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else None
        reason = gettext("Byte {n} of the file is not valid {encoding}.").format(
            n=number_format(error.start, force_grouping=True), encoding=encoding.upper()
        )
        raise FormatError(line, reason, _SAVE_AS_UTF8) from None


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"
