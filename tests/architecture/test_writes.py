"""Every service that writes through the recorder is called by a test, directly or through a route.

The invariants then apply to it: the fixture `world` checks them for everything that a test wrote.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = [
    "exchange",
    "sharing",
    "journey_templates",
    "comments",
    "ownership",
    "touchpoints",
    "journeys",
    "people",
    "changes",
]
WRITERS = {
    "change_set",
    "apply_ops",
    "undo",
}  # the writers themselves: all of their tests are checked against the invariants


def trees(*folders: str) -> Iterator[ast.Module]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text())


def called(node: ast.AST) -> set[str]:
    """Return the names of the functions called anywhere inside a node."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}


def route_names(node: ast.AST) -> set[str]:
    """Return the route names mentioned inside a node. A route has the name of its service."""
    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return {text for text in texts if isinstance(text, str)}


def services() -> set[str]:
    """Return the public functions that open a change set for an actor."""
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
    assert len(services()) > 10, "no services found: were they moved?"
    assert services() - called_by_tests() == set()
