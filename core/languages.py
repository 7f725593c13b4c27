"""The languages of the interface: English, and every language that has a catalog."""

from pathlib import Path

from babel import Locale

SOURCE_LANGUAGE = "en"


def language_codes(directory: Path) -> list[str]:
    """Return the codes of the languages that can be chosen, such as `pt-br`. English is first."""
    codes = {path.parts[-3] for path in directory.glob("*/LC_MESSAGES/django.po")}
    return [SOURCE_LANGUAGE, *sorted(code.lower().replace("_", "-") for code in codes)]


def language_choices(directory: Path) -> list[tuple[str, str]]:
    """Return the languages as (code, name in that language) pairs."""
    return [
        (code, str(Locale.parse(code, sep="-").get_display_name()).capitalize())
        for code in language_codes(directory)
    ]
