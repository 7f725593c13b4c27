"""The rules for text from people and programs: how it is normalized, and what is rejected."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, to_locale

Text = str | Promise  # a message that may be translated when it is shown

CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
CONTROLS_IN_PROSE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # tab and newline are fine
SURROGATE = re.compile(r"[\ud800-\udfff]")
DIRECTION_CONTROL = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
ISOLATES = "\u2066\u2067\u2068"  # closed by U+2069
EMBEDDINGS = "\u202a\u202b"  # closed by U+202C, like the overrides
OVERRIDES = "\u202d\u202e"  # show letters in a different order than they are stored in
CLOSERS = {"\u2069": ISOLATES, "\u202c": EMBEDDINGS + OVERRIDES}
_PLANE_ENDS = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
NONCHARACTER = re.compile(f"[\ufdd0-\ufdef{_PLANE_ENDS}]")
# Letters and symbols that are invisible: Hangul fillers, blanks, the object placeholder.
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159\U00013441\U00013442")
MAX_MARKS = 10  # combining marks on one letter; the tallest Tibetan stacks have 8


def normalize_text(value: str) -> str:
    """Return a text as it is stored: trimmed, in NFC, with LF line ends and without isolates."""
    value = strip_isolates(value).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", value).strip()


def strip_isolates(value: str) -> str:
    """Return the text without harmless direction controls.

    Some programs put isolates around text that is copied from them. Isolates and embeddings are
    removed in pairs, including nested ones, and so is a closing character that has no opener.
    find_fault() rejects what remains: overrides, and isolates or embeddings that are never closed.
    """
    open_controls: list[re.Match[str]] = []
    harmless: set[int] = set()
    for control in DIRECTION_CONTROL.finditer(value):
        if control[0] not in CLOSERS:
            open_controls.append(control)
        elif not open_controls or open_controls[-1][0] not in CLOSERS[control[0]]:
            harmless.add(control.start())
        elif (opener := open_controls.pop())[0] not in OVERRIDES:
            harmless |= {opener.start(), control.start()}
    if not harmless:
        return value
    return "".join(char for index, char in enumerate(value) if index not in harmless)


def isolated(name: str) -> str:
    """Return a name for use in a sentence, between isolates if it is written from right to left.

    Use it for sentences that can't contain markup because they are also sent to programs or used in
    attributes. If people copy text from such a sentence, strip_isolates() removes the isolates.
    """
    is_rtl = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in name)
    return f"\u2068{name}\u2069" if is_rtl else name


@dataclass(frozen=True)
class TextFault:
    """The reason why a text is rejected: a stable code, what is wrong, and what its author can do."""

    code: str
    reason: str
    remedy: str

    @property
    def detail(self) -> str:
        return f"{self.reason} {self.remedy}"


def find_fault(value: str, controls: re.Pattern[str] = CONTROLS_IN_PROSE) -> TextFault | None:
    """Return the reason why a normalized text can't be stored or would deceive readers, or None."""
    if value.isascii() and value.isprintable():
        return None
    if match := controls.search(value) or SURROGATE.search(value):
        return TextFault(
            "control_character",
            gettext("This text contains the control character {code_point}.").format(
                code_point=_code_point(match)
            ),
            gettext("Delete it."),
        )
    if match := DIRECTION_CONTROL.search(value):
        return TextFault(
            "bidi_character",
            gettext("This text contains {code_point}, which changes the text direction.").format(
                code_point=_code_point(match)
            ),
            gettext("Delete it."),
        )
    if match := NONCHARACTER.search(value):
        return TextFault(
            "noncharacter",
            gettext("This text contains {code_point}, which is not a character.").format(
                code_point=_code_point(match)
            ),
            gettext("Delete it."),
        )
    if has_too_many_marks(value):
        return TextFault(
            "combining_marks",
            gettext("This text has more than {limit} combining marks on one letter.").format(
                limit=MAX_MARKS
            ),
            gettext("Use fewer accents."),
        )
    return None


def is_visible(value: str) -> bool:
    """Return whether a text contains a visible letter, digit, punctuation mark or symbol."""
    return any(unicodedata.category(char)[0] in "LNSP" for char in set(value) - BLANKS)


def has_too_many_marks(value: str) -> bool:
    """Return whether a letter has so many combining marks that they would cover other lines."""
    marks = 0
    for char in value:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > MAX_MARKS:
                return True
        elif category != "Cf":  # an invisible joiner doesn't start another letter
            marks = 0
    return False


def _code_point(match: re.Match[str]) -> str:
    return f"U+{ord(match[0]):04X}"


def join_list(items: Sequence[str]) -> str:
    """Return the items as a list in the reader's language, such as “a, b and c”; "" if empty."""
    language = get_language() or "en"
    # The British list has no comma before “and”, like the rest of our English.
    return format_list(items, locale="en_GB" if language == "en" else to_locale(language))
