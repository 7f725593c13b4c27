"""No module imports itself, directly or through others, not even for type checking only."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import grimp
import pytest

from tests.architecture.project import APPS


def import_cycle(modules: dict[str, set[str]]) -> list[str]:
    """Return a cycle, as modules that each import the next one; an empty list without one."""
    try:
        TopologicalSorter(modules).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Return the modules that each module imports, anywhere in its code."""
    graph = grimp.build_graph(*APPS, cache_dir=None)
    return {
        module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules
    }


def test_no_module_imports_itself_through_others(imports: dict[str, set[str]]) -> None:
    assert "changes.recorder" in imports["changes.services"]
    assert import_cycle(imports) == []


def test_a_cycle_would_be_found(imports: dict[str, set[str]]) -> None:
    cyclic = imports | {"changes.models": imports["changes.models"] | {"changes.services"}}
    cycle = import_cycle(cyclic)
    assert cycle[0] == cycle[-1]
    assert {"changes.models", "changes.services"} <= set(cycle)
    assert all(imported in cyclic[module] for module, imported in pairwise(cycle))
