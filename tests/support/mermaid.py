"""Expectations of the Mermaid parser."""

import pytest

from exchange.formats.draft import FormatError
from exchange.formats.mermaid import parse_draft


def refused(text: str | bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse_draft(text)
    assert caught.value.reason
    assert caught.value.hint
    return caught.value
