"""The finding of the dashboard claims what its figures show, and nothing else."""

from uuid import UUID

import pytest
from django.utils.translation import override

from ownership.queries import Coverage
from pages.queries.dashboard import JourneyStates
from pages.queries.finding import finding
from tests.support.html_client import without_isolation


def journey(title: str, **numbers: int) -> JourneyStates:
    return JourneyStates(UUID(int=1), title, (), Coverage(**numbers))


A_B, C_D = ("Retail", "Network"), ("Care", "Billing")


@pytest.mark.parametrize(
    ("journeys", "pairs", "text"),
    [
        ([], {}, "No live journey has a stage yet."),
        ([journey("A", owned=1)], {}, "Every stage has one director."),
        ([journey("A", vacant=1)], {}, "Nobody is responsible for the only stage."),
        (
            [journey("A", vacant=1, orphaned=1)],
            {},
            "Nobody is responsible for any of the 2 stages.",
        ),
        (
            [journey("A", contested=1)],
            {A_B: 1},
            "Two or more people claim the only stage. The only dispute is between Retail and Network.",
        ),
        (
            [journey("A", contested=3)],
            {A_B: 2, C_D: 1},
            "Two or more people claim each of the 3 stages."
            " 2 of 3 disputes are between Retail and Network.",
        ),
        ([journey("A", claimed=2)], {}, "Of 2 stages, 2 are claimed but not confirmed."),
        (
            [journey("A", owned=6, vacant=2), journey("B", owned=7, contested=1)],
            {},
            "Of 16 stages, 2 have no owner and 1 is claimed by two or more people."
            " “A” has the most of them: 2 of its 8 stages.",
        ),
        (  # equally many: neither journey nor pair is the worst
            [journey("A", owned=1, contested=1), journey("B", owned=1, contested=1)],
            {A_B: 1, C_D: 1},
            "Of 4 stages, 2 are claimed by two or more people.",
        ),
        (
            [journey("A", owned=999, vacant=1), journey("B", owned=1)],
            {},
            "Of 1001 stages, 1 has no owner. “A” has the most of them: 1 of its 1000 stages.",
        ),
    ],
)
def test_the_finding_is_true(
    journeys: list[JourneyStates], pairs: dict[tuple[str, str], int], text: str
) -> None:
    total = sum((row.coverage for row in journeys), Coverage())
    with override("en"):
        assert without_isolation(finding(total, journeys, pairs)) == text


def test_a_share_is_rounded_down() -> None:
    assert Coverage(owned=999, vacant=1).percent == 99
