"""The scopes of API tokens. Each app declares its own in its AppConfig."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.app_configs import declared
from core.text import Text


@dataclass(frozen=True)
class TokenScope:
    """A scope (`<noun>:read`, `<noun>:write` or `<noun>:manage`) and the rights that it can give a token."""

    name: str
    label: Text
    rights: frozenset[str]


@cache
def token_scopes() -> Mapping[str, TokenScope]:
    """Return the scopes of all apps by name."""
    return {scope.name: scope for scopes in declared("token_scopes") for scope in scopes}
