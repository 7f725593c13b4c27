"""The style guide, which shows every component in every state. axe checks this page."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.forms import DayField

TEXT_COLORS = ["ink", "ink-2", "ink-3", "sel", "own", "miss", "cont", "brk"]
SURFACE_COLORS = ["bg", "surface", "sunken", "raised", "line", "line-2", "control"]
EMOTION_COLORS = ["e-2", "e-1", "e0", "e1", "e2"]
HUES = ["retail", "digital", "network", "billing", "care", "ops"]
GLYPHS = ["store", "globe", "radio-tower", "receipt", "headphones", "users"]
OWNED, CLAIMED, VACANT, LEFT, TORN = "owned", "claimed", "vacant", "orphaned", "contested"


class SampleForm(forms.Form):
    """A form with a field of each kind, some of them invalid."""

    title = forms.CharField(help_text="As the customer would say it.")
    email = forms.EmailField(label="E-mail", required=False)
    day = DayField(label="Since", required=False, help_text="Leave empty if you don’t know it.")
    department = forms.ChoiceField(choices=[("", "Choose"), ("care", "Care")], required=False)
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    truth = forms.BooleanField(label="Moment of truth", required=False)


def promise(title: str, status: str) -> SimpleNamespace:
    return SimpleNamespace(
        title=title, status=status, get_status_display=status.replace("_", " ").capitalize()
    )


def sample_context() -> dict[str, Any]:
    """Return sample data for the components, from the demo's mobile phone company."""
    return {
        "inks": TEXT_COLORS,
        "grounds": SURFACE_COLORS,
        "feelings": EMOTION_COLORS,
        "departments": [
            SimpleNamespace(name=hue.capitalize(), hue=hue, glyph=glyph)
            for hue, glyph in zip(HUES, GLYPHS, strict=True)
        ],
        "people": ["Priya Nair", "Lena Brandt", "Marek Dvořák", "Tomás Silva"],
        "levels": [2, 1, 0, -1, -2, None],
        "line": [-0.4, 0.6, 1.2, 1, -1, -2, -1.2, -0.6, 1.1],
        "gaps": [1, 0.5, None, None, -1, -2, None, 2, 2],
        "owned": OWNED,
        "claimed": CLAIMED,
        "vacant": VACANT,
        "left": LEFT,
        "torn": TORN,
        "one": ["Priya Nair"],
        "two": ["Marek Dvořák", "Lena Brandt"],
        "gone": ["Jonas Holm"],
        "promises": [
            promise("Honest coverage map", "kept"),
            promise("Live in 24 hours", "broken"),
            promise("Call back today", "at_risk"),
            promise("Price fixed for 24 months", "unverified"),
        ],
        "ledger": [
            {
                "title": "A phone contract",
                "url": "#ledger",
                "states": [OWNED] * 2 + [TORN, OWNED, VACANT, OWNED] + [OWNED] * 9 + [TORN] * 2,
            },
            {
                "title": "A broadband move",
                "url": "#ledger",
                "states": [VACANT] + [CLAIMED] * 2 + [OWNED] * 4 + [LEFT] + [OWNED] * 5,
            },
            {"title": "Getting hired", "url": "#ledger", "states": [OWNED] * 8},
        ],
        "heat": [
            ("A phone contract", [(8, 0, 0), (6, 1, 2), (5, 0, 1)], -2),
            ("A broadband move", [(4, 3, 0), (9, 0, 0), (7, 1, 0)], -1),
            ("Getting hired", [(6, 0, 0), (6, 0, 0), (8, 1, 0)], 1),
        ],
        "trail": [("Consumer mobile", "#crumbs"), ("A phone contract", "")],
        "form": SampleForm(),
        "wrong": SampleForm({"title": "", "email": "not an address", "words": "Waits 61 hours."}),
    }


def design(request: HttpRequest) -> HttpResponse:
    return render(request, "style_guide.html", sample_context())
