"""The sentence that summarizes coverage on the ownership page."""

from django.utils.translation import gettext, ngettext

from core.text import join_list
from ownership.queries import Coverage


def coverage_summary(coverage: Coverage) -> str:
    """Return a sentence about the coverage that begins with the most serious problem."""
    if not coverage.stages:
        return gettext("No live journey has a stage yet.")
    problems = []
    if n := coverage.unowned:
        problems.append(ngettext("{n} has no owner", "{n} have no owner", n).format(n=n))
    if n := coverage.claimed:
        text = ngettext("{n} is claimed but not confirmed", "{n} are claimed but not confirmed", n)
        problems.append(text.format(n=n))
    if n := coverage.contested:
        text = ngettext(
            "{n} is claimed by two or more people", "{n} are claimed by two or more people", n
        )
        problems.append(text.format(n=n))
    if not problems:
        return gettext("Every stage has one director.")
    return ngettext(
        "Of {stages} stage, {problems}.", "Of {stages} stages, {problems}.", coverage.stages
    ).format(stages=coverage.stages, problems=join_list(problems))


def coverage_notes(coverage: Coverage) -> dict[str, str]:
    """Return the note under each number of stages: `owned`, `claimed`, `nobody` and `contested`."""
    without_owner = []
    if n := coverage.vacant:
        without_owner.append(ngettext("{n} vacant", "{n} vacant", n).format(n=n))
    if n := coverage.orphaned:
        without_owner.append(ngettext("{n} orphaned", "{n} orphaned", n).format(n=n))
    return {
        "owned": ngettext("{owned} of {n} stage", "{owned} of {n} stages", coverage.stages).format(
            owned=coverage.owned, n=coverage.stages
        ),
        "claimed": gettext("nobody has accepted") if coverage.claimed else gettext("none"),
        "nobody": ", ".join(without_owner) or gettext("none"),
        "contested": gettext("needs a decision") if coverage.contested else gettext("none"),
    }
