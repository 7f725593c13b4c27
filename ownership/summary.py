"""The sentence that summarizes coverage on the ownership page."""

from django.utils.translation import gettext, ngettext

from core.text import join_list
from ownership.queries import Coverage


def coverage_summary(coverage: Coverage) -> str:
    """Return a sentence about the coverage that begins with the most serious problem."""
    if not coverage.stages:
        return gettext("No live journey has a stage yet.")
    problems = []
    if n := coverage.vacant + coverage.orphaned:
        problems.append(
            ngettext(
                "{n} of {stages} stages has no owner", "{n} of {stages} stages have no owner", n
            ).format(n=n, stages=coverage.stages)
        )
    if n := coverage.contested:
        text = (
            ngettext(
                "{n} is claimed by two or more people", "{n} are claimed by two or more people", n
            )
            if problems
            else ngettext(
                "{n} of {stages} stages is claimed by two or more people",
                "{n} of {stages} stages are claimed by two or more people",
                n,
            )
        )
        problems.append(text.format(n=n, stages=coverage.stages))
    if not problems:
        return gettext("Every stage has one director.")
    return gettext("{problems}.").format(problems=join_list(problems))


def coverage_notes(coverage: Coverage) -> dict[str, str]:
    """Return the note under each number of stages: `owned`, `nobody` and `contested`."""
    without_owner = []
    if n := coverage.vacant:
        without_owner.append(ngettext("{n} vacant", "{n} vacant", n).format(n=n))
    if n := coverage.orphaned:
        without_owner.append(ngettext("{n} orphaned", "{n} orphaned", n).format(n=n))
    return {
        "owned": ngettext("{owned} of {n} stage", "{owned} of {n} stages", coverage.stages).format(
            owned=coverage.owned, n=coverage.stages
        ),
        "nobody": ", ".join(without_owner) or gettext("none"),
        "contested": gettext("needs a decision") if coverage.contested else gettext("none"),
    }
