"""Broken, huge and hostile Mermaid files are rejected with line and reason, in linear time."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.formats.decoding import MAX_BYTES
from exchange.formats.draft import FormatError
from exchange.formats.mermaid import parse_draft
from tests.support.mermaid import refused


@pytest.mark.parametrize("data", [b"", b" \n\r\n", b"\xef\xbb\xbf", "\ufeff"])
def test_an_empty_file_is_refused(data: bytes | str) -> None:
    assert "empty" in refused(data).reason


def test_a_binary_file_is_refused() -> None:
    assert refused(b"journey\nA: 5\n\x00\x01").line == 3
    assert "byte" in refused(b"\x89PNG\r\n\x1a\n\x00").reason.lower()


def test_other_encodings_are_read_by_their_mark_or_refused_by_the_byte() -> None:
    text = "journey\ntitle Größe\nA: 5: Müller\n"
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert parse_draft(text.encode(encoding)) == parse_draft(text)
    error = refused(text.encode("latin-1"))
    assert (error.line, "Byte 16 " in error.reason) == (2, True)
    assert refused(b"\xff\xfe\x00").line is None


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    error = refused(b"\x00" * (100 * 1000 * 1000))
    assert f"{MAX_BYTES:,}" in error.reason


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\x07", "\x85", "#8238;", "#7;", "#10;"])
def test_a_name_that_deceives_is_refused_with_its_line(char: str) -> None:
    for statement in ("section a{}b", "title a{}b", "a{}b: 5: Me", "a: 5: a{}b", "accTitle: a{}b"):
        assert refused(f"journey\n\n{statement.format(char)}\nC: 5").line == 3


@pytest.mark.parametrize("name", ["\u200b", "#8203;", "#32;", "\u2060\u200d"])
def test_a_name_with_nothing_to_see_is_refused(name: str) -> None:
    if name != "#32;":
        assert refused(f"journey\n{name}: 5").line == 2
    assert refused(f"journey\nsection {name}\u200b\nA: 5").line == 2


def test_lone_surrogates_are_refused() -> None:
    assert refused("journey\nA\ud800: 5").line == 2


@pytest.mark.parametrize(
    "text",
    [
        "journey\n" + "A: 5\n" * 5_001,
        "journey\n" + "section S\n" * 201,
        "journey\nA: 5: " + ",".join("x" * 101),
        "journey\ntitle " + "x" * 201,
        "journey\nA: " + "9" * 61,
        "journey\n" + "x" * 501 + ": 5",
    ],
)
def test_what_is_too_much_is_refused_with_its_line(text: str) -> None:
    assert refused(text).line == text.count("\n", 0, 60_000) + 1 - text.endswith("\n")


MEGABYTE = 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "x" * MEGABYTE,
        "x" * MEGABYTE + ": 5",
        " " * MEGABYTE + "x",
        "\n" * (4 * MEGABYTE),
        " \n" * MEGABYTE,
        "%%{" * (MEGABYTE // 3),
        "%%{a" * (MEGABYTE // 4),
        "}" * MEGABYTE,
        "%% c\n" * 200_000,
        "#\n" * MEGABYTE,
        "a%%\n" * 250_000,
        "<a" * (MEGABYTE // 2),
        "<a" * (MEGABYTE // 2) + ">",
        '<a ="' + '="' * (MEGABYTE // 2) + ">",
        "style:" * (MEGABYTE // 6),
        "style:#" * (MEGABYTE // 7) + ";",
        "style" + ":" * MEGABYTE + ";",
        "#1;" * (MEGABYTE // 3),
        "#" + "1" * MEGABYTE + ";",
        "A: 5: " + "x," * (MEGABYTE // 2),
        "A: " + "9" * MEGABYTE,
        "A" + ": 5" * (MEGABYTE // 3),
        "accDescr {" + "\n " * (MEGABYTE // 2),
        "accTitle" + " " * MEGABYTE,
        "`" * MEGABYTE + "mermaid\n",
        "```mermaid\n```\n" * 60_000,
        "A: 5: Me\n" * 100_000,
        "A: 9\n" * 5_000,
        "%%{init: {}}%% A: 5\n%% c\n" * 5_000,
        "---\n" * 250_000,
        " " * (MEGABYTE * 49 // 10) + "---\njourney\n",
        f"{' ' * MEGABYTE}---\ntitle: x\n{' ' * MEGABYTE}---\njourney\n",
        f"  ---\n{'  --- x' * (MEGABYTE // 2)}\n",
        "  ---\n" + "  --- x\n" * (MEGABYTE // 2),
    ],
    ids=lambda body: f"{body[:10]!r}x{len(body)}",
)
@pytest.mark.parametrize("head", ["journey\n", "---\n", ""])
def test_long_input_ends_in_linear_time_and_never_in_a_traceback(head: str, body: str) -> None:
    start = time.process_time()
    try:
        parse_draft(head + body)
    except FormatError as error:
        assert len(error.reason) < 300
    assert time.process_time() - start < 8


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(alphabet='jourenytilsc:;#%{}\n ,-<>="5`~é')))
def test_any_input_is_read_or_refused(data: bytes | str) -> None:
    head: Any = b"journey\n" if isinstance(data, bytes) else "journey\n"
    for text in (data, head + data):
        try:
            parse_draft(text)
        except FormatError:
            continue
