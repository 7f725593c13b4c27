"""A row of the authorization matrix, and short forms for common rows.

`may` names the members who are allowed to use the route on an object of their own workspace. The
other members get a 403, members of other workspaces a 404, and anonymous users a sign-in page or a
401. A `late` page validates the form before its service checks the right, so every member gets as
far as the form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.nouns import NOUNS

EVERYBODY = frozenset({"alice", "bob", "dana", "erin", "oscar"})
DRAWERS = frozenset({"alice", "dana"})
ADMIN = frozenset({"dana"})
FLAGGERS = frozenset({"dana", "erin", "oscar"})
ALICE = frozenset({"alice"})
ERIN = frozenset({"erin"})
OSCAR = frozenset({"oscar"})
Body = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Row:
    method: str
    name: str
    may: frozenset[str] = EVERYBODY
    thing: str = ""  # the object in the URL; empty: none, or a list of the caller's own objects
    body: Body | None = None
    public: bool = False  # works without signing in
    late: bool = False
    session: bool = False  # not available to tokens
    stranger: int = 404  # the status for a member of another workspace

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api_")


def body(**said: Any) -> Body:
    """Return a function that builds a body, in which values like @name become ids of objects."""

    def fill(things: dict[str, Any]) -> dict[str, Any]:
        return {
            name: str(things[value[1:]])
            if isinstance(value, str) and value.startswith("@")
            else value
            for name, value in said.items()
        }

    return fill


def noun(name: str, thing: str, may: frozenset[str], stranger: int) -> list[Row]:
    """Return the five rows of a record type.

    A member of another workspace who posts refers to objects that they can't see, so the status is
    400.
    """
    one, many = f"api_{thing}", f"api_{name}"
    new, change = body(**NOUNS[name]["new"]), body(**NOUNS[name]["change"])
    return [
        Row("GET", many, stranger=200),
        Row("POST", many, may, body=new, stranger=stranger),
        Row("GET", one, thing=thing),
        Row("PATCH", one, may, thing=thing, body=change),
        Row("DELETE", one, may, thing=thing),
    ]


def reading(name: str, thing: str, filed: str = "") -> list[Row]:
    return [
        Row("GET", f"api_{name}", stranger=200),
        Row("GET", f"api_{thing}", thing=filed or thing),
    ]


def act(name: str, may: frozenset[str], thing: str, **said: Any) -> Row:
    return Row("POST", f"api_{name}", may, thing=thing, body=body(**said) if said else None)


def page(name: str, thing: str = "slug", may: frozenset[str] = EVERYBODY) -> Row:
    return Row("GET", name, may, thing=thing)


def form(name: str, thing: str, may: frozenset[str], late: bool = False) -> list[Row]:
    """Return the rows of a form, for showing and submitting it."""
    seen = EVERYBODY if late else may
    return [Row("GET", name, seen, thing=thing), Row("POST", name, may, thing=thing, late=late)]
