"""Round trips of Mermaid text, through our reader and through Mermaid itself.

Node packages are loaded from frontend/node_modules, or from the directory CXMAP_NODE_MODULES.
"""

import html
import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.formats.draft import DraftJourney, DraftStage, DraftTask, FormatError
from exchange.formats.mermaid import parse_draft, write_draft
from exchange.formats.mermaid_score import SCALE, emotion_from_score, js_number
from tests.support.mermaid import refused

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared/data/real/mermaid"
FILES = sorted(REAL.glob("*.mmd"))
PACKAGES = Path(os.environ.get("CXMAP_NODE_MODULES", ROOT / "frontend/node_modules"))
NASTY = (
    *("a: b", "a; b", "a, b", "#1", "# 1", "a #35; b", "#quot;", "&amp; &lt;", "100 % sure", "%"),
    *("%% x", "a%%b", "%%{init: {}}%%", "%{x", "title x", "Title", "section x", "SECTION: x"),
    *("journey", "Journey on", "journeyman", "journey é", "accTitle: x", "accDescr {x}", "}%%"),
    *("style:#a;b", "Pick style: #9;", "classDef x:#y;z", '<a href="x">', "<b", "c>", "x < y"),
    *("x<br>y", "Line<br\t/>two", "<script>alert(1)</script>", "---", "```mermaid", "~~~ mermaid"),
    *("ﬂ°°58¶ß", "ﬂ°amp¶ß", "ﬂ ° ¶ ß", "C4Container", "my C4Dynamic", "C4Context", "\u00a0x "),
    *(" x", "x ", "\ufeffx", "x\u2028y", "👤 x", "𝒳%%y", "用户旅程", "שלום", "سلام", "é"),
    *("=", '="', '=""', "'", '"q"', "\\n", "a\tb", "::", ": :", ";;", "##", "#;", "#a;#", "-", "?"),
)


def said(journey: DraftJourney) -> dict[str, Any]:
    """Return a draft in the format of Mermaid's parser."""
    return {
        "title": journey.title,
        "accTitle": journey.acc_title,
        "accDescription": journey.acc_description,
        "sections": [stage.title for stage in journey.stages if stage.title],
        "tasks": [
            {
                "section": stage.title,
                "task": task.title,
                "score": "NaN" if task.score is None else task.score,
                "actors": list(task.actors),
            }
            for stage in journey.stages
            for task in stage.tasks
        ],
    }


def code_of(mark: re.Match[str]) -> str:
    return html.unescape(f"&{'#' if mark[1] else ''}{mark[2]};")


def decoded(answer: Any) -> Any:
    """Return Mermaid's result, trimmed, with entity codes decoded and empty actors dropped."""
    if isinstance(answer, str):
        return re.sub("ﬂ°(°?)([0-9A-Za-z_]+)¶ß", code_of, answer.strip())
    if isinstance(answer, list):
        return [decoded(value) for value in answer if value != ""]
    if isinstance(answer, dict):
        return {key: decoded(value) for key, value in answer.items()}
    return answer


def expected(answer: dict[str, Any]) -> dict[str, Any]:
    keys = ("title", "accTitle", "accDescription", "sections", "tasks")
    return {key: decoded(answer[key]) for key in keys}


# Round trips through our reader

NAME_CHARS = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cs"),
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    include_characters="\t",
)


def is_name(name: str) -> bool:
    return bool(re.search(r"\w", name))


names = st.one_of(
    st.sampled_from(NASTY),
    st.text(NAME_CHARS, min_size=1, max_size=40).filter(is_name),
    st.text('#:;,%{}<>="`~°ﬂ¶ßC4a ', max_size=20).map(lambda text: f"{text}x"),
)
raws = st.one_of(
    st.integers(-2, 12).map(str),
    st.floats(-1, 7, allow_nan=False).map(lambda value: f"{value:.2f}"),
    st.sampled_from(["", "happy", "?", "#53;", "1e3", "3e0", "Infinity", "5,0"]),
)


def task_of(title: str, raw: str, actors: list[str]) -> DraftTask:
    return DraftTask(title, raw, js_number(raw), emotion_from_score(raw), tuple(actors))


tasks = st.lists(st.builds(task_of, names, raws, st.lists(names, max_size=3)), max_size=4)
stages = st.lists(st.builds(DraftStage, names, tasks.map(tuple)), max_size=3)
journeys = st.builds(
    lambda title, acc_title, lines, first, rest: DraftJourney(
        title,
        acc_title,
        "\n".join(lines),
        ((DraftStage("", tuple(first)),) if first else ()) + tuple(rest),
        "mermaid",
        SCALE,
    ),
    st.one_of(st.just(""), names),
    st.one_of(st.just(""), names),
    st.lists(names, max_size=3),
    tasks,
    stages,
)


@settings(max_examples=200, deadline=None)
@given(journeys)
def test_what_is_written_is_read_as_the_same(journey: DraftJourney) -> None:
    assert parse_draft(write_draft(journey)) == journey


# Real files, compared with Mermaid

