"""Reading and writing Mermaid `journey` text: every trap of its grammar."""

import pytest

from exchange.formats.draft import DraftJourney, DraftStage, DraftTask
from exchange.formats.mermaid import parse_draft, write_draft
from exchange.formats.mermaid_score import SCALE
from tests.support.mermaid import refused


def tasks_of(text: str | bytes) -> list[DraftTask]:
    return [task for stage in parse_draft(text).stages for task in stage.tasks]


def one(task: str) -> DraftTask:
    (found,) = tasks_of(f"journey\n{task}\n")
    return found


def warned(text: str) -> list[tuple[int, str]]:
    return [(warning.line, warning.code) for warning in parse_draft(text).warnings]


# Traps of the grammar


def test_a_task_without_actors_has_none() -> None:
    assert one("A: 5") == DraftTask("A", "5", 5.0, 2, ())


def test_an_empty_actor_is_dropped() -> None:
    assert one("A: 5:").actors == ()
    assert one("A: 5: Me,, You ,").actors == ("Me", "You")


@pytest.mark.parametrize("task", ["A:", "A", "A #c: 5"])
def test_a_task_without_score_is_refused_with_its_line(task: str) -> None:
    assert refused(f"journey\n\n  title T\n{task}\nB: 5").line == 4


def test_text_after_the_actors_is_left_out_with_a_warning() -> None:
    assert one("A: 5: Me: extra").actors == ("Me",)
    assert warned("journey\nA: 5: Me: extra") == [(2, "text-lost")]


def test_a_score_that_is_no_number_leaves_the_emotion_open() -> None:
    assert one("A: happy: Me") == DraftTask("A", "happy", None, None, ("Me",))
    assert warned("journey\nA: happy: Me") == [(2, "score-not-a-number")]


def test_a_missing_score_is_zero_to_mermaid_and_no_emotion_to_us() -> None:
    assert one("A: : Me") == DraftTask("A", "", 0.0, None, ("Me",))
    assert one("A: ") == DraftTask("A", "", 0.0, None, ())
    assert warned("journey\nA: : Me") == [(2, "score-missing")]


@pytest.mark.parametrize(
    ("raw", "score", "emotion", "codes"),
    [
        ("1", 1, -2, []),
        ("3", 3, 0, []),
        ("5", 5, 2, []),
        ("5.0", 5, 2, []),
        ("2.5", 2.5, 0, ["score-rounded"]),
        ("3.5", 3.5, 1, ["score-rounded"]),
        ("1.2", 1.2, -2, ["score-rounded"]),
        ("-2", -2, -2, ["score-outside"]),
        ("0", 0, -2, ["score-outside"]),
        ("0.9", 0.9, -2, ["score-outside"]),
        ("5.1", 5.1, 2, ["score-outside"]),
        ("12", 12, 2, ["score-outside"]),
        ("0x5", 5, 2, []),
        (".4e1", 4, 1, []),
        ("Infinity", None, None, ["score-not-a-number"]),
        ("1e999", None, None, ["score-not-a-number"]),
        ("nan", None, None, ["score-not-a-number"]),
        ("1_0", None, None, ["score-not-a-number"]),
        ("#53;", None, None, ["score-not-a-number"]),
        ("٣", None, None, ["score-not-a-number"]),
    ],
)
def test_a_score_is_kept_as_written_and_mapped_by_the_stated_rule(
    raw: str, score: float | None, emotion: int | None, codes: list[str]
) -> None:
    text = f"journey\nA: {raw}: Me"
    assert one(f"A: {raw}: Me") == DraftTask("A", raw, score, emotion, ("Me",))
    assert [code for _, code in warned(text)] == codes
    assert f"A: {raw}: Me" in write_draft(parse_draft(text))


def test_a_task_before_any_section_stands_in_a_stage_without_title() -> None:
    journey = parse_draft("journey\nA: 5\nsection S\nB: 4")
    assert [(stage.title, len(stage.tasks)) for stage in journey.stages] == [("", 1), ("S", 1)]
    assert write_draft(journey).splitlines()[1] == "    A: 5"


