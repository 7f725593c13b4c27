"""Finds `@Name` mentions in a text, and the members that they refer to."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from uuid import UUID

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat, StrIndex

from core.fields import fold, is_combining_mark
from core.search import Fold
from workspaces.models import Member
from workspaces.queries import MEMBER_NAME


def mentionable_members(members: QuerySet[Member], body: str) -> QuerySet[Member]:
    """Return the members whose names follow an `@` anywhere in a text. Runs at most one query.

    This is a superset of the members that find_mentions() selects.
    """
    folded = fold(body)
    if "@" not in folded:
        return members.none()
    named = members.alias(
        place=StrIndex(
            Value(folded), Concat(Value("@"), Fold(MEMBER_NAME), output_field=TextField())
        )
    )
    return named.filter(place__gt=0)


def find_mentions(body: str, members: Iterable[Member]) -> list[UUID]:
    """Return the ids of the members that a text mentions as `@Name`, in the order of the text.

    Names are compared after fold(). If several names match, the longest one counts. If several
    members have this name, all of them are mentioned.
    """
    named: dict[str, list[UUID]] = {}
    for member in members:
        named.setdefault(fold(str(member)), []).append(member.pk)
    mentioned = (named[fold(name)] for _, name in split_mentions(body, named) if name)
    return list(dict.fromkeys(pk for ids in mentioned for pk in ids))


def split_mentions(body: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Split a text into (text before a mention, name as written in the mention) pairs.

    The last pair has an empty name. byMentions in frontend/src/model/labels.ts does the same.
    """
    wanted = {fold(name) for name in names} - {""}
    lengths = sorted({len(name) for name in wanted}, reverse=True)
    folded, offsets = _fold_with_offsets(body)
    pieces, begin, at = [], 0, folded.find("@")
    while at >= 0:
        end = None
        if at in offsets and not (at and _is_word(folded[at - 1])):
            end = _end_of_name(folded, offsets, at + 1, lengths, wanted)
        if end is not None:
            pieces.append((body[begin : offsets[at]], body[offsets[at] + 1 : offsets[end]]))
            begin = offsets[end]
        at = folded.find("@", end if end is not None else at + 1)
    return [*pieces, (body[begin:], "")]


def _end_of_name(
    folded: str, offsets: Mapping[int, int], begin: int, lengths: Iterable[int], wanted: set[str]
) -> int | None:
    for length in lengths:
        end = begin + length
        is_whole = end in offsets and not _is_word(folded[end : end + 1])
        if is_whole and folded[begin:end] in wanted:
            return end
    return None


def _fold_with_offsets(body: str) -> tuple[str, dict[int, int]]:
    """Return the folded text, and a map from its offsets to those of the original text.

    Only offsets between characters (with their combining marks) are in the map.
    """
    begins = [at for at, char in enumerate(body) if at == 0 or not is_combining_mark(char)]
    folded, offsets, length = [], {}, 0
    for begin, end in pairwise([*begins, len(body)]):
        offsets[length] = begin
        folded.append(fold(body[begin:end]))
        length += len(folded[-1])
    offsets[length] = len(body)
    return "".join(folded), offsets


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def mention_names(ids: Iterable[str], names: Mapping[UUID, str]) -> list[str]:
    """Return the names of the members with these ids. Ids that aren't in `names` are left out."""
    return [names[pk] for pk in map(UUID, ids) if pk in names]
