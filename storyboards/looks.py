"""The choices for a figure's look, in the reader's language.

The editor's labels are in frontend/src/storyboard/art/labels.ts.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .figures import FLAGS, Figure, art

SKIN_LABELS = (
    _("Very light"),
    _("Light"),
    _("Light brown"),
    _("Brown"),
    _("Dark brown"),
    _("Very dark brown"),
)
COLOR_LABELS: dict[str, Promise] = {
    "coral": _("Coral"),
    "brick": _("Brick"),
    "pink": _("Pink"),
    "mustard": _("Mustard"),
    "tan": _("Tan"),
    "cream": _("Cream"),
    "white": _("White"),
    "sage": _("Sage"),
    "green": _("Green"),
    "sky": _("Sky"),
    "slate": _("Slate"),
    "blue": _("Blue"),
    "lilac": _("Lilac"),
    "plum": _("Plum"),
    "steel": _("Steel"),
    "navy": _("Navy"),
    "charcoal": _("Charcoal"),
}
LABELS: dict[str, dict[str, Promise]] = {
    "skin": {str(number): label for number, label in enumerate(SKIN_LABELS)},
    "hair": {
        "short": _("Short"),
        "parted": _("Side part"),
        "quiff": _("Quiff"),
        "bob": _("Bob"),
        "long": _("Long"),
        "bun": _("Bun"),
        "ponytail": _("Ponytail"),
        "pigtails": _("Pigtails"),
        "curly": _("Curly"),
        "afro": _("Afro"),
        "waves": _("Waves"),
        "buzz": _("Very short"),
        "thinning": _("Thinning"),
        "bald": _("Bald"),
    },
    "hair_color": {
        "brown": _("Brown"),
        "black": _("Black"),
        "auburn": _("Auburn"),
        "blonde": _("Blonde"),
        "grey": _("Gray"),
        "white": _("White"),
    },
    "age": {"adult": _("Adult"), "child": _("Child"), "older": _("Older adult")},
    "body": {"medium": _("Medium"), "slim": _("Slim"), "broad": _("Broad")},
    "clothes": {
        "jumper": _("Sweater"),
        "tee": _("T-shirt"),
        "shirt": _("Shirt and tie"),
        "suit": _("Suit"),
        "dress": _("Dress"),
        "coat": _("Coat"),
        "apron": _("Apron"),
        "scrubs": _("Scrubs"),
        "hivis": _("High-visibility vest"),
    },
    "top": COLOR_LABELS,
    "bottom": COLOR_LABELS,
    "accent": COLOR_LABELS,
    "beard": {"none": _("No beard"), "full": _("Full beard"), "moustache": _("Mustache")},
}


def list_values(name: str) -> list[str]:
    """Return the values of a look's parameter. The default from the art file is first."""
    if name == "skin":
        return [str(number) for number in range(len(art()["skins"]))]
    values: list[str] = art()["look"][name]
    return values


def list_choices(name: str) -> Iterator[tuple[str, Promise]]:
    """Yield the values of a parameter with their labels."""
    for value in list_values(name):
        yield value, LABELS[name][value]


def list_color_choices(name: str) -> Iterator[tuple[str, SafeString]]:
    """Yield the values of a parameter with a spot of the color and its name."""
    colors = art()["hair_colors"] if name == "hair_color" else art()["colors"]
    if name == "skin":
        colors = dict(zip(list_values(name), art()["skins"], strict=True))
    for value, label in list_choices(name):
        spot = '<svg viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill="{}"/></svg>'
        yield value, format_html(spot + "<span>{}</span>", colors[value], label)


def look_of(figure: dict[str, Any]) -> dict[str, Any]:
    """Return all parameters of a figure's look as it is drawn, with defaults for unknown ones."""
    drawn = Figure(figure, {})
    return {**drawn.look, "skin": drawn.skin, **{flag: flag in drawn.flags for flag in FLAGS}}