def test_the_same_section_twice_stays_two_and_an_empty_one_stays() -> None:
    journey = parse_draft("journey\nsection S\nA: 5\nsection E\nsection S\nB: 5")
    assert [(stage.title, len(stage.tasks)) for stage in journey.stages] == [
        ("S", 1),
        ("E", 0),
        ("S", 1),
    ]


@pytest.mark.parametrize("section", ["section S: x", "section ", "section   ", "section\u00a0"])
def test_a_section_with_a_colon_or_without_a_name_is_refused(section: str) -> None:
    assert refused(f"journey\n{section}\n").line == 2


def test_a_title_may_hold_a_colon_and_is_trimmed() -> None:
    assert parse_draft("journey\ntitle  T: x \nA: 5").title == "T: x"


@pytest.mark.parametrize("task", ["A;b: 5", "A: 5: Me; You", "A #1: 5: Me"])
def test_a_semicolon_or_a_hash_in_a_name_is_refused(task: str) -> None:
    assert refused(f"journey\n{task}").line == 2


def test_a_hash_after_actors_begins_a_comment_and_is_warned_of() -> None:
    text = "journey\n# all of it\nA: 5: Dad, Child#1, Child#2"
    assert tasks_of(text)[0].actors == ("Dad", "Child")
    assert warned(text) == [(3, "comment-cut")]


def test_percent_signs_after_actors_are_part_of_the_actor() -> None:
    assert one("A: 5: Me %% c").actors == ("Me %% c",)


def test_lines_of_percent_signs_are_dropped_and_warned_of_when_they_look_like_a_task() -> None:
    text = "journey\n%% c\n\n  %% d\n% off: 5\nb%%c: 4\n😀%%d: 3\nE: 2"
    assert [task.title for task in tasks_of(text)] == ["😀%%d", "E"]
    assert [task.line for task in tasks_of(text)] == [7, 8]
    assert warned(text) == [(5, "line-skipped"), (6, "line-skipped")]


def test_a_task_that_begins_with_a_keyword_is_taken_for_it() -> None:
    journey = parse_draft("journey\ntitle T\ntitle page: 5: Me\naccTitle: 3: Me")
    assert (journey.title, journey.acc_title, journey.stages) == ("page: 5: Me", "3: Me", ())
    assert [(warning.line, warning.code) for warning in journey.warnings] == [(3, "replaced")]
    assert refused("journey\nsection x: 5: Me").line == 2
    assert refused("journey\nJourney to work: 5: Me").line == 2
    assert one("Journeyman: 5").title == "Journeyman"
    assert one("Titles: 5").title == "Titles"


def test_quotes_are_letters() -> None:
    assert one('A: 5: "Me, You"').actors == ('"Me', 'You"')


def test_names_are_trimmed_as_javascript_trims() -> None:
    assert one("A \u00a0\ufeff : 5 :  Me ") == DraftTask("A", "5", 5.0, 2, ("Me",))


def test_line_ends_of_every_system_are_one() -> None:
    text = "journey\n title T\n section S\n A: 5: Me\n"
    assert (
        parse_draft(text.replace("\n", "\r\n"))
        == parse_draft(text.replace("\n", "\r"))
        == parse_draft(text)
    )


def test_the_word_journey_is_lower_case_and_comes_first() -> None:
    assert refused("JOURNEY\nA: 5").line == 1
    assert refused("\n\n# c\njourney\nA: 5").line == 3
    assert refused("flowchart TD\nA-->B").line == 1
    assert parse_draft("\n\n  journey title T").title == "T"


def test_breaks_stay_text() -> None:
    assert one("A<br>b<br/>c: 5").title == "A<br>b<br/>c"
    assert write_draft(DraftJourney(stages=(DraftStage("a\nb"),))) == "journey\n  section a<br>b\n"


def test_quotes_of_attributes_become_single_as_in_mermaid() -> None:
    assert one('A <i class="x">: 5').title == "A <i class='x'>"


def test_front_matter_gives_the_title_unless_the_journey_does() -> None:
    front = "---\ntitle: 'It: #58;'\nconfig:\n  journey: {}\n---\n\n"
    assert parse_draft(f"{front}journey\nA: 5").title == "It: #58;"
    assert parse_draft(f"{front}journey\ntitle T\nA: 5").title == "T"
    assert parse_draft("  ---\n  title: >\n    two\n    lines\n  ---\n  journey\n  A: 5").title == (
        "two lines"
    )
    assert tasks_of(f"{front}journey\nA: 5")[0].line == 8
    assert parse_draft("---\ntitle: null\n---\njourney\nA: 5").title == ""
    assert parse_draft("---\n- x\n---\njourney\nA: 5").title == ""