needs_files = pytest.mark.skipif(not FILES, reason=f"no real files in {REAL.name}")
needs_mermaid = pytest.mark.skipif(
    shutil.which("node") is None or not (PACKAGES / "mermaid").is_dir(),
    reason="Node or its package mermaid is missing (run npm ci in frontend/)",
)


def ask_mermaid(texts: list[str]) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("mermaid_roundtrip.mjs")
    answer = subprocess.run(
        ["node", str(script), str(PACKAGES)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    answers: list[dict[str, Any]] = json.loads(answer.stdout)
    return answers


def answer_for(path: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((REAL / "expected" / f"{path.stem}.json").read_text())
    return answer


@needs_files
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_file_is_read_as_mermaid_reads_it(path: Path) -> None:
    answer = answer_for(path)
    if not answer["ok"]:
        assert refused(path.read_bytes()).line
        return
    journey = parse_draft(path.read_bytes())
    assert said(journey) == expected(answer)
    assert parse_draft(write_draft(journey)) == journey


@needs_files
@needs_mermaid
def test_real_files_written_again_are_the_same_to_mermaid() -> None:
    readable = [path for path in FILES if answer_for(path)["ok"]]
    answers = ask_mermaid([write_draft(parse_draft(path.read_bytes())) for path in readable])
    for path, answer in zip(readable, answers, strict=True):
        assert answer["ok"], (path.stem, answer)
        assert expected(answer) == expected(answer_for(path)), path.stem


def nasty_journeys() -> list[DraftJourney]:
    """Return drafts with each nasty name in every place, then with seeded random mixtures."""
    found = [nasty_journey([name], random.Random(0)) for name in NASTY]
    mixed = random.Random(11)
    for _ in range(150):
        picked = ["".join(mixed.choices(NASTY, k=mixed.randint(1, 3))) for _ in range(6)]
        found.append(nasty_journey([name for name in picked if is_name(name)] or ["x"], mixed))
    return found


def nasty_journey(picked: list[str], chance: random.Random) -> DraftJourney:
    def name() -> str:
        return chance.choice(picked)

    def some_tasks() -> tuple[DraftTask, ...]:
        raw = chance.choice(["5", "3.5", "0", "-1", "happy", ""])
        return tuple(task_of(name(), raw, [name(), name()]) for _ in range(2))

    stages = (DraftStage("", some_tasks()), DraftStage(name(), some_tasks()), DraftStage(name()))
    return DraftJourney(name(), name(), name(), stages, "mermaid", SCALE)


@needs_mermaid
def test_nasty_names_written_are_the_same_to_mermaid() -> None:
    drafts = nasty_journeys()
    for draft, answer in zip(
        drafts, ask_mermaid([write_draft(draft) for draft in drafts]), strict=True
    ):
        assert answer["ok"], (write_draft(draft), answer)
        assert expected(answer) == said(draft), write_draft(draft)


SOUP = (
    *("A", "b c", " ", "  ", "\n", "\n", "\t", ":", ": 5", ": 5: Me", ": 3: x, y", "#", "# c"),
    *(";", "#58;", "#quot;", "#y", "%", "%%", "%% c\n", '%%{init: {"a": 1}}%%', "%%{wrap}%%"),
    *("}", "{", "title", "title ", "Title T", "section ", "section S", "SECTION q", "journey"),
    *("accTitle", "accTitle: t", "accDescr: d", "accDescr {", "accDescr { m\n n }", "style"),
    *("style:#a;", "classDef x", "-", "---", '"', "é", "😀", "2.5", ": -1: z", ": hi", ",", "::"),
)


def soups() -> list[str]:
    """Return seeded random texts made of pieces of the grammar. About a third is readable."""
    stir = random.Random(5)
    heads = ("journey\n", "journey\n", "", "journey ", "%%{init: {}}%%\njourney\n")
    lines = ("A: 5: Me", "section S", "title T", "%% c", "C: 4: a, b")
    return [
        stir.choice(heads)
        + "\n".join(
            stir.choice(lines)
            if stir.random() < 0.4
            else "".join(stir.choices(SOUP, k=stir.randint(1, 6)))
            for _ in range(stir.randint(1, 3))
        )
        for _ in range(600)
    ]


def reading(text: str) -> dict[str, Any] | None:
    try:
        return said(parse_draft(text))
    except FormatError:
        return None


@needs_mermaid
def test_any_text_is_read_as_mermaid_reads_it_and_refused_where_mermaid_refuses() -> None:
    texts = soups()
    readable = 0
    for text, answer in zip(texts, ask_mermaid(texts), strict=True):
        assert reading(text) == (expected(answer) if answer["ok"] else None), text
        readable += answer["ok"]
    assert readable > 100


@needs_mermaid
def test_a_task_without_emotion_is_a_number_to_mermaid_and_none_to_us() -> None:
    journey = DraftJourney("J", stages=(DraftStage("S", (DraftTask("Waits"),)),))
    text = write_draft(journey)
    (answer,) = ask_mermaid([text])
    assert answer["tasks"][0]["score"] == 3
    assert parse_draft(text).stages[0].tasks[0].emotion is None
    assert parse_draft(text).warnings == () and write_draft(parse_draft(text)) == text
