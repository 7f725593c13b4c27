"""Parse and format numbers as people write them. frontend/src/lib/numbers.ts does the same.

tests/core/number_vectors.json has the rules and the test cases for both. Which separators apply
depends on the language in the browser's Accept-Language header.
"""

import re
import unicodedata
from contextvars import ContextVar
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

MAX_SIGNIFICANT_DIGITS = 15  # a float stores this many exactly
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}", re.ASCII)
GROUPED = re.compile(
    r"\d*|[1-9]\d{0,2}([ ',.])\d{3}(?:\1\d{3})*|[1-9]\d?([ ',.])\d{2}(?:\2\d{2})*\2\d{3}", re.ASCII
)
FRACTION = re.compile(r"\d*", re.ASCII)

reader_language: ContextVar[str] = ContextVar("reader_language", default="en")


def language_of(accept_language: str) -> str:
    """Return the first language of an Accept-Language header that Babel knows, or `en`.

    Babel has the decimal and group separators of these languages.
    """
    for language, _ in parse_accept_lang_header(accept_language[:500]):
        try:
            return str(Locale.parse(language, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"


def read_number(text: str) -> float | None:
    """Return the number that someone typed, or None for a blank text.

    Raise ValueError, with a message for that person, if the text is ambiguous or not a number.
    """
    typed = text.strip()
    plain = _normalize(typed)
    if not plain:
        return None
    if _is_ambiguous(plain):
        whole = plain.replace(".", "").replace(",", "")
        raise ValueError(
            gettext(
                "“{typed}” could mean {whole} or {plain}. "
                "Enter {whole} for the whole number, or {plain}0 for the decimal."
            ).format(typed=typed, whole=whole, plain=plain)
        )
    sign = plain[0] if plain[0] in "+-" else ""
    parts = _split(plain[len(sign) :])
    if parts is None:
        raise ValueError(
            gettext(
                "“{typed}” isn’t a number. Enter digits with at most one decimal separator, like 12.5 or 12,5."
            ).format(typed=typed)
        )
    whole, fraction = parts
    if len((whole + fraction).lstrip("0")) > MAX_SIGNIFICANT_DIGITS:
        raise ValueError(
            gettext("“{typed}” has more than {limit} digits. Round it.").format(
                typed=typed, limit=MAX_SIGNIFICANT_DIGITS
            )
        )
    return float(f"{sign}{whole or '0'}.{fraction or '0'}")


def write_number(value: float) -> str:
    """Format a number for an input, without group separators. read_number() reads the same number."""
    text = f"{Decimal(repr(value)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".").replace(".", decimal_separator())
    return f"{text}0" if _is_ambiguous(text) else text


def decimal_separator() -> str:
    """Return the reader's decimal separator, a point or a comma."""
    return _separator("decimal")


def _separator(which: str) -> str:
    return str(Locale.parse(reader_language.get()).number_symbols["latn"][which])


def _normalize(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    chars = (_western(char) for char in text if unicodedata.category(char) != "Cf")
    return "".join(chars).strip()


def _western(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char.isspace():
        return " "
    return {"’": "'", "٬": "'", "٫": ".", "−": "-"}.get(char, char)


def _is_ambiguous(plain: str) -> bool:
    match = AMBIGUOUS.fullmatch(plain)
    if not match:
        return False
    return match[1] != _separator("decimal") or _separator("group") in ".,"


def _split(body: str) -> tuple[str, str] | None:
    """Return the digits before and after the decimal separator, or None if it isn't a number."""
    last = max(body.rfind("."), body.rfind(","))
    is_decimal = last >= 0 and body.index(body[last]) == last
    whole, fraction = (body[:last], body[last + 1 :]) if is_decimal else (body, "")
    if not GROUPED.fullmatch(whole) or not FRACTION.fullmatch(fraction) or not whole + fraction:
        return None
    return re.sub(r"\D", "", whole), fraction