def test_front_matter_that_is_no_yaml_is_refused_with_its_line() -> None:
    assert refused("---\ntitle: x\nb: [1\n---\njourney\nA: 5").line == 3
    assert refused("---\ntitle: x\njourney\nA: 5").line == 1
    for deep in ("[" * 9_000, "[" * 150, "? " * 4_000):
        assert refused(f"---\n{deep}\n---\njourney\nA: 5").line in (2, 3)
    assert refused("---\ntitle: " + "x" * 10_000 + "\n---\njourney\nA: 5").line == 2


def test_directives_and_comments_go_and_lines_still_count() -> None:
    text = "%%{init: {\n'theme': 'base'}\n}%%\n%% c\njourney\n%%{wrap}%%\n  A: 5\n%% d\n\nB 5"
    assert refused(text).line == 10
    assert tasks_of(text.replace("B 5", "B: 5"))[1].line == 10


def test_accessible_title_and_description_are_read() -> None:
    journey = parse_draft("journey\naccTitle :  T; #1\naccDescr { one\n\n  two: #58; }\nA: 5")
    assert (journey.acc_title, journey.acc_description) == ("T; #1", "one\ntwo: :")
    assert parse_draft("journey\nACCDESCR: one # two\nA: 5").acc_description == "one # two"
    assert refused("journey\naccDescr { open\nA: 5").line == 2


def test_entity_codes_are_decoded_in_names_but_do_not_split() -> None:
    text = "journey\ntitle A#35;b\nsection S#58; x#59;\nT#58;: 5: Me#44; You, #quot;Z#quot;"
    journey = parse_draft(text)
    assert (journey.title, journey.stages[0].title) == ("A#b", "S: x;")
    assert journey.stages[0].tasks[0].title == "T:"
    assert journey.stages[0].tasks[0].actors == ("Me, You", '"Z"')
    assert one("A#nosuch;b#x3a;: 5").title == "A#nosuch;b#x3a;"
    assert one("A#128;b#99999999999999999999;: 5").title == "A€b\ufffd"


def test_the_style_trap_of_mermaid_is_reproduced_and_never_written() -> None:
    assert refused("journey\nPick style:#58; x: 5").line == 2
    assert one("Pick style: 5:Me#44;x").actors == ("Me",)
    assert one("Pick style: 5: Me#44;x").actors == ("Me,x",)
    task = DraftTask("Pick style", "5", 5.0, 2, ("Me,x",))
    assert "Pick style: 5: Me#44;x" in write_draft(DraftJourney(stages=(DraftStage("", (task,)),)))


def test_a_fenced_block_is_found_in_markdown_with_its_lines() -> None:
    text = (
        "# Doc\n\n```mermaid\nflowchart TD\n```\n\n  ```mermaid\n  journey\n    A: 5\n"
        "    B: 7\n  ```\nmore\n~~~mermaid\njourney\nC: 5\n~~~\n"
    )
    assert [task.title for task in tasks_of(text)] == ["A", "B"]
    assert warned(text) == [(14, "other-journey"), (10, "score-outside")]


def test_a_score_of_another_scale_or_of_an_older_emotion_is_not_written() -> None:
    task = DraftTask("A", "5", 5.0, -1)
    assert "A: 2" in write_draft(
        DraftJourney(stages=(DraftStage("", (task,)),), source_scale=SCALE)
    )
    task = DraftTask("A", "9", 9.0, 2)
    assert "A: 5" in write_draft(
        DraftJourney(stages=(DraftStage("", (task,)),), source_scale="1..10")
    )


def test_what_mermaid_cannot_say_is_written_as_near_as_it_gets() -> None:
    journey = DraftJourney(stages=(DraftStage("S"), DraftStage("", (DraftTask(""),))))
    assert write_draft(journey) == "journey\n  section S\n  section -\n    -: 3e0\n"
