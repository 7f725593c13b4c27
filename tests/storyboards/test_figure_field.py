"""How a persona is drawn: names with small values."""

import pytest
from django.core.exceptions import ValidationError

from journeys.models import FigureField

LOOK = {"skin": 3, "hair": "bun", "top": "#ffcc00", "headscarf": True}


@pytest.mark.parametrize(
    ("figure", "is_valid"),
    [
        (LOOK, True),
        ({}, True),
        ([], False),
        ("adult", False),
        ({"hair": "<svg>"}, False),
        ({"hair": "url(x)"}, False),
        ({"skin": 1e9}, False),
        ({"skin": None}, False),
        ({"__proto__": 1}, False),
        ({"look": LOOK}, False),
        ({f"n{'a' * number}": 1 for number in range(31)}, False),
    ],
)
def test_a_figure_has_named_parameters(figure, is_valid):
    try:
        FigureField(default=dict, blank=True).validate(figure, None)
    except ValidationError:
        assert not is_valid
    else:
        assert is_valid
