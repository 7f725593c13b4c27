"""The one sentence of the ownership page: what was found, in words, never more than was counted."""

from ownership.queries import Coverage


def coverage_summary(coverage: Coverage) -> str:
    """Return how things stand, the gravest first."""
    if not coverage.stages:
        return "No live journey has a stage yet."
    nobody = coverage.vacant + coverage.orphaned
    found = [
        (nobody, "has nobody who answers for it", "have nobody who answers for them"),
        (coverage.contested, "is claimed by two or more", "are claimed by two or more"),
    ]
    parts = [
        f"{n} of {coverage.stages} stages {one if n == 1 else many}" for n, one, many in found if n
    ]
    if not parts:
        return f"Every one of {coverage.stages} stages has one director."
    parts[1:] = [part.replace(f" of {coverage.stages} stages", "") for part in parts[1:]]
    return f"{' and '.join(parts)}."


def coverage_notes(coverage: Coverage) -> dict[str, str]:
    """Return the note under each figure."""
    nobody = [f"{coverage.vacant} vacant"] if coverage.vacant else []
    nobody += [f"{coverage.orphaned} whose director is gone"] if coverage.orphaned else []
    return {
        "owned": f"{coverage.owned} of {coverage.stages} stages",
        "nobody": ", ".join(nobody) or "none",
        "contested": "none" if not coverage.contested else "to be settled",
    }
