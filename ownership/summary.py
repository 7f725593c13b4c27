"""One-sentence coverage summary for the ownership page."""

from django.utils.translation import gettext

from ownership.queries import Coverage


def coverage_summary(coverage: Coverage) -> str:
    """Return the coverage as a sentence, the most serious problem first."""
    if not coverage.stages:
        return gettext("No live journey has a stage yet.")
    without_owner = coverage.vacant + coverage.orphaned
    problems = [
        (without_owner, "has no owner", "have no owner"),
        (
            coverage.contested,
            "is claimed by two or more people",
            "are claimed by two or more people",
        ),
    ]
    parts = [
        f"{count} of {coverage.stages} stages {singular if count == 1 else plural}"
        for count, singular, plural in problems
        if count
    ]
    if not parts:
        return gettext("Every stage has one director.")
    parts[1:] = [part.replace(f" of {coverage.stages} stages", "") for part in parts[1:]]
    return f"{' and '.join(parts)}."


def coverage_notes(coverage: Coverage) -> dict[str, str]:
    """Return the note under each number."""
    without_owner = [f"{coverage.vacant} vacant"] if coverage.vacant else []
    without_owner += [f"{coverage.orphaned} orphaned"] if coverage.orphaned else []
    return {
        "owned": f"{coverage.owned} of {coverage.stages} stages",
        "nobody": ", ".join(without_owner) or "none",
        "contested": "none" if not coverage.contested else "to be settled",
    }
