"""`@Name` in a text: whom it means, and where it stands."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from workspaces.models import Member


def mentioned(body: str, members: Iterable[Member]) -> list[UUID]:
    """Return the members that a text names as `@Name`, in its order.

    Of names that begin alike the longest counts; who has the same name is mentioned too.
    """
    named: dict[str, list[UUID]] = {}
    for member in members:
        named.setdefault(str(member).casefold(), []).append(member.pk)
    found = (named[name.casefold()] for _, name in split(body, named) if name)
    return list(dict.fromkeys(pk for ids in found for pk in ids))


def split(body: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return a text in pieces: (what stands before a mention, the name); the last has no name."""
    longest_first = sorted(names, key=len, reverse=True)
    if not longest_first:
        return [(body, "")]
    pattern = rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)"
    pieces = re.split(pattern, body, flags=re.IGNORECASE)
    return list(zip(pieces[::2], [*pieces[1::2], ""], strict=True))


def names_of(ids: Iterable[str], names: Mapping[UUID, str]) -> list[str]:
    """Return the names of those mentioned, where they are known."""
    return [names[pk] for pk in map(UUID, ids) if pk in names]
