"""The finding at the top of the dashboard: what its figures show, in complete sentences."""

from collections.abc import Mapping, Sequence

from django.utils.translation import ngettext

from core.text import isolated
from ownership.queries import Coverage
from ownership.summary import coverage_summary
from pages.queries.dashboard import JourneyStates


def finding(
    total: Coverage, journeys: Sequence[JourneyStates], pairs: Mapping[tuple[str, str], int]
) -> str:
    """Return one to three sentences: how many stages lack a director, where most do, and who disagrees.

    `pairs` is the number of contested stages between two departments, by their names. Nothing is named as the
    most if another has as many.
    """
    sentences = [_coverage(total), _journey(journeys), _dispute(total.contested, pairs)]
    return " ".join(filter(None, sentences))


def _coverage(total: Coverage) -> str:
    n = total.stages
    if total.owned == 0 and n:
        if total.contested == n:
            return ngettext(
                "Two or more people claim the only stage.",
                "Two or more people claim each of the {n} stages.",
                n,
            ).format(n=n)
        if total.unowned == n:
            return ngettext(
                "Nobody is responsible for the only stage.",
                "Nobody is responsible for any of the {n} stages.",
                n,
            ).format(n=n)
    return coverage_summary(total)


def _journey(journeys: Sequence[JourneyStates]) -> str:
    """Name the journey with the most stages without one director, if there are several journeys."""
    if len(journeys) < 2:
        return ""
    first, second, *_others = sorted(journeys, key=lambda row: -row.coverage.open)
    if first.coverage.open == second.coverage.open:
        return ""
    return ngettext(
        "“{journey}” has the most of them: {n} of its {stages} stage.",
        "“{journey}” has the most of them: {n} of its {stages} stages.",
        first.coverage.stages,
    ).format(journey=isolated(first.title), n=first.coverage.open, stages=first.coverage.stages)


def _dispute(contested: int, pairs: Mapping[tuple[str, str], int]) -> str:
    """Name the two departments that disagree most often."""
    (names, n), *others = sorted(pairs.items(), key=lambda item: -item[1]) or [(("", ""), 0)]
    if not n or (others and others[0][1] == n):
        return ""
    first, second = map(isolated, names)
    if n == contested:
        return ngettext(
            "The only dispute is between {first} and {second}.",
            "All {n} disputes are between {first} and {second}.",
            n,
        ).format(n=n, first=first, second=second)
    return ngettext(
        "{n} of {contested} disputes is between {first} and {second}.",
        "{n} of {contested} disputes are between {first} and {second}.",
        n,
    ).format(n=n, contested=contested, first=first, second=second)
