"""Every service that writes through the recorder is called by a test, directly or by its route.

This subjects it to the log invariants, against which the fixture `world` checks everything that a
test wrote.
"""

import ast
from collections.abc import Iterator

from tests.architecture.project import APPS, ROOT

# The write path itself, which many tests call and the log invariants cover.
WRITERS = {"change_set", "apply_ops", "undo"}


def trees(*folders: str) -> Iterator[ast.Module]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text())


def called(node: ast.AST) -> set[str]:
    """Return the names of all functions and methods called inside a node."""
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    return {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}


def route_names(node: ast.AST) -> set[str]:
    """Return all string constants inside a node. A route has the same name as its service."""
    texts = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
    return {text for text in texts if isinstance(text, str)}


def services() -> set[str]:
    """Return the names of the public functions that open a change set."""
    return {
        node.name
        for tree in trees(*APPS)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and "change_set" in called(node)
        and not node.name.startswith("_")
    } - WRITERS


def called_by_tests() -> set[str]:
    return {name for tree in trees("tests") for name in called(tree) | route_names(tree)}


def test_every_service_is_tried():
    assert len(services()) > 10, "too few services found: have they moved?"
    assert services() - called_by_tests() == set()
